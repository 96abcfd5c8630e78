"""The fonts of the PDF documents, and which characters they can show. None is taken from the machine."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import fontpkg_amiri
import fontpkg_noto_sans
from fontTools.ttLib import TTFont

# Latin and Cyrillic; Arabic script; Ge'ez; signs. Amiri, since its letters come out right when text is copied or read
# aloud: fonts that put dots on letters as glyphs of their own (Noto Sans Arabic) do not.
FAMILIES = ("Noto Sans", "Amiri", "Noto Sans Ethiopic", "Noto Emoji")
FOLDERS = (
    Path(fontpkg_noto_sans.__file__).parent / "files",
    Path(fontpkg_amiri.__file__).parent / "files",
    Path(__file__).parent / "fonts",
)
_ARABIC_MARKS = re.compile("[\u064b-\u0655\u0670]")
MISSING = "\u25fb"  # an empty square


@cache
def _covered() -> frozenset[int]:
    found: set[int] = set()
    for path in (p for folder in FOLDERS for p in folder.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found)


def showable(words: str) -> str:
    """The words with a square for each character that no font has; invisible ones stay, accents without a glyph go."""
    covered = _covered()
    return "".join(c if ord(c) in covered or c == "\n" else _instead(c) for c in readable(words))


def readable(words: str) -> str:
    """Letters composed, vowel marks of Arabic script left out (readers do without them).

    A PDF maps glyphs to text. A letter with a mark makes two glyphs of one text, and the letter's glyph then says
    letter and mark wherever it stands: whole words came out wrong when read aloud or copied.
    """
    return _ARABIC_MARKS.sub("", unicodedata.normalize("NFC", words))


def _instead(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return character
    return {"Zs": " ", "Zl": " ", "Zp": " ", "Mn": "", "Me": ""}.get(category, MISSING)
