"""The fields of one entry, whichever feed it comes from: read leniently, checked strictly, every fault gathered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge_base.content_format import SLUG
from knowledge_base.courses.times import shown

_WORDS = {
    "voksen": "adult", "voksne": "adult", "vaksne": "adult", "barn": "child", "ungdom": "youth", "unge": "youth",
    "demens": "dementia", "kreft": "cancer", "generelt": "general", "alle": "general",
}  # fmt: skip
_YES = frozenset({"true", "yes", "ja", "1", "x"})
_NO = frozenset({"", "false", "no", "nei", "0"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Fields:
    """Reads one entry's fields and gathers what is wrong with them."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.problems: list[str] = []

    def text(self, key: str, limit: int, *, needed: bool = False) -> str | None:
        """A text without what no database takes; None where it is empty."""
        return self._clean(key, self.raw.get(key), limit, needed)

    def _clean(self, key: str, value: object, limit: int, needed: bool) -> str | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            self.problems.append(f"`{key}` must be a text")
            return None
        # What no database takes: control characters and halves of characters.
        found = _CONTROL.sub("", str("" if value is None else value)).encode("utf-8", "replace").decode().strip()
        if needed and not found:
            self.problems.append(f"`{key}` is missing")
        if len(found) > limit:
            self.problems.append(f"`{key}` has more than {limit} characters")
        return found or None

    def by_language(self, key: str, limit: int, *, needed: bool = False) -> dict[str, str]:
        """Texts by language; a plain text is Norwegian."""
        value = self.raw.get(key)
        texts = value if isinstance(value, dict) else {SOURCE_LANGUAGE: value}
        unknown = [str(code) for code in texts if code not in LANGUAGES]
        if unknown:
            self.problems.append(f"`{key}` has an unknown language {shown(', '.join(unknown))}")
        cleaned = {code: self._clean(key, texts[code], limit, False) for code in LANGUAGES if code in texts}
        found = {code: text for code, text in cleaned.items() if text}
        if needed and not found:
            self.problems.append(f"`{key}` is missing")
        return found

    def one_of(self, key: str, allowed: Sequence[str], default: str) -> str:
        """One of the allowed values, also by its Norwegian name."""
        given = str(self.raw.get(key) or default).strip().casefold()
        found = _WORDS.get(given, given)
        if found not in allowed:
            self.problems.append(f"`{key}` {shown(given)} must be one of {', '.join(allowed)}")
        return found

    def number(self, key: str) -> int | None:
        """A whole number, or None."""
        value = self.raw.get(key)
        if value is None or value == "":
            return None
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,5}", text):
            self.problems.append(f"`{key}` {shown(value)} must be a whole number from 0 to 99999")
            return None
        return int(text)

    def yes(self, key: str) -> bool:
        """Yes or no; nothing is no."""
        value = self.raw.get(key)
        text = str("" if value is None else value).strip().casefold()
        if text not in _YES | _NO:
            self.problems.append(f"`{key}` {shown(value)} must be yes or no")
        return text in _YES

    def address(self, key: str) -> str | None:
        """A web address, or None."""
        found = self.text(key, 500)
        if found is None:
            return None
        try:
            parts = urlsplit(found)
            good = parts.scheme in ("https", "http") and bool(parts.hostname) and not re.search(r"\s", found)
        except ValueError:
            good = False
        if not good:
            self.problems.append(f"`{key}` {shown(found)} is no web address (https://…)")
        return found

    def slug(self, key: str) -> str | None:
        """An article's id, or None."""
        found = self.text(key, 80)
        if found is not None and not SLUG.match(found):
            self.problems.append(f"`{key}` {shown(found)} is no article's id")
        return found
