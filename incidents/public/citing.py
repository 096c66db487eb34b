"""A version as reference managers take it in: BibTeX, RIS and CSL-JSON.

In words it stands on the page itself (takeaway.py). A citation names the version, its
address for ever and the day of access, which is the day of the request (clock.today).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from incidents.public.clock import data_from_the_record, today
from incidents.public.markup import shown
from incidents.public.problems import open_to_all
from incidents.record.models import Version

PUBLISHER = "Claimline"


@dataclass(frozen=True)
class Citation:
    """`title` is one line, and `address` is plain ASCII."""

    key: str
    title: str
    language: str
    number: int
    issued: date
    address: str
    accessed: date


def version_address(request: HttpRequest, version: Version) -> str:
    return request.build_absolute_uri(reverse("version", args=[version.incident, version.number]))


def _citation(request: HttpRequest, version: Version) -> Citation:
    incident = version.document["incident"]
    return Citation(
        key=f"claimline-{version.incident}-v{version.number}",
        # A line break would end a field of RIS.
        title=shown(" ".join(incident["title"].split())),
        language=incident["language"],
        number=version.number,
        issued=version.published_at.date(),
        address=version_address(request, version),
        accessed=today(),
    )


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Of these TeX makes something else. BibTeX counts braces even behind a backslash, so that one
# without its twin must not stand in a field at all.
_TEX = str.maketrans(
    {character: rf"\{character}" for character in "#$%&_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)


def bibtex(one: Citation) -> str:
    """In UTF-8, as biber and every reference manager read it. The doubled braces keep capitals."""
    fields = {
        "author": f"{{{{{PUBLISHER}}}}}",
        "title": f"{{{{{one.title.translate(_TEX)}}}}}",
        "year": f"{{{one.issued.year}}}",
        "month": _MONTHS[one.issued.month - 1],
        "note": f"{{Version {one.number}}}",
        "url": f"{{{one.address}}}",
        "urldate": f"{{{one.accessed.isoformat()}}}",
    }
    lines = [f"  {name} = {value},\n" for name, value in fields.items()]
    return f"@misc{{{one.key},\n{''.join(lines)}}}\n"


def ris(one: Citation) -> str:
    """https://en.wikipedia.org/wiki/RIS_(file_format): a tag of two characters a line."""
    fields = [
        ("TY", "ELEC"),
        ("ID", one.key),
        ("AU", PUBLISHER),
        ("TI", one.title),
        ("PB", PUBLISHER),
        ("PY", str(one.issued.year)),
        ("DA", f"{one.issued:%Y/%m/%d}"),
        ("ET", f"Version {one.number}"),
        ("LA", one.language),
        ("UR", one.address),
        ("Y2", f"{one.accessed:%Y/%m/%d}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields)


def csl_json(one: Citation) -> str:
    """https://github.com/citation-style-language/schema: csl-data.json, a list of one item."""
    item: dict[str, Any] = {
        "id": one.key,
        "type": "webpage",
        "title": one.title,
        "author": [{"literal": PUBLISHER}],
        "publisher": PUBLISHER,
        "version": str(one.number),
        "issued": _csl_date(one.issued),
        "accessed": _csl_date(one.accessed),
        "URL": one.address,
        "language": one.language,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _csl_date(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


# By the ending of the address.
STYLES: dict[str, tuple[str, Callable[[Citation], str]]] = {
    "bib": ("application/x-bibtex; charset=utf-8", bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", ris),
    "csl.json": ("application/vnd.citationstyles.csl+json", csl_json),
}


@data_from_the_record
def citation(request: HttpRequest, incident: str, number: int, style: str) -> HttpResponse:
    """A withdrawal or a merger says nothing that could be cited."""
    asked = Version.objects.numbered(incident, number)
    if asked is None or not asked.is_live or style not in STYLES:
        raise Http404
    content_type, write = STYLES[style]
    one = _citation(request, asked)
    response = HttpResponse(write(one), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{one.key}.{style}"'
    return open_to_all(response)
