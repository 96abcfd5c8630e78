"""What the counsellors' console shows: the queue, a talk with its notes and suggestions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import Conversation, Message, Note
from channels.handoff.steps import access_talk
from core import audit, clock
from knowledge_base.service import STAFF, KnowledgeBase


def queue(session: Session, staff: Staff) -> list[dict[str, Any]]:
    """Waiting and claimed talks of one's own municipality, most urgent first."""
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.municipality == staff.municipality, Conversation.state.in_(("waiting", "human")))
        .order_by(Conversation.state.desc(), Conversation.priority.desc(), Conversation.waiting_since)
    ).all()
    owners = {s.id: s for s in session.scalars(select(Staff).where(Staff.municipality == staff.municipality))}
    return [_row(c, owners.get(c.claimed_by) if c.claimed_by else None) for c in rows]


def _row(conversation: Conversation, owner: Staff | None) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "state": conversation.state,
        "priority": conversation.priority,
        "language": conversation.language,
        "theme": conversation.theme,
        "waiting_since": clock.rfc3339(conversation.waiting_since),
        "claimed_by": {"email": owner.email, "name": owner.name} if owner else None,
        "summary": conversation.summary,
        "unread": max(0, conversation.last_seq - conversation.seen_by_staff),
        "last_message_at": clock.rfc3339(conversation.updated_at),
    }


def talk(session: Session, conversation_id: str, staff: Staff) -> dict[str, Any]:
    """A talk's card: state, summary, notes. That it was opened is noted in the audit trail."""
    conversation = access_talk(session, conversation_id, staff)
    owner = session.get(Staff, conversation.claimed_by) if conversation.claimed_by else None
    authors = {s.id: s.name for s in session.scalars(select(Staff).where(Staff.municipality == staff.municipality))}
    notes = session.scalars(select(Note).where(Note.conversation_id == conversation_id).order_by(Note.id)).all()
    audit.record(
        session, actor=staff.email, municipality=staff.municipality, action="open_talk", object_type="conversation",
        object_id=conversation_id,
    )  # fmt: skip
    return {
        **_row(conversation, owner),
        "last_seq": conversation.last_seq,
        "notes": [{"at": clock.rfc3339(n.at), "author": authors.get(n.staff_id), "text": n.text} for n in notes],
    }


def suggestions(
    session: Session, knowledge: KnowledgeBase, conversation_id: str, municipality: str
) -> list[dict[str, str]]:
    """Articles for the relative's last message, titles in Norwegian, staff-only ones among them."""
    last = session.execute(
        select(Message.text, Message.language)
        .where(Message.conversation_id == conversation_id, Message.sender == "relative")
        .order_by(Message.seq.desc())
        .limit(1)
    ).first()
    if last is None:
        return []
    result = knowledge.search(last.text, municipality, last.language, limit=4, audiences=STAFF)
    return [
        {
            "article_id": found.article_id,
            "title": knowledge.article(session, found.article_id, municipality, "nb", audiences=STAFF).title,
        }
        for found in result.results
    ]
