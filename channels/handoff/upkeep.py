"""What the handoff has to do by itself: away, leases, places in the queue told to who waits. Any number of replicas may."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.conversations.models import Conversation
from channels.handoff import episodes, presence
from channels.handoff.opening import opening
from channels.services import Services
from core import logging
from core.events import Event

log = logging.get("handoff.upkeep")
EVERY = 5.0
GRACE = 60.0  # after a start: pages have to find back before their talks are taken from them
TOLD_AT_MOST = 200


async def run(services: Services) -> None:
    """Until cancelled. A failure is logged and tried again at the next round."""
    begun = time.monotonic()
    told: dict[str, dict[str, Any]] = {}
    while True:
        try:
            if time.monotonic() - begun >= min(GRACE, services.settings.lease_seconds):
                await return_lost(services)
                await set_away(services)
            told = await tell_places(services, told)
        except (SQLAlchemyError, OSError) as error:
            log.error("upkeep_failed error=%s", type(error).__name__)
        await asyncio.sleep(EVERY)


async def return_lost(services: Services) -> int:
    """Talks whose counsellor has vanished go back to the queue; how many."""
    lease = timedelta(seconds=services.settings.lease_seconds)
    returned = 0
    for conversation_id in await services.database.read(presence.lost_talks, lease):
        conversation = await services.database.write(presence.return_lost, conversation_id, lease)
        if conversation is None:
            continue
        returned += 1
        log.info("lease_expired conversation=%s", conversation_id)
        services.bus.publish(f"staff:{conversation.municipality}", Event("queue", {"conversation_id": conversation_id}))
    return returned


async def set_away(services: Services) -> None:
    """Counsellors whose page is gone are away."""
    after = timedelta(seconds=services.settings.away_seconds)
    if not await services.database.read(presence.gone, after):
        return
    for municipality in await services.database.write(presence.set_away, after):
        services.bus.publish(f"staff:{municipality}", Event("queue"))


async def tell_places(services: Services, told: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Tell everyone who waits their place and estimate where these have changed; gives what has been told."""
    now = await services.database.read(places)
    for conversation_id, place in now.items():
        if told.get(conversation_id) != place:
            services.bus.publish(f"conversation:{conversation_id}", Event("queue", place))
    return now


def places(session: Session) -> dict[str, dict[str, Any]]:
    """`{conversation id: {"position", "estimate_minutes"}}` of everyone who waits."""
    waiting = session.scalars(
        select(Conversation)
        .where(Conversation.state == "waiting")
        .order_by(Conversation.municipality, Conversation.priority.desc(), Conversation.waiting_since)
        .limit(TOLD_AT_MOST)
    ).all()
    attended: dict[str, bool] = {}
    counted: dict[str, int] = {}
    found: dict[str, dict[str, Any]] = {}
    for conversation in waiting:
        place = conversation.municipality
        if place not in attended:
            attended[place] = opening(session, place).attended
        counted[place] = counted.get(place, 0) + 1
        estimate = episodes.estimate(session, conversation, counted[place], attended=attended[place])
        found[conversation.id] = {"position": counted[place], "estimate_minutes": estimate}
    return found
