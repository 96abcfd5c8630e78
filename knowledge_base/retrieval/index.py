"""The index: an unchanging snapshot of everything that can be found, swapped whole when something is published.

Vectors of equal texts (a municipality's copy of a common article) are stored once. Up to 100,000 vectors every one is compared
(faiss, half precision); above that an approximate index (HNSW) takes over by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from core import clock
from knowledge_base.models import NATIONAL
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.retrieval.projection import Projection
from knowledge_base.retrieval.published import IndexedArticle, Published

APPROXIMATE_ABOVE = 100_000
# One thread a query: on two busy cores, OpenMP's second thread made a search of 22,000 vectors four times slower.
faiss.omp_set_num_threads(1)


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
    digest: str  # of what is published, see Published.digest
    model: str
    projection: Projection
    articles: dict[int, IndexedArticle]
    owners: list[list[tuple[int, str, str]]]  # row → (article id, language, part); none where a text is gone
    rows: dict[str, int]  # a text's digest → row
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
        return sum(1 for owners in self.owners if owners)


def build(
    published: Published,
    model: str,
    projection: Projection,
    vectors: dict[str, Vectors],
    dimension: int,
    previous: Index | None = None,
) -> Index:
    """Make a snapshot from what is published and its texts' vectors (by digest).

    Rows of `previous` are taken over where it has the same projection: then `vectors` need only hold what is new.
    """
    reused = previous if previous is not None and previous.projection is projection else None
    rows = dict(reused.rows) if reused and len(reused.matrix) > APPROXIMATE_ABOVE else {}
    owners: list[list[tuple[int, str, str]]] = [[] for _ in rows]
    digests = list(rows)
    for entry in published.entries:
        digest = entry.digest
        row = rows.setdefault(digest, len(owners))
        if row == len(owners):
            owners.append([])
            digests.append(digest)
        owners[row].append((entry.article, entry.language, entry.part))
    matrix = _matrix(digests, projection, vectors, dimension, reused)
    own: dict[str, set[str]] = {}
    for article in published.articles.values():
        if article.scope != NATIONAL:
            own.setdefault(article.scope, set()).add(article.slug)
    return Index(
        version=published.version,
        digest=published.digest,
        model=model,
        projection=projection,
        articles=published.articles,
        owners=owners,
        rows=rows,
        matrix=matrix,
        _faiss=faiss_index(matrix, reused),
        _own_slugs={scope: frozenset(slugs) for scope, slugs in own.items()},
    )


def missing(published: Published, projection: Projection, previous: Index | None) -> dict[str, str]:
    """The texts, by digest, whose vectors `build` needs beside the previous index."""
    known = previous.rows if previous is not None and previous.projection is projection else {}
    return {digest: text for digest, text in published.texts.items() if digest not in known}


def _matrix(
    digests: list[str], projection: Projection, vectors: dict[str, Vectors], dimension: int, reused: Index | None
) -> Vectors:
    """Projected vectors, a row a digest."""
    matrix = np.zeros((len(digests), dimension), np.float32)
    known = reused.rows if reused else {}
    new = [i for i, digest in enumerate(digests) if digest not in known]
    old = [i for i, digest in enumerate(digests) if digest in known]
    if reused and old:
        matrix[old] = reused.matrix[[known[digests[i]] for i in old]]
    if new:
        matrix[new] = projection.apply(np.stack([vectors[digests[i]] for i in new]))
    return matrix


def faiss_index(matrix: npt.NDArray[np.float32], reused: Index | None = None) -> Any:
    """Exact up to APPROXIMATE_ABOVE vectors, HNSW above: there the new rows are put to a copy of the old graph."""
    dimension = matrix.shape[1]
    if len(matrix) <= APPROXIMATE_ABOVE:
        # Half precision: a scan is bound by memory, and the shipped vectors have no more.
        index: Any = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    elif reused is not None and len(reused.matrix) > APPROXIMATE_ABOVE:
        index = faiss.clone_index(reused._faiss)
    else:
        index = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 120
        index.hnsw.efSearch = 128
    if len(matrix) > index.ntotal:
        index.add(np.ascontiguousarray(matrix[index.ntotal :]))
    return index
