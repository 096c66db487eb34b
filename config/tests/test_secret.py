import stat
from pathlib import Path

from config import secret
from config.secret import secret_key


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
