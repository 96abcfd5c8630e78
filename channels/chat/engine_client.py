"""The way to the engine: one call a turn, a time limit, and a plain failure when it can't answer."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from channels.chat import menus
from core import logging
from core.payloads import Payload, Say, from_custom
from knowledge_base.retrieval.embeddings import Vectors

log = logging.get("chat.engine")


class EngineFailed(Exception):
    """The engine is down, slow, or said nothing; the app answers by itself."""


@dataclass(frozen=True, slots=True)
class EngineTurn:
    """What the engine is told of a message. `text` begins with `/` only for a button's payload."""

    conversation_id: str
    message_id: str
    text: str
    language: str
    municipality: str
    vector: Vectors | None
    memory: dict[str, Any] = field(default_factory=dict)


class EngineClient:
    """Speaks to our channel of the Rasa server (bot/engine/channel.py). After a failure it is left alone for a moment."""

    def __init__(self, url: str, secret: str, timeout: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=httpx.Timeout(timeout, connect=min(0.5, timeout)),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            trust_env=False,
        )

    async def turn(self, turn: EngineTurn) -> list[Payload]:
        """The payloads that the engine answers with, at least one; EngineFailed otherwise."""
        body: dict[str, Any] = {
            "conversation_id": turn.conversation_id,
            "message_id": turn.message_id,
            "text": turn.text,
            "metadata": {**turn.memory, "language": turn.language, "municipality": turn.municipality},
        }
        if turn.vector is not None:
            body["vector"] = base64.b64encode(np.asarray(turn.vector, dtype="<f4").tobytes()).decode()
        try:
            response = await self._client.post("/webhooks/naer/turn", json=body)
            response.raise_for_status()
            payloads = [from_custom(m["custom"]) for m in response.json()["messages"] if "custom" in m]
            for payload in payloads:
                if isinstance(payload, Say):
                    menus.check(payload)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise EngineFailed(type(error).__name__) from error
        if not payloads:
            raise EngineFailed("empty")
        return payloads

    async def ready(self) -> bool:
        """Has the engine a model loaded?"""
        try:
            response = await self._client.get("/webhooks/naer/", timeout=0.5)
            return bool(response.json().get("ready"))
        except (httpx.HTTPError, ValueError):
            return False

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()
