"""A talk's card: summary, notes, what the bot answered and how sure it was, what may help now, and what must not be forgotten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import Conversation, Message, Note
from channels.handoff import console
from channels.handoff.steps import access_reading
from core import audit, clock, i18n
from knowledge_base.content_format import THEMES
from knowledge_base.service import STAFF, KnowledgeBase

SNIPPET = 160
SUGGESTED = 4
REPORTED = (
    "child",
    "violence",
)  # crises that may oblige to report (barnevernsloven § 13-2) or avert (straffeloven § 196)


def open_card(session: Session, conversation_id: str, staff: Staff) -> dict[str, Any]:
    """The card without suggestions. That it was opened is noted in the audit trail."""
    conversation, until = access_reading(session, conversation_id, staff)
    owner = session.get(Staff, conversation.claimed_by) if conversation.claimed_by else None
    authors = {s.id: s.name for s in session.scalars(select(Staff).where(Staff.municipality == staff.municipality))}
    notes = session.scalars(select(Note).where(Note.conversation_id == conversation_id).order_by(Note.id)).all()
    audit.record(
        session, actor=staff.email, municipality=staff.municipality, action="open_talk", object_type="conversation",
        object_id=conversation_id,
    )  # fmt: skip
    last_seq = conversation.last_seq if until is None else until
    messages = _of_bot_and_system(session, conversation_id, last_seq)
    return {
        **console.row(conversation, owner),
        "last_seq": last_seq,
        "outcome": conversation.outcome,
        "seen_by_relative": conversation.seen_by_relative,
        "consented": conversation.consented_at is not None,
        "themes": list(THEMES),
        "notes": [{"at": clock.rfc3339(n.at), "author": authors.get(n.staff_id), "text": n.text} for n in notes],
        "trace": [entry for message in messages if (entry := _traced(message)) is not None],
        "duty_to_report": conversation.theme == "children-families" or any(_reportable(m) for m in messages),
    }


def _of_bot_and_system(session: Session, conversation_id: str, upto: int) -> list[Message]:
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.conversation_id == conversation_id,
                Message.seq <= upto,
                Message.sender.in_(("bot", "system")),
            )
            .order_by(Message.seq)
        )
    )


def _traced(message: Message) -> dict[str, Any] | None:
    """What the bot decided with this message: an answer, asking back, or that it found none; None for anything else."""
    if message.sender != "bot":
        return None
    answer = (message.extra or {}).get("answer")
    entry: dict[str, Any] = {"seq": message.seq, "article_id": None, "title": None, "confidence": None}
    if answer:
        found = {key: answer.get(key) for key in ("article_id", "title", "confidence")}
        return {**entry, **found, "decision": "answer"}
    for decision, key in (("clarify", "clarify.question"), ("none", "say.not_found"), ("none", "say.miss_again")):
        if message.text == i18n.text(key, message.language):
            return {**entry, "decision": decision}
    return None


def _reportable(message: Message) -> bool:
    return ((message.extra or {}).get("crisis") or {}).get("category") in REPORTED


def last_question(session: Session, conversation_id: str, upto: int) -> tuple[str, str] | None:
    """Text and language of the relative's last message."""
    found = session.execute(
        select(Message.text, Message.language)
        .where(Message.conversation_id == conversation_id, Message.sender == "relative", Message.seq <= upto)
        .order_by(Message.seq.desc())
        .limit(1)
    ).first()
    return (found.text, found.language) if found else None


def suggestions(
    session: Session, knowledge: KnowledgeBase, conversation_id: str, upto: int, *, municipality: str
) -> list[dict[str, Any]]:
    """Articles for the relative's last message: in their language, the Norwegian beside. Staff-only ones cannot be sent."""
    last = last_question(session, conversation_id, upto)
    if last is None:
        return []
    language = session.get_one(Conversation, conversation_id).language
    result = knowledge.search(last[0], municipality, last[1], limit=SUGGESTED, audiences=STAFF)
    return [_suggestion(session, knowledge, found.article_id, municipality, language) for found in result.results]


def _suggestion(
    session: Session, knowledge: KnowledgeBase, article_id: str, municipality: str, language: str
) -> dict[str, Any]:
    theirs = knowledge.article(session, article_id, municipality, language, audiences=STAFF)
    norwegian = knowledge.article(session, article_id, municipality, "nb", audiences=STAFF)
    return {
        "article_id": article_id,
        "title": theirs.title,
        "snippet": norwegian.answer[:SNIPPET],
        "text": theirs.answer,
        "language": theirs.source_language,
        "machine_translated": theirs.machine_translated,
        "staff_only": theirs.audience == "staff",
        "norwegian": {"title": norwegian.title, "text": norwegian.answer},
    }
