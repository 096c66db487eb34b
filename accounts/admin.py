"""The screen of accounts: administrators give each person one role."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as stock
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from accounts import factor, first_passwords, sessions
from accounts.roles import DUTIES, Role, give, role_of
from accounts.throttle import LoginForm
from sources.admin.desk import DeskAdmin

admin.site.login_form = LoginForm

# Groups are roles, and the secrets of second factors are nobody's to look at.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


@dataclass(frozen=True)
class Deed:
    """What administrators do to an account besides changing its form."""

    name: str
    title: str
    explanation: str
    # Kept in the log.
    done: str
    do: Callable[[User], object]


def _reset_factor(user: User) -> None:
    factor.reset(user)
    sessions.end_all(user)


DEEDS = (
    Deed(
        "reset-factor",
        "Reset second factor",
        "For whoever lost their phone: the phone and the recovery codes are forgotten, and after "
        "the next login another phone is set up. Make sure that it is really the owner who asks: "
        "until then the password alone is enough.",
        "The second factor is reset.",
        _reset_factor,
    ),
    Deed(
        "end-sessions",
        "End all sessions",
        "For a lost device, or an account in wrong hands: whoever is logged in is logged out.",
        "All sessions are ended.",
        sessions.end_all,
    ),
)


def role_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=Role,
        choices=[(role, f"{role.label}: {DUTIES[role]}") for role in Role],
        widget=forms.RadioSelect,
    )


class NewAccountForm(UserCreationForm[User]):
    role = role_field()


class AccountForm(UserChangeForm[User]):
    role = role_field()

    # Who has the form open: the screen sets it.
    administrator: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A screen that may only be looked at has no fields.
        if "role" in self.fields:
            self.fields["role"].initial = role_of(self.instance)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if self.instance.groups.filter(name=Role.ADMINISTRATOR).exists() and (
            cleaned.get("role") != Role.ADMINISTRATOR or not cleaned.get("is_active")
        ):
            self._check_that_one_is_left()
        return cleaned

    def _check_that_one_is_left(self) -> None:
        if self.instance == self.administrator:
            raise ValidationError("Ask another administrator to take your own role from you.")
        # Locked, so that two administrators do not each take the other's role at once.
        group = Group.objects.select_for_update().get(name=Role.ADMINISTRATOR)
        others = User.objects.filter(groups=group, is_active=True).exclude(pk=self.instance.pk)
        if not others.exists():
            raise ValidationError("This is the last administrator: make another one first.")


@admin.register(User)
class UserAdmin(DeskAdmin, stock.UserAdmin):  # type: ignore[type-arg]
    # Rights come back by a decision, not by a look at the past.
    restorable = False
    # Keys of related rows tell nothing, thinks stock Django; that of a session is a login.
    withheld = ("sessions",)
    form = AccountForm
    add_form = NewAccountForm
    list_display = ["username", "role", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    fieldsets = [
        (None, {"fields": ["username", "password", "role", "is_active"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "role", "password1", "password2"]})]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.administrator = request.user
        return form

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                f"<int:pk>/{deed.name}/",
                self.admin_site.admin_view(self.deed_view),
                {"deed": deed},
                name=f"auth_user_{deed.name}",
            )
            for deed in DEEDS
        ] + super().get_urls()

    def deed_view(self, request: HttpRequest, pk: int, deed: Deed) -> HttpResponse:
        """GET asks whether it is meant, POST does it."""
        user = self.get_object(request, str(pk))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        if request.method == "POST":
            deed.do(user)
            self.log_change(request, user, deed.done)
            self.message_user(request, f"{user}: {deed.done}")
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": deed.title,
            "opts": self.opts,
            "original": user,
            "deed": deed,
        }
        return TemplateResponse(request, "admin/auth/user/deed.html", context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            first_passwords.note(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        give(form.instance, form.cleaned_data["role"])
        if {"role", "is_active"} & set(form.changed_data) and form.instance != request.user:
            sessions.end_all(form.instance)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  Django gives it by this name.
        form_url: str = "",
    ) -> Any:
        response = super().user_change_password(request, id, form_url)
        user = self.get_object(request, unquote(id))
        if response.status_code == HTTPStatus.FOUND and user and user != request.user:
            first_passwords.note(user)
            sessions.end_all(user)
        return response

    def beside_columns(self, row: User) -> dict[str, Any]:
        return {"role": role_of(row)}

    @admin.display(description="role")
    def role(self, user: User) -> str:
        role = role_of(user)
        if user.is_superuser:
            return "Superuser, by command line only"
        return role.label if role else "None: may do nothing"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Else whoever may set passwords could make themselves one.
        if obj is not None and obj.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Whoever may have done something stays, to be named in the log.
        if obj is not None and (obj.last_login is not None or obj.is_superuser):
            return False
        return super().has_delete_permission(request, obj)
