"""Short forms of what is proposed, for tests to compare."""

from datetime import UTC, datetime

from sources.suggestions.places import NameIndex
from sources.suggestions.proposals import Proposal
from sources.suggestions.reading import read

SUNDAY = datetime(2024, 5, 12, 12, 0, tzinfo=UTC)
PLACES = NameIndex(
    [
        ("belgorod", "Belgorod"),
        ("belgorod", "Белгород"),
        ("belgorod", "Бєлгород"),
        ("kharkiv", "Kharkiv"),
        ("kharkiv", "Харків"),
        ("kharkiv", "Харьков"),
        ("kharkiv-oblast", "Kharkiv Oblast"),
        ("kharkiv-oblast", "Харківська область"),
        ("kharkiv-oblast", "Харьковская область"),
        ("lysychansk", "Lysychansk"),
        ("lysychansk", "Лисичанськ"),
        ("lysychansk", "Лисичанск"),
        ("vovchansk", "Vovchansk"),
        ("vovchansk", "Вовчанськ"),
        ("vovchansk", "Волчанск"),
        ("kyiv", "Київ"),
        ("chasiv-yar", "Часів Яр"),
        ("avdiivka", "Авдіївка"),
        ("ukraine", "Ukraine"),
        ("russia", "Russia"),
    ]
)

Figure = tuple[str, int | None, int | None, str]


def proposals(text: str, *questions: str, language: str | None = None) -> list[Proposal]:
    found = read(text, language, published=SUNDAY, zone="Europe/Kyiv", gazetteer=PLACES).proposals
    return [one for one in found if not questions or one.question in questions]


def figures(text: str, language: str | None = None) -> list[Figure]:
    """Question, low, high and qualifier of what has a number."""
    return [
        (one.question, one.number.low, one.number.high, one.number.qualifier)
        for one in proposals(text, language=language)
        if one.number
    ]


def speakers(text: str, *questions: str) -> list[str]:
    """By name, else by role, of each proposal; "" for the outlet."""
    return [
        (one.speaker.name or one.speaker.role) if one.speaker else ""
        for one in proposals(text, *questions)
    ]


_SHOWN = {
    "exactly": "{0}", "at_least": "≥{0}", "more_than": ">{0}", "up_to": "≤{1}", "less_than": "<{1}",
    "about": "~{0}", "nearly": "~<{0}", "between": "{0}–{1}", "vague": "some",
}  # fmt: skip
_STANCES = {"denies": "denied", "disputes": "disputed", "declines_to_comment": "silent"}


def told(text: str, language: str | None = None) -> list[str]:
    """Question, figure or status, stance, then the speaker by family name or role: a line each.

    killed ≥3 · Петренко; control held ukraine; responsibility denied · Кремль.
    """
    lines = []
    for one in proposals(text, language=language):
        words = [one.question]
        if one.number:
            words.append(_SHOWN[one.number.qualifier].format(one.number.low, one.number.high))
        if one.control:
            words += [one.control.status, one.control.side]
        if one.verification:
            words.append(one.verification)
        if one.stance in _STANCES and not one.control:
            words.append(_STANCES[one.stance])
        if one.speaker:
            words += ["·", one.speaker.name.split()[-1] if one.speaker.name else one.speaker.role]
        lines.append(" ".join(words))
    return lines
