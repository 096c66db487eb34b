"""What the database writes into the log, whoever changes a row of the desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from accounts.tests.logging_in import log_in
from config.binding import BindingCursor
from incidents.models import Actor, Claim, Incident, Place
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_editor,
    make_incident,
    make_published,
    make_snapshot,
)
from rowlog.models import Change
from rowlog.tracking import acting, log_summary, nothing_logged, past_the_log

pytestmark = pytest.mark.django_db

# Tables beside the desk: the record is its own log, the rest holds nothing that editors wrote.
_NOT_LOGGED = {
    *("incidents_entry", "incidents_entryclaim", "incidents_entryclash", "incidents_entrypast"),
    *("incidents_entrylines", "incidents_generation", "incidents_savedbitmaps"),
    *("incidents_recordactor", "incidents_recordplace", "incidents_recordsource"),
    *("incidents_recordcount", "incidents_recordformer", "incidents_recordgone"),
    *("incidents_recordterm", "incidents_version"),
    # The database writes it with every change, which is logged itself.
    "incidents_touch",
    # What is typed and not saved changes every few seconds, and is nobody else's business.
    "incidents_claimdraft",
    # Who has which page open, for a minute or two.
    "accounts_presence",
    "auth_permission",
    "accounts_desksession",
    # Recovery codes; django-otp's own place for them stays empty.
    "accounts_recoverycode",
    "otp_static_statictoken",
}

# As publishing does, with a word before “select”: django-pghistory takes it for a change.
_ACT = """
with act as (select coalesce(current_setting('pghistory.context_id', true), '')) select * from act
"""


def last() -> Change:
    return Change.objects.latest("id")


def desk_tables() -> Iterator[type[models.Model]]:
    for app in ("accounts", "auth", "otp_static", "otp_totp", "sources", "incidents"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                yield model


def test_every_table_of_the_desk_is_logged_under_the_name_of_its_model() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger "
            "where tgname = 'rowlog'"
        )
        logged = dict(cursor.fetchall())

    wanted = {model._meta.db_table: model._meta.label_lower for model in desk_tables()}
    for table in _NOT_LOGGED:
        del wanted[table]
    assert set(logged) == set(wanted)
    for table, label in wanted.items():
        assert f'"model": "{label}"' in logged[table]


def test_an_update_keeps_what_it_replaced() -> None:
    actor = make_actor(role="governor")
    actor.role = "governor of Belgorod Oblast"
    actor.save()

    change = last()
    assert (change.operation, change.model, change.row_id) == (
        "update",
        "incidents.actor",
        actor.pk,
    )
    assert change.before == {"role": "governor"}
    assert change.row["role"] == "governor of Belgorod Oblast"


def test_a_save_that_changes_nothing_is_not_logged() -> None:
    actor = make_actor()
    before = last()
    actor.save()

    assert last() == before


def test_bulk_update_and_raw_sql_are_caught_though_nobody_is_known() -> None:
    make_actor("Vyacheslav Gladkov")
    make_actor("Serhiy Haidai")
    start = last().pk

    Actor.objects.update(role="governor")
    with connection.cursor() as cursor:
        cursor.execute("delete from incidents_actorname")

    changes = Change.objects.filter(pk__gt=start)
    assert [one.operation for one in changes].count("update") == 2
    assert [one.operation for one in changes].count("delete") == 2
    assert {(one.user_name, one.user_id, one.deed) for one in changes} == {("", None, "")}


def test_parts_of_a_row_are_found_with_it() -> None:
    claim = make_claim()

    models_found = set(Change.objects.of(Claim, claim.pk).values_list("model", flat=True))
    assert models_found == {"incidents.claim", "incidents.citation"}


def test_a_claim_that_moves_is_found_with_both_incidents() -> None:
    claim = make_claim()
    was, now = claim.incident, make_incident()
    claim.incident = now
    claim.save()

    assert last() in Change.objects.of(Incident, was.pk)
    assert last() in Change.objects.of(Incident, now.pk)


def test_the_text_of_a_snapshot_is_logged_only_when_it_is_lost() -> None:
    snapshot = make_snapshot(text="Three were killed.")
    assert "text" not in last().row

    snapshot.text = "Four were killed."
    snapshot.save()
    change = last()
    assert change.before is not None
    assert change.before["text"] == "Three were killed."
    assert "text" not in change.row

    snapshot.delete()
    assert last().row["text"] == "Four were killed."


def test_a_password_is_never_logged_but_its_change_is() -> None:
    user = make_editor("olena")
    assert "password" not in last().row

    user.set_password("nine green bottles")
    user.save()

    change = last()
    assert change.before == {"password": None}
    assert "password" not in change.row


def test_signing_in_is_no_change_of_an_account() -> None:
    user = make_editor("olena")
    before = last()
    User.objects.filter(pk=user.pk).update(last_login="2026-11-22T10:00:00Z")

    assert last() == before


def test_roles_given_and_taken_are_logged_with_the_person() -> None:
    user, group = make_editor("olena"), Group.objects.create(name="Translators")
    user.groups.add(group)
    assert last() in Change.objects.of(User, user.pk)

    user.groups.clear()
    assert last().operation == "delete"


def test_a_form_of_the_desk_is_logged_with_who_where_and_why(client: Client) -> None:
    editor = make_editor("olena")
    log_in(client, editor)
    client.post(
        "/admin/sources/publisher/add/",
        {"name": "Belta", "country": "BY", "_reason": " Its first report.\0 "},
    )

    change = last()
    assert change.model == "sources.publisher"
    assert (change.user_id, change.user_name) == (editor.pk, "olena")
    assert change.address == "/admin/sources/publisher/add/"
    assert change.reason == "Its first report."


def test_one_act_has_one_number_and_the_next_another(client: Client) -> None:
    log_in(client, make_editor("olena"))
    for name in ("First", "Second"):
        client.post(
            "/admin/incidents/actor/add/",
            {
                "name": name,
                "kind": "military",
                "side": "none",
                "names-TOTAL_FORMS": "0",
                "names-INITIAL_FORMS": "0",
            },
        )

    first, second = (Actor.objects.get(name=name) for name in ("First", "Second"))
    # The actor, and the name to find it by.
    acts = [list(Change.objects.of(Actor, one.pk).acts()) for one in (first, second)]
    assert [len(one) for one in acts] == [1, 1]
    assert acts[0][0]["act"] != acts[1][0]["act"]


def test_publishing_and_withdrawing_are_named_with_their_notes() -> None:
    incident = make_published()
    assert (last().deed, last().reason) == ("publish", "First publication.")

    withdraw(incident, "The report was taken back.")

    change = last()
    assert (change.deed, change.reason) == ("withdraw", "The report was taken back.")
    assert change.row["state"] == "withdrawn"


def test_publishing_is_logged_without_the_count_of_revisions() -> None:
    incident = make_incident()
    make_claim(incident=incident)
    publish(incident)

    assert last().before == {"state": "draft", "published_revision": None}


def test_what_goes_past_the_log_is_not_told_who_acts_and_the_change_after_it_is() -> None:
    editor, incident = make_editor("olena"), make_incident()
    make_claim(incident=incident)
    with acting(user=editor), connection.cursor() as cursor:
        with past_the_log():
            cursor.execute(_ACT)
            assert cursor.fetchone() == ("",)
        publish(incident)

    assert (last().user_name, last().deed) == ("olena", "publish")


def test_deleting_a_user_deletes_nothing_of_the_log() -> None:
    editor = make_editor("olena")
    with acting(user=editor, deed="try"):
        actor = make_actor()
    editor.delete()

    change = Change.objects.of(Actor, actor.pk).latest("id")
    assert change.user_name == "olena"


@pytest.mark.parametrize(
    "statement", ["update rowlog_change set reason = ''", "delete from rowlog_change"]
)
def test_the_log_refuses_to_be_changed(statement: str) -> None:
    make_actor()
    refused = pytest.raises(DatabaseError, match="neither changed nor deleted")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_load_of_public_data_leaves_one_line() -> None:
    start = last().pk if Change.objects.exists() else 0
    with acting(deed="load_gazetteer"), nothing_logged():
        Place.objects.create(name="Ukraine", kind="country")
        Place.objects.create(name="Belarus", kind="country")
    with acting(deed="load_gazetteer"):
        log_summary("incidents.place", "2 places added")
    make_actor()

    kept = list(Change.objects.filter(pk__gt=start).order_by("pk"))
    assert (kept[0].operation, kept[0].row, kept[0].deed) == (
        "summary",
        {"summary": "2 places added"},
        "load_gazetteer",
    )
    assert kept[1].model == "incidents.actor"


def test_a_new_account_names_the_command_that_made_it() -> None:
    call_command("create_editor", "olena")

    assert last().deed == "create_editor"


def test_reading_and_public_pages_tell_the_log_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client, make_editor())
    sent: list[str] = []
    execute = BindingCursor.execute

    def keep(cursor: BindingCursor, query: Any, *parameters: Any, **options: Any) -> Any:
        sent.append(str(query))
        return execute(cursor, query, *parameters, **options)

    def told() -> list[str]:
        return [query for query in sent if "pghistory" in query]

    monkeypatch.setattr(BindingCursor, "execute", keep)
    client.get("/")
    client.get("/admin/incidents/actor/")

    assert sent
    assert not told()
    with acting(deed="name"):
        make_actor()
    assert told()
