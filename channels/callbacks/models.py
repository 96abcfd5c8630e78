"""Tables of callbacks. Telephone, address and what it is about are erased on cancelling, and on the retention date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.database import Base, UtcDateTime

KINDS = ("phone", "video", "in_person")
STATUSES = ("new", "taken", "done", "cancelled")


class Callback(Base):
    """A wish to be called or met. (municipality, client_id) is unique: sent twice, it is still one."""

    __tablename__ = "callbacks"
    __table_args__ = (
        UniqueConstraint("municipality", "client_id"),
        Index("ix_callbacks_list", "municipality", "status"),
        Index("ix_callbacks_erase_after", "erase_after"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipalities.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="new")
    kind: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(24), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    preferred: Mapped[Any] = mapped_column(JSON, default="")
    language: Mapped[str] = mapped_column(String(5))
    interpreter: Mapped[bool] = mapped_column(Boolean, default=False)
    about: Mapped[str] = mapped_column(Text, default="")
    booked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appointment: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erase_after: Mapped[datetime] = mapped_column(UtcDateTime)


class CallbackCode(Base):
    """A code that opens a callback, hashed. A request that is sent again gets one more: the first reply may be lost."""

    __tablename__ = "callback_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id", ondelete="CASCADE"), index=True)
