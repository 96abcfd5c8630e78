"""The event bus: tells readers that something moved; what moved is read from the database.

A lost event loses nothing: a reader asks the database for everything after its position, on each event and on
each heartbeat. In one process a dictionary of queues; between replicas Redis will carry the same small messages.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is `moved`, `state`, `typing`, `queue` or `claim`; `data` carries ids and flags, never a text."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class Subscription:
    """One reader's bounded inbox. When it overflows the reader is told to look for itself (`overflow`)."""

    def __init__(self, capacity: int = 64) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(capacity)
        self.overflow = False

    def offer(self, event: Event) -> None:
        """Put an event in the inbox without waiting."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.overflow = True

    async def next(self, timeout: float) -> Event | None:
        """The next event, or None after `timeout` seconds."""
        try:
            return await asyncio.wait_for(self._queue.get(), timeout)
        except TimeoutError:
            return None


class EventBus(Protocol):
    """Where `conversation:<id>` and `staff:<municipality>` are the topics."""

    def publish(self, topic: str, event: Event) -> None:
        """Tell everyone who listens to the topic."""

    def listen(self, *topics: str) -> Any:
        """An async context manager that gives a `Subscription`."""


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

    def readers(self) -> int:
        """How many subscriptions are open, for metrics."""
        return len({id(s) for readers in self._readers.values() for s in readers})
