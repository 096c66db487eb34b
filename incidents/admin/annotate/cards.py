"""What the lists beside the text tell of each suggestion and each claim."""

from dataclasses import dataclass

from incidents.admin.annotate.highlights import Highlight, group_of
from incidents.admin.annotate.prefilled import answer
from incidents.admin.annotate.suggestions import Suggestion
from incidents.models import Citation, ClaimDraft, Incident
from incidents.vocabulary import Stance


@dataclass(frozen=True)
class SuggestionCard:
    """`incident`: the one that accepting would choose. `edit`, `judge`: addresses."""

    suggestion: Suggestion
    incident: Incident | None
    edit: str
    judge: str

    @property
    def answer(self) -> str:
        return answer(self.suggestion)

    @property
    def stance(self) -> str:
        return str(Stance(self.suggestion.proposal.stance).label)

    @property
    def highlight(self) -> Highlight:
        span = self.suggestion.proposal.span
        target = f"suggestion-{self.suggestion.key}"
        return Highlight(span.start, span.end, target, "suggestion", self.suggestion.side)


@dataclass(frozen=True)
class ClaimCard:
    citation: Citation
    edit: str
    remove: str

    @property
    def group(self) -> str:
        return group_of(self.citation.claim.question)

    @property
    def side(self) -> str:
        speaker = self.citation.claim.statement.speaker
        return speaker.side if speaker else "none"

    @property
    def highlight(self) -> Highlight:
        one = self.citation
        return Highlight(one.start, one.end, f"citation-{one.pk}", self.group, self.side)


@dataclass(frozen=True)
class Excerpt:
    words: str
    address: str


@dataclass(frozen=True)
class DraftCard:
    draft: ClaimDraft
    take_up: str
    discard: str
