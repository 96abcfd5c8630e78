"""What the bot's actions return and the channels render: decisions, not sentences.

An action says "answer with this article" or "offer these choices"; the channels put it into the relative's language from
the catalogue and the approved translations, and store it. `as_custom` is the form in which it crosses the engine.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """A text of the catalogue (`say.<key>`), with an optional menu of choices (`menu.<menu>` in channels)."""

    key: str
    menu: str | None = None
    do: str = "say"


@dataclass(frozen=True, slots=True)
class Answer:
    """An approved article, in the relative's language; for a follow-up question, the part of it that answers it."""

    article_id: str
    confidence: float
    follow_up: str | None = None
    do: str = "answer"


@dataclass(frozen=True, slots=True)
class Clarify:
    """At most three real alternatives; article ids, best first."""

    article_ids: tuple[str, ...]
    confidence: float
    do: str = "clarify"


@dataclass(frozen=True, slots=True)
class Handoff:
    """Bring in a person."""

    do: str = "handoff"


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Go on in this language; None asks which."""

    language: str | None
    do: str = "language"


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say the last answer again."""

    do: str = "repeat"


Payload = Say | Answer | Clarify | Handoff | SetLanguage | Repeat
_KINDS: dict[str, type[Any]] = {
    "say": Say,
    "answer": Answer,
    "clarify": Clarify,
    "handoff": Handoff,
    "language": SetLanguage,
    "repeat": Repeat,
}


def as_custom(payload: Payload) -> dict[str, Any]:
    """The JSON form, for a Rasa `custom` response."""
    return asdict(payload)


def from_custom(raw: dict[str, Any]) -> Payload:
    """Read the JSON form back; raises ValueError for anything that is not one of ours."""
    kind = _KINDS.get(str(raw.get("do"))) if isinstance(raw, dict) else None
    if kind is None:
        raise ValueError("unknown payload")
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    try:
        made: Payload = kind(**fields)
    except TypeError as error:
        raise ValueError("payload with wrong fields") from error
    return made


def button(intent: str, **entities: str) -> str:
    """A button's payload in Rasa's own form, `/intent{"entity": "value"}`."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


def parse_button(payload: str) -> tuple[str, dict[str, str]]:
    """Intent and entities of a button's payload; raises ValueError if it is none."""
    if not payload.startswith("/"):
        raise ValueError("not a button's payload")
    intent, brace, rest = payload[1:].partition("{")
    entities = json.loads(brace + rest) if brace else {}
    if not intent.isidentifier() or not isinstance(entities, dict):
        raise ValueError("not a button's payload")
    return intent, {str(k): str(v) for k, v in entities.items()}
