"""The second factor: who needs it, how it is set up, given, lost and taken away."""

import re
from base64 import b32decode
from hashlib import sha256
from io import StringIO
from math import log2

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import factor
from accounts.models import RecoveryCode
from accounts.sessions import LATELY
from accounts.tests.logging_in import code_of, give_password, log_in
from incidents.tests.factories import make_administrator, make_editor, make_reviewer
from incidents.tests.reading import Response, html
from rowlog.models import Change

pytestmark = pytest.mark.django_db

ENTER, NEW, ACCOUNT = "/admin/factor/", "/admin/factor/new/", "/admin/account/"
LIST = "/admin/incidents/incident/"


def wrong(code: str) -> str:
    return f"{(int(code) + 500_000) % 1_000_000:06}"


def enrolled(user: User) -> str:
    """The secret of the phone that the user now has."""
    phone = factor.new_phone(user, factor.new_key())
    phone.save()
    return str(phone.key)


@pytest.fixture
def reviewer(client: Client) -> Client:
    """Logged in by password alone."""
    give_password(client, make_reviewer())
    return client


def user() -> User:
    return User.objects.get()


def proposed_by(page: Response) -> tuple[str, str]:
    """The hidden field of the page, and the secret in it."""
    field = re.search(r'name="proposed" value="([^"]+)"', html(page))
    secret = re.search(r'class="secret">([^<]+)<', html(page))
    assert field
    assert secret
    return field[1], b32decode(secret[1].replace(" ", "")).hex()


def enrol(client: Client) -> Response:
    proposed, key = proposed_by(client.get(NEW))
    return client.post(NEW, {"proposed": proposed, "code": code_of(key)})


def printed_codes(page: Response) -> list[str]:
    return re.findall(r"<li><code>([\w ]+)</code>", html(page))


def test_the_password_alone_opens_no_page_of_a_reviewer(reviewer: Client) -> None:
    for page in ("/admin/", LIST, "/admin/jsi18n/", "/admin/autocomplete/", ACCOUNT):
        response = reviewer.get(page)
        assert response.status_code == 302, page
        assert response.headers["Location"].startswith(f"{ENTER}?next=/admin/"), page


@pytest.mark.parametrize("superuser", [True, False])
def test_administrators_and_superusers_need_it_too(client: Client, superuser: bool) -> None:
    client.force_login(User.objects.create_superuser("root") if superuser else make_administrator())

    assert client.get(LIST).status_code == 302


def test_editors_need_it_as_well(client: Client) -> None:
    client.force_login(make_editor())

    assert client.get(LIST).status_code == 302
    assert enrol(client).status_code == 200
    assert client.get(LIST).status_code == 200


def test_editors_get_in_without_where_the_operator_says_so_and_nobody_else_does(
    client: Client, settings: Settings
) -> None:
    settings.EDITORS_FACTOR = False
    client.force_login(make_editor())

    assert client.get(LIST).status_code == 200
    assertContains(client.get(ACCOUNT), "Set up a second factor")
    client.force_login(make_reviewer())
    assert client.get(LIST).status_code == 302


def test_an_editor_who_has_one_is_asked_for_it_in_any_case(
    client: Client, settings: Settings
) -> None:
    settings.EDITORS_FACTOR = False
    editor = make_editor()
    client.force_login(editor)
    key = enrolled(editor)

    assert client.get(LIST).status_code == 302
    client.post(ENTER, {"code": code_of(key)})
    assert client.get(LIST).status_code == 200


def test_who_has_none_sets_it_up_by_picture_or_by_hand_and_gets_in(reviewer: Client) -> None:
    page = reviewer.get(LIST, follow=True)
    assert page.redirect_chain[-1][0] == f"{NEW}?next=%2Fadmin%2Fincidents%2Fincident%2F"
    assertContains(page, '<svg class="qr"')
    assertContains(page, "otpauth://totp/Claimline%3Areviewer?secret=")

    proposed, key = proposed_by(page)
    done = reviewer.post(f"{NEW}?next={LIST}", {"proposed": proposed, "code": code_of(key)})

    assert len(printed_codes(done)) == 10
    assertContains(done, f'href="{LIST}"')
    assert reviewer.get(LIST).status_code == 200


def test_looking_at_the_page_sets_up_nothing(reviewer: Client) -> None:
    first, second = reviewer.get(NEW), reviewer.get(NEW)

    assert proposed_by(first)[1] != proposed_by(second)[1]
    assert not TOTPDevice.objects.exists()
    assert factor.recovery_codes_left(user()) == 0


def test_a_wrong_code_sets_up_nothing_and_keeps_the_secret(reviewer: Client) -> None:
    proposed, key = proposed_by(reviewer.get(NEW))

    again = reviewer.post(NEW, {"proposed": proposed, "code": wrong(code_of(key))})

    assertContains(again, "This is not the code of the moment.")
    assert proposed_by(again)[1] == key
    assert not TOTPDevice.objects.exists()


@pytest.mark.parametrize("proposed", ["", "junk", "a:b:c", "\0"])
def test_a_secret_that_was_not_proposed_is_refused(reviewer: Client, proposed: str) -> None:
    response = reviewer.post(NEW, {"proposed": proposed, "code": "123456"})

    assert response.status_code == 200
    assert not TOTPDevice.objects.exists()


def test_a_code_lets_in_once(reviewer: Client) -> None:
    code = code_of(enrolled(user()))

    assertRedirects(reviewer.post(f"{ENTER}?next={LIST}", {"code": code}), LIST)
    other = Client()
    other.force_login(user())
    assertContains(other.post(ENTER, {"code": code}), "This is not a valid code.")
    assert other.get(LIST).status_code == 302


@pytest.mark.parametrize("later", [-1, 1])
def test_a_code_counts_while_the_phone_shows_it(reviewer: Client, later: int) -> None:
    key = enrolled(user())

    assertContains(reviewer.post(ENTER, {"code": code_of(key, later)}), "not a valid code")
    assert reviewer.get(LIST).status_code == 302


def test_a_phone_is_set_up_by_the_code_that_it_shows(reviewer: Client) -> None:
    proposed, key = proposed_by(reviewer.get(NEW))

    page = reviewer.post(NEW, {"proposed": proposed, "code": code_of(key, -1)})

    assertContains(page, "not the code of the moment")


def test_after_the_code_the_session_has_another_id(reviewer: Client) -> None:
    key = enrolled(user())
    before = reviewer.session.session_key

    reviewer.post(ENTER, {"code": code_of(key)})

    assert reviewer.session.session_key != before


@pytest.mark.parametrize("code", ["", "\0", "abc", "²²²²²²", "1" * 5000, "12345", "٤٤٤٤٤٤"])
def test_junk_for_a_code_is_refused_in_words(reviewer: Client, code: str) -> None:
    enrolled(user())

    response = reviewer.post(ENTER, {"code": code})

    assert response.status_code == 200
    assert response.context["form"].errors["code"]
    assert reviewer.get(LIST).status_code == 302


def test_guessing_codes_is_slowed_down(reviewer: Client) -> None:
    code = code_of(enrolled(user()))
    assertContains(reviewer.post(ENTER, {"code": wrong(code)}), "Wait a second, then try again.")

    counted = {"throttling_failure_count": 9, "throttling_failure_timestamp": timezone.now()}
    TOTPDevice.objects.update(**counted)

    assertContains(reviewer.post(ENTER, {"code": code}), "seconds, then try again.")
    assert reviewer.get(LIST).status_code == 302


def test_a_recovery_code_lets_in_once_and_is_counted(reviewer: Client) -> None:
    first, *_ = printed_codes(enrol(reviewer))
    other = Client()
    other.force_login(user())

    typed = f"{first[:5]} {first[5:]} ".replace(" ", "-").upper()
    assertRedirects(other.post(ENTER, {"code": typed}), "/admin/")
    assertContains(other.get(ACCOUNT), "9 recovery")

    third = Client()
    third.force_login(user())
    assertContains(third.post(ENTER, {"code": first}), "This is not a valid code.")


def test_each_way_in_has_a_line_in_the_log_without_a_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    olena = make_reviewer("olena")
    olena.set_password("purple kettle under snow")
    olena.save()
    key, (spare, *_) = enrolled(olena), factor.new_recovery_codes(olena)
    sent = {"username": "olena", "password": "purple kettle under snow"}
    caplog.clear()

    for code in (wrong(code_of(key)), spare):
        client = Client()
        client.post("/admin/login/", sent)
        client.post(ENTER, {"code": code})

    told = [line.getMessage() for line in caplog.records if line.name.startswith("accounts")]
    assert told == [
        *("A password was accepted.", "A code was refused."),
        *("A password was accepted.", "A code was accepted, of: recovery codes."),
    ]
    assert "olena" not in caplog.text


def test_recovery_codes_have_128_bits_and_are_kept_as_whole_hashes(reviewer: Client) -> None:
    codes = printed_codes(enrol(reviewer))

    signs = set("".join(codes)) - {" "}
    assert 20 < len(signs) <= len(factor._ALPHABET)
    assert len(codes[0].replace(" ", "")) * log2(len(factor._ALPHABET)) >= 128
    kept = set(RecoveryCode.objects.values_list("hash", flat=True))
    assert kept == {sha256(code.replace(" ", "").encode()).hexdigest() for code in codes}
    assert factor.check_code(user(), codes[0])


def test_guessing_recovery_codes_is_slowed_down(reviewer: Client) -> None:
    first, *_ = printed_codes(enrol(reviewer))
    other = Client()
    other.force_login(user())
    assertContains(other.post(ENTER, {"code": "guess"}), "Wait a second, then try again.")

    assertContains(other.post(ENTER, {"code": first}), "then try again.")
    assert factor.recovery_codes_left(user()) == 10


def test_new_recovery_codes_make_the_old_ones_void(reviewer: Client) -> None:
    old, *_ = printed_codes(enrol(reviewer))

    new = printed_codes(reviewer.post("/admin/account/codes/"))

    assert len(new) == 10
    with pytest.raises(factor.WrongCode):
        factor.check_code(user(), old)


def test_recovery_codes_of_another_user_are_worth_nothing(reviewer: Client) -> None:
    code, *_ = printed_codes(enrol(reviewer))
    other = make_reviewer("other")
    factor.new_recovery_codes(other)

    with pytest.raises(factor.WrongCode):
        factor.check_code(other, code)


def test_another_phone_takes_the_place_of_the_old_one(client: Client) -> None:
    log_in(client, make_reviewer())
    old = TOTPDevice.objects.get()

    enrol(client)

    assert TOTPDevice.objects.get().key != old.key
    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize(
    ("method", "page"), [("get", "/admin/factor/new/"), ("post", "/admin/account/codes/")]
)
def test_in_a_session_that_was_left_open_the_factor_is_not_changed_without_the_password(
    client: Client, method: str, page: str
) -> None:
    user = make_reviewer()
    enrolled(user)
    log_in(client, user)
    session = client.session
    session["given"] -= LATELY + 1
    session.save()

    response = getattr(client, method)(page)

    assert response.headers["Location"].startswith("/admin/account/again/?next=")


def test_a_thief_of_the_password_cannot_swap_the_phone(reviewer: Client) -> None:
    enrolled(user())
    old = TOTPDevice.objects.get().key

    assertRedirects(reviewer.get(NEW), ENTER)
    assert reviewer.post("/admin/account/codes/").status_code == 302
    assert TOTPDevice.objects.get().key == old


def test_whoever_cannot_give_it_can_still_log_out(reviewer: Client) -> None:
    assertContains(reviewer.get(NEW), 'action="/admin/logout/"')

    reviewer.post("/admin/logout/")

    assert reviewer.get(LIST).headers["Location"].startswith("/admin/login/")


def test_every_form_on_the_way_is_guarded_against_other_sites() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_reviewer())

    assert html(client.get(NEW)).count("csrfmiddlewaretoken") == 2
    enrolled(user())
    assert html(client.get(ENTER)).count("csrfmiddlewaretoken") == 2
    for page in (ENTER, NEW, "/admin/logout/"):
        assert client.post(page).status_code == 403


def test_before_the_code_the_page_shows_nothing_of_the_desk(reviewer: Client) -> None:
    enrolled(user())

    assertNotContains(reviewer.get(ENTER), "Incidents")


@pytest.mark.parametrize("page", ["/admin/factor/new/", "/admin/account/again/"])
def test_pages_of_the_size_of_a_form_have_no_room_for_the_list_of_the_desk(
    client: Client, page: str
) -> None:
    log_in(client, make_editor())

    assertContains(client.get("/admin/account/"), 'id="nav-sidebar"')
    assertNotContains(client.get(page), 'id="nav-sidebar"')


def test_a_page_of_another_host_is_no_next_one(reviewer: Client) -> None:
    key = enrolled(user())

    response = reviewer.post(f"{ENTER}?next=https://evil.example/", {"code": code_of(key)})

    assert response.headers["Location"] == "/admin/"


def test_an_administrator_resets_the_factor_of_who_lost_the_phone(client: Client) -> None:
    reviewer = make_reviewer()
    old = enrolled(reviewer)
    log_in(client, make_administrator())
    page = f"/admin/auth/user/{reviewer.pk}/reset-factor/"

    assertContains(client.get(page), "Make sure that it is really the owner who asks")
    assert factor.has_factor(reviewer)
    assertRedirects(client.post(page), f"/admin/auth/user/{reviewer.pk}/change/")

    assert not factor.has_factor(reviewer)
    assert LogEntry.objects.get().change_message == "The second factor is reset."
    removed = Change.objects.filter(model="otp_totp.totpdevice", operation="delete").get()
    assert removed.user_name == "administrator"
    assert old not in str([change.row for change in Change.objects.all()])


def test_only_administrators_reset_factors(client: Client) -> None:
    other = make_editor()
    log_in(client, make_reviewer())

    assert client.post(f"/admin/auth/user/{other.pk}/reset-factor/").status_code == 403


def test_the_factor_of_the_last_administrator_is_reset_by_command_line() -> None:
    administrator = make_administrator()
    enrolled(administrator)

    call_command("reset_factor", "administrator", stdout=StringIO())

    assert not factor.has_factor(administrator)
    with pytest.raises(CommandError, match="no account nobody"):
        call_command("reset_factor", "nobody")


def test_an_account_is_made_with_a_factor_by_command_line() -> None:
    output = StringIO()

    call_command("create_editor", "olena", "--role", "reviewer", "--factor", stdout=output)

    assert TOTPDevice.objects.get().config_url in output.getvalue()
    assert factor.recovery_codes_left(user()) == 10
