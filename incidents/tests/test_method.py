import pytest
from django.db.models import TextChoices
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.public.meanings import CLASHES, CONTROL, VOCABULARIES
from incidents.record.models import Version
from incidents.record.standing import (
    CONTRADICTS,
    CONTROL_CONTRADICTIONS,
    DIFFERS,
    REPORTS_DIFFER,
    UNANSWERED,
)
from incidents.tests.reading import attribute, find, html, one, text, tree
from incidents.vocabulary import (
    ActorKind,
    Attribution,
    Basis,
    ControlStatus,
    Group,
    IncidentKind,
    PlaceKind,
    PlacePrecision,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Stance,
    Standing,
    Verification,
)
from sources.moments import Precision
from sources.vocabulary import SnapshotKind, SourceLinkKind

pytestmark = pytest.mark.django_db


def test_the_table_of_statuses_is_the_one_that_the_code_goes_by(client: Client) -> None:
    page = tree(client.get("/about/method/"))

    rows = {tuple(text(cell) for cell in find(row, "td")) for row in find(one(page, "tbody"), "tr")}
    whose = {"same": "the same side", "other": "different sides"}
    assert rows == {
        (str(a.label), str(b.label), whose[about]) for a, b, about in CONTROL_CONTRADICTIONS
    }


@pytest.mark.parametrize(
    "vocabulary",
    [
        ActorKind, Attribution, Basis, ControlStatus, Group, IncidentKind, PlaceKind,
        PlacePrecision, Precision, Qualifier, Question, RelationKind, Side, SnapshotKind,
        SourceLinkKind, Stance, Verification, Version.Kind,
    ],
    ids=lambda vocabulary: vocabulary.__qualname__,
)  # fmt: skip
def test_every_word_of_the_record_has_a_meaning(vocabulary: type[TextChoices]) -> None:
    (meanings,) = [words for _, words in VOCABULARIES if isinstance(next(iter(words)), vocabulary)]

    assert list(meanings) == list(vocabulary)
    assert all(str(meaning).endswith(".") for meaning in meanings.values())


def test_every_word_stands_on_the_page_with_its_meaning(client: Client) -> None:
    page = tree(client.get("/about/method/"))

    said = {
        (text(word), text(meaning))
        for words in find(page, "dl", class_="words")
        for word, meaning in zip(find(words, "dt"), find(words, "dd"), strict=True)
    }
    assert said >= {
        ("denies", "The speaker says that it is not so."),
        ("cannot confirm", "The speaker says that they do not know whether it is so."),
        ("at least", "That number or more."),
        ("under control, not “liberated”", str(CONTROL[ControlStatus.UNDER_CONTROL_NOT_LIBERATED])),
    }
    assert len(said) >= sum(len(words) for _, words in VOCABULARIES) - 5


def test_every_way_to_clash_is_explained() -> None:
    assert set(CLASHES) == {CONTRADICTS, DIFFERS, UNANSWERED, REPORTS_DIFFER}


def test_it_says_how_origins_are_counted(client: Client) -> None:
    words = text(tree(client.get("/about/method/")))

    assert "ten outlets reprinting one post are ten reports of one origin" in words


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
