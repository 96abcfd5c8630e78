"""Times of meetings as feeds write them: with an offset, or local Norwegian time. Nonsense is refused, not mended."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from knowledge_base.municipalities import OSLO

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = timedelta(days=31)
_DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}|\d{1,2}\.\d{1,2}\.\d{4}")
_NORWEGIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}),?\s+(?:kl\.?\s*)?(\d{1,2})[:.](\d{2})")


class RowError(ValueError):
    """An entry of a feed that can't be taken in; the message is for a person."""


def shown(raw: object) -> str:
    """A value of a feed as a message may repeat it: short, on one line."""
    plain = " ".join(str(raw).split())
    return f"«{plain[:60]}…»" if len(plain) > 60 else f"«{plain}»"


def read_moment(raw: object) -> datetime:
    """A moment in UTC from `2027-01-19T18:00:00+01:00`, `2027-01-19 18:00` or `19.01.2027 18:00` (local time)."""
    text = str(raw or "").strip()
    if not text:
        raise RowError("a time is missing")
    if _DAY_ONLY.fullmatch(text):
        raise RowError(f"{shown(text)} is a day without a time")
    norwegian = _NORWEGIAN.fullmatch(text)
    try:
        if norwegian:
            day, month, year, hour, minute = map(int, norwegian.groups())
            found = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - made aware below
        else:
            found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowError(f"{shown(text)} is no date and time") from error
    return to_utc(found, OSLO)


def check_year(moment: datetime) -> None:
    """RowError for a year in which no course is held."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise RowError(f"{shown(moment.isoformat(' '))} is not between {FIRST_YEAR} and {LAST_YEAR}")


def to_utc(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in UTC; without an offset it is local time in `zone`. Refuses hours that summer time leaves out."""
    check_year(moment)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    found = moment.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != moment.replace(fold=0):
        raise RowError(f"{shown(moment.isoformat(' '))} does not exist: the clock goes forward over it")
    return found


def check_span(start: datetime, end: datetime, *, may_be_instant: bool = False) -> None:
    """RowError unless the meeting ends after it starts, within a month. iCalendar allows an event without length."""
    if end < start:
        raise RowError(f"ends ({_local(end)}) before it starts ({_local(start)})")
    if end == start and not may_be_instant:
        raise RowError(f"ends when it starts ({_local(start)})")
    if end - start > LONGEST:
        raise RowError(f"lasts longer than {LONGEST.days} days ({_local(start)} to {_local(end)})")


def day_bound(value: date | datetime, *, after: bool) -> datetime:
    """A moment in UTC; of a day the start in Norway, or with `after` its end."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    day = value + timedelta(days=1) if after else value
    return datetime(day.year, day.month, day.day, tzinfo=OSLO).astimezone(UTC)


def _local(moment: datetime) -> str:
    return moment.astimezone(OSLO).strftime("%Y-%m-%d %H:%M")
