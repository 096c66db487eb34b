"""Every new version, newest first, with what it changed: the record clock, readable."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from incidents.public.chips import Chip
from incidents.public.clock import from_the_record
from incidents.public.filters import DaysForm, IdsField, WordsField
from incidents.public.page import render
from incidents.public.revisions import revisions
from incidents.record.models import Entry, RecordActor, RecordGone, RecordPlace, Version
from incidents.vocabulary import IncidentKind

PAGE = 50
# Of one version on the list; its own page has all of them.
LINES = 12
# Incidents whose versions are gathered and sorted.
FEW = 5_000
_MOST_SERIAL = 2**63 - 1


class ChangesForm(DaysForm):
    """`from` and `to` are days in UTC on which a version was published."""

    change = WordsField(label=gettext_lazy("Change"), required=False, choices=Version.Kind)
    kind = WordsField(label=gettext_lazy("Kind"), required=False, choices=IncidentKind)
    place = IdsField(label=gettext_lazy("Where"), required=False)
    actor = IdsField(label=gettext_lazy("Who claimed it"), required=False)
    since = forms.IntegerField(
        label=gettext_lazy("After serial"), required=False, min_value=0, max_value=_MOST_SERIAL
    )
    before = forms.IntegerField(
        label=gettext_lazy("Before serial"), required=False, min_value=1, max_value=_MOST_SERIAL
    )

    def versions(self) -> QuerySet[Version]:
        """Newest first; none where the query cannot be read."""
        if not self.is_valid():
            return Version.objects.none()
        asked = self.cleaned_data
        versions: QuerySet[Version] = Version.objects.order_by("-serial")
        if asked["change"]:
            versions = versions.filter(kind__in=asked["change"])
        if asked["from"]:
            versions = versions.filter(
                published_at__gte=datetime.combine(asked["from"], time(), UTC)
            )
        if asked["to"]:
            versions = versions.filter(
                published_at__lte=datetime.combine(asked["to"], time.max, UTC)
            )
        if asked["since"]:
            versions = versions.filter(serial__gt=asked["since"])
        if asked["before"]:
            versions = versions.filter(serial__lt=asked["before"])
        if asked["kind"] or asked["place"] or asked["actor"]:
            versions = _narrowed(versions, asked)
        return versions

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self["change"], self["kind"]]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self["from"], self["to"]]

    def address(self, but: tuple[str, str] | None = None) -> str:
        """The query string from its newest version on, with `but`, a key and value, taken back."""
        query = QueryDict(mutable=True)
        for key in self.fields:
            several = isinstance(self.cleaned_data.get(key), list)
            asked = self.cleaned_data[key] if several else self.query.getlist(key)
            for value in asked:
                if value and key != "before" and (key, value) != but:
                    query.appendlist(key, value)
        return "?" + query.urlencode() if query else ""

    def named(self) -> list[tuple[str, str, str]]:
        """What narrows by id or serial, in words: key, value, name. Two queries at most."""
        if self.errors:
            return []
        asked = self.cleaned_data
        places = RecordPlace.named(set(asked["place"]))
        actors = RecordActor.named(set(asked["actor"]))
        found = [
            ("place", key, places[key].name if key in places else key) for key in asked["place"]
        ]
        found += [
            ("actor", key, actors[key].name if key in actors else key) for key in asked["actor"]
        ]
        if asked["since"]:
            found.append(("since", self.query["since"], str(asked["since"])))
        return found


def _narrowed(versions: QuerySet[Version], asked: dict[str, Any]) -> QuerySet[Version]:
    """Of incidents that are such now or, where they left the public list, last were."""
    fields = {"kind__in": "kind", "places__overlap": "place", "actors__overlap": "actor"}
    such = {field: asked[key] for field, key in fields.items() if asked[key]}
    live, gone = (rows.objects.order_by().filter(**such) for rows in (Entry, RecordGone))
    few = live.values("incident").union(gone.values("incident"), all=True)
    if few[: FEW + 1].count() <= FEW:
        return versions.filter(incident__in=few)
    # A page is soon full, so each version is asked from the newest on, and nothing is gathered;
    # of "exists" PostgreSQL would make a table of all such incidents.
    now, then = (rows.filter(pk=OuterRef("incident")).values("pk") for rows in (live, gone))
    such_one = Coalesce(Subquery(now), Subquery(then))
    return versions.alias(such=such_one).filter(such__isnull=False)


@from_the_record
def changes(request: HttpRequest) -> HttpResponse:
    form = ChangesForm(request.GET)
    versions = list(form.versions()[: PAGE + 1])
    listed = versions[:PAGE]
    named = form.named()
    context = {
        "form": form,
        "revisions": revisions(listed, Version.objects.before(listed), LINES) if listed else [],
        "earlier": listed[-1].serial if len(versions) > PAGE else None,
        "chips": _chips(form, named),
        "address": form.address(),
        "kept": [(key, value) for key, value, _name in named],
    }
    return render(request, "changes.html", context)


def _chips(form: ChangesForm, named: list[tuple[str, str, str]]) -> list[Chip]:
    """Of the filters for which the form on the page has no field."""
    home = reverse("changes")
    return [
        Chip(str(form.fields[key].label), name, home + form.address(but=(key, value)))
        for key, value, name in named
    ]
