"""Every new version, newest first: the record clock, readable."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from incidents.public.clock import from_the_record
from incidents.public.filters import QueryForm
from incidents.public.page import render
from incidents.record.models import Version

PAGE = 50


class ChangesForm(QueryForm):
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@from_the_record
def changes(request: HttpRequest) -> HttpResponse:
    form = ChangesForm(request.GET)
    versions = list(_versions(form)[: PAGE + 1]) if form.is_valid() else []
    earlier = versions[PAGE - 1].serial if len(versions) > PAGE else None
    context = {"form": form, "versions": versions[:PAGE], "earlier": earlier}
    return render(request, "changes.html", context)


def _versions(form: ChangesForm) -> QuerySet[Version]:
    versions = Version.objects.order_by("-serial")
    before = form.cleaned_data["before"]
    return versions.filter(serial__lt=before) if before else versions
