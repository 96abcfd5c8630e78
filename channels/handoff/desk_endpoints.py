"""Beside the talks: history, figures for supervisors, seen markers, translation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.access import CounsellorDep, require
from channels.auth.models import Staff
from channels.chat.schemas import Body
from channels.conversations.models import Message
from channels.handoff import figures, history, steps
from channels.handoff.endpoints import publish_seen
from channels.handoff.translator import translate
from channels.services import ServicesDep
from core import clock
from core.errors import InvalidInput, NotFound
from knowledge_base.municipalities import OSLO

router = APIRouter(prefix="/api/v1/staff", tags=["staff"])
SupervisorDep = Annotated[Staff, Depends(require("counsellor", "admin"))]
DEFAULT_DAYS = 30


class Number(Body):
    """A message's number."""

    seq: int = Field(ge=0)


@router.get("/history")
async def read_history(
    services: ServicesDep,
    staff: CounsellorDep,
    q: str = Query("", max_length=200),
    theme: str | None = Query(None, max_length=40),
    outcome: str | None = Query(None, max_length=40),
    since: date | None = Query(None, alias="from"),
    until: date | None = Query(None, alias="to"),
    before: int | None = Query(None, ge=1),
) -> dict[str, Any]:
    """The municipality's handed-over talks that are over, newest first; `next` is the `before` of the page after."""
    wanted = history.Wanted(q, theme, outcome, since, until, before)
    return await services.database.write(history.find, staff, wanted)


@router.get("/overview")
async def read_overview(services: ServicesDep, staff: SupervisorDep) -> dict[str, Any]:
    """Who waits and how long, who is there; waits of the last week. Never a text."""
    return await services.database.read(figures.overview, staff.municipality)


@router.get("/statistics")
async def read_statistics(
    services: ServicesDep,
    staff: SupervisorDep,
    since: date | None = Query(None, alias="from"),
    until: date | None = Query(None, alias="to"),
) -> dict[str, Any]:
    """Anonymised counts of handovers by theme, outcome and language; under five is "<5"."""
    last = until or clock.now().astimezone(OSLO).date()
    first = since or last - timedelta(days=DEFAULT_DAYS)
    if first > last:
        raise InvalidInput("`from` is after `to`.", details={"from": "after to"})
    return await services.database.read(figures.statistics, staff.municipality, first, last)


@router.post("/conversations/{conversation_id}/seen", status_code=204)
async def seen(conversation_id: str, body: Number, services: ServicesDep, staff: CounsellorDep) -> None:
    """The counsellor who has the talk has read up to here; the relative's page shows it."""

    def work(session: Session) -> int:
        return steps.seen(steps.access_talk(session, conversation_id, staff, locked=True), staff, body.seq)

    moved_to = await services.database.write(work)
    if moved_to:
        publish_seen(services, conversation_id, moved_to)


@router.post("/conversations/{conversation_id}/translate")
async def translate_message(
    conversation_id: str, body: Number, services: ServicesDep, staff: CounsellorDep
) -> dict[str, Any]:
    """A message by machine in Norwegian; 503 `translator_off` where no translator is configured."""

    def work(session: Session) -> Message:
        _, until = steps.access_reading(session, conversation_id, staff)
        found = session.scalar(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq == body.seq)
        )
        if found is None or (until is not None and found.seq > until):
            raise NotFound("No message with this number.", code="unknown_message")
        return found

    message = await services.database.read(work)
    text = await translate(services.settings, message.text, message.language, "nb")
    return {"text": text, "language": "nb", "machine": True}
