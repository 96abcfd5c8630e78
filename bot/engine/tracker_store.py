"""Rasa's own SQL tracker store, set for speed.

The truth of a talk (its messages, who answers) is in the app's database; a tracker only helps Rasa to go on with the
dialogue. So its SQLite file need not wait for the disk at every event (a power cut may take a few slots), and the
trackers of the talks that are under way are kept at hand instead of being read and rebuilt for each message.
"""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from typing import Any, Dict, Iterator, Optional, Text, Tuple

import sqlalchemy as sa

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

MOST = 300  # talks
KEPT_FOR = 600.0  # seconds since the last message; then a talk is read from the database again


class NaerTrackerStore(SQLTrackerStore):
    """`SQLTrackerStore` with a small memory of recent trackers.

    A tracker is taken out of the memory while its turn runs and put back when it has been saved: a turn that fails leaves
    nothing half-changed behind, the next one reads the database. A conversation must be kept on one engine.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._recent: "OrderedDict[Text, Tuple[float, DialogueStateTracker]]" = OrderedDict()
        self._stored: Dict[Text, int] = {}  # how many of a tracker's events the database has
        sa.event.listen(sa.engine.Engine, "connect", _configure)
        super().__init__(*args, **kwargs)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        self._forget_old()
        known = self._recent.pop(sender_id, None)
        if known is not None:
            return known[1]
        tracker = await super().retrieve(sender_id)
        if tracker is not None:
            self._stored[sender_id] = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        await super().save(tracker)
        self._stored[tracker.sender_id] = len(tracker.events)
        self._recent[tracker.sender_id] = (time.monotonic(), tracker)
        self._recent.move_to_end(tracker.sender_id)

    def _additional_events(self, session: Any, tracker: DialogueStateTracker) -> Iterator:
        stored = self._stored.get(tracker.sender_id)
        if stored is None:
            return super()._additional_events(session, tracker)
        return itertools.islice(tracker.events, stored, len(tracker.events))

    def _forget_old(self) -> None:
        oldest_allowed = time.monotonic() - KEPT_FOR
        while self._recent:
            sender_id, (at, _) = next(iter(self._recent.items()))
            if at > oldest_allowed and len(self._recent) <= MOST:
                return
            del self._recent[sender_id]
            self._stored.pop(sender_id, None)


def _configure(connection: Any, _: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
