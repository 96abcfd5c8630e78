"""Tables of courses and their meetings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.database import Base, UtcDateTime


class Course(Base):
    """One course of a municipality. (municipality, source, external_id) is what a feed knows it by.

    `digest` is of the entry that it was last written from; `sequence` grows with each change, as iCalendar wants it.
    """

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("municipality", "source", "external_id"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipalities.id"))
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    summary: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    audience: Mapped[str] = mapped_column(String(20), default="adult")
    theme: Mapped[str] = mapped_column(String(40), default="general")
    language: Mapped[str] = mapped_column(String(5))
    place: Mapped[str | None] = mapped_column(String(300))
    digital: Mapped[bool] = mapped_column(Boolean, default=False)
    seats: Mapped[int | None] = mapped_column(Integer)
    seats_left: Mapped[int | None] = mapped_column(Integer)
    waiting_list: Mapped[bool] = mapped_column(Boolean, default=False)
    signup_url: Mapped[str | None] = mapped_column(String(500))
    article_id: Mapped[str | None] = mapped_column(String(80))
    example: Mapped[bool] = mapped_column(Boolean, default=False)
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    digest: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    sessions: Mapped[list[CourseSession]] = relationship(
        back_populates="course", cascade="all, delete-orphan", lazy="selectin", order_by="CourseSession.starts_at"
    )


class CourseSession(Base):
    """One meeting of a course. `key` names it within the course and stays when the meeting is moved."""

    __tablename__ = "course_sessions"
    __table_args__ = (UniqueConstraint("course_id", "key"), Index("ix_course_sessions_ends_at", "ends_at"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship(back_populates="sessions")
