"""Articles in the database: which one a municipality's reader gets, in which language, and how a state is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import SOURCE_LANGUAGE
from knowledge_base.content_format import TextParts, text_digest
from knowledge_base.models import NATIONAL, Article, KnowledgeState, Municipality, Revision, Translation
from knowledge_base.municipalities import fill_placeholders

# Where a reader's language is missing: the nearest one they are likely to read, then Norwegian.
_FALLBACK = {"nn": ("nb", "en"), "nb": ("nn", "en")}


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as a reader gets it, placeholders filled. `source_language` is the language of the texts."""

    article_id: str
    scope: str
    kind: str
    audience: str
    theme: str
    status: str
    title: str
    answer: str
    body: str
    language: str
    source_language: str
    machine_translated: bool
    reviewed_on: date
    law: list[dict[str, Any]]
    links: list[dict[str, Any]]
    related: list[str]
    languages: list[str]


def bump_version(session: Session) -> int:
    """Say that published content has changed; returns the new version."""
    session.execute(update(KnowledgeState).where(KnowledgeState.id == 1).values(version=KnowledgeState.version + 1))
    state = session.get(KnowledgeState, 1, populate_existing=True)
    if state is None:
        state = KnowledgeState(id=1, version=1)
        session.add(state)
        session.flush()
    return state.version


def version(session: Session) -> int:
    """The number of the published content; 0 before anything was imported."""
    state = session.get(KnowledgeState, 1)
    return state.version if state else 0


def effective(session: Session, slug: str, municipality_id: str) -> Article:
    """The article that this municipality's readers get: its own if it has one, else the national one."""
    found = list(
        session.scalars(
            select(Article).where(
                Article.slug == slug, Article.scope.in_((municipality_id, NATIONAL)), ~Article.archived
            )
        )
    )
    if not found:
        raise NotFound(f"No article «{slug}».", code="unknown_article")
    return max(found, key=lambda a: a.scope == municipality_id)


def effective_all(session: Session, municipality_id: str) -> list[Article]:
    """Every article of this municipality's readers, own ones in place of national ones, by slug."""
    chosen: dict[str, Article] = {}
    rows = session.scalars(select(Article).where(Article.scope.in_((municipality_id, NATIONAL)), ~Article.archived))
    for article in rows:
        if article.slug not in chosen or article.scope == municipality_id:
            chosen[article.slug] = article
    return [chosen[slug] for slug in sorted(chosen)]


def fallback(language: str) -> tuple[str, ...]:
    """The languages to take where there is nothing in this one, nearest first."""
    return _FALLBACK.get(language, ("en", "nb"))


def pick_text(article: Article, language: str) -> Translation:
    """The article's text in this language, or in the nearest one that exists."""
    by_language = {t.language: t for t in article.translations}
    for wanted in (language, *fallback(language)):
        if wanted in by_language:
            return by_language[wanted]
    return by_language[SOURCE_LANGUAGE]


def view(article: Article, municipality: Municipality, language: str) -> ArticleView:
    """The article for a reader."""
    text = pick_text(article, language)

    def fill(raw: str) -> str:
        return fill_placeholders(raw, municipality, text.language)

    return ArticleView(
        article_id=article.slug,
        scope=article.scope,
        kind=article.kind,
        audience=article.audience,
        theme=article.theme,
        status=article.status,
        title=fill(text.title),
        answer=fill(text.answer),
        body=fill(text.body),
        language=language,
        source_language=text.language,
        machine_translated=text.origin == "machine" and not text.approved,
        reviewed_on=article.reviewed_on,
        law=article.law,
        links=article.links,
        related=article.related,
        languages=sorted(t.language for t in article.translations),
    )


def replace_texts(article: Article, texts: Sequence[TextParts]) -> None:
    """Put these texts in place of the article's present ones, and note which source they were made from."""
    source = next(t for t in texts if t.language == SOURCE_LANGUAGE)
    digest = text_digest(source.title, source.answer, source.body)
    old = {t.language: t for t in article.translations}
    for text in texts:
        row = old.pop(text.language, None)
        if row is None:
            row = Translation(language=text.language)
            article.translations.append(row)
        for name in ("title", "answer", "body", "questions", "origin", "approved"):
            setattr(row, name, getattr(text, name))
        row.source_digest = digest
    for row in old.values():
        article.translations.remove(row)


def is_stale(article: Article, translation: Translation) -> bool:
    """Has the Norwegian source changed since this translation was made?"""
    source = next((t for t in article.translations if t.language == SOURCE_LANGUAGE), None)
    if source is None or translation.language == SOURCE_LANGUAGE:
        return False
    return translation.source_digest != text_digest(source.title, source.answer, source.body)


def snapshot(article: Article) -> dict[str, Any]:
    """The article whole, as JSON."""
    return {
        "kind": article.kind,
        "audience": article.audience,
        "theme": article.theme,
        "status": article.status,
        "reviewed_on": article.reviewed_on.isoformat(),
        "review_by": article.review_by.isoformat(),
        "law": article.law,
        "links": article.links,
        "related": article.related,
        "texts": {
            t.language: {
                "title": t.title,
                "answer": t.answer,
                "body": t.body,
                "questions": t.questions,
                "origin": t.origin,
                "approved": t.approved,
                "source_digest": t.source_digest,
            }
            for t in article.translations
        },
    }


def add_revision(session: Session, article: Article, *, author: str, note: str) -> Revision:
    """Number the article's present state and keep it. Unique by (article, revision): two publishers can't share one."""
    article.revision = (article.revision or 0) + 1
    revision = Revision(
        article_id=article.id, revision=article.revision, author=author, note=note, snapshot=snapshot(article)
    )
    session.add(revision)
    session.flush()
    return revision
