"""The index: an unchanging snapshot of everything that can be found, swapped whole when something is published.

Vectors of equal texts (a municipality's copy of a common article) are stored once. Exact search (faiss flat) up to 100,000
vectors; above that an approximate index (HNSW) takes over by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from core import clock
from knowledge_base.models import NATIONAL, Article
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.retrieval.entries import Entry, entries_of
from knowledge_base.retrieval.projection import Projection

APPROXIMATE_ABOVE = 100_000
# One thread a query: on two busy cores, OpenMP's second thread made a search of 22,000 vectors four times slower.
faiss.omp_set_num_threads(1)


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What ranking needs to know of an article."""

    id: int
    slug: str
    scope: str
    audience: str
    status: str
    theme: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One text found: which article, how near (cosine after projection), in which language, which part."""

    article: IndexedArticle
    score: float
    language: str
    part: str


@dataclass(frozen=True)
class Index:
    """Everything that can be found, at one version of the content."""

    version: int
    model: str
    projection: Projection
    articles: dict[int, IndexedArticle]
    owners: list[list[tuple[int, str, str]]]  # row → (article id, language, part)
    matrix: Vectors
    built_at: datetime = field(default_factory=clock.now)
    _faiss: Any = None
    _own_slugs: dict[str, frozenset[str]] = field(default_factory=dict)

    def visible(self, article: IndexedArticle, municipality: str) -> bool:
        """Does this municipality's reader get this article (not the national one where it has its own)?"""
        if article.scope == municipality:
            return True
        return article.scope == NATIONAL and article.slug not in self._own_slugs.get(municipality, frozenset())

    def nearest(self, vector: Vectors, municipality: str, audiences: frozenset[str], depth: int = 200) -> list[Hit]:
        """The nearest texts that this reader may see, best first."""
        if not len(self.matrix):
            return []
        query = self.projection.apply(vector)[None, :]
        scores, rows = self._faiss.search(query, min(depth, len(self.matrix)))
        hits = []
        for score, row in zip(scores[0].tolist(), rows[0].tolist(), strict=True):
            if row < 0:
                continue
            for article_id, language, part in self.owners[row]:
                article = self.articles[article_id]
                if article.audience in audiences and self.visible(article, municipality):
                    hits.append(Hit(article, score, language, part))
        return hits

    @property
    def size(self) -> int:
        """How many different texts it holds."""
        return len(self.owners)


def collect(articles: Sequence[Article]) -> tuple[dict[int, IndexedArticle], list[Entry]]:
    """The articles that can be found and their entries."""
    indexed: dict[int, IndexedArticle] = {}
    entries: list[Entry] = []
    for article in articles:
        indexed[article.id] = IndexedArticle(
            article.id, article.slug, article.scope, article.audience, article.status, article.theme
        )
        entries += entries_of(article)
    return indexed, entries


def build(
    version: int,
    model: str,
    projection: Projection,
    articles: dict[int, IndexedArticle],
    entries: Sequence[Entry],
    vectors: dict[str, Vectors],
    dimension: int,
) -> Index:
    """Make a snapshot from entries and their vectors (by digest)."""
    rows: dict[str, int] = {}
    owners: list[list[tuple[int, str, str]]] = []
    ordered: list[Vectors] = []
    for entry in entries:
        digest = entry.digest
        if digest not in rows:
            rows[digest] = len(owners)
            owners.append([])
            ordered.append(vectors[digest])
        owners[rows[digest]].append((entry.article, entry.language, entry.part))
    raw = np.stack(ordered) if ordered else np.zeros((0, dimension), np.float32)
    matrix = projection.apply(raw) if len(raw) else raw
    own: dict[str, set[str]] = {}
    for article in articles.values():
        if article.scope != NATIONAL:
            own.setdefault(article.scope, set()).add(article.slug)
    return Index(
        version=version,
        model=model,
        projection=projection,
        articles=articles,
        owners=owners,
        matrix=matrix,
        _faiss=faiss_index(matrix),
        _own_slugs={scope: frozenset(slugs) for scope, slugs in own.items()},
    )


def faiss_index(matrix: npt.NDArray[np.float32]) -> Any:
    """Exact up to APPROXIMATE_ABOVE vectors, HNSW above."""
    dimension = matrix.shape[1]
    if len(matrix) > APPROXIMATE_ABOVE:
        index: Any = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 120
        index.hnsw.efSearch = 128
    else:
        index = faiss.IndexFlatIP(dimension)
    if len(matrix):
        index.add(np.ascontiguousarray(matrix))
    return index
