"""What an action reads from the tracker: the message, its language and municipality, the talk's slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

LIKELY = 0.25


@dataclass(frozen=True, slots=True)
class Context:
    """One message in its talk."""

    text: str
    intent: str
    intent_confidence: float
    language: str
    municipality: str
    last_article: str | None
    misses: int
    entities: dict[str, str]
    likely_act: str | None


def read(tracker: Tracker) -> Context:
    """The context of the tracker's latest message. Language and municipality come with each message."""
    message: dict[str, Any] = tracker.latest_message or {}
    metadata = message.get("metadata") or {}
    intent = message.get("intent") or {}
    return Context(
        text=message.get("text") or "",
        intent=intent.get("name") or "",
        intent_confidence=float(intent.get("confidence") or 0.0),
        language=metadata.get("language") or tracker.get_slot("language") or "nb",
        municipality=metadata.get("municipality") or tracker.get_slot("municipality") or "",
        last_article=tracker.get_slot("article_id"),
        likely_act=_likely_act(message),
        misses=int(tracker.get_slot("misses") or 0),
        entities={
            e["entity"]: str(e["value"]) for e in message.get("entities") or [] if e.get("extractor") is None
            or e.get("extractor") == "RegexMessageHandler"
        },
    )  # fmt: skip


def _likely_act(message: dict[str, Any]) -> str | None:
    """The likeliest dialogue act of a message that the classifier was not sure of; None where nothing is likely."""
    ranking = [r for r in message.get("intent_ranking") or [] if r.get("name") != "nlu_fallback"]
    if not ranking or float(ranking[0].get("confidence") or 0.0) < LIKELY:
        return None
    return str(ranking[0]["name"])
