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
    wants_human: bool
    language: str
    municipality: str
    last_article: str | None
    answered: bool
    misses: int
    offered: str
    audience: str
    tried: tuple[str, ...]
    question: str
    entities: dict[str, str]
    likely_act: str | None


def read(tracker: Tracker) -> Context:
    """The context of the tracker's latest message.

    The app tells with each message what it remembers of the talk (metadata), since it also answers by itself; the slots
    are what the engine remembers where it was told nothing.
    """
    message: dict[str, Any] = tracker.latest_message or {}
    metadata = message.get("metadata") or {}
    intent = message.get("intent") or {}
    return Context(
        text=message.get("text") or "",
        intent=intent.get("name") or "",
        intent_confidence=float(intent.get("confidence") or 0.0),
        wants_human=bool(metadata.get("wants_human")),
        language=metadata.get("language") or tracker.get_slot("language") or "nb",
        municipality=metadata.get("municipality") or tracker.get_slot("municipality") or "",
        last_article=metadata.get("last_article") or tracker.get_slot("article_id"),
        answered=bool(metadata.get("answered", tracker.get_slot("article_id"))),
        likely_act=_likely_act(message),
        misses=int(metadata.get("misses", tracker.get_slot("misses") or 0)),
        offered=metadata.get("offered") or tracker.get_slot("offered") or "nothing",
        audience=metadata.get("audience") or tracker.get_slot("audience") or "adult",
        tried=tuple(metadata.get("tried") or ()),
        question=tracker.get_slot("question") or "",
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
