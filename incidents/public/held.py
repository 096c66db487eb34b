"""Who says who holds one place: its lanes, and the same claims as a table, as HTML.

All this follows from the versions of the claims, which never change. So it is made once in each
language for the same claims, and kept; their documents are read when it is made.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from incidents.public.asked import clock
from incidents.public.control import ControlClaim, control_claims
from incidents.public.fragments import fragment
from incidents.public.kept import Kept
from incidents.public.lanes import lanes
from incidents.public.naming import name_of
from incidents.record.models import EntryClaim, RecordPlace

# Of HTML, in this process: a few hundred places.
MOST_BYTES = 16_000_000

# Place, its name, how many more claims there are, moment, language, generation; and of each claim
# its id, and the serial and the time of its version: a serial alone may come again.
Key: TypeAlias = tuple[
    str, str, int, datetime | None, str | None, str, tuple[tuple[str, int, datetime], ...]
]


@dataclass(frozen=True)
class Lanes:
    """`contradicted`: how many of the claims are."""

    html: SafeString
    contradicted: int


@dataclass(frozen=True)
class Held:
    place: RecordPlace
    path: list[RecordPlace]  # from the country down to what the place lies in
    lanes: Lanes


_kept: Kept[Key, Lanes] = Kept(MOST_BYTES)


def held(
    numbers: dict[str, int],
    rows: Iterable[EntryClaim],
    names: dict[str, RecordPlace],
    known: datetime | None = None,
) -> list[Held]:
    """Of each place in `numbers`, which says how many claims on it there are in all.

    `rows`: the last claims on each, at least one, with their entries; `names`: of the places and
    all that they lie in. For `known` see control_claims.
    """
    by_place: dict[str, list[EntryClaim]] = defaultdict(list)
    for row in rows:
        by_place[row.control_place].append(row)
    language, generation = get_language(), clock().generation
    keys: dict[str, Key] = {
        place: (
            place,
            name_of(names[place]).text,
            number - len(by_place[place]),
            known,
            language,
            generation,
            tuple((row.claim, row.entry.serial, row.entry.changed_at) for row in by_place[place]),
        )
        for place, number in numbers.items()
    }
    drawn = {place: lanes for place, key in keys.items() if (lanes := _kept.get(key))}
    missing = [row for place in keys.keys() - drawn.keys() for row in by_place[place]]
    for place, claims in _by_place(control_claims(missing, known)).items():
        _id, name, more, *_rest = key = keys[place]
        drawn[place] = lanes = _drawn(place, name, claims, more)
        _kept.put(key, lanes, len(lanes.html))
    return [Held(names[place], _above(names[place], names), drawn[place]) for place in numbers]


def _by_place(claims: Iterable[ControlClaim]) -> dict[str, list[ControlClaim]]:
    found: dict[str, list[ControlClaim]] = defaultdict(list)
    for claim in claims:
        found[claim.row.control_place].append(claim)
    return found


def _above(place: RecordPlace, names: dict[str, RecordPlace]) -> list[RecordPlace]:
    return [names[key] for key in place.details["path"][:-1] if key in names]


def _drawn(place: str, name: str, claims: list[ControlClaim], more: int) -> Lanes:
    """`claims`: in order of the time that they are about."""
    words = {"place": name}
    html = fragment(
        "_held.html",
        place=place,
        claims=claims,
        drawn=lanes(claims),
        lanes_of=_("Lanes: %(place)s") % words,
        drawing=_("Who says who holds %(place)s; the table below says the same") % words,
        claims_on=_("Claims: %(place)s") % words,
        as_a_table=ngettext(
            "The claim as a table, with the words it rests on",
            "The %(n)s claims as a table, with the words they rest on",
            len(claims),
        )
        % {"n": len(claims)},
        about=pgettext("the time that a claim is about", "About"),
        more=ngettext(
            "%(n)s more claim, about earlier times", "%(n)s more claims, about earlier times", more
        )
        % {"n": more}
        if more
        else "",
        # The last day of the claims that are not shown, or one that they share with others.
        earlier=claims[0].begins.date().isoformat(),
    )
    return Lanes(html, contradicted=sum(bool(claim.against) for claim in claims))
