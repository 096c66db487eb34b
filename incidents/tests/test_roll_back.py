"""Everything that one account did is undone, and nothing that another did."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import DeskSession
from accounts.tests.logging_in import log_in
from incidents.models import Actor, ActorName, Citation, Claim, Incident
from incidents.record.models import Entry, Version
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_reviewer,
    make_statement,
)

pytestmark = pytest.mark.django_db

LONG_AGO = "2020-01-01T00:00Z"


@pytest.fixture
def mallory() -> User:
    return make_reviewer("mallory")


@pytest.fixture
def ada() -> User:
    return make_reviewer("ada")


def roll_back(*, apply: bool = True, since: str = LONG_AGO) -> str:
    out = StringIO()
    call_command("roll_back", "mallory", since=since, apply=apply, stdout=out)
    return out.getvalue()


def change(row: Any, **columns: Any) -> None:
    for column, value in columns.items():
        setattr(row, column, value)
    row.save()


def test_each_column_is_what_it_was_but_those_that_others_have_set_since(
    mallory: User, ada: User
) -> None:
    actor = make_actor("Vyacheslav Gladkov", side="russia", role="governor")
    with at_work(mallory):
        change(actor, name="A liar", side="ukraine", role="crook")
        change(actor, side="other")
    with at_work(ada):
        change(actor, role="governor of the region")

    told = roll_back()

    actor.refresh_from_db()
    assert (actor.name, actor.side) == ("Vyacheslav Gladkov", "russia")
    assert actor.role == "governor of the region"
    assert "The actor “Vyacheslav Gladkov” changes back: " in told
    assert "name A liar → Vyacheslav Gladkov" in told
    assert "2 changes by mallory: 1 rows undone, 0 left" in told


def test_what_it_made_goes_but_not_what_others_have_worked_on(mallory: User, ada: User) -> None:
    with at_work(mallory):
        alone = make_actor("Nobody", ["No one"])
        worked_on = make_actor("Somebody", names=["Some one"])
        named = make_actor("Thunderer")
        used = make_incident(title="Thunder")
    with at_work(ada):
        change(worked_on, role="mayor")
        ActorName.objects.create(actor=named, name="Perun")
        claim = make_claim(incident=used)

    told = roll_back()

    assert not Actor.objects.filter(pk=alone.pk).exists()
    assert not ActorName.objects.filter(name="No one").exists()
    assert Actor.objects.get(pk=worked_on.pk).role == "mayor"
    assert Claim.objects.get().pk == claim.pk
    assert f"By hand: actor {worked_on.pk} “Somebody”. Somebody else has worked on it" in told
    assert f"By hand: actor {named.pk} “Thunderer”. With it would go “Perun”" in told
    assert f"By hand: incident {used.pk} “Thunder”. It is in use." in told
    assert "“Some one”. It is a part of what stays." in told


def test_what_it_deleted_comes_back_with_its_parts_and_ids(mallory: User) -> None:
    claim = make_claim()
    make_citation(claim, "more words")
    parts = list(Citation.objects.order_by("pk").values())
    key, statement, incident = claim.public_id, claim.statement, claim.incident
    number = incident.pk
    with at_work(mallory):
        change(claim, text="at least 300 killed")
        claim.delete()
        statement.delete()
        incident.delete()

    roll_back()

    back = Claim.objects.get(public_id=key)
    assert (back.text, back.incident.pk) == ("at least 3 killed", number)
    assert list(Citation.objects.order_by("pk").values()) == parts
    assert Incident.objects.get().public_id == incident.public_id


def test_a_row_that_it_made_and_that_others_deleted_stays_away(mallory: User, ada: User) -> None:
    with at_work(mallory):
        actor = make_actor("Nobody")
        change(actor, role="king")
    with at_work(ada):
        actor.delete()

    assert "0 left" in roll_back()
    assert not Actor.objects.exists()


def test_rows_of_others_that_it_pointed_at_its_own_are_turned_back_first(mallory: User) -> None:
    gladkov = make_actor("Vyacheslav Gladkov")
    statement = make_statement(speaker=gladkov)
    with at_work(mallory):
        invented = make_actor("Nobody")
        change(statement, speaker=invented)

    roll_back()

    statement.refresh_from_db()
    assert statement.speaker == gladkov
    assert list(Actor.objects.all()) == [gladkov]


def test_what_readers_saw_before_it_they_see_again(mallory: User, ada: User) -> None:
    incident = make_published(title="Explosions reported in Belgorod")
    with at_work(ada):
        incident.title = "Explosions in Belgorod"
        incident.save()
        publish(incident, "Shorter.")
    with at_work(mallory):
        change(incident, title="Nothing happened in Belgorod")
        publish(incident, "The truth.")
        make_claim(incident=incident, text="at least 300 killed", low=300)
        publish(incident, "More truth.")
    assert Entry.objects.get().claim_count == 2

    told = roll_back()

    newest = Version.objects.latest("serial")
    assert (newest.kind, newest.number) == ("corrected", 5)
    assert "wrong hands" in newest.note
    assert (Entry.objects.get().title, Entry.objects.get().claim_count) == (
        "Explosions in Belgorod",
        1,
    )
    assert "“Explosions in Belgorod”: published again." in told
    # What stood in a version stays on the desk, for its address.
    assert Claim.objects.get(low=300).left_out


def test_what_nobody_published_before_it_is_withdrawn(mallory: User) -> None:
    with at_work(mallory):
        incident = make_published(title="A massacre")

    told = roll_back()

    assert not Entry.objects.exists()
    assert Version.objects.latest("serial").kind == "withdrawn"
    assert "“A massacre”: withdrawn." in told
    assert f"By hand: incident {incident.pk} “A massacre”. Readers have seen it" in told


def test_what_it_withdrew_is_public_again(mallory: User) -> None:
    incident = make_published()
    with at_work(mallory):
        withdraw(incident, "Never happened.")

    roll_back()

    assert Entry.objects.get().incident == incident.public_id


def test_unfinished_work_of_others_is_not_published_by_it(mallory: User, ada: User) -> None:
    incident = make_published()
    with at_work(ada):
        change(incident, summary="Half a sentence")
    with at_work(mallory):
        publish(incident, "Whatever.")
        change(incident, title="Nothing happened")
        publish(incident, "The truth.")
    serial = Version.objects.clock()

    told = roll_back()

    assert Version.objects.clock() == serial
    assert ": by hand. Others have worked on it too." in told
    incident.refresh_from_db()
    assert incident.title == "Explosions reported in Belgorod"


def test_what_another_published_unawares_is_named(mallory: User, ada: User) -> None:
    incident = make_published()
    with at_work(mallory):
        change(incident, title="Nothing happened")
    with at_work(ada):
        publish(incident, "As reviewed.")

    assert "by hand. Somebody else published what the account wrote." in roll_back()


def test_it_shows_first_and_changes_nothing(client: Client, mallory: User) -> None:
    log_in(client, mallory)
    actor = make_actor(side="russia")
    incident = make_published(place=make_place())
    with at_work(mallory):
        change(actor, side="ukraine")
        change(incident, title="Nothing happened")
        publish(incident, "The truth.")
    serial = Version.objects.clock()

    shown = roll_back(apply=False)

    actor.refresh_from_db()
    mallory.refresh_from_db()
    assert (actor.side, mallory.is_active, Version.objects.clock()) == ("ukraine", True, serial)
    assert DeskSession.objects.exists()
    assert "Nothing is done yet: --apply does it." in shown

    done = roll_back()

    actor.refresh_from_db()
    mallory.refresh_from_db()
    assert shown == done + "Nothing is done yet: --apply does it.\n"
    assert (actor.side, mallory.is_active) == ("russia", False)
    assert not DeskSession.objects.exists()


def test_accounts_that_it_changed_are_named(mallory: User, ada: User) -> None:
    make_actor()
    with at_work(mallory):
        change(ada, is_active=False)

    assert "By hand: 1 changes of auth.user." in roll_back(apply=False)


def test_what_it_did_earlier_stays(mallory: User) -> None:
    with at_work(mallory):
        make_actor()

    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError, match="knows nothing that mallory did since"):
        roll_back(since=tomorrow)


@pytest.mark.parametrize("since", ["yesterday", "2026-11-22T03:00", "2026-13-41T03:00Z", ""])
def test_a_moment_without_a_zone_is_refused(since: str) -> None:
    with pytest.raises(CommandError, match="with its zone"):
        roll_back(since=since)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["mallory", "ada"]),
        st.integers(0, 1),
        st.sampled_from(["name", "role"]),
        st.sampled_from(["mayor", "governor", "general"]),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_however_they_take_turns_each_column_is_what_others_made_of_it_last(
    mallory: User, ada: User, edits: list[tuple[str, int, str, str]]
) -> None:
    actors = [make_actor("mayor", role="mayor") for _ in range(2)]
    now = [{"name": "mayor", "role": "mayor"} for _ in actors]
    expected = [dict(columns) for columns in now]
    for who, which, column, value in edits:
        with at_work({"mallory": mallory, "ada": ada}[who]):
            Actor.objects.filter(pk=actors[which].pk).update(**{column: value})
        # Who sets what is there already has set nothing.
        if who == "ada" and now[which][column] != value:
            expected[which][column] = value
        now[which][column] = value

    if any(who == "mallory" for who, *_ in edits if now) and now != expected:
        roll_back()

    found = [Actor.objects.values("name", "role").get(pk=actor.pk) for actor in actors]
    assert found == expected


@pytest.mark.torture
def test_a_thousand_edits_are_undone(mallory: User) -> None:
    claims = [make_claim(cited=False) for _ in range(100)]
    before = [list(model.objects.order_by("pk").values()) for model in (Claim, Actor, Citation)]
    with at_work(mallory):
        for claim in claims:
            for low in range(300, 308):
                change(claim, low=low)
            make_citation(claim)
        for claim in claims:
            change(claim.statement.speaker, side="ukraine")

    roll_back()

    after = [list(model.objects.order_by("pk").values()) for model in (Claim, Actor, Citation)]
    assert after == before
