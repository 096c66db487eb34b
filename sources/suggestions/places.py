"""Places that a gazetteer knows, in any case of their names, and which of several is meant.

The package knows no gazetteer: a caller passes one that answers `find`. `NameIndex` is one, made of
any list of names.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt
from typing import Protocol

from sources.suggestions.proposals import Mention, Span
from sources.suggestions.tokens import Sentence, Token

MOST_WORDS = 4
MOST_ALTERNATIVES = 5
_NEAR_KM = 100
_EARTH_KM = 6371
_MOST_ANCHORS = 30  # places of the text that nearness is measured to
# A place so much larger than its namesakes is meant wherever its name stands.
_FAMOUS, _TIMES = 100_000, 20
# At the beginning of a sentence any word has a capital; a small place is meant by few of them.
_SMALL = 10_000
_GIVEN_NAMES = """
vladimir volodymyr anna artem artyom bohdan ilya nikita olga olha stanislav nadezhda roza lida
владимир володимир анна ганна артем богдан илья никита ольга станислав станіслав надежда роза майя
лида борислав
"""
_GIVEN = frozenset(_GIVEN_NAMES.split())  # that are towns, too
_GIVEN_ENDINGS = ("а", "у", "ом", "ем", "ы", "и", "е", "і", "ой", "ою", "ю", "я", "'s", "")


@dataclass(frozen=True, slots=True)
class Known:
    """What a gazetteer knows of a place, by its own key. `within`: the places that it lies in.

    A population of None is one that nobody counted.
    """

    key: str
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    within: tuple[str, ...] = ()


class Gazetteer(Protocol):
    def find(self, words: tuple[str, ...]) -> Collection[Known]:
        """All places so named, in any grammatical case."""


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a text that name one of `places`."""

    span: Span
    places: tuple[Known, ...]
    first: bool  # a single word that begins its sentence


_ENDINGS = re.compile(
    "(?<=...)(?:ами|ями|ого|его|ому|ему|ими|ыми|ою|ею|ой|ей|ий|ый|ій|ая|яя|ое|ее|ые|ие|ых|их|ую|юю|"
    "ої|ій|им|ым|ом|ем|ів|ов|ові|еві|ах|ях|ам|ям|ию|ію|ия|ія|ії|ии|ью|ья)$|(?<=..)[юаяуыиіеоьйєї]$"
)
_LATIN_POSSESSIVE = re.compile("'s$")
_ALIKE = str.maketrans("ёєїґ’ʼ`", "ееіг'''")
_PLAIN = str.maketrans("ёґ’ʼ`", "ег'''")


def plain(name: str) -> str:
    """As names are compared: lower case, one apostrophe, ё as е, ґ as г, single spaces."""
    return " ".join(name.casefold().translate(_PLAIN).split())


def stem(word: str) -> str:
    """One form for the cases of a name whose forms are not known; for look-up only."""
    low = word.casefold().translate(_ALIKE)
    if low.isascii():
        return _LATIN_POSSESSIVE.sub("", low)
    if low.endswith(("щина", "щини", "щині", "щину", "щиною", "щины", "щине", "щиной")):
        return low[: low.rindex("щин") + 3]
    if re.search("[ії]в$|[ое]в$", low) and len(low) > 3:
        return low[:-2] + "в"
    cut = _ENDINGS.sub("", low)
    if re.search("[оеі]в$", cut) and len(cut) > 3:
        cut = cut[:-2] + "в"
    return cut


def _no_names(form: str) -> Collection[str]:
    return ()


class NameIndex:
    """Places by name. `names_of` tells which names a form is a case of; the rest go by stems."""

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        facts: Mapping[str, Known] | None = None,
        names_of: Callable[[str], Collection[str]] = _no_names,
    ) -> None:
        """`names`: pairs of key and name; `facts`: of each key, where something is known of it."""
        facts = facts or {}
        self._names_of = names_of
        self._exact: dict[str, dict[str, Known]] = defaultdict(dict)
        self._stems: dict[tuple[str, ...], dict[str, Known]] = defaultdict(dict)
        for key, name in names:
            place = facts.get(key) or Known(key)
            self._exact[plain(name)][key] = place
            if names_of(plain(name)):
                continue
            words = name.split()
            self._stems[tuple(map(stem, words))][key] = place
            if len(words) == 2 and words[0].endswith(("ська", "ская")) and words[1] == "область":
                self._stems[(stem(f"{words[0][:-4]}щина"),)][key] = place

    def find(self, words: tuple[str, ...]) -> Collection[Known]:
        form = plain(" ".join(words))
        found: dict[str, Known] = {}
        for name in dict.fromkeys([form, *self._names_of(form)]):
            found |= self._exact.get(name, {})
        return list((found or self._stems.get(tuple(map(stem, words)), {})).values())


def named(sentence: Sentence, gazetteer: Gazetteer) -> list[Named]:
    """The longest names first; one word belongs to one place."""
    tokens = sentence.tokens
    found = []
    at = 0
    while at < len(tokens):
        length = 0
        if tokens[at].kind == "word" and tokens[at].capital and not _given(tokens, at):
            length, places = _longest(tokens, at, gazetteer)
            if length:
                span = Span(tokens[at].start, tokens[at + length - 1].end)
                found.append(Named(span, tuple(places), at == 0 and length == 1))
        at += max(length, 1)
    return found


def _given(tokens: list[Token], at: int) -> bool:
    """“Vladimir Putin” is no town."""
    if at + 1 >= len(tokens) or not tokens[at + 1].capital:
        return False
    low = tokens[at].low
    return any(low.endswith(one) and low.removesuffix(one) in _GIVEN for one in _GIVEN_ENDINGS)


def _longest(tokens: list[Token], at: int, gazetteer: Gazetteer) -> tuple[int, Collection[Known]]:
    run = []
    for token in tokens[at : at + MOST_WORDS]:
        if token.kind != "word":
            break
        run.append(_LATIN_POSSESSIVE.sub("", token.text.replace("’", "'")))
    for length in range(len(run), 0, -1):
        if places := gazetteer.find(tuple(run[:length])):
            return length, places
    return 0, ()


def mentions(sentences: list[list[Named]]) -> list[list[Mention]]:
    """The place that is meant each time, sentence by sentence, with the others that may be.

    A famous one; else one in a region that the text names; else one near what the text names; else
    the largest.
    """
    every = [one for sentence in sentences for one in sentence]
    certain = {one.places[0].key: one.places[0] for one in every if len(one.places) == 1}
    ranked = {
        places: sorted(places, key=lambda place: _rank(place, places, certain))
        for places in {one.places for one in every}
    }
    elsewhere = {ranked[one.places][0].key for one in every if not one.first}
    return [
        [
            _mention(one.span, ranked[one.places])
            for one in sentence
            if not (one.first and _is_small(meant := ranked[one.places][0]))
            or meant.key in elsewhere
        ]
        for sentence in sentences
    ]


def _mention(span: Span, ranked: list[Known]) -> Mention:
    others = tuple(place.key for place in ranked[1 : MOST_ALTERNATIVES + 1])
    return Mention(span, ranked[0].key, others)


def _is_small(place: Known) -> bool:
    return place.population is not None and place.population < _SMALL


def _rank(
    place: Known, namesakes: tuple[Known, ...], certain: Mapping[str, Known]
) -> tuple[bool, int, bool, int]:
    """Lowest first."""
    size = place.population or 0
    famous = size >= _FAMOUS and all(
        _TIMES * (other.population or 0) <= size for other in namesakes if other is not place
    )
    regions = sum(key in certain for key in place.within)
    near = any(_apart(place, other) <= _NEAR_KM for other in list(certain.values())[:_MOST_ANCHORS])
    return not famous, -regions, not near, -size


def _apart(one: Known, other: Known) -> float:
    """Kilometres by the haversine; endless where it is not known where one of them lies."""
    if one.latitude is None or one.longitude is None:
        return inf
    if other.latitude is None or other.longitude is None:
        return inf
    north, other_north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
