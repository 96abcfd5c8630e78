"""The relative's side of a handoff over HTTP: the panel, asking, leaving the queue, coming back, what has been seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from channels.callbacks.contact import check_email
from channels.chat.access import TokenDep, set_cookie
from channels.chat.schemas import Body, PostHandoff
from channels.chat.stream import resumed
from channels.conversations import resume
from channels.conversations import service as conversations
from channels.handoff import service as handoff
from channels.services import AddressDep, Services, ServicesDep
from core import clock
from core.errors import Conflict, InvalidInput, NotFound, Unavailable
from core.events import Event

router = APIRouter(prefix="/api/v1/conversations", tags=["conversation"])


class Resume(Body):
    """A code that the relative wrote down."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Notify(Body):
    """Where to tell."""

    email: str = Field(max_length=200)


class Seen(Body):
    """The number up to which messages have been seen."""

    seq: int = Field(ge=0)


@router.post("/resume")
async def resume_conversation(
    body: Resume, services: ServicesDep, address: AddressDep, response: Response
) -> dict[str, Any]:
    """Go on with a talk by its code: a fresh token, and the cookie. Other tabs' tokens go on working."""
    services.limits.check_left("codes", address)

    def work(session: Session) -> dict[str, Any]:
        conversation, token = resume.resume(session, body.code)
        return {
            "id": conversation.id,
            "token": token,
            "language": conversation.language,
            "state": conversation.state,
            "municipality": conversation.municipality,
        }

    try:
        resumed = await services.database.write(work)
    except NotFound:
        services.limits.check("codes", address)  # only wrong codes count
        raise
    set_cookie(response, services.settings, resumed["id"], resumed["token"])
    return resumed


@router.post("/{conversation_id}/resume-code", status_code=201)
async def new_resume_code(conversation_id: str, services: ServicesDep, token: TokenDep) -> dict[str, str | None]:
    """A code to come back with; one made before is void."""

    def work(session: Session) -> resume.ResumeCode:
        conversations.access_conversation(session, conversation_id, token)
        return resume.new_code(session, conversation_id)

    made = await services.database.write(work)
    return {"code": made.code, "valid_until": clock.rfc3339(made.valid_until)}


@router.get("/{conversation_id}/handoff")
async def read_handoff(conversation_id: str, services: ServicesDep, token: TokenDep) -> dict[str, Any]:
    """What would be and what has been passed on, who is there, one's place, and an honest estimate of the wait."""

    def work(session: Session) -> dict[str, Any]:
        conversation = conversations.access_conversation(session, conversation_id, token)
        offered = {"notify_available": bool(services.settings.smtp_host)}
        return handoff.prospect(session, conversation) | offered

    return await services.database.read(work)


@router.post("/{conversation_id}/handoff", status_code=202)
async def post_handoff(
    conversation_id: str, body: PostHandoff, services: ServicesDep, token: TokenDep
) -> dict[str, Any]:
    """Ask for a person, with what may be passed on; again while waiting replaces that."""
    if not body.consent:
        raise InvalidInput("A person can be brought in only with your consent.", code="consent_needed")

    def work(session: Session) -> dict[str, Any]:
        conversations.access_conversation(session, conversation_id, token)
        conversation = conversations.lock(session, conversation_id)
        handoff.request(session, conversation, body.summary, consented=True)
        return resumed(session, conversation)

    state = await services.database.write(work)
    _moved(services, conversation_id, state["municipality"])
    return state


@router.delete("/{conversation_id}/handoff", status_code=200)
async def cancel_handoff(conversation_id: str, services: ServicesDep, token: TokenDep) -> dict[str, Any]:
    """Leave the queue."""

    def work(session: Session) -> dict[str, Any]:
        conversations.access_conversation(session, conversation_id, token)
        conversation = conversations.lock(session, conversation_id)
        handoff.cancel(session, conversation)
        return resumed(session, conversation)

    state = await services.database.write(work)
    _moved(services, conversation_id, state["municipality"])
    return state


@router.post("/{conversation_id}/seen", status_code=204)
async def seen(conversation_id: str, body: Seen, services: ServicesDep, token: TokenDep) -> None:
    """The relative has seen everything up to this number; the console shows it."""

    def work(session: Session) -> tuple[str, str, int]:
        conversations.access_conversation(session, conversation_id, token)
        conversation = conversations.lock(session, conversation_id)
        upto = min(body.seq, conversation.last_seq)
        moved = upto > conversation.seen_by_relative
        conversation.seen_by_relative = max(conversation.seen_by_relative, upto)
        return conversation.municipality, conversation.state, upto if moved else 0

    municipality, state, moved_to = await services.database.write(work)
    if moved_to and state in ("waiting", "human"):
        event = Event("seen", {"conversation_id": conversation_id, "by": "relative", "seq": moved_to})
        services.bus.publish(f"staff:{municipality}", event)


@router.post("/{conversation_id}/notify", status_code=204)
async def notify(conversation_id: str, body: Notify, services: ServicesDep, token: TokenDep) -> None:
    """Tell me by e-mail when a counsellor answers: once; the address is erased then, or with the talk."""
    if not services.settings.smtp_host:
        raise Unavailable("No e-mail can be sent from here.", code="email_off")
    address = check_email(body.email)

    def work(session: Session) -> None:
        conversations.access_conversation(session, conversation_id, token)
        conversation = conversations.lock(session, conversation_id)
        if conversation.state not in ("waiting", "human"):
            raise Conflict("Nobody has been asked for.", code="not_waiting", details={"state": conversation.state})
        conversation.notify_email = address

    await services.database.write(work)


def _moved(services: Services, conversation_id: str, municipality: str) -> None:
    services.bus.publish(f"conversation:{conversation_id}", Event("moved"))
    services.bus.publish(f"staff:{municipality}", Event("queue", {"conversation_id": conversation_id}))
