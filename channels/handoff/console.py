"""What the counsellors' console shows of the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import CRISIS, Conversation
from channels.handoff import presence
from channels.handoff.steps import LastArticle
from core import clock
from core.errors import NotFound
from knowledge_base.service import KnowledgeBase


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
        shown.append({**row(talk, owner), "fits_me": presence.fits(me, talk), "lease_until": until})
    return shown


def row(conversation: Conversation, owner: Staff | None) -> dict[str, Any]:
    """What queue and card both show of a talk."""
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


def last_article(session: Session, knowledge: KnowledgeBase, conversation: Conversation) -> LastArticle | None:
    """The article that bot or counsellor showed last, unless it has been withdrawn."""
    if conversation.last_article is None:
        return None
    try:
        found = knowledge.article(session, conversation.last_article, conversation.municipality, conversation.language)
    except NotFound:
        return None
    return LastArticle(found.article_id, found.title)
