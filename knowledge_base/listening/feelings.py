"""Which feeling a message carries, if one: rules in data files a language, with the embedding as a second opinion."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.patterns import PatternIndex, Words, compile_pattern, find, split

FEELINGS_FOLDER = Path(__file__).parent / "feelings"
# Of several that are found equally often, the first.
FEELINGS = ("grief", "shame", "loneliness", "fear", "anger", "strain")
# In scripts that leave out vowels one letter makes another word: there no typing error is forgiven.
_EXACT = frozenset({"ar", "ur", "fa", "ti"})
_BARE = re.compile(r"(?:(?<=^)|(?<=[ |]))(?=[^\W_][^ |]*(?: |\||$))(?![^ |]*\*)")
_KEYS = {"language", *FEELINGS, "not_feeling"}


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    language: str
    patterns: dict[str, tuple[str, ...]]


def read(path: Path) -> _Rules:
    """Read and check one file; ValueError names the file and what is wrong with it."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    if set(data) - _KEYS or data.get("language") != path.stem:
        raise ValueError(f"{path}: unknown keys {sorted(set(data) - _KEYS)}, or another language than the file's name")
    patterns = {key: tuple(str(p) for p in data.get(key) or []) for key in (*FEELINGS, "not_feeling")}
    if path.stem in _EXACT:
        patterns = {key: tuple(_BARE.sub("=", p) for p in group) for key, group in patterns.items()}
    for key, group in patterns.items():
        for pattern in group:
            try:
                compile_pattern(pattern)
            except ValueError as error:
                raise ValueError(f"{path}: {key}: {error}") from error
    return _Rules(path.stem, patterns)


@cache
def _rules() -> tuple[tuple[_Rules, ...], PatternIndex]:
    rules = tuple(read(FEELINGS_FOLDER / f"{language}.yml") for language in LANGUAGES)
    return rules, PatternIndex(sorted({p for r in rules for group in r.patterns.values() for p in group}))


@dataclass(frozen=True, slots=True)
class Felt:
    """`feeling`: what the rules find, or None. `denied`: a rule says that what looks like one is none."""

    feeling: str | None
    denied: bool


def by_rules(text: str) -> Felt:
    """What the rules find. All languages' rules are applied, as in the safety screen; a take-back counts in its own language."""
    rules, index = _rules()
    message = split(text)
    possible = frozenset(index.candidates(message))
    counts: dict[str, int] = defaultdict(int)
    denied = False
    for rule in rules:
        taken_back = _spans(rule.patterns["not_feeling"], possible, message)
        denied = denied or bool(taken_back)
        for feeling in FEELINGS:
            spans = set(_spans(rule.patterns[feeling], possible, message))
            counts[feeling] += sum(not any(s < end and start < e for s, e in taken_back) for start, end in spans)
    found = [f for f in FEELINGS if counts[f]]
    return Felt(max(found, key=lambda f: min(counts[f], 2)) if found else None, denied)


def _spans(patterns: tuple[str, ...], possible: frozenset[str], message: Words) -> list[tuple[int, int]]:
    return [span for p in patterns if p in possible for span in find(p, message)]
