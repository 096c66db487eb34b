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
