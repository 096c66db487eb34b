"""JSON-LD on an incident's page, held against the vocabulary of schema.org."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from incidents.models import Incident
from incidents.public.linked_data import Node, _Json
from incidents.record.models import Entry
from incidents.record.publish import publish
from incidents.tests.factories import (
    load_demo_data,
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import html
from incidents.vocabulary import ActorKind, Attribution, PlaceKind, Question, Stance
from sources.moments import Precision

VOCABULARY = json.loads((Path(__file__).parent / "data" / "schemaorg.json").read_text())
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d[+-]\d\d:\d\d)?)?)?")


def linked(client: Client, incident: str, tail: str = "") -> list[Node]:
    """The graph of the page; empty where it has none."""
    page = html(client.get(f"/incidents/{incident}/{tail}", follow=True))
    blocks = [json.loads(block) for block in BLOCK.findall(page)]
    assert all(block["@context"] == "https://schema.org" for block in blocks)
    return [node for block in blocks for node in block["@graph"]]


def of_type(graph: list[Node], kind: str) -> list[Node]:
    return [node for node in graph if node.get("@type") == kind]


def values_of(node: Node) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        if not key.startswith("@"):
            for one in value if isinstance(value, list) else [value]:
                yield key, one


def faults(node: Node, types: dict[str, str]) -> Iterator[str]:
    """What schema.org does not know; `types` are those of the ids of the graph."""
    for key, value in values_of(node):
        known = VOCABULARY["properties"][key]
        if "@type" in node and not set(known["domain"]) & set(lineage(node["@type"])):
            yield f"{node['@type']} has no {key}"
        if isinstance(value, dict):
            kind = types[value["@id"]] if "@id" in value else value.get("@type")
            if kind and not set(known["range"]) & set(lineage(kind)):
                yield f"{key} is no {kind}"
            yield from faults(value, types)
        elif not fits(value, known["range"]):
            yield f"{key} is not {value!r}"


def lineage(kind: str) -> list[str]:
    ancestors: list[str] = VOCABULARY["types"][kind]
    return ancestors


def fits(value: Any, kinds: list[str]) -> bool:
    if isinstance(value, float):
        return "Number" in kinds
    if {"Date", "DateTime"} & set(kinds):
        return bool(DATE.fullmatch(value))
    return "Text" in kinds or ("URL" in kinds and bool(re.match(r"https?://", value)))


@pytest.mark.django_db
def test_every_incident_of_the_demo_is_in_the_words_of_schema_org(client: Client) -> None:
    load_demo_data()

    for entry in Entry.objects.all():
        graph = linked(client, entry.incident)
        types = {node["@id"]: node["@type"] for node in graph}
        assert [fault for node in graph for fault in faults(node, types)] == []
        assert len(of_type(graph, "Event")) == 1
        assert len(of_type(graph, "Claim")) == entry.claim_count
        assert len(of_type(graph, "NewsArticle")) == entry.report_count
        assert not re.search("Rating|Review", json.dumps(graph))


def test_the_check_finds_what_schema_org_does_not_know() -> None:
    node = {
        "@type": "Claim",
        "@id": "x",
        "author": {"@type": "Place", "jobTitle": "mayor"},
        "datePublished": "3 July",
    }

    assert list(faults(node, {})) == [
        "author is no Place",
        "Place has no jobTitle",
        "datePublished is not '3 July'",
    ]


@pytest.mark.django_db
def test_a_claim_names_who_said_it_when_and_which_reports_carry_it(client: Client) -> None:
    incident = make_incident(title="Вибухи", language="uk")
    body = make_actor("Belgorod Oblast government")
    statement = make_statement(
        speaker=make_actor("Vyacheslav Gladkov", organisation=body),
        role="governor",
        said_at=datetime(2022, 7, 3, 4, 30, tzinfo=UTC),
        said_precision=Precision.MINUTE,
        zone="Europe/Moscow",
    )
    claim = make_claim(incident=incident, statement=statement, cited=False)
    late, early = (
        make_source(published_at=datetime(2022, 7, day, tzinfo=UTC), title=f"Report {day}")
        for day in (5, 4)
    )
    for source in (late, early):
        snapshot = make_snapshot(source=source, text=f"At least three: {source.title}")
        make_citation(claim, "At least three", snapshot=snapshot)
    publish(incident)

    graph = linked(client, incident.public_id)

    site = "http://testserver"
    reports = [{"@id": f"{site}/sources/{source.public_id}/"} for source in (late, early)]
    (said,) = of_type(graph, "Claim")
    assert sorted(map(str, said.pop("appearance"))) == sorted(map(str, reports))
    assert said == {
        "@type": "Claim",
        "@id": f"{site}/claims/{claim.public_id}/",
        "name": "Killed",
        "text": "at least 3 killed",
        "inLanguage": "uk",
        "about": {"@id": f"{site}/incidents/{incident.public_id}/#event"},
        "author": {
            "@type": "Person",
            "name": "Vyacheslav Gladkov",
            "jobTitle": "governor",
            "affiliation": {"@type": "Organization", "name": "Belgorod Oblast government"},
        },
        "datePublished": "2022-07-03T07:30+03:00",
        "firstAppearance": reports[1],
    }
    article = next(node for node in graph if node["@id"] == reports[1]["@id"])
    assert article["headline"] == "Report 4"
    assert article["url"] == early.url
    assert article["publisher"] == {"@type": "Organization", "name": early.publisher.name}
    assert article["datePublished"].startswith("2022-07-04")


@pytest.mark.django_db
@pytest.mark.parametrize("stance", [Stance.DENIES, Stance.DECLINES_TO_COMMENT])
def test_a_denial_or_a_silence_does_not_read_as_an_assertion(
    client: Client, stance: Stance
) -> None:
    incident = make_incident()
    make_claim(incident=incident, question=Question.CAUSE, text="a missile", stance=stance)
    publish(incident)

    (said,) = of_type(linked(client, incident.public_id), "Claim")

    assert said["text"] == f"a missile ({stance.label})"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "attribution", "for_a_body", "author"),
    [
        (ActorKind.EYEWITNESS, Attribution.NAMED, False, "Person"),
        (ActorKind.MILITARY, Attribution.NAMED, True, "Person"),
        (ActorKind.MEDIA, Attribution.OUTLET_OWN_VOICE, False, "Organization"),
        (ActorKind.STATE_OFFICIAL, Attribution.OFFICIAL_UNNAMED, True, None),
        (ActorKind.STATE_OFFICIAL, Attribution.NAMED, False, None),
        (ActorKind.UNATTRIBUTED, Attribution.UNATTRIBUTED, False, None),
    ],
)
def test_where_the_record_does_not_tell_an_author_is_neither_person_nor_body(
    client: Client, kind: str, attribution: str, for_a_body: bool, author: str | None
) -> None:
    incident = make_incident()
    body = make_actor("A body") if for_a_body else None
    speaker = make_actor("A speaker", kind=kind, organisation=body)
    make_claim(
        incident=incident, statement=make_statement(speaker=speaker, attribution=attribution)
    )
    publish(incident)

    (said,) = of_type(linked(client, incident.public_id), "Claim")

    assert said["author"].get("@type") == author
    assert said["author"]["name"] == "A speaker"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("precision", "latest", "start", "end"),
    [
        (Precision.MINUTE, (2022, 7, 3, 0, 30), "2022-07-03T03:30+03:00", None),
        (Precision.HOUR, (2022, 7, 3, 1, 30), "2022-07-03T03:30+03:00", "2022-07-03T04:30+03:00"),
        (Precision.DAY, (2022, 7, 3, 20, 59), "2022-07-03", None),
        (Precision.DAY_RANGE, (2022, 7, 5, 20, 59), "2022-07-03", "2022-07-05"),
        (Precision.MONTH, (2022, 7, 31, 20, 59), "2022-07", None),
        (Precision.YEAR, (2022, 12, 31, 20, 59), "2022", None),
    ],
)
def test_an_event_is_dated_no_more_exactly_than_it_is_known(
    client: Client, precision: str, latest: tuple[int, ...], start: str, end: str | None
) -> None:
    year, month, day, hour, minute = latest
    incident = make_published(
        earliest=datetime(2022, 7, 3, 0, 30, tzinfo=UTC),
        latest=datetime(year, month, day, hour, minute, tzinfo=UTC),
        precision=precision,
        zone="Europe/Moscow",
    )

    (event,) = of_type(linked(client, incident.public_id), "Event")

    assert (event["startDate"], event.get("endDate")) == (start, end)


@pytest.mark.django_db
def test_a_day_ends_before_the_first_instant_of_the_next(client: Client) -> None:
    incident = make_published(
        earliest=datetime(2022, 7, 2, 21, 0, tzinfo=UTC),
        latest=datetime(2022, 7, 3, 21, 0, tzinfo=UTC),
        precision=Precision.DAY,
        zone="Europe/Moscow",
    )

    (event,) = of_type(linked(client, incident.public_id), "Event")

    assert event["startDate"] == "2022-07-03"
    assert "endDate" not in event


@pytest.mark.django_db
def test_a_place_lies_in_what_it_lies_in(client: Client) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    place = make_place("Lysychansk", parent=region, latitude=48.9, longitude=38.4)
    incident = make_published(place=place)

    (event,) = of_type(linked(client, incident.public_id), "Event")

    assert event["location"] == {
        "@type": "Place",
        "name": "Lysychansk",
        "geo": {"@type": "GeoCoordinates", "latitude": 48.9, "longitude": 38.4},
        "containedInPlace": {
            "@type": "Place",
            "name": "Luhansk Oblast",
            "containedInPlace": {"@type": "Place", "name": "Ukraine"},
        },
    }


@pytest.mark.django_db
def test_only_the_newest_version_as_it_stands_is_handed_to_programs(client: Client) -> None:
    incident = make_published()
    Incident.objects.filter(pk=incident.pk).update(title="Blasts")
    incident.refresh_from_db()
    publish(incident, "Another title.")

    (event,) = of_type(linked(client, incident.public_id), "Event")
    assert event["name"] == "Blasts"
    for tail in ("v/1/", "?known=2022-07-04T00:00Z", "?known=yesterday"):
        assert linked(client, incident.public_id, tail) == []


@pytest.mark.django_db
def test_it_is_english_whatever_the_language_of_the_page(client: Client) -> None:
    incident = make_published()
    page = html(
        client.get(
            f"/incidents/{incident.public_id}/", headers={"Accept-Language": "uk"}, follow=True
        )
    )

    assert '<html lang="uk">' in page
    (block,) = BLOCK.findall(page)
    assert '"name":"Killed"' in block


# The element


@given(text=st.text() | st.text("</script!->& \"'\\"))
@example(text="</script><script>alert(1)</script>")
@example(text="<!--<script>")
@example(text="]]>&lt;")
def test_no_text_ends_the_element(text: str) -> None:
    written = _Json(json.dumps([text], ensure_ascii=False)).__html__()

    assert not set(written) & set("<>&")
    assert json.loads(written) == [text]


@pytest.mark.django_db
def test_markup_in_a_title_stays_in_its_text(client: Client) -> None:
    title = '</script><!-- "x" & \\'
    incident = make_published(title=title)

    (event,) = of_type(linked(client, incident.public_id), "Event")

    assert event["name"] == title
