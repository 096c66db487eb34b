"""Incidents on which a newer report has come out than their claims know of."""

from django.db.models import Exists, Max, OuterRef, Subquery

from incidents.models.claims import Citation, Claim
from incidents.models.incidents import Incident, IncidentQuerySet
from sources.models import SourceLink


def outrun(incidents: IncidentQuerySet) -> IncidentQuerySet:
    """Those whose reports are taken up by one that none of their claims cites, and that was printed
    after the newest of these was said."""
    claims = Claim.objects.filter(incident=OuterRef(OuterRef("pk"))).order_by()
    newest = claims.values("incident").annotate(newest=Max("statement__said_at")).values("newest")
    cited = Citation.objects.filter(
        claim__incident=OuterRef(OuterRef("pk")), snapshot__source=OuterRef("source")
    )
    newer = SourceLink.objects.filter(
        ~Exists(cited),
        target__snapshots__citations__claim__incident=OuterRef("pk"),
        source__published_at__gt=Subquery(newest),
    )
    return incidents.exclude(state=Incident.State.MERGED).filter(Exists(newer))


def outrun_lately(links: int) -> IncidentQuerySet:
    """As above, but by the newest `links` between sources alone: quick, however many there are."""
    targets = SourceLink.objects.order_by("-pk").values("target")[:links]
    claims = Claim.objects.filter(citations__snapshot__source__in=targets)
    return outrun(Incident.objects.filter(pk__in=claims.values("incident")))
