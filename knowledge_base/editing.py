"""An article's life: draft, publish, revert, archive. Published texts change only here and in the importer.

An editor of a municipality changes the municipality's own variant. Editing a national article makes that variant first
(copy on publish), so that one municipality's change never reaches another's readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, clock
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge_base import articles
from knowledge_base.content_format import (
    AUDIENCES,
    KINDS,
    LIMITS,
    MOST_QUESTION,
    MOST_SLUG,
    SLUG,
    STATUSES,
    THEMES,
    TextParts,
    text_digest,
)
from knowledge_base.models import Article, Draft, Revision, Translation

TEXT_FIELDS = ("title", "answer", "body", "questions", "origin", "approved")
ARTICLE_FIELDS = ("kind", "audience", "theme", "status", "reviewed_on", "review_by", "law", "links", "related")
_ALLOWED = {"kind": KINDS, "audience": AUDIENCES, "theme": THEMES, "status": STATUSES}


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits, and for which municipality."""

    email: str
    municipality: str


@dataclass(slots=True)
class Change:
    """What a draft changes: an article's own fields, and texts by language. Only given fields are changed."""

    fields: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def problems(self) -> dict[str, str]:
        """Wrong values, by field."""
        found: dict[str, str] = {}
        for name, value in self.fields.items():
            if name in _ALLOWED and value not in _ALLOWED[name]:
                found[name] = f"must be one of {', '.join(_ALLOWED[name])}"
            if name in ("reviewed_on", "review_by"):
                try:
                    date.fromisoformat(str(value))
                except ValueError:
                    found[name] = "must be a date, YYYY-MM-DD"
        for name, needed in (("law", "ref"), ("links", "title")):
            for entry in self.fields.get(name) or []:
                if not entry.get(needed) or not str(entry.get("url", "")).startswith(("https://", "http://")):
                    found[name] = f"each entry needs {needed} and a url that begins with https://"
        for language, text in self.texts.items():
            if language not in LANGUAGES:
                found["language"] = f"must be one of {', '.join(LANGUAGES)}"
            for name, most in LIMITS.items():
                value = text.get(name)
                if value is not None and (not isinstance(value, str) or len(value) > most):
                    found[name] = f"must be a text of at most {most} characters"
                elif name != "body" and value is not None and not value.strip():
                    found[name] = "must not be empty"
            questions = text.get("questions")
            if questions is not None and not all(
                isinstance(q, str) and 0 < len(q.strip()) <= MOST_QUESTION for q in questions
            ):
                found["questions"] = "must be texts of at most 300 characters"
        return found


def save_draft(session: Session, editor: Editor, slug: str, change: Change) -> Draft:
    """Keep a change without publishing it; later changes of the same field win."""
    problems = change.problems()
    if problems:
        raise InvalidInput("Some fields are wrong.", code="invalid_article", details=problems)
    draft = _draft(session, editor, slug)
    if draft is None:
        articles.effective(session, slug, editor.municipality)
        draft = Draft(slug=slug, scope=editor.municipality, author=editor.email, content={})
        session.add(draft)
    content = {"fields": dict(draft.content.get("fields", {})), "texts": dict(draft.content.get("texts", {}))}
    content["fields"] |= change.fields
    for language, text in change.texts.items():
        content["texts"][language] = {**content["texts"].get(language, {}), **text}
    draft.content, draft.author, draft.updated_at, draft.in_review = content, editor.email, clock.now(), False
    session.flush()
    return draft


def discard_draft(session: Session, editor: Editor, slug: str) -> None:
    """Throw a draft away."""
    draft = _draft(session, editor, slug)
    if draft is not None:
        session.delete(draft)


def ask_review(session: Session, editor: Editor, slug: str) -> Draft:
    """Say that a draft is ready for another pair of eyes."""
    draft = _draft(session, editor, slug)
    if draft is None:
        raise NotFound("There is no draft of this article.", code="no_draft")
    draft.in_review = True
    return draft


def publish(session: Session, editor: Editor, slug: str, note: str = "") -> Article:
    """Make the draft what readers get. Raises NotFound without a draft, InvalidInput where a text would lack something."""
    draft = _draft(session, editor, slug)
    if draft is None:
        raise NotFound("There is no draft of this article.", code="no_draft")
    article = _own_variant(session, editor, slug)
    for name, value in draft.content.get("fields", {}).items():
        setattr(article, name, date.fromisoformat(value) if name in ("reviewed_on", "review_by") else value)
    _apply_texts(article, draft.content.get("texts", {}))
    article.edited = True
    session.flush()
    articles.add_revision(session, article, author=editor.email, note=note)
    session.delete(draft)
    _published(session, editor, article, "publish")
    return article


def create(session: Session, editor: Editor, slug: str, change: Change) -> Draft:
    """Start a new article of the municipality as a draft; it needs a Norwegian title and answer before it can be published."""
    if not SLUG.match(slug) or len(slug) > MOST_SLUG:
        raise InvalidInput("article_id must be lower-case words joined by hyphens.", details={"article_id": "invalid"})
    taken = session.scalar(
        select(Article.id).where(Article.slug == slug, Article.scope.in_((editor.municipality, "national")))
    )
    if taken is not None:
        raise Conflict("There is already an article with this id.", code="article_exists")
    problems = change.problems()
    source = change.texts.get(SOURCE_LANGUAGE, {})
    problems |= {name: "is needed in Norwegian" for name in ("title", "answer") if not source.get(name)}
    if problems:
        raise InvalidInput("Some fields are wrong.", code="invalid_article", details=problems)
    today = clock.now().date()
    article = Article(
        slug=slug, scope=editor.municipality, kind="information", audience="adult", theme="general", status="planned",
        reviewed_on=today, review_by=today + timedelta(days=365), law=[], links=[], related=[], archived=True,
        edited=True, revision=0,
    )  # fmt: skip
    session.add(article)
    session.flush()
    draft = Draft(
        slug=slug, scope=editor.municipality, author=editor.email,
        content={"fields": {"status": "open", **change.fields}, "texts": change.texts},
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def revert(session: Session, editor: Editor, slug: str, revision: int) -> Article:
    """Bring an earlier published state back, as a new revision."""
    article = articles.effective(session, slug, editor.municipality)
    found = session.scalar(select(Revision).where(Revision.article_id == article.id, Revision.revision == revision))
    if found is None:
        raise NotFound("No such revision.", code="unknown_revision")
    own = _own_variant(session, editor, slug)
    _restore(own, found.snapshot)
    own.edited = True
    session.flush()
    articles.add_revision(session, own, author=editor.email, note=f"revert to {revision}")
    _published(session, editor, own, "revert")
    return own


def archive(session: Session, editor: Editor, slug: str) -> None:
    """Take an article away from the municipality's readers.

    Archiving the own variant of a national article brings the national one back.
    """
    article = articles.effective(session, slug, editor.municipality)
    if article.scope != editor.municipality:
        raise Conflict("A national article can't be archived by a municipality.", code="national_article")
    article.archived = True
    _published(session, editor, article, "archive")


def _published(session: Session, editor: Editor, article: Article, action: str) -> None:
    articles.bump_version(session)
    audit.record(
        session, actor=editor.email, municipality=editor.municipality, action=action, object_type="article",
        object_id=article.slug, revision=article.revision,
    )  # fmt: skip


def _draft(session: Session, editor: Editor, slug: str) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.slug == slug, Draft.scope == editor.municipality))


def access_draft(session: Session, editor: Editor, slug: str) -> Draft | None:
    """The municipality's draft of an article, None if there is none."""
    return _draft(session, editor, slug)


def _own_variant(session: Session, editor: Editor, slug: str) -> Article:
    """The municipality's own article, copied from the national one when there is none yet."""
    own = session.scalar(select(Article).where(Article.slug == slug, Article.scope == editor.municipality))
    if own is not None:
        own.archived = False
        return own
    national = articles.effective(session, slug, editor.municipality)
    own = Article(
        slug=slug, scope=editor.municipality, revision=0, archived=False, edited=True,
        **{name: getattr(national, name) for name in ARTICLE_FIELDS},
    )  # fmt: skip
    session.add(own)
    session.flush()
    _restore(own, articles.snapshot(national))
    session.flush()
    articles.add_revision(session, own, author="system", note="copy of the national article")
    return own


def _restore(article: Article, snapshot: dict[str, Any]) -> None:
    for name in ARTICLE_FIELDS:
        value = snapshot[name]
        setattr(article, name, date.fromisoformat(value) if name in ("reviewed_on", "review_by") else value)
    digests = {language: text["source_digest"] for language, text in snapshot["texts"].items()}
    articles.replace_texts(
        article,
        [
            TextParts(language, t["title"], t["answer"], t["body"], t["questions"], t["origin"], t["approved"])
            for language, t in snapshot["texts"].items()
        ],
    )
    for translation in article.translations:
        translation.source_digest = digests[translation.language]


def _apply_texts(article: Article, texts: dict[str, dict[str, Any]]) -> None:
    by_language = {t.language: t for t in article.translations}
    for language, change in texts.items():
        row = by_language.get(language)
        if row is None:
            row = Translation(
                language=language, title="", answer="", body="", questions=[], origin="human", approved=True
            )
            article.translations.append(row)
            by_language[language] = row
        for name in TEXT_FIELDS:
            if name in change:
                setattr(row, name, change[name])
        if not {"origin", "approved"} & change.keys():
            row.origin, row.approved = "human", True  # a person has written it
        if not row.title.strip() or not row.answer.strip():
            raise InvalidInput(
                "A text needs a title and an answer.", code="invalid_article", details={"language": language}
            )
    source = by_language.get(SOURCE_LANGUAGE)
    if source is None:
        raise InvalidInput("The Norwegian text is missing.", code="invalid_article", details={"language": "nb"})
    digest = text_digest(source.title, source.answer, source.body)
    for language in texts:
        by_language[language].source_digest = digest
