"""Staff: log in, log out, who am I, presence."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth import accounts
from channels.auth.access import COOKIE, StaffDep
from channels.auth.models import Staff, StaffSession
from channels.auth.tokens import digest
from channels.handoff import presence as presence_of
from channels.handoff.steps import active_talks
from channels.services import AddressDep, Services, ServicesDep
from core.events import Event

router = APIRouter(prefix="/api/v1/staff", tags=["staff"])


class LogIn(BaseModel):
    """`otp` is taken for accounts with a second factor."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=200)
    password: str = Field(max_length=200)
    otp: str | None = None


class Presence(BaseModel):
    """Who can be offered a chat, and which; what is left out stays as it is. `capacity` null: no limit."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["available", "busy", "away"]
    languages: list[str] | None = Field(None, max_length=20)
    teams: list[str] | None = Field(None, max_length=20)
    capacity: int | None = Field(None, ge=1, le=presence_of.MOST_TALKS)

    def changed(self) -> dict[str, Any]:
        """Skills and capacity that were given."""
        given = self.model_dump(include={"languages", "teams", "capacity"}, exclude_unset=True)
        return {k: v for k, v in given.items() if v is not None or k == "capacity"}


def _me(staff: Staff, csrf_token: str, active: int, services: Services) -> dict[str, Any]:
    return {
        "csrf_token": csrf_token,
        "role": staff.role,
        "municipality": staff.municipality,
        "name": staff.name,
        "email": staff.email,
        "presence": staff.presence,
        "languages": staff.languages,
        "teams": staff.teams,
        "capacity": staff.capacity,
        "active": active,
        "translator": bool(services.settings.translator_url),
    }


@router.post("/login")
async def log_in(body: LogIn, services: ServicesDep, address: AddressDep, response: Response) -> dict[str, Any]:
    """Open a session: an HttpOnly cookie, and the token that every changing call carries."""
    services.limits.check("login", address)

    def work(session: Session) -> tuple[accounts.Login, dict[str, Any]]:
        login = accounts.log_in(session, body.email, body.password, services.settings.session_hours)
        return login, _me(login.staff, login.csrf_token, active_talks(session, login.staff.id), services)

    login, shown = await services.database.write(work)
    response.set_cookie(
        COOKIE,
        login.cookie,
        httponly=True,
        secure=services.settings.public_url.startswith("https"),
        samesite="strict",
        max_age=services.settings.session_hours * 3600,
    )
    return shown


@router.post("/logout")
async def log_out(request: Request, response: Response, services: ServicesDep, staff: StaffDep) -> dict[str, bool]:
    """Close the session; the counsellor is away."""

    def work(session: Session) -> None:
        accounts.log_out(session, request.cookies[COOKIE])
        session.get_one(Staff, staff.id).presence = "away"

    await services.database.write(work)
    response.delete_cookie(COOKIE)
    return {"logged_out": True}


@router.get("/me")
async def me(request: Request, services: ServicesDep, staff: StaffDep) -> dict[str, Any]:
    """The session of this cookie, for a page that has been reloaded."""

    def work(session: Session) -> dict[str, Any]:
        found = session.get_one(StaffSession, digest(request.cookies[COOKIE]))
        return _me(found.staff, found.csrf_token, active_talks(session, found.staff_id), services)

    return await services.database.read(work)


@router.put("/presence")
async def presence(body: Presence, services: ServicesDep, staff: StaffDep) -> dict[str, str]:
    """Say whether one can be offered a chat, in which languages, for which teams, how many at a time."""
    await services.database.write(presence_of.set_presence, staff.id, body.status, body.changed())
    services.bus.publish(f"staff:{staff.municipality}", Event("queue"))
    return {"status": body.status}


@router.get("/colleagues")
async def colleagues(services: ServicesDep, staff: StaffDep) -> list[dict[str, str]]:
    """The municipality's other counsellors, for a transfer."""

    def work(session: Session) -> list[dict[str, str]]:
        rows = session.scalars(
            select(Staff).where(
                Staff.municipality == staff.municipality, Staff.role == "counsellor", Staff.active, Staff.id != staff.id
            )
        )
        return [{"email": s.email, "name": s.name, "status": s.presence} for s in rows]

    return await services.database.read(work)
