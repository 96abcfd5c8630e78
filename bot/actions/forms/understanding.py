"""How words are taken inside a guided talk: skip, stop, an option, a date, a phone number, a correction, a question.

Words are compared folded (case, diacritics and punctuation away). The lists are data: `words.yml`, `synonyms.yml`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import dateparser
import yaml

from core import clock
from core.guided import ANY, SCALE, GuidedTalk, Question, option_title
from core.i18n import LANGUAGES, text

_HERE = Path(__file__).parent
_PHONE = re.compile(r"(?:\+|00)?\d[\d ().-]{6,20}\d")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}", re.I)
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DATES: Any = {"PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"}
_DAY_AND_MONTH = re.compile(r"(?<![\d.:/])(\d{1,2})[./](\d{1,2})\.?(?![./:-]?\d)")
_QUESTION_MARKS = ("?", "؟", "፧", "؟")
_MOST_WORDS = 6  # a longer message that holds "stop" or "skip" is about something else


def fold(words: str) -> str:
    """Case, diacritics and punctuation away: "Hopp over!" is "hopp over"."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.split())


def _read(name: str) -> dict[str, Any]:
    """A data file, every scalar as text: `no` is a word here."""
    found: dict[str, Any] = yaml.load((_HERE / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


@cache
def _words(kind: str) -> tuple[str, ...]:
    """The phrases of a kind in all languages, folded; a person may mix them."""
    raw = _read("words.yml")
    return tuple(sorted({fold(phrase) for phrases in raw[kind].values() for phrase in phrases}, key=len, reverse=True))


@cache
def _synonyms() -> dict[str, dict[str, tuple[str, ...]]]:
    raw = _read("synonyms.yml")
    return {
        group: {option: tuple(fold(s) for s in stems.split(",")) for option, stems in options.items()}
        for group, options in raw.items()
    }


# Slots that share a list of synonyms.
_GROUPS = {"matters_about": "theme", "course_theme": "theme"}


def says(kind: str, message: str) -> bool:
    """Is the message one of the phrases of this kind, perhaps with a "please" or a "takk" beside it?"""
    words = fold(message)
    if len(words.split()) > _MOST_WORDS:
        return False
    polite = _words("polite")
    bare = " ".join(w for w in words.split() if w not in polite)
    return words in _words(kind) or bare in _words(kind)


def same(one: str, other: str) -> bool:
    """The same words, whatever their case and signs?"""
    return fold(one) == fold(other)


def begins_with(kind: str, message: str) -> bool:
    """Does the message begin with one of the phrases of this kind, as whole words?"""
    words = fold(message) + " "
    return any(words.startswith(phrase + " ") for phrase in _words(kind))


def is_question(message: str) -> bool:
    """Does the message ask something, rather than tell?"""
    return message.rstrip().endswith(_QUESTION_MARKS) or begins_with("question", message)


def answer_to(question: Question, message: str, language: str) -> str | None:
    """The answer that a message gives to a question; None where it gives none. Free text is the caller's business."""
    if question.kind == "date":
        found = day_in(message, language)
        return found.isoformat() if found else None
    if question.kind == "phone":
        return phone_in(message) or email_in(message)
    exact = _by_title(question, message, language)
    return exact if exact is not None or question.free else option_in(question, message)


def _by_title(question: Question, message: str, language: str) -> str | None:
    words = fold(message)
    for each in (language, "nb", "en"):
        for option in question.options:
            mine = option != "own" or (each == language != "nb")  # "your own language" is the reader's, not another's
            if mine and words == fold(option_title(question.slot, option, each)):
                return option
    if ANY in question.options and says("any", message):
        return ANY
    if not question.free:
        digits = _digits(words)
        if question.options == SCALE and digits in SCALE:
            return digits
        if question.options != SCALE and digits.isdigit() and 0 < int(digits) <= len(question.options):
            return question.options[int(digits) - 1]
    return None


def option_in(question: Question, message: str) -> str | None:
    """The one option that a message names by a synonym; None for none, or for several."""
    named = options_in(question, message)
    return named[0] if len(named) == 1 else None


def options_in(question: Question, message: str) -> list[str]:
    """The options that a message names, in the order of the words."""
    words = " " + fold(message)
    group = _synonyms().get(_GROUPS.get(question.slot, question.slot), {})
    if question.options == SCALE:
        group = _synonyms()["scale"]
    if question.options == ("yes", "no"):
        group = _synonyms()["yes_no"]
    named: dict[int, tuple[int, str]] = {}  # where in the words → the longest stem there, its option
    for option in question.options:
        for stem in group.get(option, ()):
            at = words.find(" " + stem)
            if at >= 0 and len(stem) > named.get(at, (0, ""))[0]:
                named[at] = (len(stem), option)
    return list(dict.fromkeys(option for _, (_, option) in sorted(named.items())))


@dataclass(frozen=True, slots=True)
class Correction:
    """An earlier answer taken back: with the new value, or None to ask anew."""

    slot: str
    value: str | None


def correction(talk: GuidedTalk, values: dict[str, str], message: str, requested: str | None) -> Correction | None:
    """An earlier answer that a message corrects: "no, it is my father, not my mother", "change the theme"."""
    says_no = begins_with("correct", message)
    wants_change = begins_with("change", message)
    if not (says_no or wants_change):
        return None
    for question in talk.questions:
        earlier = values.get(question.slot)
        if earlier is None or question.slot == requested:
            continue
        others = [o for o in options_in(question, message) if o != earlier]
        if others and question.options not in (SCALE, ("yes", "no")):
            return Correction(question.slot, others[0])
        if wants_change and _names_field(question.slot, message):
            return Correction(question.slot, None)
    return None


def _names_field(slot: str, message: str) -> bool:
    words = set(fold(message).split())
    for language in LANGUAGES:
        label = [w for w in fold(text(f"form.{slot}.label", language)).split() if len(w) > 3]
        if label and any(w.startswith(part[:5]) for part in label for w in words if len(w) > 3):
            return True
    return False


def phone_in(message: str) -> str | None:
    """A phone number: eight digits, or an international one; None for anything else."""
    found = _PHONE.search(_digits(message))
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
    plain = _number_words(_digits(message))
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
    words = fold(message).split()
    units = _read("words.yml")["units"]
    for number, word in pairwise(words):
        if number.isdigit() and int(number) < 100:
            for days, stems in units.items():
                if word.startswith(tuple(fold(s) for s in stems)):
                    return timedelta(days=int(days) * int(number))
    return None


def _number_words(message: str) -> str:
    numbers = _numbers()
    return " ".join(str(numbers.get(fold(w), w)) for w in message.split())


@cache
def _numbers() -> dict[str, str]:
    """Small numbers in words: "for tre uker siden"."""
    raw = _read("words.yml")
    return {fold(word): number for number, words in raw["numbers"].items() for word in words}


def _digits(message: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in message)
