"""The relative's conversation over HTTP. Endpoints call; services decide."""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from channels.callbacks import service as callbacks
from channels.chat import opening, stream, transcript
from channels.chat.access import StreamTokenDep, TokenDep, set_cookie
from channels.chat.open_turns import Work, only_open
from channels.chat.schemas import ChangeConversation, OpenConversation, Opened, PostFeedback, PostMessage
from channels.conversations import service as conversations
from channels.delivery.response import LiveResponse
from channels.documents.model import Document
from channels.documents.response import respond
from channels.services import AddressDep, Services, ServicesDep
from core import i18n
from core.errors import InvalidInput, TooLong
from core.events import Event
from core.metrics import MESSAGES
from core.tracker_store import forget_tracker
from knowledge_base.municipalities import access_municipality

router = APIRouter(prefix="/api/v1/conversations", tags=["conversation"])
REPLY_WAIT = 15.0


@router.post("", status_code=201)
async def open_conversation(
    body: OpenConversation, services: ServicesDep, address: AddressDep, response: Response
) -> Opened:
    """Start a talk: the greeting comes with it."""
    services.limits.check("conversations", address, body.language if body.language in i18n.LANGUAGES else "nb")

    def work(session: Session) -> Opened:
        conversation, token = conversations.open_conversation(
            session, body.municipality, body.language, services.settings.retention_days
        )
        first = opening.greeting(session, conversation, services.settings.retention_days)
        message = conversations.append(session, conversation, first)
        return Opened(
            id=conversation.id,
            token=token,
            language=conversation.language,
            state=conversation.state,
            messages=[conversations.as_json(message)],
        )

    opened = await services.database.write(work)
    services.turns.ahead.bot_has(opened.id)
    set_cookie(response, services.settings, opened.id, opened.token)
    return opened


@router.get("/{conversation_id}")
async def read_conversation(conversation_id: str, services: ServicesDep, token: TokenDep) -> dict[str, Any]:
    """State, language and position of a talk."""

    def work(session: Session) -> dict[str, Any]:
        return stream.resumed(session, conversations.access_conversation(session, conversation_id, token))

    return await services.database.read(work)


@router.patch("/{conversation_id}")
async def change_conversation(
    conversation_id: str, body: ChangeConversation, services: ServicesDep, token: TokenDep
) -> dict[str, Any]:
    """Choose another language."""

    def work(session: Session) -> dict[str, Any]:
        conversation = conversations.access_conversation(session, conversation_id, token)
        conversations.check_language(body.language, access_municipality(session, conversation.municipality))
        conversation.language, conversation.language_chosen = body.language, True
        session.flush()
        return stream.resumed(session, conversation)

    return await services.database.write(work)


@router.post("/{conversation_id}/messages", status_code=202)
async def post_message(
    conversation_id: str,
    body: PostMessage,
    services: ServicesDep,
    token: TokenDep,
    wait: Literal["reply"] | None = Query(None),
) -> Response:
    """Store a message, then answer it. The same `client_id` again gives the same `seq`, and nothing happens twice."""
    limit = services.settings.message_limit
    if body.text is not None and len(body.text) <= limit:
        services.turns.ahead.embed(conversation_id, _cleaned(body.text))

    def work(session: Session) -> tuple[conversations.Received, Work | None]:
        conversation = conversations.access_conversation(session, conversation_id, token)
        text = _check_text(body.text, limit, conversation.language) if body.text is not None else None
        received = conversations.receive(session, conversation_id, body.client_id, text, body.payload)
        return received, only_open(session, conversation_id)

    received, turn = await services.database.write(work)
    if not received.duplicate:
        MESSAGES.labels("relative").inc()
    services.turns.wake(conversation_id, turn)
    if wait is None:
        return JSONResponse({"seq": received.seq, "duplicate": received.duplicate}, status_code=202)
    messages = await services.turns.replies(conversation_id, received.seq, REPLY_WAIT, under_way=not received.duplicate)
    return JSONResponse({"seq": received.seq, "duplicate": received.duplicate, "messages": messages})


def _cleaned(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _check_text(text: str, limit: int, language: str) -> str:
    """The text without control characters; a kind sentence in the reader's language where it is none or too long."""
    cleaned = _cleaned(text)
    if all(c.isspace() or unicodedata.category(c) == "Cf" for c in cleaned):
        raise InvalidInput(i18n.text("say.empty", language), code="empty_message", details={"text": "empty"})
    if len(cleaned) > limit:
        raise TooLong(
            i18n.text("error.too_long", language, limit=limit), details={"limit": limit, "length": len(cleaned)}
        )
    return cleaned


@router.get("/{conversation_id}/messages")
async def read_messages(
    conversation_id: str, services: ServicesDep, token: TokenDep, after: int = Query(0, ge=0)
) -> list[dict[str, Any]]:
    """The messages with `seq > after`, in order, without a gap."""

    def work(session: Session) -> list[dict[str, Any]]:
        conversations.access_conversation(session, conversation_id, token)
        return [conversations.as_json(m) for m in conversations.messages_after(session, conversation_id, after)]

    return await services.database.read(work)


@router.get("/{conversation_id}/events", status_code=200, response_class=LiveResponse)
async def events(
    conversation_id: str,
    services: ServicesDep,
    token: StreamTokenDep,
    last_event_id: str | None = Header(None),
) -> LiveResponse:
    """Server-sent events: `message`, `state`, `typing`, `gap`; the id is the `seq`, `Last-Event-ID` replays."""

    def work(session: Session) -> int:
        return conversations.access_conversation(session, conversation_id, token).last_seq

    last_seq = await services.database.read(work)
    after, gap = stream.position(last_event_id, last_seq)
    frames = stream.relative_events(services, conversation_id, after, gap=gap)
    return LiveResponse(services.bus, f"conversation:{conversation_id}", frames)


@router.post("/{conversation_id}/typing", status_code=204)
async def typing(conversation_id: str, services: ServicesDep, token: TokenDep) -> None:
    """Tell the counsellor that the relative is writing; what is being written is not sent."""

    def work(session: Session) -> tuple[str, str]:
        conversation = conversations.access_conversation(session, conversation_id, token)
        return conversation.municipality, conversation.state

    municipality, state = await services.database.read(work)
    if state == "human":
        services.bus.publish(
            f"staff:{municipality}",
            Event("typing", {"conversation_id": conversation_id, "who": "relative", "on": True}),
        )


@router.post("/{conversation_id}/feedback", status_code=201)
async def post_feedback(
    conversation_id: str, body: PostFeedback, services: ServicesDep, token: TokenDep
) -> dict[str, bool]:
    """Rate an answer or the whole talk."""

    def work(session: Session) -> None:
        conversations.access_conversation(session, conversation_id, token)
        conversations.give_feedback(session, conversation_id, body.stars, body.message_seq, body.text)

    await services.database.write(work)
    return {"thanks": True}


@router.get("/{conversation_id}/transcript")
async def read_transcript(
    conversation_id: str,
    services: ServicesDep,
    token: TokenDep,
    format: Literal["html", "txt", "json", "pdf"] = Query("txt"),
) -> Response:
    """What was said, to print or keep."""

    def work(session: Session) -> Response | Document:
        conversation = conversations.access_conversation(session, conversation_id, token)
        messages = conversations.messages_after(session, conversation_id, 0, limit=100_000)
        return transcript.make(session, conversation, messages, format)

    made = await services.database.read(work)
    return await respond(made, "pdf") if isinstance(made, Document) else made


@router.delete("/{conversation_id}", status_code=204)
async def delete_conversation(conversation_id: str, services: ServicesDep, token: TokenDep) -> None:
    """Erase a talk: every text of it, at the staff side and in the engine too."""

    def work(session: Session) -> str:
        conversation = conversations.access_conversation(session, conversation_id, token)
        municipality = conversation.municipality
        callbacks.erase_of(session, conversation_id)
        conversations.erase(session, conversation_id)
        return municipality

    municipality = await services.database.write(work)
    await forget_tracker(services.settings, [conversation_id])
    _moved(services, conversation_id, municipality)


def _moved(services: Services, conversation_id: str, municipality: str) -> None:
    services.bus.publish(f"conversation:{conversation_id}", Event("moved"))
    services.bus.publish(f"staff:{municipality}", Event("queue", {"conversation_id": conversation_id}))
