"""Which words of a sentence name a speaker, and whom they name."""

from dataclasses import replace
from itertools import pairwise

from sources.suggestions.marked import Marked
from sources.suggestions.proposals import Speaker
from sources.suggestions.speakers import Memory

_LONGEST_NAME = 16  # tokens of the words that name a speaker
_LONGEST_CLAUSE = 14
_OPEN_MARKS = frozenset(";:()[]–—-?!…")
# In the cases in which a speaker is named.
_PATRONYMICS = (
    "ович", "овича", "овичу", "овичем", "евич", "евича", "евичу", "евичем",
    "овна", "овны", "овне", "овной", "евна", "евны", "евне", "евной",
    "івна", "івни", "івні", "івною", "ївна", "ївни", "ївні", "ївною",
)  # fmt: skip
_INNER = frozenset(["of", "to", "for", "from", "in"])


# Any head or official may be called so, whatever the full title was.
_GENERAL = (
    "official", "politician", "the head",
    "чиновник", "глав", "руководител", "градоначальник", "политик",
    "посадов", "очільник", "керівник", "градоначальник", "політик", "голов", "начальник ова",
)  # fmt: skip


class Naming:
    """Of one sentence. Words are tokens [start, end)."""

    def __init__(self, marked: Marked, memory: Memory) -> None:
        self.marked = marked
        self.memory = memory
        self.tokens = marked.tokens
        self.roles = marked.covered("roles", "role")
        self.bodies = marked.covered("roles", "body")
        self.actors = self.roles | self.bodies
        self.sides = marked.covered("sides", "russia", "ukraine")
        self.pronouns = marked.covered("link", "pronoun")
        self.channels = marked.covered("speech", "channel", "recipient")
        self.says = frozenset(hit.start for hit in marked.hits("speech", "says"))
        self.times = self._times()
        self.between = (
            marked.covered("link", "adverb", "be", "not") | self.times
        ) - self.pronouns  # what may stand between a subject and its verb

    def _times(self) -> frozenset[int]:
        """“On Sunday”."""
        found = set()
        for section in ("weekdays", "days"):
            for hit in self.marked.hits(section):
                found |= set(range(hit.start, hit.end))
                if self.marked.low(hit.start - 1) in ("on", "in", "в", "во", "у", "earlier"):
                    found.add(hit.start - 1)
        return frozenset(found)

    def subject(self, at: int, end: int) -> Speaker | None:
        """Who does what tokens [at, end) say."""
        passive = not self.marked.covered("link", "be").isdisjoint(range(max(at - 2, 0), at))
        by = end if self.marked.low(end) == "by" and passive else None
        if by is None and (ends := self.left(at)):
            return self.speaker(*ends)
        if end in self.actors | self.sides and not self.marked.lexicon.english:
            # «Ответственность взяла на себя СБУ»
            return self.speaker(*ends) if (ends := self.right(end)) else None
        for word in range(at, min(at + 6, len(self.tokens))):
            if self.marked.low(word) in ("from", "by", "от", "со", "від"):
                ends = self.right(word + 1)
                return self.speaker(*ends) if ends else None
        return None

    def introduced(self) -> None:
        """«Мэр Игорь Терехов поблагодарил …. По его словам, …»: he has not spoken, but is named."""
        if 0 not in self.roles:
            return
        runs = self._runs(0, min(len(self.tokens), _LONGEST_NAME))
        full = next((run for run in runs if run[1] - run[0] >= 2), None)
        if full and self.marked.marks.isdisjoint(range(full[1])):
            self.speaker(0, full[1])

    def left(self, verb: int) -> tuple[int, int] | None:
        """The words before the verb that name its subject."""
        marked = self.marked
        end = self.subject_end(verb)
        if end - 1 in marked.covered("link", "who") and marked.low(end - 2) == ",":
            end -= 2  # “Kyiv, which denied it”
        aside = False  # a comma right before the verb closes an apposition
        while marked.low(end - 1) == "," and end > 1:
            aside = True
            end = self.subject_end(end - 1)
            if end - 1 not in self.marked.marks:
                break
        if aside:
            end = self._before_relative(end)
        start = end
        commas = 0
        while start > 0 and end - start < _LONGEST_NAME:
            at = start - 1
            low = marked.low(at)
            crosses = self.tokens[at].quoted != self.tokens[verb].quoted
            if low in _OPEN_MARKS or (crosses and not self._quoted_name(at)):
                break
            if at in marked.clauses or at in self.says:
                break
            if at in marked.covered("link", "and") and not self._joint(at, end):
                break
            if low == ",":
                commas += 1
                if commas > 1 or not (aside or self._left_open(start, at)):
                    break
            start = at
        return self._trimmed(start, end)

    def right(self, start: int) -> tuple[int, int] | None:
        """The words from `start` on that name a speaker."""
        marked = self.marked
        stops = marked.clauses | self.says | self.times | marked.covered("link", "be")
        stops |= {hit.start for hit in marked.hits("speech", "channel", "relay")}
        start = self._past_recipient(start)
        if start in marked.covered("link", "preposition"):  # «сообщили в полиции»
            start += 1
        end = start
        while end < len(self.tokens) and end - start < _LONGEST_NAME:
            if end > start and end in stops:
                break
            low = marked.low(end)
            if low == "," and self._name_follows(start, end):
                end += 1
                continue
            abbreviates = low == "." and end + 1 < len(self.tokens)
            if end in marked.marks and not abbreviates:
                break
            if (
                end > start
                and end in marked.covered("link", "definite")
                and not marked.lexicon.english
            ):
                break
            end += 1
        while end > start and end - 1 in marked.covered("link", "preposition"):
            end -= 1
        return (start, end) if end > start and self._actor(start, end) else None

    def speaker(self, start: int, end: int) -> Speaker | None:
        marked = self.marked
        if end - start == 1 and start in self.pronouns:
            return self.memory.named_by(marked.low(start))
        while end > start and self.tokens[end - 1].kind == "mark":
            end -= 1
        if end <= start:
            return None
        end = self._without_participle(start, end)
        while end > start and end - 1 in marked.marks:
            end -= 1
        named = self._name(start, end)
        name = marked.words(*named) if named else ""
        inside = [at for at in range(start, end) if not named or not named[0] <= at < named[1]]
        role = " ".join(
            self.tokens[at].text
            for at in inside
            if at not in marked.covered("noise", "title") and at not in marked.marks
        )
        speaker = self.memory.resolve(
            Speaker(
                marked.span(start, end),
                name,
                role,
                self._side(start, end),
                self._kind(set(inside), name),
                self._channel(end),
            )
        )
        if not speaker.name and end - start <= 3:
            speaker = self._person_before(start, end, speaker) or self._named_before(speaker)
        self.memory.remember(speaker)
        return speaker

    def certain(self, start: int, end: int) -> bool:
        inside = set(range(start, end))
        return bool(inside & (self.actors | self.pronouns))

    def subject_end(self, verb: int) -> int:
        """Where the words end that stand before the verb and its adverbs."""
        end = verb
        while end > 0 and end - 1 in self.between:
            end -= 1
        return end

    def past_channel(self, at: int) -> int:
        free = self.channels | self.between
        while at < len(self.tokens) and at in free:
            at += 1
        return at

    def _before_relative(self, end: int) -> int:
        """“Petrenko, who heads the region, said”: where the clause between the commas begins."""
        who = self.marked.covered("link", "who")
        for at in range(end - 1, max(end - _LONGEST_CLAUSE, 1), -1):
            if self.marked.low(at) == "," and at + 1 in who:
                return at
            if self.marked.low(at) in _OPEN_MARKS:
                break
        return end

    def _quoted_name(self, at: int) -> bool:
        """A name in quotes within the subject: a representative of the “People's Militia”."""
        before = at
        while before >= 0 and self.tokens[before].quoted:
            before -= 1
        name = self.tokens[before + 1 : at + 1]
        titled = len(name) <= 3 and all(one.capital for one in name)
        titled = titled and (before in self.actors or before < 0)
        return titled or (len(name) < 5 and before in self.marked.covered("speech", "titled"))

    def _left_open(self, start: int, comma: int) -> bool:
        """“Arestovych, adviser to the president said”: an apposition without its second comma."""
        before = comma
        while before > 0 and self.tokens[before - 1].capital:
            before -= 1
        alone = before == 0 or before - 1 in self.marked.marks or before - 1 in self.marked.clauses
        return start in self.roles and alone and 0 < comma - before <= 4

    def _joint(self, at: int, end: int) -> bool:
        """“Military and civilian officials”: one subject."""
        after = set(range(at + 1, end))
        return bool(after & self.actors) and end - at <= 4 and at - 1 not in self.marked.marks

    def _trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        """From the first word on that can begin the name of a speaker."""
        marked = self.marked
        opening = marked.covered("link", "article", "definite") | self.pronouns
        opening |= self.actors | self.sides
        never = marked.covered("link", "preposition", "again", "and", "adverb") | self.times
        while start < end:
            token = self.tokens[start]
            begins = token.kind == "word" and start not in never
            # “Regional head”: an adjective of the role that follows.
            ahead = set(range(start + 1, start + 3)) & opening
            if begins and (
                start in opening or token.capital or ahead or not marked.lexicon.english
            ):
                break
            start += 1
        if not marked.lexicon.english:
            # «В Генштабе это опровергли»: what they deny is not who they are.
            objects = marked.covered("link", "definite", "object", "about")
            end = next((at for at in range(start, end) if at in objects), end)
        return (start, end) if start < end and self._actor(start, end) else None

    def _actor(self, start: int, end: int) -> bool:
        inside = set(range(start, end))
        if inside & (self.actors | self.pronouns | self.sides):
            return True
        return any(self.tokens[at].capital for at in inside if at > 0 or len(inside) <= 3)

    def _past_recipient(self, start: int) -> int:
        """«Уточнили ТАСС в полиции»: the agency was told."""
        media = self.marked.covered("roles", "media")
        if start not in media or self.marked.lexicon.english:
            return start
        for at in range(start + 1, min(start + 4, len(self.tokens) - 1)):
            within = self.marked.low(at) in ("в", "у", "во")
            if within and not self.actors.isdisjoint(range(at + 1, at + 4)):
                return at
        return start

    def _name_follows(self, start: int, comma: int) -> bool:
        """“The head of the region, Oleh Syniehubov,”."""
        after = self.tokens[comma + 1 : comma + 3]
        role = not self.roles.isdisjoint(range(start, comma))
        return role and len(after) == 2 and all(one.capital for one in after)

    def _without_participle(self, start: int, end: int) -> int:
        """“The service investigating the bombing”: the service."""
        if self.marked.lexicon.english:
            for at in range(start + 1, end):
                before = self.marked.low(at - 1) == "," or at - 1 in self.actors
                if self.tokens[at].low.endswith("ing") and before:
                    return at
        return end

    def _person_before(self, start: int, end: int, speaker: Speaker) -> Speaker | None:
        """“The governor”, «глава региона»: the one who was named so, or who spoke last."""
        hits = self.marked.hits("roles", "known")
        if not any(hit.start == start and hit.end == end for hit in hits):
            return None
        word = _beginning(speaker.role.removeprefix("the ").removeprefix("The "))
        like = [one for one in self.memory.known if word in map(_beginning, one.role.split())]
        newest = (like or self.memory.known)[-1:]
        general = len(like) == 0 and any(one in speaker.role.casefold() for one in _GENERAL)
        if not like and not general:
            return None
        return replace(newest[0], carried=True, channel=speaker.channel) if newest else None

    def _named_before(self, speaker: Speaker) -> Speaker:
        """“The source said”: the one named in more words before."""
        words = {word.casefold() for word in speaker.role.split()} - {"the", "a"}
        for earlier in reversed(self.memory.bodies[-4:]):
            full = {word.casefold() for word in earlier.role.split()}
            if words and words < full:
                return replace(earlier, carried=True, channel=speaker.channel)
        return speaker

    def _kind(self, inside: set[int], name: str) -> str:
        if name:
            return "named"
        if inside & self.marked.covered("roles", "media"):
            return "second_hand"
        unnamed = inside & self.marked.covered("roles", "unnamed")
        return "official_unnamed" if unnamed else "named"

    def _channel(self, end: int) -> str:
        hits = self.marked.hits("speech", "channel")
        nearest = min(hits, key=lambda hit: abs(hit.start - end), default=None)
        return self.marked.words(nearest.start, nearest.end) if nearest else ""

    def _side(self, start: int, end: int) -> str:
        """Of the first side named: “the Russian ambassador to Ukraine” is Russian."""
        hits = [
            hit
            for hit in self.marked.hits("sides", "russia", "ukraine")
            if start <= hit.start < end
        ]
        return hits[0].tag if hits else "none"

    def _name(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a person's name stands in the words that name a speaker."""
        commas = [at for at in range(start, end) if self.marked.low(at) == ","]
        if commas:
            # “Petrenko, the head of the agency”, “the head of the agency, Petrenko”
            parts = pairwise([start - 1, *commas, end])
            named = [self._name(first + 1, last) for first, last in parts if last > first + 1]
            found = [one for one in named if one]
            full = [one for one in found if one[1] - one[0] > 1 or one[0] == start]
            return next(iter(full or found), None)
        runs = self._runs(start, end)
        if not runs:
            return None
        last = runs[-1]
        if not self.bodies.isdisjoint(range(last[1], end)) or last[1] - last[0] > 4:
            return None
        if last == (start, end):
            return last
        led = not self.roles.isdisjoint(range(start, last[0])) or last[0] == start
        if not led:
            return None
        if not self.marked.lexicon.english:
            if last[1] - last[0] == 1 and last[0] - 1 in self.bodies - self.roles:
                return None  # «аналитики проекта DeepState»
            # Мэр Харькова Игорь Терехов: the place before the name is part of the role.
            words = 3 if self._patronymic(last[1] - 2) else 2
            first = last[0] if last[0] == start else max(last[0], last[1] - words)
            return (first, last[1]) if last[1] == end else None
        # “An adviser to President Zelensky” names the president, not the speaker.
        inner = any(self.marked.low(at) in _INNER for at in range(start, last[0]))
        return last if last[1] == end and not inner else None

    def _patronymic(self, at: int) -> bool:
        """Игорь Иванович Тарасов, Олена Петрівна Коваль."""
        return self.marked.low(at).endswith(_PATRONYMICS)

    def _runs(self, start: int, end: int) -> list[tuple[int, int]]:
        """Capitalised words in a row that are no role, body or side."""
        common = self.actors | self.sides | self.between | self.marked.covered("noise", "title")
        common |= self.marked.covered("link", "article", "definite", "preposition")
        runs: list[tuple[int, int]] = []
        for at in range(start, end):
            token = self.tokens[at]
            if token.kind != "word" or not token.capital or at in common:
                continue
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
        return runs


def _beginning(word: str) -> str:
    """What the cases of a noun share."""
    return word.split()[0].casefold()[:5] if word else ""
