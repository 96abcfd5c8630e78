"""Held-out sentences: tab-separated files with a header, a language each, written without sight of what is learned from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.i18n import LANGUAGES

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it is, as its set says: a dialogue act; a crisis category, look_alike, wants_human ..."""

    language: str
    label: str
    text: str


def read_tsv(name: str) -> list[list[str]]:
    """Rows without the header."""
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()[1:] if line]


def sentences(folder: str) -> list[Sentence]:
    """All sentences of a set: `acts` or `safety`."""
    return [Sentence(language, *row) for language in LANGUAGES for row in read_tsv(f"{folder}/{language}.tsv")]
