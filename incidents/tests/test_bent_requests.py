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
    "an address in Cyrillic": FORM.replace(b"language/", b"api/%D0%B2") + b"Content-Length: 5",
    "a character set that is none": FORM.replace(b"ded", b"ded; charset=\xff") + b"X-Value: a",
}
CHUNKS = {
    "of no size": b"zz\r\na=bcd\r\n0\r\n\r\n",
    "of any size": b"f" * 20 + b"\r\na=bcd\r\n0\r\n\r\n",
    "cut short": b"5\r\na",
}

# A second request, which a proxy that counts otherwise would take for a part of the first one.
SECOND = b"GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
WHOLE = b"5\r\na=bcd\r\n0\r\n\r\n"
CHUNKED = FORM.replace(b"Connection: close\r\n", b"") + b"Transfer-Encoding: chunked\r\n"
COUNTED = FORM.replace(b"Connection: close\r\n", b"")
AMBIGUOUS = {
    "chunks, and fewer bytes": CHUNKED + b"Content-Length: 3\r\n\r\n" + WHOLE,
    "chunks, and more bytes": CHUNKED + b"Content-Length: 80\r\n\r\n" + WHOLE,
    "more bytes, and no chunk": COUNTED
    + b"Content-Length: 80\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": COUNTED + b"Content-Length: 5\r\nContent-Length: 80\r\n\r\na=bcd",
    "a list of lengths": COUNTED + b"Content-Length: 5, 80\r\n\r\na=bcd",
    "a length with a sign": COUNTED + b"Content-Length: +5\r\n\r\na=bcd",
    "an encoding that is none": CHUNKED.replace(b"chunked", b"xchunked")
    + b"Content-Length: 5\r\n\r\na=bcd",
    "chunks, and then no chunks": CHUNKED + b"Transfer-Encoding: identity\r\n\r\n" + WHOLE,
    "a blank before the colon": CHUNKED.replace(b"coding:", b"coding :") + b"\r\n" + WHOLE,
    "a folded encoding": CHUNKED.replace(b": chunked", b":\r\n chunked") + b"\r\n" + WHOLE,
    "chunks in HTTP/1.0": CHUNKED.replace(b"1.1", b"1.0")
    + b"Connection: keep-alive\r\n\r\n"
    + WHOLE,
    **{
        f"a chunk of size {size!r}": CHUNKED + b"\r\n" + size + b"\r\na=bcd\r\n0\r\n\r\n"
        for size in (b"zz", b"0x5", b"+5", b"-5", b"5_", b"", b"3", b"9", b"1" + b"0" * 15 + b"5")
    },
    "a chunk without its end of line": CHUNKED + b"\r\n5\r\na=bcdXX0\r\n\r\n",
    "chunks whose lines end in LF": CHUNKED + b"\r\n5\na=bcd\n0\n\n",
    "an extension that ends in LF": CHUNKED + b"\r\n5;\na=bcd\r\n0\r\n\r\n",
}
PLAIN = {
    "bytes": COUNTED + b"Content-Length: 5\r\n\r\na=bcd",
    "two equal lengths": COUNTED + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\na=bcd",
    "chunks": CHUNKED + b"\r\n" + WHOLE,
    "a chunk with an extension": CHUNKED + b"\r\n5;a=b\r\na=bcd\r\n0\r\n\r\n",
    "a page with a body that nobody reads": PAGE.replace(b"Connection: close", b"Content-Length: 5")
    + b"\r\na=bcd",
}


def answers(port: int, sent: bytes) -> int:
    """How many there are on one connection."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(sent)
            while part := connection.recv(65_536):
                received += part
        except ConnectionError:
            pass
    return received.count(b"HTTP/1.1 ") + received.count(b"HTTP/1.0 ")


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


def test_nothing_behind_a_request_whose_end_is_not_clear_is_taken_for_another_one(
    port: int,
) -> None:
    found = {name: answers(port, request + SECOND) for name, request in AMBIGUOUS.items()}
    assert {name: count for name, count in found.items() if count != 1} == {}

    found = {name: answers(port, request + SECOND) for name, request in PLAIN.items()}
    assert {name: count for name, count in found.items() if count != 2} == {}


def test_django_alone_would_fail_at_a_length_that_is_no_number() -> None:
    request = RequestFactory().post("/language/", CONTENT_LENGTH="abc")

    with pytest.raises(ValueError, match="invalid literal for int"):
        _ = request.body
