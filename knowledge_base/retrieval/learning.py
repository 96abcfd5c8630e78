"""Learns the ranker from the content itself: no question from outside is seen here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from knowledge_base.retrieval import classifier as classifying
from knowledge_base.retrieval import projection as projecting
from knowledge_base.retrieval.classifier import OFF_TOPIC, Classifier
from knowledge_base.retrieval.embeddings import Embedder, Vectors
from knowledge_base.retrieval.entries import Entry
from knowledge_base.retrieval.index import IndexedArticle, build
from knowledge_base.retrieval.projection import Projection
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.ranking import UNCALIBRATED, Calibration, calibrate, features, rank

OFF_TOPIC_FILE = Path(__file__).parent.parent / "content" / "out_of_scope.yml"
_HELD_OUT = 5  # every fifth example question is asked of a ranker that was learned without it
_ENOUGH = 300
OffTopic = tuple[str, str, Vectors]  # text, language, vector


def off_topic() -> list[tuple[str, str]]:
    """(language, text) of questions that nothing in the knowledge base answers."""
    data = yaml.safe_load(OFF_TOPIC_FILE.read_text(encoding="utf-8")) or {}
    return [(language, text) for language, texts in data.items() for text in texts]


def learn(
    articles: dict[int, IndexedArticle], entries: Sequence[Entry], vectors: dict[str, Vectors], embedder: Embedder
) -> Ranker:
    """Projection and classifier from everything; the calibration from a rehearsal in which some questions are new."""
    outside = off_topic()
    off = [(t, lang, v) for (lang, t), v in zip(outside, embedder.embed([t for _, t in outside]), strict=True)]
    projection, classifier = _fit(articles, entries, vectors, off, embedder.dimension)
    calibration = UNCALIBRATED
    if classifier is not None:
        calibration = _rehearse(articles, entries, vectors, off, embedder)
    return Ranker(projection, classifier, calibration)


def _fit(
    articles: dict[int, IndexedArticle],
    entries: Sequence[Entry],
    vectors: dict[str, Vectors],
    off: Sequence[OffTopic],
    dimension: int,
) -> tuple[Projection, Classifier | None]:
    slugs = sorted({a.slug for a in articles.values()})
    number = {slug: i for i, slug in enumerate(slugs)}
    once = {entry.digest: entry for entry in entries}  # a municipality's copy of a text counts once
    classes = np.array([number[articles[e.article].slug] for e in once.values()], dtype=np.int64)
    if len(once) < _ENOUGH:
        return projecting.identity(dimension), None
    matrix = np.stack([vectors[d] for d in once])
    languages = [e.language for e in once.values()]
    texts = [e.text for e in once.values()]
    projection = projecting.learn(matrix, classes)
    if off:
        texts += [text for text, _, _ in off]
        languages += [language for _, language, _ in off]
        matrix = np.concatenate([matrix, np.stack([v for _, _, v in off])])
        classes = np.concatenate([classes, np.full(len(off), len(slugs), dtype=np.int64)])
        slugs.append(OFF_TOPIC)
    return projection, classifying.learn(texts, languages, matrix, classes, slugs)


def _rehearse(
    articles: dict[int, IndexedArticle],
    entries: Sequence[Entry],
    vectors: dict[str, Vectors],
    off: Sequence[OffTopic],
    embedder: Embedder,
) -> Calibration:
    """Ask every fifth example question and off-topic text of a ranker that was learned without them."""
    questions = {e.digest: e for e in entries if e.part == "question"}
    asked = [questions[d] for d in sorted(questions)[::_HELD_OUT]]
    hidden = {e.digest for e in asked}
    rest = [e for e in entries if e.digest not in hidden]
    known_off = [o for i, o in enumerate(off) if i % _HELD_OUT]
    projection, classifier = _fit(articles, rest, vectors, known_off, embedder.dimension)
    if classifier is None:
        return UNCALIBRATED
    index = build(0, embedder.name, projection, articles, rest, vectors, embedder.dimension)
    everyone = frozenset(a.audience for a in articles.values())
    scopes = sorted({a.scope for a in articles.values()})
    trials = [(e.text, e.language, articles[e.article].slug, vectors[e.digest]) for e in asked]
    trials += [(text, language, OFF_TOPIC, vector) for text, language, vector in off[::_HELD_OUT]]
    rows, right, outside = [], [], []
    for text, language, slug, vector in trials:
        logits = classifier.logits(text, language, vector)
        ranked = rank(index.nearest(vector, scopes[0], everyone), language, logits)
        if ranked:
            rows.append(features(ranked, logits.get(OFF_TOPIC)))
            right.append(ranked[0].article.slug == slug)
            outside.append(slug == OFF_TOPIC)
    return calibrate(np.array(rows), np.array(right), np.array(outside))
