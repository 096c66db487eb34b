import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.intake.addresses import canonical, site

HOSTS = st.sampled_from(
    [
        "Outlet.example",
        "www.outlet.example",
        "m.outlet.example",
        "outlet.example.",
        "[::1]",
        "Пример.укр",
        "t.me",
        "twitter.com",
        "outlet-example.cdn.ampproject.org",
        "www.google.com",
    ]
)
PARTS = st.lists(
    st.sampled_from(["amp", "AMP", "s", "c", "index.html", "three.amp", "t.me", "%D0%B0", "%2F"])
    | st.text(max_size=6),
    max_size=6,
)
QUERIES = st.lists(
    st.sampled_from(["utm_source=a", "b=2", "b=1", "a", "fbclid=", "%FF=%FE", "q=a+b", ""])
    | st.text(max_size=6),
    max_size=4,
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    path, query = "/".join(draw(PARTS)), "&".join(draw(QUERIES))
    return f"{draw(st.sampled_from(['http', 'https']))}://{draw(HOSTS)}/{path}?{query}#{path}"


@given(addresses() | st.text())
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    once = canonical(url)

    assert canonical(once) == once


@pytest.mark.parametrize(
    "spelling",
    [
        "http://outlet.example/news/three?id=7",
        "HTTPS://WWW.Outlet.Example:443/news/three/?id=7",
        "https://m.outlet.example/News/Three?id=7#comments",
        "https://mobile.outlet.example/news/three?id=7&utm_source=t.me&UTM_Medium=x&fbclid=9",
        "https://outlet.example/news/three/amp/?id=7",
        "https://outlet.example/amp/news/three?id=7",
        "https://amp.outlet.example/news/three.amp?id=7",
        "https://outlet-example.cdn.ampproject.org/c/s/outlet.example/news/three?id=7",
        "https://www.google.com/amp/s/outlet.example/news/three?id=7",
        "https://editor:secret@outlet.example/news/thr%65e?id=7",
        " https://outlet.example./news/three?id=7 ",
    ],
)
def test_spellings_under_which_one_page_is_read_are_one(spelling: str) -> None:
    assert canonical(spelling) == "https://outlet.example/news/three?id=7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://outlet.example/?p=1", "https://outlet.example/?p=2"),
        ("https://outlet.example/", "https://outlet.example:8443/"),
        ("https://news.outlet.example/", "https://outlet.example/"),
        ("https://outlet.example/ramp", "https://outlet.example/r"),
        ("https://t.me/channel/12", "https://t.me/channel/13"),
    ],
)
def test_other_pages_stay_others(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://приклад.укр/три", "https://xn--80aikifvh.xn--j1amh/%D1%82%D1%80%D0%B8/"),
        ("https://outlet.example/a?x=1&y=2", "https://outlet.example/a?y=2&x=1"),
        ("https://t.me/s/channel/12", "https://t.me/Channel/12?single"),
        ("https://twitter.com/one/status/1?s=20", "https://x.com/one/status/1"),
    ],
)
def test_the_same_page_under_two_names_is_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


def test_what_is_no_address_of_the_web_stays() -> None:
    assert [canonical(one) for one in ("", " mailto:a ", "http://[1")] == [
        "",
        "mailto:a",
        "http://[1",
    ]


def test_a_site_is_a_host_or_an_account_of_a_shared_one() -> None:
    assert site("https://www.outlet.example/news") == "outlet.example"
    assert site("https://t.me/s/channel/12") == "t.me/channel"
    assert site("no address") == ""
