"""Places and speakers by name: from any spelling to a filter, with and without script."""

from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.models import Place
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_statement,
)
from incidents.tests.reading import Response, attribute, find, html, one, text, tree
from incidents.vocabulary import PlaceKind

pytestmark = pytest.mark.django_db


def typed(client: Client, name: str, key: str = "place", **filters: str) -> Response:
    """What stands under the field while somebody types."""
    return client.get(
        f"/find/{key}/", {"name": name, **filters}, headers={"HX-Request": "true"}
    )  # fmt: skip


def choices(response: Response) -> dict[str, str]:
    """What each choice reads, and where it leads; nothing where it is chosen already."""
    found = {}
    for choice in find(one(tree(response), "ul", class_="choices"), "li"):
        links = find(choice, "a")
        found[text(choice)] = unescape(attribute(links[0], "href")) if links else ""
    return found


@pytest.fixture
def ukraine() -> Place:
    return make_place("Ukraine", ["Україна"], kind=PlaceKind.COUNTRY)


@pytest.fixture
def lysychansk(ukraine: Place) -> Place:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION, parent=ukraine)
    place = make_place("Lysychansk", ["Лисичанськ", "Лисичанск"], parent=region)
    make_published(place=place)
    return place


@pytest.fixture
def kherson(ukraine: Place) -> Place:
    place = make_place("Kherson", ["Херсон"], parent=ukraine)
    make_published(place=place)
    return place


@pytest.mark.usefixtures("kherson")
@pytest.mark.parametrize(
    "name",
    ["Lysychansk", "lisi", "Лисич", "ЛИСИЧАНСК", "Lisichansk", "lysychans'k", "Lyschansk", "ly"],
)
def test_a_place_is_found_in_any_spelling_from_its_first_letters_and_misspelt(
    client: Client, lysychansk: Place, name: str
) -> None:
    assert choices(typed(client, name)) == {
        "Lysychansk Luhansk Oblast, Ukraine 1 incident": f"/?place={lysychansk.public_id}"
    }


def test_a_speaker_is_found_by_any_name_with_the_body_spoken_for(client: Client) -> None:
    office = make_actor("Office of the Governor")
    governor = make_actor("Serhiy Haidai", ["Сергій Гайдай"], organisation=office)
    make_published()
    incident = make_incident()
    make_claim(incident=incident, statement=make_statement(speaker=governor))
    publish(incident)

    (label,) = choices(typed(client, "gayday", "actor"))
    assert label == "Serhiy Haidai Office of the Governor 1 incident"


def test_without_script_the_only_match_is_added_to_the_filters(
    client: Client, lysychansk: Place, kherson: Place
) -> None:
    filters = f"kind=explosion&place={kherson.public_id}&q=blasts"

    response = client.get(f"/find/place/?name=лисичанськ&view=timeline&{filters}")

    ids = sorted([kherson.public_id, lysychansk.public_id])
    assert response["Location"] == f"/?kind=explosion&place={ids[0]}&place={ids[1]}&q=blasts"


@pytest.mark.usefixtures("ukraine")
def test_without_script_several_matches_are_a_page_of_links(client: Client, ukraine: Place) -> None:
    places = [make_place("Mykolaivka", parent=ukraine), make_place("Mykolaiv", parent=ukraine)]
    for place in places:
        make_published(place=place)

    response = client.get("/find/place/?name=mykolaiv&kind=strike")

    assert choices(response) == {
        "Mykolaiv Ukraine 0 incidents": f"/?kind=strike&place={places[1].public_id}",
        "Mykolaivka Ukraine 0 incidents": f"/?kind=strike&place={places[0].public_id}",
    }
    assert "hx-" not in str(one(tree(response), "ul", class_="choices"))
    assert 'href="/?kind=strike">Back' in html(response)
    assert find(one(tree(response), "form", id="find-place"), "input", value="strike")


def test_a_choice_that_is_made_already_is_no_link(client: Client, lysychansk: Place) -> None:
    response = typed(client, "lysychansk", place=lysychansk.public_id)

    assert choices(response) == {"Lysychansk Luhansk Oblast, Ukraine (chosen) 1 incident": ""}


def test_counts_are_those_that_the_choice_would_show(client: Client, lysychansk: Place) -> None:
    make_published(place=lysychansk, kind="strike")

    (all_kinds,) = choices(typed(client, "lysychansk"))
    (strikes,) = choices(typed(client, "lysychansk", kind="strike"))

    assert "2 incidents" in all_kinds
    assert "1 incident" in strikes


def test_a_name_of_a_draft_or_of_what_was_withdrawn_is_never_suggested(client: Client) -> None:
    make_place("Draftville")
    make_actor("Secret Witness")
    incident = make_published(place=make_place("Withdrawnville"))
    withdraw(incident, "It did not happen.")

    for key, name in (
        ("place", "Draftville"),
        ("actor", "Secret Witness"),
        ("place", "Withdrawnville"),
    ):
        response = typed(client, name, key)
        assert find(tree(response), "li") == []
        assert "names no such" in html(response)
        assert name not in html(response)


@pytest.mark.usefixtures("lysychansk")
def test_a_screen_reader_hears_how_many_names_there_are(client: Client) -> None:
    assert text(one(tree(typed(client, "lysy")), "p", id="announce")) == "1 name to choose"
    assert text(one(tree(typed(client, "")), "p", id="announce")) == ""


@pytest.mark.usefixtures("lysychansk")
@pytest.mark.parametrize(
    "query",
    [
        "name=%00",
        "name=" + "x" * 101,
        "name=lysychansk&name=kherson",
        "name=lysychansk&kind=bogus",
        "name=lysychansk&knid=strike",
        "name=lysychansk&place=x",
        "name=lysychansk&view=nowhere",
        "name=lysychansk&view=incident",
        "name=lysychansk&view=%00",
    ],
)
def test_what_cannot_be_read_gives_an_error_and_no_name(client: Client, query: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(f"/find/place/?{query}", headers=headers)

        assert response.status_code == 200
        assert 'role="alert"' in html(response)
        assert find(tree(response), "ul", class_="choices") == []


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.text() | st.text("лисичанськ %_\\'\""))
def test_any_name_is_answered(client: Client, lysychansk: Place, name: str) -> None:
    name = name.encode(errors="replace").decode()

    assert client.get("/find/place/", {"name": name}).status_code in (200, 302)
    assert typed(client, name, "actor").status_code == 200


@pytest.mark.parametrize("number", [1, 7])
def test_names_cost_four_queries_however_many_there_are(
    client: Client, ukraine: Place, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(number):
        region = make_place(f"Region {n}", kind=PlaceKind.REGION, parent=ukraine)
        make_published(place=make_place(f"Novoselivka {n}", parent=region))

    with django_assert_num_queries(4):
        assert len(choices(typed(client, "novoselivka"))) == number


def test_the_nearest_name_stands_first(client: Client, ukraine: Place) -> None:
    for name in ("Nova Kakhovka", "Kakhovka Reservoir", "Kakhovka", "Stakhanov"):
        make_published(place=make_place(name, parent=ukraine))

    assert [label.split(" Ukraine")[0] for label in choices(typed(client, "каховка"))] == [
        "Kakhovka", "Nova Kakhovka", "Kakhovka Reservoir",
    ]  # fmt: skip


def test_at_most_eight_names_are_suggested(client: Client, ukraine: Place) -> None:
    for n in range(10):
        make_published(place=make_place(f"Novoselivka {n}", parent=ukraine))

    assert len(choices(typed(client, "novoselivka"))) == 8


@pytest.mark.usefixtures("lysychansk")
def test_the_fields_of_the_rail_belong_to_forms_of_their_own_that_keep_the_filters(
    client: Client,
) -> None:
    page = tree(client.get("/?kind=explosion&kind=strike&sort=changed"))

    for key in ("place", "actor"):
        assert attribute(one(page, "input", id=f"find-{key}-name"), "form") == f"find-{key}"
        form = one(page, "form", id=f"find-{key}")
        assert attribute(form, "action") == f"/find/{key}/"
        kept = [(attribute(i, "name"), attribute(i, "value")) for i in find(form, "input")]
        assert kept == [
            ("view", "timeline"),
            ("kind", "explosion"),
            ("kind", "strike"),
            ("sort", "changed"),
        ]
