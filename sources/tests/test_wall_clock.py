"""Times on the clock of a place: what is shown, and which instant a typed time means."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.tests.logging_in import log_in
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import make_editor, make_source
from sources.models import Source
from sources.wall_clock import in_words, instant, on_the_clock

KYIV = "Europe/Kyiv"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


def wall(text: str, fold: int = 0) -> datetime:
    """What a clock shows: a time without a zone."""
    return datetime.fromisoformat(text).replace(fold=fold)


def page_of(source: Source) -> str:
    return f"/admin/sources/source/{source.pk}/change/"


@pytest.mark.parametrize(
    ("typed", "zone", "meant"),
    [
        (wall("2024-05-12 00:00"), KYIV, datetime(2024, 5, 11, 21, 0, tzinfo=UTC)),
        (wall("2024-01-12 00:00"), KYIV, datetime(2024, 1, 11, 22, 0, tzinfo=UTC)),
        (wall("2024-05-12 00:00"), "UTC", datetime(2024, 5, 12, 0, 0, tzinfo=UTC)),
        # Struck twice: at 00:30 and at 01:30 UTC.
        (wall("2024-10-27 03:30"), KYIV, datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        (wall("2024-10-27 03:30", fold=1), KYIV, datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        # The last and the first second around the hour that is left out in spring.
        (wall("2024-03-31 02:59:59"), KYIV, datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC)),
        (wall("2024-03-31 04:00"), KYIV, datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_typed_time_means_the_first_instant_at_which_the_clocks_showed_it(
    typed: datetime, zone: str, meant: datetime
) -> None:
    assert instant(typed, zone) == meant


def test_a_time_that_the_clocks_never_showed_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="There was no 03:30 on 31 March 2024 in the zone"):
        instant(wall("2024-03-31 03:30"), KYIV)


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_a_year_out_of_reckoning_is_refused_in_any_zone(year: int) -> None:
    for zone in (KYIV, "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        with pytest.raises(ValidationError, match="between 1900 and 2200"):
            instant(wall(f"{year:04}-01-01"), zone)


def test_the_clock_shows_a_naive_local_time() -> None:
    shown = on_the_clock(datetime(2024, 5, 11, 21, 0, tzinfo=UTC), KYIV)

    assert (shown, shown.tzinfo) == (wall("2024-05-12 00:00"), None)


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("minute", "12 May 2024, 00:30"),
        ("hour", "12 May 2024, 00:30"),
        ("part_of_day", "12 May 2024, 00:30"),
        ("day", "12 May 2024"),
        ("day_range", "12 May 2024"),
        ("week", "week of 12 May 2024"),
        ("month", "May 2024"),
        ("year", "2024"),
    ],
)
def test_the_words_are_local_and_no_more_precise_than_known(precision: str, words: str) -> None:
    assert in_words(datetime(2024, 5, 11, 21, 30, tzinfo=UTC), precision, KYIV) == words


def test_no_time_has_no_words() -> None:
    assert in_words(None, "minute", KYIV) is None


@pytest.mark.django_db
def test_what_a_report_prints_is_on_its_clock_and_what_we_saw_in_utc(editor: Client) -> None:
    source = make_source(
        zone="Europe/London",
        published_at=datetime(2024, 5, 12, 9, 0, tzinfo=UTC),
        modified_at=datetime(2024, 5, 12, 10, 0, tzinfo=UTC),
        accessed_at=datetime(2024, 5, 12, 11, 0, tzinfo=UTC),
        removed_at=datetime(2024, 5, 12, 12, 0, tzinfo=UTC),
    )

    page = editor.get(page_of(source))

    sent = sent_by(page)
    assert (sent["published_at_0"], sent["published_at_1"]) == ("2024-05-12", "10:00:00")
    assert sent["modified_at_1"] == "11:00:00"
    assert (sent["accessed_at_1"], sent["removed_at_1"]) == ("11:00:00", "12:00:00")
    assertContains(page, "Enter these times in UTC")


@pytest.mark.django_db
def test_another_zone_moves_what_the_report_prints_but_not_what_we_saw(editor: Client) -> None:
    accessed = datetime(2024, 5, 12, 11, 0, tzinfo=UTC)
    source = make_source(
        zone="UTC", published_at=datetime(2024, 5, 12, 9, 0, tzinfo=UTC), accessed_at=accessed
    )

    editor.post(page_of(source), sent_by(editor.get(page_of(source))) | {"zone": KYIV})

    source.refresh_from_db()
    assert source.published_at == datetime(2024, 5, 12, 6, 0, tzinfo=UTC)
    assert (source.accessed_at, source.zone) == (accessed, KYIV)


@pytest.mark.django_db
def test_a_new_source_starts_on_the_clock_of_kyiv(editor: Client) -> None:
    assert sent_by(editor.get("/admin/sources/source/add/"))["zone"] == KYIV


@pytest.mark.django_db
def test_the_list_shows_when_it_was_published_on_its_own_clock(editor: Client) -> None:
    make_source(zone=KYIV, published_at=datetime(2024, 5, 11, 21, 30, tzinfo=UTC))

    assertContains(editor.get("/admin/sources/source/"), "12 May 2024, 00:30")
