"""A course as a calendar file (RFC 5545)."""

from __future__ import annotations

from icalendar import Calendar, Event, vUri

from core.i18n import SOURCE_LANGUAGE
from knowledge_base.courses.models import Course, CourseSession
from knowledge_base.courses.views import pick


def as_ics(course: Course, language: str = SOURCE_LANGUAGE) -> bytes:
    """All meetings of the course, each an event in UTC.

    UIDs stay when a course is imported anew and SEQUENCE grows with each change, so a calendar that has the old file
    replaces its events. The same state gives the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Naer//Courses//NO")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for session in course.sessions:
        calendar.add_component(_event(course, session, language))
    return bytes(calendar.to_ical())


def _event(course: Course, session: CourseSession, language: str) -> Event:
    event = Event()
    event.add("uid", f"{course.id}-{session.key}@naer")
    event.add("dtstamp", course.updated_at)
    event.add("last-modified", course.updated_at)
    event.add("sequence", course.sequence)
    event.add("dtstart", session.starts_at)
    if session.ends_at > session.starts_at:
        event.add("dtend", session.ends_at)
    event.add("summary", pick(course.title, language))
    about = "\n\n".join(part for part in (pick(course.summary, language), course.signup_url) if part)
    if about:
        event.add("description", about)
    if course.place:
        event.add("location", course.place)
    if course.signup_url:
        event.add("url", vUri(course.signup_url))
    event.add("status", "CANCELLED" if course.cancelled else "CONFIRMED")
    return event
