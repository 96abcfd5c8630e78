"""The front door of courses: seed, import, list, calendar. What takes a session works in the caller's transaction."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.database import Database
from core.errors import InvalidInput, NotFound
from core.readers import READERS
from knowledge_base.content_format import SLUG, THEMES
from knowledge_base.courses import storing
from knowledge_base.courses.calendar_file import as_ics
from knowledge_base.courses.entries import Feed, Problem
from knowledge_base.courses.feeds import FORMATS, MAX_BYTES, check_size, read_feed
from knowledge_base.courses.json_feed import entry_of
from knowledge_base.courses.models import Course, CourseSession
from knowledge_base.courses.times import day_bound
from knowledge_base.courses.views import CourseView, view
from knowledge_base.models import Municipality
from knowledge_base.municipalities import access_municipality

__all__ = [
    "FORMATS", "MAX_BYTES", "PORTAL", "CourseView", "Feed", "ImportReport", "Problem", "access_course", "as_ics",
    "check_size", "check_source", "import_feed", "import_file", "read_feed", "seed", "store_feed", "upcoming",
]  # fmt: skip

CONTENT = Path(__file__).parent.parent / "content" / "courses.yml"
EXAMPLES = "example"
PORTAL = "portal"
_SOURCE = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,38}[a-z0-9])?\Z")
_SUFFIXES = {".ics": "ical", ".ical": "ical", ".csv": "csv", ".json": "json"}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: numbers of courses, and a problem for each entry that was left out."""

    created: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        """`{"created", "updated", "unchanged", "problems": [{"row", "message"}]}`."""
        return {**asdict(self), "problems": [asdict(p) for p in self.problems]}


def seed(session: Session, path: Path = CONTENT) -> int:
    """Bring in the example courses of the municipalities that are there. Returns how many were written.

    One that was changed since it was seeded (also: cancelled) is never overwritten.
    """
    written = 0
    known = set(session.scalars(select(Municipality.id)))
    rows: dict[str, dict[str, Course]] = {}
    for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
        place = raw["municipality"]
        if place not in known:
            continue
        entry = entry_of(raw)
        if place not in rows:
            rows[place] = storing.stored(session, place, EXAMPLES)
        row = rows[place].get(entry.external_id)
        if row is None:
            storing.create(session, entry.external_id, place, EXAMPLES, entry).example = True
            written += 1
        elif storing.entry_of_row(row).digest() == row.digest:
            written += storing.update(row, entry)
    session.flush()
    return written


def check_source(source: str) -> str:
    """The name of a feed's source, such as `portal`; InvalidInput otherwise. `example` is kept for the examples."""
    if not _SOURCE.match(source) or source == EXAMPLES:
        raise InvalidInput(
            "A source is named by 1 to 40 of a-z, 0-9, `.`, `_`, `-`; `example` is taken.", code="invalid_source"
        )
    return source


def import_feed(session: Session, municipality: str, data: bytes, format: str, source: str) -> ImportReport:
    """Read a feed (`ical`, `csv`, `json`, at most 5 MB) and store its good courses; see `read_feed`, `store_feed`."""
    return store_feed(session, municipality, read_feed(data, format), source)


def store_feed(session: Session, municipality: str, feed: Feed, source: str) -> ImportReport:
    """Store a feed that was read. The same feed again changes nothing; a course that it no longer names stays.

    Raises InvalidInput for an unknown municipality or a wrong source.
    """
    check_source(source)
    access_municipality(session, municipality)
    rows = storing.stored(session, municipality, source)
    created = updated = 0
    for entry in feed.entries:
        row = rows.get(entry.external_id)
        if row is None:
            course_id = storing.course_id(municipality, source, entry.external_id)
            storing.create(session, course_id, municipality, source, entry)
            created += 1
        elif storing.update(row, entry):
            updated += 1
    session.flush()
    return ImportReport(created, updated, len(feed.entries) - created - updated, tuple(feed.problems))


def import_file(database: Database, path: Path, municipality: str, source: str = PORTAL) -> ImportReport:
    """Import a file, its kind told by its name (.ics, .csv, .json). Raises like `read_feed`."""
    format = _SUFFIXES.get(path.suffix.lower())
    if format is None:
        raise InvalidInput(f"Unknown kind of file. Known: {', '.join(_SUFFIXES)}.", code="unknown_format")
    try:
        check_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.", code="unreadable_file") from error
    feed = read_feed(data, format)
    with database.writing() as session:
        return store_feed(session, municipality, feed, source)


def upcoming(
    session: Session,
    municipality: str,
    date_from: date | datetime | None,
    date_to: date | datetime | None,
    language: str,
    theme: str | None = None,
    audience: str | None = None,
) -> list[CourseView]:
    """Courses with meetings in a time, those first that meet first; each with its meetings in that time only.

    `date_from` None is now: what is over is not offered. Days are whole days in Norway, `date_to` included; moments are
    timezone-aware. `language` is the reader's. Raises InvalidInput for an unknown municipality, theme or audience, or
    where the end comes before the start.
    """
    access_municipality(session, municipality)
    _check_choice("theme", theme, THEMES)
    _check_choice("audience", audience, READERS)
    first = clock.now() if date_from is None else day_bound(date_from, after=False)
    last = None if date_to is None else day_bound(date_to, after=True)
    if last is not None and date_from is not None and last <= first:
        raise InvalidInput("`to` comes before `from`.", code="invalid_dates", details={"to": "before from"})
    meets = select(CourseSession.course_id).where(CourseSession.ends_at > first)
    if last is not None:
        meets = meets.where(CourseSession.starts_at < last)
    query = select(Course).where(Course.municipality == municipality, ~Course.cancelled, Course.id.in_(meets))
    if theme is not None:
        query = query.where(Course.theme == theme)
    if audience is not None:
        query = query.where(Course.audience == audience)
    found = [view(course, _within(course, first, last), language) for course in session.scalars(query)]
    return sorted(found, key=lambda c: (c.starts_at, c.id))


def _within(course: Course, first: datetime, last: datetime | None) -> tuple[tuple[datetime, datetime], ...]:
    times = [(s.starts_at, s.ends_at) for s in course.sessions]
    return tuple(t for t in times if t[1] > first and (last is None or t[0] < last))


def _check_choice(name: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise InvalidInput(
            f"Unknown {name}. Known: {', '.join(known)}.", code=f"unknown_{name}", details={"known": list(known)}
        )


def access_course(session: Session, course_id: str) -> Course:
    """The course of this id, over or not; NotFound otherwise."""
    found = session.get(Course, course_id) if SLUG.match(course_id) else None
    if found is None:
        raise NotFound("No such course.", code="unknown_course")
    return found
