"""A course as a feed tells it: checked field by field, every fault of an entry named at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from core.errors import InvalidInput
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from core.readers import READERS
from knowledge_base.content_format import THEMES
from knowledge_base.courses.fields import Fields
from knowledge_base.courses.times import RowError, check_span, shown

MAX_ENTRIES = 2000
MAX_SESSIONS = 400
MAX_FEED_SESSIONS = 20_000


@dataclass(frozen=True, slots=True)
class SessionTime:
    """One meeting, in UTC. `key` names it within its course."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A checked course. `rhythm` is set for a course that recurs without end: its meetings are a moving window."""

    external_id: str
    title: dict[str, str]
    summary: dict[str, str]
    audience: str
    theme: str
    language: str
    place: str | None
    digital: bool
    seats: int | None
    seats_left: int | None
    waiting_list: bool
    signup_url: str | None
    article_id: str | None
    cancelled: bool
    sessions: tuple[SessionTime, ...]
    rhythm: str = ""

    def digest(self) -> str:
        """Equal for equal courses; of a course without end the rule counts, not the meetings that it gives today."""
        plain = asdict(self)
        if self.rhythm:
            plain["sessions"] = []
        return hashlib.sha256(json.dumps(plain, sort_keys=True, default=datetime.isoformat).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a feed. `row`: line of the file (iCalendar, CSV), or number of the entry (JSON), from 1."""

    row: int
    message: str


@dataclass(slots=True)
class Feed:
    """What a feed holds: the good courses, and a problem for each bad one."""

    entries: list[CourseEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _sessions: int = 0

    def add(self, row: int, entry: CourseEntry) -> None:
        """Take a course in; a second one with the same id is a problem."""
        if entry.external_id in self._seen:
            self.refuse(row, f"the id {shown(entry.external_id)} is already used by another course of this feed")
            return
        # Storing holds the one writer of the database: a feed may not keep it for minutes.
        if self._sessions + len(entry.sessions) > MAX_FEED_SESSIONS:
            self.refuse(row, f"more than {MAX_FEED_SESSIONS} meetings in one feed; this course was left out")
            return
        self._sessions += len(entry.sessions)
        self._seen.add(entry.external_id)
        self.entries.append(entry)

    def refuse(self, row: int, message: object) -> None:
        """Note why something was not taken in."""
        self.problems.append(Problem(row, str(message)))


def unreadable(message: str, row: int = 1) -> InvalidInput:
    """The error for a feed of which nothing can be read."""
    return InvalidInput(message, code="unreadable_feed", details={"row": row})


def number_sessions(times: Iterable[tuple[datetime, datetime]]) -> tuple[SessionTime, ...]:
    """Meetings of a plain list in order, named by their number. RowError for nonsense or two at the same time."""
    ordered = sorted(times)
    for start, end in ordered:
        check_span(start, end)
    if len({start for start, _ in ordered}) < len(ordered):
        raise RowError("two meetings start at the same time")
    return tuple(SessionTime(str(n), start, end) for n, (start, end) in enumerate(ordered, 1))


def make_entry(raw: dict[str, Any], sessions: Sequence[SessionTime], rhythm: str = "") -> CourseEntry:
    """A course from a feed's fields (values as text or typed). RowError naming every fault."""
    row = Fields(raw)
    entry = CourseEntry(
        external_id=row.text("id", 255, needed=True) or "",
        title=row.by_language("title", 300, needed=True),
        summary=row.by_language("summary", 4000),
        audience=row.one_of("audience", READERS, "adult"),
        theme=row.one_of("theme", THEMES, "general"),
        language=row.one_of("language", LANGUAGES, SOURCE_LANGUAGE),
        place=row.text("place", 300),
        digital=row.yes("digital"),
        seats=row.number("seats"),
        seats_left=row.number("seats_left"),
        waiting_list=row.yes("waiting_list"),
        signup_url=row.address("signup_url"),
        article_id=row.slug("article"),
        cancelled=row.yes("cancelled"),
        sessions=tuple(sessions),
        rhythm=rhythm,
    )
    if not sessions and not entry.cancelled:
        row.problems.append("it has no meeting")
    if len(sessions) > MAX_SESSIONS:
        row.problems.append(f"it has more than {MAX_SESSIONS} meetings")
    if entry.seats is not None and entry.seats_left is not None and entry.seats_left > entry.seats:
        row.problems.append(f"`seats_left` ({entry.seats_left}) is more than `seats` ({entry.seats})")
    if row.problems:
        raise RowError("; ".join(row.problems))
    return entry
