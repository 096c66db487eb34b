"""Citations: what the files say, read back by parsers that are not ours."""

import json
import re
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from django.test import Client
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from incidents.models import Incident
from incidents.public.citing import Citation, bibtex, csl_json, ris
from incidents.public.markup import shown
from incidents.record.models import Version
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import make_incident, make_published
from incidents.tests.reading import attribute, find, html, one, tree

CSL_SCHEMA = json.loads((Path(__file__).parent / "data" / "csl-data.json").read_text())
RIS_TAGS = ("TY", "ID", "AU", "TI", "PB", "PY", "DA", "ET", "LA", "UR", "Y2", "ER")
STYLES = ("bib", "ris", "csl.json")
HOSTILE = '50% of A & $B_1$ #2 ~ \\input x" @misc'


def cited(title: str) -> Citation:
    return Citation(
        key="claimline-01A0B2113X-v2",
        title=title,
        language="uk",
        number=2,
        issued=date(2022, 7, 3),
        address="http://testserver/incidents/01A0B2113X/v/2/",
        accessed=date(2026, 11, 22),
    )


def read_bibtex(text: str) -> dict[str, str]:
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    assert library.blocks == library.entries
    (entry,) = library.entries
    return {"type": entry.entry_type, "key": entry.key} | {
        field.key: str(field.value) for field in entry.fields
    }


def read_ris(text: str) -> dict[str, Any]:
    (entry,) = rispy.loads(text)
    return dict(entry)


def test_bibtex_names_version_address_and_day_of_access() -> None:
    assert read_bibtex(bibtex(cited("Удар по Білгороду"))) == {
        "type": "misc",
        "key": "claimline-01A0B2113X-v2",
        "author": "Claimline",
        "title": "Удар по Білгороду",
        "year": "2022",
        "month": "jul",
        "note": "Version 2",
        "url": "http://testserver/incidents/01A0B2113X/v/2/",
        "urldate": "2026-11-22",
    }


def test_ris_names_version_address_and_day_of_access() -> None:
    assert read_ris(ris(cited("Удар по Білгороду"))) == {
        "type_of_reference": "ELEC",
        "id": "claimline-01A0B2113X-v2",
        "authors": ["Claimline"],
        "title": "Удар по Білгороду",
        "publisher": "Claimline",
        "year": "2022",
        "date": "2022/07/03",
        "edition": "Version 2",
        "language": "uk",
        "urls": ["http://testserver/incidents/01A0B2113X/v/2/"],
        "access_date": "2026/11/22",
    }


def test_csl_json_names_version_address_and_day_of_access_and_keeps_to_its_schema() -> None:
    items = json.loads(csl_json(cited("Удар по Білгороду")))

    jsonschema.validate(items, CSL_SCHEMA)
    assert items == [
        {
            "id": "claimline-01A0B2113X-v2",
            "type": "webpage",
            "title": "Удар по Білгороду",
            "author": [{"literal": "Claimline"}],
            "publisher": "Claimline",
            "version": "2",
            "issued": {"date-parts": [[2022, 7, 3]]},
            "accessed": {"date-parts": [[2026, 11, 22]]},
            "URL": "http://testserver/incidents/01A0B2113X/v/2/",
            "language": "uk",
        }
    ]


TITLES = st.text(st.characters(codec="utf-8"), max_size=60).map(
    lambda text: shown(" ".join(text.split()))
)
MARKUP = st.text("{}\\\"@,=%#$&_^~ -'aЯ", max_size=40).map(lambda text: " ".join(text.split()))


@given(title=TITLES | MARKUP)
@example(title=HOSTILE)
@example(title="}}, url = {https://elsewhere.example/}")
def test_no_title_breaks_out_of_its_field_in_bibtex(title: str) -> None:
    whole = bibtex(cited(title))
    library = parse_string(whole)

    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == ["claimline-01A0B2113X-v2"]
    fields = library.entries[0].fields_dict
    assert list(fields) == ["author", "title", "year", "month", "note", "url", "urldate"]
    assert fields["url"].value == "http://testserver/incidents/01A0B2113X/v/2/"
    # BibTeX itself counts braces, escaped or not.
    depth = 0
    for character in fields["title"].value:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_what_tex_would_take_for_markup_is_read_back_as_it_was() -> None:
    assert read_bibtex(bibtex(cited(HOSTILE)))["title"] == HOSTILE


def test_braces_and_carets_are_named_as_tex_names_them() -> None:
    assert r"{{a \textbraceleft{}b\textbraceright{} \textasciicircum{} c}}" in bibtex(
        cited("a {b} ^ c")
    )


@given(title=TITLES | MARKUP)
@example(title="ER  - ")
@example(title="TY  - BOOK")
def test_no_title_breaks_out_of_its_field_in_ris(title: str) -> None:
    whole = ris(cited(title))

    assert [line[:6] for line in whole.splitlines()] == [f"{tag}  - " for tag in RIS_TAGS]
    entry = read_ris(whole)
    assert entry.get("title", "") == title.strip()
    assert entry["urls"] == ["http://testserver/incidents/01A0B2113X/v/2/"]


@given(title=TITLES | MARKUP)
def test_every_title_is_valid_csl_json(title: str) -> None:
    items = json.loads(csl_json(cited(title)))

    jsonschema.validate(items, CSL_SCHEMA)
    assert items[0]["title"] == title


# Addresses


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = datetime(2027, 2, 5, 23, 59, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("style", "content_type"),
    [
        ("bib", "application/x-bibtex; charset=utf-8"),
        ("ris", "application/x-research-info-systems; charset=utf-8"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_version_is_cited_beside_its_address(
    client: Client, day: datetime, style: str, content_type: str
) -> None:
    incident = make_published(title="Вибухи\u2028в\nБєлгороді \u202e")

    response = client.get(f"/incidents/{incident.public_id}/v/1.{style}")

    assert response.headers["Content-Type"] == content_type
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Language"] == "en"
    name = f"claimline-{incident.public_id}-v1.{style}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    written = html(response)
    assert "Вибухи в Бєлгороді [U+202E]" in written
    assert f"http://testserver/incidents/{incident.public_id}/v/1/" in written
    assert re.search(r"2027\D+0?2\D+0?5", written)


@pytest.mark.django_db
@pytest.mark.parametrize("style", STYLES)
def test_what_has_no_page_is_not_cited(client: Client, style: str) -> None:
    draft = make_incident()
    gone = make_published()
    withdraw(gone, "Published by mistake.")

    for incident, number in ((draft, 1), (gone, 2), (gone, 3), (gone, 10**30)):
        address = f"/incidents/{incident.public_id}/v/{number}.{style}"
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/incidents/{gone.public_id}/v/1.{style}").status_code == HTTPStatus.OK


@pytest.mark.django_db
@pytest.mark.parametrize("style", ["txt", "bib.", "BIB", "json.csl", "%00", "b" * 5_000])
def test_there_are_no_other_formats(client: Client, style: str) -> None:
    incident = make_published()

    address = f"/incidents/{incident.public_id}/v/1.{style}"
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


# The page


def words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", page).split())


@pytest.mark.django_db
def test_incident_and_version_say_how_to_cite_the_version_they_show(
    client: Client, day: datetime
) -> None:
    incident = make_published(title="Вибухи", language="uk")
    Incident.objects.filter(pk=incident.pk).update(title="Удар")
    incident.refresh_from_db()
    publish(incident, "Another title.")
    home = f"/incidents/{incident.public_id}"

    for address, title, number in ((f"{home}/", "Удар", 2), (f"{home}/v/1/", "Вибухи", 1)):
        response = client.get(address, follow=True)
        version = Version.objects.get(number=number)
        assert (
            f"Claimline, “{title}”, version {number}, {version.published_at:%-d %b %Y}, "
            f"http://testserver{home}/v/{number}/ (accessed 5 Feb 2027)"
        ) in words(html(response))
        section = one(tree(response), "section", id="takeaway")
        links = [attribute(link, "href") for link in find(section, "a")]
        for style in STYLES:
            assert f"{home}/v/{number}.{style}" in links
        assert {attribute(span, "lang") for span in find(section, "span")} == {"uk"}


@pytest.mark.django_db
def test_on_the_next_day_a_page_is_not_taken_from_the_cache(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = make_published()
    addresses = [f"/incidents/{incident.public_id}/v/1{tail}" for tail in ("/", ".bib")]

    def status(address: str, tag: str, when: datetime) -> int:
        monkeypatch.setattr(timezone, "now", lambda: when)
        return client.get(address, headers={"If-None-Match": tag}).status_code

    morning = datetime(2027, 2, 5, 6, 0, tzinfo=UTC)
    for address in addresses:
        monkeypatch.setattr(timezone, "now", lambda: morning)
        tag = client.get(address)["ETag"]
        assert status(address, tag, datetime(2027, 2, 5, 23, 59, tzinfo=UTC)) == 304
        assert status(address, tag, datetime(2027, 2, 6, 0, 0, tzinfo=UTC)) == 200
