"""What is published now, as retrieval sees it: read in one transaction, whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base import articles
from knowledge_base.models import Article
from knowledge_base.retrieval.entries import Entry, entries_of


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
class Published:
    """Articles that can be found (by database id) and their entries, at one version of the content."""

    version: int
    articles: dict[int, IndexedArticle]
    entries: list[Entry]

    @property
    def texts(self) -> dict[str, str]:
        """Every different text by digest."""
        return {entry.digest: entry.text for entry in self.entries}

    @property
    def digest(self) -> str:
        """Of everything that can be found and who it leads to: equal for an index and the database that it was made from."""
        lines = sorted(f"{e.article} {e.language} {e.part} {e.digest}" for e in self.entries)
        lines += sorted(map(str, self.articles.values()))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def collect(rows: Sequence[Article]) -> tuple[dict[int, IndexedArticle], list[Entry]]:
    """The articles that can be found and their entries."""
    indexed: dict[int, IndexedArticle] = {}
    entries: list[Entry] = []
    for article in rows:
        indexed[article.id] = IndexedArticle(
            article.id, article.slug, article.scope, article.audience, article.status, article.theme
        )
        entries += entries_of(article)
    return indexed, entries


def read(session: Session) -> Published:
    """What is published now."""
    version = articles.version(session)
    rows = list(session.scalars(select(Article).where(~Article.archived).order_by(Article.id)))
    return Published(version, *collect(rows))
