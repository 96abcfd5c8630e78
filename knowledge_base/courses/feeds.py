"""One door for the three kinds of feed. Nothing here touches the database."""

from __future__ import annotations

from datetime import datetime

from core import clock
from core.errors import InvalidInput, TooLong
from knowledge_base.courses.csv_feed import read_csv
from knowledge_base.courses.entries import Feed, unreadable
from knowledge_base.courses.ical import read_ical
from knowledge_base.courses.json_feed import read_json

FORMATS = ("ical", "csv", "json")
MAX_BYTES = 5_000_000


def check_size(size: int) -> None:
    """TooLong for a feed that is larger than 5 MB."""
    if size > MAX_BYTES:
        raise TooLong("A feed may have at most 5 MB.", code="feed_too_large", details={"limit_bytes": MAX_BYTES})


def read_feed(data: bytes, format: str, now: datetime | None = None) -> Feed:
    """The feed's courses and problems. Raises InvalidInput where nothing of it can be read, TooLong over 5 MB."""
    check_size(len(data))
    if format not in FORMATS:
        raise InvalidInput(
            f"Unknown format. Known: {', '.join(FORMATS)}.", code="unknown_format", details={"known": list(FORMATS)}
        )
    if not data.strip():
        raise unreadable("The feed is empty.")
    text = _decode(data, format)
    if format == "csv":
        return read_csv(text)
    return read_json(text) if format == "json" else read_ical(text, now or clock.now())


def _decode(data: bytes, format: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if format == "csv":
            # What Excel writes in Norway where it does not write UTF-8.
            return data.decode("cp1252", "replace")
        line = data.count(b"\n", 0, error.start) + 1
        raise unreadable(f"Line {line} is not UTF-8 text.", line) from error
