"""Staff accounts: making them, logging in, sessions, the demo's accounts."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from channels.auth import tokens
from channels.auth.models import ROLES, Staff, StaffSession
from core import audit, clock
from core.errors import Conflict, InvalidInput, Unauthorized
from knowledge_base.municipalities import access_municipality

_hasher = PasswordHasher()
# Verified when there is no such account, so that the answer takes as long as for one that exists.
_NOBODY = _hasher.hash("nobody")


@dataclass(frozen=True, slots=True)
class Login:
    """What a successful login gives: the cookie's value, the CSRF token, the account."""

    cookie: str
    csrf_token: str
    staff: Staff


def add(
    session: Session, *, email: str, name: str, role: str, municipality: str, password: str, demo: bool = False
) -> Staff:
    """Make an account. Raises InvalidInput for a wrong role or a short password, Conflict for a known address."""
    if role not in ROLES:
        raise InvalidInput(f"Role must be one of {', '.join(ROLES)}.", details={"role": "unknown"})
    if len(password) < 12:
        raise InvalidInput("A password has at least 12 characters.", details={"password": "too short"})
    address = email.strip().casefold()
    if "@" not in address:
        raise InvalidInput("That is no e-mail address.", details={"email": "invalid"})
    access_municipality(session, municipality)
    if session.scalar(select(Staff.id).where(Staff.email == address)):
        raise Conflict("There is already an account with this e-mail address.")
    staff = Staff(
        email=address,
        name=name,
        role=role,
        municipality=municipality,
        password_hash=_hasher.hash(password),
        demo=demo,
    )
    session.add(staff)
    session.flush()
    return staff


def log_in(session: Session, email: str, password: str, hours: int) -> Login:
    """Check a password and open a session. One message for every failure, so that addresses can't be probed."""
    staff = session.scalar(select(Staff).where(Staff.email == email.strip().casefold()))
    try:
        _hasher.verify(staff.password_hash if staff else _NOBODY, password)
    except (VerificationError, InvalidHashError) as error:
        raise Unauthorized("E-mail address or password is wrong.", code="login_failed") from error
    if staff is None or not staff.active:
        raise Unauthorized("E-mail address or password is wrong.", code="login_failed")
    if _hasher.check_needs_rehash(staff.password_hash):
        staff.password_hash = _hasher.hash(password)
    cookie, csrf = tokens.new(), tokens.new()
    now = clock.now()
    session.execute(delete(StaffSession).where(StaffSession.expires_at < now))
    session.add(
        StaffSession(
            token_hash=tokens.digest(cookie),
            staff_id=staff.id,
            csrf_token=csrf,
            expires_at=now + timedelta(hours=hours),
        )
    )
    staff.seen_at = now
    audit.record(
        session, actor=staff.email, municipality=staff.municipality, action="login", object_type="staff",
        object_id=str(staff.id),
    )  # fmt: skip
    return Login(cookie, csrf, staff)


def log_out(session: Session, cookie: str) -> None:
    """Close the session of this cookie."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == tokens.digest(cookie)))


def access_session(session: Session, cookie: str | None) -> StaffSession:
    """The open session of a cookie; Unauthorized otherwise."""
    if cookie:
        found = session.get(StaffSession, tokens.digest(cookie))
        if found is not None and found.expires_at > clock.now() and found.staff.active:
            return found
    raise Unauthorized("Log in first.", code="login_needed")


def seed_demo(session: Session, path: Path, municipalities: dict[str, str]) -> None:
    """Make the demo's accounts once and write them to `path`, readable by the owner only."""
    if path.exists() or session.scalar(select(Staff.id).limit(1)):
        return
    wanted = []
    for number, (municipality, name) in enumerate(sorted(municipalities.items())):
        short = name.removesuffix(" kommune")
        wanted += [
            (f"kari.{municipality}@example.no", "Kari", "counsellor", municipality),
            (f"omar.{municipality}@example.no", "Omar", "counsellor", municipality),
            (f"redaktor.{municipality}@example.no", f"Redaktør i {short}", "editor", municipality),
        ]
        if number == len(municipalities) - 1:
            wanted.append(("admin@example.no", "Administrator", "admin", municipality))
    accounts = []
    for email, name, role, municipality in wanted:
        password = secrets.token_urlsafe(12)
        add(session, email=email, name=name, role=role, municipality=municipality, password=password, demo=True)
        accounts.append({"email": email, "password": password, "role": role, "municipality": municipality})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(accounts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def remove_demo(session: Session, path: Path) -> int:
    """Deactivate every demo account and remove the file that lists them."""
    accounts = list(session.scalars(select(Staff).where(Staff.demo, Staff.active)))
    for staff in accounts:
        staff.active = False
    path.unlink(missing_ok=True)
    return len(accounts)
