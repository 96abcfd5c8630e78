"""The outbox: what is to be sent, written in the transaction that it tells of. Address and text are erased once it is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.database import Base, UtcDateTime

DUE, SENT, GIVEN_UP = "due", "sent", "given_up"


class Notice(Base):
    """One e-mail or webhook call. `key` is unique: written twice it is one, and the receiver can tell a repeat by it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    what: Mapped[str] = mapped_column(String(40))
    municipality: Mapped[str] = mapped_column(String(60))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(500))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=DUE)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    give_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
