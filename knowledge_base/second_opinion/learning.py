"""Learning the second opinion, and whether the shipped one was learned from the present sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from knowledge_base.retrieval import classifier as classifying
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.second_opinion import examples, network
from knowledge_base.second_opinion.examples import Example
from knowledge_base.second_opinion.opinion import (
    ANY_LANGUAGE,
    CLASSES,
    FILE,
    HUMAN,
    NO_CRISIS,
    NO_HUMAN,
    SecondOpinion,
)

_ITERATIONS, _NETWORKS = 40, 2
# Every fourth question: beside all of them a wish for a person would seem rarer than it is.
_QUESTIONS_WITHOUT_WISH = 4
NO_LANGUAGE = ""  # of sentences that are not sorted by language
Embed = Callable[[Sequence[str]], Vectors]


def learn(asked: Mapping[str, Sequence[str]], embed: Embed) -> SecondOpinion:
    """Learn from the examples and from ordinary sentences, which are neither a crisis nor a wish for a person.

    `asked`: the articles' questions by language, and under NO_LANGUAGE sentences of the other dialogue acts.

    What looks like a crisis and is none is a class of its own: every class weighs the same, and among thousands of ordinary
    sentences it would weigh nothing.
    """
    sentences = examples.read()
    rows = [*examples.single(sentences), *_ordinary(asked), *examples.mixed(sentences, asked)]
    texts = [row.text for row in rows]
    vectors = embed(texts)
    counts = classifying.count(texts, [ANY_LANGUAGE] * len(texts))
    classes = np.array([CLASSES.index(row.category) for row in rows], dtype=np.int64)
    told = [i for i, row in enumerate(rows) if row.human is not None]
    wishes = np.array([int(rows[i].human == HUMAN) for i in told], dtype=np.int64)
    return SecondOpinion(
        crisis=classifying.learn(counts, vectors, classes, CLASSES, iterations=_ITERATIONS),
        networks=tuple(network.learn(vectors, classes, len(CLASSES), seed=seed) for seed in range(_NETWORKS)),
        human=classifying.learn(counts[told], vectors[told], wishes, [NO_HUMAN, HUMAN], iterations=_ITERATIONS),
    )


def _ordinary(asked: Mapping[str, Sequence[str]]) -> list[Example]:
    """All other acts are told apart from the wish for a person ("are you a robot?" lies near it), of the questions some."""
    made: dict[str, Example] = {}
    for language, texts in asked.items():
        for number, text in enumerate(texts):
            silent = language != NO_LANGUAGE and number % _QUESTIONS_WITHOUT_WISH
            made.setdefault(text, Example(text, NO_CRISIS, None if silent else NO_HUMAN))
    return list(made.values())


def digest() -> str:
    """Of the example sentences and the set-up: were the shipped weights learned with the present ones?"""
    setup = (
        classifying.SETUP,
        network.SETUP,
        CLASSES,
        _ITERATIONS,
        _NETWORKS,
        _QUESTIONS_WITHOUT_WISH,
        examples.MIXTURES,
    )
    rows = sorted(repr((row.text, row.category, row.human)) for row in examples.single(examples.read()))
    return hashlib.sha256("\n".join([repr(setup), *rows]).encode()).hexdigest()


def is_current() -> bool:
    """Were the shipped weights learned from the present example sentences?"""
    if not FILE.exists():
        return False
    with np.load(FILE, allow_pickle=False) as data:
        return str(data["digest"]) == digest()
