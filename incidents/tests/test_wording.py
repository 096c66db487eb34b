from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override

from incidents.public.wording import (
    day,
    figure,
    happened,
    hour,
    marked_figure,
    moment,
    origins,
    said,
    utc,
    word,
)
from incidents.record.document import NumberDocument
from incidents.vocabulary import Qualifier

NOON = "2022-07-03T09:00:00Z"  # in Kyiv
KYIV = "Europe/Kyiv"


def number(**fields: Any) -> NumberDocument:
    base: NumberDocument = {
        "low": None,
        "high": None,
        "qualifier": "exactly",
        "word": "",
        "unit": "people",
        "group": "all",
        "basis": "cumulative",
        "subset_of": None,
    }
    return base | fields  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"qualifier": "exactly", "low": 3, "high": 3}, "3 people"),
        ({"qualifier": "exactly", "low": 0, "high": 0}, "0 people"),
        ({"qualifier": "exactly", "low": 12345, "high": 12345}, "12,345 people"),
        ({"qualifier": "at_least", "low": 3}, "at least 3 people"),
        ({"qualifier": "at_least", "low": 0}, "at least 0 people"),
        ({"qualifier": "more_than", "low": 1000}, "more than 1,000 people"),
        ({"qualifier": "up_to", "high": 5}, "up to 5 people"),
        ({"qualifier": "less_than", "high": 5}, "less than 5 people"),
        ({"qualifier": "about", "low": 40, "high": 40}, "about 40 people"),
        ({"qualifier": "nearly", "low": 40, "high": 40}, "nearly 40 people"),
        ({"qualifier": "between", "low": 20, "high": 30}, "20–30 people"),
        ({"qualifier": "vague", "word": "dozens"}, "dozens people"),
    ],
)
def test_a_figure_keeps_its_qualifier_and_a_vague_one_names_no_number(
    fields: dict[str, Any], words: str
) -> None:
    assert figure(number(**fields)) == words


def test_every_qualifier_can_be_said() -> None:
    for qualifier in Qualifier:
        assert figure(number(qualifier=qualifier.value, low=1, high=2, word="some"))


def test_a_figure_says_whom_it_counts_and_that_it_comes_on_top() -> None:
    children = number(low=2, high=2, group="children", basis="additional")

    assert figure(children) == "2 more people (children)"


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("minute", "3 Jul 2022, 12:00"),
        ("hour", "3 Jul 2022, about 12:00"),
        ("part_of_day", "3 Jul 2022, afternoon"),
        ("day", "3 Jul 2022"),
        ("day_range", "3 Jul 2022"),
        ("week", "week of 3 Jul 2022"),
        ("month", "July 2022"),
        ("year", "2022"),
    ],
)
def test_a_moment_is_no_more_exact_than_it_is_known(precision: str, words: str) -> None:
    assert moment(NOON, precision, KYIV) == words
    assert moment(datetime(2022, 7, 3, 9, 0, tzinfo=UTC), precision, KYIV) == words


def test_a_moment_is_read_on_the_clock_of_its_place() -> None:
    late = "2022-12-31T22:30:00Z"

    assert moment(late, "minute", "UTC") == "31 Dec 2022, 22:30"
    assert moment(late, "minute", KYIV) == "1 Jan 2023, 00:30"
    assert moment(late, "year", "America/Sao_Paulo") == "2022"
    assert moment(late, "year", KYIV) == "2023"


@pytest.mark.parametrize(
    ("hours", "part"),
    [(0, "night"), (5, "night"), (6, "morning"), (11, "morning"), (12, "afternoon"),
     (17, "afternoon"), (18, "evening"), (23, "evening")],
)  # fmt: skip
def test_a_day_has_four_parts(hours: int, part: str) -> None:
    at = datetime(2022, 7, 3, hours, 59, tzinfo=UTC)

    assert moment(at, "part_of_day", "UTC") == f"3 Jul 2022, {part}"
    entry = "at night" if part == "night" else f"in the {part}"
    assert hour(at, at, "part_of_day", "UTC") == entry


@pytest.mark.parametrize(
    ("latest", "precision", "words"),
    [
        (datetime(2022, 7, 4, tzinfo=UTC), "day", "3 Jul 2022"),
        (datetime(2022, 7, 3, tzinfo=UTC), "minute", "3 Jul 2022, 00:00"),
        (datetime(2022, 7, 5, tzinfo=UTC), "day_range", "3 Jul 2022 – 4 Jul 2022"),
        (datetime(2022, 8, 1, tzinfo=UTC), "month", "July 2022"),
        (datetime(2022, 7, 10, tzinfo=UTC), "week", "week of 3 Jul 2022"),
        (datetime(2023, 1, 1, tzinfo=UTC), "year", "2022"),
        (datetime(2023, 1, 2, tzinfo=UTC), "year", "2022–2023"),
    ],
)
def test_the_midnight_that_ends_a_span_is_not_part_of_it(
    latest: datetime, precision: str, words: str
) -> None:
    start = datetime(2022, 7, 3, tzinfo=UTC)

    assert happened(start, latest, precision, "UTC") == words


@pytest.mark.parametrize(
    ("precision", "year", "printed", "words"),
    [
        ("minute", 2022, False, "3 Jul"),
        ("minute", 2021, False, "3 Jul 2022"),
        ("day", None, False, "3 Jul 2022"),
        ("day", 2022, True, "printed 3 Jul"),
        ("month", 2022, False, "July 2022"),
        ("year", 2022, True, "printed 2022"),
    ],
)
def test_where_there_is_little_room_the_year_is_said_once(
    precision: str, year: int | None, printed: bool, words: str
) -> None:
    when = {"at": NOON, "precision": precision, "zone": KYIV, "printed": printed}

    assert said(when, year) == words  # type: ignore[arg-type]


def test_moments_of_our_own_are_in_utc_and_say_so() -> None:
    assert utc("2022-07-03T21:30:00+03:00") == "3 Jul 2022, 18:30 UTC"


def test_a_day_is_a_heading() -> None:
    assert day(date(2022, 7, 3)) == "Sunday 3 July 2022"
    assert day(date(1, 1, 1)) == "Monday 1 January 0001"


def test_a_word_that_the_vocabulary_no_longer_has_stays_as_it_was_recorded() -> None:
    assert word("strike", "kind") == "Strike"
    assert word("a_word_of_2019", "kind") == "a_word_of_2019"


LATE = datetime(2022, 7, 3, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("precision", "ukrainian", "russian"),
    [
        ("minute", "3 липня 2022, 20:30", "3 июля 2022, 20:30"),
        ("hour", "3 липня 2022, близько 20:30", "3 июля 2022, около 20:30"),
        ("part_of_day", "3 липня 2022, увечері", "3 июля 2022, вечером"),
        ("day", "3 липня 2022", "3 июля 2022"),
        ("week", "тиждень від 3 липня 2022", "неделя с 3 июля 2022"),
        ("year", "2022", "2022"),
    ],
)
def test_a_moment_reads_as_its_language_writes_dates(
    precision: str, ukrainian: str, russian: str
) -> None:
    with override("uk"):
        assert moment(LATE, precision, "UTC") == ukrainian
    with override("ru"):
        assert moment(LATE, precision, "UTC") == russian


def test_a_figure_reads_as_its_language_writes_numbers() -> None:
    toll = number(qualifier="more_than", low=12000)
    houses = number(qualifier="at_least", low=3, unit="houses", basis="additional")

    with override("uk"):
        assert figure(toll) == "понад 12\xa0000 ос."
        assert figure(houses) == "ще щонайменше 3 houses"
        assert day(date(2022, 7, 3)) == "Неділя, 3 липня 2022"
    with override("ru"):
        assert figure(toll) == "более 12\xa0000 чел."
        assert day(date(2022, 7, 3)) == "Воскресенье, 3 июля 2022"


def test_on_a_page_the_words_of_the_record_in_a_figure_are_marked() -> None:
    houses = number(qualifier="at_least", low=3, unit="<houses>")

    with override("uk"):
        assert marked_figure(number(low=3), "en") == "3 ос."
        assert marked_figure(houses, "en") == 'щонайменше 3 <span lang="en">&lt;houses&gt;</span>'
        vague = marked_figure(number(qualifier="vague", word="dozens {}"), "en")
        assert vague == '<span lang="en">dozens {}</span> ос.'


def test_counted_nouns_have_the_forms_of_the_language() -> None:
    with override("uk"):
        assert [origins(n) for n in (0, 1, 2, 5, 11, 21)] == [
            "першоджерела не названо",
            "1 першоджерело",
            "2 першоджерела",
            "5 першоджерел",
            "11 першоджерел",
            "21 першоджерело",
        ]
    with override("ru"):
        assert origins(22) == "22 первоисточника"
