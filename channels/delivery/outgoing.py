"""What a transaction has to tell, gathered while it runs and handed on when it is committed.

`record` is called for each stored message. Just before the commit the staff's positions are given out (last of all, so
that their lock is held for a moment only and nobody waits for another row while holding it) and the events are made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.unitofwork import UOWTransaction

from channels.conversations.models import Conversation, Message
from channels.delivery.models import StaffEntry, StaffPosition
from core.events import Event

WITH_STAFF = ("waiting", "human")
AsJson = Callable[[Message], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored message, and how it is shown."""

    conversation: Conversation
    message: Message
    shown: dict[str, Any]


def record(session: Session, conversation: Conversation, message: Message, as_json: AsJson) -> None:
    """Hand this message to the readers of its talk, and to the staff if the talk is with them, once it is committed."""
    session.info.setdefault("stored", []).append((conversation, message, as_json))


def mark_of(conversation: Conversation) -> Hashable:
    """What a reader of the talk compares to see whether the talk's state has to be read anew."""
    return conversation.state, conversation.claimed_by


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _: UOWTransaction) -> None:
    for changed in session.dirty:
        if isinstance(changed, Conversation) and any(
            get_history(changed, name).has_changes() for name in ("state", "claimed_by", "priority", "waiting_since")
        ):
            session.info.setdefault("changed", set()).add(changed.id)


@event.listens_for(Session, "before_commit")
def _make_events(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the outer commit will see to it
    session.flush()
    stored = [
        Stored(conversation, message, as_json(message))
        for conversation, message, as_json in session.info.pop("stored", ())
        if message in session  # and not taken back by a savepoint
    ]
    changed = session.info.pop("changed", set())
    events: list[tuple[str, Event]] = session.info.setdefault("events", [])
    for one in stored:
        changed.discard(one.conversation.id)
        shown = Event("message", one.shown, one.message.seq, mark_of(one.conversation))
        events.append((f"conversation:{one.conversation.id}", shown))
    events += [(f"conversation:{name}", Event("moved")) for name in changed]
    with_staff = sorted((s for s in stored if s.conversation.state in WITH_STAFF), key=_municipality)
    for municipality, of_it in groupby(with_staff, key=_municipality):
        events += _for_staff(session, municipality, list(of_it))


def _municipality(one: Stored) -> str:
    return one.conversation.municipality


def _for_staff(session: Session, municipality: str, messages: list[Stored]) -> list[tuple[str, Event]]:
    """Give the messages their positions in the municipality's stream."""
    first = _take_positions(session, municipality, len(messages)) - len(messages) + 1
    rows, events = [], []
    for position, one in enumerate(messages, first):
        name = one.conversation.id
        rows.append(
            {"municipality": municipality, "position": position, "conversation_id": name, "seq": one.message.seq}
        )
        data = {"conversation_id": name, "message": one.shown}
        events.append((f"staff:{municipality}", Event("message", data, position)))
    session.execute(insert(StaffEntry), rows)
    return events


def _take_positions(session: Session, municipality: str, count: int) -> int:
    """The last of `count` new positions; the municipality's row is locked until the transaction ends."""
    last = session.scalar(
        update(StaffPosition)
        .where(StaffPosition.municipality == municipality)
        .values(last=StaffPosition.last + count)
        .returning(StaffPosition.last),
        execution_options={"synchronize_session": False},
    )
    if last is not None:
        return int(last)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(make(StaffPosition).values(municipality=municipality, last=0, since=0).on_conflict_do_nothing())
    return _take_positions(session, municipality, count)


def staff_position(session: Session, municipality: str) -> tuple[int, int]:
    """The last position, and the one up to which nothing is kept."""
    row = session.execute(
        select(StaffPosition.last, StaffPosition.since).where(StaffPosition.municipality == municipality)
    ).first()
    return (int(row.last), int(row.since)) if row else (0, 0)
