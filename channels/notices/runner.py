"""Sends what is due and writes the notices of waiting talks: one round every few seconds, in any number of replicas."""

from __future__ import annotations

import asyncio
import smtplib

import httpx
from sqlalchemy.exc import SQLAlchemyError

from channels.notices import compose, outbox, senders
from channels.services import Services
from core import logging

log = logging.get("notices")
EVERY = 5.0


async def run(services: Services) -> None:
    """Until cancelled. A failure is logged and tried again at the next round."""
    while True:
        try:
            await write_waiting(services)
            await send_due(services)
        except (SQLAlchemyError, OSError) as error:
            log.error("notices_failed error=%s", type(error).__name__)
        await asyncio.sleep(EVERY)


async def write_waiting(services: Services) -> int:
    """Write the notices of waiting talks whose time has come; how many."""
    if not await services.database.read(compose.anything_waits):
        return 0
    return await services.database.write(compose.waiting, services.settings)


async def send_due(services: Services) -> int:
    """Send what is due; how many went out."""
    gone = 0
    for number in await services.database.read(outbox.due):
        notice = await services.database.write(outbox.take, number)
        if notice is None:
            continue
        try:
            await senders.send(
                services.settings, channel=notice.channel, municipality=notice.municipality, key=notice.key,
                recipient=notice.recipient, content=notice.content,
            )  # fmt: skip
        except (OSError, ValueError, smtplib.SMTPException, httpx.HTTPError, httpx.InvalidURL) as error:
            await _failed(services, number, error)
        else:
            gone += 1
            await services.database.write(outbox.sent, number)
    return gone


async def _failed(services: Services, number: int, error: Exception) -> None:
    reason = type(error).__name__
    if isinstance(error, httpx.HTTPStatusError):
        reason = f"status {error.response.status_code}"
    given_up = await services.database.write(outbox.failed, number, reason)
    log.warning("notice_failed number=%d reason=%s given_up=%s", number, reason, given_up)
