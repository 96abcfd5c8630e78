"""The outbox's front door: enqueue in one's own transaction; take, and say how it went.

A notice that is taken is leased for a minute: a process that dies while sending leaves it to the next, which sends it again
with the same key. So a notice arrives at least once, and a receiver that heeds the key has it once.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.notices.models import DUE, GIVEN_UP, SENT, Notice
from core import clock

LEASE = timedelta(seconds=60)
FIRST_DELAY, LONGEST_DELAY = 10.0, 3600.0  # seconds
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """`content`: `{"subject", "text"}` of an e-mail, the JSON body of a webhook. After `lasts` it is too late to be sent."""

    key: str
    channel: Literal["email", "webhook"]
    what: str
    municipality: str
    recipient: str
    content: dict[str, Any]
    lasts: timedelta = timedelta(hours=24)
    conversation_id: str | None = None


def enqueue(session: Session, new: NewNotice) -> bool:
    """Write a notice in the caller's transaction; False if one with this key is there already."""
    if session.scalar(select(Notice.id).where(Notice.key == new.key)) is not None:
        return False
    made = Notice(
        key=new.key,
        channel=new.channel,
        what=new.what,
        municipality=new.municipality,
        recipient=new.recipient,
        content=new.content,
        conversation_id=new.conversation_id,
        give_up_at=clock.now() + new.lasts,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:  # another replica was first
        return False
    return True


def due(session: Session, limit: int = 20) -> Sequence[int]:
    """Numbers of the notices that want sending now, oldest first."""
    return session.scalars(
        select(Notice.id).where(Notice.state == DUE, Notice.next_at <= clock.now()).order_by(Notice.id).limit(limit)
    ).all()


def take(session: Session, number: int) -> Notice | None:
    """The notice, for this caller alone; None if another has it, or if it has become too late and is given up."""
    now = clock.now()
    taken = session.scalar(
        update(Notice)
        .where(Notice.id == number, Notice.state == DUE, Notice.next_at <= now)
        .values(next_at=now + LEASE, attempts=Notice.attempts + 1)
        .returning(Notice.id)
    )
    if taken is None:
        return None
    notice = session.get_one(Notice, number, populate_existing=True)
    if notice.give_up_at <= now:
        _end(notice, GIVEN_UP)
        return None
    return notice


def sent(session: Session, number: int) -> None:
    """It has gone out: address and text are erased, that it was sent stays for a month."""
    notice = session.get(Notice, number, with_for_update=True)
    if notice is not None:
        notice.error = ""
        _end(notice, SENT)


def failed(session: Session, number: int, error: str) -> bool:
    """It has not: tried again later, each time after twice as long; True if it is given up for good."""
    notice = session.get(Notice, number, with_for_update=True)
    if notice is None:
        return False
    notice.error = error[:80]
    notice.next_at = clock.now() + delay(notice.attempts)
    if notice.next_at < notice.give_up_at:
        return False
    _end(notice, GIVEN_UP)
    return True


def delay(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … an hour at most, spread by a fifth so that a mail server that comes back is not run down."""
    seconds = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _end(notice: Notice, state: str) -> None:
    notice.state, notice.ended_at = state, clock.now()
    notice.recipient, notice.content = "", {}


def counts(session: Session, since: datetime | None = None) -> dict[tuple[str, str], int]:
    """How many notices by (channel, state), for metrics and doctor."""
    query = select(Notice.channel, Notice.state, func.count()).group_by(Notice.channel, Notice.state)
    if since is not None:
        query = query.where(Notice.created_at >= since)
    return {(channel, state): int(count) for channel, state, count in session.execute(query)}


def forget_old(session: Session) -> None:
    """Drop what has been over for a month."""
    session.execute(delete(Notice).where(Notice.state != DUE, Notice.ended_at < clock.now() - KEPT))
