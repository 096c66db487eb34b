import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.record.standing import CONTROL_CONTRADICTIONS
from incidents.tests.reading import attribute, find, html, one, text, tree
from incidents.vocabulary import IncidentKind, Qualifier, Question, Stance, Standing, Verification

pytestmark = pytest.mark.django_db


def test_the_table_of_statuses_is_the_one_that_the_code_goes_by(client: Client) -> None:
    page = tree(client.get("/about/method/"))

    rows = {tuple(text(cell) for cell in find(row, "td")) for row in find(one(page, "tbody"), "tr")}
    whose = {"same": "the same side", "other": "different sides"}
    assert rows == {
        (str(a.label), str(b.label), whose[about]) for a, b, about in CONTROL_CONTRADICTIONS
    }


@pytest.mark.parametrize("vocabulary", [IncidentKind, Question, Stance, Qualifier, Verification])
def test_every_word_of_the_record_is_listed(client: Client, vocabulary: type[IncidentKind]) -> None:
    words = text(tree(client.get("/about/method/")))

    assert [label for label in vocabulary.labels if str(label) not in words] == []


def test_every_standing_that_can_be_public_is_explained(client: Client) -> None:
    terms = [text(term) for term in find(tree(client.get("/about/method/")), "dt")]

    assert {s.label for s in Standing if s != Standing.NO_CLAIMS} <= set(terms)


def test_it_says_that_the_maps_tell_no_country(client: Client) -> None:
    words = text(tree(client.get("/about/method/")))

    assert "all drawn alike, Crimea as every other" in words
    assert "Natural Earth" in words


def test_it_says_that_there_is_no_verdict_and_that_unknown_is_not_zero(client: Client) -> None:
    words = text(tree(client.get("/about/method/")))

    assert "no verdict" in words
    assert "never zero" in words


def test_every_page_leads_to_it_and_names_the_gazetteer_and_its_licence(client: Client) -> None:
    for address in ("/", "/sources/", "/changes/", "/about/method/"):
        footer = find(tree(client.get(address)), "footer")[-1]
        links = [attribute(a, "href") for a in find(footer, "a")]
        assert "/about/method/" in links
        assert "GeoNames" in text(footer)
        assert "CC BY 4.0" in text(footer)


def test_it_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert "Method" in html(client.get("/about/method/"))
