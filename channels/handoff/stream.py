"""The counsellors' live stream: every message of the municipality's handed-over talks, each once, and queue changes.

The position is the database id of the last message seen (ids grow with each message), so that a reader who comes back
gets what they missed.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sse_starlette import ServerSentEvent

from channels.auth.models import Staff
from channels.conversations.models import Conversation, Message
from channels.conversations.service import as_json
from channels.services import Services
from core.metrics import STREAMS

LOOK_EVERY = 10.0
REPLAY_LIMIT = 500


def newest(session: Session) -> int:
    """The id of the newest message."""
    return int(session.scalar(select(func.max(Message.id))) or 0)


def look(session: Session, municipality: str, after: int) -> list[tuple[int, dict[str, Any]]]:
    """Messages after an id, of talks that are waiting or with a person."""
    rows = session.execute(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.id > after,
            Conversation.municipality == municipality,
            Conversation.state.in_(("waiting", "human")),
        )
        .order_by(Message.id)
        .limit(REPLAY_LIMIT)
    )
    return [(m.id, {"conversation_id": m.conversation_id, "message": as_json(m)}) for (m,) in rows]


async def staff_events(services: Services, staff: Staff, last_event_id: str | None) -> AsyncIterator[ServerSentEvent]:
    """`message`, `queue`, `typing`, `claim` for one member of staff."""
    top = await services.database.read(newest)
    after = top
    gap = False
    if last_event_id:
        gap = not last_event_id.isdigit() or int(last_event_id) > top
        after = top if gap else int(last_event_id)
    STREAMS.inc()
    try:
        async with services.bus.listen(f"staff:{staff.municipality}") as inbox:
            if gap:
                yield ServerSentEvent(event="gap", data="{}", id=str(after))
            yield ServerSentEvent(event="queue", data="{}", id=str(after))
            while True:
                for number, data in await services.database.read(look, staff.municipality, after):
                    after = number
                    yield ServerSentEvent(event="message", id=str(after), data=json.dumps(data, ensure_ascii=False))
                event = await inbox.next(LOOK_EVERY)
                if event is not None and event.kind != "message":
                    yield ServerSentEvent(event=event.kind, data=json.dumps(event.data, ensure_ascii=False))
    finally:
        STREAMS.dec()
