"""Small wishes about the answer just given: more of it, or simpler."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.patterns import PatternIndex, compile_pattern, find, split

WISHES = Path(__file__).parent / "wishes.yml"
Wish = Literal["more", "simpler"]
_KINDS: tuple[Wish, ...] = ("more", "simpler")
_MOST_WORDS = 10  # a longer message says something of its own


@cache
def _patterns() -> tuple[dict[Wish, frozenset[str]], PatternIndex]:
    """Every language's patterns by wish; ValueError names a wrong one."""
    data = yaml.safe_load(WISHES.read_text(encoding="utf-8"))
    if set(data) != set(LANGUAGES) or any(set(entry) != set(_KINDS) for entry in data.values()):
        raise ValueError(f"{WISHES}: every language has the keys {', '.join(_KINDS)}, and no other")
    found = {kind: frozenset(p for entry in data.values() for p in entry[kind]) for kind in _KINDS}
    for pattern in frozenset().union(*found.values()):
        compile_pattern(pattern)
    return found, PatternIndex(sorted(frozenset().union(*found.values())))


def wish(text: str) -> Wish | None:
    """What a short message wishes of the last answer; None for anything else."""
    message = split(text)
    if not 0 < len(message.words) <= _MOST_WORDS:
        return None
    patterns, index = _patterns()
    possible = [p for p in index.candidates(message) if find(p, message)]
    return next((kind for kind in reversed(_KINDS) if not patterns[kind].isdisjoint(possible)), None)
