"""Courses of a feed into the database: new ones made, changed ones rewritten, the same ones left alone."""

from __future__ import annotations

import hashlib
from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from knowledge_base.courses.entries import CourseEntry, SessionTime
from knowledge_base.courses.models import Course, CourseSession
from knowledge_base.models import Municipality

_PLAIN = tuple(f.name for f in fields(CourseEntry) if f.name not in ("sessions", "rhythm"))


def stored(session: Session, municipality: str, source: str) -> dict[str, Course]:
    """The courses of a source by external id. Other imports of this municipality wait until the transaction ends."""
    session.execute(select(Municipality.id).where(Municipality.id == municipality).with_for_update())
    rows = session.scalars(select(Course).where(Course.municipality == municipality, Course.source == source))
    return {row.external_id: row for row in rows}


def create(session: Session, course_id: str, municipality: str, source: str, entry: CourseEntry) -> Course:
    """A new course."""
    row = Course(id=course_id, municipality=municipality, source=source, sequence=0, updated_at=clock.now())
    _write(row, entry)
    session.add(row)
    return row


def update(row: Course, entry: CourseEntry) -> bool:
    """Bring a course to the entry's state. Returns whether it has changed; a moved window of meetings is no change."""
    if row.digest == entry.digest():
        if entry.rhythm:
            _merge_sessions(row, entry.sessions)
        return False
    _write(row, entry)
    row.sequence += 1
    row.updated_at = clock.now()
    return True


def _write(row: Course, entry: CourseEntry) -> None:
    for name in _PLAIN:
        setattr(row, name, getattr(entry, name))
    row.digest = entry.digest()
    _merge_sessions(row, entry.sessions)


def _merge_sessions(row: Course, wanted: tuple[SessionTime, ...]) -> None:
    present = {s.key: s for s in row.sessions}
    for time in wanted:
        found = present.pop(time.key, None)
        if found is None:
            row.sessions.append(CourseSession(key=time.key, starts_at=time.start, ends_at=time.end))
        elif (found.starts_at, found.ends_at) != (time.start, time.end):
            found.starts_at, found.ends_at = time.start, time.end
    for gone in present.values():
        row.sessions.remove(gone)


def entry_of_row(row: Course) -> CourseEntry:
    """What the row says now, whoever wrote it."""
    sessions = tuple(SessionTime(s.key, s.starts_at, s.ends_at) for s in row.sessions)
    return CourseEntry(**{name: getattr(row, name) for name in _PLAIN}, sessions=sessions)


def course_id(municipality: str, source: str, external_id: str) -> str:
    """A public id that stays for a feed's course, whatever characters its own id has."""
    digest = hashlib.sha256("\x1f".join((municipality, source, external_id)).encode()).hexdigest()
    return f"{municipality}-{digest[:16]}"
