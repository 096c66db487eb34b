"""Editors see what deceives the eye: characters that show nothing, and letters of other scripts."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.logging_in import log_in
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_editor,
    make_snapshot,
    make_source,
)
from sources.admin.unseen import marked, notes

TURNED = "At dawn\u202e three were killed."


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    log_in(client, make_editor())
    return client


def test_a_list_of_the_desk_shows_what_turns_a_text_around(editor: Client) -> None:
    make_source(title=TURNED)

    page = editor.get("/admin/sources/source/")

    assertContains(page, "At dawn[U+202E] three were killed.")
    assertNotContains(page, "\u202e")


def test_a_field_keeps_what_nobody_sees_and_a_note_names_it(editor: Client) -> None:
    source = make_source(title=TURNED)
    snapshot = make_snapshot(text="Three\u200b\u200b were killed.")

    form = editor.get(f"/admin/sources/source/{source.pk}/change/")
    text = editor.get(f"/admin/sources/snapshot/{snapshot.pk}/change/")

    assertContains(form, f'value="{TURNED}"')
    assertContains(form, "Nobody sees U+202E right-to-left override: 1 here, first in")
    assertContains(text, "Three\u200b\u200b were killed.")
    assertContains(text, "Nobody sees U+200B zero width space: 2 here, first in")


def test_the_text_that_is_annotated_stays_as_it_is_with_a_note_below(editor: Client) -> None:
    snapshot = make_snapshot(text=TURNED)
    make_citation(make_claim(cited=False), "three were killed", snapshot=snapshot)

    page = editor.get(f"/admin/annotate/{snapshot.source.pk}/")

    assertContains(page, "At dawn\u202e <mark")
    assertContains(page, "first in “At dawn[U+202E] three")


def test_choices_that_are_looked_up_show_it_too(editor: Client) -> None:
    make_actor("Gladkov\u202e")

    asked = {"app_label": "incidents", "model_name": "statement", "field_name": "speaker"}
    offered = editor.get("/admin/autocomplete/", asked | {"term": "Gladkov"}).json()

    assert [one["text"] for one in offered["results"]] == ["Gladkov[U+202E]"]


def test_a_name_that_mixes_scripts_is_told_of_and_may_be_saved(editor: Client) -> None:
    actor = make_actor("Гладкoв")

    page = editor.get(f"/admin/incidents/actor/{actor.pk}/change/")

    assertContains(page, "“Гладкoв” mixes letters of several scripts: “o” is Latin.")


@pytest.mark.parametrize(
    "text",
    [
        "Т-72B near Kyiv",
        "«Градів» and Grad",
        "ЗСУ/ZSU 23",
        "naïve Zürich",
        "МіГ29, Су-35S",
        "π ≈ 3",
        "",
    ],
)
def test_words_of_one_script_each_are_not_told_of(text: str) -> None:
    assert not notes(text)


def test_signs_that_an_emoji_is_joined_of_are_not_told_of() -> None:
    assert not notes("👨‍👩‍👧")


@given(st.text())
def test_a_page_without_markup_differs_only_in_what_nobody_sees(text: str) -> None:
    page = text.replace("<", "").replace(">", "")

    assert marked(marked(page)) == marked(page)
    assert marked("x") == "x"


@given(
    st.lists(
        st.sampled_from(
            ["<", ">", '"', "<textarea", "</textarea>", "<input value=", "\u202e", "a", "я"]
        )
    )
)
def test_whatever_a_page_is_made_of_none_of_it_is_lost(parts: list[str]) -> None:
    page = "".join(parts)

    kept = marked(page)

    rest = iter(kept.replace("[U+202E]", "\u202e"))
    assert all(one in rest for one in page)
