"""An incident in a frame on another site."""

from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_claim, make_incident, make_published
from incidents.tests.reading import Response, attribute, find, html, one, text, tree
from incidents.vocabulary import Question

pytestmark = pytest.mark.django_db


def frame_of(client: Client, incident: Incident) -> Response:
    return client.get(f"/incidents/{incident.public_id}/embed/")


def may_be_framed(response: Response) -> bool:
    policy = response.headers["Content-Security-Policy"].split("; ")
    return "frame-ancestors *" in policy and "X-Frame-Options" not in response.headers


def test_it_shows_headline_standing_answers_counts_version_and_date(client: Client) -> None:
    incident = make_published(title="Вибухи <в> Бєлгороді", language="uk")

    response = frame_of(client, incident)

    page = tree(response)
    assert text(one(page, "h1")) == "Вибухи <в> Бєлгороді"
    assert attribute(one(page, "h1"), "lang") == "uk"
    words = text(one(page, "main"))
    for shown in (
        "One origin",
        "1 claim",
        "1 report, 1 origin",
        "Version 1, ",
        "at least 3 killed",
    ):
        assert shown in words


def test_every_link_leaves_the_frame_and_nothing_in_it_runs(client: Client) -> None:
    incident = make_incident()
    for number in range(6):
        make_claim(incident=incident, question=Question.CAUSE, text=f"answer {number}")
    publish(incident)

    page = tree(frame_of(client, incident))

    assert attribute(one(page, "base"), "target") == "_blank"
    assert [attribute(a, "target") for a in find(page, "a") if attribute(a, "target")] == []
    assert find(page, "script") == []
    home = f"/incidents/{incident.public_id}/explosions-reported-in-belgorod/"
    links = [attribute(a, "href") for a in find(page, "a")]
    assert home in links
    assert f"{home}#q-cause" in links


def test_any_site_may_frame_it_and_no_site_anything_else(client: Client) -> None:
    incident = make_published()
    home = f"/incidents/{incident.public_id}/"
    frame = frame_of(client, incident)
    tag = {"If-None-Match": frame["ETag"]}

    assert may_be_framed(frame)
    assert "script-src 'none'" in frame.headers["Content-Security-Policy"]
    unchanged = client.get(f"{home}embed/", headers=tag)
    assert unchanged.status_code == HTTPStatus.NOT_MODIFIED
    assert may_be_framed(unchanged)
    for address in ("/", home, f"{home}v/1/", "/incidents/0123456789/embed/"):
        response = client.get(address, follow=True)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_what_was_withdrawn_is_shown_as_withdrawn(client: Client) -> None:
    incident = make_published()
    withdraw(incident, "It was entered <twice>.")

    response = frame_of(client, incident)

    assert response.status_code == HTTPStatus.GONE
    assert may_be_framed(response)
    words = text(one(tree(response), "main"))
    assert "This incident was withdrawn Version 2, " in words
    assert "It was entered <twice>." in words
    assert "Explosions" not in html(response)


def test_what_was_merged_shows_the_other(client: Client) -> None:
    incident = make_published()
    other = make_published(place=incident.place)
    merge(incident, other, "The same explosion.")

    response = frame_of(client, incident)

    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert response["Location"] == f"/incidents/{other.public_id}/embed/"


@pytest.mark.parametrize("key", ["0123456789", "U123456789", "%00123456789"])
def test_what_is_not_public_has_no_frame(client: Client, key: str) -> None:
    make_incident(public_id="0123456789")

    assert client.get(f"/incidents/{key}/embed/").status_code == HTTPStatus.NOT_FOUND


def test_it_asks_as_much_for_many_claims_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = make_published()
    many = make_incident(place=few.place)
    for hour in range(20):
        make_claim(
            incident=many,
            text=f"answer {hour}",
            as_of=datetime(2022, 7, 3, hour, tzinfo=UTC),
        )
    publish(many)

    for incident in (few, many):
        with django_assert_num_queries(3):
            frame_of(client, incident)


def test_the_page_of_an_incident_hands_out_the_code(client: Client) -> None:
    incident = make_published(title='A "quoted" </textarea> title')
    withdrawn = make_published()
    withdraw(withdrawn, "It was entered twice.")

    page = client.get(f"/incidents/{incident.public_id}/v/1/")

    written = html(page).partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert unescape(written) == (
        f'<iframe src="http://testserver/incidents/{incident.public_id}/embed/" '
        'width="640" height="420" title="Claimline: A &quot;quoted&quot; '
        '&lt;/textarea&gt; title" loading="lazy"></iframe>'
    )
    assert find(tree(client.get(f"/incidents/{withdrawn.public_id}/v/1/")), "textarea") == []
