"""Learning the crisis screen's second opinion: from its example sentences, and from ordinary questions as the other side."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from channels.cli import training
from core.database import Database
from core.settings import Settings
from knowledge_base import second_opinion
from knowledge_base.retrieval import published
from knowledge_base.retrieval.embeddings import Embedder, Vectors
from knowledge_base.retrieval.vector_store import digest_of, vectors_for
from knowledge_base.safety.screen import screen

QUESTIONS_EACH = 8  # an article and language
SENTENCES = 1700  # of the dialogue acts
EMERGENCIES = frozenset({"emergency-numbers", "helplines"})  # what is asked there may well be a crisis


def ordinary(database: Database) -> list[str]:
    """Questions of the articles and sentences of the dialogue acts that no rule finds anything in. The same each time."""
    with database.reading() as session:
        content = published.read(session)
    asked = sorted(
        {(content.articles[e.article].slug, e.language, e.text) for e in content.entries if e.part == "question"}
    )
    chooser = random.Random(3)
    texts: list[str] = []
    for (slug, _), rows in groupby(asked, key=lambda row: row[:2]):
        found = [text for _, _, text in rows]
        if slug not in EMERGENCIES:
            texts += chooser.sample(found, min(QUESTIONS_EACH, len(found)))
    acts = sorted(training.sentences(without=("ask_human",)))
    texts += chooser.sample(acts, min(SENTENCES, len(acts)))
    return [t for t in dict.fromkeys(texts) if screen(t).category is None and not screen(t).wants_human]


def learn(settings: Settings, database: Database) -> str:
    """Learn, write the file that is shipped, and say what was learned from."""
    embedder = Embedder(settings.embedding_model)

    def embed(texts: Sequence[str]) -> Vectors:
        by_digest = vectors_for(database, embedder.name, {digest_of(t): t for t in texts}, embedder.embed)
        return np.stack([by_digest[digest_of(t)] for t in texts])

    others, examples = ordinary(database), second_opinion.examples()
    made = second_opinion.learn(examples, others, embed)
    second_opinion.FILE.write_bytes(made.pack(second_opinion.digest()))
    return f"{len(examples.texts)} examples, {len(others)} ordinary sentences, {second_opinion.FILE.stat().st_size / 1e6:.1f} MB"
