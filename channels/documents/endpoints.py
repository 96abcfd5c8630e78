"""The documents of a talk over HTTP, and the receipt of a callback."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.callbacks import service as callbacks
from channels.chat.access import StreamTokenDep, TokenDep
from channels.conversations import kept
from channels.conversations import service as conversations
from channels.conversations.models import StoredDocument
from channels.documents.agreement import agreement
from channels.documents.callback import receipt
from channels.documents.complaint import complaint
from channels.documents.model import Document
from channels.documents.response import Format, respond
from channels.services import AddressDep, ServicesDep
from core import clock, i18n
from core.errors import NotFound
from knowledge_base.municipalities import access_municipality

router = APIRouter(prefix="/api/v1", tags=["documents"])
_KINDS = {"agreement": agreement, "complaint": complaint}


@router.get("/conversations/{conversation_id}/documents")
async def list_documents(conversation_id: str, services: ServicesDep, token: TokenDep) -> list[dict[str, Any]]:
    """The documents of a talk, oldest first."""

    def work(session: Session) -> list[dict[str, Any]]:
        conversations.access_conversation(session, conversation_id, token)
        found = session.scalars(
            select(StoredDocument)
            .where(StoredDocument.conversation_id == conversation_id)
            .order_by(StoredDocument.created_at, StoredDocument.id)
        )
        return [
            {
                "id": d.id,
                "kind": d.kind,
                "title": i18n.text(f"form.document.{d.kind}", d.language),
                "language": d.language,
                "created_at": clock.rfc3339(d.created_at),
            }
            for d in found
        ]

    return await services.database.read(work)


@router.get("/conversations/{conversation_id}/documents/{document_id}")
async def read_document(
    conversation_id: str,
    document_id: str,
    services: ServicesDep,
    token: StreamTokenDep,
    format: Format = Query("html"),
) -> Response:
    """A document to print (html) or save (pdf). Opened from a link too: the talk's cookie is enough."""

    def work(session: Session) -> Document:
        talk = conversations.access_conversation(session, conversation_id, token)
        stored = kept.access_document(session, conversation_id, document_id)
        return _KINDS[stored.kind](stored, access_municipality(session, talk.municipality).name)

    return await respond(await services.database.read(work), format)


@router.delete("/conversations/{conversation_id}/documents/{document_id}", status_code=204)
async def delete_document(conversation_id: str, document_id: str, services: ServicesDep, token: TokenDep) -> None:
    """Erase a document before the talk is erased."""

    def work(session: Session) -> None:
        conversations.access_conversation(session, conversation_id, token)
        session.delete(kept.access_document(session, conversation_id, document_id))

    await services.database.write(work)


@router.get("/callback-receipt")
async def read_receipt(
    services: ServicesDep,
    address: AddressDep,
    code: Annotated[str | None, Header(alias="X-Callback-Code", max_length=40)] = None,
    format: Format = Query("html"),
) -> Response:
    """What was asked for, with its code, to keep. The code goes in the header, for addresses get kept."""
    services.limits.check_left("codes", address)

    def work(session: Session) -> Document:
        callback = callbacks.access_by_code(session, code)
        return receipt(callback, code or "", access_municipality(session, callback.municipality).name)

    try:
        document = await services.database.write(work)  # opening by code locks the row
    except NotFound:
        services.limits.check("codes", address)  # only wrong codes count
        raise
    return await respond(document, format)
