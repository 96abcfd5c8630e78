"""The relative's token: from the Authorization header, or for the live stream from the cookie; never from the URL."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

COOKIE = "naer_talk"


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _bearer_or_cookie(request: Request) -> str | None:
    return _bearer(request) or request.cookies.get(COOKIE)


TokenDep = Annotated[str | None, Depends(_bearer)]
StreamTokenDep = Annotated[str | None, Depends(_bearer_or_cookie)]
