import hashlib
import re
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from config.about import contact_url, licence_url
from incidents.models import Version
from incidents.record.publish import withdraw
from incidents.tests.factories import make_published
from incidents.tests.reading import attribute, find, html, one, text, tree

pytestmark = pytest.mark.django_db

PAGES = ["/about/method/", "/about/cite/", "/about/licence/", "/about/corrections/"]


def test_the_section_starts_with_the_method(client: Client) -> None:
    response = client.get("/about/")

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/about/method/"


@pytest.mark.parametrize("address", PAGES)
def test_each_page_leads_to_the_others_and_marks_itself(client: Client, address: str) -> None:
    navigation = one(tree(client.get(address)), "nav", class_="about")

    links = {attribute(a, "href"): attribute(a, "aria-current") for a in find(navigation, "a")}
    assert links == {page: "page" if page == address else "" for page in PAGES}


@pytest.mark.parametrize(
    ("address", "label", "current"),
    [
        ("/", "Timeline", "page"),
        ("/?kind=strike", "Timeline", "page"),
        ("/incidents/{}/history/", "Timeline", "true"),
        ("/sources/", "Sources", "page"),
        ("/changes/?change=corrected", "Changes", "page"),
        ("/about/method/", "About", "page"),
        ("/about/licence/", "About", "true"),
        ("/api/v1/docs/", "", ""),
    ],
)
def test_the_navigation_marks_the_section_on_pages_within_it_too(
    client: Client, address: str, label: str, current: str
) -> None:
    incident = make_published().public_id

    views = one(tree(client.get(address.format(incident))), "nav", class_="views")

    marked = {text(a): attribute(a, "aria-current") for a in find(views, "a", aria_current="page")}
    marked |= {text(a): attribute(a, "aria-current") for a in find(views, "a", aria_current="true")}
    assert marked == ({label: current} if label else {})


def test_the_command_that_checks_a_hash_reads_what_has_that_hash(client: Client) -> None:
    make_published()
    page = one(tree(client.get("/about/cite/")), class_="prose")

    command = text(one(page, "pre"))
    printed = text(one(page, "p", class_="hash"))

    (address,) = re.findall(r"curl --silent http://testserver(/\S+) \| sha256sum", command)
    assert hashlib.sha256(client.get(address).content).hexdigest() == printed
    assert printed == Version.objects.get().sha256


def test_the_example_is_the_newest_public_version(client: Client) -> None:
    make_published(title="Older")
    newest = make_published(title="Newest")
    withdraw(make_published(title="Gone"), "It was entered twice.")

    example = text(one(tree(client.get("/about/cite/")), "blockquote"))

    assert "Newest" in example
    assert f"http://testserver/incidents/{newest.public_id}/v/1/" in example


def test_without_a_version_there_is_no_example(client: Client) -> None:
    page = html(client.get("/about/cite/"))

    assert "Nothing is published yet" in page
    assert "sha256sum" not in page


def test_unless_told_otherwise_the_record_is_under_cc_by(client: Client) -> None:
    page = tree(client.get("/about/licence/"))

    assert text(one(page, "a", rel="license")) == "CC BY 4.0"
    assert "Quoted words remain their authors'." in text(page)
    assert "GeoNames" in text(one(page, "main"))


def test_an_operator_names_another_licence(client: Client, settings: Settings) -> None:
    settings.LICENCE, settings.LICENCE_URL = "ODbL <1.0>", "https://odc.example/odbl"

    link = one(tree(client.get("/about/licence/")), "a", rel="license")

    assert text(link) == "ODbL <1.0>"
    assert attribute(link, "href") == "https://odc.example/odbl"


def test_without_a_contact_the_page_says_that_there_is_none(client: Client) -> None:
    page = one(tree(client.get("/about/corrections/")), "main")

    assert "has not named a contact" in text(page)
    assert not [a for a in find(page, "a") if attribute(a, "href").startswith("mailto:")]


def test_a_contact_is_linked(client: Client, settings: Settings) -> None:
    settings.CONTACT = "corrections@claims.example"
    settings.CONTACT_URL = contact_url(settings.CONTACT)

    page = one(tree(client.get("/about/corrections/")), "main")

    assert "mailto:corrections@claims.example" in [attribute(a, "href") for a in find(page, "a")]
    assert "has not named a contact" not in text(page)


def test_corrections_lead_to_the_log_of_them(client: Client) -> None:
    links = [attribute(a, "href") for a in find(tree(client.get("/about/corrections/")), "a")]

    for address in ("/changes/?change=corrected", "/changes.atom?change=corrected"):
        assert address in links
        assert client.get(address).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("contact", "url"),
    [
        ("", ""),
        ("a@claims.example", "mailto:a@claims.example"),
        ("https://claims.example/write", "https://claims.example/write"),
    ],
)
def test_a_contact_is_a_mail_address_or_a_page(contact: str, url: str) -> None:
    assert contact_url(contact) == url


def test_a_licence_that_we_know_needs_no_address_and_another_one_does() -> None:
    assert licence_url("CC BY 4.0", "") == "https://creativecommons.org/licenses/by/4.0/"
    assert licence_url("Our own", "https://claims.example/l") == "https://claims.example/l"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_two_queries_at_most(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_published()

    with django_assert_num_queries(2 if address == "/about/cite/" else 1):
        client.get(address)
