"""What is on record already and may be the same: shown before anything is entered twice."""

from dataclasses import dataclass, field
from typing import Any

from incidents.admin.annotate.prefilled import Prefilled
from incidents.linking.likely import Likely, similar_incidents
from incidents.linking.utterances import Uttered, same_utterance
from incidents.models import Claim, Incident, Statement
from sources.models import Source


@dataclass(frozen=True)
class Offers:
    """Claims that may be the same utterance, and incidents that resemble the new one."""

    utterances: list[Uttered] = field(default_factory=list)
    similar: list[Likely] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        claims = {f"claim-{one.claim.pk}" for one in self.utterances}
        return claims | {f"incident-{one.incident.pk}" for one in self.similar}

    @property
    def seen(self) -> str:
        """What the form sends back, so that each is shown once."""
        return " ".join(sorted(self.keys))

    def unseen(self, seen: str) -> bool:
        return not self.keys <= set(seen.split())


def of_prefilled(filled: Prefilled, source: Source) -> Offers:
    """For a claim as it is proposed; its incident is not chosen yet."""
    if not filled.claim or not filled.statement.get("speaker"):
        return Offers()
    statement = Statement(**_columns(Statement, filled.statement))
    claim = Claim(statement=statement, **_columns(Claim, filled.claim))
    return Offers(same_utterance(claim, source))


def of_typed(claim: Claim, new_incident: Incident | None, source: Source) -> Offers:
    """For a claim, with its statement, just before it is saved."""
    similar = similar_incidents(new_incident) if new_incident else []
    return Offers(same_utterance(claim, source), similar)


def _columns(model: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Keys of other rows go by the name of their column."""
    return {model._meta.get_field(name).attname: value for name, value in values.items()}
