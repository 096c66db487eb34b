"""The chart of how a toll was reported, and its table."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.test import Client

from incidents.models import Actor, Claim, Incident
from incidents.public.answers import answers
from incidents.public.toll import Toll, toll
from incidents.record.document import Document
from incidents.record.publish import publish
from incidents.record.standing import told
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


def test_at_least_is_open_upwards_and_up_to_downwards() -> None:
    incident, governor = make_incident(), make_actor()
    tell(incident, governor, 1, qualifier="at_least", low=10, high=None)
    tell(incident, governor, 2, qualifier="up_to", low=None, high=10)
    tell(incident, governor, 3, qualifier="between", low=5, high=10)

    chart = drawn(incident)

    assert chart is not None
    at_least, up_to, between = chart.lines[0].steps
    assert at_least.y1 < at_least.y == at_least.y2
    assert up_to.y1 == up_to.y < up_to.y2
    assert between.y1 < between.y2 == between.y


def test_parts_words_and_additions_are_not_drawn_as_tolls() -> None:
    incident, governor = make_incident(), make_actor()
    whole = tell(incident, governor, 1)
    tell(incident, governor, 2, low=1, high=1, group="children", subset_of=whole)
    tell(incident, governor, 2, qualifier="vague", low=None, high=None, vague_word="dozens")
    tell(incident, governor, 2, low=2, high=2, basis="additional")

    assert drawn(incident) is None


def test_what_a_figure_covers_goes_before_when_it_was_said() -> None:
    incident, governor = make_incident(), make_actor()
    tell(incident, governor, 2)
    tell(incident, governor, 3, low=2, high=2, as_of=datetime(2022, 7, 1, tzinfo=UTC))

    chart = drawn(incident)

    assert chart is not None
    assert [point.low for point in chart.points] == [2, 3]


def test_the_page_shows_the_chart_with_a_table_of_the_same_figures(client: Client) -> None:
    incident, governor = make_incident(), make_actor(name="Vyacheslav Gladkov")
    claim = tell(incident, governor, 1, qualifier="at_least", high=None)
    tell(incident, governor, 2, low=5, high=5)
    publish(incident)

    page = client.get(f"/incidents/{incident.public_id}/", follow=True).content.decode()

    table = page[page.index('<table class="figures">') :]
    assert "How the toll was reported" in page
    assert f'<a href="#c-{claim.public_id}">at least 3 people</a>' in table
    assert "Vyacheslav Gladkov" in table
