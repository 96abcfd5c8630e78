"""What would be passed on to a person: in parts, which the relative reads, edits or strikes before it goes.

Without the relative's consent only theme and language go.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.conversations import kept
from channels.conversations.models import Conversation, Message
from core import i18n
from core.payloads import button
from knowledge_base.safety.screen import screen

LONGEST_PART = 400
LAST_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that can be passed on; `title` and `text` in the relative's language."""

    part: str
    title: str
    text: str


def proposal(session: Session, conversation: Conversation) -> list[Part]:
    """Theme, language, what a guided talk gathered, the last question, what was written before it: each if it is there."""
    language = conversation.language
    parts = _basics(conversation)
    situation = kept.fact(session, conversation.id, kept.SITUATION)
    if situation:
        parts.append(_part("situation", situation, language))
    said = _said(session, conversation)
    if said:
        parts.append(_part("question", said[0][:LONGEST_PART], language))
    if len(said) > 1:
        parts.append(_part("last_messages", "\n".join(reversed(said[1:]))[: 2 * LONGEST_PART], language))
    return parts


def as_text(parts: list[Part]) -> str:
    """The parts as one text, as the counsellor reads it."""
    return "\n".join(f"{p.title}: {p.text}" for p in parts)


def without_consent(conversation: Conversation) -> str:
    """What is passed on when the relative has asked for a person but not agreed to more."""
    return as_text(_basics(conversation))


def _basics(conversation: Conversation) -> list[Part]:
    language = conversation.language
    parts = []
    if conversation.theme:
        parts.append(_part("theme", theme_name(conversation.theme, language), language))
    parts.append(_part("language", i18n.NAMES[language], language))
    return parts


def theme_name(theme: str, language: str) -> str:
    """A theme in words; one that the catalogue does not know as it is."""
    known = f"theme.{theme}" in i18n.catalogue("bot", i18n.SOURCE_LANGUAGE)
    return i18n.text(f"theme.{theme}", language) if known else theme


def _part(part: str, text: str, language: str) -> Part:
    return Part(part, i18n.text(f"handoff.part.{part}", language), text)


def _said(session: Session, conversation: Conversation) -> list[str]:
    """The relative's last texts, newest first, without the wish for a person and without pressed buttons."""
    rows = session.execute(
        select(Message.text, Message.extra)
        .where(Message.conversation_id == conversation.id, Message.sender == "relative")
        .order_by(Message.seq.desc())
        .limit(3 * LAST_MESSAGES)
    ).all()
    found = []
    for number, (text, extra) in enumerate(rows):
        payload = (extra or {}).get("payload")
        if payload == button("choose_handoff") or (number == 0 and payload is None and screen(text).wants_human):
            continue
        found.append(str(text))
    return found[:LAST_MESSAGES]
