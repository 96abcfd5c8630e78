"""What a turn will need in a moment, begun while the message is being stored: its embedding."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from core import logging
from knowledge_base.service import KnowledgeBase

log = logging.get("chat.ahead")
TALKS_REMEMBERED = 10_000


class Ahead:
    """Begins work whose result the knowledge base remembers, so that the one who asks for it next finds it done.

    Nothing depends on it: an error is raised to the one who asks.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._with_bot: OrderedDict[str, None] = OrderedDict()  # a hint; the database decides
        self._under_way: set[asyncio.Future[Any]] = set()

    def bot_has(self, conversation_id: str) -> None:
        """Note that the bot answers this talk."""
        self._with_bot[conversation_id] = None
        while len(self._with_bot) > TALKS_REMEMBERED:
            self._with_bot.popitem(last=False)

    def bot_has_not(self, conversation_id: str) -> None:
        """Note that a person does, or will."""
        self._with_bot.pop(conversation_id, None)

    def embed(self, conversation_id: str, text: str) -> None:
        """Begin to embed a message while it is being stored, if the bot is likely to answer it."""
        if conversation_id in self._with_bot and any(c.isalnum() for c in text):
            self._begin(lambda: self._knowledge.embedder.embed_one(spoken(text).strip()))

    def _begin(self, work: Callable[[], Any]) -> None:
        ahead = asyncio.get_running_loop().run_in_executor(None, work)
        self._under_way.add(ahead)
        ahead.add_done_callback(self._done)

    def _done(self, ahead: asyncio.Future[Any]) -> None:
        self._under_way.discard(ahead)
        if not ahead.cancelled() and ahead.exception() is not None:
            log.warning("ahead_failed error=%s", type(ahead.exception()).__name__)


def spoken(text: str) -> str:
    """What a person wrote, without a leading `/`: that would be a command to Rasa."""
    start = 0
    while start < len(text) and (text[start] == "/" or text[start].isspace() or not text[start].isprintable()):
        start += 1
    return text[start:]
