"""Imports go one way (DESIGN §2, §3). The source is read, nothing is imported."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
OURS = ("accounts", "config", "incidents", "rowlog", "sources")
DESK = (
    "accounts",
    "incidents.admin",
    "incidents.demo",
    "incidents.linking",
    "incidents.models",
    "incidents.record.freeze",
    "incidents.record.gates",
    "incidents.record.mirroring",
    "incidents.record.projection",
    "incidents.record.publish",
    "incidents.record.rebuild",
    "incidents.record.review",
    "rowlog",
    "sources.admin",
    "sources.models",
)
# With these, code reaches a model without naming its module.
ROUNDABOUT = ("django.apps", "importlib", "django.utils.module_loading")


def file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((one for one in candidates if one.is_file()), None)


def modules_in(package: str) -> list[str]:
    """Every module of the package, tests and migrations aside."""
    paths = sorted(ROOT.joinpath(*package.split(".")).rglob("*.py"))
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)
    return [
        module.removesuffix(".__init__")
        for module in dotted
        if not {"tests", "migrations"} & set(module.split("."))
    ]


def named_by(source: str) -> Iterator[str]:
    """Each module that an import statement anywhere in `source` may load."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            # `from a.b import c`: c may be a module or a name in one.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports_of(module: str) -> frozenset[str]:
    """What it imports by name; of our own only what is a module."""
    path = file_of(module)
    assert path, module
    return frozenset(
        name for name in named_by(path.read_text()) if not name.startswith(OURS) or file_of(name)
    )


def reached_from(module: str) -> dict[str, str]:
    """Every module of ours that importing it runs, with the one that imports it.

    Packages on the way run too: `incidents.public.timeline` runs `incidents.public`.
    """
    reached: dict[str, str] = {}
    waiting = [module]
    while waiting:
        current = waiting.pop()
        parents = {current.rpartition(".")[0]} - {""}
        for name in imports_of(current) | parents:
            if name.startswith(OURS) and name not in reached and name != module:
                reached[name] = current
                waiting.append(name)
    return reached


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def forbidden(module: str, packages: tuple[str, ...]) -> list[str]:
    return sorted(name for name in imports_of(module) if within(name, packages))


PUBLIC = modules_in("incidents.public")
RECORD = modules_in("incidents.record")
MODELS = modules_in("incidents.models")


def test_the_modules_are_found() -> None:
    assert "incidents.public.urls" in PUBLIC
    assert {"incidents.record.publish", "incidents.record.models"} <= set(RECORD)
    assert "incidents.models.claims" in imports_of("incidents.record.freeze")
    assert "django.db" in imports_of("incidents.record.publish")
    assert "incidents.models" in reached_from("incidents.record.publish")


@pytest.mark.parametrize(
    "line",
    [
        "import incidents.models",
        "from incidents import models",
        "from incidents.models import Incident",
        "from incidents.models.claims import Claim",
        "def late():\n    from incidents.models import Incident",
        "if TYPE_CHECKING:\n    import incidents.models.claims as c",
        "from sources.models import Source",
        "from incidents.record import publish",
        "from incidents.record.publish import publish",
    ],
)
def test_no_spelling_of_an_import_escapes(line: str) -> None:
    assert any(within(name, DESK) for name in named_by(line))


@pytest.mark.parametrize("module", PUBLIC)
def test_public_code_does_not_import_the_desk(module: str) -> None:
    assert forbidden(module, DESK) == []


@pytest.mark.parametrize("module", PUBLIC)
def test_public_code_does_not_reach_the_desk_through_others(module: str) -> None:
    reached = reached_from(module)

    ways = [f"{name} by {reached[name]}" for name in sorted(reached) if within(name, DESK)]
    assert ways == []


@pytest.mark.parametrize("module", PUBLIC)
def test_public_code_takes_no_roundabout_way_to_a_model(module: str) -> None:
    assert forbidden(module, ROUNDABOUT) == []


@pytest.mark.parametrize("module", modules_in("sources") + modules_in("accounts"))
def test_sources_and_accounts_know_nothing_of_incidents(module: str) -> None:
    assert forbidden(module, ("incidents",)) == []


@pytest.mark.parametrize("module", modules_in("rowlog"))
def test_the_log_knows_nothing_of_what_it_logs(module: str) -> None:
    assert forbidden(module, ("accounts", "sources", "incidents")) == []


@pytest.mark.parametrize("module", RECORD)
def test_the_record_knows_nothing_of_who_shows_or_edits_it(module: str) -> None:
    assert forbidden(module, ("incidents.public", "incidents.admin", "incidents.demo")) == []


@pytest.mark.parametrize("module", sorted(set(MODELS) - {"incidents.models"}))
def test_the_models_of_the_desk_know_nothing_of_the_record(module: str) -> None:
    # The package itself names the record's models, for Django to find.
    assert forbidden(module, ("incidents.record", "incidents.public", "incidents.admin")) == []


def test_no_worker_of_the_site_loads_what_parses_the_files_of_others() -> None:
    """A process of its own does (sources/intake/apart.py)."""
    parsers = ("sources.intake.html", "sources.intake.mail", "sources.intake.pdf")
    assert all(map(file_of, parsers))
    screens = [*modules_in("sources.admin"), *modules_in("incidents.admin"), *PUBLIC]

    found = [name for name in screens if any(within(one, parsers) for one in reached_from(name))]
    assert found == []


@pytest.mark.parametrize("module", modules_in("incidents.admin"))
def test_screens_publish_only_past_four_eyes(module: str) -> None:
    path = file_of(module)
    assert path
    assert "incidents.record.publish.publish" not in named_by(path.read_text())


def test_only_publishing_mirroring_and_rebuilding_write_the_read_models() -> None:
    users = [
        module
        for package in OURS
        for module in modules_in(package)
        if "incidents.record.projection" in imports_of(module)
    ]

    assert users == [
        "incidents.record.mirroring",
        "incidents.record.publish",
        "incidents.record.rebuild",
        "incidents.record.verify",
    ]
