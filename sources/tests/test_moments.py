from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from sources.moments import Precision, end_of, validate_zone

KYIV = ZoneInfo("Europe/Kyiv")
moments = st.integers(min_value=0, max_value=60 * 366 * 24 * 60).map(
    lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from(
    ["UTC", "Europe/Kyiv", "Europe/Moscow", "America/Sao_Paulo", "Asia/Kolkata"]
)


def ends(precision: Precision, year: int, month: int, day: int) -> datetime:
    return end_of(datetime(year, month, day, tzinfo=KYIV), precision, "Europe/Kyiv")


@pytest.mark.parametrize(
    ("precision", "length"),
    [
        (Precision.MINUTE, timedelta(minutes=1)),
        (Precision.HOUR, timedelta(hours=1)),
        (Precision.PART_OF_DAY, timedelta(hours=6)),
        (Precision.DAY, timedelta(days=1)),
        (Precision.DAY_RANGE, timedelta(days=1)),
        (Precision.WEEK, timedelta(days=7)),
        (Precision.MONTH, timedelta(days=31)),
        (Precision.YEAR, timedelta(days=365)),
    ],
)
def test_a_span_is_as_long_as_its_precision(precision: Precision, length: timedelta) -> None:
    start = datetime(2022, 7, 3, 0, 0, tzinfo=KYIV)

    assert end_of(start, precision, "Europe/Kyiv") - start == length


def test_a_day_that_loses_an_hour_has_23() -> None:
    start = datetime(2022, 3, 27, 0, 0, tzinfo=KYIV)

    assert end_of(start, Precision.DAY, "Europe/Kyiv") == datetime(2022, 3, 27, 21, 0, tzinfo=UTC)
    assert end_of(start, Precision.DAY, "Europe/Kyiv") - start.astimezone(UTC) == timedelta(
        hours=23
    )


def test_a_day_that_gains_an_hour_has_25() -> None:
    start = datetime(2022, 10, 30, 0, 0, tzinfo=KYIV)

    assert end_of(start, Precision.DAY, "Europe/Kyiv") - start.astimezone(UTC) == timedelta(
        hours=25
    )


def test_six_hours_are_six_hours_when_the_clock_changes() -> None:
    start = datetime(2022, 3, 27, 0, 0, tzinfo=KYIV)

    assert end_of(start, Precision.PART_OF_DAY, "Europe/Kyiv") - start.astimezone(UTC) == timedelta(
        hours=6
    )


def test_december_ends_with_the_year() -> None:
    assert ends(Precision.MONTH, 2023, 12, 1) == datetime(2023, 12, 31, 22, 0, tzinfo=UTC)
    assert ends(Precision.YEAR, 2023, 1, 1) == datetime(2023, 12, 31, 22, 0, tzinfo=UTC)


def test_february_is_as_long_as_its_year_has_it() -> None:
    assert ends(Precision.MONTH, 2024, 2, 1) == datetime(2024, 2, 29, 22, 0, tzinfo=UTC)
    assert ends(Precision.MONTH, 2022, 2, 1) == datetime(2022, 2, 28, 22, 0, tzinfo=UTC)


def test_months_are_counted_on_the_clock_of_the_zone() -> None:
    """The same instant is 1 March in Kyiv and still 28 February in London."""
    at = datetime(2022, 2, 28, 22, 0, tzinfo=UTC)

    assert end_of(at, Precision.MONTH, "Europe/Kyiv") == datetime(2022, 3, 31, 21, 0, tzinfo=UTC)
    assert end_of(at, Precision.MONTH, "Europe/London") == datetime(2022, 3, 28, 21, 0, tzinfo=UTC)


def test_a_month_from_its_31st_ends_with_the_next_month_at_the_latest() -> None:
    assert ends(Precision.MONTH, 2022, 1, 31) <= datetime(2022, 2, 28, 22, 0, tzinfo=UTC)


def test_a_year_from_a_leap_day_ends() -> None:
    assert ends(Precision.YEAR, 2024, 2, 29) <= datetime(2025, 2, 28, 22, 0, tzinfo=UTC)


@given(moments, st.sampled_from(Precision.values), zones)
def test_a_span_ends_after_it_starts_and_in_utc(at: datetime, precision: str, zone: str) -> None:
    end = end_of(at, precision, zone)

    assert end > at
    assert end.tzinfo is UTC


@given(moments, zones)
def test_a_finer_precision_never_ends_later(at: datetime, zone: str) -> None:
    lengths = [end_of(at, precision, zone) for precision in Precision.values]

    assert lengths == sorted(lengths)


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match=r"“Europe/Kyjiw” is no time zone.*Europe/Kyiv"):
        validate_zone("Europe/Kyjiw")


@pytest.mark.parametrize("name", ["", "../etc/passwd", "UTC+3", "\x00"])
def test_a_hostile_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_zone(name)


def test_kyiv_is_a_zone() -> None:
    validate_zone("Europe/Kyiv")
