"""The pages of one's own account: gates before the desk, the second factor, sessions."""

import logging
from typing import Any
from urllib.parse import urlencode

import django_otp
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import factor, first_passwords, sessions

# The secret that a page proposes travels in its form, as looking at a page must write nothing.
_PROPOSED = "accounts.proposed-key"
_HOUR = 3600

log = logging.getLogger(__name__)


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Password",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class OwnPasswordForm(AdminPasswordChangeForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("new_password1") == cleaned.get("old_password"):
            self.add_error("new_password1", "This is the one that you were given: choose another.")
        return cleaned


class EnrolForm(CodeForm):
    proposed = forms.CharField(widget=forms.HiddenInput)

    def clean_proposed(self) -> str:
        """The key, where it is one that we proposed lately."""
        try:
            return str(signing.loads(self.cleaned_data["proposed"], salt=_PROPOSED, max_age=_HOUR))
        except signing.BadSignature:
            raise forms.ValidationError("This page is too old: load it again.") from None


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """After the password: the code, once a session."""
    user = _user(request)
    if not factor.is_missing(user):
        return HttpResponseRedirect(_next(request))
    if not factor.has_factor(user):
        return HttpResponseRedirect(f"{reverse('admin:enrol')}?{request.GET.urlencode()}")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            device = factor.check_code(user, form.cleaned_data["code"])
        except factor.WrongCode as error:
            log.warning("A code was refused.")
            form.add_error("code", str(error))
        else:
            log.info("A code was accepted, of: %s.", device.name)
            _verified(request, device)
            return HttpResponseRedirect(_next(request))
    return _page(request, "code", "Enter your code", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """A first phone, or a new one in place of the old: for that the old one's code comes first."""
    user = _user(request)
    if factor.has_factor(user) and factor.is_missing(user):
        return HttpResponseRedirect(reverse("admin:factor"))
    if factor.has_factor(user) and not sessions.gave_password_lately(request):
        return _again(reverse("admin:enrol"))
    form = EnrolForm(request.POST or None)
    key = factor.new_key()
    if form.is_valid():
        key = form.cleaned_data["proposed"]
        try:
            device = factor.enrol(user, key, form.cleaned_data["code"])
        except factor.WrongCode as error:
            form.add_error("code", str(error))
        else:
            _verified(request, device)
            return _show_codes(request, user)
    address = factor.address_of(user, key)
    context = {
        "form": form,
        "proposed": signing.dumps(key, salt=_PROPOSED),
        "secret": factor.secret_in_words(key),
        "address": address,
        "picture": factor.picture(address),
        "required": factor.is_required(user),
    }
    return _page(request, "enrol", "Set up your second factor", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """In place of a first one, which somebody else knows."""
    user = _user(request)
    if factor.is_missing(user):
        return HttpResponseRedirect(f"{reverse('admin:factor')}?{request.GET.urlencode()}")
    if not first_passwords.was_given(request):
        return HttpResponseRedirect(_next(request))
    form = OwnPasswordForm(user, request.POST or None)
    if form.is_valid():
        form.save()
        first_passwords.forget(request)
        update_session_auth_hash(request, user)
        sessions.end_all(user, but=request.session.session_key)
        return HttpResponseRedirect(_next(request))
    return _page(request, "password", "Choose your own password", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def give_password_again(request: HttpRequest) -> HttpResponse:
    """Before what decides who gets in: a session that was left open is not enough for it."""
    user, form = _user(request), PasswordForm(request.POST or None)
    if form.is_valid():
        # Counted as a login is: who guesses here waits as there.
        given = {"username": user.get_username(), "password": form.cleaned_data["password"]}
        if authenticate(request, **given) == user:
            log.info("A password was accepted again.")
            sessions.note_password(request)
            return HttpResponseRedirect(_next(request))
        form.add_error("password", "This is not your password, or it was wrong too often lately.")
    return _page(request, "again", "Give your password again", {"form": form})


@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    if not sessions.gave_password_lately(request):
        return _again(reverse("admin:account"))
    if not factor.has_factor(user):
        messages.error(request, "Set up your second factor first.")
        return HttpResponseRedirect(reverse("admin:account"))
    return _show_codes(request, user)


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    context = {
        "has_factor": factor.has_factor(user),
        "codes_left": factor.recovery_codes_left(user),
        "sessions": [
            (session, sessions.handle(session), session.session_key == request.session.session_key)
            for session in sessions.open_sessions(user)
        ],
    }
    return _page(request, "account", "Your account", context)


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """The one that `session` names, or without it all but this one."""
    user, wanted = _user(request), request.POST.get("session", "")
    if not sessions.gave_password_lately(request):
        return _again(reverse("admin:account"))
    if not wanted:
        ended = sessions.end_all(user, but=request.session.session_key)
        messages.success(request, f"Ended: {ended}.")
    elif sessions.end(user, wanted):
        messages.success(request, "The session is ended.")
    else:
        messages.warning(request, "There is no such session; perhaps it has ended already.")
    return HttpResponseRedirect(reverse("admin:account"))


def _again(then: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:again')}?{urlencode({'next': then})}")


def _show_codes(request: HttpRequest, user: User) -> HttpResponse:
    context = {"codes": factor.new_recovery_codes(user), "next": _next(request)}
    return _page(request, "codes", "Write down your recovery codes", context)


def _verified(request: HttpRequest, device: Any) -> None:
    # A session id that somebody saw before is worth nothing now.
    request.session.cycle_key()
    django_otp.login(request, device)


def _user(request: HttpRequest) -> User:
    user = request.user
    # The desk lets nobody else as far as its pages.
    assert isinstance(user, User)
    return user


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("admin:index")


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    common = {**admin.site.each_context(request), "title": title}
    if not common["has_permission"]:
        # Before the second factor nothing of the desk is shown, its contents included.
        common |= {"available_apps": [], "is_nav_sidebar_enabled": False}
    return TemplateResponse(request, f"admin/account/{name}.html", common | context)
