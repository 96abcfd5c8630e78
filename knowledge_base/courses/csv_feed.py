"""Courses from CSV: one row a meeting; rows with the same id are one course, and the first of them describes it.

Separator `;`, `,` or tab; English or Norwegian column names; a text in another language as `title_en`, `summary_pl`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge_base.courses.entries import MAX_ENTRIES, Feed, make_entry, number_sessions, unreadable
from knowledge_base.courses.times import RowError, read_moment, shown

MAX_ROWS = 10_000
_NEEDED = ("id", "title", "start", "end")
_NAMES = {
    "kurs-id": "id", "kursid": "id", "tittel": "title", "beskrivelse": "summary", "sammendrag": "summary",
    "målgruppe": "audience", "tema": "theme", "språk": "language", "slutt": "end", "sted": "place",
    "digitalt": "digital", "plasser": "seats", "ledige plasser": "seats_left", "ledige": "seats_left",
    "venteliste": "waiting_list", "påmelding": "signup_url", "artikkel": "article", "avlyst": "cancelled",
}  # fmt: skip

Row = dict[str, str]


def read_csv(text: str) -> Feed:
    """Every course of the feed, or the problem with it (`row` is the line where the row begins)."""
    feed = Feed()
    courses: dict[str, list[tuple[int, Row]]] = {}
    for line, row in _rows(text, feed):
        identity = row.get("id", "")
        if not identity:
            feed.refuse(line, "`id` is missing")
        elif identity not in courses and len(courses) == MAX_ENTRIES:
            feed.refuse(line, f"more than {MAX_ENTRIES} courses in one feed; the rest was left out")
            break
        else:
            courses.setdefault(identity, []).append((line, row))
    for rows in courses.values():
        _read_course(feed, rows)
    feed.problems.sort(key=lambda p: p.row)
    return feed


def _rows(text: str, feed: Feed) -> Iterator[tuple[int, Row]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for number, cells in enumerate(reader):
            values = [cell.strip() for cell in cells]
            if number > MAX_ROWS:
                feed.refuse(line, f"more than {MAX_ROWS} rows; the rest was left out")
                return
            if not any(values):
                pass  # an empty line between rows says nothing
            elif header is None:
                header = _header(values)
            elif len(values) > len(header):
                feed.refuse(line, f"{len(values)} cells, but the header names {len(header)} columns")
            else:
                yield line, dict(zip(header, values, strict=False))
            line = reader.line_num + 1
    except csv.Error as error:
        if header is None:
            raise unreadable(f"Line {line} can't be read as CSV: {error}.", line) from error
        feed.refuse(line, f"can't be read as CSV from here on: {error}")
    if header is None:
        raise unreadable("The CSV has no header.")


def _header(cells: list[str]) -> list[str]:
    names = [_NAMES.get(cell.casefold(), cell.casefold()) for cell in cells]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise unreadable(f"The header lacks the columns {', '.join(missing)}.")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise unreadable(f"The header names {', '.join(twice)} twice.")
    return names


def _read_course(feed: Feed, rows: list[tuple[int, Row]]) -> None:
    line, first = rows[0]
    times, bad = [], False
    for at, row in rows:
        try:
            _check_same(first, row)
            times.append((read_moment(row.get("start")), read_moment(row.get("end"))))
            number_sessions(times[-1:])
        except RowError as error:
            bad = True
            # A course that lacks a meeting would be wrong: it stays as it was until the row is mended.
            rest = f"; the whole course {shown(first['id'])} was left out" if len(rows) > 1 else ""
            feed.refuse(at, f"{error}{rest}")
    if bad:
        return
    try:
        feed.add(line, make_entry(_fields(first), number_sessions(times)))
    except RowError as error:
        feed.refuse(line, error)


def _check_same(first: Row, row: Row) -> None:
    for key, value in row.items():
        if key not in ("start", "end") and value and value != first.get(key):
            raise RowError(f"`{key}` differs from the course's first row")


def _fields(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = dict(row)
    for name in ("title", "summary"):
        texts = {code: row[f"{name}_{code}"] for code in LANGUAGES if row.get(f"{name}_{code}")}
        if row.get(name):
            texts[SOURCE_LANGUAGE] = row[name]
        found[name] = texts
    return found
