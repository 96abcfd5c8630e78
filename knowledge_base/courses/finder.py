"""Courses that fit what a relative wishes, and what comes near where none does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from knowledge_base.courses.service import upcoming
from knowledge_base.courses.views import CourseView

MOST = 5
MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; None where it does not matter. `language` is the one that the course is held in."""

    audience: str | None = None
    theme: str | None = None
    language: str | None = None
    within_days: int | None = None
    digital: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Courses that fit in everything, first those that meet first; and others that come near, nearest first."""

    fitting: tuple[CourseView, ...]
    others: tuple[CourseView, ...]


def find(session: Session, municipality: str, wish: Wish, reader: str) -> Finding:
    """Courses for a wish, worded in the reader's language. `others` is filled only where nothing with a free seat fits."""
    fitting = _matching(session, municipality, wish, reader)[:MOST]
    if any(not is_full(course) for course in fitting):
        return Finding(tuple(fitting), ())
    others: dict[str, CourseView] = {}
    for wider in _wider(wish):
        for course in _matching(session, municipality, wider, reader):
            if course not in fitting and not is_full(course):
                others.setdefault(course.id, course)
    return Finding(tuple(fitting), tuple(others.values())[:MOST_OTHERS])


def is_full(course: CourseView) -> bool:
    """Is no seat left? A course that does not tell is taken to have room."""
    return course.seats_left == 0


def _wider(wish: Wish) -> list[Wish]:
    """The wish with less and less asked for: the place goes first, the person it is for never."""
    place = replace(wish, digital=None)
    language = replace(place, language=None)
    time = replace(language, within_days=None)
    return [
        place,
        replace(wish, language=None),
        language,
        time,
        replace(time, theme="general"),
        replace(time, theme=None),
    ]


def _matching(session: Session, municipality: str, wish: Wish, reader: str) -> list[CourseView]:
    last = clock.now() + timedelta(days=wish.within_days) if wish.within_days else None
    found = upcoming(session, municipality, None, last, reader, wish.theme, wish.audience)
    return [
        course
        for course in found
        if (wish.language is None or course.language == wish.language)
        and (wish.digital is None or course.digital == wish.digital)
    ]
