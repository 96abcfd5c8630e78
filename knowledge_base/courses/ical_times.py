"""When an event of a calendar takes place: DTSTART, DTEND, DURATION and what recurs, in their time zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from knowledge_base.courses.ical_blocks import Block, EventError
from knowledge_base.courses.recurrence import Rhythm, read_rule
from knowledge_base.courses.times import RowError, check_span, check_year, shown
from knowledge_base.municipalities import OSLO


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event and where it stands."""

    block: Block
    event: Any  # icalendar.Event; its properties come in thirty types
    zones: dict[str, tzinfo]

    def moment(self, name: str) -> datetime:
        """A DATE-TIME or DATE property in its own time zone (days and floating times: Norway's)."""
        return _aware(self, name, self.event.get(name))

    def fail(self, name: str, error: object) -> EventError:
        """What is wrong with a property, with its line."""
        return EventError(self.block.line_of(name), f"{name}: {error}")


def rhythm_of(read: ReadEvent) -> tuple[Rhythm, timedelta]:
    """When the event meets, and how long by the clock on the wall."""
    if "DTSTART" not in read.event:
        raise EventError(read.block.line, "DTSTART is missing")
    start = read.moment("DTSTART")
    zone = start.tzinfo or OSLO
    wall = start.replace(tzinfo=None)
    event = read.event
    try:
        rule = read_rule(event["RRULE"], wall, zone) if "RRULE" in event else None
    except (RowError, ValueError, TypeError, LookupError) as error:
        raise read.fail("RRULE", error) from error
    removed = list(_listed(read, "EXDATE"))
    added = tuple(_aware(read, "RDATE", value).astimezone(UTC) for value in _listed(read, "RDATE"))
    rhythm = Rhythm(
        start=wall, zone=zone, rule=rule, added=added,
        removed=frozenset(_aware(read, "EXDATE", v).astimezone(UTC) for v in removed if isinstance(v.dt, datetime)),
        removed_days=frozenset(v.dt for v in removed if not isinstance(v.dt, datetime)),
    )  # fmt: skip
    return rhythm, _length(read, start, wall)


def _length(read: ReadEvent, start: datetime, wall: datetime) -> timedelta:
    zone = start.tzinfo or OSLO
    if "DTEND" in read.event:
        end = read.moment("DTEND")
        try:
            check_span(start.astimezone(UTC), end.astimezone(UTC), may_be_instant=True)
        except RowError as error:
            raise read.fail("DTEND", error) from error
        return end.astimezone(zone).replace(tzinfo=None) - wall
    if "DURATION" in read.event:
        found = read.event["DURATION"].dt
        if not isinstance(found, timedelta) or found < timedelta():
            raise read.fail("DURATION", "must be a length of time")
        return found
    # RFC 5545, 3.6.1: without an end a day lasts a day, and a moment no time.
    return timedelta() if isinstance(read.event["DTSTART"].dt, datetime) else timedelta(days=1)


def end_of(start: datetime, length: timedelta, zone: tzinfo) -> datetime:
    """When a meeting that starts then is over, in UTC: `length` is by the clock on the wall."""
    try:
        wall = start.astimezone(zone).replace(tzinfo=None) + length
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise RowError("it lasts for ever") from error


def _listed(read: ReadEvent, name: str) -> Iterator[Any]:
    given = read.event.get(name, [])
    for part in given if isinstance(given, list) else [given]:
        yield from part.dts


def _aware(read: ReadEvent, name: str, value: Any) -> datetime:
    found = value.dt[0] if isinstance(getattr(value, "dt", None), tuple) else getattr(value, "dt", None)
    if not isinstance(found, date):
        raise read.fail(name, "is no date or time")
    moment = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)  # noqa: DTZ001
    if moment.tzinfo is None:
        named = str(value.params.get("TZID", "")).strip()
        if named and named not in read.zones:
            raise read.fail(name, f"unknown time zone {shown(named)}")
        moment = moment.replace(tzinfo=read.zones.get(named, OSLO))
    try:
        check_year(moment)
    except RowError as error:
        raise read.fail(name, error) from error
    return moment
