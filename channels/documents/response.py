"""A document as an HTTP answer: HTML to look at and print, PDF to save; never cached."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import Response
from fastapi.responses import HTMLResponse

from channels.documents import html, pdf
from channels.documents.model import Document

Format = Literal["html", "pdf"]


async def respond(document: Document, format: Format) -> Response:
    """The answer in the wanted format."""
    headers = {"Cache-Control": "no-store"}
    if format == "pdf":
        body = await asyncio.to_thread(pdf.render, document)
        headers["Content-Disposition"] = f'attachment; filename="{document.name}.pdf"'
        return Response(body, media_type="application/pdf", headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{document.name}.html"'
    headers["Content-Security-Policy"] = html.content_security_policy()
    return HTMLResponse(html.render(document), headers=headers)
