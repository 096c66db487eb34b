"""Faults in the files are told in one sentence, and then nothing is loaded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Actor, ActorName, Citation, Claim, Incident, Place, Version
from sources.models import Snapshot, Source

pytestmark = pytest.mark.django_db

ACTORS = """
[[actor]]
key = "gladkov"
name = "Vyacheslav Gladkov"
kind = "local_official"
side = "russia"
names = [{ name = "Вячеслав Гладков", language = "ru" }]
"""
PLACES = """
[[place]]
key = "russia"
name = "Russia"
kind = "country"
"""
REPORT = """
[source]
key = "guardian-2022-07-03"
publisher = "The Guardian"
title = "Digest of the 130th day"
language = "en"
published = 2022-07-03
published_precision = "day"
zone = "Europe/London"
precis = \"\"\"
By the governor's count, «three» died in Belgorod.
He spoke of eleven houses too.
\"\"\"

[[incident]]
key = "blasts"
kind = "explosion"
title = "Explosions in Belgorod"
summary = "The governor gave figures."
place = "russia"
place_precision = "country"
zone = "Europe/Moscow"
earliest = "2022-07-02"
latest = "2022-07-03"
precision = "day_range"

[[statement]]
key = "toll"
speaker = "gladkov"
channel = "Telegram"
attribution = "named"
said = "2022-07-03T09:30"
said_precision = "minute"
zone = "Europe/Moscow"

  [[statement.claim]]
  key = "killed-3"
  incident = "blasts"
  question = "killed"
  stance = "asserts"
  text = "3 killed"
  number = { low = 3, high = 3, qualifier = "exactly", unit = "people" }
  quotes = ["«three» died in Belgorod", "He spoke of eleven houses too"]
  printed = { role = "calls him mayor" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "actors.toml", ACTORS)
    write(tmp_path, "places.toml", PLACES)
    write(tmp_path, "guardian.toml", REPORT)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def fault_of(folder: Path) -> str:
    with pytest.raises(CommandError) as raised:
        call_command("load_demo", folder)
    assert raised.value.returncode == 1
    return str(raised.value)


def test_a_day_ends_at_midnight_on_the_clock_of_the_place(folder: Path) -> None:
    call_command("load_demo", folder)

    incident = Incident.objects.get()
    assert incident.earliest == datetime(2022, 7, 1, 21, 0, tzinfo=UTC)
    assert incident.latest == datetime(2022, 7, 3, 21, 0, tzinfo=UTC)


def test_a_time_of_day_is_on_the_clock_of_the_statement(folder: Path) -> None:
    call_command("load_demo", folder)

    assert Claim.objects.get().statement.said_at == datetime(2022, 7, 3, 6, 30, tzinfo=UTC)


def test_a_moment_that_ends_an_incident_is_taken_as_it_is(folder: Path) -> None:
    write(folder, "guardian.toml", REPORT.replace('"2022-07-03"', '"2022-07-03T03:30"'))

    call_command("load_demo", folder)

    assert Incident.objects.get().latest == datetime(2022, 7, 3, 0, 30, tzinfo=UTC)


def test_a_second_precis_in_the_language_of_the_report_is_a_snapshot_of_its_own(
    folder: Path,
) -> None:
    report = REPORT.replace('language = "en"', 'language = "pt"')
    report = report.replace("[[incident]]", 'own_precis = "Três mortos, disse."\n[[incident]]')
    own = 'own_quotes = ["Três mortos"]'
    write(folder, "guardian.toml", report.replace("  printed =", f"  {own}\n  printed ="))

    call_command("load_demo", folder)

    assert list(Snapshot.objects.order_by("language").values_list("language", flat=True)) == [
        "en",
        "pt",
    ]
    assert [one.quote for one in Citation.objects.filter(snapshot__language="pt")] == [
        "Três mortos"
    ]


def test_quotes_are_found_in_the_precis(folder: Path) -> None:
    call_command("load_demo", folder)

    snapshot = Snapshot.objects.get()
    citations = list(Citation.objects.order_by("start"))
    assert (snapshot.kind, snapshot.language) == ("precis", "en")
    assert [(one.start, one.end) for one in citations] == [(25, 49), (51, 80)]
    assert [one.quote for one in citations] == [
        "«three» died in Belgorod",
        "He spoke of eleven houses too",
    ]
    assert {one.printed_role for one in citations} == {"calls him mayor"}


def test_an_actor_is_found_by_the_name_that_readers_see(folder: Path) -> None:
    call_command("load_demo", folder)

    assert set(ActorName.objects.values_list("name", "language")) == {
        ("Vyacheslav Gladkov", "en"),
        ("Вячеслав Гладков", "ru"),
    }


def test_a_report_added_later_adds_only_what_is_new(folder: Path) -> None:
    call_command("load_demo", folder)
    clock = Version.objects.clock()
    later = (
        REPORT.replace("guardian-2022-07-03", "g1-2022-07-03")
        .replace('"blasts"', '"fires"')
        .replace('"toll"', '"fire toll"')
        .replace('"killed-3"', '"killed-3-fires"')
    )
    write(folder, "later.toml", later)

    call_command("load_demo", folder)

    assert Version.objects.clock() == clock + 1
    assert (Source.objects.count(), Claim.objects.count(), Actor.objects.count()) == (2, 2, 1)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'kind = "explosion"\n',
            "",
            "guardian.toml, incident “blasts”, kind: it is missing.",
        ),
        (
            'stance = "asserts"',
            'stance = "says"',
            "guardian.toml, claim “killed-3”, stance: Value 'says' is not a valid choice.",
        ),
        (
            "low = 3",
            'low = "3"',
            "guardian.toml, claim “killed-3”, number, low: '3' is no whole number.",
        ),
        (
            "low = 3",
            "low = 2",
            "guardian.toml, claim “killed-3”: The figures do not fit the qualifier",
        ),
        (
            "qualifier =",
            "qualfier =",
            "guardian.toml, claim “killed-3”, number, qualfier: there is no such field.",
        ),
        (
            'speaker = "gladkov"',
            'speaker = "gladkow"',
            "guardian.toml, statement “toll”, speaker: The files define no “gladkow”.",
        ),
        (
            'incident = "blasts"',
            'incident = "blast"',
            "guardian.toml, claim “killed-3”, incident: The files define no “blast”.",
        ),
        (
            '["«three»',
            '["«four»',
            "claim “killed-3”, quotes: “«four» died in Belgorod” stands 0 times in the précis, not",
        ),
        (
            '["«three» died in Belgorod"',
            '["e"',
            "guardian.toml, claim “killed-3”, quotes: “e” stands 12 times in the précis, not once.",
        ),
        (
            "2022-07-02",
            "2022-07-32",
            "guardian.toml, incident “blasts”, earliest: '2022-07-32' is no day or moment.",
        ),
        (
            "T09:30",
            "T09:30+03:00",
            "guardian.toml, statement “toll”, said: ",
        ),
        (
            'earliest = "2022-07-02"',
            'earliest = "2022-07-05"',
            "guardian.toml, incident “blasts”: The latest is before the earliest",
        ),
        (
            "Europe/London",
            "Europe/Londinium",
            "guardian.toml, source “guardian-2022-07-03”, zone: “Europe/Londinium” is no time zone",
        ),
        (
            'place_precision = "country"',
            'place_precision = "country"\nparent = "blasts"',
            "guardian.toml, incident “blasts”: it leads back to itself: “blasts” → “blasts”.",
        ),
        ("[source]", "[source", "guardian.toml: it is no TOML"),
    ],
)
def test_a_fault_in_a_report_is_told_and_nothing_is_loaded(
    folder: Path, old: str, new: str, fault: str
) -> None:
    write(folder, "guardian.toml", REPORT.replace(old, new, 1))

    assert fault in fault_of(folder)
    assert not Actor.objects.exists()
    assert not Place.objects.exists()


def test_a_place_that_the_gazetteer_lacks_asks_for_the_gazetteer(folder: Path) -> None:
    write(folder, "places.toml", '[[place]]\nkey = "russia"\ncountry = "RU"\n')

    assert (
        "places.toml, place “russia”, country: The gazetteer has no “RU”: run load_gazetteer first."
        in fault_of(folder)
    )


def test_a_place_is_either_of_the_gazetteer_or_described(folder: Path) -> None:
    write(folder, "places.toml", PLACES + 'country = "RU"\n')

    assert "Give one of geonames, region, country and name." in fault_of(folder)


def test_a_key_given_twice_names_both_files(folder: Path) -> None:
    write(folder, "other.toml", REPORT)

    assert (
        "other.toml, source “guardian-2022-07-03”, key: it is taken by guardian.toml, "
        "source “guardian-2022-07-03”." in fault_of(folder)
    )


def test_an_incident_without_claims_blocks_the_load(folder: Path) -> None:
    write(folder, "guardian.toml", REPORT[: REPORT.index("[[statement]]")])

    assert "guardian.toml, incident “blasts”: it cannot be published: It has no claim." in (
        fault_of(folder)
    )
    assert not Incident.objects.exists()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert "actors.toml" in fault_of(tmp_path / "nowhere")
