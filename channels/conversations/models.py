"""Tables of the conversations. What a person wrote is here, under the retention rule, and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.database import Base, UtcDateTime

STATES = ("bot", "waiting", "human", "closed")
NORMAL, YOUNG, CRISIS = 0, 5, 10  # priorities in the queue


class Conversation(Base):
    """One talk. `last_seq` is the number of its last message; the next one takes it + 1 in the same transaction."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_queue", "municipality", "state"),
        Index("ix_conversations_erase_after", "erase_after"),
        Index("uq_conversations_resume_hash", "resume_hash", unique=True),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipalities.id"))
    language: Mapped[str] = mapped_column(String(5))
    language_chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="bot")
    priority: Mapped[int] = mapped_column(Integer, default=NORMAL)
    memory: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  # see chat/memory.py
    theme: Mapped[str | None] = mapped_column(String(40))
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    last_article: Mapped[str | None] = mapped_column(String(80))
    guided: Mapped[str | None] = mapped_column(String(40))  # the guided talk that has a question open
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by_staff: Mapped[int] = mapped_column(Integer, default=0)
    seen_by_relative: Mapped[int] = mapped_column(Integer, default=0)
    staff_until: Mapped[int | None] = mapped_column(Integer)  # the staff's part of a talk that is over ends here
    summary: Mapped[str] = mapped_column(Text, default="")
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to passing on more than theme and language
    notify_email: Mapped[str] = mapped_column(String(200), default="")
    resume_hash: Mapped[str | None] = mapped_column(String(64))
    resume_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(40))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erase_after: Mapped[datetime] = mapped_column(UtcDateTime)


class TalkToken(Base):
    """A further token of a talk: another tab or device that took it up with a code."""

    __tablename__ = "talk_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Message(Base):
    """One message. (conversation, seq) and (conversation, client_id) are unique: nothing is lost, nothing doubled."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "seq"), UniqueConstraint("conversation_id", "client_id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(Integer)
    client_id: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sender: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12), default="text")
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Turn(Base):
    """A relative's message that wants an answer. `done` is set in the transaction that stores the answer."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_open", "done", "conversation_id"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    done: Mapped[bool] = mapped_column(Boolean, default=False)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Feedback(Base):
    """A rating of an answer (message_seq) or of the whole talk."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    message_seq: Mapped[int | None] = mapped_column(Integer)
    rating: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Note(Base):
    """What a counsellor notes about a talk; the relative never sees it, and it is erased with the talk."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(Text)


class TalkFact(Base):
    """What a guided talk has gathered, for what may go along to a person; erased with the talk."""

    __tablename__ = "talk_facts"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class StoredDocument(Base):
    """A document that the relative has asked for: what it is made of, not its look; erased with the talk."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
