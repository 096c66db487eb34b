from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.tests.admin_form import fill_in
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_editor,
    make_publisher,
    make_snapshot,
    make_source,
)
from sources.models import Snapshot, Source, SourceLink

pytestmark = pytest.mark.django_db

LIST = "/admin/sources/source/"
CITED = "A claim cites this snapshot, so it can no longer be changed"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


def page_of(source: Source) -> str:
    return f"{LIST}{source.pk}/change/"


def rows(prefix: str, *forms: dict[str, str], initial: int = 0) -> dict[str, str]:
    """What a browser sends for an inline of the admin."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(forms)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


def form_of(source: Source, **changes: str) -> dict[str, str]:
    return {
        "publisher": str(source.publisher_id),
        "title": source.title,
        "language": source.language,
        "url": source.url,
        "published_at_0": "2022-07-03",
        "published_at_1": "18:30:00",
        "published_precision": source.published_precision,
        "zone": source.zone,
        **rows("snapshots"),
        **rows("links"),
    } | changes


def cited_snapshot() -> Snapshot:
    snapshot = make_snapshot(text="Three people\nwere killed.")
    make_citation(make_claim(cited=False), "Three people", snapshot=snapshot)
    return snapshot


def test_a_source_is_entered_with_its_snapshot(editor: Client) -> None:
    publisher = make_publisher()
    source = Source(
        publisher=publisher,
        title="Three killed",
        language="en",
        url="https://outlet.example/three",
        published_precision="minute",
        zone="UTC",
    )
    snapshot = {"kind": "verbatim", "language": "en", "text": "Three people\r\nwere killed."}

    response = editor.post(f"{LIST}add/", form_of(source) | rows("snapshots", snapshot))

    assertRedirects(response, LIST)
    entered = Snapshot.objects.get()
    assert entered.text == "Three people\nwere killed."
    assert entered.source.published_at == datetime(2022, 7, 3, 18, 30, tzinfo=UTC)


def test_a_cited_snapshot_is_shown_read_only_with_the_reason(editor: Client) -> None:
    snapshot = cited_snapshot()

    for page in (page_of(snapshot.source), f"/admin/sources/snapshot/{snapshot.pk}/change/"):
        response = editor.get(page)
        assertContains(response, CITED)
        assertContains(response, " readonly ")
        assertContains(response, " disabled ")


def test_a_snapshot_that_nothing_cites_can_be_changed(editor: Client) -> None:
    snapshot = make_snapshot()

    assertNotContains(editor.get(page_of(snapshot.source)), CITED)
    fill_in(
        editor,
        f"/admin/sources/snapshot/{snapshot.pk}/change/",
        {
            "source": str(snapshot.source_id),
            "kind": "precis",
            "language": "en",
            "text": "Three people were killed.",
        },
    )

    snapshot.refresh_from_db()
    assert snapshot.text == "Three people were killed."


def test_whatever_is_sent_a_cited_snapshot_stays(editor: Client) -> None:
    snapshot = cited_snapshot()
    text = snapshot.text
    form = {
        "id": str(snapshot.pk),
        "source": str(snapshot.source_id),
        "kind": "verbatim",
        "language": "ru",
        "text": "Nobody was killed.",
    }

    fill_in(
        editor,
        page_of(snapshot.source),
        form_of(snapshot.source, title="New title") | rows("snapshots", form, initial=1),
    )

    snapshot.refresh_from_db()
    assert (snapshot.text, snapshot.language) == (text, "en")
    assert snapshot.source.title == "New title"


def test_a_cited_snapshot_is_not_deleted(editor: Client) -> None:
    snapshot = cited_snapshot()

    alone = editor.get(f"/admin/sources/snapshot/{snapshot.pk}/delete/")
    form = {"id": str(snapshot.pk), "source": str(snapshot.source_id), "DELETE": "on"}
    inline = fill_in(
        editor,
        page_of(snapshot.source),
        form_of(snapshot.source) | rows("snapshots", form, initial=1),
    )

    assertContains(alone, "protected related objects")
    assertContains(inline, "would require deleting the following protected related objects")
    assert Snapshot.objects.exists()


def test_a_link_to_another_source_is_saved(editor: Client) -> None:
    source, target = make_source(), make_source()
    link = {"kind": "republishes", "target": str(target.pk)}

    fill_in(editor, page_of(source), form_of(source) | rows("links", link))

    assert SourceLink.objects.get().target == target


def test_a_link_without_a_target_is_an_error_not_a_crash(editor: Client) -> None:
    source = make_source()

    response = fill_in(
        editor, page_of(source), form_of(source) | rows("links", {"kind": "corrects", "target": ""})
    )

    assertContains(response, "This field is required.")


def test_a_correction_by_another_publisher_is_refused_in_words(editor: Client) -> None:
    source, target = make_source(), make_source()
    link = {"kind": "corrects", "target": str(target.pk)}

    response = fill_in(editor, page_of(source), form_of(source) | rows("links", link))

    assertContains(response, "Only the same publisher corrects a report.")


@pytest.mark.parametrize(
    ("lacking", "titles"),
    [("date", ["Undated"]), ("snapshot", ["Bare"]), ("citation", ["Bare", "Undated"])],
)
def test_the_list_finds_what_is_left_to_do(editor: Client, lacking: str, titles: list[str]) -> None:
    make_claim()
    make_source(title="Bare")
    make_snapshot(source=make_source(title="Undated", published_at=None))

    shown = editor.get(LIST, {"lacking": lacking}).context["cl"].result_list

    assert sorted(source.title for source in shown) == titles


def test_the_list_asks_as_many_questions_for_thirty_sources_as_for_three(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # As many publishers as the filter beside the list shows, whatever the number of sources.
    publisher = make_publisher()
    for _ in range(3):
        make_source(publisher=publisher)
    with CaptureQueriesContext(connection) as few:
        editor.get(LIST)
    for _ in range(27):
        make_source(publisher=publisher)
    with django_assert_num_queries(len(few)):
        editor.get(LIST)


def test_publishers_show_how_many_sources_they_have(editor: Client) -> None:
    source = make_source()
    make_source(publisher=source.publisher)

    response = editor.get("/admin/sources/publisher/")

    assertContains(response, '<td class="field-source_count">2</td>')


def test_a_publisher_with_sources_is_not_deleted(editor: Client) -> None:
    source = make_source()

    editor.post(f"/admin/sources/publisher/{source.publisher_id}/delete/", {"post": "yes"})

    assert Source.objects.exists()
