"""A relative's callbacks over HTTP. The code opens one; it goes in the header `X-Callback-Code`, for addresses get kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import AwareDatetime, Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from channels.callbacks import service
from channels.callbacks.models import Callback
from channels.callbacks.service import NewCallback
from channels.chat.access import TokenDep
from channels.chat.schemas import Body, ClientId
from channels.conversations import service as conversations
from channels.services import AddressDep, Services, ServicesDep
from core import clock
from core.errors import InvalidInput, NotFound

router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"])
CodeHeader = Annotated[str | None, Header(alias="X-Callback-Code", max_length=40)]
Code = Annotated[str, StringConstraints(max_length=40)]


class Span(Body):
    """A time that suits."""

    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime

    @model_validator(mode="after")
    def in_order(self) -> Span:
        """The end comes after the start."""
        if self.to <= self.from_:
            raise ValueError("`to` must be after `from`")
        return self

    def as_json(self) -> dict[str, str]:
        """RFC 3339 in UTC."""
        return {"from": _moment(self.from_), "to": _moment(self.to)}


def _moment(value: datetime) -> str:
    return clock.rfc3339(value) or ""


class CallbackBody(Body):
    """What both a relative and a counsellor who books for somebody say."""

    kind: Literal["phone", "video", "in_person"]
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=200)
    name: str | None = Field(None, max_length=120)
    when: Annotated[str, StringConstraints(max_length=500)] | Annotated[list[Span], Field(max_length=10)] = ""
    language: str = Field("nb", max_length=5)
    interpreter: bool = False
    about: str = Field("", max_length=2000)
    conversation_id: str | None = Field(None, max_length=36)
    client_id: ClientId

    def wish(self, municipality: str, booked_by: int | None = None) -> NewCallback:
        """The service's form of it."""
        when = self.when if isinstance(self.when, str) else [span.as_json() for span in self.when]
        return NewCallback(
            municipality=municipality,
            kind=self.kind,
            client_id=self.client_id,
            language=self.language,
            phone=_clean(self.phone),
            email=_clean(self.email),
            name=_clean(self.name),
            when=_clean(when) if isinstance(when, str) else when,
            interpreter=self.interpreter,
            about=_clean(self.about),
            conversation_id=self.conversation_id,
            booked_by=booked_by,
        )


class PostCallback(CallbackBody):
    """A relative's wish; `consent` to being contacted is needed."""

    municipality: str = Field(max_length=60)
    consent: bool


def _clean(text: str | None) -> str:
    return "".join(c for c in text or "" if c in "\n\t" or c.isprintable()).strip()


@router.post("", status_code=201)
async def post_callback(
    body: PostCallback, services: ServicesDep, address: AddressDep, token: TokenDep
) -> dict[str, Any]:
    """Ask to be called or met. The code is shown this once; the same `client_id` again stays one wish."""
    services.limits.check("callbacks", address)
    if not body.consent:
        raise InvalidInput("We can contact you only with your consent.", code="consent_needed")

    def work(session: Session) -> tuple[Callback, dict[str, Any]]:
        if body.conversation_id is not None:
            talk = conversations.access_conversation(session, body.conversation_id, token)
            if talk.municipality != body.municipality:
                raise InvalidInput("The talk belongs to another municipality.", code="other_municipality")
        callback, code = service.request(session, body.wish(body.municipality), services.settings.retention_days)
        return callback, {"code": code, **service.as_json(session, callback)}

    callback, shown = await services.database.write(work)
    service.announce(services.bus, callback)
    return shown


async def _read(services: Services, code: str | None, address: str) -> dict[str, Any]:
    services.limits.check_left("codes", address)

    def work(session: Session) -> dict[str, Any]:
        return service.as_json(session, service.access_by_code(session, code))

    try:
        return await services.database.read(work)
    except NotFound:
        services.limits.check("codes", address)  # only wrong codes count
        raise


async def _cancel(services: Services, code: str | None, address: str) -> dict[str, Any]:
    services.limits.check_left("codes", address)

    def work(session: Session) -> tuple[Callback, dict[str, Any]]:
        callback = service.cancel(session, code)
        return callback, service.as_json(session, callback)

    try:
        callback, shown = await services.database.write(work)
    except NotFound:
        services.limits.check("codes", address)
        raise
    service.announce(services.bus, callback)
    return shown


@router.get("")
async def read_callback(services: ServicesDep, address: AddressDep, code: CodeHeader = None) -> dict[str, Any]:
    """The callback that the code in `X-Callback-Code` opens."""
    return await _read(services, code, address)


@router.delete("")
async def cancel_callback(services: ServicesDep, address: AddressDep, code: CodeHeader = None) -> dict[str, Any]:
    """Cancel the callback that the code in `X-Callback-Code` opens; contact and text are erased at once."""
    return await _cancel(services, code, address)


@router.get("/{code}")
async def read_callback_by_address(code: Code, services: ServicesDep, address: AddressDep) -> dict[str, Any]:
    """The same, for a link that the relative has kept."""
    return await _read(services, code, address)


@router.delete("/{code}")
async def cancel_callback_by_address(code: Code, services: ServicesDep, address: AddressDep) -> dict[str, Any]:
    """The same, for a link that the relative has kept."""
    return await _cancel(services, code, address)
