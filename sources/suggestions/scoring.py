"""Proposals held against claims that a person annotated: what was found, and what was invented.

The annotation is JSON of the schema `report_annotations/1`: texts with claims, each with type,
stance, value, control, claimant, salience and span. A proposal and a claim are one when

* the question is the same (types are mapped onto our questions below; a denial is matched by any
  proposal that denies or disputes, whatever the question),
* their spans overlap,
* the figure is the same: both bounds and the qualifier, or both vague; a claim without a figure
  may be proposed with a vague one,
* of claims of control, the status is the same.

Each claim and each proposal is used once. Recall counts the core claims that were found; precision
counts the proposals that match any claim, core or not, so a second proposal of one claim is wrong.
A speaker is right when the family name of the claimant stands among the words that the proposal
names its speaker by, or, of bodies and unnamed officials, when most words of the shorter of the two
descriptions stand in the longer; a claim of the outlet's own needs a proposal without a speaker.
"""

import json
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sources.suggestions.languages import lexicon
from sources.suggestions.places import Gazetteer
from sources.suggestions.proposals import Proposal, Span
from sources.suggestions.reading import read

_QUESTIONS = {
    "event": "other",
    "background": "other",
    "alert": "other",
    "evacuated": "evacuation",
    "intercept": "interception",
    "forecast": "outlook",
    "verification_note": "verification",
    "no_comment": "responsibility",
}
_STATUSES = {
    "grey_zone": "contested",
    "losing_ground": "contested",
    "approaching": "advance",
    "entrenched": "entered",
    "not_captured": "not_full_control",
}
STATEMENTS = ("control", "responsibility", "denial", "verification")
_SIDES = {
    "russia": (
        "moscow",
        "kremlin",
        "russia",
        "росси",
        "росій",
        "росії",
        "росія",
        "москв",
        "кремл",
        "рф",
    ),
    "ukraine": ("kyiv", "kiev", "ukrain", "україн", "украин", "київ", "києв", "киев"),
}  # beginnings
_PLAIN = frozenset(
    ["the", "of", "and", "in", "for", "to", "its", "his", "by", "as", "an", "state", "local"]
)


@dataclass(frozen=True)
class Expected:
    question: str  # "" for a denial: any
    family: str  # the row it is counted in
    span: Span
    figure: tuple[int | None, int | None, str] | None
    status: str
    claimant: dict[str, Any]
    core: bool


@dataclass
class Row:
    core: int = 0
    found: int = 0
    proposed: int = 0
    right: int = 0
    speakers: int = 0  # right ones among `found`

    def add(self, other: "Row") -> None:
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Score:
    rows: dict[tuple[str, str], Row] = field(default_factory=lambda: defaultdict(Row))
    figures: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    misattributed: list[str] = field(default_factory=list)
    took: dict[str, float] = field(default_factory=dict)  # milliseconds, by text


def score(folder: Path, gazetteer: Gazetteer | None) -> Score:
    result = Score()
    annotation = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    for report in annotation["reports"]:
        # Offsets count the file as it is: universal newlines would move them.
        text = (folder / report["report_file"]).read_bytes().decode("utf-8")
        source = report["source"]
        language = source["language"]
        published = datetime.fromisoformat(source["date"]).astimezone()
        lexicon(language)  # read once a process, and no matter of the text
        start = time.perf_counter()
        proposals = read(
            text, language, published, publisher=source["publisher_guess"], gazetteer=gazetteer
        ).proposals
        result.took[report["report_file"]] = 1000 * (time.perf_counter() - start)
        _score(result, report["report_file"], text, language, list(_expected(report)), proposals)
    return result


def _expected(report: dict[str, Any]) -> Iterator[Expected]:
    for claim in report["claims"]:
        question = _QUESTIONS.get(claim["type"], claim["type"])
        value = claim["value"]
        if value and value["unit"] == "people_hospitalised":
            question = "hospitalised"
        if claim["type"] == "no_comment" and "ministry" in (claim["claimant"]["role"] or ""):
            question = "killed"
        control = claim["control"] or {}
        status = _STATUSES.get(control.get("status", ""), control.get("status", ""))
        if status == "liberated":
            status = "full_control" if control["by"] == "RU" else "recaptured"
        if status == "loss_possible":
            question, status = "outlook", ""
        denial = claim["type"] == "denial"
        figure = None
        if value and value["qualifier"]:
            vague = value["qualifier"] == "vague"
            ranged = value["low"] != value["high"] and value["qualifier"] == "exactly"
            figure = (
                None if vague else value["low"],
                None if vague else value["high"],
                "between" if ranged else value["qualifier"],
            )
        yield Expected(
            "" if denial else question,
            "denial" if denial else question,
            Span(claim["span"]["start"], claim["span"]["end"]),
            figure,
            status if question == "control" else "",
            claim["claimant"],
            claim["salience"] == "core",
        )


def _score(
    result: Score,
    name: str,
    text: str,
    language: str,
    expected: list[Expected],
    proposals: list[Proposal],
) -> None:
    pairs = _paired(expected, proposals)
    found = dict(pairs)
    matched = set(found.values())
    for at, claim in enumerate(expected):
        proposal = proposals[found[at]] if at in found else None
        row = Row()
        if claim.core:
            right = bool(proposal) and proposal is not None and speaks(claim, proposal)
            row = Row(core=1, found=int(at in found), speakers=int(right))
            where = f"{name} {claim.family} {claim.figure or claim.status}: {claim.span.of(text)}"
            if not proposal:
                result.missed.append(where)
            elif not right:
                speaker = proposal.speaker
                said = f"{speaker.name} {speaker.role}" if speaker else "outlet"
                result.misattributed.append(f"{where} <- {said}")
        result.rows[claim.family, language].add(row)
        if claim.figure:
            result.figures[language].add(row)
    for at, proposal in enumerate(proposals):
        row = Row(proposed=1, right=int(at in matched))
        denial = at in matched and any(
            expected[claim].family == "denial" for claim, other in pairs if other == at
        )
        stance = proposal.stance in ("denies", "disputes") and not proposal.control
        family = "denial" if denial or stance else proposal.question
        result.rows[family, language].add(row)
        if proposal.number:
            result.figures[language].add(row)
        if at not in matched:
            result.invented.append(f"{name} {family}: {proposal.span.of(text)}")


def _paired(expected: list[Expected], proposals: list[Proposal]) -> list[tuple[int, int]]:
    """Claims with proposals, the best fitting first, each used once."""
    fitting = []
    for at, claim in enumerate(expected):
        for other, proposal in enumerate(proposals):
            if _fits(claim, proposal):
                start = max(claim.span.start, proposal.span.start)
                shared = min(claim.span.end, proposal.span.end) - start
                longest = max(claim.span.end - claim.span.start, proposal.span.end - start)
                fitting.append((not speaks(claim, proposal), -shared / longest, at, other))
    taken: set[int] = set()
    used: set[int] = set()
    pairs = []
    for _, _, at, other in sorted(fitting):
        if at not in taken and other not in used:
            taken.add(at)
            used.add(other)
            pairs.append((at, other))
    return pairs


def _fits(claim: Expected, proposal: Proposal) -> bool:
    if not claim.span.overlaps(proposal.span):
        return False
    if not claim.question:
        return proposal.stance in ("denies", "disputes")
    figure = _figure(proposal)
    wordless = claim.figure is None and figure is not None and figure[2] == "vague"
    if claim.question != proposal.question or not (claim.figure == figure or wordless):
        return False
    return not claim.status or bool(proposal.control and proposal.control.status == claim.status)


def _figure(proposal: Proposal) -> tuple[int | None, int | None, str] | None:
    number = proposal.number
    return (number.low, number.high, number.qualifier) if number else None


def speaks(claim: Expected, proposal: Proposal) -> bool:
    claimant, speaker = claim.claimant, proposal.speaker
    if claimant["key"] == "publisher" or speaker is None:
        return claimant["key"] == "publisher" and speaker is None
    ours = _words(f"{speaker.name} {speaker.role}")
    if claimant["name"]:
        spellings = [claimant["name"], *claimant.get("variants", ())]
        families = {word for name in spellings for word in _words(name.split(" (")[0])}
        if families & _words(speaker.name):
            return True
        if speaker.name:
            return False
    theirs = _words(f"{claimant['organisation'] or ''} {claimant['role'] or ''}")
    shared = len(ours & theirs)
    return shared > min(len(ours), len(theirs)) / 2


def _words(text: str) -> set[str]:
    """Beginnings of the words that tell who it is; a country's names are one."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ё", "е"))
    found = set()
    for word in re.findall(r"\w+", plain):
        if word in _PLAIN or len(word) < 2:
            continue
        country = next((side for side, begins in _SIDES.items() if word.startswith(begins)), None)
        found.add(country or {"oblast": "regio"}.get(word, word[:5]))
    return found


def table(score: Score) -> Iterable[str]:
    """A row a question and language, the two groups that are aimed at, and the texts' times."""
    yield (
        f"{'question':16} {'language':8} {'core':>5} {'recall':>7} "
        f"{'proposed':>9} {'precision':>9} {'speaker':>8}"
    )
    for (family, language), row in sorted(score.rows.items()):
        yield _line(family, language, row)
    for language, row in sorted(score.figures.items()):
        yield _line("WITH FIGURES", language, row)
    for language in sorted({language for _, language in score.rows}):
        total = Row()
        for family in STATEMENTS:
            total.add(score.rows[family, language])
        yield _line("STATEMENTS", language, total)
    for name, took in score.took.items():
        yield f"{name}: {took:.0f} ms"


def _line(family: str, language: str, row: Row) -> str:
    def share(part: int, whole: int) -> str:
        return f"{part / whole:.2f}" if whole else "-"

    return (
        f"{family:16} {language:8} {row.core:5} {share(row.found, row.core):>7} "
        f"{row.proposed:9} {share(row.right, row.proposed):>9} {share(row.speakers, row.found):>8}"
    )
