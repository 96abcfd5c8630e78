"""Talks that are over: found again by words, theme, outcome and date. One's own municipality's, and the staff's part only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import Conversation, Message, Note
from channels.handoff.models import Episode
from core import audit, clock
from knowledge_base.municipalities import OSLO

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; `since` and `until` are local days, `before` is the position of the page before."""

    words: str = ""
    theme: str | None = None
    outcome: str | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


def find(session: Session, staff: Staff, wanted: Wanted) -> dict[str, Any]:
    """`{"items", "next"}`, newest first; `next` is None at the end. A search by words is noted in the audit trail."""
    query = (
        select(Episode, Conversation, Staff.name)
        .join(Conversation, Conversation.id == Episode.conversation_id)
        .outerjoin(Staff, Staff.id == Episode.staff_id)
        .where(Episode.municipality == staff.municipality, Episode.closed_at.is_not(None))
        .where(*_filters(wanted))
        .order_by(Episode.id.desc())
        .limit(PAGE + 1)
    )
    rows = session.execute(query).all()
    if wanted.words:
        audit.record(
            session, actor=staff.email, municipality=staff.municipality, action="search_history",
            object_type="conversation", object_id="-", found=min(len(rows), PAGE),
        )  # fmt: skip
    return {
        "items": [_item(episode, talk, name) for episode, talk, name in rows[:PAGE]],
        "next": rows[PAGE - 1][0].id if len(rows) > PAGE else None,
    }


def _item(episode: Episode, talk: Conversation, counsellor: str | None) -> dict[str, Any]:
    return {
        "id": talk.id,
        "closed_at": clock.rfc3339(episode.closed_at),
        "language": episode.language,
        "theme": episode.theme,
        "outcome": episode.outcome,
        "summary": talk.summary,
        "counsellor": counsellor,
        "state": talk.state,
    }


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.theme:
        found.append(Episode.theme == wanted.theme)
    if wanted.outcome:
        found.append(Episode.outcome == wanted.outcome)
    if wanted.since:
        found.append(Episode.closed_at >= _midnight(wanted.since))
    if wanted.until:
        found.append(Episode.closed_at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.before is not None:
        found.append(Episode.id < wanted.before)
    found += [_holds(word) for word in wanted.words.split()[:8]]
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OSLO)


def _holds(word: str) -> ColumnElement[bool]:
    """The summary, a note or a message of the staff's part holds the word. SQLite folds only a-z, so å and Å are tried both."""
    forms = {word, word.casefold(), word.capitalize(), word.upper()}

    def like(column: Any) -> ColumnElement[bool]:
        return or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))

    said = exists().where(
        Message.conversation_id == Conversation.id,
        or_(Conversation.staff_until.is_(None), Message.seq <= Conversation.staff_until),
        like(Message.text),
    )
    noted = exists().where(Note.conversation_id == Conversation.id, like(Note.text))
    return or_(like(Conversation.summary), said, noted)
