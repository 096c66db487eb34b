from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident, Place
from incidents.public.ready import ANSWERS
from incidents.record.models import Entry
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_entries,
    make_entry,
    make_incident,
    make_place,
    make_published,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import (
    attribute,
    balance,
    chips,
    days,
    earlier,
    facet,
    find,
    html,
    ids,
    one,
    strip,
    text,
    titles,
    tree,
)
from incidents.vocabulary import Question, Side, Stance
from sources.moments import Precision

pytestmark = pytest.mark.django_db

MORNING, NOON, EVENING = (datetime(2022, 7, 3, hour, 0, tzinfo=UTC) for hour in (6, 12, 18))


@pytest.fixture
def belgorod() -> Place:
    return make_place("Belgorod")


def said(incident: Incident, text: str, at: datetime | None = MORNING, **fields: Any) -> None:
    """A claim of `incident` by a speaker of its own, `speaker` and `side` as given."""
    speaker = make_actor(fields.pop("speaker", "Speaker"), side=fields.pop("side", Side.RUSSIA))
    statement = make_statement(speaker=speaker, said_at=at, said_precision=Precision.MINUTE)
    make_claim(incident=incident, statement=statement, text=text, **fields)


def all_pages(client: Client, address: str = "/") -> list[str]:
    """Ids on the page and on all earlier ones, as a reader comes upon them."""
    found: list[str] = []
    while address:
        response = client.get(address)
        found += ids(response)
        address = earlier(response)
    return found


def newest_first(rows: list[Entry], key: Callable[[Entry], datetime]) -> list[str]:
    return [row.incident for row in sorted(rows, key=lambda r: (key(r), r.incident), reverse=True)]


# Days


def test_days_stand_newest_first_with_their_incidents_newest_first(
    client: Client, belgorod: Place
) -> None:
    for title, day, hour in (
        ("Sunday noon", 3, 12),
        ("Friday", 1, 12),
        ("Sunday evening", 3, 20),
    ):
        at = datetime(2022, 7, day, hour, 0, tzinfo=UTC)
        make_published(title=title, place=belgorod, earliest=at, latest=at, zone="UTC")

    assert days(client.get("/")) == {
        "Sunday 3 July 2022": ["Sunday evening", "Sunday noon"],
        "Friday 1 July 2022": ["Friday"],
    }


def test_a_day_is_that_of_the_place_and_stays_whole_where_zones_straddle_midnight(
    client: Client, belgorod: Place
) -> None:
    """By the instants the order would be 3 July, 4 July, 3 July."""
    for title, zone, at in (
        ("Kyiv, 23:30", "Europe/Kyiv", datetime(2022, 7, 3, 20, 30, tzinfo=UTC)),
        ("Yekaterinburg, 1:00", "Asia/Yekaterinburg", datetime(2022, 7, 3, 20, 0, tzinfo=UTC)),
        ("Kyiv, 22:00", "Europe/Kyiv", datetime(2022, 7, 3, 19, 0, tzinfo=UTC)),
    ):
        make_published(
            title=title, zone=zone, place=belgorod, earliest=at, latest=at, precision="minute"
        )

    response = client.get("/")

    assert days(response) == {
        "Monday 4 July 2022": ["Yekaterinburg, 1:00"],
        "Sunday 3 July 2022": ["Kyiv, 23:30", "Kyiv, 22:00"],
    }
    assert [text(when) for when in find(tree(response), "time")] == ["01:00", "23:30", "22:00"]


@pytest.mark.parametrize(
    ("precision", "hours", "words"),
    [
        (Precision.MINUTE, 0, "09:30"),
        (Precision.HOUR, 1, "about 09:30"),
        (Precision.PART_OF_DAY, 6, "in the morning"),
        (Precision.DAY, 5, "time of day not known"),
        (Precision.DAY_RANGE, 48, "3 Jul 2022 – 5 Jul 2022"),
        (Precision.WEEK, 7 * 24, "week of 3 Jul 2022"),
        (Precision.MONTH, 28 * 24, "July 2022"),
        (Precision.YEAR, 100 * 24, "2022"),
    ],
)
def test_a_time_is_said_no_more_exactly_than_it_is_known(
    client: Client, belgorod: Place, precision: str, hours: int, words: str
) -> None:
    start = datetime(2022, 7, 3, 9, 30, tzinfo=UTC)
    make_published(
        earliest=start,
        latest=start + timedelta(hours=hours),
        precision=precision,
        zone="UTC",
        place=belgorod,
    )

    assert text(one(tree(client.get("/")), "time")) == words


# The strip


def test_an_entry_says_kind_place_standing_and_how_much_is_recorded(client: Client) -> None:
    place = make_place("Belgorod", parent=make_place("Russia", kind="country"))
    incident = make_incident(place=place, kind="strike")
    said(incident, "at least 3 killed")
    said(incident, "houses destroyed", question=Question.DAMAGE)
    publish(incident)

    (entry,) = find(tree(client.get("/")), "article")

    words = text(entry)
    for part in ("Several origins", "Strike", "Belgorod, Russia", "2 claims", "2 reports"):
        assert part in words


def test_an_incident_without_a_place_says_so_and_is_not_dropped(client: Client) -> None:
    make_published(place=None)

    assert "Place not recorded" in text(one(tree(client.get("/")), "article"))


def test_each_figure_on_the_strip_has_its_speaker_and_date(client: Client, belgorod: Place) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "at least 3 killed", speaker="Vyacheslav Gladkov")
    said(incident, "at least 4 killed", EVENING, speaker="Health ministry", low=4, unit="people",
         qualifier="at_least")  # fmt: skip
    publish(incident)

    first, second = strip(client.get("/"), "Blasts")["Killed"]

    assert "at least 3 killed" in first
    assert "Vyacheslav Gladkov, 3 Jul" in first
    assert "at least 4 killed" in second
    assert "Health ministry, 3 Jul" in second


def test_a_claim_of_unknown_time_is_dated_by_its_report_and_says_so(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "at least 3 killed", None)
    publish(incident)

    (answer,) = strip(client.get("/"), "Blasts")["Killed"]

    assert "Speaker, printed 3 Jul" in answer


def test_the_year_of_a_claim_stands_where_it_is_not_that_of_the_incident(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "5 killed", datetime(2023, 1, 9, 12, 0, tzinfo=UTC))
    publish(incident)

    assert "9 Jan 2023" in strip(client.get("/"), "Blasts")["Killed"][0]


def test_an_unknown_figure_is_shown_as_its_word_and_never_as_zero(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "dozens injured", question=Question.INJURED, qualifier="vague",
         vague_word="dozens", unit="people")  # fmt: skip
    publish(incident)

    response = client.get("/")

    lines = strip(response, "Blasts")
    assert list(lines) == ["Injured"]
    assert "dozens injured" in lines["Injured"][0]
    assert "0" not in text(one(tree(response), "dl", class_="strip")).replace("2022", "")


def test_entries_without_a_figure_do_not_count_as_zero_killed(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(title="No toll", place=belgorod)
    said(incident, "houses destroyed", question=Question.DAMAGE)
    publish(incident)

    assert titles(client.get("/")) == ["No toll"]
    assert titles(client.get("/?killed_min=0")) == []


@pytest.mark.parametrize(
    ("stance", "words"),
    [
        (Stance.DENIES, "denies"),
        (Stance.DECLINES_TO_COMMENT, "declines to comment"),
        (Stance.CANNOT_CONFIRM, "cannot confirm"),
    ],
)
def test_denial_and_two_kinds_of_silence_stand_on_the_strip_beside_the_assertion(
    client: Client, belgorod: Place, stance: str, words: str
) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "Ukraine fired", question=Question.RESPONSIBILITY)
    said(incident, "own answer", NOON, side=Side.UKRAINE, stance=stance,
         question=Question.RESPONSIBILITY)  # fmt: skip
    publish(incident)

    answers = strip(client.get("/"), "Blasts")["Responsible"]

    (answer,) = [a for a in answers if "own answer" in a]
    assert "Ukrainian side" in answer
    assert words in answer
    assert len(answers) == 2


def test_contradicting_answers_are_marked_in_words_too(client: Client, belgorod: Place) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "3 killed", low=3, high=3, qualifier="exactly", unit="people")
    said(incident, "5 killed", low=5, high=5, qualifier="exactly", unit="people",
         side=Side.UKRAINE)  # fmt: skip
    publish(incident)

    response = client.get("/")

    assert all("contradicted" in answer for answer in strip(response, "Blasts")["Killed"])
    assert "Contested" in text(one(tree(response), "article"))


def test_what_does_not_fit_on_the_strip_is_counted_and_linked(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(title="Blasts", place=belgorod)
    for number in range(6):
        said(incident, f"crater {number}", question=Question.DAMAGE)
    publish(incident)

    (more,) = find(tree(client.get("/")), "a", class_="more")

    assert text(more).startswith("2 more")
    assert attribute(more, "href") == f"/incidents/{incident.public_id}/blasts/#q-damage"


# Pages


@pytest.mark.parametrize("count", [0, 50, 51, 101])
def test_pages_show_every_incident_once(client: Client, count: int) -> None:
    rows = make_entries({"at": MORNING - timedelta(hours=7 * n)} for n in range(count))

    assert all_pages(client) == newest_first(rows, lambda row: row.at)


def test_pages_lose_and_repeat_nothing_among_equal_times(client: Client) -> None:
    rows = make_entries({"at": MORNING} for _ in range(101))

    assert all_pages(client) == newest_first(rows, lambda row: row.at)


@pytest.mark.parametrize("query", ["", "?sort=changed"])
def test_what_is_published_between_two_pages_moves_nothing_on_the_next(
    client: Client, query: str
) -> None:
    rows = make_entries({"at": MORNING - timedelta(hours=n)} for n in range(60))
    first = client.get(f"/{query}")
    make_entry(at=MORNING + timedelta(hours=1))
    make_entry(at=MORNING - timedelta(hours=5, minutes=1))

    second = client.get(earlier(first))

    assert ids(first) + ids(second) == newest_first(rows, lambda row: row.at)


def test_a_day_goes_on_under_its_heading_on_the_next_page(client: Client) -> None:
    make_entries({"at": MORNING + timedelta(minutes=n)} for n in range(52))

    second = client.get(earlier(client.get("/")))

    assert [len(group) for group in days(second).values()] == [2]
    assert list(days(second)) == ["Sunday 3 July 2022"]


def test_a_page_that_is_exactly_full_offers_no_empty_next_one(client: Client) -> None:
    make_entries({"at": MORNING - timedelta(hours=n)} for n in range(50))

    assert earlier(client.get("/")) == ""


def test_the_next_page_keeps_the_filters_and_leads_back_to_the_newest(client: Client) -> None:
    make_entries({"kind": "strike"} for _ in range(51))
    make_entry(kind="protest")

    address = earlier(client.get("/?kind=strike"))
    second = client.get(address)

    assert address.startswith("/?after=")
    assert address.endswith("&kind=strike")
    assert len(ids(second)) == 1
    assert earlier(second, "Newest") == "/?kind=strike"


def test_a_page_after_the_last_says_that_there_is_nothing_earlier(client: Client) -> None:
    last = make_entry(at=MORNING)

    moment = int((MORNING - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000
    response = client.get("/", {"after": f"{moment}_{last.incident}"})

    assert ids(response) == []
    assert "nothing earlier" in html(response)


# Order


def test_sorted_by_last_change_the_latest_version_is_first_whenever_it_happened(
    client: Client, belgorod: Place
) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    make_published(title="Recent", place=belgorod)
    make_published(title="Old", place=belgorod, earliest=old, latest=old)

    assert titles(client.get("/")) == ["Recent", "Old"]
    response = client.get("/?sort=changed")
    assert titles(response) == ["Old", "Recent"]
    assert all(heading.startswith("Changed on ") for heading in days(response))


def test_sorted_by_last_change_pages_lose_and_repeat_nothing(client: Client) -> None:
    rows = make_entries(
        {"at": MORNING + timedelta(days=n), "changed_at": MORNING - timedelta(microseconds=n // 3)}
        for n in range(101)
    )

    found = all_pages(client, "/?sort=changed")

    assert found == newest_first(rows, lambda row: row.changed_at)


# Dates


@pytest.fixture
def spans() -> None:
    for title, first, last in (
        ("One day", date(2022, 7, 3), date(2022, 7, 3)),
        ("Three days", date(2022, 7, 2), date(2022, 7, 4)),
        ("The month", date(2022, 7, 1), date(2022, 7, 31)),
        ("Later", date(2022, 8, 1), date(2022, 8, 1)),
    ):
        at = datetime(first.year, first.month, first.day, tzinfo=UTC)
        make_entry(title=title, at=at, first_day=first, last_day=last)


@pytest.mark.usefixtures("spans")
@pytest.mark.parametrize(
    ("query", "surely", "possibly"),
    [
        ("from=2022-07-03&to=2022-07-03", {"One day"}, {"Three days", "The month"}),
        ("from=2022-07-04&to=2022-07-31", set(), {"Three days", "The month"}),
        ("from=2022-07-05&to=2022-07-31", set(), {"The month"}),
        ("from=2022-07-01&to=2022-07-31", {"One day", "Three days", "The month"}, set()),
        ("from=2022-07-31", {"Later"}, {"The month"}),
        ("to=2022-07-01", set(), {"The month"}),
        ("to=2022-06-30", set(), set()),
    ],
)
def test_dates_show_what_may_have_happened_then_and_mark_what_only_possibly_did(
    client: Client, query: str, surely: set[str], possibly: set[str]
) -> None:
    entries = find(tree(client.get(f"/?{query}")), "article")

    shown = {text(one(entry, "h3")): "possibly" in text(entry) for entry in entries}
    assert {title for title, marked in shown.items() if not marked} == surely
    assert {title for title, marked in shown.items() if marked} == possibly


def test_the_night_that_ends_a_day_does_not_count_to_the_next(
    client: Client, belgorod: Place
) -> None:
    day = datetime(2022, 7, 2, 21, 0, tzinfo=UTC)  # midnight in Kyiv
    make_published(
        title="3 July",
        earliest=day,
        latest=day + timedelta(days=1),
        precision="day",
        place=belgorod,
    )

    assert titles(client.get("/?from=2022-07-03&to=2022-07-03")) == ["3 July"]
    assert titles(client.get("/?from=2022-07-04")) == []
    assert titles(client.get("/?to=2022-07-02")) == []


# As known at


@pytest.fixture
def told_in_three_steps(belgorod: Place) -> Incident:
    incident = make_incident(title="Blasts", place=belgorod)
    said(incident, "3 killed", MORNING, low=3, high=3, qualifier="exactly", unit="people")
    said(incident, "shelling", NOON, question=Question.CAUSE)
    said(incident, "5 killed", EVENING, low=5, high=5, qualifier="exactly", unit="people",
         side=Side.UKRAINE, speaker="Mayor")  # fmt: skip
    publish(incident)
    return incident


@pytest.mark.usefixtures("told_in_three_steps")
@pytest.mark.parametrize(
    ("known", "lines", "standing", "sides"),
    [
        ("2022-07-03T06:30Z", {"Killed": 1}, "One origin", {"russia"}),
        ("2022-07-03T09:30+03:00", {"Killed": 1}, "One origin", {"russia"}),
        ("2022-07-03T12:30Z", {"Killed": 1, "Cause": 1}, "Several origins", {"russia"}),
        ("2022-07-03T18:30", {"Killed": 2, "Cause": 1}, "Contested", {"russia", "ukraine"}),
        ("2022-07-03", {"Killed": 2, "Cause": 1}, "Contested", {"russia", "ukraine"}),
    ],
)
def test_as_known_at_shows_only_what_was_claimed_by_then(
    client: Client, known: str, lines: dict[str, int], standing: str, sides: set[str]
) -> None:
    response = client.get("/", {"known": known})

    claims = sum(lines.values())
    shown = strip(response, "Blasts")
    assert {question: len(answers) for question, answers in shown.items()} == lines
    assert f"{claims} claim" in text(one(tree(response), "article"))
    assert standing in text(one(tree(response), "article"))
    assert {side for side, count in facet(response, "side").items() if count} == sides
    assert balance(response)[:2] == ["1 incident", f"{claims} claim{'s' * (claims > 1)}"]


def test_a_report_counts_from_when_it_was_printed_though_nothing_new_was_claimed(
    client: Client, belgorod: Place
) -> None:
    incident = make_incident(place=belgorod)
    claim = make_claim(incident=incident)
    late = make_source(published_at=datetime(2022, 7, 9, tzinfo=UTC))
    make_citation(claim, snapshot=make_snapshot(source=late))
    publish(incident)

    for known, found in {
        "2022-07-08T23:59Z": [],
        "2022-07-09T00:00Z": [incident.public_id],
    }.items():
        asked = {"known": known, "publisher": late.publisher.public_id}
        assert ids(client.get("/", asked)) == found


@pytest.mark.usefixtures("told_in_three_steps")
def test_before_the_first_claim_the_incident_is_not_known(client: Client) -> None:
    assert ids(client.get("/?known=2022-07-03T06:00Z")) == []
    assert ids(client.get("/?known=0999-01-01")) == []


def test_as_known_at_goes_along_to_the_incident(
    client: Client, told_in_three_steps: Incident
) -> None:
    response = client.get("/?known=2022-07-03T12:30Z")

    (title,) = find(tree(response), "h3")
    address = attribute(one(title, "a"), "href")
    assert (
        address == f"/incidents/{told_in_three_steps.public_id}/blasts/?known=2022-07-03T12:30:00Z"
    )
    assert "5 killed" not in html(client.get(address))


@pytest.mark.usefixtures("told_in_three_steps")
def test_filters_look_only_at_what_was_claimed_by_then(client: Client) -> None:
    assert ids(client.get("/?killed_min=5")) != []
    assert ids(client.get("/?killed_min=5&known=2022-07-03T12:30Z")) == []
    assert ids(client.get("/?known=2022-07-03T12:30Z&side=ukraine")) == []
    assert ids(client.get("/?known=2022-07-03T12:30Z&question=cause")) != []


# What there is to see


def test_an_empty_record_says_that_nothing_is_published_yet(client: Client) -> None:
    response = client.get("/")

    assert "Nothing is published yet" in html(response)
    assert balance(response) == ["0 incidents", "0 claims", "0 origins"]


def test_a_filter_that_matches_nothing_says_so_and_can_be_taken_back(client: Client) -> None:
    make_entry(kind="strike")

    response = client.get("/?kind=protest")

    assert "No incident of the record matches" in html(response)
    (without,) = chips(response).values()
    assert len(ids(client.get(without))) == 1


def test_a_withdrawn_incident_leaves_the_timeline(client: Client, belgorod: Place) -> None:
    incident = make_published(place=belgorod)
    withdraw(incident, "It was entered twice.")

    assert ids(client.get("/")) == []


def test_each_active_filter_is_a_chip_that_takes_only_itself_back(client: Client) -> None:
    make_entry(kind="strike", title="Strike on Belgorod", killed_most=5)
    query = "from=2022-07-01&killed_min=3&kind=protest&kind=strike&q=belgorod&to=2022-07-31"

    shown = chips(client.get(f"/?{query}&known="))

    assert shown == {}  # blanks lead to the address without them
    shown = chips(client.get(f"/?{query}"))
    assert len(shown) == 6
    for value in ("q=belgorod", "kind=strike", "kind=protest", "killed_min=3"):
        (address,) = [a for a in shown.values() if value not in a]
        kept = sorted(set(query.split("&")) - {value})
        assert sorted(address.removeprefix("/?").split("&")) == kept


# Before the bitmaps are there


@pytest.fixture
def uncounted(cold: Event) -> Incident:
    """What is shown while a thread reads the bitmaps."""
    country = make_place("Ukraine", kind="country")
    town = make_place("Lysychansk", parent=make_place("Region", kind="region", parent=country))
    incident = make_incident(title="Blasts", place=town, kind="explosion")
    said(incident, "3 killed")
    publish(incident)
    return incident


def test_rows_do_not_wait_for_numbers_and_nothing_is_a_number_meanwhile(
    client: Client, uncounted: Incident
) -> None:
    response = client.get("/?kind=explosion")

    page = tree(response)
    assert ids(response) == [uncounted.public_id]
    for name in ("balance", "num", "zero"):
        assert find(page, class_=name) == [], name
    assert find(page, id="density") == []
    assert "incident" not in text(one(page, id="announce"))
    rail = text(one(page, "form", id="filters"))
    for words in ("Explosion", "Strike", "Ukraine Region", "Not counted"):
        assert words in rail
    assert "None recorded" not in rail


def test_the_numbers_come_by_themselves_or_by_a_link(client: Client, uncounted: Incident) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        page = tree(client.get("/?q=blasts", headers=headers))

        counting = one(page, "p", class_="counting")
        assert text(counting) == "The incidents are being counted. Show the numbers"
        link = one(counting, "a")
        assert attribute(link, "href") == attribute(link, "hx-get") == "/?q=blasts"
        assert attribute(link, "hx-trigger") == "load delay:1s, click"
        assert text(one(page, id="announce")) == ""


def test_what_is_chosen_can_be_taken_back_before_it_is_counted(
    client: Client, uncounted: Incident
) -> None:
    row = Entry.objects.get()
    query = f"actor={row.actors[0]}&kind=explosion&place={row.places[-1]}"

    response = client.get(f"/?{query}")

    assert ids(response) == [uncounted.public_id]
    assert list(chips(response)) == [
        "Remove filter Kind Explosion ×",
        "Remove filter Where Lysychansk ×",
        "Remove filter Who claimed it Speaker ×",
    ]
    boxes = find(one(tree(response), "form", id="filters"), "input", type="checkbox")
    assert sum("checked" in dict(box.attributes) for box in boxes) == 3


def test_an_error_is_said_whether_or_not_the_bitmaps_are_there(
    client: Client, uncounted: Incident
) -> None:
    response = client.get("/?kind=bogus")

    assert 'role="alert"' in html(response)
    assert "being counted" not in html(response)


def test_a_page_without_numbers_asks_for_the_clock_twice_and_for_its_rows(
    client: Client, uncounted: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """And before that for cards and names, which are kept."""
    client.get("/")

    with django_assert_num_queries(3):
        client.get("/")


# Cost


@pytest.mark.parametrize("query", ["", "?sort=changed", "?kind=explosion", "?q=incident"])
def test_the_timeline_costs_six_queries_however_many_entries_it_has(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, query: str
) -> None:
    """And one more where there are cards to be rendered and kept."""
    place, country = make_place(), Place.objects.get(kind="country")
    make_published(place=place)
    row = Entry.objects.get()
    names = {"places": row.places, "actors": row.actors, "publishers": row.publishers}
    assert row.places == [country.public_id, place.public_id]
    make_entries(names for _ in range(2))
    with django_assert_num_queries(7):
        assert len(ids(client.get(f"/{query}"))) >= 2

    make_entries(names for _ in range(60))
    for number in (7, 6):
        ANSWERS.clear()  # as these entries move no clock
        with django_assert_num_queries(number):
            assert len(ids(client.get(f"/{query}"))) == 50


def test_as_known_at_costs_no_more(
    client: Client, belgorod: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    incident = make_incident(place=belgorod)
    said(incident, "3 killed", None)
    publish(incident)

    with django_assert_num_queries(6):
        assert len(ids(client.get("/?known=2022-07-04"))) == 1
