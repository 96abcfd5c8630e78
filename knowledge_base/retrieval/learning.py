"""Learns the ranker from the content itself: no question from outside is seen here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import yaml

from core.database import Database
from knowledge_base.retrieval import classifier as classifying
from knowledge_base.retrieval import projection as projecting
from knowledge_base.retrieval import ranker_store
from knowledge_base.retrieval.classifier import OFF_TOPIC, Classifier
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.retrieval.index import build
from knowledge_base.retrieval.projection import Projection
from knowledge_base.retrieval.published import Published
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.ranking import UNCALIBRATED, Calibration, calibrate, features, rank
from knowledge_base.retrieval.vector_store import Embed, digest_of, vectors_for

OFF_TOPIC_FILE = Path(__file__).parent.parent / "content" / "out_of_scope.yml"
_HELD_OUT = 5  # every fifth example question is asked of a ranker that was learned without it
_ENOUGH = 300
Stamp = tuple[int, datetime]
Progress = Callable[[str, int, int], None]
OffTopic = tuple[str, str, Vectors]  # text, language, vector


def off_topic() -> list[tuple[str, str]]:
    """(language, text) of questions that nothing in the knowledge base answers."""
    data = yaml.safe_load(OFF_TOPIC_FILE.read_text(encoding="utf-8")) or {}
    return [(language, text) for language, texts in data.items() for text in texts]


def learn_and_store(
    database: Database, model: str, published: Published, embed: Embed, progress: Progress | None = None
) -> tuple[Ranker, Stamp]:
    """Learn a ranker from what is published and put it in place of the stored one: whole, or not at all."""
    outside = off_topic()
    texts = published.texts | {digest_of(text): text for _, text in outside}

    def embedding(done: int, total: int) -> None:
        if progress:
            progress("embedding", done, total)

    vectors = vectors_for(database, model, texts, embed, embedding)
    if progress:
        progress("learning the ranking", 0, 1)
    ranker = learn(published, vectors, [(text, lang, vectors[digest_of(text)]) for lang, text in outside])
    return ranker, ranker_store.store(database, model, published.version, ranker)


def learn(published: Published, vectors: dict[str, Vectors], off: Sequence[OffTopic]) -> Ranker:
    """Projection and classifier from everything; the calibration from a rehearsal in which some questions are new.

    `vectors` holds each published text's by digest; `off` are texts that no article is about.
    """
    dimension = len(next(iter(vectors.values()))) if vectors else 0
    projection, classifier = _fit(published, vectors, off, dimension)
    calibration = UNCALIBRATED
    if classifier is not None:
        calibration = _rehearse(published, vectors, off, dimension)
    return Ranker(projection, classifier, calibration)


def _fit(
    published: Published, vectors: dict[str, Vectors], off: Sequence[OffTopic], dimension: int
) -> tuple[Projection, Classifier | None]:
    articles = published.articles
    slugs = sorted({a.slug for a in articles.values()})
    number = {slug: i for i, slug in enumerate(slugs)}
    once = {entry.digest: entry for entry in published.entries}  # a municipality's copy of a text counts once
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
    published: Published, vectors: dict[str, Vectors], off: Sequence[OffTopic], dimension: int
) -> Calibration:
    """Ask every fifth example question and off-topic text of a ranker that was learned without them."""
    articles = published.articles
    questions = {e.digest: e for e in published.entries if e.part == "question"}
    asked = [questions[d] for d in sorted(questions)[::_HELD_OUT]]
    hidden = {e.digest for e in asked}
    rest = replace(published, entries=[e for e in published.entries if e.digest not in hidden])
    known_off = [o for i, o in enumerate(off) if i % _HELD_OUT]
    projection, classifier = _fit(rest, vectors, known_off, dimension)
    if classifier is None:
        return UNCALIBRATED
    index = build(rest, "", projection, vectors, dimension)
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
