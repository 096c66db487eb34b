"""A copy of another site's record: every byte of it, and nothing that was tampered with."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from incidents.management.commands import mirror as command
from incidents.models import Incident
from incidents.record.mirroring import Head, MirrorError, mirror, pinned
from incidents.record.models import Entry, EntryClaim, RecordPlace, RecordTerm, Version
from incidents.record.postings import make
from incidents.record.publish import merge, publish, withdraw
from incidents.record.verify import check_entries, check_versions
from incidents.tests.databases import copied_database, using_database
from incidents.tests.factories import make_claim, make_incident, make_place, make_published
from incidents.tests.test_redaction import remove, retitled

pytestmark = pytest.mark.django_db(transaction=True)

Site = dict[str, bytes]


@pytest.fixture
def elsewhere(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of an empty database, made before anything is in this one."""
    with django_db_blocker.unblock(), copied_database("elsewhere") as name:
        yield name


@pytest.fixture
def incident(elsewhere: str) -> Incident:
    """Of three, the one that has two versions; another was merged, the third withdrawn."""
    place = make_place("Ukraine", kind="country")
    incident = make_published(title="Explosions reported in Belgorod", place=place)
    merged, withdrawn = make_published(title="Blasts"), make_published(title="Thunder")
    merge(merged, incident, "The same.")
    withdraw(withdrawn, "It was a storm.")
    return incident


def site() -> Site:
    """All that a mirror may ask of this database."""
    client = Client()
    clock = Version.objects.clock()
    addresses = ["/api/v1/record-head"] + [
        f"/api/v1/changes/?since={since}&limit={limit}"
        for since in range(clock + 1)
        for limit in (1, 100)
    ]
    addresses += [
        f"/incidents/{version.incident}/v/{version.number}.json"
        for version in Version.objects.all()
    ]
    return {address: client.get(address).content for address in addresses}


def copy(site: Site) -> Head:
    """The last that it tells."""
    return list(mirror(site.__getitem__))[-1]


def everything() -> list[Any]:
    return [
        list(model._default_manager.order_by("pk").values())
        for model in (Version, Entry, RecordPlace)
    ] + [sorted(EntryClaim.objects.values_list("claim", "entry_id"))]


def whole() -> Head:
    """What of this database is, where the record and its read models hold together."""
    chain = check_versions()
    check_entries()
    return Head(chain.serial, chain.sha256)


@pytest.mark.usefixtures("incident")
def test_a_mirror_has_every_byte_and_shows_the_same(client: Client, elsewhere: str) -> None:
    there, before, page = site(), everything(), client.get("/").content

    with using_database(elsewhere):
        head = copy(there)

        assert head == whole() == Head(**head_of(there))
        assert everything() == before
        assert client.get("/").content == page
        assert not Incident.objects.exists()


def head_of(there: Site) -> dict[str, Any]:
    told = json.loads(there["/api/v1/record-head"])
    return {"serial": told["serial"], "sha256": told["sha256"]}


def test_run_again_it_copies_what_is_new(elsewhere: str, incident: Incident) -> None:
    first = site()
    retitled(incident, "More explosions")
    second = site()

    with using_database(elsewhere):
        copy(first)
        assert copy(second) == whole() == Head(**head_of(second))
        assert Entry.objects.get().title == "More explosions"
        assert copy(second) == Head(**head_of(second))


def test_words_removed_there_go_here_too(elsewhere: str, incident: Incident) -> None:
    retitled(incident, "Explosions near Olena’s house")
    make()  # the sets of words that searches use
    first = site()
    remove("Olena’s")
    remove("house")
    second = site()

    with using_database(elsewhere):
        copy(first)
        make()
        assert Version.objects.filter(document__icontains="Olena").exists()
        assert copy(second) == whole()
        assert not Version.objects.filter(document__icontains="Olena").exists()
        assert not RecordTerm.objects.filter(key__icontains="olena").exists()


def test_a_mirror_that_begins_after_words_went_is_the_same(
    elsewhere: str, incident: Incident
) -> None:
    retitled(incident, "Explosions near Olena’s house")
    remove("Olena’s")
    there, before = site(), everything()

    with using_database(elsewhere):
        assert copy(there) == whole()
        assert everything() == before


def told(there: Site, address: str, change: Callable[[Any], None]) -> None:
    found = json.loads(there[address])
    change(found)
    there[address] = json.dumps(found).encode()


FIRST = "/api/v1/changes/?since=0&limit=100"


def other_bytes(there: Site) -> None:
    there[bytes_of(there, 1)] += b" "


def bytes_of(there: Site, serial: int) -> str:
    """Where they are."""
    listed = json.loads(there[FIRST])["changes"][serial - 1]
    return f"/incidents/{listed['incident']}/v/{listed['number']}.json"


def other_past(there: Site) -> None:
    """A hash that fits the bytes, and no chain that it fits into."""

    def change(found: Any) -> None:
        found["changes"][1]["previous"] = "0" * 64

    told(there, FIRST, change)


def left_out(there: Site) -> None:
    told(there, FIRST, lambda found: found["changes"].pop(2))


def removed_by_nobody(there: Site) -> None:
    """Bytes with another hash, of which the site says that words were removed."""
    address = bytes_of(there, 1)
    other = there[address].replace(b"Belgorod", b"Voronezh")
    there[address] = other
    removed = {
        "serial": 2,
        "sha256": sha256(other).hexdigest(),
        "at": "2026-01-01T00:00:00Z",
        "reason": "safety",
    }
    told(there, FIRST, lambda found: found["changes"][0].update(removed=removed))


def way_out(there: Site) -> None:
    told(there, FIRST, lambda found: found["changes"][0].update(incident="../../admin"))


def no_json(there: Site) -> None:
    there[FIRST] = b"<html>"


def no_shape(there: Site) -> None:
    there[FIRST] = b'{"changes": [{"serial": null}], "next": null}'


def other_head(there: Site) -> None:
    told(there, "/api/v1/record-head", lambda found: found.update(sha256="0" * 64))


@pytest.mark.usefixtures("incident")
def test_what_was_tampered_with_is_refused(elsewhere: str) -> None:
    there = site()

    with using_database(elsewhere):
        for tamper, why in (
            (other_bytes, "Serial 1 does not have the hash"),
            (other_past, "Serial 2 does not follow on serial 1"),
            (left_out, "Serial 3 is missing"),
            (way_out, "Serial 1 has no id"),
            (no_json, "no JSON"),
            (no_shape, "not of a shape"),
        ):
            tampered = dict(there)
            tamper(tampered)
            with pytest.raises(MirrorError, match=why):
                copy(tampered)
            assert not Version.objects.exists(), why

        removed_by_nobody(tampered := dict(there))
        with pytest.raises(MirrorError, match="Nothing in the record says that serial 1 was"):
            copy(tampered)


@pytest.mark.usefixtures("incident")
def test_a_head_that_the_versions_do_not_lead_to_is_told(elsewhere: str) -> None:
    there = site()
    other_head(there)

    with using_database(elsewhere), pytest.raises(MirrorError, match="tells another hash of"):
        copy(there)


def test_a_site_that_rewrote_its_past_is_no_longer_copied(
    elsewhere: str, incident: Incident
) -> None:
    there = site()
    head = head_of(there)
    with using_database(elsewhere):
        copy(there)
        publish_something()
        with pytest.raises(MirrorError, match="is no copy of that record"):
            copy(there)

        pinned(head["serial"], head["sha256"])
        with pytest.raises(MirrorError, match=f"The past was changed: serial {head['serial']}"):
            pinned(head["serial"], "0" * 64)


def publish_something() -> None:
    made = make_incident(title="Ours")
    make_claim(incident=made)
    publish(made)


@pytest.mark.usefixtures("incident")
def test_the_command_reads_a_site_over_http(
    live_server: LiveServer, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: Site = {}
    asked = command._ask

    def kept(address: str) -> bytes:
        return answers.setdefault(address, asked(address))

    monkeypatch.setattr(command, "_ask", kept)
    out = StringIO()
    # Where nothing is new the site is read and nothing written.
    call_command("mirror", live_server.url, stdout=out, stderr=StringIO())

    clock = Version.objects.clock()
    assert f"The copy is whole: serial {clock}" in out.getvalue()
    assert {address.removeprefix(live_server.url) for address in answers} == {
        f"/api/v1/changes/?since={clock - 1}&limit=1",
        f"/api/v1/changes/?since={clock}&limit=100",
        "/api/v1/record-head",
    }


def test_a_site_cannot_send_it_elsewhere(live_server: LiveServer) -> None:
    with pytest.raises(MirrorError, match="/api/v1 answers 301"):
        command._ask(f"{live_server.url}/api/v1")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "claims.example", "ftp://claims.example"])
def test_only_sites_are_read(url: str) -> None:
    with pytest.raises(CommandError, match="is no address of a site"):
        call_command("mirror", url)


def test_a_site_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_ATTEMPTS", 1)

    with pytest.raises(CommandError, match=r"http://localhost:9/api/.*cannot be read"):
        call_command("mirror", "http://localhost:9/")


@pytest.mark.parametrize("pin", ["5", "5:0", "x:" + "0" * 64])
def test_a_pin_is_a_serial_and_a_hash(pin: str) -> None:
    with pytest.raises(CommandError, match="--pin takes"):
        call_command("mirror", "http://localhost:9/", pin=pin)
