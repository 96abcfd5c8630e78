"""The relative's live stream. An event only says that something moved; what moved is read from the database by `seq`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from sse_starlette import ServerSentEvent

from channels.auth.models import Staff
from channels.conversations import service as conversations
from channels.conversations.models import Conversation
from channels.handoff.service import queue_position
from channels.services import Services
from core.metrics import STREAMS

PASSED_ON = ("typing", "seen", "queue")  # to be shown, not read from the database
LOOK_EVERY = 10.0  # seconds; a lost event delays a message by at most this


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader at a position has not seen yet."""

    exists: bool
    messages: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)


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


def look(session: Session, conversation_id: str, after: int) -> Look:
    """Everything after a position, and the state."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return Look(False)
    found = conversations.messages_after(session, conversation_id, after) if conversation.last_seq > after else []
    return Look(True, [conversations.as_json(m) for m in found], state_of(session, conversation))


async def relative_events(
    services: Services, conversation_id: str, after: int, *, gap: bool
) -> AsyncIterator[ServerSentEvent]:
    """Messages after a position in order, each once; state changes; typing."""
    STREAMS.inc()
    try:
        async with services.bus.listen(f"conversation:{conversation_id}") as inbox:
            if gap:
                yield ServerSentEvent(event="gap", data="{}", id=str(after))
            state: dict[str, Any] = {}
            while True:
                seen = await services.database.read(look, conversation_id, after)
                if not seen.exists:
                    yield ServerSentEvent(event="gap", data="{}")
                    return
                for message in seen.messages:
                    after = message["seq"]
                    yield ServerSentEvent(event="message", id=str(after), data=json.dumps(message, ensure_ascii=False))
                if seen.state != state:
                    state = seen.state
                    yield ServerSentEvent(event="state", id=str(after), data=json.dumps(state, ensure_ascii=False))
                while (event := await inbox.next(LOOK_EVERY)) is not None and event.kind in PASSED_ON:
                    yield ServerSentEvent(event=event.kind, data=json.dumps(event.data))
    finally:
        STREAMS.dec()
