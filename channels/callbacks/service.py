"""Callbacks' front door: request, look up and cancel by code, erase. Each function works in the caller's transaction.

What counsellors do with a callback is in `staff_service`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.auth import codes
from channels.auth.models import Staff
from channels.callbacks.contact import check_email, check_phone
from channels.callbacks.models import KINDS, Callback, CallbackCode
from core import clock, i18n
from core.errors import Conflict, InvalidInput, NotFound
from core.events import Event, EventBus
from knowledge_base.municipalities import access_municipality, settings_of

CODES_EACH = 10
DEFAULT_RETENTION = 30


@dataclass(frozen=True, slots=True)
class NewCallback:
    """What a relative asks for. `when` is free text, or `[{"from", "to"}]` in RFC 3339; `client_id` is unique to the wish.

    `phone` needs a telephone number; `video` and `in_person` one or an e-mail address.
    """

    municipality: str
    kind: str
    client_id: str
    language: str = "nb"
    phone: str = ""
    email: str = ""
    name: str = ""
    when: str | list[dict[str, str]] = ""
    interpreter: bool = False
    about: str = ""
    conversation_id: str | None = None
    booked_by: int | None = None


def check(new: NewCallback) -> NewCallback:
    """The wish with its contact tidied up; InvalidInput names what is wrong."""
    if new.kind not in KINDS:
        raise InvalidInput(f"Kind must be one of {', '.join(KINDS)}.", details={"kind": "unknown"})
    if new.language not in i18n.LANGUAGES:
        raise InvalidInput("Unknown language.", code="unknown_language", details={"known": list(i18n.LANGUAGES)})
    phone = check_phone(new.phone) if new.phone.strip() else ""
    email = check_email(new.email) if new.email.strip() else ""
    if new.kind == "phone" and not phone:
        raise InvalidInput("We need a telephone number to call.", code="phone_needed", details={"phone": "missing"})
    if not phone and not email:
        raise InvalidInput(
            "We need a telephone number or an e-mail address.", code="contact_needed", details={"phone": "missing"}
        )
    values = asdict(new) | {"phone": phone, "email": email, "name": new.name.strip(), "about": new.about.strip()}
    return NewCallback(**values)


def request(session: Session, new: NewCallback, retention_days: int = DEFAULT_RETENTION) -> tuple[Callback, str]:
    """Store a wish; gives it and a code that opens it, shown this once. Sent again it stays one, with a further code.

    Raises InvalidInput (contact, kind, language, municipality), Conflict if the client_id was used for another wish.
    """
    wish = check(new)
    municipality = access_municipality(session, wish.municipality)
    days = settings_of(municipality).retention_days or retention_days
    known = _by_client_id(session, wish)
    if known is None:
        try:
            with session.begin_nested():
                known = _insert(session, wish, days)
        except IntegrityError:  # the same wish came in twice at once; the other was first
            known = _by_client_id(session, wish)
            if known is None:
                raise
    if known.fingerprint != _fingerprint(wish):
        raise Conflict("This client_id was used for another request.", code="client_id_used")
    return known, _new_code(session, known)


def _by_client_id(session: Session, wish: NewCallback) -> Callback | None:
    return session.scalar(
        select(Callback).where(Callback.municipality == wish.municipality, Callback.client_id == wish.client_id)
    )


def _insert(session: Session, wish: NewCallback, days: int) -> Callback:
    made = Callback(
        municipality=wish.municipality,
        client_id=wish.client_id,
        fingerprint=_fingerprint(wish),
        conversation_id=wish.conversation_id,
        status="new",
        kind=wish.kind,
        phone=wish.phone,
        email=wish.email,
        name=wish.name,
        preferred=wish.when,
        language=wish.language,
        interpreter=wish.interpreter,
        about=wish.about,
        booked_by=wish.booked_by,
        created_at=clock.now(),
        erase_after=clock.now() + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    return made


def _fingerprint(wish: NewCallback) -> str:
    content = json.dumps(asdict(wish), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _new_code(session: Session, callback: Callback) -> str:
    count = select(func.count()).select_from(CallbackCode).where(CallbackCode.callback_id == callback.id)
    if (session.scalar(count) or 0) >= CODES_EACH:
        raise Conflict("This request was sent too often.", code="client_id_used")
    code = codes.new()
    session.add(CallbackCode(code_hash=codes.digest(code), callback_id=callback.id))
    session.flush()
    return code


def lock(session: Session, callback_id: int) -> Callback:
    """The callback's row, locked until the transaction ends; NotFound otherwise."""
    found = session.scalar(
        select(Callback).where(Callback.id == callback_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("No such callback; it may have been deleted.", code="unknown_callback")
    return found


def access_by_code(session: Session, code: str | None) -> Callback:
    """The relative's only door to a callback, locked; NotFound for a wrong code."""
    callback_id = session.scalar(
        select(CallbackCode.callback_id).where(CallbackCode.code_hash == codes.digest(code or ""))
    )
    if callback_id is None:
        raise NotFound("No callback with this code.", code="unknown_code")
    return lock(session, callback_id)


def cancel(session: Session, code: str | None) -> Callback:
    """Cancel by code: contact and text are erased at once, the row stays so that the counsellor sees it. Again: no change."""
    callback = access_by_code(session, code)
    if callback.status == "done":
        raise Conflict("This callback is done.", code="already_done", details={"status": "done"})
    if callback.status != "cancelled":
        callback.status, callback.ended_at = "cancelled", clock.now()
        _forget(callback)
    return callback


def _forget(callback: Callback) -> None:
    callback.phone = callback.email = callback.name = callback.about = callback.note = ""
    callback.preferred = ""
    callback.fingerprint = ""  # a digest of what was said is not kept either


def as_json(session: Session, callback: Callback) -> dict[str, Any]:
    """What the relative sees of their own callback."""
    taker = session.get(Staff, callback.taken_by) if callback.taken_by else None
    return {
        "status": callback.status,
        "municipality": callback.municipality,
        "kind": callback.kind,
        "when": callback.preferred,
        "language": callback.language,
        "interpreter": callback.interpreter,
        "about": callback.about,
        "phone": callback.phone or None,
        "email": callback.email or None,
        "name": callback.name or None,
        "created_at": clock.rfc3339(callback.created_at),
        "appointment": clock.rfc3339(callback.appointment),
        "place": callback.place or None,
        "counsellor": taker.name if taker else None,
    }


def erase_of(session: Session, conversation_id: str) -> None:
    """Delete the callbacks of a talk that the relative wants deleted."""
    session.execute(delete(Callback).where(Callback.conversation_id == conversation_id))


def erase_due(session: Session) -> int:
    """Delete callbacks whose retention time is over; how many."""
    due = list(session.scalars(select(Callback.id).where(Callback.erase_after < clock.now())))
    session.execute(delete(Callback).where(Callback.id.in_(due)))
    return len(due)


def announce(bus: EventBus, callback: Callback) -> None:
    """Tell the consoles of the municipality; call after the commit."""
    bus.publish(f"staff:{callback.municipality}", Event("callback", {"id": callback.id, "status": callback.status}))
