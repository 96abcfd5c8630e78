"""Courses from iCalendar (RFC 5545): events with one UID are one course, recurrences its meetings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from core.i18n import SOURCE_LANGUAGE
from knowledge_base.courses.entries import MAX_ENTRIES, CourseEntry, Feed, SessionTime, make_entry
from knowledge_base.courses.ical_blocks import Block, EventError, read_event, split
from knowledge_base.courses.ical_times import ReadEvent, end_of, rhythm_of
from knowledge_base.courses.ical_zones import read_zone
from knowledge_base.courses.recurrence import starts, window
from knowledge_base.courses.times import RowError, check_span, shown

# What iCalendar has no property for may stand in these; all may be left out.
_OWN = {
    "audience": "X-NAER-AUDIENCE", "theme": "X-NAER-THEME", "language": "X-NAER-LANGUAGE", "digital": "X-NAER-DIGITAL",
    "seats": "X-NAER-SEATS", "seats_left": "X-NAER-SEATS-LEFT", "waiting_list": "X-NAER-WAITING-LIST",
    "article": "X-NAER-ARTICLE",
}  # fmt: skip
_KEY = "%Y%m%dT%H%M%SZ"


def read_ical(text: str, now: datetime) -> Feed:
    """Every course of the calendar, or the problem with it (`row` is the line)."""
    feed = Feed()
    blocks = list(split(text, feed))
    zones: dict[str, tzinfo] = {}
    for block in blocks:
        if block.name == "VTIMEZONE":
            zones |= read_zone(block)
    for group in _by_course([b for b in blocks if b.name == "VEVENT"], zones, feed):
        try:
            feed.add(group[0].block.line, _course(group, now))
        except EventError as error:
            feed.refuse(error.line, error)
        except RowError as error:
            feed.refuse(group[0].block.line, error)
    feed.problems.sort(key=lambda p: p.row)
    return feed


def _by_course(blocks: list[Block], zones: dict[str, tzinfo], feed: Feed) -> Iterator[list[ReadEvent]]:
    groups: dict[str, list[ReadEvent]] = {}
    spoilt: set[str] = set()
    for block in blocks[:MAX_ENTRIES]:
        try:
            event = read_event(block)
            identity = str(event.get("UID", "")).strip()
            if not identity:
                raise EventError(block.line, "UID is missing")
            groups.setdefault(identity, []).append(ReadEvent(block, event, zones))
        except EventError as error:
            feed.refuse(error.line, error)
            # A course that lacks a meeting would be wrong: it stays as it was until the event is mended.
            spoilt.add(next((t.partition(":")[2].strip() for t in block.lines if t.upper().startswith("UID:")), ""))
    if len(blocks) > MAX_ENTRIES:
        feed.refuse(blocks[MAX_ENTRIES].line, f"more than {MAX_ENTRIES} events in one feed; the rest was left out")
    for identity, group in groups.items():
        if identity in spoilt:
            feed.refuse(group[0].block.line, f"left out, as another event of the course {shown(identity)} is wrong")
        else:
            yield group


def _course(group: list[ReadEvent], now: datetime) -> CourseEntry:
    masters = [read for read in group if "RECURRENCE-ID" not in read.event]
    if len(masters) > 1:
        raise EventError(masters[1].block.line, "the UID is already used by another event of this feed")
    if not masters:
        return make_entry(_fields(group[0]), _sorted(_override(read) for read in group))
    master = masters[0]
    rhythm, length = rhythm_of(master)
    cancelled = _is_cancelled(master)
    changed = dict(_override(read) for read in group if read is not master)
    found = {}
    for start in starts(rhythm, now):
        # A single event keeps its name when it is moved; a recurring one's meetings are named by when they were due.
        key = start.strftime(_KEY) if rhythm.rule or rhythm.added else "1"
        found[key] = (start, end_of(start, length, rhythm.zone))
    edges = window(now)
    for key, times in changed.items():
        due = datetime.strptime(key, _KEY).replace(tzinfo=UTC)
        if times is None:
            found.pop(key, None)
        elif not rhythm.endless or edges[0] <= due <= edges[1]:
            found[key] = times
    endless = f"{rhythm.described()} {length} {sorted(changed.items())}" if rhythm.endless else ""
    return make_entry({**_fields(master), "cancelled": cancelled}, _sorted(found.items()), endless)


def _sorted(found: Any) -> list[SessionTime]:
    sessions = [SessionTime(key, *times) for key, times in found if times is not None]
    for session in sessions:
        check_span(session.start, session.end, may_be_instant=True)
    return sorted(sessions, key=lambda s: (s.start, s.key))


def _is_cancelled(read: ReadEvent) -> bool:
    return str(read.event.get("STATUS", "")).upper() == "CANCELLED"


def _override(read: ReadEvent) -> tuple[str, tuple[datetime, datetime] | None]:
    """Which meeting this event changes, and when it is instead; None where it is cancelled."""
    if getattr(read.event["RECURRENCE-ID"], "params", {}).get("RANGE"):
        raise read.fail("RECURRENCE-ID", "a change of all later meetings (RANGE) is not supported")
    key = read.moment("RECURRENCE-ID").astimezone(UTC).strftime(_KEY)
    if _is_cancelled(read):
        return key, None
    rhythm, length = rhythm_of(read)
    start = rhythm.start.replace(tzinfo=rhythm.zone).astimezone(UTC)
    return key, (start, end_of(start, length, rhythm.zone))


def _fields(read: ReadEvent) -> dict[str, Any]:
    event = read.event
    fields: dict[str, Any] = {name: str(event[own]) for name, own in _OWN.items() if own in event}
    place = str(event.get("LOCATION", "")) or None
    fields |= {"id": str(event["UID"]), "place": place, "signup_url": str(event.get("URL", "")) or None}
    fields["cancelled"] = _is_cancelled(read)
    for name, own in (("title", "SUMMARY"), ("summary", "DESCRIPTION")):
        if own in event:
            language = str(event[own].params.get("LANGUAGE", SOURCE_LANGUAGE)).casefold()[:2]
            # `no` is what most calendars call Norwegian.
            fields[name] = {SOURCE_LANGUAGE if language == "no" else language: str(event[own])}
    return fields
