"""Security headers on every answer, and a limit on bodies: plain ASGI, so that streams pass untouched."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import TooLong

MAX_BODY = 1_000_000
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)


class SecurityHeaders:
    """Content security policy and friends. Only the widget may be framed, by the origins that municipalities allow."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        too_large: TooLong | None = None
        length = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        # A course portal's feed may be larger; that endpoint has a limit of its own.
        feed = scope["path"] == "/api/v1/editor/courses/import"
        if not feed and length.isdigit() and int(length) > MAX_BODY:
            too_large = TooLong("The request is too large.", details={"limit_bytes": MAX_BODY})
        path = scope["path"]
        ancestors = "'none'"
        if path == "/widget":
            allowed: list[str] = getattr(scope["app"].state, "frame_ancestors", [])
            ancestors = " ".join(["'self'", *allowed])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", _CSP.format(ancestors=ancestors))
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
                if path.startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if too_large is not None:
            answer = JSONResponse(too_large.as_json(), status_code=too_large.status)
            await answer(scope, receive, with_headers)
            return
        await self.app(scope, receive, with_headers)
