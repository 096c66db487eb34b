"""The chart of how a toll was reported, and its table."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, cast

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.models import Actor, Claim, Incident
from incidents.public.answers import answers
from incidents.public.toll import Toll, toll
from incidents.record.document import Document
from incidents.record.publish import publish
from incidents.record.standing import told
from incidents.tests.documents import claim, document, people
from incidents.tests.factories import make_actor, make_claim, make_incident, make_statement
from incidents.vocabulary import Question

pytestmark = pytest.mark.django_db


def tell(incident: Incident, speaker: Actor, day: int, **fields: Any) -> Claim:
    statement = make_statement(speaker=speaker, said_at=datetime(2022, 7, day, tzinfo=UTC))
    defaults: dict[str, Any] = {
        "question": Question.KILLED,
        "qualifier": "exactly",
        "low": 3,
        "high": 3,
        "unit": "people",
    }
    return make_claim(incident=incident, statement=statement, **defaults | fields)


def drawn(incident: Incident) -> Toll | None:
    document = cast(Document, publish(incident).document)
    return toll(answers(document, told(document)))


def test_one_figure_is_no_course() -> None:
    incident = make_incident()
    tell(incident, make_actor(), 1)

    assert drawn(incident) is None


def test_each_speaker_and_measure_has_a_line_of_its_own() -> None:
    incident, governor, ministry = make_incident(), make_actor(), make_actor()
    tell(incident, governor, 1)
    tell(incident, governor, 2, low=5, high=5)
    tell(incident, governor, 2, question=Question.INJURED, low=9, high=9)
    tell(incident, ministry, 2, low=4, high=4)

    chart = drawn(incident)

    assert chart is not None
    assert [(line.question, len(line.steps)) for line in chart.lines] == [
        ("killed", 2),
        ("injured", 1),
        ("killed", 1),
    ]


def test_a_toll_may_fall() -> None:
    incident, governor = make_incident(), make_actor()
    tell(incident, governor, 1, low=20, high=20)
    tell(incident, governor, 2, low=10, high=10)

    chart = drawn(incident)

    assert chart is not None
    first, second = chart.lines[0].steps
    assert first.x < second.x
    assert first.y < second.y, "down on the page"


def test_at_least_is_open_upwards_up_to_downwards_and_a_range_has_two_ends() -> None:
    incident, governor = make_incident(), make_actor()
    tell(incident, governor, 1, qualifier="at_least", low=10, high=None)
    tell(incident, governor, 2, qualifier="up_to", low=None, high=10)
    tell(incident, governor, 3, qualifier="between", low=5, high=10)
    tell(incident, governor, 4, low=10, high=10)

    chart = drawn(incident)

    assert chart is not None
    at_least, up_to, between, exactly = chart.lines[0].steps
    assert at_least.y == up_to.y == exactly.y < between.y
    assert at_least.whisker.startswith(f"M{at_least.x} {at_least.y}v-")
    assert up_to.whisker.startswith(f"M{up_to.x} {up_to.y}v1")
    assert f"M{between.x} {exactly.y}V{between.y}" in between.whisker
    assert exactly.whisker == ""


def test_parts_additions_and_denials_are_not_drawn_as_tolls() -> None:
    incident, governor = make_incident(), make_actor()
    whole = tell(incident, governor, 1)
    tell(incident, governor, 2, low=1, high=1, group="children", subset_of=whole)
    tell(incident, governor, 2, low=2, high=2, basis="additional")
    tell(incident, governor, 3, low=14, high=14, stance="denies")

    assert drawn(incident) is None


def test_a_word_in_place_of_a_number_is_shown_as_that_word_and_on_no_line() -> None:
    incident, governor, mayor = make_incident(), make_actor(), make_actor("Mayor")
    tell(incident, governor, 1)
    tell(incident, mayor, 2, qualifier="vague", low=None, high=None, vague_word="dozens")
    tell(incident, governor, 3, low=5, high=5)

    chart = drawn(incident)

    assert chart is not None
    (word,) = chart.words
    assert (word.word, word.key) == ("dozens", "B")
    assert word.y > chart.base
    assert [(line.key, len(line.steps)) for line in chart.lines] == [("A", 2)]
    assert [point.figure for point in chart.points] == ["3 people", "dozens people", "5 people"]


def test_words_alone_are_no_course() -> None:
    incident, governor = make_incident(), make_actor()
    for day in (1, 2):
        tell(incident, governor, day, qualifier="vague", low=None, high=None, vague_word="many")

    assert drawn(incident) is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=40))
def test_no_label_stands_on_another_and_each_within_the_drawing(figures: list[int]) -> None:
    sides, measures = ("russia", "ukraine", "other"), list(Question)[:6]
    spoken = [
        claim(str(n), sides[n % 3], question=measures[n // 3 % 6].value, number=people(low, low))
        for n, low in enumerate(figures)
    ]
    whole = document(*spoken)

    chart = toll(answers(whole, told(whole)))

    assert chart is not None
    assert all(0 <= step.y <= chart.base for line in chart.lines for step in line.steps)
    heights = sorted(line.label_y for line in chart.lines)
    assert all(lower - upper >= 30 for upper, lower in pairwise(heights))
    assert heights[0] >= 10
    assert heights[-1] + 16 <= chart.height
    assert 2 <= len(chart.amounts) <= 5


def test_what_a_figure_covers_goes_before_when_it_was_said() -> None:
    incident, governor = make_incident(), make_actor()
    tell(incident, governor, 2)
    tell(incident, governor, 3, low=2, high=2, as_of=datetime(2022, 7, 1, tzinfo=UTC))

    chart = drawn(incident)

    assert chart is not None
    assert [(point.low, point.when) for point in chart.points] == [
        (2, "as of 1 Jul 2022"),
        (3, "2 Jul 2022, about 03:00"),  # on the clock of Kyiv
    ]


def test_the_page_shows_the_chart_with_a_table_of_the_same_figures(client: Client) -> None:
    incident, governor = make_incident(), make_actor(name="Vyacheslav Gladkov")
    first = tell(incident, governor, 1, qualifier="at_least", high=None)
    tell(incident, governor, 2, low=5, high=5)
    publish(incident)

    page = client.get(f"/incidents/{incident.public_id}/", follow=True).content.decode()

    table = page[page.index('<table class="figures">') :]
    assert "How the toll was reported" in page
    assert f'<a href="#c-{first.public_id}" lang="en">at least 3 killed</a>' in table
    assert "at least 3 people" in table
    assert "Vyacheslav Gladkov" in table
