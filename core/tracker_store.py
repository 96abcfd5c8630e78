"""The engine's tracker store, as the app needs it: where it is, and forgetting a conversation in it.

Rasa keeps its trackers (slots, events, and with them texts) in a database of its own; the app erases a talk there too,
also while the engine is down.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from sqlalchemy import bindparam, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from core.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """The variables that bot/engine/endpoints.yml reads."""
    url = make_url(settings.resolved_database_url)
    if url.get_backend_name() == "sqlite":
        return {
            "NAER_TRACKER_DIALECT": "sqlite",
            "NAER_TRACKER_HOST": "",
            "NAER_TRACKER_DB": str(settings.data_dir / "engine.db"),
            "NAER_TRACKER_USER": "",
            "NAER_TRACKER_PASSWORD": "",
        }
    return {
        "NAER_TRACKER_DIALECT": "postgresql",
        "NAER_TRACKER_HOST": f"{url.host}:{url.port or 5432}",
        "NAER_TRACKER_DB": str(url.database),
        "NAER_TRACKER_USER": url.username or "",
        "NAER_TRACKER_PASSWORD": url.password or "",
    }


async def forget_tracker(settings: Settings, conversation_ids: Sequence[str]) -> None:
    """Erase everything that the engine has kept of these conversations."""
    await asyncio.to_thread(_forget, settings, list(conversation_ids))


def _forget(settings: Settings, conversation_ids: list[str]) -> None:
    if not conversation_ids:
        return
    url = make_url(settings.resolved_database_url)
    if url.get_backend_name() == "sqlite":
        path = settings.data_dir / "engine.db"
        if not path.exists():
            return
        with sqlite3.connect(path, timeout=15) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone()
            if known:
                connection.execute("PRAGMA secure_delete=ON")
                connection.executemany("DELETE FROM events WHERE sender_id = ?", [(c,) for c in conversation_ids])
        connection.close()
        return
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as postgres:
            postgres.execute(
                text("DELETE FROM events WHERE sender_id IN :ids").bindparams(bindparam("ids", expanding=True)),
                {"ids": conversation_ids},
            )
    except ProgrammingError:  # the engine has never run: it makes its table itself
        return
    finally:
        engine.dispose()
