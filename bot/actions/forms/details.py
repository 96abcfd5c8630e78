"""Details that are told in a message: a day, a phone number, an e-mail address; in words or figures of any language."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import dateparser

from bot.actions.forms.phrases import bare, word_lists
from core import clock

_PHONE = re.compile(r"(?:\+|00)?\d[\d ().-]{6,20}\d")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}", re.I)
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DATES: Any = {"PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"}
_DAY_AND_MONTH = re.compile(r"(?<![\d.:/])(\d{1,2})[./](\d{1,2})\.?(?![./:-]?\d)")


def phone_in(message: str) -> str | None:
    """A phone number: eight digits, or an international one; None for anything else."""
    found = _PHONE.search(ascii_digits(message))
    if not found:
        return None
    digits = re.sub(r"[^\d+]", "", found[0])
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+47"):
        return digits if len(digits) == 11 else None
    if digits.startswith("+"):
        return digits if 8 <= len(digits) - 1 <= 15 else None
    return digits if len(digits) == 8 and digits[0] not in "01" else None


def email_in(message: str) -> str | None:
    """An e-mail address; None where there is none."""
    found = _EMAIL.search(message)
    return found[0].strip(".") if found else None


def day_in(message: str, language: str) -> date | None:
    """A day in the past, from words or figures in the person's language; None where none is named or it is to come."""
    today = clock.now().date()
    plain = _number_words(ascii_digits(message))
    found = _day(plain, language)
    if found is None or found > today or found < today - timedelta(days=3660):
        return None
    return found


def _day(message: str, language: str) -> date | None:
    iso = _ISO_DAY.search(message)
    if iso:
        try:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        except ValueError:
            return None
    short = _DAY_AND_MONTH.search(message)
    if short:
        return _latest(int(short[1]), int(short[2]))
    ago = _ago(message)
    if ago is not None:
        return clock.now().date() - ago
    languages = list(dict.fromkeys([language, "nb", "en"]))
    words = message.split()[:20]
    for length in range(min(5, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            span = " ".join(words[start : start + length]).strip(".,!?")
            if length > 1 and not any(c.isdigit() for c in span) and len(words) > 4:
                continue  # a longer text is searched for figures and single words only
            if span.isdigit() or len(span) < 4:
                continue
            parsed: datetime | None = dateparser.parse(span, languages=languages, settings=_DATES)
            if parsed is not None:
                return parsed.date()
    return None


def _latest(day: int, month: int) -> date | None:
    """The last time that it was this day: "12.10."."""
    today = clock.now().date()
    for year in (today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found <= today:
            return found
    return None


def _ago(message: str) -> timedelta | None:
    """So many days, weeks or months back: "2 weeks ago", in any of the languages."""
    words = bare(message).split()
    units = word_lists()["units"]
    for number, word in pairwise(words):
        if number.isdigit() and int(number) < 100:
            for days, stems in units.items():
                if word.startswith(tuple(bare(s) for s in stems)):
                    return timedelta(days=int(days) * int(number))
    return None


def _number_words(message: str) -> str:
    numbers = _numbers()
    return " ".join(str(numbers.get(bare(w), w)) for w in message.split())


@cache
def _numbers() -> dict[str, str]:
    """Small numbers in words: "for tre uker siden"."""
    raw = word_lists()
    return {bare(word): number for number, words in raw["numbers"].items() for word in words}


def ascii_digits(message: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in message)
