"""The entries that a search finds, as sets: of each term those that have it.

The record keeps them by term (incidents/record/postings.py). What was published since is read once;
what was asked for stays for a while. Where sets cannot tell, PostgreSQL does: of words that stand
side by side and are not both common, and of terms that its parser takes apart.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from threading import Lock
from weakref import WeakKeyDictionary

from pyroaring import BitMap

from incidents.record.bitmaps import Bitmaps, Serials
from incidents.record.models import Entry, EntryMoment
from incidents.record.models.entries import MOST_RANKED
from incidents.record.postings import is_plain, key_of, key_of_pair, keys_of, stored
from incidents.record.search import Part, Wanted

# Sets that a process keeps: of a million entries at most 125 kB each.
_MOST_KEPT = 256
# Entries that a process reads when it begins; of sets that are more behind it makes no use.
_MOST_LATER = 10_000


def matching(bitmaps: Bitmaps, wanted: Wanted) -> BitMap:
    """Those of the entries in `bitmaps` that are wanted."""
    with _asking:
        terms = _terms.get(bitmaps.serials) or Terms(bitmaps)
        _terms[bitmaps.serials] = terms
        return terms.matching(bitmaps, wanted)


def likely(bitmaps: Bitmaps, within: BitMap, wanted: Wanted) -> list[int]:
    """The serials of those that are to be ranked, as FactsQuerySet.likely chooses them."""
    titled = matching(replace(bitmaps, alive=within), wanted.titled)
    chosen = bitmaps.newest(titled, MOST_RANKED)
    if rest := MOST_RANKED - len(chosen):
        chosen += bitmaps.newest(within - titled, rest)
    return chosen


def found_then(past: Bitmaps, wanted: Wanted, known: datetime) -> BitMap:
    """The serials of those of the entries in `past` that are wanted. PostgreSQL tells, as sets of
    terms hold what entries say now."""
    then = EntryMoment.objects.known_at(known).searching(wanted).order_by()
    return BitMap(then.of(past.serials.of(past.alive).tolist()).serials().tolist())


def forget() -> None:
    """Be a process that has not been asked for anything yet."""
    _terms.clear()


class Terms:
    """The sets of a process. They hold entries that have left the record since, too."""

    def __init__(self, bitmaps: Bitmaps) -> None:
        head, newest = stored(()), bitmaps.serials.newest
        fresh = head is not None and newest - head.upto <= _MOST_LATER
        self._start = self._read = head.upto if head and fresh else newest
        # Of the entries after the serial `_start`, up to `_read`: the serials, all and by key.
        self._later = BitMap()
        self._later_by_key: dict[str, BitMap] = defaultdict(BitMap)
        # By part its entries, and up to which serial these are all; the last one asked for last.
        self._kept: OrderedDict[Part, tuple[BitMap, int]] = OrderedDict()

    def matching(self, bitmaps: Bitmaps, wanted: Wanted) -> BitMap:
        if bitmaps.serials.newest > self._read:
            self._read_later(bitmaps.serials.newest)
        groups = (self._group(bitmaps, group) for group in wanted.groups)
        return BitMap.union(BitMap(), *groups)

    def _read_later(self, newest: int) -> None:
        later = Entry.objects.order_by().filter(serial__gt=self._read)
        for serial, search in later.values_list("serial", "search"):
            self._later.add(serial)
            for key in keys_of(search):
                self._later_by_key[key].add(serial)
        # An entry between the two that was not found has left the record since.
        self._read = max(newest, self._later.max() if self._later else 0)

    def _group(self, bitmaps: Bitmaps, group: Iterable[Part]) -> BitMap:
        found = bitmaps.alive
        for part in group:
            having = self._having(bitmaps, replace(part, without=False))
            found = found - having if part.without else found & having
        return found

    def _having(self, bitmaps: Bitmaps, part: Part) -> BitMap:
        known = part in self._kept
        having, upto = self._kept.pop(part) if known else self._asked(bitmaps, part)
        if later := self._candidates(part, upto, bitmaps.serials.newest):
            having = having | bitmaps.having_serials(later if _tells(part) else _found(part, later))
        self._kept[part] = having, max(upto, bitmaps.serials.newest)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return having

    def _asked(self, bitmaps: Bitmaps, part: Part) -> tuple[BitMap, int]:
        """The entries that have it, and up to which serial these are all."""
        newest, keys = bitmaps.serials.newest, _keys(part)
        pairs = {
            (one, other): key_of_pair(one, other)
            for one, other in pairwise(part.terms)
            if is_plain(one) and is_plain(other)
        }
        known = stored([*keys, *pairs.values()]) if keys else None
        if known is None or known.upto < self._start:
            return bitmaps.having_serials(_found(part)), newest
        keys += [key for two, key in pairs.items() if known.paired.issuperset(two)]
        candidates = BitMap.intersection(*(known.sets.get(key, BitMap()) for key in keys))
        if _tells(part) or (len(part.terms) == 2 and len(keys) == 3):
            return bitmaps.having_serials(candidates), min(self._start, newest)
        candidates |= self._candidates(part, self._start, newest)
        return bitmaps.having_serials(_found(part, candidates)), newest

    def _candidates(self, part: Part, after: int, upto: int) -> BitMap:
        """The serials after one, and up to another, of entries that have each of its terms."""
        each = (self._later_by_key.get(key, BitMap()) for key in _keys(part))
        found = BitMap.intersection(self._later, *each)
        found.remove_range(0, after + 1)
        found.remove_range(upto + 1, 2**32)
        return found


_terms: WeakKeyDictionary[Serials, Terms] = WeakKeyDictionary()
_asking = Lock()


def _keys(part: Part) -> list[str]:
    """Of those of its terms for which sets are kept."""
    return [key_of(term, part.in_title) for term in part.terms if is_plain(term)]


def _tells(part: Part) -> bool:
    """Whether the set of its term says all."""
    return len(part.terms) == 1 and is_plain(part.terms[0])


def _found(part: Part, among: BitMap | None = None) -> BitMap:
    """The serials that PostgreSQL finds: of all entries, or among some."""
    entries, only = Entry.objects.order_by(), Wanted(((part,),))
    if among is not None:
        return BitMap(entries.found_among(among.to_array().tolist(), only))
    return BitMap(entries.searching(only).values_list("serial", flat=True))
