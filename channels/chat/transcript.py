"""What was said, as text, HTML, PDF or JSON, for the relative to print or keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from sqlalchemy.orm import Session

from channels.conversations.models import Conversation, Message
from channels.conversations.service import as_json
from channels.documents import transcript as documents
from channels.documents.model import Document
from channels.pages.templates import render_page
from core import clock, i18n
from knowledge_base.municipalities import OSLO, access_municipality


def make(session: Session, conversation: Conversation, messages: Sequence[Message], format: str) -> Response | Document:
    """The transcript in the wanted format, never cached; for `pdf` the document that is to be rendered."""
    headers = {"Cache-Control": "no-store"}
    if format == "json":
        body = {
            "id": conversation.id,
            "municipality": conversation.municipality,
            "language": conversation.language,
            "created_at": clock.rfc3339(conversation.created_at),
            "messages": [as_json(m) for m in messages],
        }
        return JSONResponse(body, headers=headers)
    language = conversation.language
    municipality = access_municipality(session, conversation.municipality)
    title = i18n.text("transcript.title", language, municipality=municipality.name)
    lines = [_line(message, language) for message in messages]
    if format == "pdf":
        return documents.transcript(title, language, lines)
    if format == "html":
        page = render_page("transcript.html", language, title=title, lines=lines)
        return HTMLResponse(page, headers=headers)
    text = "\n\n".join([title, *(f"{line['at']}  {line['sender']}:\n{line['text']}" for line in lines)])
    return PlainTextResponse(text + "\n", headers=headers)


def _line(message: Message, language: str) -> dict[str, Any]:
    sender = i18n.text(f"transcript.sender.{message.sender}", language)
    text = message.text
    answer = (message.extra or {}).get("answer")
    if answer:
        text += "\n" + i18n.text("article.source", language, title=answer["title"], date=answer["reviewed_on"])
    for contact in ((message.extra or {}).get("crisis") or {}).get("contacts", []):
        text += f"\n{contact['name']}: {contact['phone']}"
    return {
        "at": message.at.astimezone(OSLO).strftime("%d.%m.%Y %H:%M"),
        "sender": sender,
        "text": text,
        "language": message.language,
        "direction": "rtl" if message.language in i18n.RIGHT_TO_LEFT else "ltr",
    }
