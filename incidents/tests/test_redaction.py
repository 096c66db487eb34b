"""Removing words from published versions: they go through no public door again, the chain holds."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.logging_in import log_in
from incidents.models import Actor, Incident
from incidents.models.removals import RemovedWords
from incidents.record.erase import Eraser, pattern_of
from incidents.record.models import Entry, RecordActor, RecordSource, RecordTerm, Version
from incidents.record.postings import make
from incidents.record.publish import (
    NoteBarred,
    NothingToPublish,
    PublishingBlocked,
    merge,
    publish,
    withdraw,
)
from incidents.record.redact import (
    FoundElsewhere,
    NotFound,
    Order,
    find,
    mark_of_places,
    redact,
)
from incidents.record.verify import Broken, check_entries, check_versions
from incidents.terms import terms
from incidents.tests.factories import (
    make_actor,
    make_administrator,
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_published,
    make_statement,
)
from incidents.tests.test_no_leak import CANARY, answer, crawl, draft
from incidents.vocabulary import RemovalReason
from rowlog.models import Change

pytestmark = pytest.mark.django_db

SAFETY = RemovalReason.SAFETY
ADDRESS = "/admin/incidents/version/redact/"


def remove(words: str, incident: str = "", note: str = "") -> list[Version]:
    order = Order(words, SAFETY, incident)
    return redact(order, None, mark_of_places(find(order)), note)


def retitled(incident: Incident, title: str) -> Version:
    Incident.objects.filter(pk=incident.pk).update(title=title)
    return publish(incident, "A better title.")


def removed_from(serial: int) -> dict[str, Any]:
    removed: dict[str, Any] | None = Version.objects.get(serial=serial).removed
    assert removed is not None
    return removed


def text_of(record: Any) -> str:
    return json.dumps(list(record), ensure_ascii=False, default=str).lower()


def test_removed_words_go_through_no_public_door(client: Client) -> None:
    make_place("Ukraine", kind="country")
    incident = draft("parent")
    publish(incident, f"{CANARY} in the note.")
    retitled(incident, "Explosions reported")
    first = f"/incidents/{incident.public_id}/v/1/"
    assertContains(client.get(first), f"{CANARY} quote")
    before = client.get("/").headers["ETag"]

    remove(f"{CANARY}*")

    for address, response in crawl(client).items():
        status, headers, body = answer(response)
        assert CANARY.lower() not in body.decode().lower() + str(headers).lower(), address
        assert status < 500, address
    # A cache that asks again is told that it holds the words still.
    assert client.get("/").headers["ETag"] != before
    assertContains(client.get(first), ": safety]")


def test_removed_words_are_no_keys_of_the_search_any_more() -> None:
    make_place("Ukraine", kind="country")
    incident = draft("parent")
    publish(incident)
    make_published(title="Explosions reported")
    make()
    (secret,) = terms(CANARY)
    kept = RecordTerm.objects.filter(key__startswith=secret)
    assert kept

    remove(f"{CANARY}*")

    assert not kept.all()
    assert RecordTerm.objects.filter(key__in=terms("Explosions"))


def test_the_chain_and_the_read_models_hold_after_a_redaction() -> None:
    incident = make_published(title="Ivan Franko seen in Belgorod")
    other = make_published(title="Explosions")
    retitled(incident, "A poet seen in Belgorod")
    hashes = dict(Version.objects.values_list("serial", "sha256"))

    (made,) = remove("Ivan Franko")

    assert made.serial == 4
    assert made.kind == Version.Kind.REDACTED
    assert made.incident == incident.public_id != other.public_id
    assert check_versions().serial == 4
    assert check_entries() == 2
    kept = dict(Version.objects.filter(serial__lt=4).values_list("serial", "sha256"))
    assert kept == hashes
    # Only what held the words was touched.
    touched = Version.objects.exclude(removed=None)
    assert [version.serial for version in touched] == [1]


def test_a_redaction_says_when_and_why_and_which_bytes_it_vouches_for() -> None:
    incident = make_published(title="Ivan Franko seen in Belgorod")

    (made,) = remove("Ivan Franko", note="Asked for by the family.")

    first = Version.objects.get(serial=1)
    assert made.document["removals"] == [{**removed_from(1), "serial": 1}]
    assert made.note == "Asked for by the family."
    assert removed_from(1) == {
        "serial": 2,
        "sha256": first.digest(),
        "at": removed_from(1)["at"],
        "reason": "safety",
    }
    assert first.digest() != first.sha256
    title = Entry.objects.get(pk=incident.public_id).title
    assert title.startswith("[removed ")
    assert title.endswith(": safety] seen in Belgorod")


@pytest.mark.parametrize(
    "change",
    [
        """document = jsonb_set(document, '{incident,title}', '"No"')""",
        "note = 'Another.'",
        "removed = null",
        "removed = jsonb_set(removed, '{reason}', '\"law\"')",
    ],
)
def test_what_is_altered_after_a_redaction_is_found(change: str) -> None:
    make_published(title="Ivan Franko seen in Belgorod")
    remove("Ivan Franko")

    with connection.cursor() as cursor:
        cursor.execute("alter table incidents_version disable trigger version_immutable")
        cursor.execute(f"update incidents_version set {change} where serial = 1")
        cursor.execute("alter table incidents_version enable trigger version_immutable")

    with pytest.raises(Broken, match=r"serial 1\)"):
        check_versions()


def test_a_version_without_a_redaction_that_vouches_for_it_is_found() -> None:
    make_published(title="Ivan Franko seen in Belgorod")
    version = Version.objects.get(serial=1)
    version.document["incident"]["title"] = "Nobody seen in Belgorod"
    forged = {"serial": 2, "sha256": version.digest(), "at": "2026-11-22", "reason": "safety"}
    with connection.cursor() as cursor:
        cursor.execute("select set_config('claimline.redacting', 'on', true)")
        Version.objects.filter(serial=1).update(document=version.document, removed=forged)

    with pytest.raises(Broken, match="sha256 is not the hash of the row"):
        check_versions()


@pytest.mark.parametrize("column", ["sha256", "previous_sha256", "kind", "incident"])
def test_even_a_redaction_changes_nothing_else_of_a_version(column: str) -> None:
    make_published()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('claimline.redacting', 'on', true)")

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        Version.objects.update(**{column: "x"})
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        Version.objects.all().delete()


def test_rebuilding_gives_the_same_read_models_after_a_redaction() -> None:
    make_published(title="Ivan Franko seen in Belgorod")
    make_published(title="Explosions")
    remove("Ivan Franko")
    models = (Entry, RecordActor, RecordSource)
    before = [text_of(model._default_manager.order_by("pk").values()) for model in models]

    call_command("rebuild_record", stdout=StringIO())

    assert before == [text_of(model._default_manager.order_by("pk").values()) for model in models]
    assert check_entries() == 2


def test_the_name_of_an_actor_goes_with_its_spellings() -> None:
    speaker = make_actor("Ivan Franko", ["Иван Франко", "I. Franko"])
    incident = make_incident()
    make_claim(incident=incident, statement=make_statement(speaker=speaker, role="poet Franko"))
    publish(incident)

    remove("Ivan Franko")
    remove("Франко")
    remove("Franko")

    row = RecordActor.objects.get(pk=speaker.public_id)
    assert row.name.startswith("[removed ")
    assert row.details["names"] == []
    assert "franko" not in text_of(Version.objects.values("document", "note"))
    assert check_versions().serial == 4


def test_a_redacted_quote_does_not_tell_how_long_it_was() -> None:
    incident = make_published()

    remove("three people")

    document = Version.objects.get(serial=1).document
    (citation,) = document["claims"][0]["citations"]
    assert citation["quote"].startswith("At least [removed ")
    assert (citation["start"], citation["end"]) == (None, None)
    assert incident.claims.get().citations.get().start == 0


def test_an_address_that_holds_the_words_goes_whole() -> None:
    eraser = Eraser(pattern_of("Іван Франко"), "[removed]")
    document = {
        "incident": {"title": "", "slug": ""},
        "sources": {"S": {"url": "https://outlet.example/%D0%86%D0%B2%D0%B0%D0%BD-%D0%A4%D1%80%D0%B0%D0%BD%D0%BA%D0%BE/"}},
    }  # fmt: skip

    assert eraser.document(document, str)["sources"]["S"]["url"] == ""
    assert [where for where, _ in eraser.found] == ["sources.S.url"]


@pytest.mark.parametrize(
    ("words", "text", "left"),
    [
        ("Ivan", "Ivan, Ivanov and IVAN", "X, Ivanov and X"),
        ("Ivan*", "Ivan, Ivanov and IVAN", "X, X and X"),
        ("a.b", "a.b axb", "X axb"),
        ("Ivan Franko", "Ivan\nFranko, ivan-franko, Ivan and Franko", "X, X, Ivan and Franko"),
        ("Гладков*", "у Гладкова и гладкове", "у X и X"),
    ],
)
def test_words_are_found_whole_in_any_case(words: str, text: str, left: str) -> None:
    assert Eraser(pattern_of(words), "X").text(text, "text") == left


def test_kinds_figures_and_ids_are_not_words() -> None:
    incident = make_published(title="Two killed")

    remove("killed")

    claim = Version.objects.get(serial=1).document["claims"][0]
    assert claim["question"] == "killed"
    assert claim["number"]["low"] == 3
    assert Entry.objects.get(pk=incident.public_id).slug.startswith("two-removed")


def test_a_text_that_would_outgrow_its_column_is_replaced_whole() -> None:
    incident = make_published(title="Ivan " * 39 + "end")

    remove("Ivan")

    assert Entry.objects.get(pk=incident.public_id).title.count("[removed") == 1


def test_every_document_has_a_nonce_of_its_own_which_goes_with_the_words() -> None:
    incident = make_published(title="Ivan Franko seen")
    withdraw(incident, "In doubt.")
    first, second = (Version.objects.get(serial=serial).document for serial in (1, 2))
    assert len(first["nonce"]) == len(second["nonce"]) == 32
    assert first["nonce"] != second["nonce"]

    remove("Ivan Franko")

    documents = Version.objects.order_by("serial").values_list("document", flat=True)
    assert [bool(document["nonce"]) for document in documents] == [False, False, True]


def test_a_withdrawn_and_a_merged_incident_stay_what_they_are(client: Client) -> None:
    withdrawn, merged = make_published(title="Ivan one"), make_published(title="Ivan two")
    into = make_published(title="Explosions")
    withdraw(withdrawn, "In doubt.")
    merge(merged, into, "They are one.")

    remove("Ivan")

    assert client.get(f"/incidents/{withdrawn.public_id}/").status_code == 410
    assert client.get(f"/incidents/{merged.public_id}/").status_code == 301
    assert check_versions().versions == Version.objects.count()
    assert check_entries() == 1


def test_one_incident_alone_can_be_named() -> None:
    one, other = make_published(title="Ivan one"), make_published(title="Ivan two")

    remove("Ivan", one.public_id)

    assert Entry.objects.get(pk=other.public_id).title == "Ivan two"
    assert not Entry.objects.filter(pk=one.public_id, title__contains="Ivan").exists()


def test_a_second_redaction_of_the_same_version_holds_too() -> None:
    make_published(title="Ivan and Petro seen", summary="Officials spoke.")

    remove("Ivan")
    remove("Petro")

    assert check_versions().serial == 3
    version = Version.objects.get(serial=1)
    assert removed_from(1)["serial"] == 3
    assert version.document["incident"]["title"].count("[removed") == 2


def test_publishing_does_not_bring_the_words_back() -> None:
    speaker = make_actor("Ivan Franko")
    incident = make_incident(summary="Said by Ivan Franko.")
    make_claim(incident=incident, statement=make_statement(speaker=speaker))
    publish(incident)
    remove("Ivan Franko")
    incident.refresh_from_db()
    assert incident.has_unpublished_changes

    Incident.objects.filter(pk=incident.pk).update(title="Another title")
    with pytest.raises(PublishingBlocked) as refused:
        publish(incident, "A better title.")

    blocked = {(blocker.object, blocker.field) for blocker in refused.value.blockers}
    assert blocked == {(incident, "summary"), (speaker, "name"), (speaker, "names")}
    assert not any("Franko" in blocker.message for blocker in refused.value.blockers)

    Incident.objects.filter(pk=incident.pk).update(summary="")
    Actor.objects.filter(pk=speaker.pk).update(name="A poet")
    speaker.names.all().delete()
    publish(incident, "Without the name.")
    assert check_versions().serial == 3


def test_words_removed_from_one_incident_may_stand_in_another() -> None:
    one, other = make_published(title="Ivan one"), make_published(title="Ivan two")
    remove("Ivan", one.public_id)

    retitled(other, "Ivan three")
    with pytest.raises(PublishingBlocked):
        retitled(one, "Ivan three")


def test_what_readers_see_already_is_not_published_again_for_its_nonce() -> None:
    with pytest.raises(NothingToPublish):
        publish(make_published(), "Nothing new.")


def test_no_public_note_holds_what_was_removed() -> None:
    incident = make_published(title="Ivan seen")
    with pytest.raises(NoteBarred), transaction.atomic():
        remove("Ivan", note="Ivan asked for it.")
    assert not Version.objects.exclude(removed=None).exists()
    remove("Ivan")

    with pytest.raises(NoteBarred):
        withdraw(incident, "It was not Ivan.")
    # Under the title that readers know: the desk's still has the name.
    withdraw(incident, "It was somebody else.")
    assert check_versions().serial == 3
    assert "ivan" not in text_of(Version.objects.values("document", "note"))


def test_what_is_not_found_is_not_removed() -> None:
    make_published()

    with pytest.raises(NotFound):
        remove("Ivan Franko")
    assert Version.objects.clock() == 1


def test_what_came_after_the_preview_is_not_removed_unseen() -> None:
    make_published(title="Ivan one")
    order = Order("Ivan", SAFETY)
    seen = mark_of_places(find(order))
    make_published(title="Ivan two")

    with pytest.raises(FoundElsewhere):
        redact(order, None, seen)
    assert not Version.objects.exclude(removed=None).exists()


@pytest.fixture
def administrator(client: Client) -> Client:
    log_in(client, make_administrator("admin"))
    return client


def test_an_administrator_sees_each_place_and_then_removes_the_words(
    administrator: Client,
) -> None:
    incident = make_published(title="Ivan Franko seen in Belgorod")
    sent = {"words": "Ivan Franko", "reason": "privacy", "incident": "", "note": ""}

    found = administrator.post(ADDRESS, sent | {"find": "Find"})
    assertContains(found, "1 place found")
    assertContains(found, "incident.title")
    assert Version.objects.clock() == 1

    seen = mark_of_places(find(Order("Ivan Franko", SAFETY)))
    administrator.post(ADDRESS, sent | {"remove": "Remove", "seen": seen})

    assert Entry.objects.get(pk=incident.public_id).title.endswith(": privacy] seen in Belgorod")
    removed = RemovedWords.objects.get()
    assert (removed.words, removed.by and removed.by.username) == ("Ivan Franko", "admin")
    # The log says that it was done, and does not spread the words.
    publication = Change.objects.filter(deed="redact", model="incidents.incident").latest("id")
    assert "Franko" not in publication.reason


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"words": "\0\0\0", "reason": "safety"},
        {"words": "***", "reason": "safety"},
        {"words": "Ivan", "reason": "because"},
        {"words": "Ivan", "reason": "safety", "incident": "\0"},
        {"words": "Ivan", "reason": "safety", "incident": "0000000000"},
        {"words": "Ivan", "reason": "safety", "note": "For Ivan's sake.", "remove": "1"},
        {"words": "Nobody here", "reason": "safety"},
        {"words": "Ivan", "reason": "safety", "remove": "1", "seen": "\0"},
        {"words": "Ivan", "reason": "safety", "remove": "1"},
    ],
)
def test_no_form_removes_what_was_not_seen(administrator: Client, sent: dict[str, str]) -> None:
    make_published(title="Ivan seen")

    answered = administrator.post(ADDRESS, sent)

    assert answered.status_code in (200, 409)
    assertContains(answered, "errorlist", status_code=answered.status_code)
    assert Version.objects.clock() == 1


def test_who_is_no_administrator_removes_nothing(client: Client) -> None:
    make_published(title="Ivan seen")
    log_in(client, make_editor())

    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"words": "Ivan", "reason": "safety"}).status_code == 403
    assertNotContains(client.get("/admin/incidents/version/"), ADDRESS)


def test_readers_are_told_of_the_removal_and_of_both_hashes(client: Client) -> None:
    incident = make_published(title="Ivan seen", earliest=datetime(2022, 7, 3, tzinfo=UTC))
    remove("Ivan")
    version = Version.objects.get(serial=1)

    page = client.get(f"/incidents/{incident.public_id}/v/1/")
    assertContains(page, "Words were removed from this version")
    assertContains(page, version.sha256)
    assertContains(page, removed_from(1)["sha256"])
    assertContains(client.get(f"/incidents/{incident.public_id}/history/"), "Words were removed")
    assertContains(client.get("/changes/"), "words removed")
    told = client.get("/api/v1/versions/1/").json()
    assert told["removed"] == {
        "serial": 2,
        "at": told["removed"]["at"],
        "reason": "safety",
        "sha256": version.digest(),
    }
    assert client.get("/api/v1/versions/2/").json()["removed"] is None
