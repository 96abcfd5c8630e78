"""What counsellors do with a talk: claim, release, transfer, close, reopen. Each under the talk's row lock, in one transaction.

What a step says to the relative is stored in the same transaction as the step. Locks are taken in one order: talk, then staff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.chat import menus
from channels.chat.memory import recall
from channels.conversations.models import CRISIS, Conversation, Note
from channels.conversations.service import lock
from channels.handoff import episodes
from channels.handoff.service import say
from core import audit, clock, i18n
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.payloads import button
from knowledge_base.content_format import THEMES

OUTCOMES = ("helped", "referred", "callback", "no_answer", "other")


def access_talk(session: Session, conversation_id: str, staff: Staff, *, locked: bool = False) -> Conversation:
    """The staff's only door to a talk: their own municipality's, and only one that was handed over. 404/403 otherwise."""
    conversation = _own(session, conversation_id, staff, locked=locked)
    if conversation.waiting_since is None:
        raise Forbidden("The relative has not asked for a person in this conversation.", code="not_handed_over")
    return conversation


def access_reading(session: Session, conversation_id: str, staff: Staff) -> tuple[Conversation, int | None]:
    """A talk to read, also one that is over, and up to which number: what is said to the bot afterwards is not the staff's."""
    conversation = _own(session, conversation_id, staff, locked=False)
    if conversation.state in ("waiting", "human"):
        return conversation, None
    if conversation.staff_until is None:
        raise Forbidden("The relative has not asked for a person in this conversation.", code="not_handed_over")
    return conversation, conversation.staff_until


def _own(session: Session, conversation_id: str, staff: Staff, *, locked: bool) -> Conversation:
    conversation = lock(session, conversation_id) if locked else session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("No such conversation.", code="unknown_conversation")
    if conversation.municipality != staff.municipality:
        raise Forbidden("This conversation belongs to another municipality.", code="other_municipality")
    return conversation


def claim(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """Take a waiting talk. Exactly one of any number of simultaneous claims wins; the others get a Conflict naming who.

    Conflict `at_capacity` when the counsellor has as many talks as they can take; a crisis may exceed it.
    """
    conversation = access_talk(session, conversation_id, staff, locked=True)
    if _has_it(session, conversation, staff):
        return conversation
    if conversation.state != "waiting":
        raise Conflict("This conversation is not waiting.", code="not_waiting", details={"state": conversation.state})
    _check_capacity(session, conversation, staff.id)
    _give(session, conversation, staff)
    _tell(session, conversation, "handoff.joined", staff)
    _audit(session, staff, "claim", conversation)
    return conversation


def _taken(session: Session, conversation: Conversation, code: str) -> Conflict:
    owner = session.get(Staff, conversation.claimed_by) if conversation.claimed_by else None
    details: dict[str, Any] = {"claimed_by": {"email": owner.email, "name": owner.name} if owner else None}
    if code == "already_claimed":
        return Conflict(f"{owner.name if owner else '-'} has this conversation.", code=code, details=details)
    return Conflict("You do not have this conversation.", code=code, details={"state": conversation.state, **details})


def _check_capacity(session: Session, conversation: Conversation, staff_id: int) -> None:
    """Under the counsellor's own lock, so that two claims at once cannot both be the last that fits."""
    staff = session.scalars(
        select(Staff).where(Staff.id == staff_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    active = active_talks(session, staff_id)
    if staff.capacity is not None and active >= staff.capacity and conversation.priority < CRISIS:
        raise Conflict(
            f"{staff.name} has {active} conversations, which is the most at a time.",
            code="at_capacity",
            details={"active": active, "capacity": staff.capacity},
        )


def active_talks(session: Session, staff_id: int) -> int:
    """How many talks a counsellor has now."""
    count = select(func.count(Conversation.id)).where(
        Conversation.state == "human", Conversation.claimed_by == staff_id
    )
    return int(session.scalar(count) or 0)


def _give(session: Session, conversation: Conversation, staff: Staff) -> None:
    conversation.state = "human"
    conversation.claimed_by = staff.id
    conversation.claimed_at = clock.now()
    episodes.claimed(session, conversation, staff.id)


def access_claimed(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """A talk that this member of staff has now; Conflict otherwise."""
    conversation = access_talk(session, conversation_id, staff, locked=True)
    if conversation.state != "human" or conversation.claimed_by != staff.id:
        raise _taken(session, conversation, "not_yours")
    return conversation


def _has_it(session: Session, conversation: Conversation, staff: Staff) -> bool:
    """Has this counsellor the talk already? Conflict `already_claimed` where another one has."""
    if conversation.state != "human":
        return False
    if conversation.claimed_by != staff.id:
        raise _taken(session, conversation, "already_claimed")
    return True


def release(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """Put a talk back at its place in the queue; the relative is told."""
    conversation = access_claimed(session, conversation_id, staff)
    back_to_queue(conversation)
    _tell(session, conversation, "handoff.released")
    _audit(session, staff, "release", conversation)
    return conversation


def transfer(session: Session, conversation_id: str, staff: Staff, to: str, note: str = "") -> Conversation:
    """Send a talk on, with a note: to a colleague by e-mail address, or to a team (theme) through the queue."""
    conversation = access_claimed(session, conversation_id, staff)
    if to in THEMES:
        conversation.theme = to
        back_to_queue(conversation)
    else:
        colleague = session.scalar(
            select(Staff).where(
                Staff.email == to.casefold(), Staff.municipality == staff.municipality, Staff.active,
                Staff.role == "counsellor",
            )
        )  # fmt: skip
        if colleague is None:
            raise InvalidInput("No such colleague or team.", code="unknown_colleague", details={"teams": list(THEMES)})
        if colleague.id != staff.id:
            _check_capacity(session, conversation, colleague.id)
        _give(session, conversation, colleague)
    if note.strip():
        session.add(Note(conversation_id=conversation.id, staff_id=staff.id, text=note.strip()))
    _tell(session, conversation, "handoff.transferred")
    _audit(session, staff, "transfer", conversation, to=to)
    return conversation


@dataclass(frozen=True, slots=True)
class LastArticle:
    """What the talk was last about, in the relative's language; the bot goes on from there."""

    article_id: str
    title: str


def close(
    session: Session,
    conversation_id: str,
    staff: Staff,
    outcome: str,
    back_to_bot: bool,
    *,
    theme: str | None = None,
    last: Callable[[Conversation], LastArticle | None] = lambda _: None,
) -> Conversation:
    """End the talk with a person; it is closed, or goes on with the bot at the theme and article that were last shown."""
    if outcome not in OUTCOMES:
        raise InvalidInput(f"Outcome must be one of {', '.join(OUTCOMES)}.", details={"outcome": "unknown"})
    if theme is not None and theme not in THEMES:
        raise InvalidInput(f"Theme must be one of {', '.join(THEMES)}.", details={"theme": "unknown"})
    conversation = access_claimed(session, conversation_id, staff)
    conversation.theme = theme or conversation.theme
    conversation.outcome = outcome
    conversation.closed_at = clock.now()
    episodes.ended(session, conversation, outcome)
    conversation.state = "bot" if back_to_bot else "closed"
    conversation.claimed_by = None
    conversation.priority = 0
    if back_to_bot:
        _tell_back_to_bot(session, conversation, last(conversation))
    else:
        _tell(session, conversation, "handoff.closed_talk")
    conversation.staff_until = conversation.last_seq
    if back_to_bot:
        conversation.waiting_since = None  # what is said to the bot from now on is not the staff's to read
    _audit(session, staff, "close", conversation, outcome=outcome)
    return conversation


def reopen(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """Take a closed talk up again. Not one that goes on with the bot: there the relative has to ask."""
    conversation = _own(session, conversation_id, staff, locked=True)
    if conversation.staff_until is None and conversation.waiting_since is None:
        raise Forbidden("The relative has not asked for a person in this conversation.", code="not_handed_over")
    if _has_it(session, conversation, staff):
        return conversation
    if conversation.state != "closed":
        raise Conflict("This conversation is not closed.", code="not_closed", details={"state": conversation.state})
    _check_capacity(session, conversation, staff.id)
    _give(session, conversation, staff)
    conversation.outcome, conversation.closed_at = None, None
    episodes.ended(session, conversation, None)
    _tell(session, conversation, "handoff.reopened", staff)
    _audit(session, staff, "reopen", conversation)
    return conversation


def add_note(session: Session, conversation_id: str, staff: Staff, text: str) -> Note:
    """A note that the relative never sees."""
    access_talk(session, conversation_id, staff)
    note = Note(conversation_id=conversation_id, staff_id=staff.id, text=text)
    session.add(note)
    session.flush()
    return note


def seen(conversation: Conversation, staff: Staff, seq: int) -> int:
    """The one who has the talk has read up to here; gives the number if that is news, 0 otherwise."""
    upto = min(seq, conversation.last_seq)
    if conversation.state != "human" or conversation.claimed_by != staff.id or upto <= conversation.seen_by_staff:
        return 0
    conversation.seen_by_staff = upto
    return upto


def note_reading(session: Session, staff: Staff, conversation: Conversation) -> None:
    """Somebody reads a talk from the beginning."""
    _audit(session, staff, "read_talk", conversation)


def back_to_queue(conversation: Conversation) -> None:
    """Waiting again, at the old place."""
    conversation.state = "waiting"
    conversation.claimed_by = None
    conversation.claimed_at = None


def _tell_back_to_bot(session: Session, conversation: Conversation, last: LastArticle | None) -> None:
    if last is None:
        _tell(session, conversation, "handoff.back_to_bot")
        return
    memory = recall(conversation)  # "more" and "simpler" are about this article now
    memory.answered, memory.part, memory.misses = True, 0, 0
    memory.keep(conversation)
    again = {"title": last.title, "payload": button("choose_article", article_id=last.article_id)}
    text = i18n.text("handoff.back_to_bot_about", conversation.language, title=last.title)
    choices = [again, *menus.choices("human", conversation.language)]
    say(session, conversation, text, extra={"choices": choices})


def _tell(session: Session, conversation: Conversation, key: str, staff: Staff | None = None) -> None:
    named = {"name": staff.name} if staff else {}
    say(session, conversation, i18n.text(key, conversation.language, **named), extra=dict(named))


def _audit(session: Session, staff: Staff, action: str, conversation: Conversation, **details: Any) -> None:
    audit.record(
        session,
        actor=staff.email,
        municipality=staff.municipality,
        action=action,
        object_type="conversation",
        object_id=conversation.id,
        **details,
    )
