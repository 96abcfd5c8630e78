"""Texts on their way into a document: control characters out, direction found, links only where they are safe."""

from __future__ import annotations

import unicodedata
from typing import Literal
from urllib.parse import urlsplit

from core import i18n

Direction = Literal["ltr", "rtl"]
# Characters that turn the direction of what follows: in a text from outside they could show a number or name reversed.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def clean(words: str) -> str:
    """The words with line breaks as \\n, without control characters, direction overrides and unpaired surrogates."""
    kept = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        c
        for c in kept
        if c == "\n" or (c not in _OVERRIDES and unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co"))
    ).strip()


def direction_of(language: str) -> Direction:
    """Which way a language is written."""
    return "rtl" if language in i18n.RIGHT_TO_LEFT else "ltr"


def direction_in(words: str, otherwise: Direction) -> Direction:
    """Which way a person's words read: by their first letter, as browsers find it for `dir="auto"`."""
    for character in words:
        bidi = unicodedata.bidirectional(character)
        if bidi in ("R", "AL"):
            return "rtl"
        if bidi == "L":
            return "ltr"
    return otherwise


def safe_url(url: str) -> str | None:
    """The address if a reader may follow it, else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in _SCHEMES and (parts.netloc or parts.scheme in ("mailto", "tel")) else None
