"""What Nær remembers of a talk while it goes on: who it speaks with, and what has not helped. No text, nothing across talks.

It lies in `conversations.memory` and goes with the talk. The engine is told of it with each message, so that the engine's
answer and the app's own are the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from channels.conversations.models import Conversation
from core.readers import YOUNG

FEEL_AGAIN_AFTER = 2  # turns without one
MOST_MISSES = 5
_MOST_TRIED = 20


@dataclass(slots=True)
class Memory:
    """How far a talk has come.

    `tried`: articles that did not help. `misses`: in a row. `answered`: the last turn gave an article, `part` is the next
    part of its body. `felt`: turns since a feeling was met; `feelings`: how many were.
    """

    audience: str = "adult"
    tried: list[str] = field(default_factory=list)
    misses: int = 0
    offered: str = "nothing"
    answered: bool = False
    part: int = 0
    felt: int = FEEL_AGAIN_AFTER
    feelings: int = 0

    @property
    def young(self) -> bool:
        """Is it a child or a youth?"""
        return self.audience in YOUNG

    def give_up_on(self, article_id: str) -> None:
        """This article did not help."""
        if article_id not in self.tried:
            self.tried = [*self.tried, article_id][-_MOST_TRIED:]

    def for_engine(self) -> dict[str, Any]:
        """What an action needs to know, as the message's metadata."""
        told = ("audience", "tried", "misses", "offered", "answered")
        return {name: getattr(self, name) for name in told}

    def keep(self, conversation: Conversation) -> None:
        """Write it into the talk's row."""
        conversation.memory = asdict(self)


def recall(conversation: Conversation) -> Memory:
    """The talk's memory; what an older version has not written is as at the beginning."""
    known = {name: value for name, value in (conversation.memory or {}).items() if name in Memory.__slots__}
    return Memory(**known)
