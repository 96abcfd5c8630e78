"""Who answers a talk: bot → waiting → human → closed or bot. Each step under the talk's row lock, in one transaction.

What a step says to the relative is stored in the same transaction as the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import CRISIS, Conversation, Message, Note
from channels.conversations.service import NewMessage, append, lock
from core import audit, clock, i18n
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.payloads import button
from knowledge_base.models import Municipality
from knowledge_base.municipalities import OSLO, is_open, next_opening, settings_of
from knowledge_base.safety.screen import screen

PRESENT_FOR = timedelta(seconds=90)
OUTCOMES = ("helped", "referred", "callback", "no_answer", "other")


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody is on duty, and if not, when next (local time, for a sentence)."""

    open_now: bool
    counsellor_available: bool
    next_opening: str | None


def opening(session: Session, municipality_id: str, language: str) -> Opening:
    """Opening hours and presence of a municipality's counsellors."""
    municipality = session.get_one(Municipality, municipality_id)
    hours = settings_of(municipality).hours
    opens = next_opening(hours)
    when = opens.astimezone(OSLO).strftime("%d.%m.%Y %H:%M") if opens else None
    available = session.scalar(
        select(func.count(Staff.id)).where(
            Staff.municipality == municipality_id,
            Staff.role == "counsellor",
            Staff.active,
            Staff.presence == "available",
            Staff.seen_at > clock.now() - PRESENT_FOR,
        )
    )
    return Opening(is_open(hours), bool(available), when)


def hours_sentence(session: Session, municipality_id: str, language: str) -> str:
    """When a human can be reached, as a sentence of the greeting."""
    state = opening(session, municipality_id, language)
    if state.open_now:
        return i18n.text("human_hours.now" if state.counsellor_available else "human_hours.unknown", language)
    if state.next_opening:
        return i18n.text("human_hours.later", language, opening=state.next_opening)
    return i18n.text("human_hours.unknown", language)


def propose_summary(session: Session, conversation: Conversation) -> str:
    """What would be passed on: theme and last question, for the relative to edit."""
    question = session.scalar(
        select(Message.text)
        .where(
            Message.conversation_id == conversation.id,
            Message.sender == "relative",
            Message.seq < _asked_at(session, conversation),
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    if not question:
        return i18n.text("handoff.summary_empty", conversation.language)
    return question[:400]


def _asked_at(session: Session, conversation: Conversation) -> int:
    """The number of the message that asks for a person, if the last one does; the summary is about what came before."""
    last = session.execute(
        select(Message.seq, Message.text, Message.extra)
        .where(Message.conversation_id == conversation.id, Message.sender == "relative")
        .order_by(Message.seq.desc())
        .limit(1)
    ).first()
    if last is None:
        return 0
    by_button = (last.extra or {}).get("payload") == button("choose_handoff")
    return int(last.seq) if by_button or screen(last.text).wants_human else int(last.seq) + 1


def request(session: Session, conversation: Conversation, summary: str | None) -> list[Message]:
    """Put a talk in the queue; the row must be locked. Asking again says where one stands and changes nothing."""
    language = conversation.language
    if conversation.state == "human":
        return []
    if conversation.state == "waiting":
        if summary:
            conversation.summary = summary[:2000]
        return [_system(session, conversation, i18n.text("handoff.already", language), kind="handoff")]
    conversation.state = "waiting"
    conversation.waiting_since = clock.now()
    conversation.summary = (summary or propose_summary(session, conversation))[:2000]
    session.flush()
    state = opening(session, conversation.municipality, language)
    if state.open_now and state.counsellor_available:
        text = i18n.text("handoff.waiting", language, position=queue_position(session, conversation))
    elif state.open_now:
        text = i18n.text("handoff.nobody", language)
    elif state.next_opening:
        text = i18n.text("handoff.closed", language, opening=state.next_opening)
    else:
        text = i18n.text("handoff.closed_unknown", language)
    return [_system(session, conversation, text, kind="handoff")]


def queue_position(session: Session, conversation: Conversation) -> int:
    """1 for the next in line: crisis first, then waiting time."""
    ahead = session.scalar(
        select(func.count(Conversation.id)).where(
            Conversation.municipality == conversation.municipality,
            Conversation.state == "waiting",
            Conversation.id != conversation.id,
            (Conversation.priority > conversation.priority)
            | (
                (Conversation.priority == conversation.priority)
                & (Conversation.waiting_since < conversation.waiting_since)
            ),
        )
    )
    return int(ahead or 0) + 1


def cancel(session: Session, conversation: Conversation) -> None:
    """The relative leaves the queue; the bot answers again."""
    if conversation.state == "waiting":
        conversation.state = "bot"
        conversation.waiting_since = None


def raise_priority(conversation: Conversation) -> None:
    """A crisis moves the talk to the front of the queue, now or when it gets there."""
    conversation.priority = max(conversation.priority, CRISIS)


# --- what counsellors do -------------------------------------------------------------------------------------------


def access_talk(session: Session, conversation_id: str, staff: Staff, *, locked: bool = False) -> Conversation:
    """The staff's only door to a talk: their own municipality's, and only one that was handed over. 404/403 otherwise."""
    conversation = lock(session, conversation_id) if locked else session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("No such conversation.", code="unknown_conversation")
    if conversation.municipality != staff.municipality:
        raise Forbidden("This conversation belongs to another municipality.", code="other_municipality")
    if conversation.waiting_since is None:
        raise Forbidden("The relative has not asked for a person in this conversation.", code="not_handed_over")
    return conversation


def claim(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """Take a waiting talk. Exactly one of any number of simultaneous claims wins; the others get a Conflict naming who."""
    conversation = access_talk(session, conversation_id, staff, locked=True)
    if conversation.state == "human" and conversation.claimed_by == staff.id:
        return conversation
    if conversation.state == "human":
        owner = session.get_one(Staff, conversation.claimed_by)
        raise Conflict(
            f"{owner.name} has this conversation.",
            code="already_claimed",
            details={"claimed_by": {"email": owner.email, "name": owner.name}},
        )
    if conversation.state != "waiting":
        raise Conflict("This conversation is not waiting.", code="not_waiting", details={"state": conversation.state})
    conversation.state = "human"
    conversation.claimed_by = staff.id
    conversation.claimed_at = clock.now()
    _system(
        session,
        conversation,
        i18n.text("handoff.joined", conversation.language, name=staff.name),
        kind="handoff",
        extra={"name": staff.name},
    )
    _audit(session, staff, "claim", conversation)
    return conversation


def access_claimed(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """A talk that this member of staff has now; Conflict otherwise."""
    conversation = access_talk(session, conversation_id, staff, locked=True)
    if conversation.state != "human" or conversation.claimed_by != staff.id:
        owner = session.get(Staff, conversation.claimed_by) if conversation.claimed_by else None
        raise Conflict(
            "You do not have this conversation.",
            code="not_yours",
            details={
                "state": conversation.state,
                "claimed_by": {"email": owner.email, "name": owner.name} if owner else None,
            },
        )
    return conversation


def release(session: Session, conversation_id: str, staff: Staff) -> Conversation:
    """Put a talk back at its place in the queue; the relative is told."""
    conversation = access_claimed(session, conversation_id, staff)
    _back_to_queue(conversation)
    _system(session, conversation, i18n.text("handoff.released", conversation.language), kind="handoff")
    _audit(session, staff, "release", conversation)
    return conversation


def transfer(session: Session, conversation_id: str, staff: Staff, to: str) -> Conversation:
    """Send a talk on: to a colleague of the municipality by e-mail address, or to a team (theme) through the queue."""
    from knowledge_base.content_format import THEMES

    conversation = access_claimed(session, conversation_id, staff)
    if to in THEMES:
        conversation.theme = to
        _back_to_queue(conversation)
    else:
        colleague = session.scalar(
            select(Staff).where(
                Staff.email == to.casefold(), Staff.municipality == staff.municipality, Staff.active,
                Staff.role == "counsellor",
            )
        )  # fmt: skip
        if colleague is None:
            raise InvalidInput("No such colleague or team.", code="unknown_colleague", details={"teams": list(THEMES)})
        conversation.claimed_by = colleague.id
        conversation.claimed_at = clock.now()
    _system(session, conversation, i18n.text("handoff.transferred", conversation.language), kind="handoff")
    _audit(session, staff, "transfer", conversation, to=to)
    return conversation


def close(session: Session, conversation_id: str, staff: Staff, outcome: str, back_to_bot: bool) -> Conversation:
    """End the talk with a person; the talk is closed, or goes on with the bot."""
    if outcome not in OUTCOMES:
        raise InvalidInput(f"Outcome must be one of {', '.join(OUTCOMES)}.", details={"outcome": "unknown"})
    conversation = access_claimed(session, conversation_id, staff)
    conversation.state = "bot" if back_to_bot else "closed"
    conversation.outcome = outcome
    conversation.closed_at = None if back_to_bot else clock.now()
    conversation.claimed_by = None
    conversation.priority = 0
    if back_to_bot:
        conversation.waiting_since = None  # what is said to the bot from now on is not the staff's to read
    key = "handoff.back_to_bot" if back_to_bot else "handoff.closed_talk"
    _system(session, conversation, i18n.text(key, conversation.language), kind="handoff")
    _audit(session, staff, "close", conversation, outcome=outcome)
    return conversation


def add_note(session: Session, conversation_id: str, staff: Staff, text: str) -> Note:
    """A note that the relative never sees."""
    access_talk(session, conversation_id, staff)
    note = Note(conversation_id=conversation_id, staff_id=staff.id, text=text)
    session.add(note)
    session.flush()
    return note


def _back_to_queue(conversation: Conversation) -> None:
    conversation.state = "waiting"
    conversation.claimed_by = None
    conversation.claimed_at = None


def _system(
    session: Session, conversation: Conversation, text: str, *, kind: str, extra: dict[str, Any] | None = None
) -> Message:
    return append(
        session, conversation, NewMessage("system", text, conversation.language, kind=kind, extra=extra or {})
    )


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
