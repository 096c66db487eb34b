"""Who says what stands at a place of the text, carried over sentences.

A frame is a speaker with the words of the sentence that are theirs. What stands in no frame is the
outlet's own, or goes on from the sentence before: in a quotation, after “allegedly” or «ещё», or in
a paragraph of few sentences.
"""

from dataclasses import dataclass, field, replace

from sources.suggestions.frames import Frame, frames
from sources.suggestions.marked import Marked
from sources.suggestions.naming import Naming
from sources.suggestions.proposals import Speaker
from sources.suggestions.speakers import Memory

_SHORT_PARAGRAPH = 6  # sentences; a longer one has several subjects


@dataclass
class Attributions:
    """Read sentence by sentence, in order."""

    memory: Memory = field(default_factory=Memory)
    frames: list[list[Frame]] = field(default_factory=list)
    sentences: list[Marked] = field(default_factory=list)
    # How many had spoken, by name and without, at the end of each sentence.
    spoken: list[tuple[int, int]] = field(default_factory=list)
    silent: list[Speaker] = field(default_factory=list)  # the last who only did not speak
    sizes: dict[int, int] = field(default_factory=dict)  # sentences of each paragraph

    def read(self, marked: Marked) -> list[Frame]:
        found = frames(marked, self.memory)
        self.spoken.append((len(self.memory.known), len(self.memory.bodies)))
        self.sentences.append(marked)
        self.frames.append(found)
        paragraph = marked.sentence.paragraph
        self.sizes[paragraph] = self.sizes.get(paragraph, 0) + 1
        return found

    def at(self, index: int, token: int) -> Speaker | None:
        """Who says what stands at a token of a sentence; nobody but the outlet: None."""
        within = [one for one in self.frames[index] if one.first <= token < one.last]
        if within:
            # The innermost: Reuters reported that the president said that …
            inner = max(within, key=lambda one: (one.first, one.verb))
            outer = [one for one in within if one is not inner and one.first <= inner.start]
            relayed = outer[0].speaker if outer else None
            if relayed and relayed.span != inner.speaker.span:
                return replace(inner.speaker, relayed_by=relayed.name or relayed.role)
            return inner.speaker
        return self._closed_by(index) or self._after(index) or self._before(index)

    def _before(self, index: int) -> Speaker | None:
        """The speaker of an earlier sentence who is still speaking."""
        marked = self.sentences[index]
        goes_on = marked.sentence.opens or marked.tokens[0].quoted
        evidential = bool(marked.hits("link", "again", "hearsay"))
        short = self.sizes.get(marked.sentence.paragraph, 0) <= _SHORT_PARAGRAPH
        for back in range(index - 1, max(index - 4, -1), -1):
            earlier = self.sentences[back]
            same = earlier.sentence.paragraph == marked.sentence.paragraph
            if not same and not (goes_on or (evidential and back == index - 1)):
                return None
            told = [one for one in self.frames[back] if not one.backwards and one.carries]
            if told and (goes_on or evidential or short):
                if not goes_on and self.frames[index] and not evidential:
                    return None
                return replace(told[-1].speaker, carried=True)
            if told:
                return None
        return None

    def _after(self, index: int) -> Speaker | None:
        """«Об этом сообщил …» in one of the two sentences that follow."""
        for later in range(index + 1, min(index + 3, len(self.frames))):
            for frame in self.frames[later]:
                if frame.backwards or (
                    later == index + 1 and frame.first == 0 and self._goes_back(later)
                ):
                    return replace(frame.speaker, carried=True)
            if self.frames[later]:
                return None
        return None

    def _goes_back(self, index: int) -> bool:
        """«Погибли трое. Ещё пять ранены, сообщил мэр»: the first is the mayor's, too."""
        marked, before = self.sentences[index], self.sentences[index - 1]
        again = any(hit.start == 0 for hit in marked.hits("link", "again", "including"))
        return again and marked.sentence.paragraph == before.sentence.paragraph

    def _closed_by(self, index: int) -> Speaker | None:
        """Of a quotation that begins here and ends in a later sentence with “, he said”."""
        if self.sentences[index].sentence.opens or not self.sentences[index].tokens[-1].quoted:
            return None
        for later in range(index + 1, min(index + 4, len(self.frames))):
            if not self.sentences[later].sentence.opens:
                return None
            if self.frames[later]:
                return replace(self.frames[later][0].speaker, carried=True)
        return None

    def subject(self, index: int, token: int, end: int) -> Speaker | None:
        known, bodies = self.spoken[index]
        then = Memory(self.memory.known[:known], self.memory.bodies[:bodies] + self.silent)
        found = Naming(self.sentences[index], then).subject(token, end)
        if found and not found.name and not found.carried:
            self.silent = [found]  # “as they do not comment”
        return found
