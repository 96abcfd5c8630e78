"""Who writes: a child, a youth or an adult, from what they say of themselves. Never from what they say of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.patterns import PatternIndex, Words, compile_pattern, find, normalise, split

READERS = Path(__file__).parent / "readers"
Audience = Literal["adult", "child", "youth"]
_Find = tuple[Audience, tuple[int, int]]
_WORDS = ("child", "youth", "adult", "not_reader")
_NUMBERED = ("own_age", "own_grade", "not_own")
_MARK = "xnumberx"
_LAST_CHILD_AGE, _LAST_YOUTH_AGE = 12, 18
_LAST_CHILD_GRADE = 7  # barneskole: grades 1 to 7
_BETWEEN = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)|(?<=\d)[.-](?=\s|[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the message shows its writer to be; `alone` where it says hardly anything else."""

    audience: Audience
    alone: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    patterns: dict[str, frozenset[str]]
    numbers: dict[str, int]


@cache
def _rules() -> tuple[tuple[_Rules, ...], PatternIndex]:
    """Every language's rules. All are applied to every message, as in the safety screen."""
    rules = tuple(read(READERS / f"{language}.yml") for language in LANGUAGES)
    return rules, PatternIndex(sorted({p for r in rules for group in r.patterns.values() for p in group}))


def read(path: Path) -> _Rules:
    """Read and check one file; ValueError names the file and what is wrong with it."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    unknown = set(data) - {"language", "numbers", *_WORDS, *_NUMBERED}
    if unknown or data.get("language") != path.stem:
        raise ValueError(f"{path}: unknown keys {sorted(unknown)}, or another language than the file's name")
    patterns: dict[str, frozenset[str]] = {}
    for key in (*_WORDS, *_NUMBERED):
        found = [str(p).replace("#", f"={_MARK}") for p in data.get(key) or []]
        for pattern in found:
            try:
                compile_pattern(pattern)
            except ValueError as error:
                raise ValueError(f"{path}: {key}: {error}") from error
        patterns[key] = frozenset(found)
    return _Rules(patterns, {normalise(str(word)): int(n) for word, n in (data.get("numbers") or {}).items()})


def reader(text: str) -> Reader | None:
    """What a message shows of its writer; None where it shows nothing (most do)."""
    rules, index = _rules()
    plain = split(_BETWEEN.sub(" ", text))
    fitting: dict[tuple[str, ...], frozenset[str]] = {}

    def possible(message: Words) -> frozenset[str]:
        if message.words not in fitting:
            fitting[message.words] = frozenset(index.candidates(message))
        return fitting[message.words]

    finds = [f for r in rules if (f := _by_number(r, possible, plain) or _by_words(r, possible(plain), plain))]
    if not finds:
        return None
    audience, (start, end) = next((f for f in finds if f[0] == "adult"), finds[0])
    return Reader(audience, len(plain.words) - (end - start) <= 2)


def _by_number(rule: _Rules, possible: Callable[[Words], frozenset[str]], plain: Words) -> _Find | None:
    """Age or grade in one language's rules, and the words that say it."""
    marked, numbers = _marked(plain, rule.numbers)
    if not numbers:
        return None
    fitting = possible(marked)
    taken_back = _spans(rule.patterns["not_own"], fitting, marked)
    for key in ("own_age", "own_grade"):
        for span in _spans(rule.patterns[key], fitting, marked):
            number = next((numbers[i] for i in range(*span) if i in numbers), None)
            if number is not None and not _covered(span, taken_back, numbers):
                return (_by_age(number) if key == "own_age" else _by_grade(number)), span
    return None


def _by_words(rule: _Rules, fitting: frozenset[str], plain: Words) -> _Find | None:
    """Other signs in one language's rules, and the words that show it; those of an adult go first."""
    taken_back = _spans(rule.patterns["not_reader"], fitting, plain)
    kinds: tuple[Audience, ...] = ("adult", "youth", "child")
    for audience in kinds:
        for span in _spans(rule.patterns[audience], fitting, plain):
            if audience == "adult" or not any(s < span[1] and span[0] < e for s, e in taken_back):
                return audience, span
    return None


def _by_age(age: int) -> Audience:
    return "child" if age <= _LAST_CHILD_AGE else "youth" if age <= _LAST_YOUTH_AGE else "adult"


def _by_grade(grade: int) -> Audience:
    return "child" if grade <= _LAST_CHILD_GRADE else "youth"


def _marked(plain: Words, numbers: dict[str, int]) -> tuple[Words, dict[int, int]]:
    """The message with a mark in each number's place, and the numbers by place."""
    at: dict[int, int] = {}
    for place, word in enumerate(plain.words):
        number = int(word) if word.isdecimal() and len(word) <= 2 else numbers.get(word)
        if number is not None and number > 3:
            at[place] = number
    words = tuple(_MARK if place in at else word for place, word in enumerate(plain.words))
    return Words(words, plain.sentences), at


def _spans(patterns: Iterable[str], possible: frozenset[str], message: Words) -> list[tuple[int, int]]:
    return [span for p in patterns if p in possible for span in find(p, message)]


def _covered(span: tuple[int, int], by: list[tuple[int, int]], numbers: dict[int, int]) -> bool:
    """Does a take-back lie over the same number?"""
    places = {i for i in range(*span) if i in numbers}
    return any(places & set(range(*other)) for other in by)
