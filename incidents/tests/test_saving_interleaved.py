"""Two editors, or ten at once, on one row: whatever the order, nothing is lost unseen.

Every word that is typed is unique, so that it can be followed: what stands in the database, on a
page or in a form is a set of such words. A page is read from what its template is given, as most
of the time would go into HTML; that the template shows it is test_admin_saving's.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from threading import Barrier
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection, transaction
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from incidents.admin.actors import ActorAdmin
from incidents.models import Actor, ActorName
from incidents.tests.factories import make_actor, make_editor
from sources.admin.opened import OPENED

SCREEN = "/admin/incidents/actor/"
# Without what frames every page, such as the list of all screens.
SITE = copy(admin.site)
vars(SITE)["each_context"] = lambda request: {}


class StockScreen(ActorAdmin):
    """Saves as Django does: the control, which has to lose words."""

    changeform_view = admin.ModelAdmin.changeform_view
    delete_view = admin.ModelAdmin.delete_view


def words_in(text: object) -> set[str]:
    return set(re.findall(r"w_\d+w", str(text)))


def saved_rows() -> list[Any]:
    return [list(table.objects.order_by("pk").values_list()) for table in (Actor, ActorName)]


def saved_words() -> set[str]:
    return words_in(saved_rows())


def ask(
    screen: admin.ModelAdmin[Actor], user: User, page: str, body: dict[str, str] | None = None
) -> HttpResponse:
    """What the screen answers, without a server."""
    request = RequestFactory().get(page) if body is None else RequestFactory().post(page, body)
    vars(request).update(user=user, session={}, _dont_enforce_csrf_checks=True)
    vars(request).update(_messages=FallbackStorage(request))
    # As the middleware has it for who gave no second factor; editors need none.
    vars(user).update(otp_device=None)
    *_, key, verb = page.rstrip("/").split("/")
    if verb == "add":
        answer: HttpResponse = screen.add_view(request)
    elif verb == "delete":
        answer = screen.delete_view(request, key)
    else:
        answer = screen.change_view(request, key)
    return answer


def context_of(answer: HttpResponse) -> dict[str, Any]:
    assert isinstance(answer, TemplateResponse)
    return answer.context_data or {}


def sent_by(answer: HttpResponse) -> dict[str, str]:
    """Names and values of every control of a form, as a browser sends them untouched."""
    context = context_of(answer)
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    ticked = {name: "on" for name, value in values.items() if name.endswith("-DELETE") and value}
    typed = {
        name: "" if value is None else str(value)
        for name, value in values.items()
        if not name.endswith("-DELETE")
    }
    return typed | ticked | {OPENED: context.get(OPENED, "")}


def newest() -> Actor:
    return Actor.objects.latest("pk")


class Editor:
    """A person with one page open: what it shows, and which words of their own wait in it."""

    def __init__(self, screen: admin.ModelAdmin[Actor], user: User) -> None:
        self.screen, self.user = screen, user
        self.page, self.form = "", dict[str, str]()
        self.seen, self.own, self.found = set[str](), set[str](), list[Any]()

    def beside(self, user: User) -> "Editor":
        """Another person who opened the same page at the same moment."""
        other = copy(self)
        other.user, other.form, other.own = user, dict(self.form), set()
        return other

    def open(self) -> None:
        self.page, self.own = f"{SCREEN}{newest().pk}/change/", set()
        self._look(ask(self.screen, self.user, self.page))

    def _look(self, answer: HttpResponse) -> None:
        self.form = sent_by(answer)
        self.seen = words_in([*self.form.values(), context_of(answer).get("differences")])
        # Not their words alone: a name that is deleted may come again as another row.
        self.found = saved_rows()

    def type(self, control: str, word: str) -> None:
        self.own = self.own - words_in(self.form.get(control)) | {word}
        self.form[control] = word

    def send(self) -> None:
        """Saves, or is shown why not; nothing that this editor has not seen may go."""
        before = saved_rows()
        answer = ask(self.screen, self.user, self.page, self.form)
        lost = words_in(before) - saved_words() - self.seen
        assert not lost, f"{lost} were replaced unseen"
        if answer.status_code == 302:
            assert self.own <= saved_words(), "what was typed is not what is saved"
            self.open()
            return
        assert before != self.found, "nobody else had saved anything"
        assert answer.status_code in (409, 410), answer.status_code
        if answer.status_code == 410:
            self.page = f"{SCREEN}add/"
        self._look(answer)
        left = words_in(self.form.values())
        assert self.own <= left, f"{self.own - left} were lost to the one who typed them"


class TwoEditors(RuleBasedStateMachine):
    screen: admin.ModelAdmin[Actor] = ActorAdmin(Actor, SITE)
    who = st.integers(0, 1)

    def __init__(self) -> None:
        super().__init__()
        self.start = transaction.savepoint()
        self.words = 0
        make_actor(self.word(), [self.word(), self.word()])
        one, another = User.objects.order_by("pk")
        first = Editor(self.screen, one)
        first.open()
        self.editors = [first, first.beside(another)]

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.start)

    def word(self) -> str:
        self.words += 1
        return f"w_{self.words}w"

    def rows_of(self, editor: Editor) -> int:
        return int(editor.form["names-TOTAL_FORMS"])

    @rule(who=who)
    def opens_it_anew(self, who: int) -> None:
        self.editors[who].open()

    @rule(who=who, name=st.sampled_from(["name", "role"]))
    def types_into_a_field(self, who: int, name: str) -> None:
        self.editors[who].type(name, self.word())

    @rule(who=who, row=st.integers(0, 3), name=st.sampled_from(["name", "language"]))
    def types_into_a_row(self, who: int, row: int, name: str) -> None:
        editor = self.editors[who]
        if f"names-{row}-name" in editor.form and f"names-{row}-DELETE" not in editor.form:
            editor.type(f"names-{row}-{name}", self.word())
            if not editor.form[f"names-{row}-name"]:
                editor.type(f"names-{row}-name", self.word())

    @rule(who=who)
    def adds_a_row(self, who: int) -> None:
        editor = self.editors[who]
        row = self.rows_of(editor)
        editor.form |= {"names-TOTAL_FORMS": str(row + 1), f"names-{row}-language": ""}
        editor.type(f"names-{row}-name", self.word())

    @rule(who=who, row=st.integers(0, 3))
    def marks_a_row_to_be_deleted(self, who: int, row: int) -> None:
        editor = self.editors[who]
        if editor.form.get(f"names-{row}-id"):
            editor.form[f"names-{row}-DELETE"] = "on"
            for name in ("name", "language"):
                editor.own -= words_in(editor.form[f"names-{row}-{name}"])

    @rule(who=who)
    def saves(self, who: int) -> None:
        self.editors[who].send()

    @rule(name=st.sampled_from(["name", "role"]))
    def all_rows_are_changed_in_bulk(self, name: str) -> None:
        Actor.objects.update(**{name: self.word()})

    @rule(who=who)
    def deletes_it_and_makes_another(self, who: int) -> None:
        editor, actor = self.editors[who], newest()
        page = f"{SCREEN}{actor.pk}/delete/"
        shown = context_of(ask(self.screen, editor.user, page))
        ask(self.screen, editor.user, page, {"post": "yes", OPENED: shown.get(OPENED, "")})
        assert not Actor.objects.filter(pk=actor.pk).exists()
        make_actor(self.word(), [self.word()])
        editor.open()


class TwoEditorsOfStockDjango(TwoEditors):
    screen = StockScreen(Actor, SITE)


def interleave(machine: type[TwoEditors], times: int, *, repeatable: bool = True) -> None:
    """Try `times` orders of up to twelve steps: the same each time, or others each time."""
    for name in ("one", "another"):
        make_editor(name)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=times,
            stateful_step_count=12,
            derandomize=repeatable,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_two_editors_in_any_order_lose_nothing() -> None:
    interleave(TwoEditors, 40)


@pytest.mark.torture
@pytest.mark.django_db
def test_two_editors_in_a_thousand_orders_lose_nothing() -> None:
    interleave(TwoEditors, 1000, repeatable=False)


@pytest.mark.django_db
def test_stock_django_loses_words_of_two_editors() -> None:
    with pytest.raises(AssertionError, match=r"unseen|not what is saved"):
        interleave(TwoEditorsOfStockDjango, 100)


def save_at_once(screen: admin.ModelAdmin[Actor], editors: int, rounds: int) -> None:
    """In each round all open the page, and send it at the same moment: one is to win."""
    user = make_editor()
    page = f"{SCREEN}{make_actor('w_0w', []).pk}/change/"
    start = Barrier(editors)

    def send(form: dict[str, str]) -> HttpResponse:
        try:
            start.wait()
            return ask(screen, user, page, form)
        finally:
            connection.close()

    with ThreadPoolExecutor(editors) as at_once:
        for number in range(1, rounds + 1):
            form = sent_by(ask(screen, user, page))
            typed = [f"w_{number}{one:02}w" for one in range(editors)]
            answers = list(at_once.map(send, [form | {"role": word} for word in typed]))
            won = [word for word, one in zip(typed, answers, strict=True) if one.status_code == 302]
            assert len(won) == 1, f"{len(won)} of {editors} saved over one another"
            assert Actor.objects.get().role == won[0]
            for word, answer in zip(typed, answers, strict=True):
                if word != won[0]:
                    assert answer.status_code == 409
                    assert sent_by(answer)["role"] == word


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_save_at_once_one_wins_and_nine_keep_their_text() -> None:
    save_at_once(ActorAdmin(Actor, SITE), editors=10, rounds=2)


@pytest.mark.torture
@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_parallel_saves_one_in_ten_wins() -> None:
    save_at_once(ActorAdmin(Actor, SITE), editors=10, rounds=20)


@pytest.mark.django_db(transaction=True)
def test_stock_django_lets_several_win() -> None:
    with pytest.raises(AssertionError, match="saved over one another"):
        save_at_once(StockScreen(Actor, SITE), editors=10, rounds=1)
