"""The papers name only what there is."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from config import settings as settings_file

ROOT = Path(settings.BASE_DIR)
PAPERS = ["SECURITY.md", "docs/operations.md", "docs/threats.md", "docs/asvs.md"]
OURS = re.compile(r"\b(?:CLAIMLINE_[A-Z_]+|DATABASE_[A-Z_]+|SECRET_KEY|ALLOWED_HOSTS)\b")


def read(paper: str) -> str:
    return (ROOT / paper).read_text()


@pytest.mark.parametrize("paper", PAPERS)
def test_every_setting_that_is_named_is_one(paper: str) -> None:
    known = set(OURS.findall(settings_file.__doc__ or ""))

    named = set(OURS.findall(read(paper)))

    assert named
    assert named <= known


def test_every_command_that_is_named_is_one() -> None:
    named = set(re.findall(r"(?:-- |`|^# )claimline ([a-z]\w+)", read("docs/operations.md"), re.M))

    assert {"backup", "restore", "migrate"} <= named
    assert named <= set(get_commands())


@pytest.mark.parametrize("paper", ["docs/threats.md", "docs/asvs.md"])
def test_every_file_and_test_that_is_told_as_evidence_is_there(paper: str) -> None:
    told = re.findall(r"`((?:[\w-]+/)*\w+\.(?:py|txt|html)|test_\w+)`", read(paper))
    tests = list(ROOT.glob("*/tests/**/test_*.py"))
    names = {path.name for path in tests} | {
        name for path in tests for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)
    }

    assert len(set(told)) > 10
    assert not [one for one in told if one not in names and not (ROOT / one).exists()]


def test_the_checklist_counts_its_lines_at_its_head() -> None:
    checklist = read("docs/asvs.md")
    states = re.findall(r"^\| \d+\.\d+\.\d+ \| \d \| [^|]+ \| ([^|]+) \|", checklist, re.M)

    assert len(states) == 253
    met, missing, other = (states.count(s) for s in ("met", "**not met**", "does not apply"))
    assert f"**{met} met, {missing} not met, {other} do not apply.**" in checklist


@pytest.mark.parametrize("paper", [*PAPERS[:-1], "README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_linked_is_there(paper: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", read(paper))

    assert links
    for link in links:
        assert ((ROOT / paper).parent / link).exists(), link


def test_the_server_is_started_with_options_of_the_makefile() -> None:
    options = r"--(?!host|port|log-level)[a-z-]+(?: \w+)?"
    started = set(re.findall(options, read("Makefile").partition("SERVE :=")[2].split("\n\n")[0]))
    service = read("docs/operations.md").partition("ExecStart=")[2].splitlines()[0]

    assert started
    assert started <= set(re.findall(options, service))


def test_the_log_says_what_an_operator_is_told_that_it_says() -> None:
    told = re.findall(r"^\* `([A-Z][a-z]+ ?[a-z ]*)", read("docs/operations.md"), re.M)
    code = "".join(
        path.read_text()
        for part in ("accounts", "config", "incidents")
        for path in (ROOT / part).rglob("*.py")
        if "tests" not in path.parts
    )

    assert "The saved bitmaps are left aside" in told
    assert not [words for words in told if f'"{words}' not in code]
