"""The way to the engine: one call a turn, a time limit, and a plain failure when it can't answer."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any

import httpcore
import numpy as np

from channels.chat import menus
from core import logging
from core.payloads import Payload, Say, from_custom
from knowledge_base.retrieval.embeddings import Vectors

log = logging.get("chat.engine")
_UNREACHABLE = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, TimeoutError)


class EngineFailed(Exception):
    """The engine is down, slow, or said nothing; the app answers by itself."""


@dataclass(frozen=True, slots=True)
class EngineTurn:
    """What the engine is told of a message. `text` begins with `/` only for a button's payload.

    `prepared`: the result of the action that the message will probably need (bot/actions/prepared.py).
    """

    conversation_id: str
    message_id: str
    text: str
    language: str
    municipality: str
    vector: Vectors | None
    memory: dict[str, Any] = field(default_factory=dict)
    wants_human: bool = False
    crisis: bool = False
    prepared: dict[str, Any] | None = None

    @property
    def metadata(self) -> dict[str, Any]:
        """What an action reads of the talk."""
        flags = {flag: True for flag in ("wants_human", "crisis") if getattr(self, flag)}
        return {**self.memory, "language": self.language, "municipality": self.municipality, **flags}


class EngineClient:
    """Speaks to our channel of the Rasa server (bot/engine/channel.py).

    With httpcore, the layer under httpx: half the time a call, and nothing that is missed here.
    """

    def __init__(self, url: str, secret: str, timeout: float) -> None:
        self._url = url.rstrip("/")
        self._headers: dict[bytes | str, bytes | str] = {
            "Authorization": f"Bearer {secret}",
            "Host": self._url.partition("://")[2],
        }
        self._timeout = timeout
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=64, max_keepalive_connections=32, keepalive_expiry=30.0
        )

    async def _call(self, method: str, path: str, body: bytes | None, timeout: float) -> Any:
        """The JSON that comes back; one of _UNREACHABLE, or ValueError for an answer that is none."""
        headers = self._headers
        if body is not None:
            headers = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
        async with asyncio.timeout(timeout):
            response = await self._pool.request(
                method, self._url + path, headers=headers, content=body,
                extensions={"timeout": {"connect": min(0.5, timeout)}},
            )  # fmt: skip
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        return json.loads(response.content)

    async def turn(self, turn: EngineTurn) -> list[Payload]:
        """The payloads that the engine answers with, at least one; EngineFailed otherwise."""
        body: dict[str, Any] = {
            "conversation_id": turn.conversation_id,
            "message_id": turn.message_id,
            "text": turn.text,
            "metadata": turn.metadata,
        }
        if turn.prepared is not None:
            body["prepared"] = turn.prepared
        if turn.vector is not None:
            body["vector"] = base64.b64encode(np.asarray(turn.vector, dtype="<f4").tobytes()).decode()
        try:
            found = await self._call("POST", "/webhooks/naer/turn", json.dumps(body).encode(), self._timeout)
            payloads = [from_custom(m["custom"]) for m in found["messages"] if "custom" in m]
            for payload in payloads:
                if isinstance(payload, Say):
                    menus.check(payload)
        except (*_UNREACHABLE, ValueError, KeyError, TypeError) as error:
            raise EngineFailed(type(error).__name__) from error
        if not payloads:
            raise EngineFailed("empty")
        return payloads

    async def ready(self) -> bool:
        """Has the engine a model loaded?"""
        try:
            found = await self._call("GET", "/webhooks/naer/", None, 0.5)
            return bool(found.get("ready"))
        except (*_UNREACHABLE, ValueError, AttributeError):
            return False

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.aclose()
