"""Who is said to hold, take, enter, leave or fight for a place."""

from sources.suggestions.marked import Marked
from sources.suggestions.numbers import quantities
from sources.suggestions.patterns import Hit
from sources.suggestions.proposals import Control, Mention, Number, Proposal, Span

# Where phrases overlap, the first of these is meant.
_ORDER = (
    "not_liberated",
    "partial_control",
    "annexation_declared",
    "recaptured",
    "held",
    "contested",
    "encircled",
    "withdrawn",
    "entered",
    "advance",
    "full_control",
    "lose",
)
_NEGATED = {"full_control": "not_full_control", "encircled": "not_encircled"}
# They are said of a front, or of a place named before.
_PLACELESS = ("contested", "encircled", "held", "not_liberated", "advance", "entered", "withdrawn")
_FIGHTING = ("fighting", "battle", "бои", "боев", "бої", "боїв")
_NEAR = 12  # tokens
_CONTROL = ("control", "контрол")
_OF = frozenset(["of", "by", "to"])
# Of the cases, other than the subject's, in which who holds a place stands after the words.
_NOT_SUBJECT = (
    "ии", "ії", "ины", "їни", "ых", "их", "ыми", "ими", "іми", "ской", "ської", "ским", "ським",
    "ов", "ів", "ом", "ами", "вы", "ви", "ва", "рф", "всу", "зсу", "сил",
)  # fmt: skip
_FREED = ("liberat", "освобо", "звільн", "визвол")


def control(marked: Marked, places: list[Mention]) -> list[Proposal]:
    found: list[Proposal] = []
    for hit in _chosen(marked):
        place = _place(marked, hit, places)
        if not place and not _stands_alone(marked, hit):
            continue
        if hit.tag == "lose" and not _possible(marked, hit):
            continue
        one = _proposal(marked, hit, place)
        if not any(_same(one, other) for other in found):
            found.append(one)
    return found


def _stands_alone(marked: Marked, hit: Hit) -> bool:
    """Whether it is of control though no place is named: “took” alone may be of anything."""
    sided = any(_near(one, hit) for one in marked.hits("sides"))
    return (
        (hit.tag == "contested" and _fights(marked, hit))
        or _speaks_of_control(marked, hit)
        or (sided and hit.tag in _PLACELESS)
    )


def _fights(marked: Marked, hit: Hit) -> bool:
    return any(marked.low(at).startswith(_FIGHTING) for at in range(hit.start, hit.end))


def _same(one: Proposal, other: Proposal) -> bool:
    """One thing said twice in a sentence."""
    if one.question == other.question == "outlook":
        return True
    mine, theirs = one.control, other.control
    if mine and mine.status == "under_control_not_liberated":
        return False
    return bool(mine and theirs) and (mine, one.number) == (theirs, other.number)


def _chosen(marked: Marked) -> list[Hit]:
    hits = [hit for hit in marked.hits("control") if hit.tag in _ORDER]
    taken: set[int] = set()
    found = []
    for hit in sorted(hits, key=lambda one: (_ORDER.index(one.tag), one.start - one.end)):
        words = set(range(hit.start, hit.end))
        if not words & taken:
            taken |= words
            found.append(hit)
    return sorted(found, key=lambda one: one.start)


def _speaks_of_control(marked: Marked, hit: Hit) -> bool:
    return any(marked.low(at).startswith(_CONTROL) for at in range(hit.start, hit.end))


def _near(one: Hit, other: Hit) -> bool:
    return one.start < other.end + _NEAR and other.start < one.end + _NEAR


def _place(marked: Marked, hit: Hit, places: list[Mention]) -> Span | None:
    """The place nearest to the words, what follows them first."""
    sides = {marked.span(one.start, one.end) for one in marked.hits("sides")}
    spans = [mention.span for mention in places if mention.span not in sides]
    spans += [marked.span(one.start, one.end) for one in marked.hits("control", "place")]
    spans += [marked.span(one.start, one.end) for one in marked.hits("settlements")]
    here = marked.span(hit.start, hit.end)
    within = marked.span(max(0, hit.start - _NEAR), min(len(marked.tokens), hit.end + _NEAR))
    near = [span for span in spans if within.start <= span.start and span.end <= within.end]
    named = {mention.span for mention in places}

    def far(span: Span) -> tuple[bool, int]:
        distance = (
            span.start - here.end if span.start >= here.start else 2 * (here.start - span.end)
        )
        return span not in named, max(distance, 0)

    return min(near, key=far, default=None)


def negated(marked: Marked, hit: Hit) -> bool:
    """A “not” before it, in its clause."""
    for at in range(hit.start - 1, max(hit.start - 6, -1), -1):
        if at in marked.marks:
            return False
        if at in marked.covered("link", "not"):
            return True
    return any(at in marked.covered("link", "not") for at in range(hit.start, hit.end))


def _denied(marked: Marked, hit: Hit) -> bool:
    """“Denied that the city was surrounded”."""
    for denial in marked.hits("attack", "denies"):
        gap = range(denial.end, hit.start)
        that = [at for at in gap if marked.low(at) in ("that", "что", "що")]
        if that and that[0] - denial.end <= 1:
            spoken = {one.start for one in marked.hits("speech", "says")}
            return not any(at in spoken for at in gap)
    return False


def _possible(marked: Marked, hit: Hit) -> bool:
    may = marked.covered("link", "may")
    for at in range(hit.start - 1, max(hit.start - 9, -1), -1):
        if at in marked.marks:
            break
        if at in may:
            return True
    # “The capture of the town may take months.”
    reach = _NEAR if hit.tag == "lose" else 3
    return any(at in may for at in range(hit.end, hit.end + reach))


def _proposal(marked: Marked, hit: Hit, place: Span | None) -> Proposal:
    status = hit.tag
    stance = "asserts"
    number = None
    denied = _denied(marked, hit)
    if _possible(marked, hit):
        return Proposal(_span(marked, hit, place), "outlook")
    unfinished = any(one.start > hit.end for one in marked.hits("control", "not_liberated"))
    partly = unfinished and status == "full_control" and not negated(marked, hit)
    if status == "not_liberated" or partly:
        status = "under_control_not_liberated"
    elif status == "full_control" and any(
        marked.low(at) in ("neither", "ни", "ні") for at in range(max(0, hit.start - 6), hit.start)
    ):
        status = "contested"
    elif (denied or negated(marked, hit)) and status in _NEGATED:
        status, stance = _NEGATED[status], "denies"
    elif denied or negated(marked, hit):
        stance = "denies"
    side = _holder(marked, hit)
    if status == "full_control":
        number = _settlements(marked, hit)
        if side == "ukraine" and any(
            marked.low(at).startswith(_FREED) for at in range(hit.start, hit.end)
        ):
            status = "recaptured"
    return Proposal(
        _span(marked, hit, place),
        "control",
        stance,
        number,
        Control(status, side if status != "contested" else "none", place),
    )


def _span(marked: Marked, hit: Hit, place: Span | None) -> Span:
    """From the words to the place that follows them, or from the place before."""
    span = marked.span(hit.start, hit.end)
    if place:
        return Span(min(span.start, place.start), max(span.end, place.end))
    return span


def _holder(marked: Marked, hit: Hit) -> str:
    """The side that takes or holds: after “of” or “by”, else the last one named before."""
    hits = marked.hits("sides", "russia", "ukraine", "enemy")
    after = [one for one in hits if hit.end <= one.start <= hit.end + 5]
    before = [one for one in hits if one.start < hit.end]
    if inside := [one for one in hits if hit.start < one.start < hit.end]:
        return inside[-1].tag
    if after and _holds(marked, hit, after[0]):
        return after[0].tag
    return before[-1].tag if before else ""


def _holds(marked: Marked, hit: Hit, side: Hit) -> bool:
    """“Control of Russian forces”, «под контроль России», «окружён российскими войсками»."""
    low = marked.low(side.start)
    if marked.lexicon.english:
        told = any(marked.low(at) in _OF for at in range(hit.end - 1, side.start + 1))
        return told and (low.endswith(("n", "'s", "s")) or marked.low(side.start - 1) == "by")
    return side.start <= hit.end + 1 and low.endswith(_NOT_SUBJECT)


def _settlements(marked: Marked, hit: Hit) -> Number | None:
    for one in quantities(marked):
        adjoining = hit.start <= one.start <= hit.end + 1
        if (one.kind == "settlements" and abs(one.start - hit.end) <= 4) or (
            one.kind == "bare" and adjoining
        ):
            return Number(
                marked.span(one.start, one.end), one.low, one.high, one.qualifier, "settlements",
                word=one.word,
            )  # fmt: skip
    return None
