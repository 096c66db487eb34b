"""What is counted of the entries asked for."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

# Actors and outlets have no end: the most frequent stand in the rail, and those chosen.
MOST = 20

# Place, how closely it is known, how many entries, and the id of one of them.
AtPlace: TypeAlias = tuple[str, str, int, str]


@dataclass
class Balance:
    """How much of what was asked for rests on how many. Each share is a number of incidents.

    `verified` counts verification statements of any outcome.
    """

    incidents: int
    claims: int
    origins: int
    contested: int
    countered: int
    verified: int


@dataclass
class Numbers:
    """`facets`: by key and value, at least those that are shown."""

    balance: Balance
    facets: dict[str, dict[str, int]]
    days: dict[date, int]  # as Order.days gives them, or day by day
