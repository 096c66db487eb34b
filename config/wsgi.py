"""The WSGI application that the production server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# Only now are there settings and models.
from config.bodies import received  # noqa: E402
from incidents.public import index  # noqa: E402

application = received(django)
# What is loaded by now stays. To look through it for garbage, as Python does once in some hundred
# pages, stops a worker for longer than any of them.
gc.freeze()
index.begin()
