import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident, Place
from incidents.record.models import Entry, Version
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_relation,
    make_statement,
)
from incidents.tests.reading import attribute, find, ids, tree
from incidents.vocabulary import Question, Side
from sources.moments import Precision

pytestmark = pytest.mark.django_db

CSV, JSON, GEOJSON, TIMELINEJS, ATOM = EVERY = (
    "/incidents.csv",
    "/incidents.json",
    "/incidents.geojson",
    "/incidents.timelinejs.json",
    "/incidents.atom",
)
STREAMED = EVERY[:4]
MORNING, EVENING = (datetime(2022, 7, 3, hour, 0, tzinfo=UTC) for hour in (6, 18))


@pytest.fixture
def belgorod() -> Place:
    return make_place("Belgorod", latitude=50.61, longitude=36.58)


def body(response: Any) -> bytes:
    content: bytes = response.getvalue()
    return content


def text(client: Client, address: str, query: dict[str, Any] | None = None) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return body(response).decode()


def table(client: Client, **query: Any) -> list[dict[str, str]]:
    content = text(client, CSV, query).removeprefix("\ufeff")
    return list(csv.DictReader(StringIO(content, newline="")))


def incidents(client: Client, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(client, JSON, query))["incidents"]
    return found


def features(client: Client, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(client, GEOJSON, query))["features"]
    return found


def slides(client: Client, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(client, TIMELINEJS, query))["events"]
    return found


# The same rows


def ids_in(client: Client, query: dict[str, Any]) -> Iterator[list[str]]:
    yield list(dict.fromkeys(row["incident_id"] for row in table(client, **query)))
    yield [incident["id"] for incident in incidents(client, **query)]
    yield [feature["id"] for feature in features(client, **query)]
    yield [slide["unique_id"] for slide in slides(client, **query)]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 3),
        ({"kind": "strike"}, 2),
        ({"q": "Лисичанськ"}, 1),
        ({"from": "2022-07-02", "to": "2022-07-02"}, 1),
        ({"sort": "changed"}, 3),
        ({"known": "2022-06-01"}, 0),
        ({"side": "russia", "kind": ["strike", "protest"]}, 2),
        ({"kind": "strike", "utm_source": "letter"}, 2),
    ],
)
def test_each_download_holds_the_rows_of_the_timeline_in_its_order(
    client: Client, belgorod: Place, query: dict[str, Any], number: int
) -> None:
    for day, kind, title in (
        (3, "strike", "One"),
        (1, "strike", "Two"),
        (2, "explosion", "Лисичанськ"),
    ):
        at = datetime(2022, 7, day, 12, 0, tzinfo=UTC)
        make_published(
            title=title, kind=kind, place=belgorod, earliest=at, latest=at, precision="minute"
        )

    shown = ids(client.get("/", query, follow=True))

    assert len(shown) == number
    assert list(ids_in(client, query)) == [shown] * 4


def test_a_download_holds_all_pages_even_from_the_address_of_a_later_one(
    client: Client, belgorod: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.rows.BATCH", 2)
    published = {make_published(place=belgorod).public_id for _ in range(5)}
    after = f"1656800000000000_{min(published)}"

    for found in ids_in(client, {"after": after}):
        assert set(found) == published
        assert len(found) == 5


def test_drafts_changes_not_yet_published_and_withdrawn_incidents_are_in_none(
    client: Client, belgorod: Place
) -> None:
    make_claim(incident=make_incident(title="Draft heading", place=belgorod))
    withdraw(make_published(title="Withdrawn heading", place=belgorod), "Entered twice.")
    published = make_published(title="Public heading", place=belgorod)
    make_claim(incident=published, text="unpublished addition")
    Incident.objects.filter(pk=published.pk).update(title="Unpublished heading")

    for address in EVERY:
        content = text(client, address)
        assert "Public heading" in content
        assert "Draft" not in content
        assert "Withdrawn" not in content
        assert "npublished" not in content


def test_of_what_nobody_had_claimed_by_the_moment_asked_for_nothing_is_told(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(place=belgorod)
    first, second = (
        make_claim(
            incident=incident,
            text=words,
            statement=make_statement(
                speaker=make_actor(speaker, side=side),
                said_at=at,
                said_precision=Precision.MINUTE,
            ),
        )
        for words, speaker, side, at in (
            ("3 killed", "Gladkov", Side.RUSSIA, MORNING),
            ("nobody killed", "Mayor", Side.UKRAINE, EVENING),
        )
    )
    make_relation(first, second)
    publish(incident)

    assert [row["answer"] for row in table(client, known="2022-07-03T12:00Z")] == ["3 killed"]
    (known,) = incidents(client, known="2022-07-03T12:00Z")
    assert known["standing"] == "one_origin"
    assert [claim["relations"] for claim in known["claims"]] == [[]]
    for address in EVERY:
        content = text(client, address, {"known": "2022-07-03T12:00Z"})
        assert second.public_id not in content
        assert "nobody killed" not in content
    (now,) = incidents(client)
    assert now["standing"] == "contested"
    assert len(now["claims"]) == 2


def test_letters_of_every_language_arrive_as_they_were_written(
    client: Client, belgorod: Place
) -> None:
    title = "Вибухи у Бєлгороді, взрывы в Белгороде: “blasts”"
    make_published(title=title, place=belgorod)

    for address in EVERY:
        assert title in text(client, address)


# What each holds


def test_an_incident_carries_permanent_addresses_version_time_and_place(
    client: Client, belgorod: Place
) -> None:
    incident = make_published(place=belgorod, place_precision="district")

    (found,) = incidents(client)

    version = Version.objects.get()
    assert found["url"] == f"http://testserver/incidents/{incident.public_id}/"
    assert found["version"]["url"] == f"http://testserver/incidents/{incident.public_id}/v/1/"
    assert (found["version"]["number"], found["version"]["serial"]) == (1, version.serial)
    assert found["version"]["sha256"] == version.sha256
    assert found["happened"] == {
        "earliest": "2022-07-03T00:00:00Z",
        "latest": "2022-07-03T01:00:00Z",
        "precision": "hour",
        "zone": "Europe/Kyiv",
        "inferred": False,
    }
    place = found["place"]
    assert (place["id"], place["precision"]) == (belgorod.public_id, "district")
    assert [above["name"] for above in place["path"]] == ["Ukraine", "Belgorod"]
    (claim,) = found["claims"]
    assert client.get(claim["url"]).status_code == 302
    assert [one["id"] for one in found["sources"]] == [claim["citations"][0]["source"]]
    for address in (found["url"], found["version"]["url"], found["sources"][0]["url"]):
        assert client.get(address, follow=True).status_code == 200


def test_the_list_says_its_schema_its_filter_and_how_new_it_is(
    client: Client, belgorod: Place
) -> None:
    make_published(place=belgorod)

    whole = json.loads(text(client, JSON, {"kind": ["strike", "explosion"], "after": ""}))

    assert whole["schema"] == 1
    assert whole["record_clock"] == Version.objects.clock()
    assert whole["query"] == "kind=explosion&kind=strike"
    assert whole["url"] == "http://testserver/?kind=explosion&kind=strike"
    assert "GeoNames" in whole["attribution"]


@pytest.mark.parametrize("address", [JSON, GEOJSON, TIMELINEJS])
def test_an_empty_list_is_a_list(client: Client, address: str) -> None:
    whole = json.loads(text(client, address))

    assert [value for value in whole.values() if isinstance(value, list)] == [[]]


# CSV


def test_a_row_is_a_claim_with_its_incident_and_what_is_not_known_is_empty(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(place=belgorod, title="Blasts, “big”\nones")
    at_night = make_statement(said_at=None, role="governor")
    make_claim(incident=incident, statement=at_night)
    make_claim(
        incident=incident,
        question=Question.CONTROL,
        text="under full control",
        control_status="full_control",
        control_place=belgorod,
        control_side=Side.RUSSIA,
    )
    publish(incident)

    rows = {row["question"]: row for row in table(client)}

    killed, control = rows["killed"], rows["control"]
    assert killed["title"] == control["title"] == incident.title
    assert (killed["low"], killed["high"], killed["qualifier"]) == ("3", "", "at_least")
    assert (killed["unit"], killed["group"], killed["basis"]) == ("people", "all", "cumulative")
    assert (killed["said_at"], killed["said_precision"], killed["said_zone"]) == ("", "", "")
    assert (killed["speaker_role"], killed["speaker_side"]) == ("governor", "russia")
    assert killed["control_status"] == killed["control_place"] == ""
    assert (control["control_status"], control["control_side"]) == ("full_control", "russia")
    assert (control["control_place_id"], control["control_place"]) == (
        belgorod.public_id,
        "Belgorod",
    )
    assert control["low"] == control["high"] == control["qualifier"] == ""
    assert (control["latitude"], control["longitude"]) == ("50.61", "36.58")
    assert control["place_path"] == "Ukraine › Belgorod"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_text_cannot_start_a_formula_in_a_spreadsheet(
    client: Client, belgorod: Place, start: str
) -> None:
    incident = make_incident(place=belgorod, title=f"{start}HYPERLINK(1)")
    speaker = make_statement(speaker=make_actor(f"{start}1+1"), role=f"{start}2")
    make_claim(incident=incident, statement=speaker, text=f"{start}3")
    publish(incident)

    (row,) = table(client)

    assert row["title"] == f"'{start}HYPERLINK(1)"
    assert (row["speaker"], row["speaker_role"]) == (f"'{start}1+1", f"'{start}2")
    assert row["answer"] == f"'{start}3"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_a_number_below_zero_stays_a_number(client: Client) -> None:
    make_published(place=make_place("Mykolaiv", latitude=-46.97, longitude=-32.0))

    (row,) = table(client)

    assert (row["latitude"], row["longitude"]) == ("-46.97", "-32.0")


def test_excel_is_told_that_the_table_is_utf_8(client: Client) -> None:
    response = client.get(CSV)

    assert body(response).startswith(b"\xef\xbb\xbfincident_id,")
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"


@pytest.mark.parametrize(
    ("query", "disposition"),
    [
        ({}, 'attachment; filename="claimline.csv"'),
        (
            {"kind": "strike", "known": "2022-07-03T18:00Z"},
            'attachment; filename="claimline-kind-strike-known-2022-07-03t1800z.csv"',
        ),
        (
            {"q": "Бєл"},
            "attachment; filename*=utf-8''claimline-q-%D0%B1%D1%94%D0%BB.csv",
        ),
        ({"q": '"; filename=/etc/x\r\nSet-Cookie: a=1'},
         'attachment; filename="claimline-q-filenameetcx-set-cookie-a1.csv"'),
    ],
)  # fmt: skip
def test_the_file_is_named_after_the_filter_in_a_header_that_is_plain_ascii(
    client: Client, query: dict[str, str], disposition: str
) -> None:
    response = client.get(CSV, query)

    assert response["Content-Disposition"] == disposition
    assert disposition.isascii()


# GeoJSON


def test_geojson_is_a_collection_of_points_with_the_longitude_first(
    client: Client, belgorod: Place
) -> None:
    incident = make_published(place=belgorod, place_precision="region")

    response = client.get(GEOJSON)

    assert response["Content-Type"] == "application/geo+json"
    collection = json.loads(body(response))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    (feature,) = collection["features"]
    assert set(feature) == {"type", "id", "geometry", "properties"}
    assert (feature["type"], feature["id"]) == ("Feature", incident.public_id)
    assert feature["geometry"] == {"type": "Point", "coordinates": [36.58, 50.61]}
    assert feature["properties"] == incidents(client)[0]
    assert feature["properties"]["place"]["precision"] == "region"


def test_a_place_without_coordinates_has_no_point_rather_than_one_at_zero(client: Client) -> None:
    make_published(place=make_place("Hroza"))

    (feature,) = features(client)

    assert feature["geometry"] is None
    assert feature["properties"]["place"]["latitude"] is None


def test_a_place_on_the_equator_keeps_its_point(client: Client) -> None:
    make_published(place=make_place("Null Island", latitude=0.0, longitude=0.0))

    (feature,) = features(client)

    assert feature["geometry"]["coordinates"] == [0.0, 0.0]


# TimelineJS


@pytest.mark.parametrize(
    ("precision", "latest", "start", "end"),
    [
        ("minute", (3, 6, 30), [2022, 7, 3, 9, 30], None),
        ("hour", (3, 7, 30), [2022, 7, 3, 9], [2022, 7, 3, 10]),
        ("part_of_day", (3, 12, 30), [2022, 7, 3], None),
        ("day", (3, 21, 0), [2022, 7, 3], None),
        ("day_range", (5, 21, 0), [2022, 7, 3], [2022, 7, 5]),
        ("week", (9, 21, 0), [2022, 7, 3], [2022, 7, 9]),
        ("month", (31, 21, 0), [2022, 7], None),
        ("year", (31, 21, 0), [2022], None),
    ],
)
def test_a_slide_is_dated_on_the_clock_of_the_place_no_more_exactly_than_is_known(
    client: Client,
    belgorod: Place,
    precision: str,
    latest: tuple[int, int, int],
    start: list[int],
    end: list[int] | None,
) -> None:
    make_published(
        place=belgorod,
        precision=precision,
        zone="Europe/Kyiv",
        earliest=datetime(2022, 7, 3, 6, 30, tzinfo=UTC),
        latest=datetime(2022, 7, *latest, tzinfo=UTC),
    )

    (slide,) = slides(client)

    parts = ["year", "month", "day", "hour", "minute"]
    assert slide["start_date"] == dict(zip(parts, start, strict=False))
    assert slide.get("end_date") == (dict(zip(parts, end, strict=False)) if end else None)


def test_a_slide_shows_markup_as_text(client: Client, belgorod: Place) -> None:
    incident = make_incident(
        place=belgorod, title="<script>alert(1)</script>", summary="<img src=x onerror=alert(1)>"
    )
    make_claim(incident=incident, text="“<b>3</b>” \u202ekilled")
    publish(incident)

    (slide,) = slides(client)

    assert slide["text"]["headline"] == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert "<img" not in slide["text"]["text"]
    assert "“&lt;b&gt;3&lt;/b&gt;” [U+202E]killed" in slide["text"]["text"]
    assert f'href="http://testserver/incidents/{incident.public_id}/"' in slide["text"]["text"]


# What cannot be read

HOSTILE = [
    "kind=%00",
    "kind=nothing",
    "q=%00",
    "q=" + "x" * 10_000,
    "from=2022-13-45",
    "from=2022-07-04&to=2022-07-03",
    "known=yesterday",
    "killed_min=" + "9" * 30,
    "place='%20OR%201=1",
    "actor=%ff%fe",
    "after=page-2",
    "page=0",
    "sort=at&sort=changed",
]


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("address", EVERY)
def test_a_filter_that_cannot_be_read_is_refused_without_a_row(
    client: Client, belgorod: Place, address: str, query: str
) -> None:
    make_published(title="Blasts", place=belgorod)

    response = client.get(f"{address}?{query}")

    assert response.status_code == 400
    assert "Blasts" not in body(response).decode()
    plain = address in (CSV, ATOM)
    expected = "text/plain; charset=utf-8" if plain else "application/problem+json"
    assert response["Content-Type"] == expected


def test_a_refusal_says_what_is_wrong_with_which_filter(client: Client) -> None:
    query = "?from=tomorrow"

    problem = client.get(JSON + query).json()

    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["errors"] == [{"parameter": "from", "detail": "Enter a valid date."}]
    assert client.get(CSV + query).content.decode() == "From: Enter a valid date.\n"


# Cost and caches


@pytest.mark.parametrize(
    ("address", "queries"), [(CSV, 3), (JSON, 4), (GEOJSON, 4), (TIMELINEJS, 3), (ATOM, 3)]
)
def test_a_download_costs_the_same_queries_however_many_rows_it_has(
    client: Client,
    belgorod: Place,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    queries: int,
) -> None:
    for _ in range(2):
        make_published(place=belgorod)
        with django_assert_num_queries(queries):
            text(client, address)


@pytest.mark.parametrize("address", EVERY)
def test_while_nothing_is_published_an_unchanged_download_costs_one_query(
    client: Client, belgorod: Place, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    make_published(place=belgorod)
    first = client.get(address)
    with django_assert_num_queries(1):
        again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    make_published(place=belgorod)
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("address", STREAMED)
def test_asked_only_for_the_head_it_reads_no_row(
    client: Client, belgorod: Place, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    make_published(place=belgorod)

    with django_assert_num_queries(1):
        response = client.head(address)

    assert body(response) == b""
    got = client.get(address)
    for header in ("ETag", "Content-Type", "Content-Disposition"):
        assert response[header] == got[header]


@pytest.mark.parametrize("address", EVERY)
def test_nothing_can_be_sent_to_a_download(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("query", ["", "?kind=nothing"])
@pytest.mark.parametrize("address", STREAMED)
def test_scripts_of_other_sites_may_read_it(client: Client, address: str, query: str) -> None:
    assert client.get(address + query)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db(transaction=True)
def test_what_is_published_while_rows_are_sent_does_not_mix_with_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.rows.BATCH", 1)
    monkeypatch.setattr("incidents.public.downloads._BYTES", 1)
    belgorod = make_place("Belgorod")
    both = [make_published(place=belgorod) for _ in range(2)]
    response = client.get(JSON)
    assert isinstance(response, StreamingHttpResponse)
    parts = iter(response)
    sent = [next(parts), next(parts)]
    withdraw(both[0], "Entered twice.")
    withdraw(both[1], "Entered twice.")

    found = json.loads(b"".join([*sent, *parts]))["incidents"]

    assert {incident["id"] for incident in found} == {one.public_id for one in both}
    assert not Entry.objects.exists()


# Where the timeline offers it


def test_the_timeline_links_to_its_twins_with_the_filter_and_without_the_page(
    client: Client,
) -> None:
    page = tree(client.get("/?after=1656800000000000_0123456789&kind=strike"))

    links = [attribute(link, "href") for link in find(page, "a")]
    for address in EVERY:
        assert f"{address}?kind=strike" in links
    (feed,) = find(page, "link", type="application/atom+xml")
    assert attribute(feed, "href") == f"{ATOM}?kind=strike"


def test_a_filter_that_cannot_be_read_offers_no_download(client: Client) -> None:
    page = tree(client.get("/?kind=nothing"))

    assert not find(page, "details", class_="downloads")
    assert not find(page, "link", type="application/atom+xml")
