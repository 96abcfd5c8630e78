"""Learns the ranker from the content itself: no question from outside is seen here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from scipy import sparse

from core.database import Database
from knowledge_base.retrieval import classifier as classifying
from knowledge_base.retrieval import projection as projecting
from knowledge_base.retrieval import ranker_store
from knowledge_base.retrieval.calibration import UNCALIBRATED, Calibration, calibrate, features
from knowledge_base.retrieval.classifier import OFF_TOPIC, Classifier
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.retrieval.index import build
from knowledge_base.retrieval.projection import Projection
from knowledge_base.retrieval.published import Published
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.ranking import rank
from knowledge_base.retrieval.vector_store import Embed, digest_of, vectors_for

OFF_TOPIC_FILE = Path(__file__).parent.parent / "content" / "out_of_scope.yml"
_HELD_OUT = 5  # every fifth example question is asked of a ranker that was learned without it
_TRIALS = 3000  # that many of them are enough to fit thirteen numbers
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


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from: every different text once, those that no article is about at the end."""

    digests: list[str]
    classes: npt.NDArray[np.int64]  # number in `slugs`
    vectors: Vectors
    counts: sparse.csr_matrix
    slugs: list[str]  # with OFF_TOPIC as the last

    def part(self, rows: npt.NDArray[np.bool_]) -> Material:
        """Only these rows."""
        digests = [d for d, kept in zip(self.digests, rows.tolist(), strict=True) if kept]
        return Material(digests, self.classes[rows], self.vectors[rows], self.counts[rows], self.slugs)


def learn(published: Published, vectors: dict[str, Vectors], off: Sequence[OffTopic]) -> Ranker:
    """Projection and classifier from everything; the calibration from a rehearsal in which some questions are new.

    `vectors` holds each published text's by digest; `off` are texts that no article is about.
    """
    dimension = len(next(iter(vectors.values()))) if vectors else 0
    if len(published.texts) < _ENOUGH or not off:
        return Ranker(projecting.identity(dimension), None, UNCALIBRATED)
    material = _material(published, vectors, off)
    projection, classifier = _fit(material)
    return Ranker(projection, classifier, _rehearse(published, material, off))


def _material(published: Published, vectors: dict[str, Vectors], off: Sequence[OffTopic]) -> Material:
    slugs = [*sorted({a.slug for a in published.articles.values()}), OFF_TOPIC]
    number = {slug: i for i, slug in enumerate(slugs)}
    once = {entry.digest: entry for entry in published.entries}  # a municipality's copy of a text counts once
    classes = [number[published.articles[e.article].slug] for e in once.values()]
    return Material(
        digests=[*once, *(digest_of(text) for text, _, _ in off)],
        classes=np.array(classes + [number[OFF_TOPIC]] * len(off), dtype=np.int64),
        vectors=np.stack([*(vectors[d] for d in once), *(vector for _, _, vector in off)]),
        counts=classifying.count(
            [e.text for e in once.values()] + [text for text, _, _ in off],
            [e.language for e in once.values()] + [language for _, language, _ in off],
        ),
        slugs=slugs,
    )


def _fit(material: Material) -> tuple[Projection, Classifier]:
    ours = material.classes < len(material.slugs) - 1
    projection = projecting.learn(material.vectors[ours], material.classes[ours])
    return projection, classifying.learn(material.counts, material.vectors, material.classes, material.slugs)


def _rehearse(published: Published, material: Material, off: Sequence[OffTopic]) -> Calibration:
    """Ask every fifth example question and off-topic text of a ranker that was learned without them."""
    articles = published.articles
    questions = {e.digest: e for e in published.entries if e.part == "question"}
    asked = [questions[d] for d in sorted(questions)[::_HELD_OUT]]
    foreign = off[::_HELD_OUT]
    hidden = {e.digest for e in asked} | {digest_of(text) for text, _, _ in foreign}
    projection, classifier = _fit(material.part(np.array([d not in hidden for d in material.digests])))
    known = dict(zip(material.digests, material.vectors, strict=True))
    shown = replace(published, entries=[e for e in published.entries if e.digest not in hidden])
    index = build(shown, "", projection, known, material.vectors.shape[1])
    everyone = frozenset(a.audience for a in articles.values())
    scope = min(a.scope for a in articles.values())
    some = asked[:: len(asked) // _TRIALS + 1]
    trials = [(e.text, e.language, articles[e.article].slug, known[e.digest]) for e in some]
    trials += [(text, language, OFF_TOPIC, vector) for text, language, vector in foreign]
    rows, right, outside = [], [], []
    for text, language, slug, vector in trials:
        logits = classifier.logits(text, language, vector)
        ranked = rank(index.nearest(vector, scope, everyone), language, logits)
        if ranked:
            rows.append(features(ranked, logits))
            right.append(ranked[0].article.slug == slug)
            outside.append(slug == OFF_TOPIC)
    return calibrate(np.array(rows), np.array(right), np.array(outside))
