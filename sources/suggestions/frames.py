"""Who says what in one sentence: “X said on Telegram”, “according to X”, «повідомив X»."""

from dataclasses import dataclass, replace

from sources.suggestions.marked import Marked
from sources.suggestions.naming import Naming
from sources.suggestions.proposals import Speaker
from sources.suggestions.speakers import Memory


@dataclass(frozen=True, slots=True)
class Frame:
    """`start` to `end`: tokens of the words that name the speaker and say that they speak.

    `first` to `last`: tokens of what they say. `backwards`: the sentences before are theirs too.
    """

    speaker: Speaker
    verb: int
    start: int
    end: int
    first: int
    last: int
    backwards: bool = False
    carries: bool = True


def frames(marked: Marked, memory: Memory) -> list[Frame]:
    """In order of their verbs. Who speaks is kept in `memory`."""
    return _Frames(marked, memory).read()


class _Frames:
    """Of one sentence."""

    def __init__(self, marked: Marked, memory: Memory) -> None:
        self.marked = marked
        self.naming = Naming(marked, memory)
        self.tokens = marked.tokens
        # “Claimed the lives of”
        self._passive = frozenset(hit.start for hit in marked.hits("speech", "passive"))
        self._kills = marked.covered("object", "killed") | marked.covered("subject", "killed")

    def read(self) -> list[Frame]:
        found: list[Frame] = []
        according = self.marked.hits("speech", "according")
        for hit in according:
            own = next((at for at in range(hit.start, hit.end) if at in self.naming.pronouns), None)
            ends = (own, hit.end) if own is not None else self.naming.right(hit.end)
            speaker = None
            if own is not None:  # «по его словам»
                speaker = self.naming.memory.named_by(self.marked.low(own))
            elif ends:
                speaker = self.naming.speaker(*ends)
            if ends and speaker:
                found.append(self._about(hit.start, ends[1], speaker))
        taken = {at for hit in according for at in range(hit.start, hit.end)}
        taken |= self.marked.covered("attack", "silent")
        taken |= self.marked.covered("speech", "passive") - self._passive
        for verb in sorted(self.naming.says - taken):
            if not self._is_speech(verb):
                continue
            if frame := self._said(verb, found):
                found.append(frame)
        if not found and (signed := self._signed()):
            found.append(signed)
        if not found:
            self.naming.introduced()
        return self._bounded(self._relayed(sorted(found, key=lambda one: one.verb)))

    def _relayed(self, frames: list[Frame]) -> list[Frame]:
        """“TASS reports, citing the governor”: the governor's, and the agency relays it."""
        cites = {hit.start for hit in self.marked.hits("speech", "relay")}
        found: list[Frame] = []
        for frame in frames:
            last = found[-1] if found else None
            if not last or not self._adjoin(last, frame):
                found.append(frame)
                continue
            if frame.start in cites:
                cited, agency = frame, last
            elif last.start in cites:
                cited, agency = last, frame
            else:
                found.append(frame)
                continue
            by = agency.speaker.name or agency.speaker.role
            start, end = min(last.start, frame.start), max(last.end, frame.end)
            found[-1] = self._about(start, end, replace(cited.speaker, relayed_by=by))
        return found

    def _adjoin(self, one: Frame, other: Frame) -> bool:
        return all(
            self.marked.low(at) == "," or at in self.naming.between | self.naming.channels
            for at in range(one.end, other.start)
        )

    def _signed(self) -> Frame | None:
        """«…загинули двоє людей, — Петренко.»: a dash and a name, and no verb."""
        end = len(self.tokens)
        while end > 0 and end - 1 in self.marked.marks:
            end -= 1
        start = end
        while start > 0 and end - start <= 6 and start - 1 not in self.marked.marks:
            start -= 1
        signed = start > 1 and self.marked.low(start - 1) in ("—", "–", "-")
        named = start < end and (self.tokens[start].capital or start in self.naming.roles)
        if self.marked.lexicon.english or not signed or not named:
            return None
        inside = set(range(start, end))
        plain = all(self.tokens[at].capital or at in self.naming.actors for at in inside)
        speaker = self.naming.speaker(start, end) if plain else None
        return Frame(speaker, start, start, end, 0, start) if speaker else None

    def _is_speech(self, verb: int) -> bool:
        """Not “the reported blasts”, “were said to” or “claimed 21 lives”."""
        claims = self.marked.low(verb).startswith("claim")
        if (claims and self.marked.low(verb + 1).isdigit()) or verb in self._kills:
            return False
        if verb in self._passive:
            return True
        adverbs = self.marked.covered("link", "adverb")
        before = verb - 1
        while before > 0 and before in adverbs:
            before -= 1
        if before < 0:
            return True
        other = self.marked.covered("link", "be", "article", "not")
        if self.marked.lexicon.english:
            other |= self.marked.covered("link", "definite")
        return before not in other and self.marked.low(before) not in ("to", "of", "for")

    def _said(self, verb: int, found: list[Frame]) -> Frame | None:
        low = self.marked.low(verb)
        earlier = [one for one in found if one.verb < verb]
        if self.marked.lexicon.english and low.endswith("ing"):
            return self._saying(verb, earlier)
        left = self.naming.left(verb)
        after = self.naming.past_channel(verb + 1)
        right = self.naming.right(after)
        if right and self._inverted(verb, after, left) and (speaker := self.naming.speaker(*right)):
            return self._ordered(speaker, verb, verb, right[1])
        if not left or (
            verb in self.marked.covered("speech", "weak") and not self.naming.certain(*left)
        ):
            return None
        speaker = self.naming.speaker(*left)
        end = verb + (3 if verb in self._passive else 1)  # “quoted as saying”
        return self._ordered(speaker, verb, left[0], end) if speaker else None

    def _saying(self, verb: int, earlier: list[Frame]) -> Frame | None:
        """“…, adding that”, “after initially stating”: who spoke last goes on."""
        if earlier:
            speaker: Speaker | None = earlier[-1].speaker
        else:
            newest = self.naming.memory.known[-1:] or self.naming.memory.bodies[-1:]
            speaker = replace(newest[0], carried=True) if newest else None
        if not speaker:
            return None
        return Frame(speaker, verb, verb, verb + 1, verb + 1, len(self.tokens))

    def _inverted(self, verb: int, after: int, left: tuple[int, int] | None) -> bool:
        """Whether the speaker follows the verb: «сообщил губернатор», “wrote Syrskyi”."""
        if after >= len(self.tokens) or after in self.marked.marks or after in self.marked.clauses:
            return False
        named = any(
            self.tokens[at].capital or at in self.naming.actors | self.naming.pronouns
            for at in range(
                after, min(after + (1 if self.marked.lexicon.english else 3), len(self.tokens))
            )
        )
        if not named:
            return False
        if self.marked.lexicon.english or left is None:
            return left is None
        # A subject right before the verb is nearer than an object after it.
        first = self.tokens[left[0]]
        adjoins = self.naming.subject_end(verb) == left[1]
        return not (
            adjoins and (first.capital or left[0] in self.naming.actors | self.naming.pronouns)
        )

    def _ordered(self, speaker: Speaker, verb: int, start: int, end: int) -> Frame:
        """The frame of a speaker and verb that stand before, or after, what is said."""
        carries = verb not in self.marked.covered("speech", "accuses")
        if told := self._told_before(verb):
            # «Об этом сообщил мэр» ends what was told before, and may begin more.
            if told > 1:
                return Frame(speaker, verb, start, end, 0, min(start, told), carries=carries)
            return Frame(
                speaker, verb, start, end, end, len(self.tokens), backwards=True, carries=carries
            )
        if self._follows(start, end):
            return Frame(speaker, verb, start, end, 0, start, carries=carries)
        return Frame(speaker, verb, start, end, start, len(self.tokens), carries=carries)

    def _told_before(self, verb: int) -> int:
        """Where “of this” ends before a verb: 0 for nowhere, 1 at the beginning of a sentence."""
        for hit in self.marked.hits("link", "of_what_was_told"):
            gap = range(hit.end, verb)
            if hit.end <= verb and self.naming.marked.marks.isdisjoint(gap) and len(gap) <= 6:
                return 1 if hit.start <= 1 else hit.start
        return 0

    def _follows(self, start: int, end: int) -> bool:
        """Whether the words said stand before: “…,” he said on Telegram."""
        if start < 2:
            return False
        before = self.tokens[start - 1]
        ended = end >= len(self.tokens) or self.marked.low(end) in (".", "!", "…")
        if ended and not self.marked.lexicon.english:
            return True  # «О двух погибших сообщил мэр.»
        if before.kind != "mark" and not before.quoted:
            return False
        after = self.naming.past_channel(end)
        if after >= len(self.tokens):
            return True
        if self.marked.low(after) == ":" or after in self.marked.clauses:
            return before.quoted
        ends = self.marked.low(after) in (".", ",", "!", "?")
        if not ends and not before.quoted and start - 1 <= len(self.tokens) - after:
            return False  # In the town, the mayor reported two dead.
        return ends or before.quoted or len(self.tokens) - after <= 5

    def _about(self, start: int, end: int, speaker: Speaker) -> Frame:
        """“According to X” says what follows it, or what stands before it."""
        whole = len(self.tokens)
        if start <= 2:
            back = start in self.marked.covered("link", "of_what_was_told") and whole - end <= 12
            return Frame(speaker, start, start, end, end, whole, back)
        if start - 1 in self.marked.clauses:
            return Frame(speaker, start, start, end, end, whole)
        return Frame(speaker, start, start, end, 0, whole if whole - end > 6 else start)

    def _bounded(self, frames: list[Frame]) -> list[Frame]:
        """Frames side by side end where the next begins; one within another stays within it."""
        found = []
        for at, frame in enumerate(frames):
            first, last = frame.first, frame.last
            for other in frames[:at]:
                if first < other.end <= frame.start and frame.last <= frame.start:
                    first = max(first, self._edge(other.end, frame.start))
            for other in frames[at + 1 :]:
                if not first <= other.start < last:
                    continue
                if other.first < other.start:  # its words stand before it, from here on
                    last = min(last, self._edge(frame.end, other.start))
                elif self._parts(other.start):
                    last = other.start
            found.append(replace(frame, first=first, last=max(last, first)))
        return found

    def _parts(self, at: int) -> bool:
        """Whether a new clause begins here: “, but local media claimed”."""
        return at - 1 in self.marked.clauses and at - 1 not in self.marked.covered("link", "that")

    def _edge(self, start: int, end: int) -> int:
        """Behind the first comma or before the first clause word between two frames."""
        for at in range(start, end):
            if self.marked.low(at) in (",", ";", "–", "—") or at in self.marked.clauses:
                return at + 1
        return start
