"""Deadlines of complaints, with the law that they stand in.

Counted in whole weeks from the day on which the decision came. A deadline that the decision itself names goes first. One that
ends on a Saturday, Sunday or holiday runs to the next working day (domstolloven § 149); the earlier day is the safe one to name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

CHECKED_ON = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Rule:
    """So many weeks to complain, and where that stands."""

    weeks: int
    law: str
    url: str


FVL_29 = Rule(3, "forvaltningsloven § 29", "https://lovdata.no/lov/1967-02-10/§29")
PBRL_7_5 = Rule(4, "pasient- og brukerrettighetsloven § 7-5", "https://lovdata.no/lov/1999-07-02-63/§7-5")
FTRL_21_12 = Rule(6, "folketrygdloven § 21-12", "https://lovdata.no/lov/1997-02-28-19/§21-12")
LATE = "forvaltningsloven § 31"
# From whom the decision comes. Where that is not known, the shortest deadline is the safe one.
RULES = {"municipality": FVL_29, "health": PBRL_7_5, "nav": FTRL_21_12, "unknown": FVL_29}


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to complain, whether it is over, and the rule."""

    last_day: date
    passed: bool
    rule: Rule


def deadline(sender: str, came: date, today: date) -> Deadline:
    """The deadline for a decision of `municipality`, `health`, `nav` or `unknown` that came on this day."""
    rule = RULES.get(sender, FVL_29)
    last = came + timedelta(weeks=rule.weeks)
    return Deadline(last, last < today, rule)
