"""The desk as a whole: the one admin site, and what all its pages have in common."""

import logging
from collections.abc import Callable
from functools import update_wrapper
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from sources.intake.characters import shown

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class ChoicesView(AutocompleteJsonView):
    """What a box of a form offers while one is typing."""

    def process_request(self, request: HttpRequest) -> Any:
        """Refuse the far end of a relation, which no form has: stock Django answers 500."""
        asked = super().process_request(request)
        if not any(isinstance(part, RelatedField) for part in asked):
            raise PermissionDenied
        return asked

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()
        # Without an order, one page may repeat what another had.
        return rows if rows.ordered else rows.order_by("-pk")

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        return result | {"text": shown(result["text"])}


class DeskSite(admin.AdminSite):
    site_header = "Claimline: the desk"
    site_title = "Claimline"
    index_title = "The desk"
    index_template = "admin/dashboard.html"

    def has_password(self, request: HttpRequest) -> bool:
        """Whether somebody of the desk is logged in, with the second factor or without."""
        return super().has_permission(request)

    def gate(self, request: HttpRequest) -> str | None:
        """The name of the page that whoever has given a password must pass next."""
        # Imported late, as everything here that needs models: the apps are not ready before.
        from accounts import factor, first_passwords

        if factor.is_missing(request.user):
            return "admin:factor"
        return "admin:own_password" if first_passwords.was_given(request) else None

    def has_permission(self, request: HttpRequest) -> bool:
        """Asked before every page of the desk: the whole of who may come in."""
        return self.has_password(request) and not self.gate(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """As Django does, but whoever has given the password is asked for what else is missing."""
        checked = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if self.has_password(request) and (gate := self.gate(request)):
                return redirect_to_login(request.get_full_path(), reverse(gate))
            return checked(request, *args, **kwargs)

        return cast(View, update_wrapper(inner, checked))

    def password_view(self, view: View) -> View:
        """Wraps the gates, and the way to the second factor: the password is enough for them."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_password(request):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            return view(request, *args, **kwargs)

        return cast(View, update_wrapper(csrf_protect(never_cache(inner)), view))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from accounts import pages, presence

        return [
            path("presence/", self.admin_view(presence.present), name="presence"),
            path("factor/", self.password_view(pages.enter_code), name="factor"),
            path("factor/new/", self.password_view(pages.enrol), name="enrol"),
            path("own-password/", self.password_view(pages.own_password), name="own_password"),
            path("logout/", self.password_view(self.logout), name="logout"),
            path("account/", self.admin_view(pages.account), name="account"),
            path("account/again/", self.admin_view(pages.give_password_again), name="again"),
            path("account/end/", self.admin_view(pages.end_session), name="end_session"),
            path("account/codes/", self.admin_view(pages.new_codes), name="recovery_codes"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, ChoicesView.as_view(admin_site=self)(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from accounts.presence import others_at

        context: dict[str, Any] = super().each_context(request)
        return context | {"others": others_at(request.path, request.user)}

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and self.has_password(request):
            # Whose second factor is missing finds the way from there.
            return HttpResponseRedirect(reverse("admin:index"))
        from accounts import first_passwords, sessions, throttle

        response = super().login(request, extra_context)
        if response.status_code == HTTPStatus.FOUND and request.user.is_authenticated:
            log.info("A password was accepted.")
            first_passwords.remember(request)
            sessions.describe(request)
            throttle.remember_browser(response, request.user.get_username())
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from accounts import sessions

        response = super().password_change(request, extra_context)
        if response.status_code == HTTPStatus.FOUND:
            assert request.user.is_authenticated
            sessions.end_all(request.user, but=request.session.session_key)
        return response
