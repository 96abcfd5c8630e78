"""A course as a reader gets it: in their language, with the meetings that are still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.i18n import LANGUAGES
from knowledge_base.articles import fallback
from knowledge_base.courses.models import Course


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course for a reader. `language` is the one that it is held in; `sessions` are (start, end) in UTC, in order."""

    id: str
    title: str
    summary: str
    audience: str
    theme: str
    language: str
    sessions: tuple[tuple[datetime, datetime], ...]
    starts_at: datetime
    place: str | None
    digital: bool
    seats: int | None
    seats_left: int | None
    waiting_list: bool
    signup_url: str | None
    example: bool
    article_id: str | None


def pick(texts: dict[str, str], language: str) -> str:
    """The text in this language, or in the nearest one that exists; empty where there is none at all."""
    wanted = (language, *fallback(language), *LANGUAGES)
    return next((texts[code] for code in wanted if code in texts), "")


def view(course: Course, sessions: tuple[tuple[datetime, datetime], ...], language: str) -> CourseView:
    """The course with these of its meetings (at least one)."""
    return CourseView(
        id=course.id,
        title=pick(course.title, language),
        summary=pick(course.summary, language),
        audience=course.audience,
        theme=course.theme,
        language=course.language,
        sessions=sessions,
        starts_at=sessions[0][0],
        place=course.place,
        digital=course.digital,
        seats=course.seats,
        seats_left=course.seats_left,
        waiting_list=course.waiting_list,
        signup_url=course.signup_url,
        example=course.example,
        article_id=course.article_id,
    )
