"""The counsellors' side of callbacks over HTTP."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from channels.auth.access import CounsellorDep
from channels.auth.models import Staff
from channels.callbacks import service, staff_service
from channels.callbacks.endpoints import CallbackBody
from channels.callbacks.models import Callback
from channels.chat.schemas import Body
from channels.handoff.steps import access_talk
from channels.notices import compose as notices
from channels.services import Services, ServicesDep

router = APIRouter(prefix="/api/v1/staff/callbacks", tags=["staff"])


class BookCallback(CallbackBody):
    """A counsellor books for somebody; with `appointment` it is agreed and the counsellor's own."""

    appointment: AwareDatetime | None = None
    place: str = Field("", max_length=200)


class Appointment(Body):
    """When, and where or by which link."""

    appointment: AwareDatetime
    place: str = Field("", max_length=200)


class Complete(Body):
    """How it went."""

    outcome: str = Field(max_length=40)
    note: str = Field("", max_length=4000)


async def _step(services: Services, step: Any, callback_id: int, staff: Staff, *values: Any) -> dict[str, Any]:
    def work(session: Session) -> tuple[Callback, dict[str, Any]]:
        callback = step(session, callback_id, staff, *values)
        if step is staff_service.appoint:
            notices.appointed(session, services.settings, callback)
        return callback, staff_service.row(session, callback)

    callback, shown = await services.database.write(work)
    service.announce(services.bus, callback)
    return shown


@router.get("")
async def list_callbacks(
    services: ServicesDep,
    staff: CounsellorDep,
    status: Literal["new", "taken", "done", "cancelled"] | None = Query(None),
) -> list[dict[str, Any]]:
    """Callbacks of one's own municipality, oldest first; without `status` those that are open."""
    return await services.database.write(staff_service.listing, staff, status)


@router.post("", status_code=201)
async def book_callback(body: BookCallback, services: ServicesDep, staff: CounsellorDep) -> dict[str, Any]:
    """Book for somebody who is not in the chat, or for the relative of a talk that was handed over."""

    def work(session: Session) -> tuple[Callback, dict[str, Any]]:
        if body.conversation_id is not None:
            access_talk(session, body.conversation_id, staff)
        wish = body.wish(staff.municipality, staff.id)
        callback, code = staff_service.book(session, wish, staff, services.settings.retention_days)
        if body.appointment is not None and callback.status == "new":
            staff_service.appoint(session, callback.id, staff, body.appointment, body.place)
            notices.appointed(session, services.settings, callback)
        return callback, {"code": code, **staff_service.row(session, callback)}

    callback, shown = await services.database.write(work)
    service.announce(services.bus, callback)
    return shown


@router.post("/{callback_id}/take")
async def take_callback(callback_id: int, services: ServicesDep, staff: CounsellorDep) -> dict[str, Any]:
    """Take it; 409 names who has it."""
    return await _step(services, staff_service.take, callback_id, staff)


@router.post("/{callback_id}/release")
async def release_callback(callback_id: int, services: ServicesDep, staff: CounsellorDep) -> dict[str, Any]:
    """Give it back, for a colleague to take."""
    return await _step(services, staff_service.release, callback_id, staff)


@router.put("/{callback_id}")
async def appoint_callback(
    callback_id: int, body: Appointment, services: ServicesDep, staff: CounsellorDep
) -> dict[str, Any]:
    """Set the agreed time and place; one that nobody has is taken by it."""
    return await _step(services, staff_service.appoint, callback_id, staff, body.appointment, body.place)


@router.post("/{callback_id}/complete")
async def complete_callback(
    callback_id: int, body: Complete, services: ServicesDep, staff: CounsellorDep
) -> dict[str, Any]:
    """Say how it went."""
    return await _step(services, staff_service.complete, callback_id, staff, body.outcome, body.note)
