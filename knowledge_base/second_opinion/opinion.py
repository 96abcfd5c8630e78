"""The crisis screen's second opinion: a crisis that no rule has words for, recognised by its meaning.

Linear models over the message's sentence vector, its character n-grams and its words, learned from the example sentences
in `safety/cases/` and `safety/examples/` (data that a professional reads and extends) and from ordinary questions. It can
only add to what the rules have found, never take a crisis back: beside an ordinary question in the same message a crisis
looks ordinary to it (docs/decisions/0013). The weights are shipped (`safety/learned.npz`, made by `naer safety learn`), so
nothing is learned at a start, and a missing file leaves the rules as they are.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from core import logging
from knowledge_base.retrieval import classifier as classifying
from knowledge_base.retrieval import words
from knowledge_base.retrieval.classifier import Classifier
from knowledge_base.retrieval.embeddings import BUNDLED, Vectors
from knowledge_base.safety.rules import CATEGORIES
from knowledge_base.safety.screen import Screening

log = logging.get("safety")
SAFETY = Path(__file__).parent / "safety"
FILE = SAFETY / "learned.npz"
NO_CRISIS, LOOK_ALIKE, HUMAN, NO_HUMAN = "", "look_alike", "human", ""
CLASSES = (NO_CRISIS, LOOK_ALIKE, *CATEGORIES)
_ITERATIONS = 40
# Probabilities from which the second opinion speaks, chosen on one half of benchmarks/data/safety, see docs/safety.md.
CRISIS_ABOVE, HUMAN_ABOVE = 0.4, 0.3
# With reserve: where a rule knows an idiom, a past loss or a question about the theme in it; where there are few words to go
# by; where words are expected that mean something else ("please stop" in a guided talk).
RESERVED_CRISIS_ABOVE, RESERVED_HUMAN_ABOVE = 0.95, 0.85
FEW_WORDS = 5
SURE_OF_CATEGORY = 0.8  # from here on the learned category is right more often than that of the rule that matched
_ANY_LANGUAGE = "xx"  # what is asked here is the same in all languages, so words are only split, not looked up
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences with what they are: one of CLASSES; HUMAN, NO_HUMAN, or None where that is not said."""

    texts: list[str]
    categories: list[str]
    human: list[str | None]


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Two classifiers: which crisis, if any; and whether a person is wished for."""

    crisis: Classifier
    human: Classifier

    def probabilities(self, text: str, vector: Vectors) -> tuple[dict[str, float], float]:
        """Of each of CLASSES; and of the wish for a person."""
        counted = classifying.count_one(text, _ANY_LANGUAGE)
        return (
            _softmax(self.crisis.logits_of(counted, vector)),
            _softmax(self.human.logits_of(counted, vector))[HUMAN],
        )

    def add_to(self, found: Screening, text: str, vector: Vectors, *, reserved: bool = False) -> Screening:
        """What the rules found, and what they missed."""
        reserved = reserved or found.look_alike or len(text.split()) <= FEW_WORDS
        crisis, human = self.probabilities(text, vector)
        likeliest = max(CATEGORIES, key=lambda c: crisis[c])
        category, likely = found.category, chance(crisis)
        needed, needed_for_human = (
            (RESERVED_CRISIS_ABOVE, RESERVED_HUMAN_ABOVE) if reserved else (CRISIS_ABOVE, HUMAN_ABOVE)
        )
        speaks = likely >= needed if category is None else crisis[likeliest] >= SURE_OF_CATEGORY
        category = likeliest if speaks else category
        return Screening(category, found.wants_human or human >= needed_for_human, found.look_alike)

    def pack(self, digest: str) -> bytes:
        """As bytes, without pickling."""
        arrays: dict[str, Any] = {"digest": np.array(digest)}
        arrays |= self.crisis.arrays("crisis_") | self.human.arrays("human_")
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()

    @classmethod
    def unpack(cls, archive: bytes) -> SecondOpinion:
        """Read what `pack` wrote."""
        with np.load(io.BytesIO(archive), allow_pickle=False) as data:
            crisis, human = (Classifier.from_arrays(data, f"{name}_") for name in ("crisis", "human"))
        if crisis is None or human is None:
            raise ValueError("not an archive of a second opinion")
        return cls(crisis, human)


@cache
def shipped(model: str) -> SecondOpinion | None:
    """The shipped one; None, with a word in the log, where it is missing or the embedding model is another."""
    if model != BUNDLED or not FILE.exists():
        log.warning("second_opinion_off model=%s", model)
        return None
    words.load(_ANY_LANGUAGE)
    return SecondOpinion.unpack(FILE.read_bytes())


def examples() -> Examples:
    """All example sentences of cases/ and examples/, each once."""
    made: dict[str, tuple[str, str | None]] = {}
    for file in sorted([*(SAFETY / "cases").glob("*.yml"), *(SAFETY / "examples").glob("*.yml")]):
        for key, sentences in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if key == "language":
                continue
            category = key if key in CATEGORIES else LOOK_ALIKE if key == "no_crisis" else NO_CRISIS
            human = {"wants_human": HUMAN, "not_wants_human": NO_HUMAN, "no_crisis": NO_HUMAN}.get(key)
            for sentence in sentences:
                made.setdefault(str(sentence), (category, human))
    return Examples(list(made), [c for c, _ in made.values()], [h for _, h in made.values()])


def digest() -> str:
    """Of the example sentences and the classifier's set-up: were the shipped weights learned with the present ones?"""
    made = examples()
    rows = zip(made.texts, made.categories, made.human, strict=True)
    return hashlib.sha256(
        "\n".join([repr((classifying.SETUP, CLASSES, _ITERATIONS)), *sorted(map(repr, rows))]).encode()
    ).hexdigest()


def is_current() -> bool:
    """Were the shipped weights learned from the present example sentences?"""
    if not FILE.exists():
        return False
    with np.load(FILE, allow_pickle=False) as data:
        return str(data["digest"]) == digest()


def learn(made: Examples, ordinary: Sequence[str], embed: Embed) -> SecondOpinion:
    """Learn from the examples and from ordinary questions, which are neither a crisis nor a wish for a person.

    What looks like a crisis and is none is a class of its own: every class weighs the same, and among thousands of ordinary
    questions it would weigh nothing.
    """
    texts = [*made.texts, *ordinary]
    vectors = embed(texts)
    counts = classifying.count(texts, [_ANY_LANGUAGE] * len(texts))
    classes = [CLASSES.index(c) for c in made.categories] + [CLASSES.index(NO_CRISIS)] * len(ordinary)
    crisis = classifying.learn(counts, vectors, np.array(classes, dtype=np.int64), CLASSES, iterations=_ITERATIONS)
    told = [i for i, h in enumerate(made.human) if h is not None] + list(range(len(made.texts), len(texts)))
    wishes = [int(i < len(made.texts) and made.human[i] == HUMAN) for i in told]
    human = classifying.learn(
        counts[told], vectors[told], np.array(wishes, dtype=np.int64), [NO_HUMAN, HUMAN], iterations=_ITERATIONS
    )
    return SecondOpinion(crisis, human)


def chance(of: dict[str, float]) -> float:
    """That it is a crisis, from the probabilities of CLASSES."""
    return sum(of[category] for category in CATEGORIES)


def _softmax(logits: dict[str, float]) -> dict[str, float]:
    most = max(logits.values())
    exponents = {name: float(np.exp(value - most)) for name, value in logits.items()}
    total = sum(exponents.values())
    return {name: value / total for name, value in exponents.items()}
