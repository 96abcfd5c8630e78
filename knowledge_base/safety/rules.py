"""Reads the rule files and applies them to a message."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.patterns import PatternIndex, compile_pattern, find, split

RULES = Path(__file__).parent / "rules"
# The order in which a message that fits several is answered.
CATEGORIES = ("suicide", "medical", "violence", "child", "missing", "threat")
_KEYS = {"language", *CATEGORIES, "not_crisis", "wants_human", "not_wants_human"}


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """One language's patterns by category, and those that take a find back."""

    language: str
    crisis: dict[str, tuple[str, ...]]
    not_crisis: tuple[str, ...]
    wants_human: tuple[str, ...]
    not_wants_human: tuple[str, ...]


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


@cache
def _index(sets: tuple[RuleSet, ...]) -> PatternIndex:
    return PatternIndex(
        [
            p
            for r in sets
            for group in (*r.crisis.values(), r.not_crisis, r.wants_human, r.not_wants_human)
            for p in group
        ]
    )


class _Finds:
    """What a message fits: each pattern is matched at most once, and only if all its words are there."""

    def __init__(self, text: str, sets: tuple[RuleSet, ...]) -> None:
        self._message = split(text)
        self._possible = frozenset(_index(sets).candidates(self._message))

    def count(self, patterns: tuple[str, ...], unless: tuple[str, ...]) -> int:
        """In how many places a pattern matches, without those over which one of `unless` lies."""
        spans = set(self._spans(patterns))
        if not spans:
            return 0
        taken_back = self._spans(unless)
        return sum(not _covered(span, taken_back) for span in spans)

    def any(self, patterns: tuple[str, ...]) -> bool:
        """Does one of them match anywhere?"""
        return any(find(p, self._message) for p in patterns if p in self._possible)

    def _spans(self, patterns: tuple[str, ...]) -> list[tuple[int, int]]:
        return [span for p in patterns if p in self._possible for span in find(p, self._message)]


def assess(text: str, sets: tuple[RuleSet, ...] | None = None) -> tuple[str | None, bool, bool]:
    """The crisis category that the message fits (or None), whether the person asks for a person, and whether any
    `not_crisis` pattern fits, so that a look-alike is likely.

    A find counts unless a `not_…` pattern of the same language lies over it (past loss, negation, idiom, a question about
    the theme). Of several categories the one found most often is taken, the most urgent of equals.
    """
    used = sets if sets is not None else rule_sets()
    finds = _Finds(text, used)
    counts: dict[str, int] = defaultdict(int)
    human = alike = False
    for rules in used:
        alike = alike or finds.any(rules.not_crisis)
        for category, patterns in rules.crisis.items():
            counts[category] += finds.count(patterns, rules.not_crisis)
        human = human or finds.count(rules.wants_human, rules.not_wants_human) > 0
    found = [c for c in CATEGORIES if counts[c]]
    return (max(found, key=lambda c: (min(counts[c], 2), -CATEGORIES.index(c))) if found else None), human, alike


def crisis_category(text: str, sets: tuple[RuleSet, ...] | None = None) -> str | None:
    """The crisis category alone."""
    return assess(text, sets)[0]


def wants_human(text: str, sets: tuple[RuleSet, ...] | None = None) -> bool:
    """The wish for a person alone."""
    return assess(text, sets)[1]


def _covered(span: tuple[int, int], by: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in by)


__all__ = ["CATEGORIES", "RuleSet", "crisis_category", "read", "rule_sets", "wants_human"]
