"""What the form for correction is filled in with, and what is said beside each field."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from sources.intake.addresses import canonical, site
from sources.intake.reading import Found, FoundTime, Reading
from sources.models import Publisher, Source
from sources.moments import Precision
from sources.wall_clock import instant

USUAL_ZONE = "Europe/Kyiv"
# Where an offset alone is printed, the first of these whose clocks had it is meant.
_ZONES = (USUAL_ZONE, "UTC", "Europe/Moscow", "Europe/London", "Europe/Paris", "America/New_York")
_UNSAID_ZONE = "no zone is named there: it was taken to be on the clock of the zone below"


@dataclass
class Proposal:
    source: Source
    publisher: str = ""
    homepage: str = ""
    # By the name of the field: where the value was found, and what else was.
    hints: dict[str, list[str]] = field(default_factory=dict)

    def say(self, name: str, hint: str) -> None:
        self.hints.setdefault(name, []).append(hint)


def propose(reading: Reading, typed_url: str) -> Proposal:
    proposal = Proposal(Source())
    source = proposal.source
    source.title = _first(proposal, "title", reading.titles)[:300]
    source.url = _address(proposal, reading.addresses, typed_url)
    publisher = _publisher(proposal, reading)
    source.language = _first(proposal, "language", reading.languages)
    if not source.language and publisher and publisher.language:
        source.language = publisher.language
        proposal.say("language", "what the publisher mostly writes in: check it")
    _times(proposal, reading, _usual_zone(publisher))
    return proposal


def _first(proposal: Proposal, name: str, found: list[Found]) -> str:
    if not found:
        return ""
    first, *others = found
    proposal.say(name, f"found in {first.where}")
    seen = {first.value}
    for one in others:
        if one.value not in seen:
            seen.add(one.value)
            proposal.say(name, f"{one.where} has “{one.value}”")
    return first.value


def _address(proposal: Proposal, found: list[Found], typed: str) -> str:
    """As typed, unless the page spells the same address itself."""
    found = [one for one in found if len(one.value) <= 2000]
    if not typed:
        return _first(proposal, "url", found)
    for one in found:
        if canonical(one.value) == canonical(typed):
            proposal.say("url", f"as {one.where} has it")
            return one.value
    for one in found[:1]:
        proposal.say("url", f"as you gave it, but {one.where} has “{one.value}”")
    return typed


def _publisher(proposal: Proposal, reading: Reading) -> Publisher | None:
    """The one whose site or name it is; else the name that was found, for a new one."""
    urls = [proposal.source.url, *(one.value for one in reading.homepages)]
    wanted = {site(url) for url in urls} - {""}
    for publisher in Publisher.objects.exclude(homepage=""):
        if site(publisher.homepage) in wanted:
            proposal.publisher = publisher.name
            proposal.say("publisher_name", f"publisher of {site(publisher.homepage)}")
            return publisher
    names = reading.publishers
    for one in names:
        if named := Publisher.objects.filter(name__iexact=one.value).first():
            proposal.publisher = named.name
            proposal.say("publisher_name", f"found in {one.where}")
            return named
    if name := _first(proposal, "publisher_name", names)[:200]:
        proposal.publisher = name
        proposal.say(
            "publisher_name",
            "no publisher of this name or site is on the desk: tick below if it is new",
        )
    homepages = [f"https://{one}/" for one in sorted(wanted, key=len)]
    proposal.homepage = homepages[0] if homepages else ""
    return None


def _usual_zone(publisher: Publisher | None) -> str:
    if publisher is None:
        return USUAL_ZONE
    zones = publisher.sources.order_by("-pk").values_list("zone", flat=True)
    return zones.first() or USUAL_ZONE


def _times(proposal: Proposal, reading: Reading, usual: str) -> None:
    source = proposal.source
    published = _most_exact(reading.published)
    modified = _most_exact(reading.modified)
    source.zone = _zone_of(published or modified, usual)
    if published:
        source.published_at = _instant(published.shown, source.zone)
        source.published_precision = Precision.MINUTE if published.with_time else Precision.DAY
        _say_where(proposal, "published_at", published, reading.published)
    if modified is None:
        return
    at = _instant(modified.shown, source.zone)
    if not modified.with_time:
        proposal.say("modified_at", f"{_words(modified)}, without a time of day: left empty")
    elif at and source.published_at and at <= source.published_at:
        proposal.say("modified_at", f"{_words(modified)}, not after publication: left empty")
    else:
        source.modified_at = at
        _say_where(proposal, "modified_at", modified, reading.modified)


def _most_exact(found: list[FoundTime]) -> FoundTime | None:
    """The first, or another that has the time of that day where the first has none."""
    if not found:
        return None
    first = found[0]
    same_day = (one for one in found if one.with_time and one.shown.date() == first.shown.date())
    return first if first.with_time else next(same_day, first)


def _zone_of(found: FoundTime | None, usual: str) -> str:
    if found is None or found.shown.tzinfo is None:
        return usual
    offset = found.shown.utcoffset()
    for zone in (usual, *_ZONES):
        if _offset(found.shown, zone) == offset:
            return zone
    return "UTC"


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def _instant(shown: datetime, zone: str) -> datetime | None:
    """None where the clocks of `zone` never showed it."""
    if shown.tzinfo is not None:
        return shown
    try:
        return instant(shown, zone)
    except ValidationError:
        return None


def _say_where(proposal: Proposal, name: str, chosen: FoundTime, found: list[FoundTime]) -> None:
    proposal.say(name, f"found in {_words(chosen)}")
    if not chosen.with_time:
        proposal.say(name, "no time of day is given there")
    elif chosen.shown.tzinfo is None:
        proposal.say(name, _UNSAID_ZONE)
    said = {_words(chosen).partition(": ")[2]}
    for one in found:
        words = _words(one).partition(": ")[2]
        if one.with_time and words not in said:
            said.add(words)
            proposal.say(name, _words(one))


def _words(found: FoundTime) -> str:
    """“og:updated_time: 3 Jul 2022, 18:30 +03:00”."""
    shown = date_format(found.shown, "j M Y, H:i" if found.with_time else "j M Y")
    return f"{found.where}: {shown}{found.shown.strftime(' %z') if found.shown.tzinfo else ''}"


def hints_of(proposal: Proposal, reading: Reading) -> dict[str, Any]:
    """What the form carries along, to be shown again with every error."""
    return {"form": reading.form, "notes": reading.notes, "hints": proposal.hints}
