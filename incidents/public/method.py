"""How the record is made: the rules, from the very constants that the code goes by."""

from django.http import HttpRequest, HttpResponse

from incidents.public.clock import from_the_record
from incidents.public.page import render
from incidents.record.standing import CONTROL_CONTRADICTIONS
from incidents.vocabulary import (
    ControlStatus,
    IncidentKind,
    Qualifier,
    Question,
    RelationKind,
    Stance,
    Verification,
)


@from_the_record
def method(request: HttpRequest) -> HttpResponse:
    order = list(ControlStatus)
    pairs = sorted(
        CONTROL_CONTRADICTIONS, key=lambda p: (p[2], order.index(p[0]), order.index(p[1]))
    )
    context = {
        "contradictions": [(str(a.label), str(b.label), whose) for a, b, whose in pairs],
        "words": [
            ("Kinds of incident", IncidentKind.labels),
            ("Questions", Question.labels),
            ("Stances", Stance.labels),
            ("Qualifiers of a number", Qualifier.labels),
            ("Control of a place", ControlStatus.labels),
            ("Verification", Verification.labels),
            ("Relations between claims", RelationKind.labels),
        ],
    }
    return render(request, "method.html", context)
