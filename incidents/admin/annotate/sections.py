"""The order in which the form of a claim asks, and what it asks only for some questions."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms

from incidents.admin.annotate.annotation import Annotation
from incidents.vocabulary import Question

COUNTED = frozenset(Question.values) - {
    Question.CONTROL,
    Question.MOVEMENT,
    Question.RESPONSIBILITY,
    Question.CAUSE,
    Question.VERIFICATION,
    Question.CALL_FOR_ACTION,
    Question.LEGAL,
    Question.OUTLOOK,
}


@dataclass(frozen=True)
class Section:
    """Rows of fields. `questions`: for which it is asked; for all where empty.

    `folded`: behind a disclosure. `within`: the choice that it belongs to, as name and value.
    """

    name: str
    title: str
    rows: list[list[forms.BoundField]]
    checked: bool
    folded: bool = False
    open: bool = False
    questions: str = ""
    within: str = ""
    description: str = ""

    @property
    def errors(self) -> bool:
        return self.checked and any(field.errors for row in self.rows for field in row)


@dataclass(frozen=True)
class _Asked:
    part: str
    name: str
    title: str
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    questions: frozenset[str] = frozenset()
    within: str = ""
    description: str = ""


_ASKED = (
    _Asked("words", "words", "The words", (("quote",),)),
    _Asked(
        "words",
        "outlet",
        "Where they stand, and what this outlet changed",
        (
            ("start", "end"),
            ("printed_role", "printed_figure"),
            ("printed_channel", "printed_scope"),
            ("lost_hedge",),
        ),
        folded=True,
    ),
    _Asked("where", "recorded", "Recorded already?", (("recorded",),), folded=True),
    _Asked("answer", "answer", "What is claimed", (("question", "stance"), ("text",))),
    _Asked(
        "answer",
        "figure",
        "Figure",
        (("qualifier", "low", "high"), ("vague_word", "unit"), ("group", "basis"), ("subset_of",)),
        folded=True,
        questions=COUNTED,
    ),
    _Asked(
        "answer",
        "control",
        "Control of a place",
        (("control_status",), ("control_place",), ("control_side",)),
        folded=True,
        questions=frozenset([Question.CONTROL]),
    ),
    _Asked(
        "answer",
        "verification",
        "Result of the check",
        (("verification",),),
        folded=True,
        questions=frozenset([Question.VERIFICATION]),
    ),
    _Asked(
        "answer",
        "accused",
        "Who is accused",
        (("accused",),),
        folded=True,
        questions=frozenset([Question.RESPONSIBILITY]),
    ),
    _Asked(
        "answer",
        "covers",
        "Hedges, and what it covers",
        (("hedges",), ("as_of", "as_of_precision"), ("left_out",)),
        folded=True,
    ),
    _Asked("where", "statement", "Who says it", (("statement",),)),
    _Asked(
        "statement",
        "speaker",
        "New statement",
        (("speaker",), ("role",), ("attribution", "channel")),
        within="where-statement=",
    ),
    _Asked(
        "speaker",
        "actor",
        "A new actor",
        (("name",), ("kind", "side"), ("organisation",)),
        folded=True,
        within="where-statement=",
        description="Only for a speaker whom the search does not find under any spelling.",
    ),
    _Asked(
        "statement",
        "said",
        "When it was said, and who passed it on",
        (("said_at",), ("said_precision", "zone"), ("said_inferred",), ("relayed_by",)),
        folded=True,
        within="where-statement=",
    ),
    _Asked("where", "incident", "About which incident", (("likely",),)),
    _Asked(
        "where",
        "other",
        "Another incident",
        (("incident",),),
        within="where-likely=other",
    ),
    _Asked(
        "incident",
        "new-incident",
        "A new incident",
        (
            ("kind",),
            ("title",),
            ("place", "place_precision"),
            ("earliest", "latest"),
            ("precision", "zone"),
            ("time_inferred",),
        ),
        within="where-likely=new",
    ),
)


def sections(annotation: Annotation) -> Iterator[Section]:
    question = annotation.answer["question"].value() or ""
    parts = annotation.parts
    for asked in _ASKED:
        part = parts[asked.part]
        rows = [[part.form[name] for name in row if name in part.form.fields] for row in asked.rows]
        rows = [row for row in rows if row]
        if not rows:
            continue
        fields = [field for row in rows for field in row]
        wrong = part.wanted and any(field.errors for field in fields)
        yield Section(
            asked.name,
            asked.title,
            rows,
            part.wanted,
            asked.folded,
            wrong or question in asked.questions,
            " ".join(sorted(asked.questions)),
            asked.within,
            asked.description,
        )
