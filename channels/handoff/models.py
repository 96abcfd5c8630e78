"""The table of handovers: one row each time a talk goes to the staff. What is left after the talk is erased is a count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.database import Base, UtcDateTime


class Episode(Base):
    """From asking for a person to the end. `attended`: open, and a counsellor available, when it was asked for.

    When the talk is erased the link to it and to the counsellor goes, and the times are rounded to the hour.
    """

    __tablename__ = "handoffs"
    __table_args__ = (Index("ix_handoffs_asked", "municipality", "asked_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipalities.id"))
    language: Mapped[str] = mapped_column(String(5))
    theme: Mapped[str | None] = mapped_column(String(40))
    crisis: Mapped[bool] = mapped_column(Boolean, default=False)
    attended: Mapped[bool] = mapped_column(Boolean, default=False)
    position: Mapped[int] = mapped_column(Integer, default=1)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    wait_seconds: Mapped[int | None] = mapped_column(Integer)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
