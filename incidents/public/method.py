"""How the record is made: the rules, from the very constants that the code goes by."""

from django.http import HttpRequest, HttpResponse

from incidents.public.clock import from_the_record
from incidents.public.meanings import CLASHES, STANDINGS, VOCABULARIES
from incidents.public.page import render
from incidents.record.standing import CONTROL_CONTRADICTIONS
from incidents.vocabulary import ControlStatus


@from_the_record
def method(request: HttpRequest) -> HttpResponse:
    order = list(ControlStatus)
    pairs = sorted(
        CONTROL_CONTRADICTIONS, key=lambda p: (p[2], order.index(p[0]), order.index(p[1]))
    )
    context = {
        "standings": [(word.label, meaning) for word, meaning in STANDINGS.items()],
        "clashes": list(CLASHES.values()),
        "contradictions": [(str(a.label), str(b.label), whose) for a, b, whose in pairs],
        "vocabularies": [
            (title, [(word.label, meaning) for word, meaning in words.items()])
            for title, words in VOCABULARIES
        ],
    }
    return render(request, "method.html", context)
