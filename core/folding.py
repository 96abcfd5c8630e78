"""Letters that people type in many ways fall together: "İngilizce", "ingilizce"; "Żeby", "zeby"."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case and without combining marks; punctuation and spaces stay."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
