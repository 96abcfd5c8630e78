"""`naer kb check`: what an editor should look at, found by reading every published article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge_base import articles
from knowledge_base.models import Article, Translation
from knowledge_base.retrieval import vector_store
from knowledge_base.retrieval.published import collect

MOST_WORDS = 90
NEAR_DUPLICATE = 0.985  # cosine of E5 vectors of two questions in one language
STAFF_LANGUAGES = ("nb", "nn", "en")
_LAW_WORD = re.compile(r"§+ ?\d+")
_INTERNAL = re.compile(r"\]\((?!https?://|tel:|mailto:)([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at."""

    article: str
    language: str
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.article} [{self.language}] {self.kind}: {self.message}"


def check(session: Session, model: str, today: date | None = None) -> list[Finding]:
    """Everything found, by article."""
    rows = list(session.scalars(select(Article).where(~Article.archived).order_by(Article.slug, Article.scope)))
    slugs = {a.slug for a in rows}
    found = [f for a in rows for f in _article(a, slugs, today or clock.now().date())]
    return found + _near_duplicates(session, rows, model)


def _article(article: Article, slugs: set[str], today: date) -> Iterator[Finding]:
    name = f"{article.scope}/{article.slug}"
    present = {t.language for t in article.translations}
    wanted = STAFF_LANGUAGES if article.audience == "staff" else LANGUAGES
    for language in wanted:
        if language not in present:
            yield Finding(name, language, "missing language", "no text")
    if article.review_by < today:
        yield Finding(name, "-", "past review date", f"was to be reviewed by {article.review_by}")
    for slug in article.related:
        if slug not in slugs:
            yield Finding(name, "-", "dead internal link", f"related article «{slug}» does not exist")
    for translation in article.translations:
        yield from _translation(article, name, translation, slugs)


def _translation(article: Article, name: str, text: Translation, slugs: set[str]) -> Iterator[Finding]:
    words = len(text.answer.split())
    if words > MOST_WORDS:
        yield Finding(name, text.language, "long answer", f"{words} words, at most {MOST_WORDS}")
    if articles.is_stale(article, text):
        yield Finding(name, text.language, "stale translation", "the Norwegian text has changed since")
    for target in _INTERNAL.findall(text.body):
        if target.strip("/").split("/")[-1].split("?")[0] not in slugs:
            yield Finding(name, text.language, "dead internal link", f"«{target}»")
    if text.language == SOURCE_LANGUAGE and _LAW_WORD.search(text.body + text.answer) and not article.law:
        yield Finding(name, text.language, "law without source", "a paragraph is named, but `law` has no source")


def _near_duplicates(session: Session, rows: list[Article], model: str) -> list[Finding]:
    """Questions in one language that mean the same and belong to different articles: the search can't tell them apart."""
    vectors = vector_store.load(session, model)
    indexed, entries = collect(rows)
    by_language: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for entry in entries:
        if entry.part == "question" and entry.digest in vectors:
            by_language[entry.language][entry.digest] = (indexed[entry.article].slug, entry.text)
    found = []
    for language, questions in by_language.items():
        owners = list(questions.values())
        matrix = np.stack([vectors[d] for d in questions])
        for i, j in np.argwhere(np.triu(matrix @ matrix.T > NEAR_DUPLICATE, 1)).tolist():
            if owners[i][0] != owners[j][0]:
                message = f"«{owners[i][1]}» and «{owners[j][1]}» ({owners[j][0]})"
                found.append(Finding(owners[i][0], language, "near-duplicate question", message))
    return found
