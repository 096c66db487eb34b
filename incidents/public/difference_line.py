"""One line of a difference: what changed, from what, to what, about whom."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.public.naming import Name

NOTHING = Name("", "")


@dataclass(frozen=True)
class Line:
    """One thing that changed. Of what came `before` is empty, of what went `after`.

    `who` claims it, or is what it is about. `claim` is its id, where the newer version has it.
    """

    what: str
    before: Name
    after: Name
    who: Name = NOTHING
    claim: str = ""

    def __str__(self) -> str:
        change = " → ".join(words.text for words in (self.before, self.after) if words.text)
        return f"{self.what}: {change}" + (f", {self.who.text}" if self.who.text else "")


def line_of(what: str, before: Name, after: Name, who: Name = NOTHING, claim: str = "") -> Line:
    """Of what differs. What is empty is not known: said so, it is not taken for zero."""
    if before.text == after.text:
        return Line(what, NOTHING, ours(_("details edited")), who, claim)
    unknown = ours(_("nothing recorded"))
    return Line(
        what, before if before.text else unknown, after if after.text else unknown, who, claim
    )


def ours(words: str) -> Name:
    """In the language of the page."""
    return Name(words, "")
