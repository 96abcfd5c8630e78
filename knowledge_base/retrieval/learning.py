"""Learns the projection and the calibration from the content itself: no question from outside is seen here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from knowledge_base.retrieval.embeddings import Embedder, Vectors
from knowledge_base.retrieval.entries import Entry
from knowledge_base.retrieval.index import Hit, IndexedArticle, build
from knowledge_base.retrieval.projection import Projection, learn
from knowledge_base.retrieval.ranking import Calibration, calibrate, features, rank

OFF_TOPIC = Path(__file__).parent.parent / "content" / "out_of_scope.yml"
_HELD_OUT = 5  # every fifth example question is asked against an index that lacks it
_NOBODY = ""


def off_topic() -> list[tuple[str, str]]:
    """(language, text) of questions that nothing in the knowledge base answers."""
    if not OFF_TOPIC.exists():
        return []
    data = yaml.safe_load(OFF_TOPIC.read_text(encoding="utf-8")) or {}
    return [(language, text) for language, texts in data.items() for text in texts]


def learn_projection(
    articles: dict[int, IndexedArticle], entries: Sequence[Entry], vectors: dict[str, Vectors], dimension: int
) -> Projection:
    """The map that brings an article's texts together, whatever their language."""
    slugs = sorted({a.slug for a in articles.values()})
    number = {slug: i for i, slug in enumerate(slugs)}
    seen: dict[str, int] = {entry.digest: number[articles[entry.article].slug] for entry in entries}
    if not seen:
        return learn(np.zeros((0, dimension), np.float32), np.zeros(0, np.int64))
    matrix = np.stack([vectors[d] for d in seen])
    return learn(matrix, np.array(list(seen.values()), dtype=np.int64))


def learn_calibration(
    articles: dict[int, IndexedArticle],
    entries: Sequence[Entry],
    vectors: dict[str, Vectors],
    embedder: Embedder,
) -> Calibration:
    """Ask every fifth example question of an index built without it, and off-topic questions too; fit the confidence."""
    questions = sorted({(e.digest, e.language, articles[e.article].slug) for e in entries if e.part == "question"})
    asked = questions[::_HELD_OUT]
    hidden = {digest for digest, _, _ in asked}
    rest = [e for e in entries if e.digest not in hidden]
    projection = learn_projection(articles, rest, vectors, embedder.dimension)
    index = build(0, embedder.name, projection, articles, rest, vectors, embedder.dimension)
    everyone = frozenset(a.audience for a in articles.values())
    municipalities = {a.scope for a in articles.values()}
    scope = sorted(municipalities)[0] if municipalities else _NOBODY
    rows, right = [], []

    def ask(vector: Vectors, language: str, slug: str) -> None:
        hits: list[Hit] = index.nearest(vector, scope, everyone)
        ranked = rank(hits, language)
        rows.append(features(ranked))
        right.append(bool(ranked) and ranked[0].article.slug == slug)

    for digest, language, slug in asked:
        ask(vectors[digest], language, slug)
    outside = off_topic()
    for (language, _), vector in zip(outside, embedder.embed([t for _, t in outside]), strict=True):
        ask(vector, language, _NOBODY)
    return calibrate(np.array(rows), np.array(right))
