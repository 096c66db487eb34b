"""The record: what the public may see. Only incidents/record/publish.py writes it."""

from incidents.record.models.claims import (
    EntryClaim,
    EntryClaimQuerySet,
    EntryClash,
    OnPlace,
)
from incidents.record.models.counts import RecordCount
from incidents.record.models.entries import (
    Entry,
    EntryQuerySet,
    Facts,
)
from incidents.record.models.generations import Generation
from incidents.record.models.gone import RecordGone
from incidents.record.models.lines import EntryLines, EntryLinesQuerySet
from incidents.record.models.moments import EntryMoment, EntryMomentQuerySet, EntryPast
from incidents.record.models.names import (
    RecordActor,
    RecordFormer,
    RecordName,
    RecordPlace,
    RecordSource,
    RecordSourceQuerySet,
    RecordSpelled,
)
from incidents.record.models.saved import SavedBitmaps
from incidents.record.models.terms import RecordTerm
from incidents.record.models.versions import (
    Clock,
    Version,
    VersionQuerySet,
)

__all__ = [
    "Clock",
    "Entry",
    "EntryClaim",
    "EntryClaimQuerySet",
    "EntryClash",
    "EntryLines",
    "EntryLinesQuerySet",
    "EntryMoment",
    "EntryMomentQuerySet",
    "EntryPast",
    "EntryQuerySet",
    "Facts",
    "Generation",
    "OnPlace",
    "RecordActor",
    "RecordCount",
    "RecordFormer",
    "RecordGone",
    "RecordName",
    "RecordPlace",
    "RecordSource",
    "RecordSourceQuerySet",
    "RecordSpelled",
    "RecordTerm",
    "SavedBitmaps",
    "Version",
    "VersionQuerySet",
]
