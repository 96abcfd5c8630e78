"""Counts requests by address before anything else is done with them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.services import client_address
from core.errors import TooMany

_FREE = ("/healthz", "/readyz", "/metrics", "/static/", "/internal/")


class LimitRequests:
    """429 with Retry-After for an address that asks too often. Files and the operators' own paths are free."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            request.app.state.services.limits.check("requests", client_address(request))
        except TooMany as error:
            await JSONResponse(error.as_json(), status_code=429, headers=error.headers)(scope, receive, send)
            return
        await self.app(scope, receive, send)
