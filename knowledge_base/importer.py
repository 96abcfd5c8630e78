"""Import of content: read and check everything first, then write it in one transaction, or nothing at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import SOURCE_LANGUAGE
from knowledge_base import articles
from knowledge_base.content_format import ArticleFile, ContentError, Problem, read_folder
from knowledge_base.models import NATIONAL, Article, Municipality

CONTENT = Path(__file__).parent / "content"
LOCAL = "local"


def seed(session: Session) -> int:
    """Bring in the content that Nær ships. What editors have changed is never overwritten. Returns articles written."""
    return import_folder(session, CONTENT, author="seed", keep_edited=True)


def import_folder(session: Session, root: Path, *, author: str, keep_edited: bool = False) -> int:
    """Import `root/<scope>/<slug>/<language>.md`; scope `local` gives every municipality a copy of its own.

    `keep_edited` leaves articles alone that an editor has changed since they were seeded. Raises ContentError, with
    every problem by file and line, before anything is written. Returns how many articles were written.
    """
    files = read_folder(root)
    municipalities = list(session.scalars(select(Municipality.id).order_by(Municipality.id)))
    _check_scopes(files, municipalities)
    own = {(f.slug, f.scope) for f in files if f.scope not in (NATIONAL, LOCAL)}
    written = 0
    for file in files:
        scopes = [m for m in municipalities if (file.slug, m) not in own] if file.scope == LOCAL else [file.scope]
        for scope in scopes:
            written += _import_one(session, file, scope, author, keep_edited)
    if written:
        articles.bump_version(session)
    return written


def _check_scopes(files: list[ArticleFile], municipalities: list[str]) -> None:
    allowed = {NATIONAL, LOCAL, *municipalities}
    problems = [
        Problem(f"{f.path}/{SOURCE_LANGUAGE}.md", 1, f"`scope: {f.scope}` is none of {', '.join(sorted(allowed))}")
        for f in files
        if f.scope not in allowed
    ]
    if problems:
        raise ContentError(problems)


def _digest(file: ArticleFile) -> str:
    plain = asdict(file)
    plain.pop("path")
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _import_one(session: Session, file: ArticleFile, scope: str, author: str, keep_edited: bool) -> bool:
    digest = _digest(file)
    article = session.scalar(select(Article).where(Article.slug == file.slug, Article.scope == scope))
    if article is not None and (article.seed_digest == digest or (keep_edited and article.edited)):
        return False
    if article is None:
        article = Article(slug=file.slug, scope=scope)
        session.add(article)
    for name in ("kind", "audience", "theme", "status", "reviewed_on", "review_by", "law", "links", "related"):
        setattr(article, name, getattr(file, name))
    article.seed_digest = digest
    articles.replace_texts(article, list(file.texts.values()))
    session.flush()
    articles.add_revision(session, article, author=author, note="import")
    return True
