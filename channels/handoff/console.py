"""What the counsellors' console shows: the queue, a talk with its notes and suggestions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import CRISIS, Conversation, Message, Note
from channels.handoff import presence
from channels.handoff.steps import LastArticle, access_talk
from core import audit, clock
from core.errors import NotFound
from knowledge_base.service import STAFF, KnowledgeBase


def queue(session: Session, staff: Staff, lease: timedelta) -> list[dict[str, Any]]:
    """Waiting and claimed talks of one's own municipality: crisis first, then who has waited longest."""
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.municipality == staff.municipality, Conversation.state.in_(("waiting", "human")))
        .order_by(Conversation.state.desc(), Conversation.priority.desc(), Conversation.waiting_since)
    ).all()
    owners = {s.id: s for s in session.scalars(select(Staff).where(Staff.municipality == staff.municipality))}
    me = owners.get(staff.id, staff)
    shown = []
    for talk in rows:
        owner = owners.get(talk.claimed_by) if talk.claimed_by else None
        until = clock.rfc3339(presence.lease_until(talk, owner, lease))
        shown.append({**_row(talk, owner), "fits_me": presence.fits(me, talk), "lease_until": until})
    return shown


def _row(conversation: Conversation, owner: Staff | None) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "state": conversation.state,
        "priority": conversation.priority,
        "language": conversation.language,
        "theme": conversation.theme,
        "waiting_since": clock.rfc3339(conversation.waiting_since),
        "claimed_by": {"email": owner.email, "name": owner.name} if owner else None,
        "claimed_by_name": owner.name if owner else None,
        "team": conversation.theme or "general",
        "crisis": conversation.priority >= CRISIS,
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


def last_article(session: Session, knowledge: KnowledgeBase, conversation: Conversation) -> LastArticle | None:
    """The article that bot or counsellor showed last, unless it has been withdrawn."""
    if conversation.last_article is None:
        return None
    try:
        found = knowledge.article(session, conversation.last_article, conversation.municipality, conversation.language)
    except NotFound:
        return None
    return LastArticle(found.article_id, found.title)


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
