"""Tables of the knowledge base."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.database import Base, UtcDateTime

NATIONAL = "national"


class Municipality(Base):
    """A municipality and what an administrator has set for it (`settings`, see municipalities.Settings)."""

    __tablename__ = "municipalities"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Article(Base):
    """One topic in one scope: `national`, or a municipality's own. (slug, scope) is unique."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("slug", "scope"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), index=True)
    scope: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(20), default="adult")
    theme: Mapped[str] = mapped_column(String(40), default="general")
    status: Mapped[str] = mapped_column(String(20), default="open")
    reviewed_on: Mapped[date] = mapped_column(Date)
    review_by: Mapped[date] = mapped_column(Date)
    law: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    links: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    related: Mapped[list[str]] = mapped_column(JSON, default=list)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    seed_digest: Mapped[str | None] = mapped_column(String(64))
    edited: Mapped[bool] = mapped_column(Boolean, default=False)
    archived: Mapped[bool] = mapped_column(Boolean, default=False)

    translations: Mapped[list[Translation]] = relationship(
        back_populates="article", cascade="all, delete-orphan", lazy="selectin"
    )


class Translation(Base):
    """An article's published text in one language. `source_digest` is of the Norwegian text that it was made from."""

    __tablename__ = "translations"
    __table_args__ = (UniqueConstraint("article_id", "language"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(300))
    answer: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    questions: Mapped[list[str]] = mapped_column(JSON, default=list)
    origin: Mapped[str] = mapped_column(String(10), default="human")
    approved: Mapped[bool] = mapped_column(Boolean, default=True)
    source_digest: Mapped[str] = mapped_column(String(64), default="")

    article: Mapped[Article] = relationship(back_populates="translations")


class Revision(Base):
    """A published state of an article, whole, so that it can be read and brought back."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "revision"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    author: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(300), default="")
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)


class Draft(Base):
    """What an editor of a municipality is working on: changed fields of an article and its translations."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("slug", "scope"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(60))
    author: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
    in_review: Mapped[bool] = mapped_column(Boolean, default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class KnowledgeState(Base):
    """One row: a number that grows with each published change, so that every replica sees that it is behind.

    `learning_until`: a process is learning the ranking anew, and has the right to until then.
    """

    __tablename__ = "knowledge_state"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    learning_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredVector(Base):
    """An embedding by model and text digest: a text is embedded once in an installation's life. float32, little-endian."""

    __tablename__ = "vectors"
    __table_args__ = (Index("ix_vectors_model", "model"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class StoredRanker(Base):
    """The learned part of the search (projection and calibration) by embedding model, as a NumPy archive."""

    __tablename__ = "rankers"

    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    archive: Mapped[bytes] = mapped_column(LargeBinary)
