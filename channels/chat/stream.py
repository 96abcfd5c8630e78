"""The relative's live stream: messages by `seq`, handed over by the event or read from the database; state; typing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations import service as conversations
from channels.conversations.models import Conversation
from channels.delivery.outgoing import mark_of
from channels.delivery.response import Frames, follow
from channels.handoff.service import queue_position
from channels.services import Services
from core.events import Event, Subscription, sse

PAGE = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader at a position has not seen yet."""

    exists: bool
    messages: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    mark: Hashable = None
    more: bool = False


def position(last_event_id: str | None, last_seq: int) -> tuple[int, bool]:
    """Where a reader goes on, and whether it must reload first (its position can't be true).

    Without a position the stream begins now: the page has read the messages already.
    """
    if not last_event_id:
        return last_seq, False
    if not last_event_id.isdigit() or int(last_event_id) > last_seq:
        return last_seq, True
    return int(last_event_id), False


def state_of(session: Session, conversation: Conversation) -> dict[str, Any]:
    """`{"state", "counsellor", "queue_position"}`."""
    counsellor = session.get(Staff, conversation.claimed_by) if conversation.claimed_by else None
    waiting = conversation.state == "waiting"
    return {
        "state": conversation.state,
        "counsellor": counsellor.name if counsellor else None,
        "queue_position": queue_position(session, conversation) if waiting else None,
    }


def resumed(session: Session, conversation: Conversation) -> dict[str, Any]:
    """What a page needs to go on with a talk: which, in which language, how far, and its state."""
    return {
        "id": conversation.id,
        "language": conversation.language,
        "municipality": conversation.municipality,
        "last_seq": conversation.last_seq,
        **state_of(session, conversation),
    }


def look(session: Session, conversation_id: str, after: int) -> Look:
    """What comes after a position, a page at a time, and the state."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return Look(False)
    rows = conversations.messages_after(session, conversation_id, after, PAGE) if conversation.last_seq > after else []
    messages = [conversations.as_json(m) for m in rows]
    return Look(True, messages, state_of(session, conversation), mark_of(conversation), len(rows) == PAGE)


class _Reader:
    """One reader's position in a talk, and the state that it knows."""

    def __init__(self, services: Services, conversation_id: str, inbox: Subscription) -> None:
        self._services, self._conversation_id, self._inbox = services, conversation_id, inbox
        self._state: dict[str, Any] = {}
        self._mark: Hashable = None

    async def catch_up(self) -> AsyncIterator[bytes]:
        """Everything that is missing, then the state if it has changed. An erased talk gives `gap` and ends the stream."""
        more = True
        while more:
            seen = await self._services.database.read(look, self._conversation_id, self._inbox.position)
            if not seen.exists:
                yield sse("gap", {})
                self._inbox.close()
                return
            more, self._mark = seen.more, seen.mark
            for message in seen.messages:
                self._inbox.position = message["seq"]
                yield sse("message", message, message["seq"])
        if seen.state != self._state:
            self._state = seen.state
            yield sse("state", seen.state, self._inbox.position)

    def take(self, event: Event) -> tuple[bytes, bool]:
        """What of an event goes out as it is, and whether the database has to be asked."""
        if event.kind == "moved":
            return b"", True
        if event.position is None:
            return event.frame, False
        if event.position <= self._inbox.position:
            return b"", False
        if event.position != self._inbox.position + 1:
            return b"", True
        self._inbox.position = event.position
        return event.frame, event.mark != self._mark


def relative_events(services: Services, conversation_id: str, after: int, *, gap: bool) -> Frames:
    """Messages after a position in order, each once; state changes; typing. A reader that lags too far: `gap`, the end."""

    async def frames(inbox: Subscription) -> AsyncIterator[bytes]:
        inbox.position = after
        reader = _Reader(services, conversation_id, inbox)
        if gap:
            yield sse("gap", {}, after)
        async for frame in follow(inbox, reader):
            yield frame

    return frames
