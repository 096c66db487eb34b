"""Numbers that count something: digits and words, with hedge, range and the noun counted."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from sources.suggestions.marked import Marked
from sources.suggestions.patterns import Hit

_DASHES = frozenset("-–—")
_CASE_ENDING = re.compile(r"(\d{1,9})-(?:х|ти|ми|м|мя|ох|ьох|рьох|и|є|е|й|ых|их)$")
_LARGEST = 100_000_000  # no count of a report is larger, and the record's column has an end
_MODIFIERS = 4  # words between a number and its noun
_NOUNS = ("dead", "weapons", "things", "people", "settlements")
OF = frozenset(["of", "из", "із", "з"])
_THEM = frozenset(["them", "whom", "these", "those", "них", "которых", "яких"])
_DECLINED = ("ых", "их", "ыми", "ими", "ные", "тые", "ені", "ані", "иті", "ого")
_CURRENCY = frozenset("$€£№#")


@dataclass(frozen=True, slots=True)
class Quantity:
    """Tokens [start, end), hedge and noun with them; the noun alone from `noun` on.

    `kind` is the lexicon's section of the noun, "bare" for none, "other" for one that it does not
    know. `tag` is the entry there: a group of people, a kind of thing, what befell the dead.
    """

    start: int
    end: int
    noun: int
    low: int | None
    high: int | None
    qualifier: str
    kind: str
    tag: str
    word: str = ""
    share: bool = False  # 12 of 20
    implied: bool = False  # no number stands there: “a school”, “houses”


@lru_cache(maxsize=4)  # several rules ask of one sentence, one after the other
def quantities(marked: Marked) -> list[Quantity]:
    """Those with a number first given, then “a school” and “houses”; in order of place."""
    stated = _stated(marked)
    taken = {at for one in stated for at in range(one.start, one.end)}
    implied = [one for one in _implied(marked) if one.noun not in taken and one.start not in taken]
    return sorted([*stated, *implied], key=lambda one: one.start)


def _stated(marked: Marked) -> list[Quantity]:
    found: list[Quantity] = []
    noise = _not_counts(marked)
    vague = {hit.start: hit for hit in marked.hits("hedges", "vague")}
    at = 0
    while at < len(marked.tokens):
        quantity = None
        if at in vague and at not in noise and not _hedged_numeral(marked, at):
            hit = vague[at]
            words = marked.words(hit.start, hit.end)
            quantity = Quantity(hit.start, hit.end, hit.end, None, None, "vague", "bare", "", words)
            end = hit.end
        elif number := number_at(marked, at):
            low, high, end = number
            if not ({at, end - 1} & noise):
                quantity = _hedged(marked, at, end, low, high)
        else:
            end = at + 1
        if quantity:
            whole = _whole(marked, quantity.end) if marked.low(quantity.end) in OF else None
            quantity = _of_more(marked, _with_noun(marked, quantity))
            found.append(quantity)
            if whole and quantity.kind not in ("bare", "other"):
                found[-1] = replace(quantity, share=True)
                # Of 12 of 20 drones, the 20 were counted too.
                first = next(at for at in range(end, quantity.end) if number_at(marked, at))
                found.append(
                    replace(quantity, start=first, low=whole[0], high=whole[0], qualifier="exactly")
                )
            end = max(end, quantity.end if quantity.kind != "bare" else end)
        at = end
    return found


def _of_more(marked: Marked, quantity: Quantity) -> Quantity:
    """«22 дрона из 29»: the rest is not counted by itself."""
    if quantity.kind != "weapons" or quantity.share or marked.low(quantity.end) not in OF:
        return quantity
    whole = _whole(marked, quantity.end)
    return replace(quantity, end=whole[1], share=True) if whole else quantity


def _hedged_numeral(marked: Marked, at: int) -> bool:
    """«Около сотни»: vague by itself, a number behind a hedge."""
    hedges = [hit for hit in marked.hits("hedges") if hit.end == at]
    exact = any(hit.tag in ("at_least", "more_than", "up_to", "about") for hit in hedges)
    return exact and _numeral(marked, at) is not None


def number_at(marked: Marked, at: int) -> tuple[int, int, int] | None:
    """Low, high and where it ends."""
    first = _value(marked, at)
    if not first:
        return None
    low, end = first
    nxt = marked.low(end)
    if nxt in _DASHES or end in marked.covered("hedges", "to"):
        second = _value(marked, end + 1)
        joined = nxt in _DASHES or _ranged(marked, at, nxt)
        if second and joined and second[0] > low:
            return low, second[0], second[1]
    return low, low, end


def _ranged(marked: Marked, at: int, word: str) -> bool:
    """Whether “to” after a number makes a range of it: from 5 to 7, two or three."""
    if word in ("or", "to", "или", "або", "чи"):
        return True
    return at > 0 and any(hit.end == at for hit in marked.hits("hedges", "between"))


def _value(marked: Marked, at: int) -> tuple[int, int] | None:
    """The number that begins at a token, and where it ends."""
    total = part = 0
    end = at
    least = _LARGEST * 10  # the magnitude of the numeral before
    while end < len(marked.tokens):
        value = _numeral(marked, end)
        if value is None:
            break
        digits = marked.tokens[end].kind in ("number", "mixed")
        if value >= 100 and end > at and not digits and value in (100, 1000, 1_000_000):
            part = max(part, 1) * int(value)
            if value >= 1000:
                total, part, least = total + part, 0, int(value)
            else:
                least = 100
        elif end > at and (digits or value >= least or value >= 1000):
            break
        else:
            if isinstance(value, float) and not value.is_integer():
                return _scaled(marked, value, end)
            part += int(value)
            least = 10 if value >= 20 else 1
            if digits:
                least = 1
        if total + part > _LARGEST:
            return None
        end += 1
        if marked.low(end) == "." and marked.low(end - 1) in ("тыс", "млн", "тис"):
            end += 1
    return (total + part, end) if end > at else None


def _scaled(marked: Marked, value: float, at: int) -> tuple[int, int] | None:
    """1.3 million; a fraction of anything else counts nothing."""
    factor = marked.lexicon.numerals.get(marked.low(at + 1), 0)
    return (round(value * factor), at + 2) if factor >= 1000 else None


def _numeral(marked: Marked, at: int) -> float | None:
    token = marked.tokens[at]
    if token.kind == "number":
        if len(token.low) > 15:
            return None
        digits = token.low
        if re.fullmatch(r"\d+[.,]\d{1,2}", digits):
            return float(digits.replace(",", "."))
        return float(re.sub(r"\D", "", digits))
    if token.kind == "mixed":
        match = _CASE_ENDING.match(token.low)
        return float(match[1]) if match else None
    parts = token.low.split("-")
    known = [marked.lexicon.numerals.get(part) for part in parts[:3]]
    if all(value is not None for value in known) and len(parts) == len(known):
        return sum(value for value in known if value)
    return None


def _not_counts(marked: Marked) -> set[int]:
    """Tokens whose number is an age, address, date, distance, population or designation."""
    found: set[int] = set()
    measures = marked.hits("noise", "measure") + marked.hits("months")
    before = {hit.start for hit in measures}
    after = {hit.end for hit in [*marked.hits("noise", "not_count"), *marked.hits("months")]}
    hedges = {hit.end: hit.start for hit in marked.hits("hedges") if hit.tag != "vague"}
    people = marked.covered("people") | {
        at for at, token in enumerate(marked.tokens) if token.kind == "word" and token.capital
    }
    for at, token in enumerate(marked.tokens):
        start = hedges.get(at, at)
        previous, following = marked.low(at - 1), marked.low(at + 1)
        if previous in _CURRENCY or following in ("%", "°", "$", "€", "/", "°c"):
            found.add(at)
        if at + 1 in before or (following == "-" and at + 2 in before):
            found.add(at)
        if start in after and token.kind != "mark":
            found.add(at)
        if previous == "," and following in (",", ")") and at - 2 in people:
            found.add(at)  # a man, 45,
        if token.kind == "number" and re.fullmatch(r"(?:19|20)\d\d", token.low):
            alone = at + 1 >= len(marked.tokens) or marked.tokens[at + 1].kind == "mark"
            if alone or previous in ("in", "since", "of", "until", "by", "в", "у", "с", "з", "від"):
                found.add(at)
    return found


def _hedged(marked: Marked, at: int, end: int, low: int, high: int) -> Quantity:
    start = at - 1 if marked.low(at - 1) in ("a", "an") else at
    hedges = [
        hit
        for hit in marked.hits("hedges")
        if hit.end in (start, at) and hit.tag not in ("vague", "between", "to", "or_more")
    ]
    tags = {hit.tag for hit in hedges}
    start = min([start, *(hit.start for hit in hedges if hit.tag != "grown_to")])
    qualifier = "exactly"
    if low != high and _grown(marked, at):
        low, start = high, at
    elif low != high:
        qualifier = "between"
    elif "grown_to" not in tags:
        order = ("at_least", "up_to", "less_than", "more_than", "nearly", "about")
        qualifier = next((tag for tag in order if tag in tags), "exactly")
    if qualifier == "exactly" and any(hit.start == end for hit in marked.hits("hedges", "or_more")):
        qualifier = "at_least"
        end += 2
    elif qualifier == "exactly" and marked.low(end) == "+":
        qualifier = "at_least"
        end += 1
    bounds: tuple[int | None, int | None] = (low, high)
    if qualifier in ("at_least", "more_than"):
        bounds = (low, None)
    elif qualifier in ("up_to", "less_than"):
        bounds = (None, high)
    return Quantity(start, end, end, *bounds, qualifier, "bare", "")


def _grown(marked: Marked, at: int) -> bool:
    """“Rose from 19 to 21”: the first is no longer so."""
    between = [hit.start for hit in marked.hits("hedges", "between") if hit.end == at]
    return any(hit.end in between for hit in marked.hits("hedges", "grown"))


@lru_cache(maxsize=4)
def _nouns(marked: Marked) -> list[tuple[str, Hit]]:
    """Of one start the longest; where two are as long, the first of _NOUNS."""
    best: dict[int, tuple[str, Hit]] = {}
    for section in _NOUNS:
        for hit in marked.hits(section):
            held = best.get(hit.start)
            if not held or hit.end > held[1].end:
                best[hit.start] = (section, hit)
    return [best[start] for start in sorted(best)]


def _with_noun(marked: Marked, quantity: Quantity) -> Quantity:
    stops = _stops(marked)
    nouns = {hit.start: (section, hit) for section, hit in _nouns(marked)}
    at = quantity.end
    if marked.low(at) in OF and marked.low(at + 1) in _THEM and quantity.low != 1:
        at += 2  # seven of them children
    elif marked.low(at) == "of" and quantity.qualifier != "vague" and not _whole(marked, at):
        return replace(quantity, kind="other")  # one of them
    if marked.low(at) in OF and (second := _whole(marked, at)):
        at = second[1]  # 12 of 20 drones
    elif marked.low(at) in ("more", "other", "further"):
        at += 1
    for noun in range(at, min(at + _MODIFIERS + 1, len(marked.tokens))):
        if noun in nouns:
            section, hit = nouns[noun]
            # The last noun of a compound is what was counted: police officers, school buildings.
            while hit.end in nouns and (
                marked.lexicon.english or nouns[hit.end][0] == section == "things"
            ):
                section, hit = nouns[hit.end]
            tag = hit.tag if marked.lexicon.english else nouns[noun][1].tag
            return replace(quantity, end=hit.end, noun=noun, kind=section, tag=tag)
        if noun in stops and not _describes(marked, noun):
            break
    if quantity.end - 1 in marked.covered("link", "collective"):
        # Двое, троє: Russian and Ukrainian count only people so.
        return replace(quantity, kind="people", tag="all")
    bare = at >= len(marked.tokens) or at in stops
    return quantity if bare else replace(quantity, kind="other", end=_unknown(marked, at, stops))


def _unknown(marked: Marked, at: int, stops: frozenset[int]) -> int:
    """Where a noun, with an adjective before it, may end that the lexicon does not know."""
    end = at
    while end < min(at + 2, len(marked.tokens)) and end not in stops:
        if marked.tokens[end].kind != "word" or marked.tokens[end].capital:
            break
        end += 1
    return end


def _describes(marked: Marked, at: int) -> bool:
    """A participle that belongs to a noun after it: «42 сбитых беспилотника», 12 damaged homes."""
    told = any(hit.start == at and hit.end == at + 1 for hit in marked.hits("subject"))
    if marked.lexicon.english:
        return told and marked.low(at).endswith("ed") and _plural_at(marked, at + 1)
    return told and marked.low(at).endswith(_DECLINED)


def _plural_at(marked: Marked, at: int) -> bool:
    return any(hit.start == at and _plural(marked, hit) for _, hit in _nouns(marked))


def _whole(marked: Marked, of: int) -> tuple[int, int] | None:
    """The number after “of” or “of the”."""
    return _value(marked, of + 2 if marked.low(of + 1) == "the" else of + 1)


@lru_cache(maxsize=4)
def _stops(marked: Marked) -> frozenset[int]:
    """Words that no noun phrase of a number runs over."""
    found = set(marked.marks)
    found |= marked.covered("link", "be", "clause", "and", "preposition", "including", "not")
    found |= {hit.start for section in ("subject", "object") for hit in marked.hits(section)}
    found |= {hit.start for hit in marked.hits("speech", "says")}
    found |= {at for at in range(len(marked.tokens)) if _numeral(marked, at) is not None}
    return frozenset(found)


def _implied(marked: Marked) -> list[Quantity]:
    found = []
    articles = {hit.start for hit in marked.hits("link", "article")}
    definite = {hit.start for hit in marked.hits("link", "definite")}
    singular = {hit.end for hit in marked.hits("singular")}
    stops = set(marked.marks) | marked.covered(
        "link", "clause", "be", "and", "preposition", "including"
    )
    taken = -1
    for section, hit in _nouns(marked):
        if hit.start < taken or section == "settlements":
            continue
        taken = hit.end
        start = hit.start
        while start > 0 and hit.start - start < _MODIFIERS + 1 and start - 1 not in stops:
            start -= 1
            if start in articles or start in definite:
                break
        if start not in articles and start not in definite:
            start = hit.start
        one = start in articles or hit.end in singular
        known = start in definite and not (section == "things" and hit.tag == "parts")
        if section == "dead" or (known and section == "things"):
            continue
        if one or start in definite:
            if start in definite and section != "things" and not _plural(marked, hit):
                continue
            low: int | None = 1 if one or section == "things" else None
        else:
            start = hit.start
            low = None
            if marked.lexicon.english and not _plural(marked, hit):
                continue
        qualifier = "exactly" if low else "vague"
        found.append(
            Quantity(start, hit.end, hit.start, low, low, qualifier, section, hit.tag, implied=True)
        )
    return found


def _plural(marked: Marked, hit: Hit) -> bool:
    last = marked.low(hit.end - 1)
    return last.endswith("s") or last in ("people", "men", "women", "children", "personnel")
