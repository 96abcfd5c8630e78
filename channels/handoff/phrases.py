"""The counsellors' canned phrases: written in Norwegian, sent in the relative's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import InvalidInput

FILE = Path(__file__).parent / "phrases.yml"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and its translations by language."""

    phrase_id: str
    title: str
    text: dict[str, str]

    def in_language(self, language: str, name: str) -> str:
        """The phrase for a relative; `{name}` is the counsellor's."""
        return self.text.get(language, self.text["nb"]).replace("{name}", name)


@cache
def phrases() -> dict[str, Phrase]:
    """All phrases by id."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {key: Phrase(key, entry["title"], entry["text"]) for key, entry in data.items()}


def access_phrase(phrase_id: str) -> Phrase:
    """The phrase of this id; InvalidInput otherwise."""
    found = phrases().get(phrase_id)
    if found is None:
        raise InvalidInput("No such phrase.", code="unknown_phrase")
    return found
