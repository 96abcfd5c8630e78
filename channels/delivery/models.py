"""Tables of the staff stream: which message is at which position."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class StaffPosition(Base):
    """The last position given in a municipality; positions up to `since` are not kept.

    Its row is locked by whoever gives out the next one until that is committed. So whoever reads `last` can read every
    position up to it, also where transactions run beside each other (PostgreSQL).
    """

    __tablename__ = "staff_positions"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipalities.id", ondelete="CASCADE"), primary_key=True)
    last: Mapped[int] = mapped_column(Integer, default=0)
    since: Mapped[int] = mapped_column(Integer, default=0)


class StaffEntry(Base):
    """A message of a talk that was with the staff when it was stored."""

    __tablename__ = "staff_entries"
    __table_args__ = (Index("ix_staff_entries_conversation_id", "conversation_id"),)

    municipality: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(Integer)
