from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.test.html import Element

from incidents.models import Claim, Incident
from incidents.record.models import Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_publisher,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import Response, attribute, find, html, one, text, tree
from incidents.vocabulary import (
    Attribution,
    ControlStatus,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Stance,
    Verification,
)
from sources.models import Snapshot, Source
from sources.moments import Precision

pytestmark = pytest.mark.django_db

MORNING, NOON, EVENING = (datetime(2022, 7, 3, hour, 0, tzinfo=UTC) for hour in (6, 12, 18))
EXACTLY_3: dict[str, Any] = {"low": 3, "high": 3, "qualifier": Qualifier.EXACTLY, "unit": "people"}
EXACTLY_5 = EXACTLY_3 | {"low": 5, "high": 5}


def said(incident: Incident, text: str, **fields: Any) -> Claim:
    """A claim by a speaker of its own, with fields of claim, statement and actor as given."""
    actor = {key: fields.pop(key) for key in ("side", "organisation") if key in fields}
    speaker = make_actor(fields.pop("speaker", "Speaker"), **actor)
    spoken = {"said_at": MORNING, "said_precision": Precision.MINUTE}
    for key in ("said_at", "role", "channel", "attribution", "relayed_by", "said_inferred"):
        if key in fields:
            spoken[key] = fields.pop(key)
    statement = fields.pop("statement", None) or make_statement(speaker=speaker, **spoken)
    return make_claim(incident=incident, statement=statement, text=text, **fields)


def page_of(client: Client, incident: Incident, query: str = "") -> Response:
    response = client.get(f"/incidents/{incident.public_id}/", follow=True)
    return client.get(f"{response.wsgi_request.path}{query}") if query else response


def cells(response: Response, question: str) -> dict[str, str]:
    """What each side answers to a question, as read in the matrix."""
    table = one(tree(response), "table", class_="matrix")
    sides = [text(head) for head in find(one(table, "thead"), "th")[1:]]
    row = one(table, "tr", id=f"q-{question}")
    return dict(zip(sides, [text(cell) for cell in find(row, "td")], strict=True))


def why(response: Response) -> str:
    return " ".join(text(row) for row in find(tree(response), "tr", class_="why"))


def entry_of(response: Response, claim: Claim) -> Element:
    """The claim in the list of claims in order."""
    return one(tree(response), "li", id=f"c-{claim.public_id}")


# Addresses


@pytest.mark.parametrize("tail", ["", "/wrong-slug", "/Explosions-reported-in-belgorod", "/%00"])
def test_the_id_rules_and_any_other_slug_leads_home_for_good(client: Client, tail: str) -> None:
    key = make_published().public_id
    home = f"/incidents/{key}/explosions-reported-in-belgorod/"

    response = client.get(f"/incidents/{key}{tail}/?known=2022-07-03T18:00Z&utm_source=x")

    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert response["Location"] == f"{home}?known=2022-07-03T18%3A00Z&utm_source=x"
    assert client.get(response["Location"]).status_code == HTTPStatus.OK


@pytest.mark.parametrize("typed", ["01aob2il3x", "01AOB2IL3X", "o1ao b2il3x".replace(" ", "")])
def test_ids_are_read_in_small_letters_and_with_o_i_and_l_for_digits(
    client: Client, typed: str
) -> None:
    make_published(public_id="01A0B2113X")

    for address in (f"/incidents/{typed}/", f"/incidents/{typed}/history/"):
        response = client.get(address, follow=True)
        assert response.status_code == HTTPStatus.OK
        assert "01A0B2113X" in html(response)


@pytest.mark.parametrize(
    "address",
    [
        "/incidents/0123456789/",
        "/incidents/0123456789/slug/",
        "/incidents/0123456789/history/",
        "/incidents/0123456789/v/1/",
        "/incidents/U123456789/",  # no letter of these ids
        "/incidents/012345678/",
        "/incidents/01234567890/",
        "/incidents/%00123456789/",
        "/claims/0123456789/",
    ],
)
def test_an_address_of_nothing_public_is_not_found(client: Client, address: str) -> None:
    make_incident(public_id="0123456789")

    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_title_without_letters_of_ours_has_an_address_too(client: Client) -> None:
    incident = make_published(title="Удар по Білгороду")
    symbols = make_published(title="!!!", place=incident.place)

    assert (
        page_of(client, incident)
        .redirect_chain[0][0]
        .endswith(
            "/%D1%83%D0%B4%D0%B0%D1%80-%D0%BF%D0%BE-%D0%B1%D1%96%D0%BB%D0%B3%D0%BE%D1%80%D0%BE%D0%B4%D1%83/"
        )
    )
    assert page_of(client, symbols).redirect_chain[0][0].endswith("/incident/")


def test_the_page_names_its_permanent_address_to_readers_and_machines(client: Client) -> None:
    incident = make_published(summary="A “summary” with <marks>.")
    home = f"http://testserver/incidents/{incident.public_id}/explosions-reported-in-belgorod/"

    page = tree(page_of(client, incident, "?known=2022-07-04"))

    assert attribute(one(page, "link", rel="canonical"), "href") == home
    properties = {attribute(m, "property"): attribute(m, "content") for m in find(page, "meta")}
    assert properties["og:url"] == home
    assert properties["og:title"] == "Explosions reported in Belgorod"
    assert text(properties["og:description"]) == (
        "One origin. 1 claim, 1 speaker. 1 report, 1 origin. A “summary” with <marks>."
    )
    assert properties["og:site_name"] == "Claimline"
    assert properties["og:type"] == "article"
    assert properties["og:locale"] == "en_GB"
    assert properties["article:modified_time"] == Version.objects.get().published_at.isoformat(
        timespec="microseconds"
    )
    by_id = f"http://testserver/incidents/{incident.public_id}/"
    assert by_id in [attribute(a, "href") for a in find(page, "a")]


# Matrix


def test_each_answer_stands_in_the_column_of_its_side_with_speaker_role_and_date(
    client: Client,
) -> None:
    incident = make_incident()
    said(incident, "at least 3 killed", speaker="Gladkov", role="governor")
    publish(incident)

    answers = cells(page_of(client, incident), "killed")

    assert list(answers) == ["Russian side", "Ukrainian side", "Third parties"]
    assert "at least 3 killed Gladkov, governor, 3 Jul 2022 [1]" in answers["Russian side"]


def test_where_a_side_said_nothing_nothing_recorded_stands_and_no_zero(client: Client) -> None:
    incident = make_incident()
    said(incident, "at least 3 killed")
    publish(incident)

    answers = cells(page_of(client, incident), "killed")

    for side in ("Ukrainian side", "Third parties"):
        assert answers[side].startswith("Nothing recorded")
        assert "0" not in answers[side]


def test_one_cell_of_a_row_names_all_sides_with_nothing_recorded(client: Client) -> None:
    incident = make_incident()
    said(incident, "at least 3 killed")
    publish(incident)

    answers = cells(page_of(client, incident), "killed")

    assert answers["Ukrainian side"] == "Nothing recorded: Ukrainian side Third parties"
    assert answers["Third parties"] == "Nothing recorded"


def test_an_answer_in_several_reports_says_of_how_many_origins_they_are(client: Client) -> None:
    incident = make_incident()
    carried = said(incident, "at least 3 killed", speaker="Gladkov")
    own = said(incident, "4 killed", side=Side.OTHER, attribution=Attribution.OUTLET_OWN_VOICE)
    for claim in (carried, own):
        make_citation(claim, "as others had it")
    publish(incident)

    response = page_of(client, incident)

    answers = cells(response, "killed")
    assert answers["Russian side"].endswith("2 reports, 1 origin")
    assert answers["Third parties"].endswith("2 reports, no origin named")
    assert "4 reports, 1 origin" in text(one(tree(response), "p", class_="meta"))


def test_a_figure_within_another_says_that_it_counts_a_part_of_it(client: Client) -> None:
    incident = make_incident()
    whole = said(incident, "39 houses hit", question=Question.DAMAGE, qualifier=Qualifier.EXACTLY,
                 low=39, high=39, unit="houses")  # fmt: skip
    said(incident, "5 destroyed", question=Question.DAMAGE, qualifier=Qualifier.EXACTLY,
         low=5, high=5, unit="houses", subset_of=whole, side=Side.UKRAINE)  # fmt: skip
    publish(incident)

    response = page_of(client, incident)

    answers = cells(response, "damage")
    assert answers["Ukrainian side"].endswith("counts a part of “39 houses hit”")
    assert why(response) == ""


def test_the_unnamed_have_a_column_once_they_speak(client: Client) -> None:
    incident = make_incident()
    said(incident, "at least 3 killed")
    said(incident, "a loud bang", side=Side.NONE, question=Question.CAUSE)
    publish(incident)

    assert "a loud bang" in cells(page_of(client, incident), "cause")["Unnamed"]


@pytest.mark.parametrize("stance", [s for s in Stance if s != Stance.ASSERTS])
def test_every_stance_but_an_assertion_is_named(client: Client, stance: Stance) -> None:
    incident = make_incident()
    said(incident, "answer", question=Question.CAUSE, stance=stance)
    publish(incident)

    assert f"answer {stance.label}" in cells(page_of(client, incident), "cause")["Russian side"]


def test_what_its_own_speaker_updated_stays_and_is_marked_as_replaced(client: Client) -> None:
    incident = make_incident()
    first = said(incident, "3 killed", **EXACTLY_3)
    later = make_statement(speaker=first.statement.speaker, said_at=EVENING)
    second = make_claim(incident=incident, statement=later, text="5 killed", **EXACTLY_5)
    make_relation(second, first, RelationKind.UPDATES)
    publish(incident)

    response = page_of(client, incident)

    answer = cells(response, "killed")["Russian side"]
    assert "3 killed since replaced" in answer
    assert "5 killed since replaced" not in answer
    assert why(response) == ""


# Clashes


def test_a_contradiction_says_in_words_who_contradicts_whom(client: Client) -> None:
    incident = make_incident()
    said(incident, "3 killed", speaker="Gladkov", **EXACTLY_3)
    said(incident, "5 killed", speaker="Mayor", side=Side.UKRAINE, **EXACTLY_5)
    publish(incident)

    response = page_of(client, incident)

    row = one(tree(response), "tr", id="q-killed")
    assert "clash" in attribute(row, "class")
    assert "Contradiction: Gladkov asserts “ 3 killed ” ≠; Mayor asserts “ 5 killed ”." in why(
        response
    )
    assert "Contested" in text(one(tree(response), "p", class_="meta"))


def test_figures_that_could_both_be_true_differ_and_do_not_contradict(client: Client) -> None:
    incident = make_incident()
    said(incident, "at least 3", low=3, qualifier=Qualifier.AT_LEAST, unit="people")
    said(incident, "5 killed", speaker="Mayor", side=Side.UKRAINE, **EXACTLY_5)
    publish(incident)

    words = why(page_of(client, incident))
    assert "Different accounts" in words
    assert "Contradiction" not in words


@pytest.mark.parametrize("stance", [Stance.DECLINES_TO_COMMENT, Stance.CANNOT_CONFIRM])
def test_silence_is_named_as_no_answer_and_not_as_denial(client: Client, stance: Stance) -> None:
    incident = make_incident()
    said(incident, "Ukraine fired", speaker="Ministry", question=Question.RESPONSIBILITY)
    said(incident, "no comment", side=Side.UKRAINE, speaker="General staff", stance=stance,
         question=Question.RESPONSIBILITY)  # fmt: skip
    publish(incident)

    words = why(page_of(client, incident))
    assert "Left open: Ministry asserts “ Ukraine fired ”" in words
    assert f"General staff {stance.label} " in words
    assert "denies" not in words


def test_a_disputed_claim_clashes_on_its_own_question_too(client: Client) -> None:
    incident = make_incident()
    blamed = said(incident, "Ukraine fired", question=Question.RESPONSIBILITY)
    other = said(incident, "air defence fragments", side=Side.UKRAINE, question=Question.CAUSE)
    make_relation(other, blamed, RelationKind.DISPUTES)
    publish(incident)

    response = page_of(client, incident)

    for question in ("responsibility", "cause"):
        assert "clash" in attribute(one(tree(response), "tr", id=f"q-{question}"), "class")


def test_two_statuses_of_a_place_that_exclude_each_other_clash(client: Client) -> None:
    place = make_place("Lysychansk")
    incident = make_incident(place=place)
    control = {"question": Question.CONTROL, "control_place": place, "control_side": Side.RUSSIA}
    said(incident, "captured", control_status=ControlStatus.FULL_CONTROL, **control)
    said(incident, "fighting goes on", side=Side.UKRAINE,
         control_status=ControlStatus.NOT_FULL_CONTROL, **control)  # fmt: skip
    publish(incident)

    response = page_of(client, incident)

    assert "Contradiction" in why(response)
    words = text(one(tree(response), id="claims"))
    assert "Control: full control (Russian side)" in words
    assert "Control: not under full control (Russian side)" in words


def test_one_claim_that_its_reports_carry_differently_says_so(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "3 killed", cited=False, **EXACTLY_3)
    make_citation(claim, "three were killed", printed_figure="three")
    make_citation(claim, "at least three were killed", printed_figure="at least three")
    publish(incident)

    words = why(page_of(client, incident))
    assert "Reports differ: Speaker asserts “ 3 killed ”" in words
    assert "on the figure: three" in words
    assert "on the figure: at least three" in words


# Words and reports


def test_citations_are_numbered_by_report_and_lead_to_it(client: Client) -> None:
    incident = make_incident()
    source = make_source(title="Governor speaks", publisher=make_publisher(name="The Daily"))
    snapshot = make_snapshot(source=source, text="Three were killed. Houses were hit.")
    killed = said(incident, "3 killed", cited=False, **EXACTLY_3)
    houses = said(incident, "houses hit", cited=False, question=Question.DAMAGE, said_at=NOON)
    make_citation(killed, "Three were killed", snapshot=snapshot)
    make_citation(houses, "Houses were hit", snapshot=snapshot)
    make_citation(houses, "houses lay in ruins")
    publish(incident)

    response = page_of(client, incident)

    page = tree(response)
    assert "The Daily: Governor speaks" in text(one(page, "li", id="s1"))
    assert f"/sources/{source.public_id}/" in html(response)
    assert snapshot.sha256 in text(one(page, "li", id="s1"))
    numbers = [attribute(a, "href") for a in find(entry_of(response, houses), "a")]
    assert sorted(href for href in numbers if href.startswith("#s")) == ["#s1", "#s2"]
    assert "[1]" in cells(response, "killed")["Russian side"]


def test_a_report_has_its_original_its_archived_copy_and_says_when_it_went(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "3 killed", cited=False, **EXACTLY_3)
    source = make_source(
        url="https://outlet.example/a?b=1&c=2",
        archive_url="https://archive.example/x",
        removed_at=datetime(2023, 5, 1, 10, 0, tzinfo=UTC),
    )
    snapshot = make_snapshot(source=source, text="Three were killed.")
    make_citation(claim, "Three were killed", snapshot=snapshot)
    publish(incident)

    report = one(tree(page_of(client, incident)), "li", id="s1")

    links = [attribute(a, "href") for a in find(report, "a")]
    assert "https://archive.example/x" in links
    assert any(link.startswith("https://outlet.example/a?b=1") for link in links)
    assert "gone from its address since 1 May 2023" in text(report)


def test_a_report_without_an_address_says_so(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "3 killed", cited=False, **EXACTLY_3)
    snapshot = make_snapshot(source=make_source(url=""), text="Three were killed.")
    make_citation(claim, "Three were killed", snapshot=snapshot)
    publish(incident)

    assert "address is not recorded" in text(one(tree(page_of(client, incident)), "li", id="s1"))


def test_printed_words_stand_as_a_quotation_and_our_own_are_marked(client: Client) -> None:
    incident = make_incident()
    printed = said(incident, "3 killed", cited=False, **EXACTLY_3)
    verbatim = make_snapshot(
        kind=Snapshot.Kind.VERBATIM, language="ru", text="Погибли три человека, сказал он."
    )
    make_citation(printed, "Погибли три человека", snapshot=verbatim)
    ours = said(incident, "houses hit", question=Question.DAMAGE)
    publish(incident)

    response = page_of(client, incident)

    (quote,) = find(entry_of(response, printed), "q")
    assert text(quote) == "Погибли три человека"
    assert attribute(quote, "lang") == "ru"
    assert "précis" not in text(entry_of(response, printed))
    assert find(entry_of(response, ours), "q") == []
    assert "our précis" in text(entry_of(response, ours))


def test_original_and_translation_stand_side_by_side_each_in_its_language(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "3 killed", cited=False, **EXACTLY_3)
    source = make_source(publisher=make_publisher(name="g1"), language="pt")
    for kind, language, quote in (
        (Snapshot.Kind.TRANSLATION, "en", "three people died"),
        (Snapshot.Kind.VERBATIM, "pt", "três pessoas morreram"),
    ):
        snapshot = make_snapshot(source=source, kind=kind, language=language, text=quote)
        make_citation(claim, quote, snapshot=snapshot)
    publish(incident)

    pair = one(entry_of(page_of(client, incident), claim), "div", class_="pair")

    original, translation = find(pair, "p")
    assert text(original) == "três pessoas morreram"
    assert attribute(one(original, "q"), "lang") == "pt"
    assert text(translation) == "three people died (translation)"
    assert attribute(find(translation, "span")[0], "lang") == "en"


def test_the_text_of_a_snapshot_beyond_the_cited_words_is_not_shown(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "3 killed", cited=False, **EXACTLY_3)
    snapshot = make_snapshot(text="Three were killed. The reporter added much else.")
    make_citation(claim, "Three were killed", snapshot=snapshot)
    publish(incident)

    assert "much else" not in html(page_of(client, incident))


def test_what_an_outlet_changed_stands_beside_its_words(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "at least 3 killed", cited=False)
    make_citation(
        claim,
        "three were killed",
        printed_role="called mayor",
        printed_figure="three",
        printed_channel="Facebook",
        printed_scope="among the 39",
        lost_hedge="at least",
    )
    publish(incident)

    words = text(entry_of(page_of(client, incident), claim))

    for changed in ("called mayor", "Facebook", "among the 39", "without “at least”"):
        assert changed in words


def test_claims_stand_in_the_order_of_their_time_with_all_that_is_known_of_them(
    client: Client,
) -> None:
    incident = make_incident(zone="UTC")
    said(incident, "later", said_at=EVENING, question=Question.CAUSE)
    said(
        incident,
        "about 40",
        question=Question.INJURED,
        qualifier=Qualifier.ABOUT,
        low=40,
        high=40,
        unit="people",
        group="children",
        role="head of the hospital",
        channel="Telegram",
        attribution=Attribution.SECOND_HAND,
        relayed_by="Belta, Reuters",
        hedges=["probably", "by early counts"],
        said_inferred=True,
    )
    publish(incident)

    ledger = one(tree(page_of(client, incident)), id="claims")

    first, second = [e for e in find(ledger, "li") if attribute(e, "id").startswith("c-")]
    assert "later" in text(second)
    for words in (
        "about 40",
        "about 40 people (children)",
        "head of the hospital",
        "Telegram",
        "second hand",
        "Belta, Reuters",
        "probably, by early counts",
        "inferred",
        "3 Jul 2022, 09:00",  # on the clock of Kyiv, where it was said
    ):
        assert words in text(first)


def test_a_claim_of_unknown_time_says_so(client: Client) -> None:
    incident = make_incident()
    claim = said(incident, "3 killed", said_at=None, **EXACTLY_3)
    publish(incident)

    words = text(entry_of(page_of(client, incident), claim))

    assert "not known" in words
    assert "printed 3 Jul 2022" in words


def test_relations_name_the_other_claim_and_lead_to_it(client: Client) -> None:
    incident = make_incident()
    blamed = said(incident, "Ukraine fired", question=Question.CAUSE, speaker="Gladkov")
    denied = said(incident, "not ours", question=Question.CAUSE, side=Side.UKRAINE)
    make_relation(denied, blamed, RelationKind.DENIES)
    publish(incident)

    page = page_of(client, incident)

    entry, answered = entry_of(page, denied), entry_of(page, blamed)
    assert "Denies Gladkov, 3 Jul 2022, 09:00: Ukraine fired" in text(entry)
    assert f"#c-{blamed.public_id}" in [attribute(a, "href") for a in find(entry, "a")]
    assert "Denied by Speaker, 3 Jul 2022, 09:00: not ours" in text(answered)
    assert f"#c-{denied.public_id}" in [attribute(a, "href") for a in find(answered, "a")]


def test_a_relation_across_incidents_leads_there(client: Client) -> None:
    elsewhere = make_published()
    target = Claim.objects.get()
    incident = make_incident(place=elsewhere.place)
    claim = said(incident, "as in March", question=Question.CAUSE)
    make_relation(claim, target, RelationKind.CORROBORATES)
    publish(incident)

    entry = entry_of(page_of(client, incident), claim)

    assert "another incident" in text(entry)
    assert f"/claims/{target.public_id}/" in [attribute(a, "href") for a in find(entry, "a")]


@pytest.mark.parametrize(
    ("verification", "words"),
    [
        (Verification.COULD_NOT_VERIFY, "Could not verify: Reuters"),
        (Verification.GEOLOCATED, "Geolocated: Reuters"),
    ],
)
def test_the_latest_verification_stands_apart_from_the_standing(
    client: Client, verification: str, words: str
) -> None:
    incident = make_incident()
    said(incident, "looked at footage", question=Question.VERIFICATION, speaker="Reuters",
         side=Side.OTHER, verification=verification)  # fmt: skip
    publish(incident)

    assert words in text(one(tree(page_of(client, incident)), "aside"))


def test_without_a_verification_none_is_recorded(client: Client) -> None:
    aside = one(tree(page_of(client, make_published())), "aside")

    assert "No verification recorded" in text(aside)


def test_an_incident_without_a_place_has_a_page(client: Client) -> None:
    response = page_of(client, make_published(place=None))

    assert response.status_code == HTTPStatus.OK
    assert "Place not recorded" in html(response)


# Text from outside

HOSTILE = "<script>alert('x')</script> & \"quotes\" {{ x }} \u202elaer\u202c \u2066i\u2069"
SHOWN = "<script>alert('x')</script> & \"quotes\" {{ x }} [U+202E]laer[U+202C] [U+2066]i[U+2069]"


@pytest.fixture
def hostile() -> Incident:
    """The same words in every text that comes from outside."""
    incident = make_incident(
        title=HOSTILE,
        summary=HOSTILE,
        place=make_place(HOSTILE),
        place_note=HOSTILE,
    )
    claim = said(incident, HOSTILE, speaker=HOSTILE, role=HOSTILE, channel=HOSTILE,
                 relayed_by=HOSTILE, hedges=[HOSTILE[:60]], cited=False)  # fmt: skip
    source = make_source(title=HOSTILE, publisher=make_publisher(name=HOSTILE))
    make_citation(
        claim, HOSTILE, snapshot=make_snapshot(source=source, text=HOSTILE), printed_figure=HOSTILE
    )
    publish(incident)
    Incident.objects.filter(pk=incident.pk).update(summary=f"{HOSTILE}!")
    publish(incident, HOSTILE)
    return incident


def test_markup_and_direction_controls_are_shown_and_not_obeyed(
    client: Client, hostile: Incident
) -> None:
    home = f"/incidents/{hostile.public_id}"
    source = f"/sources/{Source.objects.get().public_id}/"
    for address in ("/", f"{home}/", f"{home}/v/1/", f"{home}/history/", "/sources/", source,
                    "/changes/"):  # fmt: skip
        response = client.get(address, follow=True)
        raw = html(response)
        assert "<script>alert" not in raw, address
        assert not set(raw) & set("\u202e\u202c\u2066\u2069"), address
        assert SHOWN in text(tree(response)), address


# End of an incident


def test_a_withdrawn_incident_is_gone_with_a_note_and_its_history_stays(client: Client) -> None:
    incident = make_published()
    withdraw(incident, "It never happened in this town.")

    for tail in ("", "explosions-reported-in-belgorod/", "any-slug/"):
        response = client.get(f"/incidents/{incident.public_id}/{tail}")
        assert response.status_code == HTTPStatus.GONE
        assert "It never happened in this town." in html(response)
        assert "Explosions reported in Belgorod" not in html(response)
    assert client.get(f"/incidents/{incident.public_id}/history/").status_code == HTTPStatus.OK


def test_a_withdrawn_incident_comes_back_when_it_is_published_again(client: Client) -> None:
    incident = make_published()
    withdraw(incident, "Under review.")
    publish(incident, "The review is done.")

    assert page_of(client, incident).status_code == HTTPStatus.OK


def test_a_merged_incident_leads_for_good_to_where_its_claims_went(client: Client) -> None:
    kept = make_published(title="Kept")
    merged = make_published(title="Merged", place=kept.place)
    claim = Claim.objects.get(incident=merged)
    merge(merged, kept, "The same explosion.")

    for tail in ("", "merged/"):
        response = client.get(f"/incidents/{merged.public_id}/{tail}")
        assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
        assert response["Location"] == f"/incidents/{kept.public_id}/"
    assert entry_of(page_of(client, kept), claim)


# A claim's own address


def test_the_address_of_a_claim_leads_to_its_words(client: Client) -> None:
    incident = make_published()
    claim = Claim.objects.get()

    response = client.get(f"/claims/{claim.public_id.lower()}/")

    assert response.status_code == HTTPStatus.FOUND
    page, _, anchor = response["Location"].partition("#")
    assert page == f"/incidents/{incident.public_id}/explosions-reported-in-belgorod/"
    assert find(tree(client.get(page)), "li", id=anchor)


def test_a_claim_that_was_dropped_leads_to_the_last_version_that_has_it(client: Client) -> None:
    incident = make_published()
    dropped = Claim.objects.get()
    key = dropped.public_id
    said(incident, "houses hit", question=Question.DAMAGE)
    publish(incident, "Damage added.")
    dropped.delete()
    publish(incident, "The toll was another town's.")

    response = client.get(f"/claims/{key}/")

    assert response["Location"] == f"/incidents/{incident.public_id}/v/2/#c-{key}"
    assert find(tree(client.get(f"/incidents/{incident.public_id}/v/2/")), "li", id=f"c-{key}")


def test_a_claim_of_a_withdrawn_incident_leads_to_its_last_version(client: Client) -> None:
    incident = make_published()
    claim = Claim.objects.get()
    withdraw(incident, "It was entered twice.")

    response = client.get(f"/claims/{claim.public_id}/", follow=True)

    assert response.redirect_chain[0][0].startswith(f"/incidents/{incident.public_id}/v/1/#")
    assert "withdrawn" in html(response)


def test_a_claim_that_moved_with_a_merger_leads_to_its_new_page(client: Client) -> None:
    kept = make_published(title="Kept")
    merged = make_published(title="Merged", place=kept.place)
    claim = Claim.objects.get(incident=merged)
    merge(merged, kept, "The same explosion.")

    location = client.get(f"/claims/{claim.public_id}/")["Location"]

    assert location == f"/incidents/{kept.public_id}/kept/#c-{claim.public_id}"
