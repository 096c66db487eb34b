"""The first page of the desk: what waits for whom, in short lists that lead to all of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from incidents.admin.checklist import change_url
from incidents.admin.publish import may_publish
from incidents.models import Citation, Incident, Review, Touch
from incidents.models.outrun import outrun_lately
from sources.models import Source

SHOWN = 10
# Of lists that would be slow to count over the whole desk only the newest rows are looked at.
NEWEST = 2000
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Row:
    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Section:
    """`url` leads to all of them; `hint` says what they are."""

    key: str
    title: str
    hint: str
    rows: list[Row]
    total: int
    url: str

    @property
    def more(self) -> bool:
        return self.total > len(self.rows)

    @property
    def counted(self) -> str:
        return f"{self.total:,}" if self.total < MOST_COUNTED else f"{MOST_COUNTED:,} or more"


def dashboard(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    sections = _sections(request, user) if user.has_perm("incidents.view_incident") else []
    return admin.site.index(
        request,
        {
            "sections": sections,
            "may_add_source": user.has_perm("sources.add_source"),
            "may_annotate": user.has_perm("incidents.add_claim"),
            "may_add_incident": user.has_perm("incidents.add_incident"),
        },
    )


def _sections(request: HttpRequest, user: User) -> list[Section]:
    sections = [_drafts(user), _sent_back(user)]
    if may_publish(request):
        sections.append(_waiting(user))
    return [*sections, _unpublished(), _uncited(), _outrun(), _activity()]


def _section(
    key: str, title: str, hint: str, rows: QuerySet[Any], shown: Iterable[Row], url: str
) -> Section:
    return Section(key, title, hint, list(shown), rows[:MOST_COUNTED].count(), url)


def _list_url(model: str, query: str = "") -> str:
    return reverse(f"admin:{model}_changelist") + query


def _day(touched: Touch | Review) -> str:
    at = touched.at if isinstance(touched, Touch) else touched.asked_at
    return f"{at:%-d %b %Y, %H:%M} UTC"


def _drafts(user: User) -> Section:
    rows = user.touches.filter(incident__state=Incident.State.DRAFT).select_related("incident")
    return _section(
        "drafts",
        "My drafts",
        "Not published yet, and you worked on them.",
        rows,
        (Row(str(one.incident), change_url(one.incident), _day(one)) for one in rows[:SHOWN]),
        _list_url("incidents_incident", "?state__exact=draft&touched=me"),
    )


def _review_url(review: Review) -> str:
    return reverse("admin:incidents_incident_review", args=[review.incident_id])


def _sent_back(user: User) -> Section:
    rows = (
        Review.objects.newest()
        .filter(asked_by=user, outcome=Review.Outcome.SENT_BACK)
        .filter(
            Q(incident__published_revision=None)
            | ~Q(incident__revision=F("incident__published_revision"))
        )
        .with_people()
    )
    shown = (
        Row(str(one.incident), _review_url(one), f"{one.decided_by}: {one.answer}")
        for one in rows[:SHOWN]
    )
    return _section(
        "sent-back",
        "Sent back to me",
        "A reviewer asks for something before it is published.",
        rows,
        shown,
        _list_url("incidents_review", f"?outcome=sent_back&asked_by__id__exact={user.pk}"),
    )


def _waiting(user: User) -> Section:
    rows = Review.objects.waiting().exclude(asked_by=user).with_people().order_by("asked_at", "pk")
    shown = (
        Row(str(one.incident), _review_url(one), f"{one.asked_by}, {_day(one)}")
        for one in rows[:SHOWN]
    )
    return _section(
        "waiting",
        "Ready for review",
        "Others ask for your eyes; the longest wait first.",
        rows,
        shown,
        _list_url("incidents_review"),
    )


def _unpublished() -> Section:
    rows = Incident.objects.with_unpublished_changes().order_by("-pk")
    return _section(
        "unpublished",
        "Unpublished changes",
        "Readers see an older state of these.",
        rows,
        (Row(str(one), change_url(one)) for one in rows[:SHOWN]),
        _list_url("incidents_incident", "?lacking=publication"),
    )


def _uncited() -> Section:
    cited = Citation.objects.filter(snapshot__source=OuterRef("pk"))
    newest = Source.objects.order_by("-pk").values("pk")[:NEWEST]
    rows = (
        Source.objects.filter(~Exists(cited), pk__in=newest)
        .select_related("publisher")
        .order_by("-pk")
    )
    shown = (
        Row(one.title, reverse("annotate", args=[one.pk]), one.publisher.name)
        for one in rows[:SHOWN]
    )
    return _section(
        "uncited",
        "Sources without claims",
        f"Of the newest {NEWEST:,}; each leads to its annotation.",
        rows,
        shown,
        _list_url("sources_source", "?lacking=citation"),
    )


def _outrun() -> Section:
    rows = outrun_lately(NEWEST).order_by("-pk")
    return _section(
        "outrun",
        "Likely out of date",
        "A newer report takes up one of theirs, and no claim cites it.",
        rows,
        (Row(str(one), change_url(one)) for one in rows[:SHOWN]),
        _list_url("incidents_incident", "?lacking=report"),
    )


def _activity() -> Section:
    rows = list(Touch.objects.select_related("incident", "by")[:SHOWN])
    shown = [Row(str(one.incident), change_url(one.incident), f"{one.by}, {_day(one)}")
             for one in rows]  # fmt: skip
    hint = "Who last changed what."
    return Section("activity", "Recent activity", hint, shown, len(rows), "")
