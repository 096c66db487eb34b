"""The names that the record has now, kept in this process from one answer to the next.

A name changes only when something is published, so those that were asked for stand until the
record clock moves; then each is read anew only if another version gives it. All answers share them:
nobody may change one. Where the bitmaps are off, each answer asks the database for its own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.utils.translation import get_language

from incidents.public.asked import clock
from incidents.public.naming import Name, name_of
from incidents.record.models import (
    Clock,
    RecordActor,
    RecordName,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.vocabulary import PlaceKind

# Of places and of actors: at most some forty megabytes. With more, all are let go. A map has
# thousands of places, and to read them takes as long as to draw it.
MOST = 15_000

# Of trees of places: a page has one, of some two hundred rows.
MOST_ORDERS = 50

T = TypeVar("T")
N = TypeVar("N", bound=RecordName)


class InTree(NamedTuple):
    """A place, and how many it lies in."""

    place: str
    name: Name
    depth: int


@dataclass
class Names:
    """Those of one state of the record that were asked for so far. Ids that the record does not
    have are left out of every answer. `_former_…`: of a state before this one."""

    clock: Clock | None = None
    _places: dict[str, RecordPlace] = field(default_factory=dict)
    _actors: dict[str, RecordActor] = field(default_factory=dict)
    _former_places: Mapping[str, RecordPlace] = field(default_factory=dict)
    _former_actors: Mapping[str, RecordActor] = field(default_factory=dict)
    _publishers: dict[str, str] = field(default_factory=dict)
    _wide: dict[str, str] = field(default_factory=dict)
    _orders: dict[tuple[str | None, frozenset[str]], list[InTree]] = field(default_factory=dict)

    def followed_by(self, clock: Clock) -> "Names":
        """Those of the state at `clock`; with what is known of this one, if that one continues it:
        otherwise a serial may be that of another version."""
        if self.clock is None or not Version.objects.continues(self.clock, clock):
            return Names(clock)
        return Names(
            clock,
            _former_places=_both(self._former_places, self._places),
            _former_actors=_both(self._former_actors, self._actors),
        )

    def places(self, ids: Collection[str]) -> dict[str, RecordPlace]:
        return _of(ids, self._places, partial(_now, RecordPlace, self._former_places))

    def actors(self, ids: Collection[str]) -> dict[str, RecordActor]:
        return _of(ids, self._actors, partial(_now, RecordActor, self._former_actors))

    def publishers(self, ids: Collection[str]) -> dict[str, str]:
        return _of(ids, self._publishers, RecordSource.objects.publisher_names)

    def wide(self) -> dict[str, str]:
        """The kind of each country and region, by id."""
        if not self._wide:
            wide = RecordPlace.objects.filter(kind__in=[PlaceKind.COUNTRY, PlaceKind.REGION])
            self._wide = dict(wide.order_by().values_list("id", "kind"))
        return self._wide

    def in_order(
        self, places: Collection[RecordPlace], named: Mapping[str, RecordPlace]
    ) -> list[InTree]:
        """Each before those that lie in it, by name; `named` has these and what they lie in. The
        tree that most pages show is the same, and has hundreds of rows."""
        key = get_language(), frozenset(place.id for place in places)
        if key not in self._orders:
            if len(self._orders) >= MOST_ORDERS:
                self._orders.clear()
            self._orders[key] = _in_order(places, named)
        return self._orders[key]


def _in_order(places: Collection[RecordPlace], named: Mapping[str, RecordPlace]) -> list[InTree]:
    names = {key: name_of(place) for key, place in named.items()}

    def labels(place: RecordPlace) -> tuple[list[str], str]:
        path = place.details["path"]
        return [names[key].text if key in names else "" for key in path], place.id

    return [
        InTree(place.id, names[place.id], len(place.details["path"]) - 1)
        for place in sorted(places, key=labels)
    ]


def _both(former: Mapping[str, N], newer: Mapping[str, N]) -> Mapping[str, N]:
    both = {**former, **newer}
    return both if len(both) <= MOST else newer


def _of(
    ids: Collection[str], kept: dict[str, T], ask: Callable[[set[str]], Mapping[str, T]]
) -> dict[str, T]:
    found = {key: name for key in ids if (name := kept.get(key)) is not None}
    if missing := set(ids) - found.keys():
        asked = ask(missing)
        if len(kept) + len(asked) > MOST:
            kept.clear()
        kept.update(asked)
        found.update(asked)
    return found


def _now(model: type[N], former: Mapping[str, N], ids: set[str]) -> dict[str, N]:
    """What a version says of a name never changes: another name has another serial."""
    if not former.keys() & ids:
        return model.named(ids)
    rows = model._default_manager.filter(pk__in=ids).order_by()
    serials = dict(rows.values_list("pk", "serial"))
    same = {
        key: name
        for key, serial in serials.items()
        if (name := former.get(key)) is not None and name.serial == serial
    }
    return same | model.named(serials.keys() - same.keys())


@dataclass
class Newest:
    """Those of the record clock that this process met last."""

    names: Names = field(default_factory=Names)


_newest = Newest()


def names() -> Names:
    """As the record is at the clock of this answer."""
    if not settings.BITMAPS:
        return Names()
    now = clock()
    names = _newest.names
    if names.clock != now:
        names = _newest.names = names.followed_by(now)
    return names
