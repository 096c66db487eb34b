import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import Signer
from pytest_django import Settings

from config import secret
from config.secret import keys_in, secret_key


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret-key"

    key = secret_key(path)

    assert len(key) >= 50
    assert secret_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_of_two_processes_that_make_a_key_at_once_the_first_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    path.write_text("the first one's")

    secret._write_once(path, "the second one's")

    assert secret_key(path) == "the first one's"
    assert list(tmp_path.iterdir()) == [path]


def test_an_earlier_key_in_the_file_still_vouches_for_what_it_signed(
    tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "keys"
    path.write_text("newer\nolder\n")
    settings.SECRET_KEY = "older"
    signed = Signer().sign("a")

    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = keys_in(path)

    assert Signer().unsign(signed) == "a"
    assert Signer().sign("a") != signed


def test_a_file_without_a_key_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("\n")

    with pytest.raises(ImproperlyConfigured, match="holds no key"):
        keys_in(path)
