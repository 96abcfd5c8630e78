"""When a recurring course meets: RRULE, RDATE and EXDATE (RFC 5545, 3.8.5), expanded in local time.

"Tuesdays at 18" stays at 18 when the clock changes, so rules are expanded on the wall clock and made UTC afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import vRecur

from knowledge_base.courses.entries import MAX_SESSIONS
from knowledge_base.courses.times import RowError
from knowledge_base.municipalities import OSLO

# A group without end is kept as a window that each import moves on.
BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)
FURTHEST = timedelta(days=3660)
_LONGEST_INTERVAL = 366
_IN_A_MONTH = range(1, 6)
_ALLOWED: dict[str, tuple[frozenset[str], ...]] = {
    "DAILY": (frozenset(), frozenset({"BYDAY"})),
    "WEEKLY": (frozenset(), frozenset({"BYDAY"})),
    "MONTHLY": (frozenset(), frozenset({"BYDAY"}), frozenset({"BYDAY", "BYSETPOS"}), frozenset({"BYMONTHDAY"})),
    "YEARLY": (frozenset(),),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule made ready: what `rrulestr` reads, how many meetings at most, the last moment (wall clock)."""

    text: str
    count: int | None
    until: datetime | None

    @property
    def endless(self) -> bool:
        """Does it go on for ever?"""
        return self.count is None and self.until is None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A first meeting (`start`, wall clock in `zone`), a rule for more of them, single ones added and taken away."""

    start: datetime
    zone: tzinfo
    rule: Rule | None = None
    added: tuple[datetime, ...] = ()
    removed: frozenset[datetime] = frozenset()
    removed_days: frozenset[date] = frozenset()

    @property
    def endless(self) -> bool:
        """Does it go on for ever?"""
        return self.rule is not None and self.rule.endless

    def described(self) -> str:
        """The same text for the same rhythm."""
        ordered = replace(self, added=tuple(sorted(self.added)), removed=frozenset(), removed_days=frozenset())
        return f"{ordered} {sorted(self.removed)} {sorted(self.removed_days)}"


def read_rule(value: vRecur, start: datetime, zone: tzinfo) -> Rule:
    """An RRULE of a course's rhythm that starts at `start` (wall clock in `zone`). RowError otherwise."""
    parts = {str(key).upper(): values for key, values in value.items()}
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    if count and int(count[0]) < 1:
        raise RowError("COUNT must be 1 or more")
    _check_parts(parts, start)
    return Rule(
        text=vRecur(parts).to_ical().decode(),  # type: ignore[no-untyped-call]
        count=int(count[0]) if count else None,
        until=_wall(until[0], zone) if until else None,
    )


def _check_parts(parts: dict[str, Any], start: datetime) -> None:
    """Take only rules that come true again and again: the search for the next meeting of another one has no end."""
    frequency = str(parts.get("FREQ", [""])[0])
    interval = int(parts.get("INTERVAL", [1])[0])
    if not 1 <= interval <= _LONGEST_INTERVAL:
        raise RowError(f"INTERVAL must be from 1 to {_LONGEST_INTERVAL}")
    if frequency == "YEARLY" and parts.get("BYMONTH", [start.month]) == [start.month]:
        # The first meeting's own day, said once more.
        parts.pop("BYMONTH", None)
        if parts.get("BYMONTHDAY") == [start.day]:
            del parts["BYMONTHDAY"]
    by = frozenset(name for name in parts if name not in ("FREQ", "INTERVAL", "WKST"))
    days = [str(day) for day in parts.get("BYDAY", [])]
    ordinal = any(len(day) > 2 for day in days)
    allowed = by in _ALLOWED.get(frequency, ()) and not (ordinal and ("BYSETPOS" in by or frequency != "MONTHLY"))
    near = all(abs(int(day[:-2] or 1)) in _IN_A_MONTH for day in days)
    near = near and all(abs(int(position)) in _IN_A_MONTH for position in parts.get("BYSETPOS", []))
    if not (allowed and near) or (frequency == "DAILY" and by and interval > 1):
        raise RowError("no rhythm of a course: every so many days, weeks, months (on a day of month or week) or years")


def _wall(value: date | datetime, zone: tzinfo) -> datetime:
    """A rule's end on the wall clock; a day counts to its end."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(23, 59, 59))
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


def starts(rhythm: Rhythm, now: datetime) -> list[datetime]:
    """When it meets, in UTC, in order; of a rhythm without end those from a month ago to a year ahead, by days."""
    # An hour that summer time leaves out is taken as RFC 5545, 3.3.5 says: with the offset from before.
    ruled = {moment.replace(tzinfo=rhythm.zone).astimezone(UTC) for moment in _ruled(rhythm, now)}
    found = ruled | set(rhythm.added)
    kept = [
        moment
        for moment in sorted(found - rhythm.removed)
        if moment.astimezone(rhythm.zone).date() not in rhythm.removed_days
    ]
    if len(kept) > MAX_SESSIONS:
        raise RowError(f"it has more than {MAX_SESSIONS} meetings")
    return kept


def window(now: datetime) -> tuple[datetime, datetime]:
    """What is kept of a rhythm without end: whole days, so that two imports on one day agree."""
    today = datetime.combine(now.astimezone(OSLO).date(), time(), OSLO)
    return (today - BEHIND).astimezone(UTC), (today + AHEAD).astimezone(UTC)


def _ruled(rhythm: Rhythm, now: datetime) -> Iterable[datetime]:
    """The wall-clock starts that DTSTART and the rule give."""
    start, rule = rhythm.start, rhythm.rule
    if rule is None:
        return [start]
    first, last = (edge.astimezone(rhythm.zone).replace(tzinfo=None) for edge in window(now))
    end = last if rule.endless else min(rule.until or start + FURTHEST, start + FURTHEST)
    try:
        ruled = iter(rrulestr(f"{rule.text};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=start))
        # DTSTART is the first meeting, whether or not the rule would name it.
        return list(islice(_from(start, first if rule.endless else start, ruled), rule.count or MAX_SESSIONS + 1))
    except (ValueError, TypeError, OverflowError) as error:
        raise RowError(f"the rule can't be followed: {error}") from error


def _from(start: datetime, first: datetime, ruled: Iterable[datetime]) -> Iterable[datetime]:
    if start >= first:
        yield start
    yield from (moment for moment in ruled if moment > start and moment >= first)
