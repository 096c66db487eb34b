"""Places and actors: found by any spelling, in the list and while typing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.models import Actor, Place
from incidents.tests.admin_form import fill_in
from incidents.tests.factories import make_actor, make_editor, make_incident, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


def offered(editor: Client, term: str, model: str = "incident", field: str = "place") -> list[str]:
    """What the autocomplete shows while `term` is typed, in its order."""
    response = editor.get(
        "/admin/autocomplete/",
        {"app_label": "incidents", "model_name": model, "field_name": field, "term": term},
    )
    return [result["text"] for result in response.json()["results"]]


def luhansk_oblast() -> Place:
    ukraine = make_place("Ukraine", kind="country")
    return make_place("Luhansk Oblast", kind="region", parent=ukraine)


@pytest.mark.parametrize("term", ["Lisichansk", "Лисичанск", "Лисичанськ", "lysychan"])
def test_a_place_is_offered_for_any_spelling_with_its_path(editor: Client, term: str) -> None:
    make_place("Lysychansk", ["Лисичанськ"], parent=luhansk_oblast())
    make_place("Belgorod")

    assert offered(editor, term) == ["Lysychansk, Luhansk Oblast, Ukraine"]


def test_the_likeliest_place_is_offered_first(editor: Client) -> None:
    oblast = luhansk_oblast()
    make_place("Abrikosivka Serhiivka", parent=oblast)
    make_place("Serhiivka", parent=oblast)

    assert offered(editor, "Sergeevka")[0].startswith("Serhiivka,")


def test_an_actor_is_offered_for_any_spelling(editor: Client) -> None:
    make_actor("Vyacheslav Gladkov", ["Вячеслав Гладков"])
    make_actor("Serhiy Haidai")

    assert offered(editor, "Hladkov", "statement", "speaker") == ["Vyacheslav Gladkov"]
    assert offered(editor, "Гладков", "statement", "speaker") == ["Vyacheslav Gladkov"]


def test_paths_cost_no_question_of_their_own(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    oblast = luhansk_oblast()
    make_place("Serhiivka", parent=oblast)
    with CaptureQueriesContext(connection) as few:
        assert len(offered(editor, "Serhiivka")) == 1
    for _ in range(9):
        make_place("Serhiivka", parent=oblast)
    with django_assert_num_queries(len(few)):
        assert len(offered(editor, "Serhiivka")) == 10


def test_the_chosen_place_shows_its_path(editor: Client) -> None:
    incident = make_incident(place=make_place("Lysychansk", parent=luhansk_oblast()))

    response = editor.get(f"/admin/incidents/incident/{incident.pk}/change/")

    assertContains(response, "selected>Lysychansk, Luhansk Oblast, Ukraine</option>")


def test_the_list_of_places_is_searched_by_any_spelling(editor: Client) -> None:
    place = make_place("Lysychansk")

    shown = editor.get("/admin/incidents/place/", {"q": "Лисичанск"}).context["cl"].result_list

    assert list(shown) == [place]


def place_form(place: Place, **changes: str) -> dict[str, str]:
    return {
        "name": place.name,
        "kind": place.kind,
        "parent": str(place.parent_id),
        "geonames_id": str(place.geonames_id or ""),
        "names-TOTAL_FORMS": "0",
        "names-INITIAL_FORMS": "0",
    } | changes


def test_a_place_of_the_gazetteer_is_marked_once_an_editor_saves_it(editor: Client) -> None:
    place = make_place("Lisichansk", geonames_id=702320)

    page = f"/admin/incidents/place/{place.pk}/change/"
    response = fill_in(editor, page, place_form(place, name="Lysychansk"))

    assertRedirects(response, "/admin/incidents/place/")
    place.refresh_from_db()
    assert place.edited


def test_a_place_that_an_editor_adds_is_found_by_its_name(editor: Client) -> None:
    region = luhansk_oblast()
    hroza = Place(name="Hroza", kind="settlement", parent=region)

    editor.post("/admin/incidents/place/add/", place_form(hroza))

    assert not Place.objects.get(name="Hroza").edited
    assert offered(editor, "Groza") == ["Hroza, Luhansk Oblast, Ukraine"]


def test_an_actor_that_an_editor_adds_is_found_by_its_name(editor: Client) -> None:
    editor.post(
        "/admin/incidents/actor/add/",
        {
            "name": "Serhiy Haidai",
            "kind": "local_official",
            "side": "ukraine",
            "names-TOTAL_FORMS": "0",
            "names-INITIAL_FORMS": "0",
        },
    )

    assert Actor.objects.exists()
    assert offered(editor, "Gaidai", "statement", "speaker") == ["Serhiy Haidai"]


@pytest.mark.parametrize("term", ["", "\0", "'", "x" * 10_000, "%_\\"])
def test_odd_terms_are_answered(editor: Client, term: str) -> None:
    make_place("Lysychansk")

    assert isinstance(offered(editor, term), list)


def test_places_without_coordinates_are_found(editor: Client) -> None:
    ukraine = make_place("Ukraine", kind="country", latitude=49.0, longitude=32.0)
    bare = make_place("Hroza", parent=ukraine)

    shown = editor.get("/admin/incidents/place/", {"lacking": "coordinates"}).context["cl"]

    assert list(shown.result_list) == [bare]
