"""Courses for a wish, and what comes near where none fits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.database import Database
from knowledge_base.courses import service
from knowledge_base.courses.finder import Wish, find, is_full

FEED = """[
 {"id": "a", "title": "A", "theme": "dementia", "audience": "adult", "language": "nb", "digital": true, "seats": 9, "seats_left": 3, "sessions": [%(soon)s]},
 {"id": "b", "title": "B", "theme": "cancer", "audience": "adult", "language": "en", "seats": 9, "seats_left": 0, "waiting_list": true, "sessions": [%(soon)s]},
 {"id": "c", "title": "C", "theme": "general", "audience": "adult", "language": "nb", "sessions": [%(late)s]},
 {"id": "d", "title": "D", "theme": "dementia", "audience": "youth", "language": "nb", "sessions": [%(soon)s]}
]"""


def _meeting(days: int) -> str:
    begin = clock.now() + timedelta(days=days)
    return f'{{"start": "{clock.rfc3339(begin)}", "end": "{clock.rfc3339(begin + timedelta(hours=2))}"}}'


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as made:
        feed = FEED % {"soon": _meeting(10), "late": _meeting(120)}
        report = service.import_feed(made, "lillestrom", feed.encode(), "json", "portal")
        assert report.created == 4, report
        yield made


def titles(found: tuple[service.CourseView, ...]) -> list[str]:
    return [c.title for c in found]


def test_all_of_the_wish_is_kept(session: Session) -> None:
    found = find(session, "lillestrom", Wish("adult", "dementia", "nb", 31, True), "nb")
    assert (titles(found.fitting), found.others) == (["A"], ())


def test_a_full_course_is_shown_with_others_that_have_room(session: Session) -> None:
    found = find(session, "lillestrom", Wish("adult", "cancer"), "nb")
    assert titles(found.fitting) == ["B"]
    assert is_full(found.fitting[0])
    assert titles(found.others)[0] == "C"


def test_nearest_first_and_never_for_others_than_asked(session: Session) -> None:
    found = find(session, "lillestrom", Wish("adult", "dementia", "ti", 31, False), "nb")
    assert found.fitting == ()
    assert titles(found.others) == ["A", "C"]


def test_time_is_a_limit(session: Session) -> None:
    assert titles(find(session, "lillestrom", Wish("adult", "general"), "nb").fitting) == ["C"]
    assert find(session, "lillestrom", Wish("adult", "general", within_days=92), "nb").fitting == ()
