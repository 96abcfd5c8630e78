"""The counsellors' API. A counsellor sees only their own municipality's talks, and only those handed over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from channels.auth.access import COOKIE, CounsellorDep, StaffDep
from channels.auth.models import Staff
from channels.chat import render
from channels.chat.schemas import Body, ClientId
from channels.conversations import service as conversations
from channels.conversations.models import Conversation
from channels.conversations.service import NewMessage
from channels.delivery.response import Frames, LiveResponse
from channels.handoff import card, console, presence, steps, stream
from channels.handoff.phrases import access_phrase, phrases
from channels.handoff.translator import translate
from channels.notices import compose as notices
from channels.services import Services, ServicesDep
from core import clock
from core.errors import InvalidInput, TooLong
from core.events import Event, Subscription
from core.metrics import MESSAGES

router = APIRouter(prefix="/api/v1/staff", tags=["staff"])


class StaffMessage(Body):
    """A text, a phrase or an article."""

    client_id: ClientId
    text: str | None = Field(None, max_length=8000)
    translate: bool = False
    phrase_id: str | None = None
    article_id: str | None = None

    @model_validator(mode="after")
    def one_of_them(self) -> StaffMessage:
        """Exactly one of text, phrase_id and article_id."""
        if sum(v is not None for v in (self.text, self.phrase_id, self.article_id)) != 1:
            raise ValueError("give one of text, phrase_id and article_id")
        if self.translate and self.text is None:
            raise ValueError("only a text is translated; phrases and articles have approved translations")
        return self


@dataclass(frozen=True, slots=True)
class Translated:
    """A counsellor's text as a machine puts it into the relative's language."""

    language: str
    text: str


class NewNote(Body):
    """A note about a talk."""

    text: str = Field(min_length=1, max_length=4000)


class Transfer(Body):
    """An e-mail address of a colleague, or a team; with a note that the relative never sees."""

    to: str = Field(max_length=200)
    note: str = Field("", max_length=4000)


class Close(Body):
    """How it ended."""

    outcome: str
    theme: str | None = None
    back_to_bot: bool = False


class Typing(Body):
    """The counsellor is writing."""

    on: bool = True


@router.get("/queue")
async def queue(services: ServicesDep, staff: CounsellorDep) -> list[dict[str, Any]]:
    """Waiting and claimed talks, most urgent first."""
    return await services.database.read(console.queue, staff, timedelta(seconds=services.settings.lease_seconds))


@router.get("/phrases")
async def list_phrases(staff: StaffDep, lang: str = Query("nb")) -> list[dict[str, str]]:
    """The canned phrases in a relative's language, the Norwegian beside."""
    return [
        {
            "phrase_id": p.phrase_id,
            "title": p.title,
            "text_nb": p.in_language("nb", staff.name),
            "text": p.in_language(lang, staff.name),
        }
        for p in phrases().values()
    ]


@router.get("/events", status_code=200, response_class=LiveResponse)
async def events(
    request: Request, services: ServicesDep, staff: CounsellorDep, last_event_id: str | None = Header(None)
) -> LiveResponse:
    """Server-sent events of one's municipality: `queue`, `message`, `typing`, `claim`. They end with the login."""
    frames = await stream.staff_events(services, staff, last_event_id)
    topic = f"staff:{staff.municipality}"
    return LiveResponse(services.bus, topic, _present(services, request.cookies[COOKIE], frames))


def _present(services: Services, cookie: str, frames: Frames) -> Frames:
    """An open stream is a sign of life: it keeps the counsellor present and their talks theirs."""

    async def present(inbox: Subscription) -> AsyncIterator[bytes]:
        every = presence.sign_every(services.settings)
        signs = presence.connected(services.database, cookie, every, inbox.close)
        async with signs, aclosing(frames(inbox)) as found:  # type: ignore[type-var]
            async for frame in found:
                yield frame

    return present


@router.get("/conversations/{conversation_id}")
async def read_talk(conversation_id: str, services: ServicesDep, staff: CounsellorDep) -> dict[str, Any]:
    """The talk's card, and articles that may help. Opening it is in the audit trail."""
    shown = await services.database.write(card.open_card, conversation_id, staff)
    found = await services.database.read(
        card.suggestions, services.knowledge, conversation_id, shown["last_seq"], municipality=staff.municipality
    )
    suggested = [{"article_id": s["article_id"], "title": s["norwegian"]["title"]} for s in found]
    return {**shown, "suggestions": found, "suggested_articles": suggested}


@router.get("/conversations/{conversation_id}/messages")
async def read_messages(
    conversation_id: str, services: ServicesDep, staff: CounsellorDep, after: int = Query(0, ge=0)
) -> list[dict[str, Any]]:
    """The messages with `seq > after`. Reading from the beginning is in the audit trail."""

    def work(session: Session) -> tuple[list[dict[str, Any]], int]:
        conversation, until = steps.access_reading(session, conversation_id, staff)
        found = conversations.messages_after(session, conversation_id, after)
        if until is not None:
            found = [m for m in found if m.seq <= until]
        if after == 0:
            steps.note_reading(session, staff, conversation)
        seen = steps.seen(conversation, staff, found[-1].seq) if found else 0
        return [conversations.as_json(m) for m in found], seen

    messages, seen = await services.database.write(work)
    if seen:
        publish_seen(services, conversation_id, seen)
    return messages


@router.post("/conversations/{conversation_id}/messages", status_code=202)
async def post_message(
    conversation_id: str, body: StaffMessage, services: ServicesDep, staff: CounsellorDep
) -> dict[str, Any]:
    """Write to the relative. A phrase or an article goes out in their language."""
    if body.text is not None and len(body.text) > services.settings.message_limit:
        raise TooLong("The message is too long.", details={"limit": services.settings.message_limit})

    translated = await _translated(services, conversation_id, body, staff) if body.translate else None

    def work(session: Session) -> dict[str, Any]:
        conversation = steps.access_claimed(session, conversation_id, staff)
        known = conversations.by_client_id(session, conversation_id, body.client_id)
        if known is not None:
            return {"seq": known.seq, "duplicate": True}
        new = _compose(session, services, conversation, body, staff, translated)
        message = conversations.append(session, conversation, new)
        conversation.seen_by_staff = message.seq
        conversation.last_article = body.article_id or conversation.last_article
        notices.answered(session, services.settings, conversation, message.seq)
        return {"seq": message.seq, "duplicate": False}

    stored = await services.database.write(work)
    MESSAGES.labels("counsellor").inc()
    return stored


async def _translated(services: Services, conversation_id: str, body: StaffMessage, staff: Staff) -> Translated | None:
    """The text by machine in the relative's language; None if it was sent before, or needs none."""

    def work(session: Session) -> str | None:
        conversation = steps.access_talk(session, conversation_id, staff)
        sent = conversations.by_client_id(session, conversation_id, body.client_id) is not None
        return None if sent else conversation.language

    target = await services.database.read(work)
    if target is None or target in ("nb", "nn") or not (body.text or "").strip():
        return None
    return Translated(target, await translate(services.settings, body.text or "", "nb", target))


def _compose(
    session: Session,
    services: Services,
    conversation: Conversation,
    body: StaffMessage,
    staff: Staff,
    translated: Translated | None,
) -> NewMessage:
    language = conversation.language
    extra: dict[str, Any] = {"name": staff.name}
    if body.phrase_id is not None:
        text = access_phrase(body.phrase_id).in_language(language, staff.name)
        return NewMessage("counsellor", text, language, client_id=body.client_id, staff_id=staff.id, extra=extra)
    if body.article_id is not None:
        article = services.knowledge.article(session, body.article_id, conversation.municipality, language)
        made = render.answer_message(article, conversation.municipality, 1.0)
        return NewMessage(
            "counsellor", made.text, made.language, kind="answer", client_id=body.client_id, staff_id=staff.id,
            extra={**made.extra, **extra},
        )  # fmt: skip
    text = (body.text or "").replace("\x00", "").strip()
    if not text:
        raise InvalidInput("The message is empty.", code="empty_message")
    if translated is not None:
        extra |= {"translation_of": "nb", "original": text, "machine": True}
        return NewMessage(
            "counsellor", translated.text, translated.language, client_id=body.client_id, staff_id=staff.id, extra=extra
        )
    return NewMessage("counsellor", text, language, client_id=body.client_id, staff_id=staff.id, extra=extra)


@router.post("/conversations/{conversation_id}/claim")
async def claim(conversation_id: str, services: ServicesDep, staff: CounsellorDep) -> dict[str, Any]:
    """Take the talk; 409 names who has it."""
    conversation = await services.database.write(steps.claim, conversation_id, staff)
    services.bus.publish(
        f"staff:{staff.municipality}",
        Event("claim", {"conversation_id": conversation_id, "claimed_by": {"email": staff.email, "name": staff.name}}),
    )
    _moved(services, conversation_id, staff.municipality)
    return {
        "id": conversation.id,
        "state": conversation.state,
        "claimed_by": {"email": staff.email, "name": staff.name},
        "last_seq": conversation.last_seq,
    }


@router.post("/conversations/{conversation_id}/release")
async def release(conversation_id: str, services: ServicesDep, staff: CounsellorDep) -> dict[str, str]:
    """Put the talk back in the queue."""
    conversation = await services.database.write(steps.release, conversation_id, staff)
    _moved(services, conversation_id, staff.municipality)
    return {"id": conversation_id, "state": conversation.state}


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(conversation_id: str, body: Transfer, services: ServicesDep, staff: CounsellorDep) -> dict[str, str]:
    """Send the talk to a colleague or a team."""
    conversation = await services.database.write(steps.transfer, conversation_id, staff, body.to, body.note)
    _moved(services, conversation_id, staff.municipality)
    return {"id": conversation_id, "state": conversation.state}


@router.post("/conversations/{conversation_id}/reopen")
async def reopen(conversation_id: str, services: ServicesDep, staff: CounsellorDep) -> dict[str, str]:
    """Take a closed talk up again; not one that goes on with the bot."""
    conversation = await services.database.write(steps.reopen, conversation_id, staff)
    _moved(services, conversation_id, staff.municipality)
    return {"id": conversation_id, "state": conversation.state}


@router.post("/conversations/{conversation_id}/close")
async def close(conversation_id: str, body: Close, services: ServicesDep, staff: CounsellorDep) -> dict[str, str]:
    """End the talk with a person; with `back_to_bot` the bot goes on from the article that was last shown."""

    def work(session: Session) -> Conversation:
        def last(conversation: Conversation) -> steps.LastArticle | None:
            return console.last_article(session, services.knowledge, conversation)

        return steps.close(session, conversation_id, staff, body.outcome, body.back_to_bot, theme=body.theme, last=last)

    conversation = await services.database.write(work)
    _moved(services, conversation_id, staff.municipality)
    return {"id": conversation_id, "state": conversation.state}


@router.post("/conversations/{conversation_id}/notes", status_code=201)
async def add_note(conversation_id: str, body: NewNote, services: ServicesDep, staff: CounsellorDep) -> dict[str, Any]:
    """Note something that the relative never sees."""

    def work(session: Session) -> dict[str, Any]:
        note = steps.add_note(session, conversation_id, staff, body.text)
        return {"at": clock.rfc3339(note.at), "author": staff.name, "text": note.text}

    return await services.database.write(work)


@router.post("/conversations/{conversation_id}/typing", status_code=204)
async def typing(conversation_id: str, body: Typing, services: ServicesDep, staff: CounsellorDep) -> None:
    """Tell the relative that the counsellor is writing."""

    def work(session: Session) -> str:
        return steps.access_talk(session, conversation_id, staff).state

    if await services.database.read(work) != "human":
        return
    services.bus.publish(f"conversation:{conversation_id}", Event("typing", {"who": "counsellor", "on": body.on}))


def publish_seen(services: Services, conversation_id: str, seq: int) -> None:
    """Tell the relative's page up to where the counsellor has read."""
    services.bus.publish(f"conversation:{conversation_id}", Event("seen", {"by": "counsellor", "seq": seq}))


def _moved(services: Services, conversation_id: str, municipality: str) -> None:
    services.bus.publish(f"staff:{municipality}", Event("queue", {"conversation_id": conversation_id}))
