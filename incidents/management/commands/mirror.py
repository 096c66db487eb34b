import re
import time
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.record.mirroring import Head, MirrorError, mirror, pinned

_PIN = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)
_SECONDS = 30
_MOST_BYTES = 50_000_000
_ATTEMPTS = 5


class _Straight(HTTPRedirectHandler):
    """The site that was named is read, and no address that it sends us to."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


_opener = build_opener(_Straight)


class Command(BaseCommand):
    help = (
        "Copy the record of another Claimline into this one, which publishes nothing of its own: "
        "every version by its public API, each checked. Run it again for what is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="the other site, https://claims.example/")
        parser.add_argument(
            "--pin",
            metavar="SERIAL:SHA256",
            help="what its /api/v1/record-head told you once: fails where that is true no more",
        )

    def handle(self, *args: Any, url: str, pin: str | None, **options: Any) -> None:
        site = _site(url)
        pins = _PIN.fullmatch(pin) if pin else None
        if pin and not pins:
            raise CommandError("--pin takes a serial, a colon and a SHA-256.")
        here = Head()
        try:
            for here in mirror(lambda address: _ask(site + address)):
                self.stderr.write(f"Copied up to serial {here.serial:,}.")
            if pins:
                pinned(int(pins[1]), pins[2])
        except MirrorError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The copy is whole: serial {here.serial}, SHA-256 {here.sha256}.")


def _site(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CommandError(f"{url!r} is no address of a site: https://claims.example/")
    return url.rstrip("/")


def _ask(address: str) -> bytes:
    """Patient with a site that is busy for a moment. Raises MirrorError."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with _opener.open(address, timeout=_SECONDS) as response:
                content: bytes = response.read(_MOST_BYTES + 1)
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE or attempt == _ATTEMPTS:
                raise MirrorError(f"{address} answers {error.code} {error.reason}.") from error
        except (URLError, OSError) as error:
            if attempt == _ATTEMPTS:
                raise MirrorError(f"{address} cannot be read: {error}.") from error
        else:
            if len(content) > _MOST_BYTES:
                raise MirrorError(f"{address} answers with more than {_MOST_BYTES:,} bytes.")
            return content
        time.sleep(attempt)
    raise AssertionError
