"""What was not published is in no answer: no word, no name, no number, no address, no header."""

import re
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern

from incidents.models import Actor, ActorName, Claim, Incident, Place, PlaceName
from incidents.public.urls import urlpatterns
from incidents.record.gates import WISHES
from incidents.record.review import ask, comment, publish_as
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_publisher,
    make_relation,
    make_reviewer,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import Response, html
from incidents.vocabulary import Question, RelationKind, Side
from sources.models import Source, SourceLink

pytestmark = pytest.mark.django_db

CANARY = "Zqxcanary"
PART = {"HX-Request": "true"}


def draft(title: str, **fields: object) -> Incident:
    """An incident that lacks nothing, with canaries in every text and name."""
    country = Place.objects.get(kind="country")
    incident = make_incident(
        title=f"{CANARY} {title}",
        summary=f"{CANARY} summary",
        place=make_place(f"{CANARY} town", [f"{CANARY}ville"], parent=country),
        place_note=f"{CANARY} street",
        kind="assassination",
        **fields,
    )
    speaker = make_actor(f"{CANARY} speaker", [f"{CANARY} alias"], side=Side.OTHER)
    claim = make_claim(
        incident=incident,
        statement=make_statement(speaker=speaker, role=f"{CANARY} role", channel=f"{CANARY} TV"),
        question=Question.WEAPON,
        stance="retracts",
        text=f"{CANARY} weapon",
        cited=False,
    )
    publisher = make_publisher(name=f"{CANARY} Post {title}")
    source = make_source(title=f"{CANARY} report", publisher=publisher)
    text = f"{CANARY} quote stands in {CANARY} text."
    make_citation(claim, f"{CANARY} quote", snapshot=make_snapshot(source=source, text=text))
    return incident


@pytest.fixture
def world() -> Incident:
    """A public incident that touches unpublished things wherever its rows can."""
    incident = make_incident(title="Explosions reported in Belgorod")
    claim = make_claim(incident=incident)
    hidden = draft("parent")
    incident.parent = hidden
    incident.save()
    make_relation(claim, hidden.claims.get(), RelationKind.CORROBORATES)
    shown = Source.objects.get(snapshots__citations__claim=claim)
    unseen = Source.objects.get(title=f"{CANARY} report")
    SourceLink.objects.create(source=shown, kind=SourceLink.Kind.QUOTES, target=unseen)
    make_claim(
        incident=incident,
        statement=make_statement(speaker=make_actor(f"{CANARY} left out")),
        text=f"{CANARY} left out",
        left_out=True,
    )
    publish_through_review(incident)
    return incident


def publish_through_review(incident: Incident) -> None:
    """With canaries in all that editors call themselves and tell each other."""
    author, reviewer = make_editor(f"{CANARY}author"), make_reviewer(f"{CANARY}reviewer")
    User.objects.update(email=f"desk@{CANARY}.example", first_name=CANARY, last_name=CANARY)
    with at_work(author):
        Incident.objects.filter(pk=incident.pk).update(precision="day")
    incident.refresh_from_db()
    comment(incident, author, f"{CANARY} comment")
    ask(incident, author, seen=incident.revision, request=f"{CANARY} request")
    publish_as(
        reviewer,
        incident,
        seen=incident.revision,
        answer=f"{CANARY} answer",
        reasons=dict.fromkeys(WISHES, f"{CANARY} reason"),
    )


def unfinished_work(incident: Incident) -> None:
    """What an editor may do after publishing, without publishing again."""
    draft("later")
    claim = Claim.objects.get(incident=incident, left_out=False)
    make_claim(
        incident=incident,
        statement=make_statement(
            speaker=make_actor(f"{CANARY} mayor"), said_at=datetime(2022, 7, 9, tzinfo=UTC)
        ),
        question=Question.MISSING,
        text=f"{CANARY} missing",
    )
    make_citation(claim, f"{CANARY} quote")
    assert incident.place
    PlaceName.objects.create(place=incident.place, name=f"{CANARY}opol")
    ActorName.objects.create(actor=Actor.objects.get(statements=claim.statement), name=CANARY)
    Actor.objects.filter(statements=claim.statement).update(name=f"{CANARY} Gladkov")
    Place.objects.filter(pk=incident.place.pk).update(name=f"{CANARY} place")
    Source.objects.filter(snapshots__citations__claim=claim).update(title=f"{CANARY} headline")
    Incident.objects.filter(pk=incident.pk).update(title=f"{CANARY} title", kind="protest")


def list_addresses() -> list[str]:
    """Every public address that takes no id, whatever the site has grown by the time."""
    patterns = [pattern for pattern in urlpatterns if isinstance(pattern, URLPattern)]
    plain = [f"/{pattern.pattern}" for pattern in patterns if "<" not in str(pattern.pattern)]
    assert {"/", "/sources/", "/changes/"} <= set(plain)
    return plain


QUERIES = [
    "",
    "kind=assassination",
    "question=missing&question=weapon",
    "stance=retracts",
    "side=other",
    "sort=changed",
    "known=2022-07-03T10:00Z",
    "known=2022-07-20",
    "kind=bogus",
]


def crawl(client: Client) -> dict[str, Response]:
    """Every address that can be reached from the lists under any query, as page and as swap."""
    waiting = list_addresses() + [f"/?{query}" for query in QUERIES]
    found: dict[str, Response] = {}
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found[address] = client.get(address)
        found[f"{address} as a swap"] = client.get(address, headers=PART)
        if "text/html" in found[address].get("Content-Type", ""):
            waiting += links_on(found[address], address)
    return found


def links_on(response: Response, address: str) -> list[str]:
    """Addresses of ours that it leads to; filters of filters lead nowhere new."""
    page = html(response) if not response.streaming else ""
    hrefs = [unescape(href).split("#")[0] for href in re.findall(r'href="([^"]*)"', page)]
    hrefs += [urlsplit(response.headers.get("Location", "")).path]
    path = urlsplit(address).path
    ours = [path + href if href.startswith("?") else href for href in hrefs]
    deep = "?" in address
    return [
        href
        for href in ours
        if href.startswith("/") and not href.startswith("/static/") and not (deep and "?" in href)
    ]


def content(response: Response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def answer(response: Response) -> tuple[int, dict[str, str], bytes]:
    """Without the number of the request, which is random."""
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    return response.status_code, headers, content(response)


def test_no_answer_has_a_word_of_what_was_not_published(client: Client, world: Incident) -> None:
    unfinished_work(world)

    answers = {address: answer(response) for address, response in crawl(client).items()}

    assert f"/incidents/{world.public_id}/history/" in answers
    assert sum(status == HTTPStatus.OK for status, _, _ in answers.values()) > 30
    for address, (_, headers, body) in answers.items():
        assert CANARY.lower() not in body.decode().lower() + str(headers).lower(), address


@pytest.mark.usefixtures("cold")
def test_a_page_that_is_not_counted_yet_has_no_word_of_it_either(
    client: Client, world: Incident
) -> None:
    unfinished_work(world)

    assert "being counted" in html(client.get("/"))
    for query in QUERIES:
        for headers in ({}, PART):
            for path in ("/", "/map/"):
                page = client.get(f"{path}?{query}", headers=headers)
                assert CANARY.lower() not in html(page).lower(), query


def test_a_search_for_what_was_not_published_is_answered_like_one_for_nonsense(
    client: Client, world: Incident
) -> None:
    unfinished_work(world)

    for words in (CANARY, f"{CANARY}ville", f"{CANARY} OR explosions", f"-{CANARY}"):
        for headers in ({}, PART):
            found = client.get("/", {"q": words}, headers=headers)
            nonsense = client.get("/", {"q": words.replace(CANARY, "Zqxnothing")}, headers=headers)
            assert html(found).replace(CANARY, "Zqxnothing") == html(nonsense)


def test_no_byte_and_no_header_changes_while_nothing_is_published(
    client: Client, world: Incident
) -> None:
    before = {address: answer(response) for address, response in crawl(client).items()}

    unfinished_work(world)

    after = {address: answer(response) for address, response in crawl(client).items()}
    assert before == after


def test_no_id_of_what_was_not_published_is_given_away(client: Client, world: Incident) -> None:
    unfinished_work(world)
    public = {world.public_id, *Claim.objects.filter(incident=world, text="at least 3 killed")
              .values_list("public_id", flat=True)}  # fmt: skip
    hidden = {
        *Incident.objects.values_list("public_id", flat=True),
        *Claim.objects.values_list("public_id", flat=True),
        *Place.objects.filter(incidents__state="draft").values_list("public_id", flat=True),
        *Actor.objects.filter(name__startswith=CANARY)
        .exclude(statements__claims__public_id__in=public)
        .values_list("public_id", flat=True),
        *Source.objects.exclude(snapshots__citations__claim__public_id__in=public)
        .values_list("public_id", flat=True),
    } - public  # fmt: skip
    assert len(hidden) > 10

    for address, response in crawl(client).items():
        _, headers, body = answer(response)
        assert not {key for key in hidden if key in body.decode() + str(headers)}, address


def test_ids_of_drafts_are_answered_like_ids_of_nothing(client: Client, world: Incident) -> None:
    incident = draft("unseen")
    claim = incident.claims.get()
    assert incident.place
    assert claim.statement.speaker
    source = claim.citations.get().snapshot.source
    nothing = "0123456789"
    for address, key in (
        ("/incidents/{}/", incident.public_id),
        ("/incidents/{}/slug/", incident.public_id),
        ("/incidents/{}/v/1/", incident.public_id),
        ("/incidents/{}/history/", incident.public_id),
        ("/claims/{}/", claim.public_id),
        ("/sources/{}/", source.public_id),
        ("/sources/?publisher={}", source.publisher.public_id),
        ("/?place={}", incident.place.public_id),
        ("/?actor={}", claim.statement.speaker.public_id),
        ("/?publisher={}", source.publisher.public_id),
    ):
        of_draft, of_nothing = client.get(address.format(key)), client.get(address.format(nothing))
        assert of_draft.status_code == of_nothing.status_code
        assert html(of_draft).replace(key, nothing) == html(of_nothing), address


def test_editors_see_the_public_pages_that_everyone_sees(
    client: Client, admin_client: Client, world: Incident
) -> None:
    unfinished_work(world)

    for address in ("/", f"/incidents/{world.public_id}/explosions-reported-in-belgorod/"):
        assert admin_client.get(address).content == client.get(address).content
