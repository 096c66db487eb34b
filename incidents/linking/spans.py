"""Stretches of time, as far as they are known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sources.moments import end_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Half-open, and never empty."""

    start: datetime
    end: datetime

    @classmethod
    def known(
        cls, earliest: datetime | None, latest: datetime | None, precision: str, zone: str
    ) -> "Span | None":
        """From `earliest` to `latest`, but as long as the precision leaves open; None undated.

        “In July”, kept as its first day with the precision of a month, lasts the whole of it.
        """
        if earliest is None:
            return None
        end = end_of(earliest, precision, zone)
        return cls(earliest, max(end, latest) if latest else end)

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def apart(self, other: "Span") -> timedelta:
        """The time between them: zero where they touch or overlap."""
        return max(self.start - other.end, other.start - self.end, timedelta(0))

    def widened(self, by: timedelta) -> "Span":
        return Span(self.start - by, self.end + by)

    @property
    def length(self) -> timedelta:
        return self.end - self.start
