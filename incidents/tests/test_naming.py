"""Names in the reader's language."""

import pytest
from django.test import Client
from django.utils.translation import override

from incidents.models import ActorName, PlaceName
from incidents.public.naming import marked, name_of
from incidents.record.models import RecordActor, RecordPlace
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_statement,
)
from incidents.tests.reading import attribute, chips, find, one, strip, text, tree
from incidents.vocabulary import PlaceKind

NAMES = [["", "Lisichansk"], ["en", "Lysychansk"], ["ru", "Лисичанск"], ["uk", "Лисичанськ"]]
LYSYCHANSK = {"name": "Lysychansk", "names": NAMES}


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Lysychansk"), ("uk", "Лисичанськ"), ("ru", "Лисичанск")]
)
def test_a_name_is_in_the_readers_language(language: str, name: str) -> None:
    with override(language):
        assert name_of(LYSYCHANSK) == (name, "")
        assert name_of(RecordPlace(name="Lysychansk", details=LYSYCHANSK)) == (name, "")
        assert name_of(RecordActor(name="Lysychansk", details=LYSYCHANSK)) == (name, "")
        assert marked(LYSYCHANSK) == name


def test_without_a_name_in_the_readers_language_the_main_one_stands_marked_as_english() -> None:
    mash = {"name": "<Mash>", "names": [["en", "Mash"], ["ru", "Мэш"]]}

    with override("uk"):
        assert name_of(mash) == ("<Mash>", "en")
        assert marked(mash) == '<span lang="en">&lt;Mash&gt;</span>'
    with override("en"):
        assert marked(mash) == "<Mash>"


@pytest.mark.django_db
def test_the_timeline_names_places_and_speakers_in_the_readers_language(client: Client) -> None:
    country = make_place("Ukraine", kind=PlaceKind.COUNTRY)
    place, speaker = make_place(parent=country), make_actor()
    PlaceName.objects.create(place=place, name="Лисичанськ", language="uk")
    ActorName.objects.create(actor=speaker, name="В'ячеслав Гладков", language="uk")
    incident = make_incident(place=place)
    make_claim(incident=incident, statement=make_statement(speaker=speaker))
    publish(incident)

    response = client.get(f"/?place={place.public_id}", headers={"Accept-Language": "uk"})

    assert "Лисичанськ" in " ".join(chips(response))
    (entry,) = find(tree(response), "article")
    assert "Лисичанськ, Ukraine" in text(one(entry, class_="meta"))
    (foreign,) = find(one(entry, class_="meta"), "span", lang="en")
    assert text(foreign) == "Ukraine"
    ((answer,),) = strip(response, incident.title).values()
    assert "В'ячеслав Гладков" in answer
    (label,) = find(tree(response), "label", **{"for": f"place-{country.public_id}"})
    assert attribute(label, "lang") == "en"
