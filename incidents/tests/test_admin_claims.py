import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.admin.citations import positions
from incidents.models import Citation, Claim, ClaimRelation, Statement
from incidents.record.publish import publish
from incidents.tests.admin_form import fill_in
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_relation,
    make_snapshot,
    make_statement,
)
from sources.models import Snapshot

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/claim/"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


def page_of(claim: Claim) -> str:
    return f"{LIST}{claim.pk}/change/"


def rows(prefix: str, *forms: dict[str, str], initial: int = 0) -> dict[str, str]:
    """What a browser sends for an inline of the admin."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(forms)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


def form_of(claim: Claim, **changes: str) -> dict[str, str]:
    """What a browser sends for a claim's page, without citations or relations."""
    return {
        "incident": str(claim.incident_id),
        "statement": str(claim.statement_id),
        "question": claim.question,
        "stance": claim.stance,
        "text": claim.text,
        "qualifier": claim.qualifier,
        "low": "3",
        "unit": claim.unit,
        "group": claim.group,
        "basis": claim.basis,
        "as_of_precision": claim.as_of_precision,
        **rows("citations"),
        **rows("relations"),
    } | changes


def cite(snapshot: Snapshot, quote: str, start: str = "", end: str = "") -> dict[str, str]:
    citation = {"snapshot": str(snapshot.pk), "quote": quote, "start": start, "end": end}
    return rows("citations", citation)


def test_pasted_words_are_found_in_the_snapshot(editor: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Вранці, 🕊 three were killed in Belgorod.")

    response = fill_in(editor, page_of(claim), form_of(claim) | cite(snapshot, "three were killed"))

    assertRedirects(response, LIST)
    citation = Citation.objects.get()
    assert (citation.start, citation.end, citation.quote) == (10, 27, "three were killed")


def test_words_pasted_over_a_line_end_are_kept_as_they_stand_in_the_text(editor: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three people\nwere killed.")

    fill_in(editor, page_of(claim), form_of(claim) | cite(snapshot, "people\r\nwere  killed"))

    assert Citation.objects.get().quote == "people\nwere killed"


def test_words_that_are_not_there_are_said_at_the_words_and_kept(editor: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three were killed.")

    response = fill_in(editor, page_of(claim), form_of(claim) | cite(snapshot, "four were killed"))

    assert "do not stand in this snapshot" in str(_citation_errors(response)["quote"])
    assertContains(response, "four were killed</textarea>")
    assert not Citation.objects.exists()


def test_words_that_occur_twice_are_listed_with_their_positions(editor: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three killed. Again: Three killed.")

    response = fill_in(editor, page_of(claim), form_of(claim) | cite(snapshot, "Three killed"))

    assert "2 times, starting at 0, 21." in str(_citation_errors(response)["quote"])


def test_a_start_alone_tells_which_of_several_is_meant(editor: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three killed. Again: Three killed.")

    fill_in(editor, page_of(claim), form_of(claim) | cite(snapshot, "Three killed", start="21"))

    assert (Citation.objects.get().start, Citation.objects.get().end) == (21, 33)


def test_a_start_at_which_the_words_do_not_stand_is_said(editor: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Then three killed.")

    response = fill_in(editor, page_of(claim), form_of(claim) | cite(snapshot, "three killed", "2"))

    assert "but not there: they start at 5" in str(_citation_errors(response)["quote"])


def test_changed_words_of_a_citation_are_found_anew(editor: Client) -> None:
    claim = make_claim(cited=False)
    citation = make_citation(
        claim, "three killed", snapshot=make_snapshot(text="Then three killed.")
    )
    form = {
        "id": str(citation.pk),
        "claim": str(claim.pk),
        "snapshot": str(citation.snapshot_id),
        "quote": "three",
        "start": "5",
        "end": "17",
    }

    fill_in(editor, page_of(claim), form_of(claim) | rows("citations", form, initial=1))

    citation.refresh_from_db()
    assert (citation.start, citation.end, citation.quote) == (5, 10, "three")


def test_a_citation_without_a_snapshot_is_an_error_not_a_crash(editor: Client) -> None:
    claim = make_claim(cited=False)
    form = {"snapshot": "", "quote": "three killed", "start": "", "end": ""}

    response = fill_in(editor, page_of(claim), form_of(claim) | rows("citations", form))

    assert _citation_errors(response)["snapshot"] == ["This field is required."]


def _citation_errors(response: object) -> dict[str, list[str]]:
    formsets = response.context["inline_admin_formsets"]  # type: ignore[attr-defined]
    errors: dict[str, list[str]] = formsets[0].formset.errors[0]
    return errors


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("one two one", "one", [(0, 3), (8, 11)]),
        ("ha ha ha", "ha ha", [(0, 5), (3, 8)]),
        ("a.b axb", "a.b", [(0, 3)]),
        ("one", "two", []),
    ],
)
def test_positions_are_every_span_that_holds_the_words(
    text: str, words: str, spans: list[tuple[int, int]]
) -> None:
    assert positions(text, words) == spans


def test_a_relation_offers_the_other_claims_of_the_incident_by_speaker(editor: Client) -> None:
    claim = make_claim()
    other = make_claim(
        incident=claim.incident, statement=make_statement(speaker=make_actor("Oleksiy Arestovych"))
    )
    elsewhere = make_claim(text="at least 3 killed elsewhere")

    response = editor.get(page_of(claim))

    assertContains(
        response,
        f'<option value="{other.pk}">Killed: at least 3 killed (Oleksiy Arestovych, 03 Jul 2022)'
        "</option>",
    )
    assertNotContains(response, elsewhere.text)


def test_a_relation_is_saved(editor: Client) -> None:
    claim = make_claim()
    other = make_claim(incident=claim.incident)
    relation = {"kind": "disputes", "target": str(other.pk)}

    fill_in(editor, page_of(claim), form_of(claim) | rows("relations", relation))

    assert ClaimRelation.objects.get().target == other


def test_an_update_by_someone_else_is_refused_in_words(editor: Client) -> None:
    claim = make_claim()
    other = make_claim(
        incident=claim.incident, statement=make_statement(speaker=make_actor("Oleksiy Arestovych"))
    )
    relation = {"kind": "updates", "target": str(other.pk)}

    response = fill_in(editor, page_of(claim), form_of(claim) | rows("relations", relation))

    assertContains(response, "Only the same speaker, or one of the same body")


def test_a_relation_without_a_target_is_an_error_not_a_crash(editor: Client) -> None:
    claim = make_claim()
    relation = {"kind": "updates", "target": ""}

    response = fill_in(editor, page_of(claim), form_of(claim) | rows("relations", relation))

    assertContains(response, "This field is required.")


def test_a_relation_can_be_entered_on_its_own_page(editor: Client) -> None:
    claim, target = make_claim(), make_claim()
    add = "/admin/incidents/claimrelation/add/"

    incomplete = editor.post(add, {"kind": "updates", "claim": claim.pk, "target": ""})
    assertContains(incomplete, "This field is required.")
    editor.post(add, {"kind": "disputes", "claim": claim.pk, "target": target.pk})
    assert ClaimRelation.objects.get().claim == claim


def test_figures_that_do_not_fit_the_qualifier_are_said_and_kept(editor: Client) -> None:
    claim = make_claim()

    response = fill_in(editor, page_of(claim), form_of(claim, high="17"))

    assertContains(response, "The figures do not fit the qualifier")
    assertContains(response, 'value="17"')


def test_a_statement_is_entered_with_its_claims(editor: Client) -> None:
    incident, speaker = make_incident(), make_actor()
    claim = {
        "incident": str(incident.pk),
        "question": "damage",
        "stance": "asserts",
        "text": "houses destroyed",
        "hedges": "probably, it seems",
        "group": "all",
        "basis": "cumulative",
        "as_of_precision": "day",
    }
    statement = {
        "speaker": str(speaker.pk),
        "attribution": "named",
        "said_precision": "day",
        "zone": "Europe/Kyiv",
    }

    response = editor.post(
        f"/admin/incidents/statement/add/?incident={incident.pk}",
        statement | rows("claims", claim),
    )

    assertRedirects(response, "/admin/incidents/statement/")
    entered = Claim.objects.get()
    assert (entered.incident, entered.statement.speaker) == (incident, speaker)
    assert entered.hedges == ["probably", "it seems"]


def test_a_claim_on_the_statements_page_links_to_its_own(editor: Client) -> None:
    claim = make_claim()

    response = editor.get(f"/admin/incidents/statement/{claim.statement_id}/change/")

    assertContains(response, f'href="{page_of(claim)}" class="inlinechangelink"')


@pytest.mark.parametrize("value", ["%00", "abc", "²", "-1", "9" * 40])
def test_a_statement_about_no_known_incident_is_just_empty(editor: Client, value: str) -> None:
    response = editor.get(f"/admin/incidents/statement/add/?incident={value}")

    assertContains(response, 'name="claims-0-text"')


def test_a_claim_that_readers_can_find_is_not_deleted(editor: Client) -> None:
    claim = make_claim()
    publish(claim.incident)

    assert editor.post(f"{LIST}{claim.pk}/delete/", {"post": "yes"}).status_code == 403
    several = {"action": "delete_selected", "_selected_action": [claim.pk], "post": "yes"}
    assertContains(
        editor.post(LIST, several, follow=True),
        "“Killed: at least 3 killed” stands in a published version and stays. “Left out” "
        "keeps it out of the next one.",
    )
    assert Claim.objects.exists()


def test_a_published_claim_is_not_deleted_from_its_statement(editor: Client) -> None:
    claim = make_claim()
    publish(claim.incident)
    deleted = {"id": str(claim.pk), "statement": str(claim.statement_id), "DELETE": "on"}
    statement = {
        "speaker": str(claim.statement.speaker_id),
        "attribution": "named",
        "said_precision": "day",
        "zone": "Europe/Kyiv",
    }

    response = fill_in(
        editor,
        f"/admin/incidents/statement/{claim.statement_id}/change/",
        statement | rows("claims", deleted, initial=1),
    )

    assertContains(response, "stands in a published version and stays.")
    assert Claim.objects.exists()


def test_a_draft_claim_can_be_deleted(editor: Client) -> None:
    claim = make_claim()

    fill_in(editor, f"{LIST}{claim.pk}/delete/", {"post": "yes"})

    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("lacking", "text"), [("citation", "uncited"), ("speaker", "unspoken"), ("time", "undated")]
)
def test_the_list_finds_what_is_left_to_do(editor: Client, lacking: str, text: str) -> None:
    make_claim(text="whole")
    make_claim(text="uncited", cited=False)
    make_claim(text="unspoken", statement=make_statement(speaker=None))
    make_claim(text="undated", statement=make_statement(said_at=None))

    shown = editor.get(LIST, {"lacking": lacking}).context["cl"].result_list

    assert [claim.text for claim in shown] == [text]


def test_the_statement_list_finds_what_is_left_to_do(editor: Client) -> None:
    make_claim()
    empty = make_statement()

    shown = editor.get("/admin/incidents/statement/", {"lacking": "claim"}).context["cl"]

    assert list(shown.result_list) == [empty]


def test_the_list_asks_as_many_questions_for_thirty_claims_as_for_three(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_claim()
    with CaptureQueriesContext(connection) as few:
        assert len(editor.get(LIST).context["cl"].result_list) == 3
    for _ in range(27):
        make_claim()
    with django_assert_num_queries(len(few)):
        assert len(editor.get(LIST).context["cl"].result_list) == 30


def test_the_count_of_citations_is_right_in_a_search(editor: Client) -> None:
    claim = make_claim()
    make_citation(claim, "three killed")
    make_claim(statement=claim.statement)

    claims = editor.get(LIST, {"q": "gladkov"}).context["cl"].result_list
    assert sorted(row.citation_count for row in claims) == [1, 2]
    statement = editor.get("/admin/incidents/statement/", {"q": "killed"}).context["cl"]
    assert [row.claim_count for row in statement.result_list] == [2]


def test_relations_are_listed_with_their_incident(editor: Client) -> None:
    claim = make_claim()
    make_relation(claim, make_claim(incident=claim.incident))

    assertContains(editor.get("/admin/incidents/claimrelation/"), claim.incident.title)


def test_a_statement_with_claims_is_not_deleted(editor: Client) -> None:
    claim = make_claim()

    page = f"/admin/incidents/statement/{claim.statement_id}/delete/"

    assert editor.post(page, {"post": "yes"}).status_code == 409
    assertContains(
        editor.get(page), "would require deleting the following protected related objects"
    )
    assert Statement.objects.exists()
