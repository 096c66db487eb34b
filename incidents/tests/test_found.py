"""What a search found is marked, and words that the list does not show stand in a line below."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import ready
from incidents.public.highlight import highlighted
from incidents.record.publish import publish
from incidents.record.search import Wanted
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_entry,
    make_incident,
    make_place,
    make_published,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import attribute, find, html, one, text, tree
from incidents.vocabulary import Question, Stance

pytestmark = pytest.mark.django_db


def marks(client: Client, words: str, **filters: str) -> list[str]:
    page = tree(client.get("/", {**filters, "q": words}))
    return [text(mark) for mark in find(page, "mark")]


def passages(client: Client, words: str, **filters: str) -> list[str]:
    page = tree(client.get("/", {**filters, "q": words}))
    return [text(passage) for passage in find(page, "p", class_="passage")]


@pytest.fixture
def belgorod() -> Incident:
    incident = make_incident(
        title="Explosions reported in Belgorod",
        summary="Officials spoke of shelled houses, and of a market that nobody had named before.",
        place=make_place("Belgorod", ["Білгород", "Bielgorod"]),
    )
    claim = make_claim(
        incident=incident,
        statement=make_statement(
            speaker=make_actor("Vyacheslav Gladkov", ["Hladkov", "Slava"]),
            said_at=datetime(2022, 7, 3, 9, 0, tzinfo=UTC),
        ),
        question=Question.DAMAGE,
        text="eleven apartment buildings destroyed",
        cited=False,
    )
    source = make_source(published_at=datetime(2022, 7, 3, 12, 0, tzinfo=UTC))
    quote = "Разрушены многоквартирные дома"
    snapshot = make_snapshot(source=source, language="ru", text=f"{quote}, сказал губернатор.")
    make_citation(claim, quote, snapshot=snapshot)
    denial = make_claim(
        incident=incident,
        statement=make_statement(
            speaker=make_actor("Air Force", side="ukraine"),
            said_at=datetime(2022, 7, 5, 9, 0, tzinfo=UTC),
        ),
        question=Question.OTHER,
        stance=Stance.DENIES,
        text="aircraft were in the air",
        cited=False,
    )
    late = make_source(published_at=datetime(2022, 7, 5, 12, 0, tzinfo=UTC))
    make_citation(
        denial, "no aircraft flew that night", snapshot=make_snapshot(
            source=late, text="They said that no aircraft flew that night."
        ),
    )  # fmt: skip
    publish(incident)
    return incident


@pytest.mark.usefixtures("belgorod")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("explosion", ["Explosions"]),
        ("Бєлгороді", ["Belgorod", "Belgorod"]),  # in the title and beside the kind
        ("destroying", ["destroyed"]),
        ("Гладкова", ["Gladkov"]),
        ('"apartment building"', ["apartment buildings"]),
        ('"building apartment" or explosion', ["Explosions"]),
        ("explosions -kyiv -missiles", ["Explosions"]),
        ("reported in Belgorod", ["reported", "Belgorod", "Belgorod"]),
    ],
)
def test_matches_are_marked_in_any_form_and_spelling(
    client: Client, words: str, expected: list[str]
) -> None:
    assert marks(client, words) == expected


def test_without_a_search_nothing_is_marked(client: Client, belgorod: Incident) -> None:
    assert "<mark>" not in html(client.get("/"))
    assert "<mark>" not in html(client.get("/?kind=explosion"))


def test_markup_in_a_title_stays_text_around_and_within_a_mark(client: Client) -> None:
    make_entry(title="<script>alert(1)</script> & <b>bold</b>")

    page = html(client.get("/", {"q": "script bold"}))

    assert "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp;" in page
    assert "&lt;b&gt;<mark>bold</mark>&lt;/b&gt;" in page
    assert "<script>alert" not in page


@settings(derandomize=True)
@given(st.text() | st.text("<>&\"'amp;ltмісто "), st.text('ab <&"-місто'))
def test_marks_add_nothing_else_to_a_text_and_let_no_markup_through(text: str, words: str) -> None:
    wanted = Wanted.read(words)

    page = str(highlighted(text, wanted))

    if wanted.spans(text):
        bare = page.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert ">" not in bare
    else:
        assert page == text


@pytest.mark.usefixtures("belgorod")
def test_a_match_in_the_summary_stands_below_with_the_words_around_it(client: Client) -> None:
    (passage,) = passages(client, "market")

    assert "shelled houses, and of a market that nobody" in passage
    assert marks(client, "market") == ["market"]


def test_a_match_in_quoted_words_stands_below_with_who_said_it_and_when(
    client: Client, belgorod: Incident
) -> None:
    page = tree(client.get("/", {"q": "многоквартирных"}))

    passage = one(page, "p", class_="passage")
    assert "Разрушены многоквартирные дома" in text(passage)
    assert "Vyacheslav Gladkov, 3 Jul 2022" in text(passage)
    assert "ru" in [attribute(part, "lang") for part in find(passage, "span")]
    claim = belgorod.claims.get(question=Question.DAMAGE).public_id
    assert attribute(one(passage, "a"), "href").endswith(f"#c-{claim}")


@pytest.mark.usefixtures("belgorod")
def test_words_of_a_denial_are_shown_as_denied(client: Client) -> None:
    (passage,) = passages(client, "aircraft")

    assert "aircraft were in the air denies Air Force, 5 Jul 2022" in passage


@pytest.mark.usefixtures("belgorod")
def test_words_that_were_said_later_are_not_shown_as_known_before(client: Client) -> None:
    assert passages(client, "market or aircraft", known="2022-07-04") == passages(client, "market")
    assert passages(client, "aircraft", known="2022-07-04") == []


@pytest.mark.usefixtures("belgorod")
def test_a_name_that_the_list_does_not_show_stands_below_beside_the_one_it_does(
    client: Client,
) -> None:
    (passage,) = passages(client, "Slava")

    assert "Vyacheslav Gladkov ( Slava )" in passage


@pytest.mark.usefixtures("belgorod")
def test_what_the_list_shows_already_is_not_said_twice(client: Client) -> None:
    assert passages(client, "explosions Gladkov destroyed") == []


def test_a_long_text_is_cut_to_a_line_around_the_match(client: Client) -> None:
    make_published(summary="before " * 200 + "needle " + "after " * 200)

    (passage,) = passages(client, "needle")

    assert "before needle after" in passage
    assert len(passage) < 300
    assert passage.count("…") == 2


@pytest.mark.parametrize("number", [1, 12])
def test_passages_cost_two_queries_however_many_there_are(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_published(summary="There was a needle.")

    with django_assert_num_queries(8):
        assert len(passages(client, "needle")) == number


def test_words_that_were_found_are_not_read_again_until_they_are_published_anew(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    incident = make_published(summary="A needle in the yard.")
    assert passages(client, "needle") == ["Found in: A needle in the yard."]
    ready.ANSWERS.clear()

    with django_assert_num_queries(6):
        assert passages(client, "needle") == ["Found in: A needle in the yard."]
    assert passages(client, "yard") == ["Found in: A needle in the yard."]

    incident.summary = "Nobody found the needle."
    incident.save()
    publish(incident, "The needle was not found.")
    assert passages(client, "needle") == ["Found in: Nobody found the needle."]
