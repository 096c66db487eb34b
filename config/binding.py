"""How statements reach PostgreSQL: parameters beside them, so that each is read once."""

from select import POLLIN, poll
from typing import Any, Self

import psycopg
from psycopg.abc import Params


class BindingCursor(psycopg.Cursor[Any]):
    """Leaves the parameters to the server, but those of several statements sent as one.

    Such are the statements of the desk that write: pghistory sets who acts and why before each.
    An empty statement is the pool's question whether the connection is still good.
    """

    def execute(self, query: Any, params: Params | None = None, **options: Any) -> Self:
        if query == "" and self._is_silent():
            return self
        if params and isinstance(query, str) and query.startswith("SELECT set_config('pghistory."):
            query = psycopg.ClientCursor(self.connection).mogrify(query, params).encode()
            params, options = None, {"prepare": False}
        return super().execute(query, params, **options)

    def _is_silent(self) -> bool:
        """A server that goes away closes the connection, which can be read; asking it costs each
        request a turn of the processor."""
        line = poll()
        line.register(self.connection.fileno(), POLLIN)
        return not line.poll(0)
