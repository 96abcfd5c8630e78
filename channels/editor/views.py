"""What the editor's pages show: the list of articles, one article with its draft and revisions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotFound
from core.i18n import SOURCE_LANGUAGE
from knowledge_base import articles, editing
from knowledge_base.models import Article, Draft, Revision, Translation


def listing(session: Session, editor: editing.Editor) -> list[dict[str, Any]]:
    """Every article of the municipality's readers, and new ones that are still drafts."""
    drafts = set(session.scalars(select(Draft.slug).where(Draft.scope == editor.municipality)))
    rows = articles.effective_all(session, editor.municipality)
    known = {a.slug for a in rows}
    rows += list(
        session.scalars(
            select(Article).where(
                Article.scope == editor.municipality, Article.archived, Article.slug.in_(drafts - known)
            )
        )
    )
    return [_row(a, a.slug in drafts) for a in rows]


def _row(article: Article, has_draft: bool) -> dict[str, Any]:
    source = next((t for t in article.translations if t.language == SOURCE_LANGUAGE), None)
    return {
        "article_id": article.slug,
        "scope": article.scope,
        "kind": article.kind,
        "audience": article.audience,
        "theme": article.theme,
        "status": article.status,
        "title": source.title if source else article.slug,
        "reviewed_on": article.reviewed_on.isoformat(),
        "review_by": article.review_by.isoformat(),
        "languages": [
            {
                "language": t.language,
                "origin": t.origin,
                "approved": t.approved,
                "stale": articles.is_stale(article, t),
            }
            for t in article.translations
        ],
        "has_draft": has_draft,
    }


def one(session: Session, editor: editing.Editor, slug: str) -> dict[str, Any]:
    """An article as an editor sees it: published texts, the draft, the revisions."""
    draft = editing.access_draft(session, editor, slug)
    try:
        article = articles.effective(session, slug, editor.municipality)
    except NotFound:
        hidden = session.scalar(select(Article).where(Article.slug == slug, Article.scope == editor.municipality))
        if hidden is None or draft is None:
            raise
        article = hidden
    revisions = session.scalars(
        select(Revision).where(Revision.article_id == article.id).order_by(Revision.revision.desc()).limit(50)
    )
    texts = {t.language: _text(article, t) for t in article.translations}
    return {
        **_row(article, draft is not None),
        "law": article.law,
        "links": article.links,
        "related": article.related,
        "revision": article.revision,
        "published": texts,
        "draft": _draft_texts(texts, draft) if draft else None,
        "draft_fields": draft.content.get("fields", {}) if draft else {},
        "in_review": draft.in_review if draft else False,
        "revisions": [
            {"revision": r.revision, "at": clock.rfc3339(r.at), "author": r.author, "note": r.note} for r in revisions
        ],
    }


def _text(article: Article, translation: Translation) -> dict[str, Any]:
    return {
        "title": translation.title,
        "answer": translation.answer,
        "body": translation.body,
        "questions": translation.questions,
        "origin": translation.origin,
        "approved": translation.approved,
        "stale": articles.is_stale(article, translation),
    }


def _draft_texts(published: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """Each changed language whole: the draft's fields over the published ones."""
    empty = {"title": "", "answer": "", "body": "", "questions": []}
    return {
        language: {**published.get(language, empty), **text}
        for language, text in draft.content.get("texts", {}).items()
    }
