"""The interface in each language: who chooses it, what keeps it, and what it never touches."""

from html import unescape
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from incidents.models import Incident
from incidents.tests.factories import make_published
from incidents.tests.reading import Response, attribute, find, html, one, text, tree

pytestmark = pytest.mark.django_db

LANGUAGES = ["en", "uk", "ru"]
UKRAINIAN = {"Accept-Language": "uk-UA,uk;q=0.9,en;q=0.5"}
RUSSIAN = {"Accept-Language": "ru"}


def language_of(response: Response) -> str:
    return attribute(tree(response), "lang")


@pytest.fixture
def incident() -> Incident:
    return make_published()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("uk-UA,uk;q=0.9,en;q=0.5", "uk"),
        ("ru-RU", "ru"),
        ("be,ru;q=0.7", "ru"),
        ("de,fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("uk;q=x\x00,,;;", "en"),
        ("uk," * 2_000, "uk"),
    ],
)
def test_a_browser_is_answered_in_the_first_of_its_languages_that_we_have(
    client: Client, asked: str, answered: str
) -> None:
    response = client.get("/", headers={"Accept-Language": asked})

    assert response.status_code == HTTPStatus.OK
    assert language_of(response) == answered
    assert response["Content-Language"] == answered


def test_pages_set_no_cookie_until_a_language_is_chosen(client: Client) -> None:
    assert not client.get("/", headers=UKRAINIAN).cookies

    chosen = client.post("/language/", {"language": "ru", "next": "/"})

    cookie = chosen.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert cookie.value == "ru"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 31_536_000
    response = client.get("/", headers=UKRAINIAN)
    assert language_of(response) == "ru"
    assert not response.cookies


@pytest.mark.parametrize(
    "address", ["/?from=2022-07-03&kind=strike&q=%D0%9B%D0%B8%D1%81%D0%B8", "/sources/"]
)
def test_the_switch_keeps_page_and_filters(address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    form = one(tree(strict.get(address)), "form", class_="languages")
    fields = {attribute(i, "name"): unescape(attribute(i, "value")) for i in find(form, "input")}

    response = strict.post(attribute(form, "action"), {**fields, "language": "uk"})

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == address
    assert language_of(strict.get(address)) == "uk"


def test_the_switch_on_a_missing_page_leads_back_to_it(client: Client) -> None:
    form = one(tree(client.get("/nothing/")), "form", class_="languages")
    fields = {attribute(field, "name"): attribute(field, "value") for field in find(form, "input")}
    headers = {"Referer": "http://testserver/nothing/"}

    response = client.post("/language/", {**fields, "language": "uk"}, headers=headers)

    assert fields == {"next": ""}
    assert response["Location"] == "http://testserver/nothing/"


def test_each_language_is_named_in_itself_and_the_one_in_use_is_marked(client: Client) -> None:
    switch = one(tree(client.get("/", headers=RUSSIAN)), "form", class_="languages")

    named = {attribute(b, "lang"): text(b) for b in find(switch, "button")}
    assert named == {"en": "English", "uk": "Українська", "ru": "Русский"}
    (current,) = find(switch, "button", aria_current="true")
    assert attribute(current, "value") == "ru"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", r"\\evil.example", "javascript:alert(1)", "\x00"],
)
def test_the_switch_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    response = client.post("/language/", {"language": "uk", "next": elsewhere})

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/"


@pytest.mark.parametrize("language", ["de", "", "uk\x00", "../../etc", "x" * 5_000])
def test_a_language_that_we_do_not_have_changes_nothing(client: Client, language: str) -> None:
    response = client.post("/language/", {"language": language, "next": "/sources/"})

    assert response["Location"] == "/sources/"
    assert language_of(client.get("/sources/")) == "en"


def test_the_switch_is_no_page(client: Client) -> None:
    assert client.get("/language/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_each_language_has_a_tag_of_its_own_and_is_answered_with_304(
    client: Client, incident: Incident
) -> None:
    tags = {code: client.get("/", headers={"Accept-Language": code})["ETag"] for code in LANGUAGES}

    assert len(set(tags.values())) == 3
    for code in LANGUAGES:
        for asked, tag in tags.items():
            headers = {"Accept-Language": code, "If-None-Match": tag}
            expected = HTTPStatus.NOT_MODIFIED if asked == code else HTTPStatus.OK
            assert client.get("/", headers=headers).status_code == expected


def test_what_programs_read_is_the_same_in_every_language(
    client: Client, incident: Incident
) -> None:
    home = f"/incidents/{incident.public_id}"
    for address in (
        "/incidents.csv",
        "/incidents.json",
        "/incidents.geojson",
        "/incidents.timelinejs.json",
        "/incidents.atom",
        "/incidents.atom?kind=strike",
        "/incidents.csv?kind=bogus",
        "/incidents.json?from=x",
        "/changes.atom",
        "/territory.csv",
        "/territory.json?place=nowhere",
        "/api/v1/incidents/",
        "/api/v1/claims/?stance=bogus",
        f"/oembed?url=http://testserver{home}/",
        f"{home}/v/1.json",
        f"{home}/v/1.bib",
    ):
        answers = [client.get(address, headers={"Accept-Language": code}) for code in LANGUAGES]
        assert len({answer.getvalue() for answer in answers}) == 1, address
        assert len({answer.get("ETag") for answer in answers}) == 1, address
        for answer in answers:
            assert "Accept-Language" not in answer["Vary"], address
            assert "Cookie" not in answer["Vary"], address
            assert answer["Content-Language"] == "en", address


def test_the_desk_stays_english(client: Client) -> None:
    response = client.get("/admin/login/", headers=UKRAINIAN)

    assert language_of(response) == "en"
    assert "Log in" in html(response)


@pytest.mark.parametrize("address", ["/nothing/", "/incidents/0000000000/", "/claims/0000000000/"])
def test_a_page_that_is_not_there_is_missed_in_the_readers_language(
    client: Client, address: str
) -> None:
    response = client.get(address, headers=UKRAINIAN)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert language_of(response) == "uk"
    assert "Cookie" in response["Vary"]
