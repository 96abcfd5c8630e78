"""Export of the published articles as Markdown folders, the form that the importer reads."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base.content_format import ArticleFile, TextParts, write_folder
from knowledge_base.models import Article


def export_folder(session: Session, root: Path) -> int:
    """Write every article that is not archived under `root`; returns how many."""
    count = 0
    for article in session.scalars(select(Article).where(~Article.archived).order_by(Article.scope, Article.slug)):
        write_folder(root, as_file(article))
        count += 1
    return count


def as_file(article: Article) -> ArticleFile:
    """A stored article in the form of its folder."""
    return ArticleFile(
        slug=article.slug,
        scope=article.scope,
        kind=article.kind,
        audience=article.audience,
        theme=article.theme,
        status=article.status,
        reviewed_on=article.reviewed_on,
        review_by=article.review_by,
        law=article.law,
        links=article.links,
        related=article.related,
        texts={
            t.language: TextParts(t.language, t.title, t.answer, t.body, list(t.questions), t.origin, t.approved)
            for t in article.translations
        },
    )
