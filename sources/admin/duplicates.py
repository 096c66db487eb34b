"""Whether a report is on the desk already: by its address, by its text, by a text much like it."""

from dataclasses import dataclass, field

from sources.intake.copies import COPIED, runs, shared
from sources.models import Snapshot, Source

MOST = 10
# How many of the likest hashes are worth a look at the texts.
_LOOKED_AT = 20


@dataclass
class Duplicate:
    source: Source
    # What is the same, in words.
    same: list[str] = field(default_factory=list)
    # The text that is the same or much alike, if any is.
    snapshot: Snapshot | None = None
    has_this_text: bool = False


def duplicates(url: str, text: str) -> list[Duplicate]:
    """At most ten: first those at the same address, then by how much of the text is shared."""
    found: dict[int, Duplicate] = {}

    def of(source: Source) -> Duplicate:
        return found.setdefault(source.pk, Duplicate(source))

    for source in Source.objects.at_address(url).select_related("publisher")[:MOST]:
        of(source).same.append(
            "the same address" if source.url == url else f"the same address, spelled {source.url}"
        )
    snapshots = Snapshot.objects.select_related("source__publisher")
    for snapshot in snapshots.with_text(text)[:MOST]:
        duplicate = of(snapshot.source)
        duplicate.same.append("the same text, to the letter")
        duplicate.snapshot, duplicate.has_this_text = snapshot, True
    for share, snapshot in _near_copies(text):
        duplicate = of(snapshot.source)
        if duplicate.snapshot is None:
            duplicate.same.append(f"{share:.0%} of the runs of three words")
            duplicate.snapshot = snapshot
    return list(found.values())[:MOST]


def _near_copies(text: str) -> list[tuple[float, Snapshot]]:
    near = list(Snapshot.objects.like(text).values_list("pk", flat=True)[:_LOOKED_AT])
    texts = Snapshot.objects.select_related("source__publisher").filter(pk__in=near)
    own = runs(text)
    alike = [(shared(own, runs(one.text)), one) for one in texts]
    return sorted(
        ((share, one) for share, one in alike if share >= COPIED),
        key=lambda pair: (-pair[0], pair[1].pk),
    )
