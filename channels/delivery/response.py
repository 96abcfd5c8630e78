"""The HTTP answer that is a live stream: it ends when the reader goes, and for a reader that does not read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core import logging
from core.events import Event, EventBus, Subscription, sse
from core.metrics import STREAMS, STREAMS_CUT

log = logging.get("delivery")
HEARTBEAT = 12.0  # seconds of silence after which a heartbeat goes out; the contract says 15 at most
PATIENCE = 20.0  # seconds that a reader may leave everything unread before it is cut off
BEAT = b": beat\r\n\r\n"

Frames = Callable[[Subscription], AsyncIterator[bytes]]


class LiveResponse(Response):
    """Subscribes to a topic and sends what `frames` makes of the inbox, until that ends."""

    media_type = "text/event-stream"

    def __init__(self, bus: EventBus, topic: str, frames: Frames) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._bus, self._topic, self._frames = bus, topic, frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, and look out for the reader's going at the same time."""
        async with self._bus.listen(self._topic) as inbox:
            leaving = asyncio.create_task(_leaving(receive, inbox), name="stream-end")
            STREAMS.inc()
            try:
                await self._stream(send, inbox)
            finally:
                STREAMS.dec()
                leaving.cancel()

    async def _stream(self, send: Send, inbox: Subscription) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._frames(inbox)) as frames:  # type: ignore[type-var]
            async for frame in frames:
                try:
                    async with asyncio.timeout(PATIENCE):
                        await send({"type": "http.response.body", "body": frame, "more_body": True})
                except TimeoutError:
                    cut_off("unread")
                    return  # the server closes the connection; the reader comes back with its position
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Reader(Protocol):
    """What a stream makes of events, and how it reads what is missing. It keeps `inbox.position`."""

    def take(self, event: Event) -> tuple[bytes, bool]:
        """What of an event goes out as it is, and whether the database has to be asked."""

    def catch_up(self) -> AsyncIterator[bytes]:
        """Everything after the position, from the database."""


async def follow(inbox: Subscription, reader: Reader) -> AsyncIterator[bytes]:
    """Catch up, then go along with the events; heartbeats in silence. Who lags too far gets `gap`, and the stream ends."""
    async for frame in reader.catch_up():
        yield frame
    clock = asyncio.get_running_loop().time
    spoken = clock()
    while not inbox.closed:
        out, look_again = [], False
        for event in await inbox.take(max(0.0, spoken + HEARTBEAT - clock())):
            frame, ask = reader.take(event)
            out.append(frame)
            look_again = look_again or ask
        if inbox.overflow:
            cut_off("overflow")
            yield sse("gap", {}, inbox.position)
            return
        if look_again:
            async for frame in reader.catch_up():
                out.append(frame)
        found = b"".join(out)
        if not found and clock() >= spoken + HEARTBEAT and not inbox.closed:
            found = BEAT
        if found:
            spoken = clock()
            yield found


def cut_off(reason: str) -> None:
    """Note that a slow reader was cut off."""
    STREAMS_CUT.labels(reason).inc()
    log.info("stream_cut reason=%s", reason)


async def _leaving(receive: Receive, inbox: Subscription) -> None:
    """Wait until the reader has gone, then let the stream end."""
    while (await receive())["type"] != "http.disconnect":
        pass
    inbox.close()
