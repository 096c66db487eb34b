"""The log, a line of JSON each or of text, on standard error; LOGGING in settings.py.

No line tells who asked, from where, or what they searched for: what a reader looks at and an editor
works on is theirs. What ties the lines of one request together is its number, which the answer
carries as X-Request-ID.
"""

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What PostgreSQL adds to an error: values of the row, or the place in a statement.
_VALUES = re.compile(r"\n(?:DETAIL|CONTEXT|LINE \d+|HINT):?[^\n]*(?:\n +\^)?")
# Those that Django adds: the request with its query string, the response.
_UNSAID = ("request", "response", "server_time")


def numbered(record: logging.LogRecord) -> bool:
    """A filter that lets all pass."""
    record.request_id = request_id.get()
    return True


def without_values(text: str) -> str:
    return _VALUES.sub("", text)


class Json(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            ["timestamp", "levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger"},
            reserved_attrs=[*RESERVED_ATTRS, *_UNSAID],
            timestamp=True,
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's own name)
        return without_values(logging.Formatter.formatException(self, ei))


class Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__(
            "{asctime} {levelname} {name}: {message} {request_id}", style="{", validate=True
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return without_values(super().formatException(ei))
