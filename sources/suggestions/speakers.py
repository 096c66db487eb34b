"""Who has spoken in a text so far: for “he added”, and for a name given short."""

from dataclasses import dataclass, field, replace

from sources.suggestions.proposals import Speaker


@dataclass
class Memory:
    """The newest last."""

    known: list[Speaker] = field(default_factory=list)  # with a person's name
    bodies: list[Speaker] = field(default_factory=list)  # and officials without a name

    def resolve(self, speaker: Speaker) -> Speaker:
        """With the fuller name, role and side that the text gave before."""
        family = speaker.name.split()[-1] if speaker.name else ""
        if not family:
            return speaker
        for earlier in reversed(self.known):
            other = earlier.name.split()[-1]
            if _same_family(family, other):
                fuller = max(earlier.name, speaker.name, key=lambda name: len(name.split()))
                role = speaker.role or earlier.role
                side = speaker.side if speaker.side != "none" else earlier.side
                return replace(
                    speaker, name=fuller, role=role, side=side, attribution=earlier.attribution
                )
        return speaker

    def remember(self, speaker: Speaker) -> None:
        if speaker.name:
            self.known.append(speaker)
        else:
            self.bodies.append(speaker)

    def named_by(self, pronoun: str) -> Speaker | None:
        """Whom “he” or “they” stands for: the newest that fits."""
        plural = pronoun in ("they", "it", "они", "вони", "их", "їх", "їхніми")
        first, second = (self.bodies, self.known) if plural else (self.known, self.bodies)
        newest = [group[-1] for group in (first, second) if group]
        return replace(newest[0], carried=True) if newest else None


def _same_family(one: str, other: str) -> bool:
    """One family name in two cases: Гладков, Гладкова, Гладковым."""
    one, other = one.casefold().removesuffix("'s"), other.casefold().removesuffix("'s")
    shared = max(4, min(len(one), len(other)) - 2)
    return one == other or (len(one) > 3 and one[:shared] == other[:shared])
