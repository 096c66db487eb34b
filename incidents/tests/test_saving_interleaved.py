"""Two editors, or ten at once, on one row: whatever the order, nothing is lost unseen.

Every word that is typed is unique, so that it can be followed: what stands in the database, on a
page or in a form is a set of such words.
"""

import re
from concurrent.futures import ThreadPoolExecutor
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
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import make_actor, make_editor

SCREEN = "/admin/incidents/actor/"


class StockScreen(ActorAdmin):
    """Saves as Django does: the control, which has to lose words."""

    changeform_view = admin.ModelAdmin.changeform_view
    delete_view = admin.ModelAdmin.delete_view


def words_in(text: object) -> set[str]:
    return set(re.findall(r"w\d+w", str(text)))


def saved_words() -> set[str]:
    names = ActorName.objects.values_list("name", "language")
    return words_in([*Actor.objects.values_list("name", "role"), *names])


def ask(
    screen: admin.ModelAdmin[Actor], user: User, page: str, body: dict[str, str] | None = None
) -> HttpResponse:
    """What the screen answers, without a server; pages are rendered."""
    request = RequestFactory().get(page) if body is None else RequestFactory().post(page, body)
    vars(request).update(user=user, session={}, _dont_enforce_csrf_checks=True)
    vars(request).update(_messages=FallbackStorage(request))
    # As the middleware has it for who gave no second factor; editors need none.
    vars(user).update(otp_device=None)
    *_, key, verb = page.rstrip("/").split("/")
    if verb == "add":
        answer: Any = screen.add_view(request)
    elif verb == "delete":
        answer = screen.delete_view(request, key)
    else:
        answer = screen.change_view(request, key)
    return answer.render() if isinstance(answer, TemplateResponse) else answer


def newest() -> Actor:
    return Actor.objects.latest("pk")


class Editor:
    """A person with one page open: what it shows, and which words of their own wait in it."""

    def __init__(self, screen: admin.ModelAdmin[Actor], user: User) -> None:
        self.screen, self.user = screen, user
        self.page, self.form = "", dict[str, str]()
        self.seen, self.own, self.found = set[str](), set[str](), set[str]()

    def open(self) -> None:
        self.page, self.own = f"{SCREEN}{newest().pk}/change/", set()
        self._look(ask(self.screen, self.user, self.page))

    def _look(self, answer: HttpResponse) -> None:
        self.form, self.seen = sent_by(answer), words_in(answer.content.decode())
        self.found = saved_words()

    def type(self, control: str, word: str) -> None:
        self.own = self.own - words_in(self.form.get(control)) | {word}
        self.form[control] = word

    def send(self) -> None:
        """Saves, or is shown why not; nothing that this editor has not seen may go."""
        before = saved_words()
        answer = ask(self.screen, self.user, self.page, self.form)
        lost = before - saved_words() - self.seen
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
    screen: admin.ModelAdmin[Actor] = admin.site.get_model_admin(Actor)
    who = st.integers(0, 1)

    def __init__(self) -> None:
        super().__init__()
        self.start = transaction.savepoint()
        self.words = 0
        make_actor(self.word(), [self.word(), self.word()])
        users = [make_editor(name) for name in ("one", "another")]
        self.editors = [Editor(self.screen, user) for user in users]
        for editor in self.editors:
            editor.open()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.start)

    def word(self) -> str:
        self.words += 1
        return f"w{self.words}w"

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
        ask(self.screen, editor.user, page, sent_by(ask(self.screen, editor.user, page)))
        assert not Actor.objects.filter(pk=actor.pk).exists()
        make_actor(self.word(), [self.word()])
        editor.open()


class TwoEditorsOfStockDjango(TwoEditors):
    screen = StockScreen(Actor, admin.site)


def interleave(machine: type[TwoEditors], times: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=times,
            stateful_step_count=12,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_two_editors_in_any_order_lose_nothing() -> None:
    interleave(TwoEditors, 10)


@pytest.mark.torture
@pytest.mark.django_db
def test_two_editors_in_a_thousand_orders_lose_nothing() -> None:
    interleave(TwoEditors, 1000)


@pytest.mark.django_db
def test_stock_django_loses_words_of_two_editors() -> None:
    with pytest.raises(AssertionError, match=r"unseen|not what is saved"):
        interleave(TwoEditorsOfStockDjango, 100)


def save_at_once(screen: admin.ModelAdmin[Actor], editors: int, rounds: int) -> None:
    """In each round all open the page, and send it at the same moment: one is to win."""
    user = make_editor()
    page = f"{SCREEN}{make_actor('w0w', []).pk}/change/"
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
            typed = [f"w{number}{one:02}w" for one in range(editors)]
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
    save_at_once(admin.site.get_model_admin(Actor), editors=10, rounds=2)


@pytest.mark.torture
@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_parallel_saves_one_in_ten_wins() -> None:
    save_at_once(admin.site.get_model_admin(Actor), editors=10, rounds=20)


@pytest.mark.django_db(transaction=True)
def test_stock_django_lets_several_win() -> None:
    with pytest.raises(AssertionError, match="saved over one another"):
        save_at_once(StockScreen(Actor, admin.site), editors=10, rounds=1)
