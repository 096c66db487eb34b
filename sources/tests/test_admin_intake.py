"""Adding a source by its text: from what is pasted to what is saved."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import make_editor, make_publisher, make_snapshot, make_source
from sources.admin import intake
from sources.admin.duplicates import duplicates
from sources.intake.apart import read_apart
from sources.intake.files import read_file, read_pasted
from sources.intake.reading import Reading
from sources.models import Publisher, Snapshot, Source, SourceLink

pytestmark = pytest.mark.django_db

PASTE = "/admin/sources/source/intake/"
CORRECT = f"{PASTE}correct/"
TEXT = (
    "Three people were killed and four injured in the night, the governor said on Telegram. "
    "He said that eleven blocks of flats and thirty-nine private houses were damaged, and that "
    "rescuers were still at work in two streets near the market."
)
PAGE = f"""<html lang="en-GB"><head><title>Three killed</title>
<link rel="canonical" href="https://outlet.example/three"><meta property="og:site_name"
content="The Outlet"><script type="application/ld+json">{{"@type": "NewsArticle",
"headline": "Three killed in the night", "datePublished": "2022-07-03T09:30:00+03:00",
"dateModified": "2022-07-03"}}</script></head><body><article><p>{TEXT}</p></article></body>"""
JUNK = ["\0", "", "9" * 400, "abc", "-1", "9999-12-31", '{"hints": {"title": 7}}', "[" * 9999]


@pytest.fixture
def editor(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An editor for whom files are read in this process: another costs half a second."""
    log_in(client, make_editor())
    monkeypatch.setattr(intake, "read_apart", read_here)
    return client


def read_here(content: str | bytes, address: str) -> Reading:
    if isinstance(content, str):
        return read_pasted(content, address)
    return read_file(content, address)


def sent(**changes: str) -> dict[str, str]:
    return {
        "publisher_name": "The Outlet",
        "new_publisher": "on",
        "homepage": "https://outlet.example/",
        "title": "Three killed",
        "url": "https://outlet.example/three",
        "language": "en",
        "published_at_0": "2022-07-03",
        "published_at_1": "09:30:00",
        "published_precision": "minute",
        "zone": "Europe/Kyiv",
        "kind": "verbatim",
        "text": TEXT,
    } | changes


def upload(editor: Client, data: bytes, name: str = "report.html") -> str:
    file = SimpleUploadedFile(name, data, content_type="text/html")
    return editor.post(PASTE, {"text": "", "url": "", "file": file}).content.decode()


def test_what_a_page_says_of_itself_is_filled_in_and_said_where_it_was_found(
    editor: Client,
) -> None:
    publisher = make_publisher(name="Outlet", homepage="https://www.outlet.example/")

    page = editor.post(PASTE, {"text": PAGE, "url": "http://m.outlet.example/three?utm_source=x"})

    form = sent_by(page)
    assert form["publisher_name"] == publisher.name
    assert form["title"] == "Three killed in the night"
    assert form["url"] == "https://outlet.example/three"
    assert form["language"] == "en"
    assert (form["published_at_0"], form["published_at_1"]) == ("2022-07-03", "09:30:00")
    assert (form["published_precision"], form["zone"]) == ("minute", "Europe/Kyiv")
    assert form["modified_at_0"] == ""
    assert form["text"] == TEXT
    assertContains(page, "publisher of outlet.example")
    assertContains(page, "found in JSON-LD, datePublished: 3 Jul 2022, 09:30 +0300")
    assertContains(page, "3 Jul 2022, without a time of day: left empty")
    assertContains(page, "title of the page has “Three killed”")
    assert not Source.objects.exists()


def test_a_day_and_a_time_without_a_zone_are_said_to_be_so(editor: Client) -> None:
    day = editor.post(PASTE, {"text": PAGE.replace("T09:30:00+03:00", "")})
    naive = editor.post(PASTE, {"text": PAGE.replace("+03:00", "")})

    assert sent_by(day)["published_precision"] == "day"
    assertContains(day, "no time of day is given there")
    assert sent_by(naive)["published_at_1"] == "09:30:00"
    assertContains(naive, "no zone is named there")


def test_what_was_read_is_saved_as_it_was_sent_back(editor: Client) -> None:
    form = sent_by(editor.post(PASTE, {"text": PAGE})) | {"new_publisher": "on"}

    response = editor.post(CORRECT, form)

    source = Source.objects.get()
    assertRedirects(response, f"/admin/annotate/{source.pk}/", fetch_redirect_response=False)
    assert source.published_at == datetime(2022, 7, 3, 6, 30, tzinfo=UTC)
    assert source.publisher.name == "The Outlet"
    assert source.publisher.homepage == "https://outlet.example/"
    snapshot = source.snapshots.get()
    assert (snapshot.text, snapshot.kind, snapshot.language) == (TEXT, "verbatim", "en")


def test_a_file_is_told_by_its_content_and_what_was_typed_is_kept(editor: Client) -> None:
    assert "Three killed in the night" in upload(editor, PAGE.encode(), "photo.png")
    refused = upload(editor, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "report.pdf")
    assert "This is a picture (PNG), whatever its name says." in refused
    assert "The submitted file is empty." in upload(editor, b"")
    assert "The file is larger than 5 MB." in upload(editor, b"a" * 5_000_001)

    both = editor.post(
        PASTE, {"text": TEXT, "url": "no address", "file": SimpleUploadedFile("a", b"a")}
    )
    assertContains(both, "rescuers were still at work")
    assertContains(both, "Enter a valid URL.")
    assertContains(editor.post(PASTE, {"text": " "}), "Paste the report, or choose a file.")


def test_files_are_read_in_another_process() -> None:
    assert vars(intake)["read_apart"] is read_apart


def test_a_publisher_that_is_not_there_is_added_only_if_ticked(editor: Client) -> None:
    make_publisher(name="The Outlets")

    response = editor.post(CORRECT, sent(new_publisher=""))

    assertContains(response, "Did you mean The Outlets? If it is new, tick so below.")
    assert sent_by(response)["text"] == TEXT
    editor.post(CORRECT, sent(publisher_name="the outlets", new_publisher=""))
    assert Source.objects.get().publisher.name == "The Outlets"
    assert Publisher.objects.count() == 1


def test_unseen_characters_are_kept_and_warned_of(editor: Client) -> None:
    text = TEXT.replace("Three", "\u202eThree\u200b\u200b")

    page = editor.post(PASTE, {"text": text})
    editor.post(CORRECT, sent(text=text))

    assertContains(page, "Nobody sees U+202E right-to-left override: 1 here,")
    assertContains(page, "Nobody sees U+200B zero width space: 2 here,")
    assert Snapshot.objects.get().text == text


def test_a_report_that_is_there_is_found_before_it_is_saved(editor: Client) -> None:
    same = make_snapshot(source=make_source(url="http://www.outlet.example/three/"), text="Other.")
    near = make_snapshot(text=TEXT.replace("rescuers", "firemen"))

    page = editor.post(PASTE, {"text": PAGE})
    asked = editor.post(CORRECT, sent())

    assertContains(page, "the same address, spelled http://www.outlet.example/three/")
    assertContains(page, "% of the runs of three words")
    assertContains(page, f"/admin/sources/source/intake/beside/{near.pk}/")
    assertContains(asked, "Choose how the two stand to each other.", count=2)
    assert Source.objects.count() == 2
    assertContains(page, f"/admin/sources/source/{same.source_id}/change/")


@pytest.mark.parametrize(
    ("choice", "links"),
    [
        ("republishes", [("new", "republishes", "old")]),
        ("republished", [("old", "republishes", "new")]),
        ("cites_same_origin", [("new", "cites_same_origin", "old")]),
        ("none", []),
    ],
)
def test_the_choice_makes_the_link(
    editor: Client, choice: str, links: list[tuple[str, str, str]]
) -> None:
    old = make_snapshot(text=TEXT).source

    editor.post(CORRECT, sent(**{f"copy_{old.pk}": choice}))

    names = {old.pk: "old", Source.objects.exclude(pk=old.pk).get().pk: "new"}
    made = [
        (names[link.source_id], link.kind, names[link.target_id])
        for link in SourceLink.objects.all()
    ]
    assert made == links


def test_the_same_report_gets_the_text_as_another_snapshot(editor: Client) -> None:
    old = make_snapshot(
        source=make_source(url="https://outlet.example/three"), text="Other."
    ).source

    taken = editor.post(CORRECT, sent(**{f"copy_{old.pk}": "none"}))
    done = editor.post(CORRECT, sent(**{f"copy_{old.pk}": "same"}))

    assertContains(taken, "Another source has this very address")
    assertRedirects(done, f"/admin/annotate/{old.pk}/", fetch_redirect_response=False)
    assert Source.objects.get() == old
    assert old.snapshots.filter(text=TEXT).exists()
    assert not Publisher.objects.filter(name="The Outlet").exists()


def test_the_same_text_of_the_same_report_is_not_offered_again(editor: Client) -> None:
    old = make_snapshot(text=TEXT).source

    page = editor.post(CORRECT, sent(**{f"copy_{old.pk}": "same"}))

    assertContains(page, "Select a valid choice.")
    assertNotContains(page, "add this text to it")
    assert Snapshot.objects.count() == 1


def test_two_texts_stand_side_by_side_with_what_differs_marked(editor: Client) -> None:
    old = make_snapshot(text=TEXT.replace("rescuers were", "<firemen> were"))

    page = editor.post(f"{PASTE}beside/{old.pk}/", {"text": TEXT})

    assertContains(page, "<mark>")
    assertContains(page, "&lt;<mark>firemen&gt; </mark>")
    assert editor.post(f"{PASTE}beside/{10**30}/", {"text": TEXT}).status_code == 404
    assert editor.get(f"{PASTE}beside/{old.pk}/").status_code == 405


def test_a_translation_says_its_language(editor: Client) -> None:
    asked = editor.post(CORRECT, sent(kind="translation"))
    editor.post(CORRECT, sent(kind="translation", language="uk", text_language="en"))

    assertContains(asked, "Which language is it translated into?")
    snapshot = Snapshot.objects.get()
    assert (snapshot.kind, snapshot.language, snapshot.source.language) == (
        "translation",
        "en",
        "uk",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": " \r\n "}, "A snapshot without text is no evidence."),
        ({"text": "слово " * 90_000}, "a snapshot holds 500,000"),
        ({"url": "https://outlet.example/" + "ї" * 1900}, "The address is too long to be kept"),
        ({"language": "English"}, "That is no language tag"),
        ({"modified_at_0": "2022-07-02", "modified_at_1": "09:00"}, "modified before it was"),
        ({"zone": "Mars"}, "is no time zone of the IANA list"),
    ],
)
def test_what_cannot_be_saved_is_said(editor: Client, changes: dict[str, str], reason: str) -> None:
    assertContains(editor.post(CORRECT, sent(**changes)), reason)
    assert not Source.objects.exists()


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:9]))
def test_junk_is_answered_and_saves_nothing(editor: Client, junk: str) -> None:
    old = make_snapshot(text=TEXT).source
    names = [*sent(), "modified_at_0", "text_language", "carried", f"copy_{old.pk}"]

    answers = [editor.post(CORRECT, dict.fromkeys(names, junk)), editor.post(CORRECT, {})]
    answers += [editor.post(PASTE, {"text": TEXT, name: junk}) for name in ("url", "file")]

    assert {answer.status_code for answer in answers} == {200}
    assert list(Source.objects.all()) == [old]


@pytest.mark.parametrize("name", [*sent(), "modified_at_0", "text_language"])
def test_one_nul_in_any_field_keeps_the_rest_of_the_form(editor: Client, name: str) -> None:
    page = editor.post(CORRECT, sent(**{name: "\0"}))

    assert page.status_code in (200, 302)
    if page.status_code == 200:
        assert sent_by(page)["zone" if name == "title" else "title"]


def test_what_was_said_of_the_reading_is_carried_from_page_to_page(editor: Client) -> None:
    carried = {
        "form": "a web page",
        "notes": ["<b>Note"],
        "hints": {"title": ["found in og:title"]},
    }

    page = editor.post(CORRECT, sent(title="", carried=json.dumps(carried)))

    assertContains(page, "Read as a web page.")
    assertContains(page, "&lt;b&gt;Note")
    assertContains(page, "found in og:title")


def test_only_who_may_add_sources_and_texts_gets_there(client: Client) -> None:
    log_in(client, User.objects.create_user("clerk", is_staff=True))

    answers = [client.get(PASTE), client.post(PASTE), client.post(CORRECT, sent())]
    answers.append(client.post(f"{PASTE}beside/{make_snapshot().pk}/"))

    assert {answer.status_code for answer in answers} == {403}


def test_the_list_leads_here_and_the_old_form_stays(editor: Client) -> None:
    assertContains(editor.get("/admin/sources/source/"), f'href="{PASTE}"')
    assertContains(editor.get(PASTE), 'href="/admin/sources/source/add/"')
    assertContains(editor.get("/admin/sources/source/add/"), f'href="{PASTE}"')
    assertRedirects(editor.get(CORRECT), PASTE)


def test_the_form_by_hand_warns_of_the_same_address(editor: Client) -> None:
    twin = make_source(url="https://outlet.example/three")
    source = make_source(url="https://outlet.example/four")
    page = f"/admin/sources/source/{source.pk}/change/"

    changed = sent_by(editor.get(page)) | {"url": "http://www.outlet.example/three/#top"}
    response = editor.post(page, changed, follow=True)

    assertContains(response, "Another source has the same address, spelled otherwise")
    assertContains(response, f"/admin/sources/source/{twin.pk}/change/")


def test_copies_are_looked_for_in_as_many_questions_among_many_as_among_few(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    url = "https://outlet.example/three"
    make_snapshot(text=TEXT, source=make_source(url=url))
    with CaptureQueriesContext(connection) as few:
        duplicates(url, TEXT)
    for number in range(12):
        make_snapshot(text=TEXT, source=make_source(url=f"{url}?utm_source={number}"))
        make_snapshot(text=f"{TEXT} And {number}.")
    with django_assert_num_queries(len(few)):
        found = duplicates(url, TEXT)

    assert len(found) == 10
    assert all(len(one.same) == 2 and one.has_this_text for one in found)
