"""What a reader of an incident's page, or a program, can take from it to elsewhere."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from incidents.public.citing import version_address
from incidents.public.clock import today
from incidents.public.embed import HEIGHT, WIDTH, frame
from incidents.public.oembed import oembed_address
from incidents.record.models import Version


@dataclass(frozen=True)
class TakeAway:
    """Addresses are absolute; `permanent`, `frame` and `oembed` are empty for what is no more."""

    permanent: str
    by_id: str
    version: str
    accessed: date
    frame: str
    oembed: str


def take_away(request: HttpRequest, version: Version, latest: Version) -> TakeAway:
    by_id = request.build_absolute_uri(reverse("incident-id", args=[version.incident]))
    incident = latest.document["incident"]
    live = latest.is_live
    permanent = request.build_absolute_uri(address(latest)) if live else ""
    return TakeAway(
        permanent=permanent,
        by_id=by_id,
        version=version_address(request, version),
        accessed=today(),
        frame=frame(request, version.incident, incident["title"], WIDTH, HEIGHT) if live else "",
        oembed=oembed_address(request, permanent) if live else "",
    )


def address(version: Version) -> str:
    """The permanent address of the incident: the id rules, the slug is for the eye."""
    slug = version.document["incident"]["slug"]
    return reverse("incident", kwargs={"incident": version.incident, "slug": slug})
