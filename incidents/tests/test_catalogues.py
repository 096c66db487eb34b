"""The catalogues under locale/: complete, in step with the code, and compiled.

`make messages` brings them up to date; then the new entries are to be translated.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import polib
import pytest
from django.conf import settings
from django.template import engines
from django.template.base import Node, NodeList, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from incidents.public.fragments import environment

ROOT = Path(settings.BASE_DIR)
CODES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

# Which arguments of a call are context, singular and plural.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%%")
TAG = re.compile(r"<[^>]+>")


class Message(NamedTuple):
    context: str
    singular: str
    plural: str


def catalogue(code: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / code / "LC_MESSAGES" / "django.po"))


def messages_of(po: polib.POFile) -> set[Message]:
    return {Message(e.msgctxt or "", e.msgid, e.msgid_plural or "") for e in po}


def in_code() -> set[Message]:
    sources = (path for app in ("config", "sources", "incidents") for path in _python(ROOT / app))
    templates = (ROOT / "templates").rglob("*.html")
    fragments = (ROOT / "fragments").rglob("*.html")
    return {*chain.from_iterable(map(_in_python, sources))} | {
        *chain.from_iterable(map(_in_template, templates)),
        *chain.from_iterable(map(_in_fragment, fragments)),
    }


def _python(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*.py") if "tests" not in path.parts)


def _in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in CALLS:
                words = [a.value if isinstance(a, ast.Constant) else None for a in args]
                parts = ["" if at is None else words[at] for at in CALLS[name]]
                assert all(isinstance(part, str) for part in parts), f"{path}:{node.lineno}"
                yield Message(*map(str, parts))


def _in_template(path: Path) -> Iterator[Message]:
    name = str(path.relative_to(ROOT / "templates"))
    template: Any = engines["django"].get_template(name)
    for node in _nodes(template.template):
        if isinstance(node, TranslateNode):
            words = node.filter_expression.var
            if isinstance(words, str):
                yield Message(_context(node), words, "")
            elif words.literal is not None:
                yield Message(_context(node), words.literal, "")
        elif isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            plural, _ = node.render_token_list(node.plural or [])
            yield Message(_context(node), singular, plural)


def _in_fragment(path: Path) -> Iterator[Message]:
    fragments: Any = environment("en")
    for _line, function, words in fragments.extract_translations(path.read_text()):
        # Those that are counted stand in Python, where `make messages` finds them.
        assert function == "_", path
        yield Message("", words, "")


def _context(node: TranslateNode | BlockTranslateNode) -> str:
    return str(node.message_context.var) if node.message_context else ""


def _nodes(template: Template) -> Iterator[Node]:
    nodes: NodeList = template.nodelist
    yield from nodes.get_nodes_by_type(Node)


@pytest.mark.parametrize("code", CODES)
def test_every_word_of_the_interface_is_translated(code: str) -> None:
    po = catalogue(code)

    assert [entry.msgid for entry in po if not entry.translated()] == []
    assert [entry.msgid for entry in po.fuzzy_entries()] == []
    assert [entry.msgid for entry in po.obsolete_entries()] == []


@pytest.mark.parametrize("code", CODES)
def test_the_catalogue_holds_just_what_the_code_and_the_templates_say(code: str) -> None:
    said, held = in_code(), messages_of(catalogue(code))

    assert said - held == set()
    assert held - said == set()


@pytest.mark.parametrize("code", CODES)
def test_a_translation_keeps_the_placeholders_and_the_markup(code: str) -> None:
    for entry in catalogue(code):
        originals = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
        for translated in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert _placeholders(translated) in [*map(_placeholders, originals)], entry.msgid
            assert sorted(TAG.findall(translated)) == sorted(TAG.findall(entry.msgid)), entry.msgid


def _placeholders(text: str) -> list[str]:
    return sorted(match[0] for match in PLACEHOLDER.finditer(text))


@pytest.mark.parametrize("code", CODES)
def test_a_translation_does_not_break_out_of_an_attribute(code: str) -> None:
    """Many stand in one, and the catalogue is trusted like the template."""
    for entry in catalogue(code):
        for translated in [entry.msgstr, *entry.msgstr_plural.values()]:
            quoted = '"' in TAG.sub("", entry.msgid)
            assert quoted or '"' not in TAG.sub("", translated), entry.msgid


@pytest.mark.parametrize(("code", "strange"), [("uk", "[ыэёъ]"), ("ru", "[єіїґ]")])
def test_a_catalogue_has_no_letter_of_the_other_language(code: str, strange: str) -> None:
    for entry in catalogue(code):
        for translated in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not re.search(strange, translated, re.IGNORECASE), entry.msgid


@pytest.mark.parametrize("code", CODES)
def test_a_counted_noun_has_the_forms_of_its_language(code: str) -> None:
    forms = {len(entry.msgstr_plural) for entry in catalogue(code) if entry.msgid_plural}

    assert forms == {3}


@pytest.mark.parametrize("code", CODES)
def test_the_compiled_catalogue_is_that_of_the_words(code: str) -> None:
    """A fresh machine has no msgfmt, so the compiled form is kept beside the words."""
    po = catalogue(code)
    with (ROOT / "locale" / code / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    said = {(e.msgctxt or "", e.msgid): e for e in po}
    for (context, msgid), entry in said.items():
        for number, form in (entry.msgstr_plural or {0: entry.msgstr}).items():
            sample = {0: 1, 1: 2, 2: 5}[number]
            if entry.msgid_plural and context:
                found = compiled.npgettext(context, msgid, entry.msgid_plural, sample)
            elif entry.msgid_plural:
                found = compiled.ngettext(msgid, entry.msgid_plural, sample)
            else:
                found = compiled.pgettext(context, msgid) if context else compiled.gettext(msgid)
            assert found == form, msgid
