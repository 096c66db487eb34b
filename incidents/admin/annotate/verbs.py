"""What the annotation screen changes, beside saving a claim."""

from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from incidents.admin.annotate.suggestions import Suggestion
from incidents.admin.claims import carried_by_a_version
from incidents.models import Citation, Claim, SuggestionVerdict
from sources.models import Snapshot

Verdict = SuggestionVerdict.Verdict


def judge(
    snapshot: Snapshot,
    suggestion: Suggestion,
    verdict: Verdict,
    by: User,
    claim: Claim | None = None,
) -> None:
    """Keep the verdict; a later one on the same suggestion replaces it."""
    span = suggestion.proposal.span
    SuggestionVerdict.objects.update_or_create(
        snapshot=snapshot,
        start=span.start,
        end=span.end,
        question=suggestion.proposal.question,
        defaults={
            "proposal": asdict(suggestion.proposal),
            "verdict": verdict,
            "claim": claim,
            "by": by,
        },
    )


def take_back(snapshot: Snapshot, suggestion: Suggestion) -> None:
    """Forget a rejection: the suggestion waits again."""
    if suggestion.verdict is not None:
        rejected = SuggestionVerdict.objects.filter(verdict=Verdict.REJECTED, snapshot=snapshot)
        rejected.filter(pk=suggestion.verdict.pk).delete()


@transaction.atomic
def remove(citation: Citation) -> str:
    """Take the claim from this report, and say what became of it.

    A claim that other reports carry loses this citation only; one that readers have seen stays on
    the desk, left out of the next version. Raises ProtectedError where another claim leans on it.
    """
    claim = Claim.objects.select_for_update().get(pk=citation.claim_id)
    if _others(citation).exists():
        citation.delete()
        return f"“{claim}” no longer rests on these words; its other citations stay."
    if carried_by_a_version(Claim.objects.filter(pk=claim.pk)):
        claim.left_out = True
        claim.save(update_fields=["left_out"])
        return f"“{claim}” stands in a published version: it is left out of the next one."
    statement = claim.statement
    claim.delete()
    if not statement.claims.exists():
        statement.delete()
    return f"“{claim}” is deleted."


def _others(citation: Citation) -> QuerySet[Citation]:
    return Citation.objects.filter(claim=citation.claim_id).exclude(pk=citation.pk)
