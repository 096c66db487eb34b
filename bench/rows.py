"""What a measurement of bench/ gives: rows, one JSON object a line on standard output."""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """`most` or `least` is the target, where there is one."""

    what: str
    unit: str  # ms, s, MB, rows/s, …
    value: float
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool | None:
        """None without a target."""
        if self.most is None and self.least is None:
            return None
        low_enough = self.most is None or self.value <= self.most
        return low_enough and (self.least is None or self.value >= self.least)


def tell(*rows: Row) -> None:
    for row in rows:
        given = {key: value for key, value in asdict(row).items() if value is not None}
        sys.stdout.write(json.dumps(given, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def read(lines: Iterable[str]) -> list[Row]:
    """ValueError or TypeError for a line that `tell` did not write."""
    return [Row(**json.loads(line)) for line in lines if line.strip()]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them, from 0 to 1, do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
