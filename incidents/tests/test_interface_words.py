"""Every page in every language: what is not in the language of the page is marked as such."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.test.html import Element

from incidents.record.models import RecordSource
from incidents.tests.browser.addresses import PAGES
from incidents.tests.reading import attribute, one, tree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

# Names that are the same everywhere, ids, addresses, and what the reader wrote.
SAME = re.compile(
    r"«[^»]*»|Claimline|API|Atom|BibTeX|CSL-JSON|CSV|GeoJSON|JSON|RIS|TimelineJS 3|UTC|SHA-256"
    r"|GeoNames|CC BY 4\.0|Natural Earth|https?://\S+|[0-9A-Z]{10}|[0-9a-f]{64}|\W|\d"
)
LATIN = re.compile(r"[A-Za-z]{3}")
CYRILLIC = re.compile(r"[а-яєіїґё]", re.IGNORECASE)
# Letters that the other language does not have.
STRANGE = {"uk": re.compile(r"[ыэёъ]", re.IGNORECASE), "ru": re.compile(r"[єіїґ]", re.IGNORECASE)}
SPOKEN = ("aria-label", "title", "placeholder", "alt")


def said(element: Element, language: str) -> Iterator[tuple[str, str]]:
    """Language and words of each text and each spoken attribute."""
    if element.name in ("script", "code", "pre", "textarea"):
        return
    language = dict(element.attributes).get("lang", language) or ""
    for name in SPOKEN:
        if words := attribute(element, name):
            yield language, words
    for child in element.children:
        if isinstance(child, Element):
            yield from said(child, language)
        else:
            yield language, " ".join(str(child).split())


def foreign(words: str, language: str, names: set[str]) -> bool:
    """Of another script throughout, or with a letter that the language does not have."""
    for name in names:
        words = words.replace(name, "")
    other_script = LATIN.search(SAME.sub(" ", words)) and not CYRILLIC.search(words)
    return bool(other_script or STRANGE[language].search(words))


@pytest.mark.parametrize("language", ["uk", "ru"])
@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_what_is_not_in_the_language_of_the_page_says_so(
    client: Client, address: str, language: str
) -> None:
    outlets = set(RecordSource.objects.values_list("publisher_name", flat=True))

    page = tree(client.get(address, headers={"Accept-Language": language}, follow=True))

    assert attribute(page, "lang") == language
    body = list(said(one(page, "body"), language))
    assert len(body) > 10
    assert [w for spoken, w in body if spoken == language and foreign(w, language, outlets)] == []
