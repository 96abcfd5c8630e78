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
class More:
    """More of an article (None: the last one): this part of it, counted from 0, or the next.

    With `simple` its short answer, said again a sentence a line.
    """

    article_id: str | None = None
    part: int | None = None
    simple: bool = False
    do: str = "more"


@dataclass(frozen=True, slots=True)
class Rate:
    """The relative says whether an answer helped: kept as feedback, and a failed one is not given again in this talk."""

    article_id: str
    helped: bool
    do: str = "rate"


@dataclass(frozen=True, slots=True)
class SetAudience:
    """Speak from now on as to an `adult`, a `child` (7 to 12) or a `youth` (13 to 18); None asks which."""

    audience: str | None
    quiet: bool = False  # the message says more than that: it is answered, and nothing is said about this
    do: str = "audience"


@dataclass(frozen=True, slots=True)
class Feel:
    """A sentence that meets a feeling, before the facts; one of the keys `feeling.<feeling>.1` and so on."""

    feeling: str
    do: str = "feel"


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


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of a guided talk, with its choices, Skip and Stop; see core.guided."""

    form: str
    slot: str
    do: str = "ask"


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said in a guided talk, to confirm or to change. `fields`: slot → option or own words."""

    form: str
    fields: dict[str, str]
    do: str = "summary"


@dataclass(frozen=True, slots=True)
class Courses:
    """Look for courses with these wishes (values of core.guided.FIND_COURSE) and list them."""

    fields: dict[str, str]
    do: str = "courses"


@dataclass(frozen=True, slots=True)
class Offers:
    """What may help after "What matters to you?": articles, best first; `strain` is high, some, low or unknown."""

    fields: dict[str, str]
    article_ids: tuple[str, ...]
    strain: str
    do: str = "offers"


@dataclass(frozen=True, slots=True)
class BookCallback:
    """Store a request to be called back (values of core.guided.CALL_BACK) and say so once it is stored."""

    fields: dict[str, str]
    do: str = "book_callback"


@dataclass(frozen=True, slots=True)
class Document:
    """Offer a document made of what was said; `kind` is agreement or complaint."""

    kind: str
    fields: dict[str, str]
    do: str = "document"


@dataclass(frozen=True, slots=True)
class ComplaintHelp:
    """The deadline of a complaint, where to send it, and a draft (values of core.guided.COMPLAINT)."""

    fields: dict[str, str]
    do: str = "complaint_help"


@dataclass(frozen=True, slots=True)
class KeepSituation:
    """Keep what was told, for the proposal of what may go along to a person; `shared` when the relative has said yes."""

    form: str
    fields: dict[str, str]
    shared: bool = False
    do: str = "keep_situation"


Guided = Ask | Summary | Courses | Offers | BookCallback | Document | ComplaintHelp | KeepSituation
Payload = Guided | Say | Answer | More | Rate | SetAudience | Feel | Clarify | Handoff | SetLanguage | Repeat
_KINDS: dict[str, type[Any]] = {
    "say": Say,
    "answer": Answer,
    "more": More,
    "rate": Rate,
    "audience": SetAudience,
    "feel": Feel,
    "clarify": Clarify,
    "handoff": Handoff,
    "language": SetLanguage,
    "repeat": Repeat,
    "ask": Ask,
    "summary": Summary,
    "courses": Courses,
    "offers": Offers,
    "book_callback": BookCallback,
    "document": Document,
    "complaint_help": ComplaintHelp,
    "keep_situation": KeepSituation,
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


def part_number(raw: str | None) -> int | None:
    """The part of an article that a button names; None where it names none."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 4 else None


def parse_button(payload: str) -> tuple[str, dict[str, str]]:
    """Intent and entities of a button's payload; raises ValueError if it is none."""
    if not payload.startswith("/"):
        raise ValueError("not a button's payload")
    intent, brace, rest = payload[1:].partition("{")
    entities = json.loads(brace + rest) if brace else {}
    if not intent.isidentifier() or not isinstance(entities, dict):
        raise ValueError("not a button's payload")
    return intent, {str(k): str(v) for k, v in entities.items()}
