"""Rasa's own SQL tracker store, set for speed on SQLite.

The truth of a talk (its messages, who answers) is in the app's database; a tracker only helps Rasa to go on with the
dialogue. So its file need not wait for the disk at every event: what a power cut may take is a few slots.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from rasa.core.tracker_store import SQLTrackerStore


class NaerTrackerStore(SQLTrackerStore):
    """`SQLTrackerStore` with write-ahead logging; deleted rows are overwritten, as in the app's database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        sa.event.listen(sa.engine.Engine, "connect", _configure)
        super().__init__(*args, **kwargs)


def _configure(connection: Any, _: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
