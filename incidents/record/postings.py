"""The entries that have each term of the search, kept as sets so that none is read to count them.

A set is kept by a key: the term; a term and “:A”, for the entries whose title has it; two common
terms that stand side by side. Entries go by the serials of their versions. The row of no key holds
the serial up to which all sets are complete. They may hold entries that have left the record since,
and newer ones: whoever reads them keeps what is in the record, and adds what came later. So they
are never wrong, only behind; `advance` brings them up to date, `make` makes them anew. A redaction
calls `prune`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.db.models import Max
from pyroaring import BitMap

from config.processes import running
from incidents.record.models import Entry, Generation, RecordTerm

_HEAD = ""
# Terms that PostgreSQL's parser takes as they are: it reads 4e5 in 4e5x as a number.
_PLAIN = re.compile(r"(?!.*\de\d)[0-9a-z]{1,100}")
# In the text of a tsvector: 'kyiv':1A,7B
_LEXEME = re.compile(r"(?<![^ ])'([0-9a-z]+)':([0-9A-C,]+)")
# All words of a text that come later stand here too.
_LAST = 16_383
# Any constant would do; it must be the same in every process.
_LOCK = 0x7465726D73

# Two terms that so many entries have are kept side by side; of rarer ones the entries are read.
COMMON = 1_000
_COMMON_SHARE = 0.005
_SAMPLE = 20_000  # entries that are looked into for common terms
_COMMON_TERMS = """
select word
from ts_stat(format('select search from incidents_entry tablesample system (%%s)', %s))
where ndoc >= %s
"""
_CHUNK = 10_000


class Outdated(Exception):
    """What was read is not what readers see any more."""


@dataclass(frozen=True)
class Stored:
    """Sets that are complete up to the version `upto`; a key without entries has none."""

    upto: int
    sets: dict[str, BitMap]
    paired: set[str]


def is_plain(term: str) -> bool:
    """Whether sets are kept for `term`."""
    return bool(_PLAIN.fullmatch(term))


def key_of(term: str, in_title: bool = False) -> str:
    return f"{term}:A" if in_title else term


def key_of_pair(one: str, other: str) -> str:
    return f"{one} {other}"


def keys_of(search: str, paired: Collection[str] = ()) -> list[str]:
    """The keys of an entry by its tsvector, as PostgreSQL writes it; each once."""
    keys: list[str] = []
    at: dict[int, str] = {}
    at_last: list[str] = []
    for term, positions in _LEXEME.findall(search):
        keys.append(term)
        if "A" in positions:
            keys.append(key_of(term, in_title=True))
        if term in paired:
            for text in positions.split(","):
                position = int(text.rstrip("ABC"))
                at[position] = term
                if position == _LAST:
                    at_last.append(term)
    pairs = {key_of_pair(term, at[n + 1]) for n, term in at.items() if n + 1 in at}
    if _LAST - 1 in at:
        pairs.update(key_of_pair(at[_LAST - 1], term) for term in at_last)
    return [*keys, *pairs]


def stored(keys: Iterable[str]) -> Stored | None:
    """The sets of these keys; None where none are kept yet. One query."""
    rows = RecordTerm.objects.filter(key__in=[_HEAD, *keys])
    sets: dict[str, BitMap] = {}
    paired: set[str] = set()
    for key, serials, is_paired in rows.values_list("key", "serials", "paired"):
        sets[key] = BitMap.deserialize(bytes(serials))
        if is_paired:
            paired.add(key)
    head = sets.pop(_HEAD, None)
    return Stored(head.max(), sets, paired) if head else None


def make(tell: Callable[[int], None] = lambda serials: None, processes: int | None = None) -> None:
    """Make all sets anew. `tell` hears how many serials were read so far."""
    generation = Generation.objects.first()
    upto, paired = _newest(), _common_terms()
    sets = _sets(range(1, upto + 1), paired, tell, processes)
    with transaction.atomic():
        _hold()
        now = Generation.objects.select_for_update().first()
        if now and (generation is None or now.token != generation.token):
            raise Outdated("The read models were made anew meanwhile.")
        alive = _alive()
        RecordTerm.objects.all().delete()
        _write({key: serials & alive for key, serials in sets.items()}, paired, upto)


def advance() -> bool:
    """Bring the sets up to date; False where there are none."""
    with transaction.atomic():
        _hold()
        head, upto = stored(()), _newest()
        if head is None:
            return False
        if head.upto < upto:
            paired = set(RecordTerm.objects.filter(paired=True).values_list("key", flat=True))
            later = _sets(range(head.upto + 1, upto + 1), paired)
            known, alive = stored(later), _alive()
            for key, serials in known.sets.items() if known else ():
                later[key].update(serials & alive)
            RecordTerm.objects.filter(key__in=[_HEAD, *later]).delete()
            _write(later, paired, upto)
    return True


def prune() -> None:
    """Forget the keys of which no entry is left, so that no word outlives its removal here."""
    with transaction.atomic():
        _hold()
        alive = _alive()
        rows = RecordTerm.objects.exclude(key=_HEAD).values_list("key", "serials")
        gone = [
            key
            for key, serials in rows.iterator(_CHUNK)
            if not BitMap.deserialize(bytes(serials)).intersect(alive)
        ]
        RecordTerm.objects.filter(key__in=gone).delete()


def _hold() -> None:
    """No other transaction writes the sets until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def _alive() -> BitMap:
    return BitMap(Entry.objects.order_by().values_list("serial", flat=True).iterator(_CHUNK))


def _newest() -> int:
    """The serial of the newest entry; 0 where there are none."""
    return Entry.objects.aggregate(newest=Max("serial"))["newest"] or 0


def _common_terms() -> set[str]:
    """Terms that many entries have, as a sample tells."""
    number = Entry.objects.count()
    share = min(1.0, _SAMPLE / max(number, 1))
    least = max(COMMON, _COMMON_SHARE * number) * share
    with connection.cursor() as cursor:
        cursor.execute(_COMMON_TERMS, [share * 100, least])
        return {term for (term,) in cursor.fetchall() if is_plain(term)}


def _sets(
    serials: range,
    paired: Collection[str],
    tell: Callable[[int], None] = lambda serials: None,
    processes: int | None = 1,
) -> dict[str, BitMap]:
    """Of the entries with these serials; None stands for as many processes as processors."""
    sets: dict[str, BitMap] = defaultdict(BitMap)
    spans = [serials[n : n + _CHUNK] for n in range(0, len(serials), _CHUNK)]
    with running(processes if len(spans) > 1 else 1) as run:
        for n, found in enumerate(run(partial(_sets_of_span, paired), spans), start=1):
            for key, some in found.items():
                sets[key] |= some
            tell(min(n * _CHUNK, len(serials)))
    return sets


def _sets_of_span(paired: Collection[str], span: range) -> dict[str, BitMap]:
    found: dict[str, list[int]] = defaultdict(list)
    entries = Entry.objects.filter(serial__gte=span.start, serial__lt=span.stop).order_by()
    for serial, search in entries.values_list("serial", "search").iterator(_CHUNK):
        for key in keys_of(search, paired):
            found[key].append(serial)
    return {key: BitMap(serials) for key, serials in found.items()}


def _write(sets: dict[str, BitMap], paired: Collection[str], upto: int) -> None:
    table = RecordTerm._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} (key, serials, paired) from stdin (format binary)") as copy,
    ):
        copy.set_types(["text", "bytea", "bool"])
        copy.write_row((_HEAD, BitMap([upto]).serialize(), False))
        for key, serials in sets.items():
            if serials:
                serials.run_optimize()
                copy.write_row((key, serials.serialize(), key in paired))
