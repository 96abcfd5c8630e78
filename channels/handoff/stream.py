"""The counsellors' live stream: every message of the municipality's handed-over talks, each once, and what else moves.

The position is the municipality's own number for each message that was stored while its talk was with the staff
(`channels/delivery`): it has no holes that are filled later, so that a reader who comes back gets what they missed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import Conversation, Message
from channels.conversations.service import as_json
from channels.delivery.models import StaffEntry
from channels.delivery.outgoing import WITH_STAFF, staff_position
from channels.delivery.response import Frames, follow
from channels.services import Services
from core.events import Event, Subscription, sse

PAGE = 200
REPLAY_LIMIT = 2000  # further behind than this a page reloads faster than it replays


def position(last_event_id: str | None, last: int, since: int) -> tuple[int, bool]:
    """Where a reader goes on, and whether it must reload first: its position can't be true, or is too far back."""
    if not last_event_id:
        return last, False
    if not last_event_id.isascii() or not last_event_id.isdigit():
        return last, True
    after = int(last_event_id)
    return (after, False) if max(since, last - REPLAY_LIMIT) <= after <= last else (last, True)


def look(session: Session, municipality: str, after: int) -> tuple[int, list[tuple[int, dict[str, Any]]], bool]:
    """A page of messages after a position, of talks that are with the staff still; how far that goes; is there more?"""
    last, _ = staff_position(session, municipality)
    upto = min(last, after + PAGE)
    rows = session.execute(
        select(StaffEntry.position, Message)
        .join(Message, (Message.conversation_id == StaffEntry.conversation_id) & (Message.seq == StaffEntry.seq))
        .join(Conversation, Conversation.id == StaffEntry.conversation_id)
        .where(
            StaffEntry.municipality == municipality,
            StaffEntry.position > after,
            StaffEntry.position <= upto,
            Conversation.state.in_(WITH_STAFF),
        )
        .order_by(StaffEntry.position)
    )
    found = [(number, {"conversation_id": m.conversation_id, "message": as_json(m)}) for number, m in rows]
    return upto, found, upto < last


class _Reader:
    """One reader's position in the municipality's stream."""

    def __init__(self, services: Services, municipality: str, inbox: Subscription) -> None:
        self._services, self._municipality, self._inbox = services, municipality, inbox

    async def catch_up(self) -> AsyncIterator[bytes]:
        """Everything that is missing."""
        more = True
        while more:
            upto, found, more = await self._services.database.read(look, self._municipality, self._inbox.position)
            for number, data in found:
                yield sse("message", data, number)
            self._inbox.position = max(self._inbox.position, upto)

    def take(self, event: Event) -> tuple[bytes, bool]:
        """What of an event goes out as it is, and whether the database has to be asked."""
        if event.kind == "moved":
            return b"", True
        if event.kind != "message":
            return event.frame, False
        if event.position is None or event.position <= self._inbox.position:
            return b"", False
        if event.position != self._inbox.position + 1:
            return b"", True
        self._inbox.position = event.position
        return event.frame, False


async def staff_events(services: Services, staff: Staff, last_event_id: str | None) -> Frames:
    """`message`, `queue`, `typing`, `claim`… for one member of staff. A reader that lags too far: `gap`, the end."""
    last, since = await services.database.read(staff_position, staff.municipality)
    after, gap = position(last_event_id, last, since)

    async def frames(inbox: Subscription) -> AsyncIterator[bytes]:
        inbox.position = after
        yield (sse("gap", {}, after) if gap else b"") + sse("queue", {}, after)
        async for frame in follow(inbox, _Reader(services, staff.municipality, inbox)):
            yield frame

    return frames
