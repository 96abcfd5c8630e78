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
_ORDINARY_WITHOUT_WISH = (
    4  # every fourth ordinary sentence: beside all of them a wish for a person would seem rarer than it is
)
Embed = Callable[[Sequence[str]], Vectors]


def learn(asked: Mapping[str, Sequence[str]], embed: Embed) -> SecondOpinion:
    """Learn from the examples and from ordinary sentences (by language), which are neither a crisis nor a wish for a person.

    What looks like a crisis and is none is a class of its own: every class weighs the same, and among thousands of ordinary
    sentences it would weigh nothing.
    """
    sentences = examples.read()
    ordinary = dict.fromkeys(text for texts in asked.values() for text in texts)
    rows = [
        *examples.single(sentences),
        *(
            Example(text, NO_CRISIS, None if number % _ORDINARY_WITHOUT_WISH else NO_HUMAN)
            for number, text in enumerate(ordinary)
        ),
        *examples.mixed(sentences, asked),
    ]
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


def digest() -> str:
    """Of the example sentences and the set-up: were the shipped weights learned with the present ones?"""
    setup = (
        classifying.SETUP,
        network.SETUP,
        CLASSES,
        _ITERATIONS,
        _NETWORKS,
        _ORDINARY_WITHOUT_WISH,
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
