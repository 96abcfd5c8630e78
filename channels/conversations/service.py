"""The conversations' front door: open, access, append, receive, read, erase. Each function works in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from channels.auth import tokens
from channels.conversations.models import (
    Conversation,
    Feedback,
    Message,
    Note,
    StoredDocument,
    TalkFact,
    TalkToken,
    Turn,
)
from channels.delivery import outgoing
from channels.handoff import episodes
from core import clock
from core.errors import Forbidden, InvalidInput, NotFound, Unauthorized
from core.i18n import LANGUAGES
from knowledge_base.models import Municipality
from knowledge_base.municipalities import access_municipality, settings_of


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be stored. `extra` holds what the kind needs: choices, answer, crisis, payload."""

    sender: str
    text: str
    language: str
    kind: str = "text"
    extra: dict[str, Any] = field(default_factory=dict)
    client_id: str | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a relative's message."""

    seq: int
    duplicate: bool
    state: str


def check_language(language: str | None, municipality: Municipality) -> str | None:
    """A language that this municipality offers, or None as given; InvalidInput names the known ones."""
    offered = [code for code in LANGUAGES if code in settings_of(municipality).languages]
    if language is not None and language not in offered:
        raise InvalidInput(
            f"Unknown language. Known: {', '.join(offered)}.", code="unknown_language", details={"known": offered}
        )
    return language


def open_conversation(
    session: Session, municipality_id: str, language: str | None, default_retention: int
) -> tuple[Conversation, str]:
    """A new talk and its token (shown once)."""
    municipality = access_municipality(session, municipality_id)
    chosen = check_language(language, municipality)
    days = settings_of(municipality).retention_days or default_retention
    token = tokens.new()
    conversation = Conversation(
        id=str(uuid.uuid4()),
        token_hash=tokens.digest(token),
        municipality=municipality.id,
        language=chosen or "nb",
        language_chosen=chosen is not None,
        state="bot",
        priority=0,
        last_seq=0,
        seen_by_staff=0,
        erase_after=clock.now() + timedelta(days=days),
    )
    session.add(conversation)
    session.flush()
    return conversation, token


def access_conversation(session: Session, conversation_id: str, token: str | None) -> Conversation:
    """The relative's only door to a talk. 401 without a token, 404 for an unknown talk, 403 for another talk's token."""
    if not token:
        raise Unauthorized("This call needs the conversation's token.", code="token_needed")
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("No such conversation; it may have been deleted.", code="unknown_conversation")
    if not tokens.matches(token, conversation.token_hash):
        further = session.get(TalkToken, tokens.digest(token))
        if further is not None and further.conversation_id == conversation.id:
            return conversation
        known = further or session.scalar(
            select(Conversation.id).where(Conversation.token_hash == tokens.digest(token))
        )
        if known:
            raise Forbidden("This token opens another conversation.", code="not_your_conversation")
        raise Unauthorized("The token is wrong.", code="wrong_token")
    return conversation


def lock(session: Session, conversation_id: str) -> Conversation:
    """The talk's row, locked until the transaction ends: numbering and state changes stand in one line.

    SQLite has one writer: what this transaction has read already can't have changed.
    """
    known = session.identity_map.get(identity_key(Conversation, conversation_id))
    if isinstance(known, Conversation) and session.get_bind().dialect.name == "sqlite":
        return known
    found = session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("No such conversation; it may have been deleted.", code="unknown_conversation")
    return found


def append(session: Session, conversation: Conversation, new: NewMessage) -> Message:
    """Store a message with the next number, in the caller's transaction; the row must be locked by it."""
    conversation.last_seq += 1
    conversation.updated_at = clock.now()
    message = Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        client_id=new.client_id,
        sender=new.sender,
        kind=new.kind,
        text=new.text,
        language=new.language,
        staff_id=new.staff_id,
        extra=new.extra,
        at=clock.now(),
    )
    session.add(message)
    session.flush()
    outgoing.record(session, conversation, message, as_json)
    return message


def by_client_id(session: Session, conversation_id: str, client_id: str) -> Message | None:
    """The message that was already stored under this client_id."""
    return session.scalar(
        select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    )


def receive(session: Session, conversation_id: str, client_id: str, text: str | None, payload: str | None) -> Received:
    """Store a relative's message and note that it wants an answer; the same client_id again changes nothing."""
    conversation = lock(session, conversation_id)
    known = by_client_id(session, conversation_id, client_id)
    if known is not None:
        return Received(known.seq, True, conversation.state)
    extra: dict[str, Any] = {}
    if payload is not None:
        text = _offered_title(session, conversation_id, payload)
        extra["payload"] = payload
    message = append(
        session,
        conversation,
        NewMessage("relative", text or "", conversation.language, extra=extra, client_id=client_id),
    )
    session.add(Turn(conversation_id=conversation_id, seq=message.seq))
    return Received(message.seq, False, conversation.state)


def _offered_title(session: Session, conversation_id: str, payload: str) -> str:
    """The title under which the payload was offered in this talk; only offered ones are taken."""
    rows = session.scalars(
        select(Message.extra)
        .where(Message.conversation_id == conversation_id, Message.sender != "relative")
        .order_by(Message.seq.desc())
    )
    for extra in rows:
        for choice in (extra or {}).get("choices", []):
            if choice["payload"] == payload:
                return str(choice["title"])
    raise InvalidInput("This choice was not offered in this conversation.", code="unknown_payload")


def messages_after(session: Session, conversation_id: str, after: int, limit: int = 1000) -> Sequence[Message]:
    """Messages with seq > after, in order."""
    return session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after)
        .order_by(Message.seq)
        .limit(limit)
    ).all()


def as_json(message: Message) -> dict[str, Any]:
    """A message in the contract's form. `client_id` goes back to whoever sent it, to match it with what is on screen."""
    extra = message.extra or {}
    shown: dict[str, Any] = {
        key: extra[key]
        for key in (
            "translation_of",
            "choices",
            "answer",
            "crisis",
            "courses",
            "name",
            "handoff",
            "original",
            "machine",
            "form",
            "document",
        )
        if key in extra
    }
    return {
        "seq": message.seq,
        "at": clock.rfc3339(message.at),
        "sender": message.sender,
        "kind": message.kind,
        "text": message.text,
        "language": message.language,
        "client_id": message.client_id if message.sender in ("relative", "counsellor") else None,
        **shown,
    }


def give_feedback(session: Session, conversation_id: str, rating: int, message_seq: int | None, text: str) -> None:
    """Keep a rating, 1 to 5."""
    if message_seq is not None:
        known = session.scalar(
            select(Message.id).where(Message.conversation_id == conversation_id, Message.seq == message_seq)
        )
        if known is None:
            raise InvalidInput(
                "No message with this number.", code="unknown_message", details={"message_seq": message_seq}
            )
    session.add(Feedback(conversation_id=conversation_id, rating=rating, message_seq=message_seq, text=text))


def erase(session: Session, conversation_id: str) -> None:
    """Delete a talk with every text of it: messages, notes, feedback, facts, documents, open turns, tokens. Counts stay."""
    episodes.forget(session, conversation_id)
    for table in (Message, Note, Feedback, Turn, TalkToken, TalkFact, StoredDocument):
        session.execute(delete(table).where(table.conversation_id == conversation_id))
    session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def due_for_erasure(session: Session) -> list[str]:
    """Talks whose retention time is over."""
    return list(session.scalars(select(Conversation.id).where(Conversation.erase_after < clock.now())))


def set_language(session: Session, conversation_id: str, language: str, *, chosen: bool) -> None:
    """Go on in another language."""
    values: dict[str, Any] = {"language": language}
    if chosen:
        values["language_chosen"] = True
    session.execute(update(Conversation).where(Conversation.id == conversation_id).values(**values))


def open_turns(session: Session) -> list[str]:
    """Talks with messages that still want an answer, oldest first; for taking up again after a crash."""
    rows = session.execute(select(Turn.conversation_id).where(~Turn.done).order_by(Turn.at).distinct().limit(1000))
    return [row[0] for row in rows]
