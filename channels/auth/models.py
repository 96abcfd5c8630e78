"""Tables of staff accounts and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.database import Base, UtcDateTime

ROLES = ("counsellor", "editor", "admin")


class Staff(Base):
    """A member of staff of one municipality."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipalities.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    presence: Mapped[str] = mapped_column(String(12), default="away")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)  # none named: any
    teams: Mapped[list[str]] = mapped_column(JSON, default=list)  # themes; none named: any
    capacity: Mapped[int | None] = mapped_column(Integer)  # talks at a time; None: no limit set
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class StaffSession(Base):
    """A login. The cookie's value is kept only as a hash."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    staff: Mapped[Staff] = relationship(lazy="joined")
