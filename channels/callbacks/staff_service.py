"""What counsellors do with callbacks: list, take, give back, set a time, complete. Each under the row's lock, audited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.callbacks import service
from channels.callbacks.models import STATUSES, Callback
from core import audit, clock
from core.errors import Conflict, Forbidden, InvalidInput

OUTCOMES = ("helped", "referred", "no_answer", "other")
LISTED = 500
KEPT_AFTER_APPOINTMENT = timedelta(days=30)


def listing(session: Session, staff: Staff, status: str | None) -> list[dict[str, Any]]:
    """One's own municipality's callbacks, oldest first; noted in the audit trail, for they hold names and numbers."""
    if status is not None and status not in STATUSES:
        raise InvalidInput(f"Status must be one of {', '.join(STATUSES)}.", details={"status": "unknown"})
    wanted = (status,) if status else ("new", "taken")
    rows = session.scalars(
        select(Callback)
        .where(Callback.municipality == staff.municipality, Callback.status.in_(wanted))
        .order_by(Callback.created_at, Callback.id)
        .limit(LISTED)
    ).all()
    audit.record(
        session, actor=staff.email, municipality=staff.municipality, action="list_callbacks", object_type="callback",
        object_id=status or "open", count=len(rows),
    )  # fmt: skip
    return [row(session, one) for one in rows]


def row(session: Session, callback: Callback) -> dict[str, Any]:
    """A callback as the console shows it."""
    taker = session.get(Staff, callback.taken_by) if callback.taken_by else None
    return {
        "id": callback.id,
        **service.as_json(session, callback),
        "taken_by": {"email": taker.email, "name": taker.name} if taker else None,
        "taken_at": clock.rfc3339(callback.taken_at),
        "outcome": callback.outcome,
        "note": callback.note,
        "ended_at": clock.rfc3339(callback.ended_at),
        "conversation_id": callback.conversation_id,
    }


def access(session: Session, callback_id: int, staff: Staff) -> Callback:
    """The staff's only door to a callback: their own municipality's, locked. 404/403 otherwise."""
    callback = service.lock(session, callback_id)
    if callback.municipality != staff.municipality:
        raise Forbidden("This callback belongs to another municipality.", code="other_municipality")
    return callback


def take(session: Session, callback_id: int, staff: Staff) -> Callback:
    """Take a callback; of any number at once exactly one wins, the others get a Conflict that names who."""
    callback = access(session, callback_id, staff)
    if callback.status == "taken" and callback.taken_by == staff.id:
        return callback
    owner = session.get(Staff, callback.taken_by) if callback.taken_by else None
    free = callback.status == "new" or (callback.status == "taken" and owner is not None and not owner.active)
    if not free:
        raise Conflict(
            f"{owner.name} has this callback." if owner else "This callback is no longer open.",
            code="already_taken",
            details={
                "status": callback.status,
                "taken_by": {"email": owner.email, "name": owner.name} if owner else None,
            },
        )
    callback.status, callback.taken_by, callback.taken_at = "taken", staff.id, clock.now()
    _audit(session, staff, "take_callback", callback)
    return callback


def _access_own(session: Session, callback_id: int, staff: Staff) -> Callback:
    callback = access(session, callback_id, staff)
    if callback.status != "taken" or callback.taken_by != staff.id:
        owner = session.get(Staff, callback.taken_by) if callback.taken_by else None
        raise Conflict(
            "You do not have this callback.",
            code="not_yours",
            details={
                "status": callback.status,
                "taken_by": {"email": owner.email, "name": owner.name} if owner else None,
            },
        )
    return callback


def release(session: Session, callback_id: int, staff: Staff) -> Callback:
    """Give a callback back, for a colleague to take."""
    callback = _access_own(session, callback_id, staff)
    callback.status, callback.taken_by, callback.taken_at = "new", None, None
    _audit(session, staff, "release_callback", callback)
    return callback


def appoint(session: Session, callback_id: int, staff: Staff, appointment: datetime, place: str) -> Callback:
    """Agree on a time (and a place); one that is not taken yet is taken by it."""
    callback = take(session, callback_id, staff)
    set_time(callback, appointment, place)
    _audit(session, staff, "appoint_callback", callback)
    return callback


def set_time(callback: Callback, appointment: datetime, place: str) -> None:
    """The agreed time; the callback is kept until it has come and a month has passed."""
    if appointment < clock.now():
        raise InvalidInput("This time has passed.", code="time_passed", details={"appointment": "passed"})
    callback.appointment, callback.place = appointment, place.strip()
    callback.erase_after = max(callback.erase_after, appointment + KEPT_AFTER_APPOINTMENT)


def complete(session: Session, callback_id: int, staff: Staff, outcome: str, note: str) -> Callback:
    """Say how it went. Sent again by the same it changes nothing."""
    if outcome not in OUTCOMES:
        raise InvalidInput(f"Outcome must be one of {', '.join(OUTCOMES)}.", details={"outcome": "unknown"})
    callback = access(session, callback_id, staff)
    if callback.status == "done" and callback.taken_by == staff.id:
        return callback
    callback = _access_own(session, callback_id, staff)
    callback.status, callback.outcome, callback.note = "done", outcome, note.strip()
    callback.ended_at = clock.now()
    _audit(session, staff, "complete_callback", callback, outcome=outcome)
    return callback


def book(session: Session, new: service.NewCallback, staff: Staff, retention_days: int) -> tuple[Callback, str]:
    """A counsellor books for somebody: the same as a relative's own wish, with who booked it."""
    callback, code = service.request(session, new, retention_days)
    _audit(session, staff, "book_callback", callback)
    return callback, code


def _audit(session: Session, staff: Staff, action: str, callback: Callback, **details: Any) -> None:
    audit.record(
        session, actor=staff.email, municipality=staff.municipality, action=action, object_type="callback",
        object_id=str(callback.id), **details,
    )  # fmt: skip
