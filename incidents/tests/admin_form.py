"""The form of an admin page, as a browser sends it back when nothing was typed."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from incidents.models import Incident
from incidents.record.gates import WISHES
from incidents.tests.reading import Response, html


class _Reader(HTMLParser):
    """Reads the names and values of a page's controls, the buttons aside."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self.sent.setdefault(name, "")
        elif tag == "option" and "selected" in given:
            self.sent[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.sent[name] = ""
        elif tag == "input" and _is_sent(given):
            ticked = "on" if given.get("type") == "checkbox" else ""
            self.sent[given["name"]] = given.get("value", ticked)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # The line end after the tag belongs to the markup.
            self.sent[self._textarea] += data if self.sent[self._textarea] else data[1:]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


def _is_sent(control: dict[str, str]) -> bool:
    if not control.get("name") or control.get("type") == "submit":
        return False
    return control.get("type") not in ("checkbox", "radio") or "checked" in control


def sent_by(page: Response) -> dict[str, str]:
    """Names and values of every control, as sent untouched; empty rows of inlines left out."""
    reader = _Reader()
    reader.feed(html(page))
    return {name: value for name, value in reader.sent.items() if "__prefix__" not in name}


def fill_in(
    client: Client, page: str, changes: dict[str, Any], *, follow: bool = False
) -> Response:
    """Open the page, change these controls and send it, as an editor does."""
    response: Response = client.post(page, sent_by(client.get(page)) | changes, follow=follow)
    return response


def answers(*incidents: Incident) -> dict[str, str | int]:
    """What the page that publishes them is sent: what was seen, and a reason for every warning."""
    sent: dict[str, str | int] = {}
    for incident in incidents:
        incident.refresh_from_db()
        sent[f"{incident.pk}-seen"] = incident.revision
        sent |= {f"{incident.pk}-reason_{key}": "It may go out so." for key in WISHES}
    return sent
