"""Open turns in the database: which message wants an answer, and closing its turn in the answer's own transaction."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.chat import menus
from channels.chat.memory import Memory, recall
from channels.conversations import service as conversations
from channels.conversations.models import Conversation, Message, Turn
from channels.conversations.service import NewMessage
from channels.handoff import service as handoff
from knowledge_base.safety import screen as safety


@dataclass(frozen=True, slots=True)
class Work:
    """An open turn and what is known of its talk."""

    conversation_id: str
    municipality: str
    seq: int
    text: str
    payload: str | None
    state: str
    language: str
    language_chosen: bool
    last_article: str | None
    memory: Memory
    attempts: int
    guided: str | None = None


def next_open(session: Session, conversation_id: str) -> Work | None:
    """The talk's oldest message that wants an answer."""
    found = _open(session, conversation_id, 1)
    return found[0] if found else None


def _open(session: Session, conversation_id: str, limit: int) -> list[Work]:
    rows = session.execute(
        select(Turn, Message, Conversation)
        .join(Message, (Message.conversation_id == Turn.conversation_id) & (Message.seq == Turn.seq))
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .where(Turn.conversation_id == conversation_id, ~Turn.done)
        .order_by(Turn.seq)
        .limit(limit)
    )
    return [
        Work(
            conversation_id=conversation.id,
            municipality=conversation.municipality,
            seq=message.seq,
            text=message.text,
            payload=(message.extra or {}).get("payload"),
            state=conversation.state,
            language=conversation.language,
            language_chosen=conversation.language_chosen,
            last_article=conversation.last_article,
            memory=recall(conversation),
            attempts=turn.attempts,
            guided=conversation.guided,
        )
        for turn, message, conversation in rows
    ]


def only_open(session: Session, conversation_id: str) -> Work | None:
    """The talk's open turn, if there is exactly one."""
    found = _open(session, conversation_id, 2)
    return found[0] if len(found) == 1 else None


def replies(session: Session, conversation_id: str, seq: int) -> tuple[bool, list[dict[str, Any]]]:
    """Whether a message's turn is done, and what came after the message."""
    turn = session.get(Turn, (conversation_id, seq))
    found = conversations.messages_after(session, conversation_id, seq)
    of_turn = list(itertools.takewhile(lambda m: m.sender != "relative", found))
    return turn is None or turn.done, [conversations.as_json(m) for m in of_turn]


def last_question(session: Session, conversation_id: str, before: int) -> str:
    """What the relative last wrote in words before this message; empty if nothing."""
    rows = session.execute(
        select(Message.text, Message.extra)
        .where(Message.conversation_id == conversation_id, Message.sender == "relative", Message.seq < before)
        .order_by(Message.seq.desc())
        .limit(10)
    )
    return next((str(row.text) for row in rows if "payload" not in (row.extra or {})), "")


def close_turn(session: Session, work: Work) -> bool:
    """Mark the turn done; False if it was already (another worker answered)."""
    turn = session.get(Turn, (work.conversation_id, work.seq), populate_existing=True)
    if turn is None or turn.done:
        return False
    turn.done = True
    return True


def finish(session: Session, work: Work, language: str) -> None:
    """Close a turn that wants no answer of the bot: a person has the talk, or will."""
    conversation = conversations.lock(session, work.conversation_id)
    if close_turn(session, work) and conversation.state == "waiting" and not conversation.language_chosen:
        conversation.language = language


def count_attempt(session: Session, work: Work) -> int:
    """Note that a turn has failed; returns how often."""
    turn = session.get_one(Turn, (work.conversation_id, work.seq))
    turn.attempts += 1
    return turn.attempts


def store_crisis_card(session: Session, work: Work, category: str, language: str) -> None:
    """The card goes out at once, whoever answers; stored once however often the turn is tried."""
    conversation = conversations.lock(session, work.conversation_id)
    handoff.raise_priority(conversation)
    card_id = f"crisis:{work.seq}"
    if conversations.by_client_id(session, work.conversation_id, card_id) is not None:
        return
    found = safety.contacts(category, language, young=work.memory.young)
    contacts = [{"name": c.name, "phone": c.phone} for c in found]
    extra: dict[str, object] = {"crisis": {"category": category, "contacts": contacts}}
    if conversation.state == "bot":
        extra["choices"] = menus.choices("human", language)
    conversations.append(
        session,
        conversation,
        NewMessage(
            "system", safety.advice(category, language), language, kind="crisis", extra=extra, client_id=card_id
        ),
    )
