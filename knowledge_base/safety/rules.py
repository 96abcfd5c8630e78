"""Reads the rule files and applies them to a message."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.patterns import Words, compile_pattern, find, split

RULES = Path(__file__).parent / "rules"
# The order in which a message that fits several is answered.
CATEGORIES = ("suicide", "medical", "violence", "child", "missing", "threat")
_KEYS = {"language", *CATEGORIES, "not_crisis", "wants_human", "not_wants_human"}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One language's patterns by category, and those that take a find back."""

    language: str
    crisis: dict[str, tuple[str, ...]]
    not_crisis: tuple[str, ...]
    wants_human: tuple[str, ...]
    not_wants_human: tuple[str, ...]
    _by_word: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def read(path: Path) -> RuleSet:
    """Read and check one file; ValueError names the file and what is wrong with it."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    unknown = set(data) - _KEYS
    if unknown:
        raise ValueError(f"{path}: unknown keys {sorted(unknown)}; known are {sorted(_KEYS)}")
    for key in _KEYS - {"language"}:
        for pattern in data.get(key) or []:
            try:
                compile_pattern(str(pattern))
            except ValueError as error:
                raise ValueError(f"{path}: {key}: {error}") from error

    def patterns(key: str) -> tuple[str, ...]:
        return tuple(str(p) for p in data.get(key) or [])

    return RuleSet(
        language=path.stem,
        crisis={c: patterns(c) for c in CATEGORIES},
        not_crisis=patterns("not_crisis"),
        wants_human=patterns("wants_human"),
        not_wants_human=patterns("not_wants_human"),
    )


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """All languages' rules. All are applied to every message: people mix languages, and detection can be wrong."""
    return tuple(read(RULES / f"{language}.yml") for language in LANGUAGES if (RULES / f"{language}.yml").exists())


def crisis_category(text: str, sets: tuple[RuleSet, ...] | None = None) -> str | None:
    """The category that the message fits, or None.

    A find counts unless a `not_crisis` pattern of the same language lies over it (past loss, negation, idiom, a question
    about the theme). Of several categories the most urgent one that was found most often is taken.
    """
    message = split(text)
    counts: dict[str, int] = defaultdict(int)
    for rules in sets if sets is not None else rule_sets():
        taken_back = [span for p in rules.not_crisis for span in find(p, message)]
        for category, patterns in rules.crisis.items():
            spans = {span for p in patterns for span in find(p, message)}
            counts[category] += sum(not _covered(span, taken_back) for span in spans)
    found = [c for c in CATEGORIES if counts[c]]
    return max(found, key=lambda c: (min(counts[c], 2), -CATEGORIES.index(c))) if found else None


def wants_human(text: str, sets: tuple[RuleSet, ...] | None = None) -> bool:
    """Does the person ask to talk with a person?"""
    message = split(text)
    for rules in sets if sets is not None else rule_sets():
        taken_back = [span for p in rules.not_wants_human for span in find(p, message)]
        if any(not _covered(s, taken_back) for p in rules.wants_human for s in find(p, message)):
            return True
    return False


def _covered(span: tuple[int, int], by: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in by)


__all__ = ["CATEGORIES", "RuleSet", "Words", "crisis_category", "read", "rule_sets", "wants_human"]
