"""Who is said to have done it, who denies it, and who says nothing."""

from sources.suggestions.control import negated
from sources.suggestions.marked import Marked
from sources.suggestions.patterns import Hit
from sources.suggestions.proposals import Proposal

_RESPONSIBLE = ("responsib", "involve", "ответствен", "причаст", "відповідальн", "причетн")
_REACH = 5  # tokens between a side and what it did


def blame(marked: Marked) -> list[Proposal]:
    """Blame, and attacks laid to a side. Claims of one clause are one claim."""
    silent = marked.covered("attack", "silent")
    found = [
        (hit.start, hit.end)
        for hit in marked.hits("attack", "blames")
        if silent.isdisjoint(range(hit.start, hit.end))
    ]
    found += _did(marked) + _theirs(marked) + _by(marked)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        last = merged[-1] if merged else None
        if last and (start < last[1] or _one_clause(marked, last[1], start)):
            merged[-1] = (last[0], max(last[1], end))
        else:
            merged.append((start, end))
    return [Proposal(marked.span(start, end), "responsibility") for start, end in merged]


def _one_clause(marked: Marked, start: int, end: int) -> bool:
    return not any(at in marked.marks or at in marked.clauses for at in range(start, end))


def _did(marked: Marked) -> list[tuple[int, int]]:
    """“Ukrainian forces attacked”: only the side's actors, adverbs and auxiliaries between."""
    actors = marked.covered("sides", "actor") | marked.covered("weapons")
    free = actors | marked.covered("link", "adverb", "be") | marked.covered("sides")
    found = []
    for did in marked.hits("attack", "does"):
        for side in marked.hits("sides", "russia", "ukraine"):
            gap = range(side.end, did.start)
            if side.end > did.start or len(gap) > _REACH:
                continue
            strange = [
                at for at in gap if at not in free and at not in marked.covered("attack", "does")
            ]
            if len(strange) > 1 or any(at in marked.marks or at in marked.clauses for at in gap):
                continue
            if gap or not marked.low(side.end - 1).endswith("'s"):  # not “Russia's attacks”
                found.append((side.start, did.end))
        if not marked.lexicon.english:
            found += _did_after(marked, did)
    return found


def _did_after(marked: Marked, did: Hit) -> list[tuple[int, int]]:
    """«атаковали российские войска»: the side after the verb, with who acted for it."""
    actors = marked.covered("sides", "actor")
    return [
        (did.start, side.end)
        for side in marked.hits("sides", "russia", "ukraine")
        if 0 <= side.start - did.end <= 2 and side.end in actors
    ]


def _theirs(marked: Marked) -> list[tuple[int, int]]:
    """“A Ukrainian missile strike”, «российский ракетный удар»."""
    found = []
    # «Украинская сторона обстрел не комментировала», “Kyiv denied strikes”
    others = marked.covered("attack", "denies") | marked.covered("speech", "says")
    if not marked.lexicon.english:
        others |= marked.covered("sides", "actor")
    for noun in marked.hits("attack", "noun"):
        for side in marked.hits("sides", "russia", "ukraine"):
            if marked.low(side.end - 1).endswith("'s"):
                continue
            between = set(range(side.end, noun.start))
            near = noun.start >= side.end and len(between) <= 1
            near = near and between.isdisjoint(others)
            if near and between.isdisjoint(marked.marks | marked.clauses | marked.covered("roles")):
                found.append((side.start, noun.end))
    return found


def _by(marked: Marked) -> list[tuple[int, int]]:
    """“Launched by Ukrainian nationalists”, «удар со стороны Украины»."""
    harm = ("killed", "injured", "damage", "weapon")
    acts = marked.covered("attack", "noun", "does") | marked.covered("weapons")
    acts |= marked.covered("object", *harm) | marked.covered("subject", *harm)
    causes = marked.covered("cause", "cause")
    found = []
    for by in marked.hits("attack", "by"):
        for side in marked.hits("sides", "russia", "ukraine"):
            if not 0 <= side.start - by.end <= 2 or not _one_clause(marked, by.end, side.start):
                continue
            before = range(max(0, by.start - 4), by.end - 1)
            if by.start in causes or any(at in marked.marks for at in before):
                before = range(by.start, by.end - 1)
            told = marked.lexicon.english and by.end - by.start > 1  # “perpetrated by”
            if told or any(at in acts for at in before):
                found.append((by.start, side.end))
    return found


def denials(marked: Marked, before: list[Proposal]) -> list[Proposal]:
    """“Denied”, “rejected”, “disputed”. `before`: what was claimed just before, newest last."""
    found = []
    disputes = {hit.start for hit in marked.hits("attack", "disputes")}
    silent = marked.covered("attack", "silent")
    for hit in marked.hits("attack", "denies"):
        if hit.start in silent:
            continue  # neither confirmed nor denied
        stance = "disputes" if hit.start in disputes else "denies"
        question = _denied(marked, hit, before)
        span = marked.span(hit.start, min(hit.end + 1, len(marked.tokens)))
        found.append(Proposal(span, question, stance))
    return found


def _denied(marked: Marked, hit: Hit, before: list[Proposal]) -> str:
    if any(marked.low(at).startswith(_RESPONSIBLE) for at in range(hit.end, hit.end + 4)):
        return "responsibility"
    after = range(hit.end, len(marked.tokens))
    for section, tag, question in (
        ("cause", "target", "target"),
        ("control", "full_control", "control"),
    ):
        if any(
            one.start in after and not marked.low(one.start).endswith("ing")
            for one in marked.hits(section, tag)
        ):
            return question
    if any(marked.low(at) in ("target", "цель", "целью", "ціль", "ціллю") for at in after):
        return "target"
    here = marked.tokens[hit.start].start
    told = [
        one
        for one in before
        if one.question in ("control", "responsibility")
        or (one.question == "target" and one.span.start < here)
    ]
    return told[-1].question if told else "responsibility"


def silences(marked: Marked) -> list[Proposal]:
    """“Did not comment”, “has not claimed responsibility”."""
    found = []
    toll = marked.covered("attack", "silent_toll")
    for hit in _apart(marked.hits("attack", "silent")):
        about = any(at in toll for at in range(hit.end, min(hit.end + 6, len(marked.tokens))))
        question = "killed" if about else "responsibility"
        found.append(Proposal(marked.span(hit.start, hit.end), question, "declines_to_comment"))
    return found


def admissions(marked: Marked) -> list[Proposal]:
    return [
        Proposal(marked.span(hit.start, hit.end), "responsibility", "partly_admits")
        for hit in _apart(marked.hits("attack", "admits"))
        if not negated(marked, hit)
    ]


def _apart(hits: list[Hit]) -> list[Hit]:
    """Without those that begin within another."""
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not found or hit.start >= found[-1].end:
            found.append(hit)
    return found
