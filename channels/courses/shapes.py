"""A course as the API gives it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core import clock
from knowledge_base.courses.service import CourseView


def shape(course: CourseView) -> dict[str, Any]:
    """The course with its meetings in RFC 3339 and the address of its calendar file."""
    return {
        **asdict(course),
        "sessions": [{"start": clock.rfc3339(start), "end": clock.rfc3339(end)} for start, end in course.sessions],
        "starts_at": clock.rfc3339(course.starts_at),
        "url_ics": f"/api/v1/courses/{course.id}.ics",
    }
