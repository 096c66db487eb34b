"""Answers that are ready (ready.py), given before Django is asked: what it does for each request
takes longer than all else that they need.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from config.bodies import Application
from config.requests import numbered_and_told
from incidents.public import ready
from incidents.public.asked import asked_once
from incidents.public.downloads import let_connections_go


def at_once(django: Application) -> Application:
    """`django`, with `ready.ready` among its middlewares, before which this stands."""
    again = numbered_and_told(ready.again)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # A copy, in which a request writes its path as it reads it.
        request = WSGIRequest(dict(environ))
        if not ready.is_a_readers(request):
            return django(environ, start_response)
        with asked_once():
            response = again(request)
            if response is None:
                return django(environ, start_response)
        let_connections_go()
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, [*response.items(), *cookies])
        return list(response)

    return answer
