"""The look for what was missed: one for all readers of this process, instead of one for each.

An event can be lost, or belong to another replica. Every few seconds the positions of all talks that have readers are
read in one query, and the readers that lag behind are told to look.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.conversations.models import Conversation
from channels.delivery.models import StaffPosition
from channels.services import Services
from core import logging
from core.events import Event, Subscription

log = logging.get("delivery")
EVERY = 3.0
AT_ONCE = 500
MOVED = Event("moved")
GONE = 2**62


async def run(services: Services) -> None:
    """Until cancelled. A failure is logged and tried again at the next round."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await look(services)
        except (SQLAlchemyError, OSError) as error:
            log.error("look_failed error=%s", type(error).__name__)


async def look(services: Services) -> int:
    """Tell every reader that lags behind the database, or whose talk waits, to look; returns how many."""
    readers: dict[str, dict[str, list[Subscription]]] = defaultdict(lambda: defaultdict(list))
    for topic, reader in services.bus.subscriptions():
        kind, _, name = topic.partition(":")
        readers[kind][name].append(reader)
    told = 0
    names = list(readers["conversation"])
    for first in range(0, len(names), AT_ONCE):
        some = names[first : first + AT_ONCE]
        found = await services.database.read(talks, some)
        for name in some:
            last, waiting = found.get(name, (GONE, False))
            # In the queue one's place changes without a message; an erased talk's reader is told so.
            behind = [r for r in readers["conversation"][name] if waiting or r.position < last]
            told += _tell(behind)
    if readers["staff"]:
        for name, last in (await services.database.read(desks)).items():
            told += _tell([r for r in readers["staff"].get(name, ()) if r.position < last])
    return told


def _tell(readers: list[Subscription]) -> int:
    for reader in readers:
        reader.offer(MOVED)
    return len(readers)


def talks(session: Session, names: list[str]) -> dict[str, tuple[int, bool]]:
    """Last number of each of these talks, and whether it waits; erased ones are missing."""
    rows = session.execute(
        select(Conversation.id, Conversation.last_seq, Conversation.state).where(Conversation.id.in_(names))
    )
    return {row.id: (row.last_seq, row.state == "waiting") for row in rows}


def desks(session: Session) -> dict[str, int]:
    """Last position of each municipality."""
    return {
        row.municipality: row.last for row in session.execute(select(StaffPosition.municipality, StaffPosition.last))
    }
