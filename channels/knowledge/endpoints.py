"""Search, articles, municipalities and the screen over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth import accounts
from channels.auth.access import COOKIE
from channels.chat.render import article_url
from channels.chat.schemas import Body
from channels.conversations.service import check_language
from channels.documents.article import article
from channels.documents.model import Document
from channels.documents.response import respond
from channels.services import Services, ServicesDep
from core import clock
from core.errors import InvalidInput, Unauthorized
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge_base import articles
from knowledge_base.models import Municipality
from knowledge_base.municipalities import access_municipality, is_open, next_opening, settings_of
from knowledge_base.service import READERS, STAFF, SearchResult

router = APIRouter(prefix="/api/v1", tags=["knowledge"])
_SNIPPET = 200


class Screen(Body):
    """A text to screen."""

    text: str = Field(max_length=20_000)
    language: str | None = None


async def _audiences(request: Request, services: Services) -> frozenset[str]:
    """Staff-only articles are found by those who are logged in."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return READERS
    try:
        await services.database.read(accounts.access_session, cookie)
    except Unauthorized:
        return READERS
    return STAFF


@router.get("/search")
async def search(
    request: Request,
    services: ServicesDep,
    municipality: str,
    q: str = Query(min_length=1, max_length=2000),
    lang: str | None = Query(None, max_length=5),
    limit: int = Query(5, ge=1, le=20),
) -> dict[str, Any]:
    """The right articles for a question, and whether to answer, ask back, or say that there is none."""
    audiences = await _audiences(request, services)

    def work(session: Session) -> str:
        place = access_municipality(session, municipality)
        check_language(lang, place)
        return lang or services.knowledge.detect_language(q) or SOURCE_LANGUAGE

    language = await services.database.read(work)
    result: SearchResult = await asyncio.to_thread(
        services.knowledge.search, q, municipality, language, limit=limit, audiences=audiences
    )

    def describe(session: Session) -> list[dict[str, Any]]:
        found = []
        for hit in result.results:
            view = services.knowledge.article(session, hit.article_id, municipality, language, audiences=audiences)
            found.append(
                {
                    "article_id": hit.article_id,
                    "title": view.title,
                    "language": view.source_language,
                    "score": hit.score,
                    "confidence": hit.confidence,
                    "snippet": view.answer[:_SNIPPET],
                }
            )
        return found

    return {
        "language": language,
        "decision": result.decision,
        "confidence": round(result.confidence, 4),
        "results": await services.database.read(describe),
    }


@router.get("/articles")
async def list_articles(
    request: Request, services: ServicesDep, municipality: str, lang: str = Query(SOURCE_LANGUAGE, max_length=5)
) -> list[dict[str, Any]]:
    """Every article of a municipality's readers."""
    audiences = await _audiences(request, services)

    def work(session: Session) -> list[dict[str, Any]]:
        place = access_municipality(session, municipality)
        check_language(lang, place)
        views = [
            articles.view(a, place, lang)
            for a in articles.effective_all(session, municipality)
            if a.audience in audiences
        ]
        return [
            {
                "article_id": v.article_id,
                "kind": v.kind,
                "scope": v.scope,
                "audience": v.audience,
                "theme": v.theme,
                "status": v.status,
                "title": v.title,
                "reviewed_on": v.reviewed_on.isoformat(),
                "languages": v.languages,
            }
            for v in views
        ]

    return await services.database.read(work)


@router.get("/articles/{article_id}", response_model=None)
async def read_article(
    article_id: str,
    request: Request,
    services: ServicesDep,
    municipality: str,
    lang: str = Query(SOURCE_LANGUAGE, max_length=5),
    format: Literal["json", "html", "pdf"] = Query("json"),
) -> dict[str, Any] | Response:
    """One article; a missing language falls back, and `source_language` says to which. `html` and `pdf` to print."""
    audiences = await _audiences(request, services)

    def work(session: Session) -> dict[str, Any] | Document:
        place = access_municipality(session, municipality)
        check_language(lang, place)
        view = services.knowledge.article(session, article_id, municipality, lang, audiences=audiences)
        if format != "json":
            return article(view, place.name, lang)
        return {
            "article_id": view.article_id,
            "scope": view.scope,
            "kind": view.kind,
            "audience": view.audience,
            "theme": view.theme,
            "status": view.status,
            "title": view.title,
            "answer": view.answer,
            "body": view.body,
            "language": view.language,
            "source_language": view.source_language,
            "machine_translated": view.machine_translated,
            "reviewed_on": view.reviewed_on.isoformat(),
            "law": view.law,
            "links": view.links,
            "related": view.related,
            "languages": view.languages,
            "url": article_url(view.article_id, municipality, lang),
        }

    found = await services.database.read(work)
    return await respond(found, "pdf" if format == "pdf" else "html") if isinstance(found, Document) else found


@router.get("/municipalities")
async def list_municipalities(services: ServicesDep) -> list[dict[str, Any]]:
    """The municipalities that Nær serves, and whether a human is on duty."""

    def work(session: Session) -> list[dict[str, Any]]:
        found = []
        for place in session.scalars(select(Municipality).order_by(Municipality.id)):
            settings = settings_of(place)
            found.append(
                {
                    "id": place.id,
                    "name": place.name,
                    "languages": [code for code in LANGUAGES if code in settings.languages],
                    "open_now": is_open(settings.hours),
                    "next_opening": clock.rfc3339(next_opening(settings.hours)),
                }
            )
        return found

    return await services.database.read(work)


@router.post("/screen")
async def screen(body: Screen, services: ServicesDep) -> dict[str, Any]:
    """The safety screen alone. Nothing of it is kept."""
    if body.language is not None and body.language not in LANGUAGES:
        raise InvalidInput(
            f"Unknown language. Known: {', '.join(LANGUAGES)}.",
            code="unknown_language",
            details={"known": list(LANGUAGES)},
        )
    found = await asyncio.to_thread(services.knowledge.screen, body.text)
    language = body.language or services.knowledge.detect_language(body.text) or SOURCE_LANGUAGE
    return {"category": found.category, "wants_human": found.wants_human, "language": language}
