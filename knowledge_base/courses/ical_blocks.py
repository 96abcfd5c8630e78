"""An iCalendar file taken apart by lines, so that one bad event is named by its line and spoils no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Event

from knowledge_base.courses.entries import Feed, unreadable
from knowledge_base.courses.times import RowError

_LINE_END = re.compile(r"\r\n|\n|\r")
# Parts of an event that a course needs; a fault in another one (GEO, an alarm) does no harm.
_NEEDED = frozenset(
    {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "SUMMARY", "STATUS", "URL"}
)


@dataclass(frozen=True, slots=True)
class Block:
    """A component's lines as they stand in the file; `line` is that of its BEGIN, from 1."""

    name: str
    line: int
    lines: tuple[str, ...]

    def line_of(self, name: str) -> int:
        """The line of a property, or of the event where it isn't found."""
        for offset, text in enumerate(self.lines):
            if re.match(re.escape(name) + "[;:]", text, re.I):
                return self.line + offset
        return self.line


class EventError(RowError):
    """What is wrong in an event, and in which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def split(text: str, feed: Feed) -> Iterator[Block]:
    """The events and time zones of a calendar. One without an end is a problem of the feed."""
    lines = _LINE_END.split(text)
    first = next((line for line in lines if line.strip()), "")
    if first.strip().upper() != "BEGIN:VCALENDAR":
        raise unreadable("This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.")
    opened: tuple[str, int] | None = None
    for number, raw in enumerate(lines, 1):
        mark = raw.rstrip().upper()
        if mark in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE") or mark == "END:VCALENDAR" or number == len(lines):
            if opened is not None:
                feed.refuse(opened[1], f"{opened[0]} has no end (END:{opened[0]})")
            opened = (mark[6:], number) if mark.startswith("BEGIN:") else None
        elif opened is not None and mark == f"END:{opened[0]}":
            yield Block(opened[0], opened[1], tuple(lines[opened[1] - 1 : number]))
            opened = None


def read_event(block: Block) -> Event:
    """The event, by the library. EventError for what it could not read, with the line."""
    try:
        event = Event.from_ical("\r\n".join(block.lines) + "\r\n")
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise EventError(block.line, f"the event can't be read: {str(error)[:160]}") from error
    if not isinstance(event, Event):
        raise EventError(block.line, "the event can't be read")
    for name, message in event.errors:
        if name is None or name.upper() in _NEEDED:
            raise EventError(block.line_of(name or ""), f"{name or 'a line'}: {str(message)[:160]}")
    for name in _NEEDED - {"EXDATE", "RDATE"}:
        if isinstance(event.get(name), list):
            raise EventError(block.line_of(name), f"{name} stands there more than once")
    return event
