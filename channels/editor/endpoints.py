"""The editors' API: an article's life. A published change is what the next question gets."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session

from channels.auth.access import EditorDep
from channels.auth.models import Staff
from channels.chat.schemas import Body
from channels.editor import views
from channels.services import Services, ServicesDep
from core.i18n import SOURCE_LANGUAGE
from knowledge_base import editing
from knowledge_base.editing import Change, Editor

router = APIRouter(prefix="/api/v1/editor", tags=["editor"])


class TextChange(Body):
    """Changed parts of an article's text; what is left out stays."""

    title: str | None = None
    answer: str | None = None
    body: str | None = None
    questions: list[str] | None = Field(None, max_length=100)
    approved: bool | None = None


class PutDraft(TextChange):
    """One language's changes (`language`, Norwegian unless given), several (`translations`), and the article's own fields."""

    language: str = SOURCE_LANGUAGE
    translations: dict[str, TextChange] | None = None
    kind: str | None = None
    audience: str | None = None
    theme: str | None = None
    status: str | None = None
    reviewed_on: str | None = None
    review_by: str | None = None
    law: list[dict[str, str]] | None = None
    links: list[dict[str, str]] | None = None
    related: list[str] | None = None

    def change(self) -> Change:
        """The change in the knowledge base's terms."""
        given = self.model_dump(exclude_none=True)
        texts = {code: _text(change) for code, change in (self.translations or {}).items()}
        own = _text(self)
        if own:
            texts[self.language] = {**texts.get(self.language, {}), **own}
        return Change(fields={k: given[k] for k in editing.ARTICLE_FIELDS if k in given}, texts=texts)


class NewArticle(PutDraft):
    """A new article; needs a Norwegian title and answer."""

    article_id: str = Field(max_length=80)


class Publish(Body):
    """An optional note for the revision list."""

    note: str = Field("", max_length=300)
    language: str | None = None


class Revert(Body):
    """The revision to bring back."""

    revision: int = Field(ge=1)


def _text(change: TextChange) -> dict[str, Any]:
    found = {name: getattr(change, name) for name in ("title", "answer", "body") if getattr(change, name) is not None}
    if change.questions is not None:
        found["questions"] = [q.strip() for q in change.questions if q.strip()]
    if change.approved is not None:
        found["approved"] = change.approved
        found["origin"] = "machine" if not found.keys() - {"approved"} else "human"
    return found


def _editor(staff: Staff) -> Editor:
    return Editor(staff.email, staff.municipality)


async def _reindex(services: Services) -> None:
    await asyncio.to_thread(services.knowledge.rebuild)


@router.get("/articles")
async def list_articles(services: ServicesDep, staff: EditorDep) -> list[dict[str, Any]]:
    """Every article, with its languages and whether there is a draft."""
    return await services.database.read(views.listing, _editor(staff))


@router.post("/articles", status_code=201)
async def new_article(body: NewArticle, services: ServicesDep, staff: EditorDep) -> dict[str, Any]:
    """Start a new article as a draft."""

    def work(session: Session) -> dict[str, Any]:
        editing.create(session, _editor(staff), body.article_id, body.change())
        return views.one(session, _editor(staff), body.article_id)

    return await services.database.write(work)


@router.get("/articles/{article_id}")
async def read_article(article_id: str, services: ServicesDep, staff: EditorDep) -> dict[str, Any]:
    """An article with its draft and revisions."""
    return await services.database.read(views.one, _editor(staff), article_id)


@router.put("/articles/{article_id}/draft")
async def put_draft(article_id: str, body: PutDraft, services: ServicesDep, staff: EditorDep) -> dict[str, Any]:
    """Keep a change without publishing it."""

    def work(session: Session) -> dict[str, Any]:
        editing.save_draft(session, _editor(staff), article_id, body.change())
        return views.one(session, _editor(staff), article_id)

    return await services.database.write(work)


@router.delete("/articles/{article_id}/draft", status_code=204)
async def delete_draft(article_id: str, services: ServicesDep, staff: EditorDep) -> None:
    """Throw the draft away."""
    await services.database.write(editing.discard_draft, _editor(staff), article_id)


@router.post("/articles/{article_id}/review")
async def ask_review(article_id: str, services: ServicesDep, staff: EditorDep) -> dict[str, Any]:
    """Say that the draft is ready for another pair of eyes."""

    def work(session: Session) -> dict[str, Any]:
        editing.ask_review(session, _editor(staff), article_id)
        return views.one(session, _editor(staff), article_id)

    return await services.database.write(work)


@router.post("/articles/{article_id}/publish")
async def publish(
    article_id: str, services: ServicesDep, staff: EditorDep, body: Publish | None = None
) -> dict[str, Any]:
    """Make the draft what readers get; when this call has answered, the next question gets it."""

    def work(session: Session) -> dict[str, Any]:
        editing.publish(session, _editor(staff), article_id, body.note if body else "")
        return views.one(session, _editor(staff), article_id)

    published = await services.database.write(work)
    await _reindex(services)
    return published


@router.post("/articles/{article_id}/revert")
async def revert(article_id: str, body: Revert, services: ServicesDep, staff: EditorDep) -> dict[str, Any]:
    """Bring an earlier state back."""

    def work(session: Session) -> dict[str, Any]:
        editing.revert(session, _editor(staff), article_id, body.revision)
        return views.one(session, _editor(staff), article_id)

    reverted = await services.database.write(work)
    await _reindex(services)
    return reverted


@router.post("/articles/{article_id}/archive")
async def archive(article_id: str, services: ServicesDep, staff: EditorDep) -> dict[str, str]:
    """Take the article away from the municipality's readers."""
    await services.database.write(editing.archive, _editor(staff), article_id)
    await _reindex(services)
    return {"article_id": article_id, "status": "archived"}
