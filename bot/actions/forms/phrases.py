"""Phrases that mean one thing: skip, stop, yes, "could you ...?"; compared without case, diacritics and punctuation.

The lists are data: `words.yml`, `synonyms.yml`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.folding import fold

_HERE = Path(__file__).parent
_QUESTION_MARKS = ("?", "؟", "፧", "؟")
_MOST_WORDS = 6  # a longer message that holds "stop" or "skip" is about something else


def bare(words: str) -> str:
    """Case, diacritics and punctuation away: "Hopp over!" is "hopp over"."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(words)).split())


def word_lists() -> dict[str, Any]:
    """`words.yml`: kind → language → phrases (units and numbers have their own shape)."""
    return _read("words.yml")


def synonym_lists() -> dict[str, Any]:
    """`synonyms.yml`: group → option → stems, with commas between."""
    return _read("synonyms.yml")


def _read(name: str) -> dict[str, Any]:
    """A data file, every scalar as text: `no` is a word here."""
    found: dict[str, Any] = yaml.load((_HERE / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


@cache
def _words(kind: str) -> tuple[str, ...]:
    """The phrases of a kind in all languages, folded; a person may mix them."""
    raw = word_lists()
    return tuple(sorted({bare(phrase) for phrases in raw[kind].values() for phrase in phrases}, key=len, reverse=True))


def says(kind: str, message: str) -> bool:
    """Is the message one of the phrases of this kind, perhaps with a "please" or a "takk" beside it?"""
    words = bare(message)
    if len(words.split()) > _MOST_WORDS:
        return False
    polite = _words("polite")
    without = " ".join(w for w in words.split() if w not in polite)
    return words in _words(kind) or without in _words(kind)


def same(one: str, other: str) -> bool:
    """The same words, whatever their case and signs?"""
    return bare(one) == bare(other)


def begins_with(kind: str, message: str) -> bool:
    """Does the message begin with one of the phrases of this kind, as whole words?"""
    words = bare(message) + " "
    return any(words.startswith(phrase + " ") for phrase in _words(kind))


def is_question(message: str) -> bool:
    """Does the message ask something, rather than tell?"""
    return message.rstrip().endswith(_QUESTION_MARKS) or begins_with("question", message)
