"""What `make bench-replicas` proves with must itself be able to see a fault."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.publisher import lost
from bench.readers import Reader, Seen
from bench.standbys import position
from incidents.record.models import Version
from incidents.tests.factories import make_published


def read(*answers: tuple[int, int]) -> tuple[Seen, list[str]]:
    """What a reader sees of a site that gives these statuses and clocks in turn; and the cookies
    that the site got."""
    left = list(answers)
    cookies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, clock = left.pop(0)
            cookies.append(self.headers.get("Cookie", ""))
            self.send_response(status)
            self.send_header("ETag", f'W/"{clock}-release-page-en"')
            self.send_header("Cache-Control", "private, no-cache")
            self.send_header("Set-Cookie", f"clock={clock}; HttpOnly")
            self.send_header("Content-Length", "0")
            if not left:
                ended.set()
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    ended = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        reader, seen = Reader(server.server_port, ["/"]), Seen()
        reader.read(ended, seen)
        server.shutdown()
        thread.join()
    return seen, cookies


def test_a_reader_notices_a_clock_that_goes_back_and_an_answer_that_is_none() -> None:
    seen, cookies = read((200, 4), (200, 5), (503, 5), (200, 4), (200, 5))

    assert seen.back == [(5, 4)]
    assert seen.failed == ["/: 503"]
    assert cookies[:3] == ["", "clock=4", "clock=5"]


@pytest.mark.django_db
def test_an_acknowledged_version_is_lost_where_its_serial_is_missing_or_another_has_it() -> None:
    make_published()
    version = Version.objects.get()
    kept, never, other = (version.serial, version.sha256), (2, "b" * 64), (1, "a" * 64)

    assert lost([kept, never, other]) == [other, never]


def test_positions_in_the_log_are_compared_as_numbers() -> None:
    assert position("0/FFFFFFFF") < position("1/0") < position("A/0")
