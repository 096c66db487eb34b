"""What nobody sends who means well: values, query strings, headers, bodies."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.forms import BaseForm
from django.test.client import encode_multipart
from hypothesis import strategies as st

# As they stand in a query string.
VALUES = [
    "",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%F4%90%80%80",
    "%FF%FE",
    "%C0%80",
    "%",
    "%zz",
    "%E2%80%AE%E2%81%A6boo",
    "%F0%9F%92%A5",
    "%EF%BF%BE",
    "0",
    "-1",
    "1",
    "1.5",
    "1e999",
    "nan",
    "%C2%B2",
    "%D9%A1",
    "2147483648",
    "9223372036854775808",
    "9" * 40,
    "9" * 5_000,
    "x" * 3_000,
    "2022-07-03",
    "2022-07-03T18:00Z",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2022-02-30",
    "9999-12-31T23:59:59.999999-23:59",
    "0001-01-01T00:00%2B23:59",
    "(",
    "[",
    "(a*)*$",
    "\\",
    "%5C",
    ".*%2B%3F%7B9999%7D",
    "%27%22",
    "%27%20or%201=1--",
    "{}",
    "%7B%22a%22:[]%7D",
    "%25s%25n%25(x)s",
    "../../etc/passwd",
    "http://evil.example/",
    "//evil.example",
    "javascript:alert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%0D%0ASet-Cookie:%20a=b",
    "true",
    "None",
    "null",
    "strike",
    "0123456789",
    "ILOU012345",
]
# Parts of paths and values of queries alike.
ENCODED = st.one_of(st.sampled_from(VALUES), st.text(max_size=12).map(lambda text: quote(text, "")))

_OF_THE_DESK = [
    *("q", "p", "o", "e", "all", "_popup", "_to_field", "_changelist_filters", "_saveasnew"),
    *("app_label", "model_name", "field_name", "term", "next", "pk", "lacking", "action"),
]
_LOOKUPS = [
    *("", "__exact", "__regex", "__iregex", "__in", "__isnull", "__range", "__year", "__gt"),
    *("__contains", "__has_key", "__0", "__pk", "__id__id", "__date", "__zzz", "__search"),
]
_REACHING = [
    "user__password__startswith",
    "groups__user__password__regex",
    "by__password__startswith",
    "created_by__sessions__session_key",
    "password__startswith",
]


def _forms(kind: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from _forms(form)


def names_of_forms() -> list[str]:
    """The fields of every form of ours."""
    forms = [form for form in _forms(BaseForm) if form.__module__.split(".")[0] != "django"]
    return sorted({name for form in forms for name in getattr(form, "base_fields", {})})


def names_of_lookups(label: str) -> list[str]:
    """The fields of a model and what Django can ask of them."""
    models = [model for model in admin.site._registry if model._meta.label_lower == label]
    fields = [field.name for model in models for field in model._meta.get_fields()]
    return [*(field + lookup for field in fields for lookup in _LOOKUPS), *_REACHING]


def queries(label: str, names: list[str]) -> st.SearchStrategy[str]:
    """Query strings, percent-encoded, of a public page ("") or of the screen of `label`."""
    known = [*names, *_OF_THE_DESK, *names_of_lookups(label)] if label else names
    pair = st.tuples(st.one_of(st.sampled_from(known), ENCODED), ENCODED).map("=".join)
    repeated = st.tuples(pair, st.integers(2, 40)).map(lambda one: "&".join([one[0]] * one[1]))
    return st.one_of(
        st.just(""),
        st.lists(pair, max_size=4).map("&".join),
        st.lists(pair, max_size=8).map("&".join),
        repeated,
        st.binary(max_size=40).map(lambda raw: quote(raw, safe="&=%+;[]")),
    )


_HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ["uk", "ru;q=9", "x" * 3_000, "en;q=nan", "*;q=0", "\xff\x00", ",,;"],
    "HTTP_IF_NONE_MATCH": ["*", 'W/"0"', '"', 'W/"99999999999999999999-x"', '"²-"', "\xff"],
    "HTTP_IF_MATCH": ["*", '"x"', ","],
    "HTTP_IF_MODIFIED_SINCE": [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT",
        "Sunday, 99-Feb-99 99:99:99 GMT",
        "now",
    ],
    "HTTP_IF_UNMODIFIED_SINCE": ["Thu, 01 Jan 0000 00:00:00 GMT", "x"],
    "HTTP_RANGE": ["bytes=0-", "bytes=9-1,-5", "bytes=" + "0-," * 500, "x"],
    "HTTP_HX_REQUEST": ["true", "\xff", ""],
    "HTTP_HX_HISTORY_RESTORE_REQUEST": ["true"],
    "HTTP_HX_CURRENT_URL": ["http://[", "http://localhost:99999/", "\xff", "//"],
    "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": ["true"],
    "HTTP_HX_TARGET": ["timeline", "\xff\xfe", "x" * 2_000],
    "HTTP_HX_TRIGGER_NAME": ["%00", "a"],
    "HTTP_HX_TRIGGERING_EVENT": ["{", "null", "[" * 2_000],
    "HTTP_REFERER": ["http://[", "http://testserver/", "\x00", "https://evil.example/"],
    "HTTP_ORIGIN": ["null", "http://[", "https://evil.example", ""],
    "HTTP_HOST": ["testserver:0", "[::1", "evil.example", "a b", "testserver:x", "\xff", "."],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4, x", "\xff", ","],
    "HTTP_X_FORWARDED_PROTO": ["https", "x"],
    "HTTP_X_REQUEST_ID": ["\xff", "x" * 5_000],
    "HTTP_ACCEPT_ENCODING": ["gzip", "br, zstd;q=x", "identity;q=0", "\xff"],
    "HTTP_ACCEPT": ["*/*;q=x", "application/json", "a/b/c", "\xff"],
    "HTTP_COOKIE": [
        *("a", "=", ";;;", "sessionid=\xff", "csrftoken=x; csrftoken=y", "django_language=%00"),
        *("django_language=" + "uk" * 900, "clock=99999999999999999999", "clock=²; messages=x"),
        *("messages=W1tb", 'x="\\777"', "sessionid=" + "0" * 40),
    ],
    "HTTP_USER_AGENT": ["", "\xff\x01", "x" * 5_000],
    "CONTENT_TYPE": [
        *("", "multipart/form-data", "multipart/form-data; boundary=", "application/json"),
        *("application/x-www-form-urlencoded; charset=utf-7", "text/html; charset=\xff"),
        *("application/x-www-form-urlencoded; charset=klingon", "multipart/form-data; boundary=é"),
        *("multipart/mixed; boundary=x", "a" * 500, "application/x-www-form-urlencoded;="),
    ],
}
# What is no number the server itself refuses.
LENGTHS = st.sampled_from(["", "0", "3", "5000000", "9000000"])
HEADERS = st.one_of(
    st.just(dict[str, str]()),
    st.lists(st.sampled_from(sorted(_HEADERS)), max_size=4).flatmap(
        lambda names: st.fixed_dictionaries(
            {
                name: st.one_of(
                    st.sampled_from(_HEADERS[name]),
                    st.text(st.characters(max_codepoint=255), max_size=20),
                )
                for name in names
            }
        )
    ),
)

METHODS = st.sampled_from(
    [*["GET"] * 6, *["POST"] * 6, "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]
)
TYPED = st.one_of(
    st.sampled_from(
        [
            *("", "\0", "a\0b", "abc", "-1", "1" + "0" * 30, "²", "nan", "1e999", "[", "{}"),
            *("0001-01-01", "9999-12-31", "10000-01-01", "2022-07-03", "25:61", "23:59:59"),
            *("\ud800", "\u202eboo", "1" * 5_000, "on", "1", "2", "javascript:alert(1)"),
            *("https://[", "https://a.example/", "http://a.example:99999/", "(", "[" * 5_000),
        ]
    ),
    st.text(max_size=20),
)
_BOUNDARY = "boundary"


def bodies(form: dict[str, str], names: list[str]) -> st.SearchStrategy[tuple[str, bytes]]:
    """Content type and body: the page's own form with some of it bent, or anything."""
    control = st.sampled_from(sorted(form) or names)
    bent = st.dictionaries(st.one_of(control, control, st.sampled_from(names)), TYPED, max_size=5)
    sent = bent.map(lambda changes: form | changes)
    return st.one_of(
        sent.map(lambda body: (_URLENCODED, urlencode(body, errors="surrogatepass").encode())),
        sent.map(lambda body: (_URLENCODED, urlencode(body, errors="surrogatepass").encode())),
        sent.map(lambda body: (_MULTIPART, _multipart(body))),
        st.binary(max_size=60).map(lambda raw: (_URLENCODED, raw)),
        st.binary(max_size=60).map(lambda raw: (_MULTIPART, b"--boundary\r\n" + raw)),
        st.sampled_from(BROKEN).map(lambda raw: (_MULTIPART, raw)),
    )


_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = f"multipart/form-data; boundary={_BOUNDARY}"
BROKEN = [
    b"",
    b"--boundary",
    b"--boundary--",
    b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="\0../a"\r\n\r\nx',
    (
        b'--boundary\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding:'
        b" base64\r\n\r\n***\r\n--boundary--"
    ),
    b"--boundary\r\nContent-Disposition: form-data; name*=klingon''a%\r\n\r\nx\r\n--boundary--",
    b"--boundary\r\n" + b"X: y\r\n" * 2_000 + b"\r\n\r\n--boundary--",
]


def _multipart(body: dict[str, Any]) -> bytes:
    """A lone surrogate cannot be sent so; it goes as a question mark."""
    told = {
        name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
        for name, value in body.items()
    }
    return encode_multipart(_BOUNDARY, told)
