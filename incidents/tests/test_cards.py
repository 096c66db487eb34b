"""Cards of entries are rendered once and kept, and never say what is no longer so."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client

from incidents.models import Incident
from incidents.public import cards, timeline
from incidents.public.cards import Card
from incidents.public.filters import Filters
from incidents.public.kept import Kept
from incidents.record.bitmaps import Bitmaps
from incidents.record.models import Entry, RecordPlace, Version
from incidents.record.models.entries import Shown, State
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_statement,
)
from incidents.tests.reading import (
    Response,
    attribute,
    earlier,
    find,
    one,
    strip,
    text,
    titles,
    tree,
)
from incidents.vocabulary import PlaceKind, Question

pytestmark = pytest.mark.django_db

WHEN = datetime(2022, 7, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Titles of the cards that are rendered, as they are; none is kept before."""
    monkeypatch.setattr(cards, "_kept", Kept(cards.MOST_BYTES))
    made: list[str] = []
    render = cards.card_of

    def noted(entry: Shown, *args: Any) -> Card:
        made.append(entry.title)
        return render(entry, *args)

    monkeypatch.setattr(cards, "card_of", noted)
    return made


def entry_of(response: Response) -> str:
    (entry,) = find(tree(response), "article")
    return text(entry)


def test_a_card_is_rendered_once_in_each_language(client: Client, rendered: list[str]) -> None:
    make_published(title="Explosions")

    for code, status in [("en", "One origin"), ("uk", "Одне першоджерело")] * 2:
        response = client.get("/", headers={"Accept-Language": code})
        assert titles(response) == ["Explosions"]
        assert text(one(tree(response), class_="status")) == status

    assert rendered == ["Explosions"] * 2


def test_a_version_is_in_the_next_answer_and_only_its_card_is_rendered(
    client: Client, rendered: list[str]
) -> None:
    make_published(title="Explosions")
    fire = make_published(title="Fire")
    client.get("/")

    fire.title = "A large fire"
    fire.save()
    publish(fire, "Larger.")

    assert sorted(titles(client.get("/"))) == ["A large fire", "Explosions"]
    assert sorted(rendered) == ["A large fire", "Explosions", "Fire"]


def test_what_is_withdrawn_is_gone_from_the_next_answer(client: Client) -> None:
    incident = make_published()
    client.get("/")

    withdraw(incident, "It was no incident.")

    assert titles(client.get("/")) == []


def test_a_place_has_the_name_that_another_incident_has_given_it_since(
    client: Client, rendered: list[str]
) -> None:
    place = make_place("Artemivsk")
    make_published(title="Explosions", place=place)
    assert "Artemivsk" in entry_of(client.get("/?kind=explosion"))

    place.name = "Bakhmut"
    place.save()
    make_published(title="Fire", place=place, kind="strike")

    assert RecordPlace.objects.get(pk=place.public_id).name == "Bakhmut"
    words = entry_of(client.get("/?kind=explosion"))
    assert "Bakhmut" in words
    assert "Artemivsk" not in words
    assert rendered == ["Explosions"]


def test_a_kept_card_says_possibly_only_on_the_page_where_it_is_so(
    client: Client, rendered: list[str]
) -> None:
    later = datetime(2022, 7, 5, 3, 0, tzinfo=UTC)
    make_published(earliest=WHEN, latest=later, precision="day_range", zone="UTC")

    said = ["possibly" in entry_of(client.get(a)) for a in ("/", "/?to=2022-07-04", "/")]

    assert said == [False, True, False]
    assert len(rendered) == 1


def test_a_serial_that_is_given_anew_brings_no_card_of_the_lost_version(client: Client) -> None:
    """As after a standby took over which lacked the newest version."""
    lost = make_published(title="Lost")
    assert titles(client.get("/")) == ["Lost"]
    entry = Entry.objects.get()
    serial = entry.serial
    entry.delete()

    Entry.objects.create(**_as_another_incident(lost, serial))

    assert titles(client.get("/")) == ["Published instead"]


def _as_another_incident(lost: Incident, serial: int) -> dict[str, Any]:
    make_published(title="Published instead", place=lost.place)
    entry = Entry.objects.get()
    fields = {field.name: getattr(entry, field.name) for field in Entry._meta.concrete_fields}
    entry.delete()
    return fields | {"serial": serial}


def test_after_a_rebuild_cards_are_of_the_new_rows(client: Client, rendered: list[str]) -> None:
    make_published(title="Explosions")
    client.get("/")

    call_command("rebuild_record")

    assert titles(client.get("/")) == ["Explosions"]
    assert rendered == ["Explosions"] * 2


def test_a_kept_card_has_marks_only_where_it_is_searched_for(
    client: Client, rendered: list[str]
) -> None:
    make_published(title="Explosions <b>& “fire”</b>")

    for words, expected in {
        "explosions": ["Explosions"],
        "nothing": [],
        "fire or gladkov": ["fire", "Gladkov"],
    }.items():
        response = client.get("/", {"q": words})
        assert [text(mark) for mark in find(tree(response), "mark")] == expected
    assert not find(tree(client.get("/")), "mark")
    assert titles(client.get("/")) == rendered == ["Explosions <b>& “fire”</b>"]


def test_what_fills_a_gap_is_text_whatever_it_looks_like(client: Client) -> None:
    hostile = '100 % %(title)s %s "><b>{{ title }}</b>'
    made = make_incident(title=hostile, place=make_place(hostile, kind=PlaceKind.REGION))
    said = make_statement(speaker=make_actor(hostile))
    make_claim(incident=made, statement=said, question=Question.TARGET, text=hostile)
    publish(made)

    response = client.get("/", {"from": "2022-07-01"})

    assert titles(response) == [hostile]
    assert strip(response, hostile) == {"Target": [f"Russian side: {hostile} {hostile}, 3 Jul"]}
    assert hostile in text(one(tree(response), id="facet-place"))
    assert hostile in text(one(tree(response), id="facet-actor"))
    page = tree(client.get("/", {"q": hostile}))
    assert unescape(attribute(one(page, id="q"), "value")) == hostile
    assert not [bold for bold in find(page, "b") if text(bold).startswith("{{")]


@pytest.mark.usefixtures("bitmaps")
def test_what_was_known_at_a_moment_is_rendered_once_and_leads_to_that_moment(
    client: Client, rendered: list[str]
) -> None:
    incident = make_published(title="Explosions")
    for hour in (12, 15):
        said = make_statement(said_at=datetime(2022, 7, 3, hour, tzinfo=UTC))
        make_claim(incident=incident, statement=said, text=f"more at {hour}")
    publish(incident, "More claims.")

    page = f"/incidents/{incident.public_id}/explosions/"
    for hour, claims in ((10, "1 claim "), (11, "1 claim "), (13, "2 claims "), (20, "3 claims "),
                         (21, "3 claims ")):  # fmt: skip
        known = f"2022-07-03T{hour}:00"
        entry = one(tree(client.get("/", {"known": f"{known}Z"})), "article")
        assert attribute(one(entry, "a"), "href") == f"{page}?known={known}:00Z"
        assert claims in text(entry)

    assert len(rendered) == 3


def test_a_publish_between_the_list_and_its_entries_is_seen(rendered: list[str]) -> None:
    incident = make_published(title="Explosions")
    asked: list[list[State]] = []

    def ask() -> list[State]:
        states = Entry.objects.newest("at").states()
        if not asked:
            incident.title = "More explosions"
            incident.save()
            publish(incident, "Again.")
        asked.append(states)
        return states

    (card,) = cards.cards_of(ask, dated=False)

    assert card.changed_at == Version.objects.get(number=2).published_at
    assert len(asked) == 2
    assert Version.objects.clock() == 2


@pytest.mark.usefixtures("bitmaps")
def test_pages_that_the_bitmaps_choose_are_those_of_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 4):
        for kind in ("strike", "explosion"):
            at = datetime(2022, 7, day, 3, 0, tzinfo=UTC)
            made = make_published(
                title=f"{kind} {day}", kind=kind, earliest=at, latest=at, zone="UTC"
            )
        said = make_statement(said_at=datetime(2022, 7, 3, 12, tzinfo=UTC))
        make_claim(incident=made, statement=said)
        publish(made, "One more claim.")
    monkeypatch.setattr(timeline, "PAGE", 2)

    narrow = ("kind=strike", "to=2022-07-02", "q=explosion", "kind=protest", "kind=bogus")
    ranked = ("q=explosion&sort=relevance", "q=strike+or+nothing&sort=relevance")
    known = ("known=2022-07-03T11:00Z", "known=2022-07-03T14:00Z", "known=2022-07-03T09:00Z")
    for query in ("/", *(f"/?{pair}" for pair in (*narrow, *ranked, *known))):
        chosen = _pages(client, query)
        with monkeypatch.context() as patched:
            patched.setattr(settings, "BITMAPS", False)
            assert _pages(client, query) == chosen
    assert len(_pages(client, "/")) == 3


@pytest.fixture
def published_meanwhile(bitmaps: None, monkeypatch: pytest.MonkeyPatch) -> Incident:
    """Published anew while the next page is made, just after the bitmaps chose its entries."""
    incident = make_published(title="Explosions")
    newest = Bitmaps.newest

    def chosen(bitmaps: Bitmaps, *args: Any) -> list[int]:
        serials = newest(bitmaps, *args)
        monkeypatch.setattr(Bitmaps, "newest", newest)
        incident.title = "More explosions"
        incident.save()
        publish(incident, "More.")
        return serials

    monkeypatch.setattr(Bitmaps, "newest", chosen)
    return incident


def test_a_publish_before_a_chosen_card_is_rendered_is_on_the_page(
    client: Client, published_meanwhile: Incident
) -> None:
    assert titles(client.get("/")) == ["More explosions"]


def test_a_publish_after_kept_cards_were_chosen_is_on_the_next_page(
    client: Client, published_meanwhile: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Bitmaps, "newest", lambda *_args: [Version.objects.clock()])
        assert titles(client.get("/?kind=explosion")) == ["Explosions"]

    assert titles(client.get("/")) == ["Explosions"]
    assert titles(client.get("/")) == ["More explosions"]


@pytest.mark.parametrize("query", ["", "known=2022-07-04"])
def test_what_is_published_anew_before_it_is_read_is_not_what_was_chosen(query: str) -> None:
    incident = make_published(title="Explosions")
    entries = Filters.read(QueryDict(query)).at_serials([Version.objects.clock()])

    incident.title = "More explosions"
    incident.save()
    publish(incident, "More.")

    assert not entries.exists()


def _pages(client: Client, address: str) -> list[list[str]]:
    found = []
    while address:
        response = client.get(address)
        found.append(titles(response))
        address = earlier(response) or earlier(response, "Further")
    return found
