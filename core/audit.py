"""The audit trail: who did what to which object, and when; never what was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.database import Base, UtcDateTime


class AuditEntry(Base):
    """One act of a member of staff or of the system."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_municipality_at", "municipality", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    actor: Mapped[str] = mapped_column(String(200))
    municipality: Mapped[str | None] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    object_type: str,
    object_id: str,
    municipality: str | None = None,
    **details: Any,
) -> None:
    """Write one entry in the caller's transaction: the act and its trace stand or fall together."""
    session.add(
        AuditEntry(
            actor=actor,
            municipality=municipality,
            action=action,
            object_type=object_type,
            object_id=object_id,
            details=details,
        )
    )
