"""Every error leaves in one JSON shape; what a person wrote is never repeated in it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core import logging
from core.errors import AppError
from core.metrics import ERRORS

log = logging.get("http")
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_long", 415: "unsupported_media_type"}


def _answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    ERRORS.labels(body["error"]["code"]).inc()
    return JSONResponse(body, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Handlers for our errors, for wrong bodies, for unknown paths, and for our own mistakes."""

    @app.exception_handler(AppError)
    async def told(_: Request, error: AppError) -> JSONResponse:
        return _answer(error.status, error.as_json(), error.headers)

    @app.exception_handler(RequestValidationError)
    async def wrong_body(_: Request, error: RequestValidationError) -> JSONResponse:
        details = {".".join(str(p) for p in e["loc"][1:]) or "body": e["msg"] for e in error.errors()}
        broken = any(e["type"] == "json_invalid" for e in error.errors())
        code, message = (
            ("invalid_json", "The body is not valid JSON.") if broken else ("invalid_input", "Some fields are wrong.")
        )
        return _answer(422, AppError(message, code=code, details=details).as_json())

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "error")
        headers = dict(error.headers) if error.headers else None
        return _answer(error.status_code, AppError(str(error.detail), code=code).as_json(), headers)

    @app.exception_handler(Exception)
    async def our_mistake(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected path=%s error=%s", request.url.path, type(error).__name__, exc_info=error)
        return _answer(500, AppError("Something went wrong here. It has been noted.", code="internal").as_json())
