"""Coming back to a talk: a code to write down, and a fresh token for it on another tab or device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from channels.auth import codes, tokens
from channels.conversations.models import Conversation, TalkToken
from channels.conversations.service import lock
from core import clock
from core.errors import NotFound

VALID_FOR = timedelta(days=14)
MOST_TOKENS = 20


@dataclass(frozen=True, slots=True)
class ResumeCode:
    """Shown this once; only its hash is kept."""

    code: str
    valid_until: datetime


def new_code(session: Session, conversation_id: str) -> ResumeCode:
    """A code for this talk; one made before is void."""
    conversation = lock(session, conversation_id)
    code = codes.new()
    conversation.resume_hash = codes.digest(code)
    conversation.resume_until = min(clock.now() + VALID_FOR, conversation.erase_after)
    return ResumeCode(code, conversation.resume_until)


def resume(session: Session, code: str) -> tuple[Conversation, str]:
    """The talk of a code and a fresh token for it; tokens given before go on working. NotFound for a wrong or old code."""
    conversation_id = session.scalar(
        select(Conversation.id).where(
            Conversation.resume_hash == codes.digest(code), Conversation.resume_until > clock.now()
        )
    )
    if conversation_id is None:
        raise NotFound("No conversation with this code.", code="unknown_code")
    conversation = lock(session, conversation_id)
    token = tokens.new()
    session.add(TalkToken(token_hash=tokens.digest(token), conversation_id=conversation.id))
    session.flush()
    _forget_oldest(session, conversation.id)
    return conversation, token


def _forget_oldest(session: Session, conversation_id: str) -> None:
    of_talk = select(TalkToken.token_hash).where(TalkToken.conversation_id == conversation_id)
    surplus = session.scalars(of_talk.order_by(TalkToken.created_at.desc()).offset(MOST_TOKENS)).all()
    session.execute(delete(TalkToken).where(TalkToken.token_hash.in_(surplus)))
