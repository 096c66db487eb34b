"""How parameters reach PostgreSQL: beside the statement, so that it is read once a connection."""

from typing import Any, Self

import psycopg
from psycopg.abc import Params


class BindingCursor(psycopg.Cursor[Any]):
    """Leaves the parameters to the server, but those of several statements sent as one.

    Such are the statements of the desk that write: pghistory sets who acts and why before each.
    """

    def execute(self, query: Any, params: Params | None = None, **options: Any) -> Self:
        if params and isinstance(query, str) and query.startswith("SELECT set_config('pghistory."):
            query = psycopg.ClientCursor(self.connection).mogrify(query, params).encode()
            params, options = None, {"prepare": False}
        return super().execute(query, params, **options)
