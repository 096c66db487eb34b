"""Every route and action of the desk for every kind of visitor, held against routes.txt.

A line of that file says from whom on a route lets in, for GET and for POST. The routes are those
that Django resolves, so a new one fails here until somebody has written down whom it is for.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.tests.logging_in import log_in
from incidents.tests.factories import (
    make_administrator,
    make_editor,
    make_published,
    make_reviewer,
    make_work,
)
from rowlog.models import Change

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "data" / "routes.txt"

# In the order in which they are let in.
PEOPLE = ("anonymous", "unverified", "no role", "editor", "reviewer", "administrator")
# From whom on; "unverified" gave the password of a reviewer, but no second factor.
LEVELS = {
    "everyone": set(PEOPLE),
    "password": set(PEOPLE) - {"anonymous"},
    "staff": set(PEOPLE) - {"anonymous", "unverified"},
    "editor": {"editor", "reviewer", "administrator"},
    "reviewer": {"reviewer", "administrator"},
    "administrator": {"administrator"},
    "nobody": set(),
}
GATES = ("/admin/login/", "/admin/factor/")
REFUSED = (403, 404, 405)

DESK = "admin/"
INDEX = "(index)"

# What a route needs besides the row that its address names.
QUERIES = {
    "autocomplete/": "app_label=incidents&model_name=incident&field_name=place",
    "incidents/incident/publish/": "pk={0[incidents.incident]}",
    "incidents/incident/withdraw/": "pk={0[incidents.incident]}",
    "incidents/incident/merge/": "pk={0[incidents.incident]}",
}
# Parts of addresses that are not the key of a row of the screen; the first that fits.
PARTS = {
    r"<path:content_type_id>/<path:object_id>": "1/1",
    r"\^\(\?P<app_label>.*": "incidents/",
    r"\(\?P<url>.*": "nowhere/",
    r"merge/<slug:kind>/<int:pk>": "merge/actor/{0[incidents.actor]}",
    r"move/<int:pk>": "move/{0[incidents.incident]}",
    r"annotate/<int:pk>": "annotate/{0[sources.source]}",
}


class World:
    """The rows that addresses name, and the cookies of each visitor."""

    def __init__(self) -> None:
        idle = make_editor("idle")
        make_published()
        claim = make_work(idle)
        self.rows = {
            model._meta.label_lower: row.pk
            for model in admin.site._registry
            if (row := model._default_manager.order_by("pk").first())
        }
        self.rows |= {
            "auth.user": idle.pk,
            "incidents.incident": claim.incident.pk,
            "incidents.claim": claim.pk,
        }
        self.cookies = {"anonymous": Client().cookies}
        for who, user in (
            ("unverified", make_reviewer("unverified")),
            ("no role", User.objects.create_user("viewer", is_staff=True)),
            ("editor", make_editor()),
            ("reviewer", make_reviewer()),
            ("administrator", make_administrator()),
        ):
            client = Client()
            if who == "unverified":
                client.force_login(user)
            else:
                log_in(client, user)
            self.cookies[who] = client.cookies

    def address(self, route: str) -> str:
        for part, value in PARTS.items():
            route = re.sub(part, value.format(self.rows), route)
        label = ".".join(route.split("/")[:2])
        route = route.replace("<int:change>", str(self._newest_change(label)))
        route = re.sub(r"<[^>]+>", str(self.rows.get(label, "")), route)
        query = QUERIES.get(route, "").format(self.rows)
        return f"/admin/{route}?{query}".rstrip("?")

    def _newest_change(self, label: str) -> int:
        about = Change.objects.filter(about__contains=[f"{label}:{self.rows.get(label)}"])
        return about.values_list("pk", flat=True).first() or 0

    def lets_in(self, who: str, method: str, address: str, sent: dict[str, str]) -> bool:
        """Whatever the request writes is undone."""
        client = Client(raise_request_exception=False)
        client.cookies = deepcopy(self.cookies[who])
        with transaction.atomic():
            response: Any = client.get(address) if method == "GET" else client.post(address, sent)
            transaction.set_rollback(True)
        assert response.status_code < 500, f"{method} {address} by {who}"
        if response.status_code in REFUSED:
            return False
        to = urlsplit(response.headers.get("Location", "")).path
        if to in GATES:
            # Each is refused at the right gate.
            assert to == GATES[who == "unverified"], f"{method} {address} sent {who} to {to}"
            return False
        return "action" not in sent or _was_done(response)


def _was_done(response: Any) -> bool:
    """Whether an action was: the list shows itself again where there is none of that name."""
    told = [str(message) for message in get_messages(response.wsgi_request)]
    return "cl" not in (getattr(response, "context_data", None) or {}) and told != [
        "No action selected."
    ]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    # Nothing that templates show matters here, and they take most of the time.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda page: ""))
    return World()


def routes() -> list[str]:
    """As Django resolves them, and the actions of each list."""
    every = _routes(get_resolver().url_patterns, "")
    desk = (route.removeprefix(DESK) for route in every if route.startswith(DESK))
    found = dict.fromkeys(route or INDEX for route in desk)
    request = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True)
    for model, screen in admin.site._registry.items():
        list_of_rows = f"{model._meta.app_label}/{model._meta.model_name}/"
        found |= dict.fromkeys(f"{list_of_rows} {name}" for name in screen.get_actions(request))
    return list(found)


def _routes(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def level(world: World, method: str, route: str) -> str:
    """From whom on it does, or the names of a set that is no such row."""
    address, _, action = route.partition(" ")
    address = world.address(address.removeprefix(INDEX))
    sent = {"post": "yes"}
    if action:
        key = world.rows[".".join(address.split("/")[2:4])]
        sent = {"action": action, "_selected_action": str(key), "index": "0"}
    let_in = {who for who in PEOPLE if world.lets_in(who, method, address, sent)}
    names = [name for name, people in LEVELS.items() if people == let_in]
    return names[0] if names else "/".join(sorted(let_in))


def line(world: World, route: str) -> str:
    get = "-" if " " in route else level(world, "GET", route)
    return f"{get:14}{level(world, 'POST', route):14}{route}"


def differences(world: World, only: Callable[[str], bool] = bool) -> list[str]:
    """The lines of the desk as it is that the table lacks, and those it has too many."""
    written = set(TABLE.read_text().splitlines())
    found = {line(world, route) for route in routes() if only(route)}
    held = {line for line in written if only(line.split(maxsplit=2)[2])}
    return sorted({f"+ {one}" for one in found - held} | {f"- {one}" for one in held - found})


def test_every_route_and_action_lets_in_whom_the_table_names_and_nobody_else(
    world: World,
) -> None:
    found = differences(world)

    assert not found, "\n".join(found)


# Functions that decide, besides the has_…_permission of screens, and a route where each does.
DECIDE = {
    "accounts.site.DeskSite.has_permission": "jsi18n/",
    "accounts.site.DeskSite.has_password": "factor/",
    "django.contrib.admin.options.ModelAdmin.has_view_permission": "incidents/place/",
    "django.contrib.admin.options.ModelAdmin.has_add_permission": "incidents/place/add/",
    "django.contrib.admin.options.ModelAdmin.has_change_permission": (
        "incidents/place/<path:object_id>/change/"
    ),
    "django.contrib.admin.options.ModelAdmin.has_delete_permission": (
        "incidents/place/<path:object_id>/delete/"
    ),
    "incidents.admin.publishing.may": "incidents/incident/<int:pk>/merge/",
    "incidents.admin.publish.may_publish": "incidents/incident/<int:pk>/publish/",
    "incidents.admin.rearrangements.may_undo": "incidents/rearrangement/<int:pk>/undo/",
}
# Views that ask for a permission in their own words.
ASK_THEMSELVES = (
    "incidents/incident/<int:pk>/review/",
    "incidents/incident/<int:pk>/comment/",
    "incidents/rearrangement/merge/<slug:kind>/<int:pk>/",
    "incidents/rearrangement/move/<int:pk>/",
)


def notices(world: World, only: Callable[[str], bool]) -> bool:
    """Whether the table differs from the desk, or a view fails as it meets whom it never should."""
    try:
        return bool(differences(world, only))
    except AssertionError:
        return True


def test_whatever_check_is_removed_the_table_notices(world: World) -> None:
    missed = []
    for path, route in DECIDE.items():
        with pytest.MonkeyPatch.context() as patches:
            patches.setattr(path, lambda *arguments, **options: True)
            if not notices(world, route.__eq__):
                missed.append(path)
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("accounts.factor.is_missing", lambda user: False)
        if not notices(world, "incidents/place/".__eq__):
            missed.append("is_missing")
    for route in ASK_THEMSELVES:
        with pytest.MonkeyPatch.context() as patches:
            patches.setattr(User, "has_perm", lambda *arguments: True)
            patches.setattr(User, "has_perms", lambda *arguments: True)
            if not notices(world, route.__eq__):
                missed.append(route)

    assert missed == []


def test_a_screen_that_lets_everyone_in_is_noticed(world: World) -> None:
    missed = []
    for model, screen in admin.site._registry.items():
        own = f"{model._meta.app_label}/{model._meta.model_name}/"
        for name in {name for kind in type(screen).__mro__ for name in own_checks(kind)}:
            with pytest.MonkeyPatch.context() as patches:
                patches.setattr(type(screen), name, lambda *arguments, **options: True)
                if not notices(world, guarded_by(own, name).__contains__):
                    missed.append(f"{own} {name}")

    assert missed == []


def guarded_by(own: str, check: str) -> list[str]:
    """The routes of a screen where has_delete_permission, say, decides, and the action."""
    verb = check.removeprefix("has_").removesuffix("_permission")
    if verb == "view":
        return [own]
    ends = (f"/{verb}/", f" {verb}")
    return [route for route in routes() if route.startswith(own) and route.endswith(ends)]


def own_checks(kind: type) -> Iterator[str]:
    """The checks that a class of ours defines; that of the module shows a heading, no more."""
    if not kind.__module__.startswith("django"):
        names = (name for name in vars(kind) if re.fullmatch("has_.*_permission", name))
        yield from (name for name in names if name != "has_module_permission")
