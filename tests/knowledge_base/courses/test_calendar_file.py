"""Calendar files: read back by the library, stable over imports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from knowledge_base.courses import service
from knowledge_base.courses.models import Course

TITLE = "Å stå nær; kurs, del 1\\2 – " + "veldig langt " * 12
COURSE = {
    "id": "a", "title": {"nb": TITLE, "en": "Near"}, "summary": "Linje en\nLinje to", "place": "Rådhuset, sal 2",
    "signup_url": "https://kurs.example/a?x=1,2;3",
    "sessions": [
        {"start": "2027-03-24T18:00", "end": "2027-03-24T20:00"},
        {"start": "2027-03-31T18:00", "end": "2027-03-31T20:00"},
    ],
}  # fmt: skip


@pytest.fixture
def as_ics(bring_in, database):
    """Import the course, changed by name, and give its file."""

    def work(language: str = "nb", **change) -> bytes:
        bring_in(json.dumps([{**COURSE, **change}]), "json")
        with database.reading() as session:
            return service.as_ics(session.scalars(select(Course)).one(), language)

    return work


def events(data: bytes):
    return Calendar.from_ical(data).walk("VEVENT")


def test_what_goes_in_comes_out(as_ics) -> None:
    first, second = events(as_ics())
    assert (str(first["SUMMARY"]), str(first["LOCATION"])) == (TITLE.strip(), "Rådhuset, sal 2")
    assert str(first["DESCRIPTION"]) == "Linje en\nLinje to\n\nhttps://kurs.example/a?x=1,2;3"
    assert str(first["URL"]) == "https://kurs.example/a?x=1,2;3"
    assert (first["DTSTART"].dt, second["DTSTART"].dt) == (
        datetime(2027, 3, 24, 17, tzinfo=UTC),
        datetime(2027, 3, 31, 16, tzinfo=UTC),
    )
    assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(hours=2)


def test_the_form_that_calendars_want(as_ics) -> None:
    data = as_ics()
    assert b"DTSTART:20270324T170000Z\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert all(line.decode() is not None for line in data.split(b"\r\n"))  # no character is cut in two


def test_the_same_state_gives_the_same_bytes(as_ics, today) -> None:
    first = as_ics()
    today(datetime(2026, 12, 1, tzinfo=UTC))
    assert as_ics() == first


def test_a_moved_meeting_keeps_its_uid_and_raises_sequence(as_ics) -> None:
    before = events(as_ics())
    moved = [COURSE["sessions"][0], {"start": "2027-04-01T18:00", "end": "2027-04-01T20:00"}]
    after = events(as_ics(sessions=moved))
    assert [e["UID"] for e in after] == [e["UID"] for e in before]
    assert len({e["UID"] for e in after}) == 2
    assert [e["SEQUENCE"] for e in before] == [0, 0]
    assert [e["SEQUENCE"] for e in after] == [1, 1]


def test_a_cancelled_course_says_so(as_ics) -> None:
    as_ics()
    assert {str(e["STATUS"]) for e in events(as_ics(cancelled=True))} == {"CANCELLED"}


def test_language(as_ics) -> None:
    assert str(events(as_ics("en"))[0]["SUMMARY"]) == "Near"


def test_our_own_file_can_be_imported(as_ics, bring_in, upcoming) -> None:
    report = bring_in(as_ics(), "ical", "copy", "baerum")
    assert (report.created, report.problems) == (2, ())
    assert [c.starts_at.hour for c in upcoming(municipality="baerum")] == [17, 16]
