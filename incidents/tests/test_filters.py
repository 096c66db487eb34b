"""The query string, honest and hostile: errors are seen, and nothing is taken for an answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote, quote_plus, urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.models import Entry, Incident
from incidents.public.filters import FACETS, Cursor, FilterForm, Filters
from incidents.tests.factories import make_actor, make_entry, make_published
from incidents.tests.reading import (
    Response,
    chips,
    find,
    html,
    ids,
    one,
    shows_error_and_nothing_else,
    text,
    titles,
    tree,
)

pytestmark = pytest.mark.django_db

GOOD_CURSOR = "1656817200000000_0123456789"
KEYS = list(FilterForm(QueryDict()).fields)

UNREADABLE = [
    "q=%00",
    "q=a%00b",
    "q=" + "x" * 201,
    "q=" + "x" * 10_000,
    "q=" + "%F0%9F%92%A5" * 201,
    "kind=%00",
    "kind=bogus",
    "kind=strike&kind=bogus",
    "kind=STRIKE",
    "kind=" + "x" * 10_000,
    "standing=%F0%9F%92%A5",
    "side=russia%20",
    "question=1",
    "stance=%FF%FE",
    "place=1",
    "place=%00",
    "place=0123456789%00",
    "place=01234-6789",
    "place=012345678%D0%96",
    "place=" + "0" * 10_000,
    "actor=%F0%9F%92%A5",
    "actor=-1",
    "publisher=U123456789",  # U is no letter of these ids
    "killed_min=-1",
    "killed_min=x",
    "killed_min=1.5",
    "killed_min=1e3",
    "killed_min=NaN",
    "killed_min=%00",
    "killed_min=" + "9" * 31,
    "killed_min=" + "9" * 10_000,
    "from=bogus",
    "from=2022-02-30",
    "from=2022-13-01",
    "from=0000-01-01",
    "from=10000-01-01",
    "from=03/07/2022",
    "from=3%20July%202022",
    "from=2022-07-03T00:00",
    "from=%00",
    "from=-2022-07-03",
    "from=1656817200",
    "to=2022-07",
    "to=99999999999999",
    "from=2022-07-04&to=2022-07-03",
    "from=2022-07-03&from=2022-07-04",
    "known=now",
    "known=2022",
    "known=2022-07",
    "known=20220703",
    "known=2022-W26",
    "known=2022-W26-7",
    "known=2022-184",
    "known=0000-01-01",
    "known=9999-12-31",
    "known=10000-01-01T00:00Z",
    "known=2022-07-03T24:01Z",
    "known=2022-07-03T18:00+03:00",  # the plus sign arrives as a blank
    "known=2022-07-03T18:00%2B99:00",
    "known=0001-01-01T00:00%2B14:00",
    "known=2022-07-03T18",
    "known=2022-07-03T18:00Zulu",
    "known=%D9%A2%D9%A0%D9%A2%D9%A2-07-03",  # Arabic digits
    "known=%00",
    "known=2022-07-03&known=2022-07-04",
    "known=" + "2022-07-03" * 1_000,
    "sort=bogus",
    "sort=-at",
    "sort=happened&sort=changed",
    "after=bogus",
    "after=0",
    "after=" + GOOD_CURSOR[:-1],
    "after=" + GOOD_CURSOR + "0",
    "after=" + GOOD_CURSOR.lower().replace("_", "%5F") + "x",
    "after=999999999999999999_0123456789",
    "after=-999999999999999999_0123456789",
    "after=" + "9" * 30 + "_0123456789",
    "after=_0123456789",
    "after=1656817200000000_",
    "after=1656817200000000_012345678%00",
    "after=1656817200000000%0A_0123456789",
    "after=" + "1" * 10_000,
    f"after={GOOD_CURSOR}&after={GOOD_CURSOR}",
    f"after=1_{GOOD_CURSOR}",
    f"after={GOOD_CURSOR}&q=a&sort=relevance",
    f"after={'9' * 10}_{GOOD_CURSOR}&q=a&sort=relevance",
    f"after=-1_{GOOD_CURSOR}&q=a&sort=relevance",
    f"after=%D9%A1_{GOOD_CURSOR}&q=a&sort=relevance",
    "sort=relevance",
    "sort=relevance&kind=explosion",
    "page=0",
    "page=2",
    "limit=-1",
    "offset=" + "9" * 31,
    "Kind=strike",
    "kind%00=strike",
    "kind[]=strike",
    "=",
    "=x",
    "%FF=%FF",
    "%F0%9F%92%A5=1",
    "__proto__=1",
    "form=x",
    "q=a&q=b",
    "utm_=1",
    "xutm_source=1",
]
HARMLESS = [
    "",
    "&",
    "&&&",
    "utm_source=x&utm_medium=y",
    "fbclid=abc",
    "gclid=1&msclkid=2&mc_cid=3&mc_eid=4&ref=5",
    "utm_source=x&utm_source=y",
    "kind=explosion&kind=explosion",
    "from=0001-01-01",
    "to=9999-12-31",
    "from=2022-07-03&to=2022-07-03",
    "q=%20",
    "q=%09explosions",
    "killed_min=%D9%A1",  # ١, a digit like any other to int()
]
PERHAPS_EMPTY = [
    "q=%F0%9F%92%A5",
    "q=%FF%FE",
    "q=%ED%A0%80",
    "q=%25%27%22%3B--",
    "q=%22",
    "q=-",
    "q=OR",
    "q=or+or+-or",
    "q=%E2%80%AE",
    "q=:*%26%7C!()",
    "q=" + "%27" * 200,
    "q=" + "a+-b+" * 40,
    "place=ooooooooll",
    "place=%C3%9F%C3%9F%C3%9F%C3%9F%C3%9F",
    "killed_min=10000000",
    "known=0001-01-01",
    "known=0001-01-01T00:00Z",
    "known=9999-12-30",
    "known=2022-07-03%2018:00",
    "after=" + GOOD_CURSOR,
    "after=0_0123456789",
    "after=-1_0123456789",
    "after=-62135596800000000_0123456789",
    "sort=changed&after=-62135596800000000_0123456789",
    "q=the&sort=relevance",
    f"after=0_{GOOD_CURSOR}&q=a&sort=relevance",
    f"after=999999999_{GOOD_CURSOR}&q=explosions&sort=relevance",
    f"after=1_{GOOD_CURSOR}&known=2022-07-04&q=explosions&sort=relevance",
]


def label(query: str) -> str:
    return query[:50]


@pytest.fixture
def shown() -> Entry:
    return make_entry(title="Explosions reported in Belgorod", killed_most=3)


@pytest.fixture
def published() -> Incident:
    return make_published()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("query", UNREADABLE, ids=label)
def test_what_cannot_be_read_shows_an_error_and_no_incident(client: Client, query: str) -> None:
    whole = client.get(f"/?{query}")
    part = client.get(f"/?{query}", headers={"HX-Request": "true"})

    assert shows_error_and_nothing_else(whole)
    assert shows_error_and_nothing_else(part)


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("query", HARMLESS, ids=label)
def test_what_says_nothing_hides_nothing(client: Client, query: str) -> None:
    response = client.get(f"/?{query}", follow=True)

    assert titles(response) == ["Explosions reported in Belgorod"]
    assert 'role="alert"' not in html(response)


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("query", PERHAPS_EMPTY, ids=label)
def test_what_is_odd_but_readable_is_answered(client: Client, query: str) -> None:
    response = client.get(f"/?{query}", follow=True)

    assert response.status_code == HTTPStatus.OK
    assert 'role="alert"' not in html(response)


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("query", "label", "words"),
    [
        ("kind=bogus", "Kind", "bogus"),
        ("place=nowhere", "Where", "“nowhere” is not an id"),
        ("from=bogus", "From", "valid date"),
        ("from=2022-07-04&to=2022-07-03", "To", "before the first"),
        ("known=now", "As known at", "2022-07-03T18:00Z"),
        ("sort=up", "Order", "up"),
        ("after=x", "Page", "damaged"),
        ("killed_min=-1", "Killed, as claimed, at least", "0"),
        ("knid=strike", "", "“knid” is not a filter"),
        ("q=a&q=b", "Search", "more than once"),
        ("%00=1", "", "“[U+0000]” is not a filter"),
        ("kind=%00", "Kind", "[U+0000]"),
        ("%E2%80%AEdnik=strike", "", "“[U+202E]dnik” is not a filter"),
    ],
)
def test_an_error_names_the_filter_and_what_is_wrong(
    client: Client, query: str, label: str, words: str
) -> None:
    alert = text(one(tree(client.get(f"/?{query}")), "div", role="alert"))

    assert f"{label}:" in alert if label else True
    assert words in alert


@pytest.mark.usefixtures("shown")
def test_an_error_repeats_what_was_typed_as_text_and_not_all_of_a_long_one(client: Client) -> None:
    response = client.get("/", {"place": "<script>alert(1)</script>" + "x" * 5_000})

    alert = text(one(tree(response), "div", role="alert"))
    assert "<script>alert(1)</script>" in alert
    assert "<script>alert" not in html(response)
    assert "x" * 100 not in alert


@pytest.mark.usefixtures("shown")
def test_an_error_counts_nothing_in_the_rail(client: Client) -> None:
    response = client.get("/?kind=bogus")

    numbers = [text(count) for count in find(tree(response), "span", class_="num")]
    assert {number.split()[0] for number in numbers} <= {"0"}


@pytest.mark.usefixtures("shown")
def test_a_page_with_an_error_is_not_for_search_engines(client: Client) -> None:
    assert 'content="noindex"' in html(client.get("/?kind=bogus"))
    assert 'content="noindex"' not in html(client.get("/?kind=strike"))


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("query", ["knid=strike&q=", "kind=&after=damaged", "from=&from=&kind=x"])
def test_blanks_beside_an_error_do_not_lead_away_from_it(client: Client, query: str) -> None:
    assert shows_error_and_nothing_else(client.get(f"/?{query}", follow=True))


@pytest.mark.usefixtures("shown")
def test_a_thousand_ids_are_answered_and_more_fields_than_that_are_refused(client: Client) -> None:
    places = [f"place={number:010}" for number in range(5_000)]

    assert client.get(f"/?{'&'.join(places[:900])}").status_code == HTTPStatus.OK
    assert client.get(f"/?{'&'.join(places)}").status_code == HTTPStatus.BAD_REQUEST


# Addresses


def address(query: str) -> str:
    return Filters.read(QueryDict(query)).address()


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("stance=denies&q=kyiv", "?q=kyiv&stance=denies"),
        ("q=&kind=&from=2022-07-03", "?from=2022-07-03"),
        ("utm_source=x&kind=strike", "?kind=strike"),
        ("place=oil0123456", "?place=0110123456"),
        ("kind=strike&kind=protest&kind=strike", "?kind=protest&kind=strike"),
        ("place=B123456789&place=A123456789", "?place=A123456789&place=B123456789"),
        ("q=%20kyiv%20&sort=relevance", "?q=+kyiv+&sort=relevance"),
        ("q=+&sort=relevance", ""),
        (f"kind=strike&after={GOOD_CURSOR}", "?kind=strike"),
    ],
)
def test_one_state_has_one_address(query: str, canonical: str) -> None:
    assert address(query) == canonical
    assert address(canonical[1:]) == canonical


@pytest.mark.usefixtures("shown")
def test_a_form_without_script_leads_to_the_address_without_its_blanks(client: Client) -> None:
    response = client.get("/?q=&from=&to=2022-07-31&kind=explosion&killed_min=&known=&sort=")

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/?kind=explosion&to=2022-07-31"


@pytest.mark.usefixtures("shown")
def test_an_id_in_small_letters_is_read_and_its_chip_takes_it_back(client: Client) -> None:
    actor = make_actor("Never quoted")
    entry = make_entry(actors=[actor.public_id])

    response = client.get(f"/?actor={actor.public_id.lower()}", follow=True)

    assert ids(response) == [entry.incident]
    assert list(chips(response).values()) == ["/"]


@pytest.mark.parametrize("key", [*FACETS, "q", "from", "to", "killed_min", "known"])
def test_a_chip_of_any_filter_leads_to_the_address_without_it(client: Client, key: str) -> None:
    values = {
        "actor": "0123456789", "from": "2022-07-01", "killed_min": "0", "kind": "strike",
        "known": "2022-07-03T18:00Z", "place": "0123456789", "publisher": "0123456789",
        "q": "kyiv", "question": "killed", "side": "other", "stance": "denies",
        "standing": "contested", "to": "2022-07-31",
    }  # fmt: skip

    shown = chips(client.get("/", values))

    assert len(shown) == len(values)
    without = {k: v for k, v in values.items() if k != key}
    assert sum(QueryDict(a.removeprefix("/?")).dict() == without for a in shown.values()) == 1


@settings(derandomize=True)
@given(
    st.datetimes(timezones=st.just(UTC)),
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10),
    st.none() | st.integers(0, 999_999_999),
)
def test_a_cursor_reads_back_what_it_was_made_of(
    moment: datetime, incident: str, rank: int | None
) -> None:
    cursor = Cursor(moment, incident, rank)

    assert Cursor.read(str(cursor)) == cursor


# Anything at all

VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["strike", "2022-07-03", "0123456789", "-1", "9" * 30, GOOD_CURSOR, "", "\x00"]
    ),
    st.integers().map(str),
    st.datetimes().map(str),
    st.dates().map(str),
)
PAIRS = st.lists(
    st.tuples(st.one_of(st.sampled_from([*KEYS, "before", "page"]), st.text(max_size=10)), VALUES),
    max_size=6,
)
READABLE = st.lists(
    st.one_of(
        st.tuples(st.just("q"), st.text(st.characters(exclude_categories=["Cs"]), max_size=60)),
        st.sampled_from(
            [
                ("kind", "strike"),
                ("kind", "protest"),
                ("kind", ""),
                ("place", "A123456789"),
                ("place", "aL23456789"),
                ("stance", "denies"),
                ("killed_min", "05"),
                ("known", "2022-07-03T18:00+03:00"),
                ("sort", ""),
                ("sort", "relevance"),
                ("from", "2022-7-3"),
                ("to", " 2022-07-31 "),
                ("after", GOOD_CURSOR),
                ("after", f" 7_{GOOD_CURSOR}"),
                ("utm_source", "é"),
            ]
        ),
    ),
    max_size=6,
)
RAW = st.binary(max_size=80).map(lambda raw: quote(raw, safe="&=%+"))


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="replace")


def answered(response: Response) -> bool:
    return response.status_code in (
        HTTPStatus.OK,
        HTTPStatus.FOUND,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
    )


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.one_of(PAIRS.map(encoded), RAW))
def test_no_query_string_breaks_a_page(client: Client, published: Incident, query: str) -> None:
    slug = "explosions-reported-in-belgorod"
    for path in ("/", "/sources/", "/changes/", f"/incidents/{published.public_id}/{slug}/"):
        response = client.get(f"{path}?{query}")
        assert answered(response), path
        filters = Filters.read(QueryDict(query))
        if path == "/" and filters.errors:
            assert ids(response) == []


@settings(max_examples=200, deadline=None, derandomize=True)
@given(query=PAIRS.map(encoded))
def test_the_canonical_address_asks_for_the_same(query: str) -> None:
    filters = Filters.read(QueryDict(query))
    if filters.errors:
        return
    again = Filters.read(QueryDict(filters.address()[1:]))

    assert not again.errors
    assert again.values == {k: v for k, v in filters.values.items() if k != "after"}


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pairs=READABLE, quote_via=st.sampled_from([quote, quote_plus]))
def test_a_page_leads_to_the_one_address_of_its_state_and_no_further(
    client: Client, pairs: list[tuple[str, str]], quote_via: Callable[..., str]
) -> None:
    for path in ("/", "/map/", "/territory/"):
        response = client.get(f"{path}?{urlencode(pairs, quote_via=quote_via, safe=':,')}")
        if response.status_code == HTTPStatus.FOUND:
            address = response["Location"]
            _, _, query = address.partition("?")
            assert query == "&".join(sorted(query.split("&"))), "no cache may sort it anew"
            response = client.get(address)
        assert response.status_code == HTTPStatus.OK, path


def test_a_query_string_that_cannot_be_read_asks_the_record_for_no_entry(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/?kind=bogus")


# HTMX


@pytest.mark.usefixtures("shown")
def test_a_swap_gets_one_element_and_no_page_around_it(client: Client) -> None:
    response = client.get("/?kind=explosion", headers={"HX-Request": "true"})

    assert html(response).strip().startswith('<div id="timeline"')
    assert "<html" not in html(response)
    assert tree(response).name == "div"
    assert len(titles(response)) == 1


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("query", ["", "?kind=explosion", "?q=belgorod", "?kind=protest"])
def test_page_and_swap_show_the_same_entries_counts_and_chips(client: Client, query: str) -> None:
    whole = tree(client.get(f"/{query}"))
    part = tree(client.get(f"/{query}", headers={"HX-Request": "true"}))

    for name, class_ in (("section", "day"), ("form", "rail"), ("div", "summary")):
        of_page = [str(element) for element in find(whole, name, class_=class_)]
        assert of_page == [str(element) for element in find(part, name, class_=class_)]


@pytest.mark.usefixtures("shown")
def test_a_page_restored_by_back_is_whole(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in html(client.get("/", headers=headers))
    assert "<html" in html(client.get("/", headers={"HX-History-Restore-Request": "true"}))


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("query", "pushed"),
    [
        ("q=&kind=&from=2022-07-03", "/?from=2022-07-03"),
        ("", "/"),
        (f"after={GOOD_CURSOR}&kind=strike", f"/?after={GOOD_CURSOR}&kind=strike"),
        ("knid=strike", "/?knid=strike"),
        ("kind=bogus&q=", "/?kind=bogus&q="),
    ],
)
def test_a_swap_says_which_address_to_show(client: Client, query: str, pushed: str) -> None:
    response = client.get(f"/?{query}", headers={"HX-Request": "true"})

    assert response.status_code == HTTPStatus.OK
    assert response["HX-Push-Url"] == pushed


@pytest.mark.usefixtures("shown")
def test_caches_are_told_that_pages_and_swaps_differ(client: Client) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        varied = client.get("/", headers=headers)["Vary"]
        assert "HX-Request" in [header.strip() for header in varied.split(",")]


def test_a_date_that_cannot_be_read_stays_in_its_field_to_be_mended(client: Client) -> None:
    """A date field would show nothing in its place."""
    page = tree(client.get("/?from=yesterday&to=2022-07-03"))

    shown = {key: dict(one(page, "input", id=key).attributes) for key in ("from", "to")}
    assert (shown["from"]["type"], shown["from"]["value"]) == ("text", "yesterday")
    assert (shown["to"]["type"], shown["to"]["value"]) == ("date", "2022-07-03")
