"""Learning the crisis screen's second opinion: from its example sentences, and from ordinary sentences as the other side."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import torch
import yaml

from channels.cli import training
from core.database import Database
from core.settings import Settings
from knowledge_base import second_opinion
from knowledge_base.retrieval import published
from knowledge_base.retrieval.embeddings import Embedder, Vectors
from knowledge_base.retrieval.vector_store import digest_of, vectors_for
from knowledge_base.safety import rules, standing
from knowledge_base.safety.screen import screen
from knowledge_base.second_opinion import examples, learning
from knowledge_base.second_opinion.opinion import LOOK_ALIKE, NO_CRISIS

EMERGENCIES = frozenset({"emergency-numbers", "helplines"})  # what is asked there may well be a crisis
_MADE_BY = (
    "# How crisis patterns stand the test of known sentences (safety/standing.py). Made by `naer safety learn`.\n"
)


def asked(database: Database) -> dict[str, list[str]]:
    """Questions of the articles by language, and sentences of the dialogue acts, whose files are by act, under NO_LANGUAGE."""
    with database.reading() as session:
        content = published.read(session)
    found: dict[str, set[str]] = defaultdict(set)
    for entry in content.entries:
        if entry.part == "question" and content.articles[entry.article].slug not in EMERGENCIES:
            found[entry.language].add(entry.text)
    found[learning.NO_LANGUAGE] = set(training.sentences(without=("ask_human",)))
    return {language: sorted(texts) for language, texts in sorted(found.items())}


def ordinary(sentences: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Those in which no rule is sure of a crisis or of a wish for a person."""

    def is_ordinary(text: str) -> bool:
        found = screen(text)
        return not found.wants_human and (found.category is None or found.doubtful)

    return {language: [t for t in texts if is_ordinary(t)] for language, texts in sentences.items()}


def learn(settings: Settings, database: Database) -> str:
    """Learn, write the files that are shipped, and say what was learned from."""
    embedder = Embedder(settings.embedding_model)
    torch.set_num_threads(os.cpu_count() or 1)  # nothing else is running that these threads could be in the way of

    def embed(texts: Sequence[str]) -> Vectors:
        by_digest = vectors_for(database, embedder.name, {digest_of(t): t for t in texts}, embedder.embed)
        return np.stack([by_digest[digest_of(t)] for t in texts])

    sentences = asked(database)
    doubted, proven = _test_patterns(sentences)
    rules.rule_sets.cache_clear()
    others = ordinary(sentences)
    made = learning.learn(others, embed)
    second_opinion.FILE.write_bytes(made.pack(learning.digest()))
    return (
        f"{len(examples.single(examples.read()))} examples, {sum(map(len, others.values()))} ordinary sentences, "
        f"{doubted} doubtful and {proven} proven patterns, {second_opinion.FILE.stat().st_size / 1e6:.1f} MB"
    )


def _test_patterns(sentences: Mapping[str, Sequence[str]]) -> tuple[int, int]:
    """Find and write which patterns are doubtful and which are proven; how many of each."""
    known = examples.single(examples.read())
    harmless = [e.text for e in known if e.category in (NO_CRISIS, LOOK_ALIKE)]
    harmless += [text for texts in sentences.values() for text in texts]
    found = standing.standing([e.text for e in known if e.category not in (NO_CRISIS, LOOK_ALIKE)], harmless)
    rules.STANDING.write_text(
        _MADE_BY + yaml.safe_dump(found, allow_unicode=True, width=4096, sort_keys=True), encoding="utf-8"
    )
    doubtful, proven = (sum(len(of[kind]) for of in found.values()) for kind in (rules.DOUBTFUL, rules.PROVEN))
    return doubtful, proven
