"""The database: the one that DATABASE_URL names, else the embedded server; and its replicas.

`python -m config.database stop|status` is for the embedded server.
"""

import sys
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from config.binding import BindingCursor
from config.embedded import NAME, PORT, START_SECONDS, EmbeddedError, Server, default_home
from config.limits import LimitedConnection

BASE_DIR = Path(__file__).resolve().parent.parent
SCHEMES = ("postgres", "postgresql")
# A replica that has gone without a word shall not keep a reader: seconds; of TCP milliseconds.
AT_ONCE = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}


def database_settings(env: environ.Env) -> dict[str, Any]:
    """DATABASES["default"]. Starts the embedded server when it is needed and does not run yet.

    Raises ImproperlyConfigured with one sentence that says what is wrong.
    """
    url = env.str("DATABASE_URL", default="")
    # Where others can answer, nobody is kept waiting.
    timeout = 2 if env.str("DATABASE_REPLICA_URLS", default="") else 10
    return _pooled(env, from_url(url) if url else from_server(env), timeout)


def replica_settings(env: environ.Env) -> dict[str, dict[str, Any]]:
    """DATABASES of the standbys that DATABASE_REPLICA_URLS names, replica_1 and so on.

    Raises ImproperlyConfigured as above.
    """
    urls = env.list("DATABASE_REPLICA_URLS", default=[])
    addresses = [from_url(url.strip(), "DATABASE_REPLICA_URLS") for url in urls]
    return {
        f"replica_{number}": {
            **_pooled(env, address, timeout=2),
            # A broken connection shall fail at once: the next database answers.
            "CONN_HEALTH_CHECKS": False,
            # In tests there is no replica to wait for.
            "TEST": {"MIRROR": "default"},
        }
        for number, address in enumerate(addresses, start=1)
    }


def _pooled(env: environ.Env, address: dict[str, Any], timeout: int) -> dict[str, Any]:
    """`timeout`: seconds that a request waits for a connection."""
    # One for each thread of a worker; 0 for an outside pool such as PgBouncer.
    size = env.int("CLAIMLINE_POOL", default=6)
    options = {
        **AT_ONCE,
        **address.get("OPTIONS", {}),
        "server_side_binding": True,
        "cursor_factory": BindingCursor,
    }
    if size:
        options |= _kept(size, timeout, options.get("options", ""))
    return {
        **address,
        "OPTIONS": options,
        # With a pool, Django must not keep connections itself.
        "CONN_MAX_AGE": 0,
        # A connection that a restart of the database has broken is replaced, not used (binding.py).
        "CONN_HEALTH_CHECKS": True,
    }


def _kept(size: int, timeout: int, flags: str) -> dict[str, Any]:
    """Options of connections that are kept, and on them the statements that come often.

    Each is read once and planned anew for its values: a plan for any value took 77 ms for the
    incidents near a busy place, where one for the place took 4. Planning was the smaller part.
    """
    return {
        "pool": {
            "connection_class": LimitedConnection,
            "min_size": 1,
            "max_size": size,
            "timeout": timeout,
        },
        "prepare_threshold": 3,
        "options": f"{flags} -c plan_cache_mode=force_custom_plan".strip(),
    }


def from_url(url: str, variable: str = "DATABASE_URL") -> dict[str, Any]:
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in SCHEMES:
        raise ImproperlyConfigured(
            f"{variable} must read postgresql://user:password@host:port/name: "
            "Claimline works with PostgreSQL only."
        )
    try:
        address: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable} cannot be read: {error}") from error
    if not address["NAME"]:
        raise ImproperlyConfigured(f"{variable} names no database after the host.")
    return address


def from_server(env: environ.Env) -> dict[str, Any]:
    try:
        server = embedded_server(env)
        folder = server.start(env.int("CLAIMLINE_DATABASE_START_SECONDS", default=START_SECONDS))
    except (EmbeddedError, OSError) as error:
        raise ImproperlyConfigured(f"The embedded database cannot be used. {error}") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": NAME,
        "HOST": str(folder),
        "PORT": str(PORT),
    }


def embedded_server(env: environ.Env) -> Server:
    folder = env.str("CLAIMLINE_DATA_DIR", default="")
    return Server.at(Path(folder).resolve() if folder else default_home(BASE_DIR))


def main(arguments: list[str]) -> str | None:
    """Carry out `stop` or `status`; return what is wrong, if anything is."""
    if arguments not in (["stop"], ["status"]):
        return "usage: python -m config.database stop|status"
    try:
        server = embedded_server(environ.Env())
        if arguments == ["stop"]:
            print("Stopped." if server.stop() else "No embedded database was running.")
        else:
            print(f"{server.home}: {'running' if server.socket_folder() else 'not running'}")
    except (EmbeddedError, OSError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
