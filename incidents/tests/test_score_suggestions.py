"""The command that scores proposals, and the scores on the reports where these are found."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from incidents.management.commands.score_suggestions import gazetteer_names
from sources.suggestions.scoring import STATEMENTS, Row, score

TEXT = "Mayor Ivan Petrenko said two people were killed. Nine were hurt, he said."
MAYOR: dict[str, Any] = {
    "name": "Ivan Petrenko",
    "role": "mayor",
    "organisation": None,
    "side": "UA",
    "variants": [],
    "key": "petrenko",
}
OUTLET = {**MAYOR, "name": None, "role": "the outlet", "key": "publisher"}


def claim(words: str, question: str, number: int, **changes: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {
        "type": question,
        "stance": "asserts",
        "value": {"low": number, "high": number, "qualifier": "exactly", "unit": "people"},
        "control": None,
        "claimant": MAYOR,
        "salience": "core",
        "span": {"start": start, "end": start + len(words)},
        **changes,
    }


def annotated(folder: Path, *claims: dict[str, Any]) -> Path:
    source = {"language": "en", "date": "2024-05-12", "publisher_guess": "The Daily"}
    report = {"report_file": "one.txt", "source": source, "claims": claims}
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "annotations.json").write_text(json.dumps({"reports": [report]}), encoding="utf-8")
    return folder


def figures(folder: Path) -> Row:
    return score(folder, None).figures["en"]


def test_what_was_annotated_and_proposed_counts_as_found_and_right(tmp_path: Path) -> None:
    folder = annotated(
        tmp_path, claim("two people were killed", "killed", 2), claim("Nine", "injured", 9)
    )

    assert figures(folder) == Row(core=2, found=2, proposed=2, right=2, speakers=2)


def test_another_figure_question_or_place_in_the_text_is_not_found(tmp_path: Path) -> None:
    folder = annotated(
        tmp_path,
        claim("two people were killed", "killed", 3),
        claim("two people were killed", "missing", 2),
        claim("Mayor", "killed", 2),
    )

    assert figures(folder) == Row(core=3, found=0, proposed=2, right=0, speakers=0)


def test_one_proposal_is_not_counted_for_two_claims(tmp_path: Path) -> None:
    twice = claim("two people were killed", "killed", 2)

    assert figures(annotated(tmp_path, twice, twice)).found == 1


def test_background_counts_for_precision_only(tmp_path: Path) -> None:
    folder = annotated(
        tmp_path, claim("two people were killed", "killed", 2, salience="background")
    )

    assert figures(folder) == Row(core=0, found=0, proposed=2, right=1, speakers=0)


def test_a_claim_given_to_the_wrong_speaker_is_found_but_not_rightly_spoken(tmp_path: Path) -> None:
    folder = annotated(tmp_path, claim("two people were killed", "killed", 2, claimant=OUTLET))

    assert (figures(folder).found, figures(folder).speakers) == (1, 0)


def test_the_command_prints_a_row_a_question_and_what_went_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = annotated(
        tmp_path, claim("two people were killed", "killed", 2), claim("Nine", "missing", 9)
    )

    call_command("score_suggestions", folder, "--list")

    printed = capsys.readouterr().out.splitlines()
    assert ["killed", "en", "1", "1.00", "1", "1.00", "1.00"] in [row.split() for row in printed]
    assert "  one.txt missing (9, 9, 'exactly'): Nine" in printed
    assert "  one.txt injured: Nine were hurt" in printed
    assert re.fullmatch(r"one\.txt: \d+ ms", printed[-1])


def test_a_folder_without_annotation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no annotations\.json"):
        call_command("score_suggestions", tmp_path)


def test_the_reports_are_read_as_well_as_was_promised() -> None:
    folder = settings.BASE_DIR / os.environ.get("CLAIMLINE_REPORTS", "../shared/reports")
    if not (folder / "annotations.json").is_file():
        pytest.skip(f"no reports in {folder}: set CLAIMLINE_REPORTS to the folder that has them")

    found = score(folder, gazetteer_names())

    with_figures = found.figures["en"]
    assert with_figures.found >= 0.9 * with_figures.core
    assert with_figures.right >= 0.8 * with_figures.proposed
    assert with_figures.speakers >= 0.8 * with_figures.found
    statements = Row()
    for family in STATEMENTS:
        statements.add(found.rows[family, "en"])
    assert statements.found >= 0.75 * statements.core
    assert statements.right >= 0.7 * statements.proposed


def test_texts_of_our_own_are_read_in_every_language() -> None:
    found = score(settings.BASE_DIR / "sources" / "tests" / "data" / "held_out", gazetteer_names())

    for language in ("en", "ru", "uk"):
        row = found.figures[language]
        assert row.found >= 0.9 * row.core, language
        assert row.right >= 0.75 * row.proposed, language
        assert row.speakers >= 0.8 * row.found, language
