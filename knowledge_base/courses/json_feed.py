"""Courses from JSON: a list of entries, or `{"courses": [...]}`; the keys are those of content/courses.yml."""

from __future__ import annotations

import json
from typing import Any

from knowledge_base.courses.entries import (
    MAX_ENTRIES,
    MAX_SESSIONS,
    CourseEntry,
    Feed,
    make_entry,
    number_sessions,
    unreadable,
)
from knowledge_base.courses.times import RowError, read_moment


def read_json(text: str) -> Feed:
    """Every entry of the feed, or the problem with it (`row` is the entry's number)."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise unreadable(f"Line {error.lineno} is not valid JSON: {error.msg}.", error.lineno) from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, thousands of brackets
        raise unreadable("This is not JSON that can be read.") from error
    entries = data.get("courses") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        raise unreadable('JSON must be a list of courses, or {"courses": [...]}.')
    feed = Feed()
    for number, raw in enumerate(entries[:MAX_ENTRIES], 1):
        try:
            feed.add(number, entry_of(raw))
        except RowError as error:
            feed.refuse(number, error)
    if len(entries) > MAX_ENTRIES:
        feed.refuse(MAX_ENTRIES + 1, f"more than {MAX_ENTRIES} courses in one feed; the rest was left out")
    return feed


def entry_of(raw: object) -> CourseEntry:
    """One entry, with `sessions: [{start, end}]` or `start` and `end` of its own. RowError otherwise."""
    if not isinstance(raw, dict):
        raise RowError("an entry must be an object")
    given: Any = raw.get("sessions", [raw] if "start" in raw else [])
    if not isinstance(given, list) or not all(isinstance(s, dict) for s in given):
        raise RowError("`sessions` must be a list of {start, end}")
    if len(given) > MAX_SESSIONS:
        raise RowError(f"it has more than {MAX_SESSIONS} meetings")
    times = []
    for number, session in enumerate(given, 1):
        try:
            times.append((read_moment(session.get("start")), read_moment(session.get("end"))))
        except RowError as error:
            raise RowError(f"meeting {number}: {error}") from error
    return make_entry(raw, number_sessions(times))
