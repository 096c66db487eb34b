from incidents.models.actors import Actor, ActorName
from incidents.models.annotation import ClaimDraft, SuggestionVerdict
from incidents.models.claims import Citation, Claim, ClaimRelation, Statement
from incidents.models.incidents import Incident
from incidents.models.places import Place, PlaceName
from incidents.models.rearrangements import Rearrangement
from incidents.models.removals import RemovedWords
from incidents.models.reviews import Comment, Review, Touch, WarningPassed
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryMoment,
    EntryPast,
    RecordActor,
    RecordFormer,
    RecordPlace,
    RecordSource,
    Version,
)

__all__ = [
    "Actor",
    "ActorName",
    "Citation",
    "Claim",
    "ClaimDraft",
    "ClaimRelation",
    "Comment",
    "Entry",
    "EntryClaim",
    "EntryMoment",
    "EntryPast",
    "Incident",
    "Place",
    "PlaceName",
    "Rearrangement",
    "RecordActor",
    "RecordFormer",
    "RecordPlace",
    "RecordSource",
    "RemovedWords",
    "Review",
    "Statement",
    "SuggestionVerdict",
    "Touch",
    "Version",
    "WarningPassed",
]
