from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sources.suggestions.reading import read
from sources.tests.suggesting import SUNDAY, proposals

KYIV = ZoneInfo("Europe/Kyiv")


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KYIV)


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("It happened on Friday.", at(5, 10), "day"),
        ("It happened on Sunday.", at(5, 12), "day"),
        ("It happened yesterday.", at(5, 11), "day"),
        ("It happened three days ago.", at(5, 9), "day"),
        ("It happened two weeks ago.", at(4, 28), "week"),
        ("It happened on 9 April.", at(4, 9), "day"),
        ("It happened on April 9, 2022.", at(4, 9, year=2022), "day"),
        ("It happened on Dec. 30.", at(12, 30, year=2023), "day"),
        ("It happened in September 2022.", at(9, 1, year=2022), "month"),
        ("It has been so since 2014.", at(1, 1, year=2014), "year"),
        ("It happened on Saturday morning.", at(5, 11, 6), "part_of_day"),
        ("It happened in the small hours, on the night of Friday.", at(5, 10), "part_of_day"),
        ("It happened at 15:30.", at(5, 12, 15, 30), "minute"),
        ("It happened at about 3 p.m..", at(5, 12, 15), "hour"),
        ("Это произошло в ночь на 9 апреля.", at(4, 9), "part_of_day"),
        ("Это произошло в пятницу.", at(5, 10), "day"),
        ("Это произошло вчера.", at(5, 11), "day"),
        ("Это произошло 30.12.2023.", at(12, 30, year=2023), "day"),
        ("Это произошло пять дней назад.", at(5, 7), "day"),
        ("Це сталося в ніч на 9 квітня.", at(4, 9), "part_of_day"),
        ("Це сталося у п'ятницю.", at(5, 10), "day"),
        ("Це сталося два дні тому.", at(5, 10), "day"),
        ("Це сталося 9 квітня 2022 року.", at(4, 9, year=2022), "day"),
    ],
)
def test_a_time_is_reckoned_from_the_day_of_publication(
    text: str, moment: datetime, precision: str
) -> None:
    (found,) = read(text, published=SUNDAY, zone="Europe/Kyiv").moments[-1:]

    assert (found.at, found.precision, found.zone) == (moment, precision, "Europe/Kyiv")


def test_the_day_is_the_zones_own() -> None:
    late = datetime(2024, 5, 11, 22, 30, tzinfo=UTC)  # already Sunday in Kyiv

    (found,) = read("It happened today.", published=late, zone="Europe/Kyiv").moments
    assert found.at == at(5, 12)


def test_without_a_day_of_publication_no_time_is_guessed() -> None:
    assert read("It happened on Friday.").moments == []


def test_when_it_was_said_is_told_from_when_it_happened() -> None:
    (one,) = proposals("The mayor said on Sunday that two people were killed on Friday.", "killed")

    assert one.said
    assert one.happened
    assert (one.said.at, one.happened.at) == (at(5, 12), at(5, 10))


@pytest.mark.parametrize("text", ["On 31 February 2024.", "31.02.2024", "99999 days ago", "25:61"])
def test_a_day_that_never_was_is_no_time(text: str) -> None:
    assert read(text, published=SUNDAY).moments == []


@pytest.mark.parametrize("year", [1, 9999])
def test_a_date_of_publication_from_which_no_days_can_be_reckoned_gives_none(year: int) -> None:
    published = datetime(year, 1, 1, tzinfo=UTC)

    assert read("Two died yesterday, on Friday.", published=published).moments == []
