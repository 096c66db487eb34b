"""The server that is shipped, sent what is hardly HTTP: refused, and no error of ours."""

import socket

import pytest
from django.test import RequestFactory

from incidents.tests.test_slow_clients import port

__all__ = ["port"]  # a fixture

FORM = (
    b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
PAGE = b"GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
LENGTHS = [
    *(b"abc", b"-1", b"+5", b"1e3", b"0x10", b"", b" ", b"5 5", b"5,5", b"1_0"),
    *("²".encode(), "٣".encode(), b"18446744073709551616", b"9" * 400),
]
REFUSED = {
    **{f"length {length[:30]!r}": FORM + b"Content-Length: " + length for length in LENGTHS},
    "two lengths": FORM + b"Content-Length: 5\r\nContent-Length: 6",
    "length before chunks": FORM + b"Content-Length: abc\r\nTransfer-Encoding: chunked",
    "an unknown encoding": FORM + b"Transfer-Encoding: xchunked",
    "an encoding after chunks": FORM + b"Transfer-Encoding: chunked, identity",
    "an encoding behind a control": FORM + b"Transfer-Encoding: \x0bchunked",
    "a blank before the colon": FORM + b"Transfer-Encoding : chunked",
    "a folded line": PAGE + b"X-Folded: a\r\n b",
    "NUL in a value": PAGE + b"X-Value: a\0b",
    "NUL in a name": PAGE + b"X-\0Name: a",
    "NUL in the address": PAGE.replace(b"/page", b"/\0"),
    "raw bytes in the address": PAGE.replace(b"/page", b"/\xff\xfe"),
    "no colon": PAGE + b"nonsense",
    "no name": PAGE + b": nonsense",
    "ends of line without their second half": PAGE.replace(b"\r\n", b"\r"),
    "another version": PAGE.replace(b"1.1", b"3.7"),
    "200 headers": PAGE + b"\r\n".join(b"X-%d: a" % number for number in range(200)),
    "a header of a megabyte": PAGE + b"X-Long: " + b"a" * 1_000_000,
    "all bytes": bytes(range(256)) * 4,
}
# What HTTP leaves to the server. The body, if any, is `a=bcd`, in chunks too.
BORNE = {
    "two equal lengths": FORM + b"Content-Length: 5\r\nContent-Length: 5",
    "length and chunks": FORM + b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    "chunks and another length": FORM + b"Transfer-Encoding: chunked\r\nContent-Length: abc",
    "another header's name": FORM + b"Content_Length: abc\r\nContent-Length: 5",
    "lines that end in LF": PAGE.replace(b"\r\n", b"\n") + b"X-Value: a",
    "raw bytes in a value": FORM + b"Cookie: clock=\xff; django_language=\xff\r\nContent-Length: 5",
    "a character set that is none": FORM.replace(b"ded", b"ded; charset=\xff") + b"X-Value: a",
}
CHUNKS = {
    "of no size": b"zz\r\na=bcd\r\n0\r\n\r\n",
    "of any size": b"f" * 20 + b"\r\na=bcd\r\n0\r\n\r\n",
    "cut short": b"5\r\na",
}


def answer(port: int, request: bytes) -> int:
    """The status; 0 where the server hangs up without a word. Raises TimeoutError after a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(request)
            start = connection.recv(1000)
        except ConnectionError:
            return 0
    return int(start.split()[1]) if start else 0


def test_what_is_hardly_http_is_refused_and_what_may_be_is_no_error_of_ours(port: int) -> None:
    answers = {name: answer(port, head + b"\r\n\r\na=bcd") for name, head in REFUSED.items()}
    assert {name: status for name, status in answers.items() if status not in range(400, 500)} == {}

    answers = {name: answer(port, head + b"\r\n\r\na=bcd") for name, head in BORNE.items()}
    chunked = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
    answers |= {f"a chunk {name}": answer(port, chunked + sent) for name, sent in CHUNKS.items()}
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert answer(port, FORM + b"Content-Length: 5\r\n\r\na=bcd") == 302


def test_django_alone_would_fail_at_a_length_that_is_no_number() -> None:
    request = RequestFactory().post("/language/", CONTENT_LENGTH="abc")

    with pytest.raises(ValueError, match="invalid literal for int"):
        _ = request.body
