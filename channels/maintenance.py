"""What has to happen by itself: erase what is due, follow content that another process has published, and learn from it."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from channels.callbacks import service as callbacks
from channels.conversations import service as conversations
from channels.notices import outbox
from channels.services import Services
from core import logging
from core.tracker_store import forget_tracker

log = logging.get("maintenance")
EVERY = 5.0
ERASE_EVERY = 600.0


async def run(services: Services) -> None:
    """Until cancelled. A failure is logged and tried again at the next round."""
    since_erasing = ERASE_EVERY
    while True:
        try:
            await asyncio.to_thread(services.relearning.look)
            if await asyncio.to_thread(services.knowledge.is_behind):
                await asyncio.to_thread(services.knowledge.rebuild)
            if since_erasing >= ERASE_EVERY:
                await erase_due(services)
                since_erasing = 0.0
        except (SQLAlchemyError, OSError) as error:
            log.error("maintenance_failed error=%s", type(error).__name__)
        await asyncio.sleep(EVERY)
        since_erasing += EVERY


async def erase_due(services: Services) -> int:
    """Erase every talk whose retention time is over, here and in the engine, and callbacks; returns how many talks."""
    await services.database.write(callbacks.erase_due)
    await services.database.write(outbox.forget_old)
    due = await services.database.read(conversations.due_for_erasure)
    for conversation_id in due:
        await services.database.write(conversations.erase, conversation_id)
    await forget_tracker(services.settings, due)
    if due:
        log.info("erased_by_retention conversations=%d", len(due))
    return len(due)
