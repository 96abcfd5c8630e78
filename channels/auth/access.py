"""The staff's session on a request: cookie, CSRF header on every changing call, role."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import update
from sqlalchemy.orm import Session

from channels.auth import accounts
from channels.auth.models import Staff
from channels.services import ServicesDep
from core import clock
from core.errors import Forbidden

COOKIE = "naer_staff"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TOUCH_EVERY = 20.0


async def _staff(request: Request, services: ServicesDep) -> Staff:
    cookie = request.cookies.get(COOKIE)

    def work(session: Session) -> tuple[Staff, str, bool]:
        found = accounts.access_session(session, cookie)
        seen = found.staff.seen_at
        every = min(_TOUCH_EVERY, services.settings.lease_seconds / 3, services.settings.away_seconds / 3)
        return found.staff, found.csrf_token, seen is None or (clock.now() - seen).total_seconds() > every

    staff, csrf_token, stale = await services.database.read(work)
    if request.method not in _SAFE:
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), csrf_token.encode()):
            raise Forbidden("The X-CSRF-Token header is missing or wrong.", code="csrf")
    if stale:
        await services.database.write(_touch, staff.id)
    return staff


def _touch(session: Session, staff_id: int) -> None:
    session.execute(update(Staff).where(Staff.id == staff_id).values(seen_at=clock.now()))


StaffDep = Annotated[Staff, Depends(_staff)]


def require(*roles: str) -> Callable[[Staff], Staff]:
    """A dependency: the logged-in member of staff, Forbidden unless of one of these roles."""

    def check(staff: StaffDep) -> Staff:
        if staff.role not in roles:
            raise Forbidden(f"This needs the role {' or '.join(roles)}.", code="wrong_role")
        return staff

    return check


CounsellorDep = Annotated[Staff, Depends(require("counsellor"))]
EditorDep = Annotated[Staff, Depends(require("editor", "admin"))]
AdminDep = Annotated[Staff, Depends(require("admin"))]
