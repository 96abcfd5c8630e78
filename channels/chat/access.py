"""The relative's token: from the Authorization header, or for the live stream from the cookie; never from the URL."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from core.settings import Settings

COOKIE = "naer_talk"


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _bearer_or_cookie(request: Request) -> str | None:
    return _bearer(request) or request.cookies.get(COOKIE)


TokenDep = Annotated[str | None, Depends(_bearer)]
StreamTokenDep = Annotated[str | None, Depends(_bearer_or_cookie)]


def set_cookie(response: Response, settings: Settings, conversation_id: str, token: str) -> None:
    """The cookie that lets a page open the talk's live stream, and a link its documents; it goes to those paths only."""
    for part in ("events", "documents"):
        response.set_cookie(
            COOKIE,
            token,
            httponly=True,
            secure=settings.public_url.startswith("https"),
            samesite="strict",
            path=f"/api/v1/conversations/{conversation_id}/{part}",
        )
