"""Reads the rule files and applies them to a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.patterns import PatternIndex, compile_pattern, find, split
from knowledge_base.safety.sentences import parts

RULES = Path(__file__).parent / "rules"
STANDING = Path(__file__).parent / "standing.yml"  # which patterns are doubtful or proven, made by `naer safety learn`
DOUBTFUL, PROVEN = "doubtful", "proven"  # its keys
# The order in which a message that fits several is answered.
CATEGORIES = ("suicide", "medical", "violence", "child", "missing", "threat")
_KEYS = {"language", *CATEGORIES, "not_crisis", "wants_human", "not_wants_human"}


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """One language's patterns by category, and those that take a find back."""

    language: str
    crisis: dict[str, frozenset[str]]
    not_crisis: frozenset[str]
    wants_human: frozenset[str]
    not_wants_human: frozenset[str]
    doubtful: frozenset[str] = frozenset()  # patterns that fit known harmless sentences as well, see standing.py
    proven: frozenset[str] = frozenset()  # those that have found crises and never anything else


def read(path: Path, standing: Mapping[str, Iterable[str]] | None = None) -> RuleSet:
    """Read and check one file; ValueError names the file and what is wrong with it. `standing`: as standing.py gives it."""
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

    def patterns(key: str) -> frozenset[str]:
        return frozenset(str(p) for p in data.get(key) or [])

    return RuleSet(
        language=path.stem,
        crisis={c: patterns(c) for c in CATEGORIES},
        not_crisis=patterns("not_crisis"),
        wants_human=patterns("wants_human"),
        not_wants_human=patterns("not_wants_human"),
        doubtful=frozenset((standing or {}).get(DOUBTFUL, ())),
        proven=frozenset((standing or {}).get(PROVEN, ())),
    )


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """All languages' rules. All are applied to every message: people mix languages, and detection can be wrong."""
    standing = (yaml.safe_load(STANDING.read_text(encoding="utf-8")) or {}) if STANDING.exists() else {}
    return tuple(
        read(RULES / f"{language}.yml", standing.get(language))
        for language in LANGUAGES
        if (RULES / f"{language}.yml").exists()
    )


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

    def spans(self, patterns: frozenset[str]) -> list[tuple[int, int]]:
        """Where any of the patterns match."""
        return [span for pattern in self._possible & patterns for span in find(pattern, self._message)]

    def places(self, patterns: frozenset[str], unless: list[tuple[int, int]]) -> dict[tuple[int, int], set[str]]:
        """Where which patterns match, without the places over which one of the spans `unless` lies."""
        found: dict[tuple[int, int], set[str]] = defaultdict(set)
        # of some thousand patterns a handful is possible: meeting the two sets costs no more than the handful
        for pattern in self._possible & patterns:
            for span in find(pattern, self._message):
                if not _covered(span, unless):
                    found[span].add(pattern)
        return found


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say of a message.

    `category`: the crisis it fits, or None. `alike`: a `not_crisis` pattern fits, so that a look-alike is likely. `doubtful`:
    a crisis was found by doubtful patterns only; `proven`: by a proven one among others.
    """

    category: str | None
    wants_human: bool
    alike: bool
    doubtful: bool
    proven: bool


def assess(text: str, sets: tuple[RuleSet, ...] | None = None) -> Assessment:
    """Apply all rules to the whole message; where an idiom has taken back all finds, also to each sentence by itself."""
    whole = _assess(text, sets)
    if whole.category is None and whole.alike and len(pieces := parts(text)) > 1:
        for part in pieces:
            found = _assess(part, sets)
            if found.category:
                return replace(found, wants_human=whole.wants_human, alike=True)
    return whole


def _assess(text: str, sets: tuple[RuleSet, ...] | None) -> Assessment:
    """A find counts unless a `not_…` pattern of the same language lies over it (past loss, negation, idiom, a question about
    the theme). Of several categories the one found most often is taken, the most urgent of equals.
    """
    used = sets if sets is not None else rule_sets()
    finds = _Finds(text, used)
    counts: dict[str, int] = defaultdict(int)
    human = alike = sure = proven = False
    for rules in used:
        harmless = finds.spans(rules.not_crisis)
        alike = alike or bool(harmless)
        for category, patterns in rules.crisis.items():
            places = finds.places(patterns, harmless)
            counts[category] += len(places)
            sure = sure or any(not matched <= rules.doubtful for matched in places.values())
            proven = proven or any(matched & rules.proven for matched in places.values())
        human = human or bool(finds.places(rules.wants_human, finds.spans(rules.not_wants_human)))
    found = [c for c in CATEGORIES if counts[c]]
    first = max(found, key=lambda c: (min(counts[c], 2), -CATEGORIES.index(c))) if found else None
    return Assessment(first, human, alike, doubtful=bool(found) and not sure, proven=proven)


def matching(text: str, sets: tuple[RuleSet, ...] | None = None) -> set[tuple[str, str]]:
    """The crisis patterns that count in a message, as (language, pattern)."""
    used = sets if sets is not None else rule_sets()
    finds = _Finds(text, used)
    return {
        (rules.language, pattern)
        for rules in used
        for harmless in [finds.spans(rules.not_crisis)]
        for patterns in rules.crisis.values()
        for matched in finds.places(patterns, harmless).values()
        for pattern in matched
    }


def crisis_category(text: str, sets: tuple[RuleSet, ...] | None = None) -> str | None:
    """The crisis category alone."""
    return assess(text, sets).category


def wants_human(text: str, sets: tuple[RuleSet, ...] | None = None) -> bool:
    """The wish for a person alone."""
    return assess(text, sets).wants_human


def _covered(span: tuple[int, int], by: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in by)


__all__ = [
    "CATEGORIES", "DOUBTFUL", "PROVEN", "STANDING", "Assessment", "RuleSet",
    "assess", "crisis_category", "matching", "read", "rule_sets", "wants_human",
]  # fmt: skip
