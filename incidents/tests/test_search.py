"""Search: stems, phrases, exclusion, and names in every spelling that the record knows."""

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import Incident
from incidents.record.models import Entry
from incidents.record.publish import publish
from incidents.record.search import literal, vector
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_entry,
    make_incident,
    make_place,
    make_statement,
)
from incidents.tests.reading import ids, titles
from incidents.vocabulary import Question

pytestmark = pytest.mark.django_db


def found(client: Client, words: str) -> list[str]:
    return titles(client.get("/", {"q": words}))


@pytest.fixture
def belgorod() -> Incident:
    """Words in every part of a document that a search looks into."""
    incident = make_incident(
        title="Explosions reported in Belgorod",
        summary="Officials of both sides spoke of shelled houses.",
        place=make_place("Belgorod", ["Белгород", "Bjelgorod"]),
        place_note="a street by the market",
    )
    claim = make_claim(
        incident=incident,
        statement=make_statement(
            speaker=make_actor("Vyacheslav Gladkov", ["Вячеслав Гладков", "Hladkov"])
        ),
        question=Question.DAMAGE,
        text="eleven apartment buildings destroyed",
        cited=False,
    )
    make_citation(claim, "Разрушены многоквартирные дома")
    publish(incident)
    return incident


@pytest.mark.usefixtures("belgorod")
@pytest.mark.parametrize(
    "words",
    [
        "explosions",
        "explosion",  # English stems
        "shelling",
        "official house",
        "building",
        "markets",
        "разрушен",  # Russian stems
        "разрушены дом",
        "многоквартирных домов",
        "Belgorod",
        "belgorod",
        "Bjelgorod",
        "Белгород",
        "белгороде",
        "Бєлгороді",  # Ukrainian
        "Гладков",
        "Hladkov",
        "gladkov",
        "Гладкова",
        "Гладковым",
        "Гладковим",
        "Ukraine",
        "explosions Гладков market",
    ],
)
def test_words_are_found_in_titles_summaries_claims_names_and_quotes_in_any_form(
    client: Client, words: str
) -> None:
    make_entry(title="Something else")

    assert found(client, words) == ["Explosions reported in Belgorod"]


@pytest.mark.usefixtures("belgorod")
@pytest.mark.parametrize(
    "words", ["Kharkiv", "explosions Kharkiv", "Гайдай", "explosions -belgorod"]
)
def test_an_incident_without_all_the_words_is_not_found(client: Client, words: str) -> None:
    assert found(client, words) == []


@pytest.fixture
def three() -> None:
    for title in ("Missile strike on Kyiv", "Strike of missile workers", "Drones over Odesa"):
        make_entry(title=title)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("missile strike", {"Missile strike on Kyiv", "Strike of missile workers"}),
        ('"missile strike"', {"Missile strike on Kyiv"}),
        ("missile -kyiv", {"Strike of missile workers"}),
        ("missile -workers -kyiv", set()),
        ("kyiv or odesa", {"Missile strike on Kyiv", "Drones over Odesa"}),
        ("KYIV OR ODESA", {"Missile strike on Kyiv", "Drones over Odesa"}),
        (
            '"drones over" or "strike of missile"',
            {"Drones over Odesa", "Strike of missile workers"},
        ),
        ("-missile", {"Drones over Odesa"}),
        ("strike -Києва", {"Strike of missile workers"}),
        ('-"missile strike" missiles', {"Strike of missile workers"}),
        (
            'drones or "strike',
            {"Missile strike on Kyiv", "Strike of missile workers", "Drones over Odesa"},
        ),
        ("the", set()),
        ("or", set()),
        ("the strike of a missile", {"Missile strike on Kyiv", "Strike of missile workers"}),
    ],
)
def test_phrases_exclusion_and_alternatives_work(
    client: Client, words: str, expected: set[str]
) -> None:
    assert set(found(client, words)) == expected


@pytest.mark.usefixtures("three")
def test_accents_and_case_make_no_difference(client: Client) -> None:
    make_entry(title="Ёлка в Харькове")

    assert found(client, "елка") == ["Ёлка в Харькове"]
    assert found(client, "ЁЛКА") == ["Ёлка в Харькове"]
    assert found(client, "Харьков") == ["Ёлка в Харькове"]


def test_an_accent_makes_no_difference_in_latin_letters_either(client: Client) -> None:
    make_entry(title="The Élysée declines to comment")

    assert found(client, "elysee") == found(client, "Élysée") == ["The Élysée declines to comment"]


def test_words_joined_by_a_hyphen_are_looked_for_together(client: Client) -> None:
    make_entry(title="An S-300 missile fell")
    make_entry(title="300 people saw an S-400 missile")

    assert found(client, "S-300") == ["An S-300 missile fell"]
    assert len(found(client, "missile -S-300")) == 1


@pytest.mark.usefixtures("three")
def test_markup_and_operators_are_only_words(client: Client) -> None:
    for words in ("<b>missile</b> & | ! :*", "missile'); drop table x;--", '"'):
        assert client.get("/", {"q": words}).status_code == 200
    assert len(found(client, "missile:*")) == 2


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "spelling", ["Lysychansk", "Lisichansk", "Лисичанськ", "Лисичанск", "лисичанске"]
)
def test_a_town_is_found_in_any_spelling_of_the_gazetteer(client: Client, spelling: str) -> None:
    lysychansk = ids(client.get("/?q=lysychansk"))

    assert len(lysychansk) >= 2
    assert ids(client.get("/", {"q": spelling})) == lysychansk


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "spelling", ["Gladkov", "Hladkov", "Gladkow", "Гладков", "Viacheslav Gladkov"]
)
def test_a_speaker_is_found_in_any_spelling_that_is_known(client: Client, spelling: str) -> None:
    gladkov = ids(client.get("/?q=gladkov"))

    assert len(gladkov) >= 2
    assert ids(client.get("/", {"q": spelling})) == gladkov


WORDS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[0-9a-zа-яєіїґæðıđøþ.'\-]{1,8}", fullmatch=True),
    st.sampled_from(["drone", "drones", "Белгород", "S-300", "1e5", "0x1f", "ı" * 450, "x" * 700]),
)
TEXTS = st.lists(st.lists(WORDS, max_size=40).map(" ".join), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries(dict.fromkeys("ABCD", TEXTS)))
def test_a_vector_written_here_is_the_one_that_postgresql_makes(
    texts: dict[str, list[str]],
) -> None:
    texts = {weight: [one.replace("\x00", "") for one in ones] for weight, ones in texts.items()}
    entry = make_entry()

    again = Entry.objects.filter(pk=entry.pk).values_list(vector(texts), flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute("select %s::tsvector::text", [literal(texts)])
        assert cursor.fetchone()[0] == again
