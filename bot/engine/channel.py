"""The door between app and engine: one POST, one turn.

Rasa's own REST channel believes any sender, answers `200 []` after an exception, logs the person's text and has
no authentication of its own. This one takes a shared secret, tells failures with a 500, and never logs a text.
"""

from __future__ import annotations

import base64
import hmac
import logging
from typing import Any, Awaitable, Callable, Dict, Optional, Text

import numpy as np
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.engine import prepared
from bot.nlu import vectors
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage

logger = logging.getLogger("naer.engine.channel")


class NaerInput(InputChannel):
    """`POST /webhooks/naer/turn` {"conversation_id", "message_id", "text", "metadata", "vector"?, "prepared"?} →
    {"messages": [...]}.

    `vector` is the message's E5 vector, 384 little-endian float32 in base64. `prepared` is the result of an action that is
    likely to be taken (bot/actions/prepared.py). `text` comes from the app: it starts with `/` only where the app itself
    sends a button's payload.
    """

    def __init__(self, secret: Text) -> None:
        self.secret = secret

    @classmethod
    def name(cls) -> Text:
        return "naer"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "NaerInput":
        secret = (credentials or {}).get("secret") or ""
        if len(secret) < 16 or secret.startswith("${"):
            cls.raise_missing_credentials_exception()
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("naer_channel", "bot_engine_channel")

        @door.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            return response.json({"ready": bool(agent and agent.is_ready())})

        @door.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            offered = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
            if not hmac.compare_digest(offered, self.secret.encode()):
                return response.json({"error": "unauthorized"}, status=401)
            body = request.json or {}
            sender, text = body.get("conversation_id"), body.get("text")
            if not isinstance(sender, str) or not sender or not isinstance(text, str):
                return response.json({"error": "conversation_id and text are needed"}, status=422)
            if body.get("vector"):
                vectors.remember(text.strip(), np.frombuffer(base64.b64decode(body["vector"]), dtype="<f4"))
            prepared.bring(body.get("prepared"))
            collector = CollectingOutputChannel()
            message = UserMessage(
                text,
                collector,
                sender,
                input_channel=self.name(),
                message_id=body.get("message_id"),
                metadata=body.get("metadata") or {},
            )
            try:
                await on_new_message(message)
            except Exception as error:  # told to the app as a failure; the text stays out of the log
                logger.error("turn failed conversation=%s error=%s", sender, type(error).__name__)
                return response.json({"error": type(error).__name__}, status=500)
            return response.json({"messages": collector.messages})

        return door
