"""The translation catalogue: every text that a user sees, by key and language, in `core/locales/<area>/<lang>.json`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

LANGUAGES = ("nb", "nn", "en", "pl", "uk", "ar", "so", "ur", "fa", "lt", "ti", "tr")
SOURCE_LANGUAGE = "nb"
RIGHT_TO_LEFT = frozenset({"ar", "ur", "fa"})
NAMES = {
    "nb": "Norsk bokmål",
    "nn": "Norsk nynorsk",
    "en": "English",
    "pl": "Polski",
    "uk": "Українська",
    "ar": "العربية",
    "so": "Soomaali",
    "ur": "اردو",
    "fa": "فارسی / دری",
    "lt": "Lietuvių",
    "ti": "ትግርኛ",
    "tr": "Türkçe",
}
LOCALES = Path(__file__).parent / "locales"


_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NUMBER_GROUPS = re.compile(r"(?<![\u2066\w])\+?\d+(?: \d+)+(?!\w)")


def isolate_numbers(text: str, language: str) -> str:
    """In right-to-left text, keep "116 117" from being shown as "117 116": an isolate around spaced digit groups."""
    if language not in RIGHT_TO_LEFT:
        return text
    return _NUMBER_GROUPS.sub("\u2066\\g<0>\u2069", text)


@cache
def catalogue(area: str, language: str) -> dict[str, str]:
    """All texts of an area (`bot`, `chat`, `staff`) in one language."""
    path = LOCALES / area / f"{language}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def text(key: str, language: str, area: str = "bot", /, **values: object) -> str:
    """The text of a key, placeholders filled.

    A language without the key falls back to Norwegian (tests/core hold that none lacks one); an unknown key is a
    programming error and raises KeyError.
    """
    template = catalogue(area, language).get(key) or catalogue(area, SOURCE_LANGUAGE)[key]
    return _PLACEHOLDER.sub(lambda m: str(values.get(m[1], m[0])), template)
