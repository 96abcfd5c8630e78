"""Results of actions that the app has sent along with a message, for the time of its turn."""

from __future__ import annotations

import contextvars
from typing import Any, Dict, Optional

_FROM_METADATA = "LanguageFromMetadata"  # bot/nlu/language.py: with every message, and known to who prepared the result
_prepared: contextvars.ContextVar[Optional[Dict[str, Any]]] = contextvars.ContextVar("naer_prepared", default=None)


def bring(prepared: Any) -> None:
    """Keep what came with a message; anything but an object is nothing."""
    _prepared.set(prepared if isinstance(prepared, dict) else None)


def take(action: str, tracker: Any) -> Optional[Dict[str, Any]]:
    """The result of this action for the tracker's latest message, once; None where it has to be asked for."""
    prepared, message = _prepared.get(), tracker.latest_message
    if prepared is None or message is None or prepared.get("action") != action:
        return None
    by_button = any(entity.get("extractor") != _FROM_METADATA for entity in message.entities)
    if message.intent.get("name") not in prepared.get("intents", ()) or by_button:
        return None
    _prepared.set(None)
    result = prepared.get("result")
    return result if isinstance(result, dict) else None
