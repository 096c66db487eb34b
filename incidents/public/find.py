"""Places and speakers by name: in any spelling, even misspelt, and while one is still typing.

A choice leads back to the view that was filtered, with the place or speaker added to its filters.
Only names that live entries use are ever suggested.
"""

from dataclasses import dataclass, replace

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.public.clock import from_the_record, wants_part
from incidents.public.facets import numbers_of
from incidents.public.filters import Filters, QueryForm
from incidents.public.page import render
from incidents.record.models import RecordActor, RecordPlace, RecordSpelled

MOST = 8
HOME = "timeline"


class NameForm(QueryForm):
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    view = forms.CharField(label=gettext_lazy("View"), required=False, max_length=20)

    def clean_view(self) -> str:
        """The name of the address to go back to."""
        view = self.cleaned_data["view"] or HOME
        try:
            reverse(view)
        except NoReverseMatch:
            raise ValidationError(_("There is no such view.")) from None
        return str(view)


@dataclass
class Found:
    """`within`: what a place lies in, from the smallest, or the body that an actor speaks for."""

    row: RecordSpelled
    within: list[RecordSpelled]
    count: int
    chosen: bool
    address: str  # the view with it added to the filters


@from_the_record
def find_place(request: HttpRequest) -> HttpResponse:
    return _find(request, "place", RecordPlace)


@from_the_record
def find_actor(request: HttpRequest) -> HttpResponse:
    return _find(request, "actor", RecordActor)


def _find(request: HttpRequest, key: str, model: type[RecordSpelled]) -> HttpResponse:
    form, query = _read(request.GET)
    filters = Filters.read(query)
    errors = [*form.problems, *filters.errors]
    name = form.cleaned_data.get("name", "")
    view = form.cleaned_data.get("view", HOME)
    rows = [] if errors else _named(model, name)
    found = _found(rows, key, model, filters, reverse(view))
    part = wants_part(request)
    if len(found) == 1 and not part:
        return HttpResponseRedirect(found[0].address)
    context = {
        "key": key,
        "name": name,
        "view": view,
        "back": reverse(view) + filters.address(),
        "filters": filters,
        "errors": errors,
        "found": found,
        "part": part,
    }
    return render(request, "_choices.html" if part else "find.html", context)


def _named(model: type[RecordSpelled], name: str) -> list[RecordSpelled]:
    """Likeness is asked only where no name begins so: it costs far more."""
    begun = list(model.objects.named_from(name)[:MOST])
    return begun or list(model.objects.named_like(name)[:MOST])


def _read(query: QueryDict) -> tuple[NameForm, QueryDict]:
    """The name that is looked for, and the filters that it would be added to."""
    asked, filters = QueryDict(mutable=True), query.copy()
    for key in NameForm.base_fields:
        if key in filters:
            asked.setlist(key, filters.pop(key))
    form = NameForm(asked)
    form.is_valid()
    return form, filters


def _found(
    rows: list[RecordSpelled],
    key: str,
    model: type[RecordSpelled],
    filters: Filters,
    home: str,
) -> list[Found]:
    if not rows:
        return []
    ids = [row.id for row in rows]
    numbers = numbers_of(filters, key, ids)
    around = {row.id: _around(row) for row in rows}
    named = model.named({one for ones in around.values() for one in ones})
    return [
        Found(
            row,
            [named[one] for one in around[row.id] if one in named],
            numbers.get(row.id, 0),
            row.id in filters.values.get(key, []),
            home + _with(filters, key, row.id),
        )
        for row in rows
    ]


def _around(row: RecordSpelled) -> list[str]:
    if isinstance(row, RecordPlace):
        return list(reversed(row.details["path"][:-1]))
    organisation = row.details["organisation"]
    return [organisation] if organisation else []


def _with(filters: Filters, key: str, value: str) -> str:
    ids = sorted({*filters.values.get(key, []), value})
    return replace(filters, values=filters.values | {key: ids}).address()
