"""Handovers as they went: when asked for, when taken, how they ended; and what may be said of the wait from that."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from channels.conversations.models import CRISIS, Conversation
from channels.handoff.models import Episode
from core import clock

WEEKS = timedelta(weeks=4)
ENOUGH = 10  # waits to learn from; with fewer nothing is said
LOW, HIGH = 0.25, 0.9


def begin(session: Session, conversation: Conversation, *, attended: bool, position: int) -> None:
    """A talk has gone into the queue."""
    session.add(
        Episode(
            conversation_id=conversation.id,
            municipality=conversation.municipality,
            language=conversation.language,
            theme=conversation.theme,
            crisis=conversation.priority >= CRISIS,
            attended=attended,
            position=position,
            asked_at=conversation.waiting_since or clock.now(),
        )
    )


def current(session: Session, conversation_id: str) -> Episode | None:
    """The talk's newest handover."""
    return session.scalar(
        select(Episode).where(Episode.conversation_id == conversation_id).order_by(Episode.id.desc()).limit(1)
    )


def claimed(session: Session, conversation: Conversation, staff_id: int) -> None:
    """Somebody has come; the first one's wait is what counts."""
    episode = current(session, conversation.id)
    if episode is None:
        return
    episode.staff_id = staff_id
    if episode.claimed_at is None:
        episode.claimed_at = clock.now()
        episode.wait_seconds = int((episode.claimed_at - episode.asked_at).total_seconds())


def left(session: Session, conversation: Conversation) -> None:
    """The relative has left the queue."""
    episode = current(session, conversation.id)
    if episode is not None:
        episode.left_at = clock.now()


def ended(session: Session, conversation: Conversation, outcome: str | None) -> None:
    """The talk with a person is over (an outcome), or goes on after all (None)."""
    episode = current(session, conversation.id)
    if episode is not None:
        episode.closed_at = clock.now() if outcome else None
        episode.outcome = outcome
        episode.theme = conversation.theme
        episode.crisis = episode.crisis or conversation.priority >= CRISIS


def forget(session: Session, conversation_id: str) -> None:
    """Cut what is left of a talk that is being erased: no link, no counsellor, times by the hour."""
    for episode in session.scalars(select(Episode).where(Episode.conversation_id == conversation_id)):
        hour = episode.asked_at.replace(minute=0, second=0, microsecond=0)
        closed = episode.closed_at.replace(minute=0, second=0, microsecond=0) if episode.closed_at else None
        session.execute(
            update(Episode)
            .where(Episode.id == episode.id)
            .values(conversation_id=None, staff_id=None, asked_at=hour, claimed_at=None, left_at=None, closed_at=closed)
        )


def estimate(session: Session, conversation: Conversation, position: int, *, attended: bool) -> list[int] | None:
    """[low, high] minutes still to wait, from the last weeks' real waits of this municipality in this state.

    The state: somebody is there, crisis or not, as far back in the queue. Of those waits the ones that had already lasted
    as long as this one count, less that time. None when nobody is there or fewer than ten waits are known.
    """
    if not attended:
        return None
    waited = int((clock.now() - conversation.waiting_since).total_seconds()) if conversation.waiting_since else 0
    crisis = conversation.priority >= CRISIS
    rows = session.execute(
        select(Episode.wait_seconds, Episode.position).where(
            Episode.municipality == conversation.municipality,
            Episode.asked_at > clock.now() - WEEKS,
            Episode.attended,
            Episode.crisis == crisis,
            Episode.wait_seconds.is_not(None),
        )
    ).all()
    left_to_wait = sorted(
        wait - waited
        for wait, place in rows
        if wait is not None and wait >= waited and _bucket(place) == _bucket(position)
    )
    if len(left_to_wait) < ENOUGH:
        return None
    low, high = (left_to_wait[min(len(left_to_wait) - 1, int(q * len(left_to_wait)))] for q in (LOW, HIGH))
    return [max(1, round(low / 60)), max(1, -(-high // 60))]


def _bucket(position: int) -> int:
    """First in line, second or third, further back."""
    return 0 if position <= 1 else 1 if position <= 3 else 2
