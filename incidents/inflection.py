"""Place names in the cases of Russian and Ukrainian, from the file that build_gazetteer writes.

For look-up only: forms are no names, and stand in no list of names and no document.
"""

import gzip
from functools import cache
from pathlib import Path

from sources.suggestions.places import plain

FILE = Path(__file__).resolve().parent / "gazetteer" / "forms.txt.gz"


def names_of(form: str) -> tuple[str, ...]:
    """The names, in the form of `plain`, that this may be a case of: Бахмуті, Сумах, Часового Яру.

    Itself, where it is a name; nothing, where the file knows none.
    """
    return _names().get(plain(form), ())


@cache
def _names() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        for line in file:
            beginning, *endings = line.rstrip("\n").split("|")
            name = beginning + endings[0]
            for ending in endings:
                form = beginning + ending
                if name not in found.get(form, ()):
                    found[form] = (*found.get(form, ()), name)
    return found
