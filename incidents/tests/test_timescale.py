from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.public.timescale import TimeScale

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
lengths = st.sampled_from([timedelta(minutes=1), HOUR, DAY, timedelta(days=31)])
spans = st.lists(
    st.builds(lambda first, length: (first, first + length), moments, lengths),
    min_size=1,
    max_size=30,
)


def labels(*spans: tuple[datetime, timedelta]) -> list[str]:
    scale = TimeScale([(first, first + length) for first, length in spans], 100, 800)
    return [tick.label for tick in scale.ticks()]


def test_days_of_one_week_lie_on_one_line() -> None:
    scale = TimeScale(
        [
            (datetime(2022, 7, day, tzinfo=UTC), datetime(2022, 7, day + 1, tzinfo=UTC))
            for day in (1, 2, 5)
        ],
        0,
        500,
    )

    assert scale.breaks == []
    assert scale.x(datetime(2022, 7, 2, tzinfo=UTC)) == 100
    assert scale.x(datetime(2022, 7, 5, tzinfo=UTC)) == 400


def test_a_claim_about_a_far_year_does_not_squash_the_days_of_another() -> None:
    scale = TimeScale(
        [
            (datetime(2014, 1, 1, tzinfo=UTC), datetime(2015, 1, 1, tzinfo=UTC)),
            (datetime(2022, 7, 2, tzinfo=UTC), datetime(2022, 7, 3, tzinfo=UTC)),
            (datetime(2022, 7, 3, tzinfo=UTC), datetime(2022, 7, 4, tzinfo=UTC)),
        ],
        0,
        900,
    )

    assert len(scale.breaks) == 1
    assert (
        scale.x(datetime(2022, 7, 3, tzinfo=UTC)) - scale.x(datetime(2022, 7, 2, tzinfo=UTC)) > 100
    )


def test_a_year_reads_as_a_year_and_a_month_as_a_month() -> None:
    assert labels(
        (datetime(2014, 1, 1, tzinfo=UTC), 365 * DAY), (datetime(2022, 9, 1, tzinfo=UTC), 30 * DAY)
    ) == [
        "2014",
        "Sep 2022",
    ]


def test_days_name_the_year_once() -> None:
    spans = [(datetime(2022, 7, day, tzinfo=UTC), DAY) for day in (1, 2, 3)]

    assert labels(*spans) == ["1 Jul 2022", "2 Jul", "3 Jul"]


def test_what_is_known_to_the_day_gets_no_hours() -> None:
    assert labels((datetime(2022, 7, 3, tzinfo=UTC), DAY)) == ["3 Jul 2022"]


def test_hours_of_one_day_name_the_day_once() -> None:
    spans = [(datetime(2022, 7, 3, hour, tzinfo=UTC), HOUR) for hour in (9, 11)]

    assert labels(*spans) == ["3 Jul 2022, 09:00", "10:00", "11:00"]


def test_a_span_between_midnights_says_where_it_begins() -> None:
    assert labels((datetime(2022, 7, 3, 9, 20, tzinfo=UTC), timedelta(minutes=1))) == [
        "3 Jul 2022, 09:20"
    ]


@given(spans)
def test_time_never_runs_backwards_and_stays_within_the_line(
    spans: list[tuple[datetime, datetime]],
) -> None:
    scale = TimeScale(spans, 100, 800)

    places = [scale.x(moment) for moment in sorted({m for span in spans for m in span})]
    assert places == sorted(places)
    assert places[0] == 100
    assert places[-1] == 800


@given(spans)
def test_labels_of_ticks_stand_apart(spans: list[tuple[datetime, datetime]]) -> None:
    places = [tick.x for tick in TimeScale(spans, 100, 800).ticks()]

    assert places == sorted(places)
    assert len(places) == len(set(places))


@pytest.mark.parametrize("number", [1, 2, 30])
def test_every_claim_of_one_moment_has_one_place(number: int) -> None:
    moment = datetime(2022, 7, 3, 9, 0, tzinfo=UTC)

    assert TimeScale([(moment, moment + HOUR)] * number, 0, 500).x(moment) == 0
