"""The event bus: tells readers what moved; the database stays the truth.

A stored message is handed to the readers of this process together with its position. A reader takes it only if it is
the next one after its own position, and reads what is missing from the database otherwise. So a lost event loses
nothing. In one process a dictionary of inboxes; between replicas Redis will carry the same events without the message.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

CAPACITY = 1000  # events that a reader may lag behind; they are shared between readers, so this costs little


@dataclass(frozen=True)
class Event:
    """What happened. `data` carries ids and flags, never a text; only a `message` with a position carries one.

    `moved`: look into the database. `message`: a stored message, with its position in the topic and what `mark` the
    talk's state has after it. Anything else (`typing`, `queue`, `claim`…) goes out as it is.
    """

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    position: int | None = None
    mark: Hashable = None

    @cached_property
    def frame(self) -> bytes:
        """The event as server-sent bytes, made once for all readers."""
        return sse(self.kind, self.data, self.position)


def sse(kind: str, data: Any, position: int | None = None) -> bytes:
    """A server-sent event; the position is its id."""
    number = f"id: {position}\r\n" if position is not None else ""
    return f"event: {kind}\r\n{number}data: {json.dumps(data, ensure_ascii=False)}\r\n\r\n".encode()


class Subscription:
    """One reader's bounded inbox, and how far the reader has come (`position`)."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.position = 0
        self.overflow = False  # the reader did not keep up: events were dropped
        self.closed = False
        self._capacity = capacity
        self._events: list[Event] = []
        self._waiter: asyncio.Future[None] | None = None

    def offer(self, event: Event) -> None:
        """Put an event in the inbox without waiting."""
        if len(self._events) < self._capacity:
            self._events.append(event)
        else:
            self.overflow = True
        self._wake()

    def close(self) -> None:
        """Tell the reader to end."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def take(self, timeout: float) -> list[Event]:
        """Everything that has come, at once; empty after `timeout` seconds, or when the reader is to end."""
        if not self._events and not self.closed:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(timeout, self._wake)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        events, self._events = self._events, []
        return events


class EventBus(Protocol):
    """Where `conversation:<id>` and `staff:<municipality>` are the topics."""

    def publish(self, topic: str, event: Event) -> None:
        """Tell everyone who listens to the topic."""

    def listen(self, *topics: str) -> Any:
        """An async context manager that gives a `Subscription`."""

    def subscriptions(self) -> Iterator[tuple[str, Subscription]]:
        """Every open subscription with its topic."""

    def close(self) -> None:
        """Tell every reader to end."""


class InProcessBus:
    """The embedded default: one process, no broker."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Subscription]] = defaultdict(set)

    def publish(self, topic: str, event: Event) -> None:
        """Offer the event to each reader of the topic. Call from the event loop's thread."""
        for reader in tuple(self._readers.get(topic, ())):
            reader.offer(event)

    @asynccontextmanager
    async def listen(self, *topics: str) -> AsyncIterator[Subscription]:
        """Subscribe for as long as the block runs."""
        subscription = Subscription()
        for topic in topics:
            self._readers[topic].add(subscription)
        try:
            yield subscription
        finally:
            for topic in topics:
                self._readers[topic].discard(subscription)
                if not self._readers[topic]:
                    del self._readers[topic]

    def subscriptions(self) -> Iterator[tuple[str, Subscription]]:
        """Every open subscription with its topic."""
        for topic, readers in tuple(self._readers.items()):
            for reader in tuple(readers):
                yield topic, reader

    def close(self) -> None:
        """Tell every reader to end; clients come back with their position."""
        for _, reader in self.subscriptions():
            reader.close()

    def readers(self) -> int:
        """How many subscriptions are open, for metrics."""
        return len({id(s) for readers in self._readers.values() for s in readers})
