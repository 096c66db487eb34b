"""Counts bound to what befell the counted: killed, injured, damaged, intercepted …

Each number of a sentence goes to the nearest word that tells of such a thing, on the side of it
where English has its object or subject; Russian and Ukrainian have them on either. Numbers joined
by “and” share what one of them is bound to, and its hedge.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from sources.suggestions.marked import Marked
from sources.suggestions.numbers import OF, Quantity, number_at, quantities
from sources.suggestions.predicates import Predicate, predicates
from sources.suggestions.proposals import Number, Proposal, Span

_PEOPLE = frozenset(
    ["killed", "injured", "hospitalised", "missing", "trapped", "rescued", "evacuation", "legal"]
)
_FITTING = {
    "people": _PEOPLE,
    "things": frozenset(["damage"]),
    "weapons": frozenset(["interception", "weapon"]),
    "bare": _PEOPLE | {"damage", "interception"},
    "dead": frozenset(["hospitalised"]),  # 48 injured were taken to hospital
    # Of a noun that the lexicon does not know, only what stands beside it is told.
    "other": _PEOPLE | {"damage"},
}
_BESIDE = 1
_FARTHEST = 9
_COMMA = 2
_BREAKS = frozenset(";:()")


@dataclass(frozen=True, slots=True)
class Figure:
    quantity: Quantity
    question: str
    start: int
    end: int
    counted: Span  # of the quantity, wherever its sentence is
    part_of: Span | None = None


Bound = dict[int, Figure]  # by the first token of the quantity


def figures(marked: Marked, previous: list[Figure]) -> list[Figure]:
    """Of one sentence. `previous`: those of the sentence before, for “among them two children”."""
    counted = [one for one in quantities(marked) if one.kind != "other" or _plain(marked, one)]
    if not counted:
        return []
    listed = frozenset(one.start - 1 for one in counted if marked.low(one.start - 1) == ":")
    scene = _Scene(marked, counted, _asides(marked), listed)
    tellers = predicates(marked)
    bound = _self_told(marked, counted)
    bound |= _nearest(scene, [one for one in tellers if one.question != "weapon"], bound)
    # One missile is both fired and shot down, and that is two claims; but of those that were only
    # fired, none was shot down because it stands beside one that was.
    fired = _nearest(scene, [one for one in tellers if one.question == "weapon"], {})
    _share(scene, fired, frozenset(bound))
    _share(scene, bound, frozenset(fired))
    found = [bound[at] for at in sorted(bound)]
    return _parts(scene, found, previous) + [fired[at] for at in sorted(fired)]


@dataclass(frozen=True)
class _Scene:
    """A sentence with what it counts, and where it says “including …”: tokens [start, end)."""

    marked: Marked
    counted: list[Quantity]
    asides: list[tuple[int, int]]
    listed: frozenset[int]  # colons right before a number

    @cached_property
    def reach(self) -> int:
        """Tokens from a number to what is told of it; asides and auxiliaries do not count."""
        return (4 if self.asides else 2) * _FARTHEST

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(one.kind for one in self.counted)

    def question(self, one: Quantity, predicate: Predicate) -> str:
        """What the predicate says of such a thing; "" if it says nothing of it."""
        question = predicate.question
        if question == "weapon" and (one.share or (one.implied and one.low is None)):
            return ""
        if question == "rescued" and one.implied and one.low is None:
            return ""  # “rescuers” are not the rescued
        if one.kind == "bare":
            needed = {"damage": "things", "interception": "weapons"}.get(question)
            if one.qualifier == "vague" or (needed and needed not in self.kinds):
                return ""
        return question if question in _FITTING.get(one.kind, ()) else ""

    def aside(self, one: Quantity) -> tuple[int, int] | None:
        return next((ends for ends in self.asides if ends[0] <= one.start < ends[1]), None)

    def cost(self, one: Quantity, predicate: Predicate, tellers: list[Predicate]) -> int | None:
        """Words between the two, commas dearer; nothing if they do not belong together."""
        if predicate.start < one.end and one.start < predicate.end:
            return 0
        leftwards = one.end <= predicate.start
        if not (predicate.left if leftwards else predicate.right):
            return None
        aside = self.aside(one)
        if aside and not aside[0] <= predicate.start < aside[1]:
            return None
        first, last = (one.end, predicate.start) if leftwards else (predicate.end, one.start)
        gap = set(range(first, last))
        for start, end in self.asides:
            if (start, end) == aside:
                continue
            if start <= predicate.start < end and number_at(self.marked, start):
                return None  # 30 drones, 28 of them shot down
            gap.difference_update(range(start, end))
        cost = self._length(gap)
        if cost is None or (one.kind == "other" and cost > _BESIDE):
            return None
        if any(other.start in gap and other.question != predicate.question for other in tellers):
            cost += 4
        if any(other.start in gap and not other.implied for other in self.counted):
            cost += 3
        return cost if cost <= _FARTHEST else None

    def _length(self, gap: set[int]) -> int | None:
        """Of the tokens between; nothing where another clause begins in them."""
        marked = self.marked
        if not gap.isdisjoint(marked.clauses - marked.covered("link", "relative")):
            return None
        if any(marked.low(at) in _BREAKS for at in gap - self.listed):
            return None
        gap = self._without_apposition(gap)
        commas = gap & marked.marks
        words = gap - marked.marks - marked.covered("link", "be", "adverb")
        return len(words) + _COMMA * len(commas)

    def _without_apposition(self, gap: set[int]) -> set[int]:
        """“Two people, a couple in their sixties, were killed”: what stands between commas."""
        commas = sorted(at for at in gap if self.marked.low(at) == ",")
        if len(commas) != 2 or commas[0] != min(gap):
            return gap
        inside = set(range(commas[0], commas[1]))
        counted = any(one.start in inside and not one.implied for one in self.counted)
        return gap if counted else gap - inside


def _plain(marked: Marked, one: Quantity) -> bool:
    """Whether one word follows the number, which may be what was counted: 30 pavilions."""
    return one.low is not None and one.end > one.noun and not one.implied


def _at(marked: Marked, one: Quantity) -> Span:
    return marked.span(one.start, one.end)


def _asides(marked: Marked) -> list[tuple[int, int]]:
    """Tokens [start, end) of “including two children”, to the comma or the verb after."""
    found = []
    be = marked.covered("link", "be")
    verbs = be | {hit.start for hit in marked.hits("speech", "says")}
    for hit in marked.hits("link", "including"):
        end = hit.end
        while end in be:  # among the dead were two children
            end += 1
        while end < len(marked.tokens) and end not in verbs:
            if end in marked.marks and marked.low(end) not in "-–—":
                break
            end += 1
        start = hit.start
        if start and number_at(marked, start - 1):  # sixteen people, seven of them children
            start -= 1
        found.append((start, end))
    return found


def _self_told(marked: Marked, counted: list[Quantity]) -> Bound:
    """Nouns that tell by themselves what befell: 12 dead, two bodies, пятеро раненых."""
    found = {}
    for one in counted:
        if one.tag == "fires" and (marked.lexicon.english or not one.implied):
            # “A fire broke out” counts none.
            fire = replace(one, low=None, high=None, qualifier="vague") if one.implied else one
            found[one.start] = Figure(fire, "damage", one.start, one.end, _at(marked, one))
        if one.kind == "dead":
            question = "other" if one.tag == "fragments" else one.tag
            found[one.start] = Figure(one, question, one.start, one.end, _at(marked, one))
    for toll in marked.hits("toll"):
        after = [
            one
            for one in counted
            if one.kind in ("bare", "people") and not one.implied and one.start >= toll.end
        ]
        if after and after[0].start - toll.end <= _FARTHEST:
            one = after[0]
            found[one.start] = Figure(one, toll.tag, toll.start, one.end, _at(marked, one))
    return found


def _nearest(scene: _Scene, tellers: list[Predicate], bound: Bound) -> Bound:
    """Each number with the nearest predicate that it fits; one number a predicate."""
    pairs = []
    for one in scene.counted:
        if one.start in bound and one.tag != "injured":
            continue
        for predicate in tellers:
            apart = max(one.start - predicate.end, predicate.start - one.end)
            if apart > scene.reach:
                continue
            question = scene.question(one, predicate)
            cost = scene.cost(one, predicate, tellers) if question else None
            if cost is not None:
                # “Two hurt, a house damaged”: a number without a noun counts people first.
                less = (one.implied and 1 + (one.low is None)) or (
                    one.kind == "bare" and question == "damage"
                )
                pairs.append((cost + less, one.start, predicate.start, question, one, predicate))
    pairs.sort(key=lambda pair: pair[:4])
    found: Bound = {}
    used: set[tuple[int, str]] = set()
    for cost, start, _, question, one, predicate in pairs:
        key = (predicate.start, question)
        if start in found or key in used:
            continue
        if one.implied and cost > (_COMMA + 2 if one.low is None else 8):
            continue
        used.add(key)
        ends = (min(one.start, predicate.start), max(one.end, predicate.end))
        found[start] = Figure(one, question, *ends, _at(scene.marked, one))
    return found


def _share(scene: _Scene, bound: Bound, others: frozenset[int]) -> None:
    """Give what a number is bound to, and its hedge, to the numbers joined to it by “and”.

    Not to `others`, of which something else is told.
    """
    marked = scene.marked
    # Without the 36 of “29 of 36 targets”
    counted = [
        one
        for one in scene.counted
        if not any(other.start < one.start < other.end for other in scene.counted)
    ]
    for first, second in [*pairwise(counted), *pairwise(reversed(counted))]:
        left, right = sorted((first, second), key=lambda one: one.start)
        told = bound.get(first.start)
        if (
            not told
            or second.start in bound
            or second.start in others
            or not _joined(marked, left, right)
        ):
            continue
        if second.kind not in ("people", "things", "weapons") or first.kind == "dead":
            continue
        if told.question not in _FITTING[second.kind]:
            continue
        if second.implied and first.kind != second.kind:
            continue
        if scene.aside(first) != scene.aside(second):
            continue
        bound[second.start] = Figure(
            second,
            told.question,
            min(told.start, second.start),
            max(told.end, second.end),
            _at(marked, second),
        )
    for left, right in pairwise(counted):
        told, also = bound.get(left.start), bound.get(right.start)
        if not told or not also or told.question != also.question or right.implied:
            continue
        between = range(left.end, right.start)
        shared = left.qualifier in ("at_least", "more_than") and right.qualifier == "exactly"
        shared = shared and not marked.covered("link", "and").isdisjoint(between)
        if shared and _joined(marked, left, right) and left.kind == right.kind:
            hedged = replace(right, low=right.low, high=None, qualifier=left.qualifier)
            bound[right.start] = replace(also, quantity=hedged)


def _joined(marked: Marked, left: Quantity, right: Quantity) -> bool:
    """Only “and”, commas and up to two modifiers stand between."""
    joint = marked.covered("link", "and")
    free = marked.covered("link", "pronoun", "definite")  # a boy and his mother
    between = [at for at in range(left.end, right.start) if at not in free]
    if left.kind == right.kind == "people":
        # A driver, 46, and a woman.
        between = [at for at in between if marked.tokens[at].kind != "number"]
    if not between or len(between) > 4:
        return False
    joins = [at for at in between if at in joint or marked.low(at) in (",", ":")]
    # «Пострадали шестеро, двое в тяжёлом состоянии»: a number without a noun begins anew.
    named = right.noun < right.end or any(at in joint for at in between)
    return named and len(joins) == len(between)


def _parts(scene: _Scene, found: list[Figure], previous: list[Figure]) -> list[Figure]:
    """“Including two children”: counted in the figure before, and of the same question."""
    marked = scene.marked
    told = {one.quantity.start: one for one in found}
    result = []
    for one in scene.counted:
        aside = scene.aside(one)
        own = told.get(one.start)
        if not aside or one.kind not in ("people", "bare", "things"):
            result += [own] if own else []
            continue
        before = [other for other in found if other.quantity.start < aside[0]] or previous
        # “Among the dead is a child”, whatever was counted last.
        among = [hit.tag for hit in marked.hits("dead") if aside[0] <= hit.start < one.start]
        if own and among and own.question != among[0] and _parted(marked, one, own):
            own = None  # “among the injured are two children: they were flown to hospital”
        question = own.question if own else among[0] if among else ""
        host = _host(one, before, question)
        part_of = host.counted if host else None
        if own:
            result.append(replace(own, part_of=part_of))
        elif marked.low(one.end) in OF and one.noun == one.end:
            continue  # two of them in a serious condition
        elif (
            (host or among) and one.low is not None and (one.kind, one.implied) != ("things", True)
        ):
            # Of 43 drones, 12 over one region: those are drones too.
            like = host.quantity if host and one.kind == "bare" else one
            same = replace(one, kind=like.kind, tag=like.tag)
            question = host.question if host else question
            where = _at(marked, one)
            result.append(Figure(same, question, one.start, one.end, where, part_of))
    return result


def _parted(marked: Marked, one: Quantity, own: Figure) -> bool:
    """Whether a mark stands between a number and what is told of it."""
    return not marked.marks.isdisjoint(range(one.end, own.end))


def _host(one: Quantity, before: list[Figure], question: str) -> Figure | None:
    """The newest figure that may include it; of the question, if one is known."""
    fitting = _FITTING.get(one.kind, frozenset())
    if question:
        return next((other for other in reversed(before) if other.question == question), None)
    hosts = [other for other in before if other.question in fitting]
    host = hosts[-1] if hosts else None
    if host and host.question == "hospitalised":
        # In hospital or not, one of them was certainly hurt.
        return next((other for other in hosts if other.question == "injured"), host)
    return host


def proposal(marked: Marked, figure: Figure) -> Proposal:
    one = figure.quantity
    question = figure.question
    span = marked.span(figure.start, figure.end)
    return Proposal(
        span,
        question,
        number=Number(
            marked.span(one.start, one.end),
            one.low,
            one.high,
            one.qualifier,
            _unit(marked, figure),
            one.tag if one.kind == "people" else "all",
            one.word,
        ),
        part_of=figure.part_of,
    )


def _unit(marked: Marked, figure: Figure) -> str:
    one = figure.quantity
    if figure.question == "other":
        return "body fragments"
    if figure.question == "damage":
        thing = one.tag or "buildings"
        outcomes = [
            hit.tag for hit in marked.hits("outcome") if figure.start <= hit.start < figure.end
        ]
        return f"{thing} {outcomes[0] if outcomes else 'damaged'}"
    if figure.question == "interception":
        return f"{one.tag or 'targets'} intercepted"
    if figure.question == "weapon":
        return one.tag
    return "people"
