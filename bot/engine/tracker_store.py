"""Rasa's own SQL tracker store, set for speed.

The truth of a talk (its messages, who answers) is in the app's database; a tracker only helps Rasa to go on with the
dialogue. So its SQLite file need not wait for the disk at every event (a power cut may take a few slots), a turn's
events are written just after its reply has gone out, and the trackers of the talks that are under way are kept at hand
instead of being read and rebuilt for each message.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import time
from collections import OrderedDict
from typing import Any, Dict, Optional, Text, Tuple

import sqlalchemy as sa

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger("naer.engine.trackers")
MOST = 300  # talks
KEPT_FOR = 600.0  # seconds since the last message; then a talk is read from the database again
WRITE_AFTER = 0.005  # seconds: the reply goes out first


class NaerTrackerStore(SQLTrackerStore):
    """`SQLTrackerStore` with a small memory of recent trackers, which writes behind.

    A tracker is taken out of the memory while its turn runs and put back when it is saved: a turn that fails leaves
    nothing half-changed behind, the next one reads the database. A conversation must be kept on one engine.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._recent: "OrderedDict[Text, Tuple[float, DialogueStateTracker]]" = OrderedDict()
        self._stored: Dict[Text, int] = {}  # how many of a tracker's events the database has
        self._unwritten: Dict[Text, DialogueStateTracker] = {}
        sa.event.listen(sa.engine.Engine, "connect", _configure)
        super().__init__(*args, **kwargs)
        if self.engine.dialect.name == "sqlite" and self.engine.url.database:
            self.engine = sa.create_engine(  # Rasa's own opens the file anew for every transaction
                self.engine.url, poolclass=sa.pool.QueuePool, connect_args={"check_same_thread": False}
            )
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        self._write(sender_id)
        self._forget_old()
        known = self._recent.pop(sender_id, None)
        if known is not None:
            return known[1]
        tracker = await super().retrieve(sender_id)
        if tracker is not None:
            self._stored[sender_id] = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        self._recent[tracker.sender_id] = (time.monotonic(), tracker)
        self._recent.move_to_end(tracker.sender_id)
        self._unwritten[tracker.sender_id] = tracker
        asyncio.get_running_loop().call_later(WRITE_AFTER, self._write, tracker.sender_id)

    def _write(self, sender_id: Text) -> None:
        """Write the events that the database does not have yet. After a failure they are written with the next turn's."""
        tracker = self._unwritten.pop(sender_id, None)
        if tracker is None:
            return
        try:
            with self.engine.begin() as connection:
                stored = self._stored.get(sender_id)
                if stored is None:
                    stored = self._count(connection, sender_id)
                rows = [_row(sender_id, e) for e in itertools.islice(tracker.events, stored, len(tracker.events))]
                if rows:
                    connection.execute(self.SQLEvent.__table__.insert(), rows)
                self._stored[sender_id] = stored + len(rows)
        except sa.exc.SQLAlchemyError as error:
            logger.error("tracker not written conversation=%s error=%s", sender_id, type(error).__name__)

    def _count(self, connection: Any, sender_id: Text) -> int:
        """How many of the latest session's events the database has, as Rasa counts them."""
        session = self.sessionmaker(bind=connection)
        return int(self._event_query(session, sender_id, fetch_events_from_all_sessions=False).count())

    def _forget_old(self) -> None:
        oldest_allowed = time.monotonic() - KEPT_FOR
        while self._recent:
            sender_id, (at, _) = next(iter(self._recent.items()))
            if at > oldest_allowed and len(self._recent) <= MOST:
                return
            self._write(sender_id)
            del self._recent[sender_id]
            self._stored.pop(sender_id, None)


def _row(sender_id: Text, event: Any) -> Dict[Text, Any]:
    """An event as a row of Rasa's own table."""
    data: Dict[Text, Any] = event.as_dict()
    intent = (data.get("parse_data") or {}).get("intent") or {}
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": intent.get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _configure(connection: Any, _: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
