"""Counsellors' presence, skills and capacity; away by itself; talks of a counsellor who has vanished go back to the queue.

A sign of life is any call of the page, or its live stream being open; it is kept as `seen_at`. A claim is a lease: it lasts
until `lease` after the last sign of life (or after the claim, if that was later), and is renewed by each sign.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from channels.auth import accounts
from channels.auth.models import Staff
from channels.conversations.models import Conversation
from channels.conversations.service import lock
from channels.handoff import steps
from channels.handoff.service import say
from core import audit, clock, i18n
from core.database import Database
from core.errors import InvalidInput, NotFound, Unauthorized
from core.settings import Settings
from knowledge_base.content_format import THEMES

SIGN_EVERY = 10.0  # seconds at most between the signs of an open stream; so long may it outlive its login
MOST_TALKS = 50


def set_presence(session: Session, staff_id: int, status: str, changed: dict[str, Any]) -> Staff:
    """Say whether one can be offered a chat, and for what: `languages`, `teams` (empty: any), `capacity` (None: no limit)."""
    for name, known in (("languages", i18n.LANGUAGES), ("teams", THEMES)):
        wrong = [v for v in changed.get(name, ()) if v not in known]
        if wrong:
            raise InvalidInput(f"Unknown {name}. Known: {', '.join(known)}.", details={name: list(known)})
    row = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
    row.presence, row.seen_at = status, clock.now()
    for name, value in changed.items():
        setattr(row, name, sorted(set(value)) if isinstance(value, list) else value)
    return row


def fits(staff: Staff, conversation: Conversation) -> bool:
    """By theme team and language: is this a talk for this counsellor? Nothing named means anything."""
    theme = conversation.theme
    of_team = not staff.teams or theme in (None, "general") or theme in staff.teams
    return of_team and (not staff.languages or conversation.language in staff.languages)


def lease_until(conversation: Conversation, owner: Staff | None, lease: timedelta) -> datetime | None:
    """When a claimed talk goes back to the queue unless a sign of its counsellor comes."""
    if owner is None or conversation.state != "human":
        return None
    signs = [moment for moment in (conversation.claimed_at, owner.seen_at) if moment is not None]
    return max(signs) + lease if signs else None


def sign_every(settings: Settings) -> float:
    """Seconds between signs: often enough that one may be lost before anybody is taken for gone."""
    return min(SIGN_EVERY, settings.lease_seconds / 3, settings.away_seconds / 3)


def sign_of_life(session: Session, cookie: str) -> bool:
    """The counsellor's page is there. Is it still logged in? One that isn't gives no sign."""
    try:
        staff = accounts.access_session(session, cookie).staff
    except Unauthorized:
        return False
    staff.seen_at = clock.now()
    return True


@asynccontextmanager
async def connected(database: Database, cookie: str, every: float, end: Callable[[], None]) -> AsyncIterator[None]:
    """For as long as a page's stream is open it gives a sign of life every so many seconds.

    `end` is called once the login is over (logged out on another page, expired, account switched off).
    """

    async def signs() -> None:
        while True:
            if not await database.write(sign_of_life, cookie):
                end()
                return
            await asyncio.sleep(every)

    task = asyncio.create_task(signs(), name="presence")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def gone(session: Session, away_after: timedelta) -> list[int]:
    """Counsellors who are not away and have given no sign for so long."""
    return list(session.scalars(select(Staff.id).where(*_gone(away_after))))


def _gone(away_after: timedelta) -> tuple[Any, ...]:
    silent = (Staff.seen_at < clock.now() - away_after) | Staff.seen_at.is_(None)
    return Staff.presence != "away", silent


def set_away(session: Session, away_after: timedelta) -> set[str]:
    """Counsellors who have given no sign are away; gives their municipalities."""
    changed = update(Staff).where(*_gone(away_after)).values(presence="away").returning(Staff.municipality)
    return set(session.scalars(changed))


def lost_talks(session: Session, lease: timedelta) -> list[str]:
    """Claimed talks whose lease has run out."""
    limit = clock.now() - lease
    return list(
        session.scalars(
            select(Conversation.id)
            .join(Staff, Staff.id == Conversation.claimed_by)
            .where(
                Conversation.state == "human",
                (Staff.seen_at < limit) | Staff.seen_at.is_(None) | ~Staff.active,
                (Conversation.claimed_at < limit) | Conversation.claimed_at.is_(None),
            )
        )
    )


def return_lost(session: Session, conversation_id: str, lease: timedelta) -> Conversation | None:
    """Put a talk back at its old place and tell the relative, if its lease has still run out now that the row is locked."""
    try:
        conversation = lock(session, conversation_id)
    except NotFound:  # deleted meanwhile
        return None
    if conversation.state != "human" or conversation.claimed_by is None:
        return None
    owner = session.scalars(
        select(Staff)
        .where(Staff.id == conversation.claimed_by)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    until = lease_until(conversation, owner, lease)
    if until is not None and until > clock.now() and owner.active:
        return None
    steps.back_to_queue(conversation)
    say(session, conversation, i18n.text("handoff.lost", conversation.language))
    audit.record(
        session, actor="system", municipality=conversation.municipality, action="lease_expired",
        object_type="conversation", object_id=conversation.id, counsellor=owner.email,
    )  # fmt: skip
    return conversation
