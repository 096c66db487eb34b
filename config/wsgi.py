"""The WSGI application that the production server loads."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# Only now are there settings and models.
from config.bodies import received  # noqa: E402
from incidents.public import index  # noqa: E402
from incidents.public.at_once import at_once  # noqa: E402

application = received(at_once(django))
# Seconds. A page that is being made may keep the interpreter ten times as long unless told, each
# time that an answer that is ready has waited for the database.
sys.setswitchinterval(0.0005)
# What is loaded by now stays. To look through it for garbage, as Python does once in some hundred
# pages, stops a worker for longer than any of them.
gc.freeze()
index.begin()
