import pytest
from django.core.checks import run_checks
from django.db import connection
from pytest_django import Settings

from config import checks


def found() -> list[tuple[str | None, str]]:
    return [(problem.id, problem.msg) for problem in checks.problems(connection)]


@pytest.mark.django_db
def test_the_database_of_the_tests_passes() -> None:
    assert found() == []


@pytest.fixture
def fit_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "server_version", lambda connection: 16)
    monkeypatch.setattr(checks, "server_encoding", lambda connection: "UTF8")
    monkeypatch.setattr(checks, "available_extensions", lambda connection: set(checks.EXTENSIONS))
    monkeypatch.setattr(checks, "knows_cyrillic", lambda connection: True)


@pytest.mark.usefixtures("fit_database")
def test_the_oldest_version_allowed_passes() -> None:
    assert found() == []


@pytest.mark.usefixtures("fit_database")
def test_an_older_server_is_refused_with_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "server_version", lambda connection: 15)

    assert found() == [
        ("claimline.E001", "The database is PostgreSQL 15; Claimline needs 16 or later.")
    ]


@pytest.mark.usefixtures("fit_database")
def test_missing_extensions_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "available_extensions", lambda connection: {"pg_trgm", "hstore"})

    assert found() == [
        ("claimline.E002", "The database server lacks the extensions btree_gist, unaccent.")
    ]


@pytest.mark.usefixtures("fit_database")
def test_another_encoding_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "server_encoding", lambda connection: "SQL_ASCII")

    assert found() == [
        ("claimline.E003", "The database is encoded in SQL_ASCII; Claimline needs UTF8.")
    ]


@pytest.mark.usefixtures("fit_database")
def test_a_locale_that_does_not_know_cyrillic_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "knows_cyrillic", lambda connection: False)

    assert [identifier for identifier, _ in found()] == ["claimline.E004"]


@pytest.mark.usefixtures("fit_database")
def test_the_checks_run_when_a_database_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "server_version", lambda connection: 9)

    identifiers = [problem.id for problem in run_checks(databases=["default"])]

    assert "claimline.E001" in identifiers
    assert "claimline.E001" not in [problem.id for problem in run_checks()]


@pytest.mark.parametrize(("contact", "found"), [("", True), ("a@claims.example", False)])
def test_a_site_that_goes_public_without_a_contact_is_warned(
    settings: Settings, contact: str, found: bool
) -> None:
    settings.CONTACT = contact

    deployed = [problem.id for problem in run_checks(include_deployment_checks=True)]

    assert ("claimline.W001" in deployed) == found
    assert "claimline.W001" not in [problem.id for problem in run_checks()]
