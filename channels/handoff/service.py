"""The relative's side of a handoff: asking for a person, what is passed on, the queue, leaving it.

Each function works in the caller's transaction, on a talk whose row is locked. What a step says to the relative is stored
in the same transaction. What counsellors do is in `steps`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.chat import menus
from channels.chat.memory import recall
from channels.conversations.models import CRISIS, YOUNG, Conversation, Message
from channels.conversations.service import NewMessage, append
from channels.handoff import episodes
from channels.handoff.opening import Opening, opening
from channels.handoff.proposal import as_text, proposal, without_consent
from core import clock, i18n

LONGEST_SUMMARY = 2000
OPTIONS = ("wait", "callback", "message", "helplines")


def request(
    session: Session, conversation: Conversation, summary: str | None, *, consented: bool = False
) -> list[Message]:
    """Put a talk in the queue. Asking again keeps the place; with consent it replaces what is passed on.

    Without consent (a button, words) only theme and language are passed on. With consent and no `summary`, all of the proposal.
    """
    language = conversation.language
    if consented:
        conversation.consented_at = clock.now()
    if conversation.state in ("waiting", "human"):
        if consented and summary is not None:
            conversation.summary = _summary(session, conversation, summary, consented=True)
        if conversation.state == "human":
            return []
        return [say(session, conversation, i18n.text("handoff.already", language))]
    conversation.state = "waiting"
    conversation.waiting_since = clock.now()
    if recall(conversation).young:  # a child does not wait behind adults, and goes to who knows children
        conversation.priority = max(conversation.priority, YOUNG)
        conversation.theme = "children-families"
    conversation.summary = _summary(session, conversation, summary, consented=consented)
    if not consented:
        conversation.consented_at = None
    session.flush()
    state = opening(session, conversation.municipality)
    position = queue_position(session, conversation)
    episodes.begin(session, conversation, attended=state.attended, position=position)
    return [_told(session, conversation, state, position, consented=consented)]


def _summary(session: Session, conversation: Conversation, summary: str | None, *, consented: bool) -> str:
    if not consented:
        return without_consent(conversation)
    if summary is None:
        return as_text(proposal(session, conversation))[:LONGEST_SUMMARY]
    return summary.strip()[:LONGEST_SUMMARY] or without_consent(conversation)


def _told(session: Session, conversation: Conversation, state: Opening, position: int, *, consented: bool) -> Message:
    """What the relative is told on asking: the truth about the wait, and what else can be done."""
    language = conversation.language
    if state.attended:
        text = i18n.text("handoff.waiting", language, position=position)
    elif state.open_now:
        text = i18n.text("handoff.nobody", language)
    elif state.opens_text:
        text = i18n.text("handoff.closed", language, opening=state.opens_text)
    else:
        text = i18n.text("handoff.closed_unknown", language)
    parts = [p.part for p in proposal(session, conversation)]
    if recall(conversation).young and not state.attended:
        text = i18n.text("handoff.young_nobody", language)
    if not consented:
        text += "\n\n" + i18n.text("handoff.choose", language)
    extra: dict[str, Any] = {
        "handoff": {
            "consented": consented,
            "may_pass_on": parts,
            "options": list(OPTIONS),
            "next_opening": None if state.open_now else clock.rfc3339(state.opens_at),
        }
    }
    if not state.attended:
        extra["choices"] = menus.choices("unattended", language)
    return say(session, conversation, text, extra=extra)


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


def prospect(session: Session, conversation: Conversation) -> dict[str, Any]:
    """What the handoff panel shows: who is there, place and honest estimate, what would be and what has been passed on."""
    state = opening(session, conversation.municipality)
    waiting = conversation.state == "waiting"
    position = queue_position(session, conversation) if waiting else None
    parts = proposal(session, conversation)
    handed_over = conversation.state in ("waiting", "human")
    return {
        "state": conversation.state,
        "open_now": state.open_now,
        "counsellor_available": state.counsellor_available,
        "next_opening": None if state.open_now else clock.rfc3339(state.opens_at),
        "position": position,
        "estimate_minutes": (
            episodes.estimate(session, conversation, position, attended=state.attended) if position else None
        ),
        "proposal": [{"part": p.part, "title": p.title, "text": p.text} for p in parts],
        "summary": conversation.summary if handed_over else as_text(parts),
        "consented": handed_over and conversation.consented_at is not None,
        "options": list(OPTIONS) if state.attended else [o for o in OPTIONS if o != "wait"],
    }


def cancel(session: Session, conversation: Conversation) -> None:
    """The relative leaves the queue; the bot answers again, and the staff no longer see the talk."""
    if conversation.state == "waiting":
        conversation.state = "bot"
        conversation.waiting_since = None
        conversation.summary = ""
        conversation.consented_at = None
        conversation.notify_email = ""
        episodes.left(session, conversation)


def to_bot(conversation: Conversation) -> None:
    """The bot answers from here on. What is said to it is not the staff's to read; what was said before stays theirs."""
    conversation.state, conversation.waiting_since = "bot", None


def raise_priority(conversation: Conversation) -> None:
    """A crisis moves the talk to the front of the queue, now or when it gets there."""
    conversation.priority = max(conversation.priority, CRISIS)


def say(session: Session, conversation: Conversation, text: str, *, extra: dict[str, Any] | None = None) -> Message:
    """What the system tells the relative about the handoff, stored with the step."""
    new = NewMessage("system", text, conversation.language, kind="handoff", extra=extra or {})
    return append(session, conversation, new)
