"""One tree of errors and one JSON shape for them."""

from __future__ import annotations

from typing import Any


class AppError(Exception):
    """Something a caller can be told. `code` is stable and snake_case, `message` is for a person."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, *, code: str | None = None, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details
        self.headers: dict[str, str] = {}

    def as_json(self) -> dict[str, Any]:
        """`{"error": {"code", "message", "details"?}}`."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}


class InvalidInput(AppError):
    """422: the body was understood and is wrong."""

    status = 422
    code = "invalid_input"


class Unauthorized(AppError):
    """401: no token, or a wrong one."""

    status = 401
    code = "unauthorized"


class Forbidden(AppError):
    """403: known, but not yours."""

    status = 403
    code = "forbidden"


class NotFound(AppError):
    """404: not there."""

    status = 404
    code = "not_found"


class Conflict(AppError):
    """409: somebody was first."""

    status = 409
    code = "conflict"


class TooLong(AppError):
    """413: more than is taken at once."""

    status = 413
    code = "too_long"


class TooMany(AppError):
    """429: slow down; says for how many seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, details={"retry_after": retry_after})
        self.headers = {"Retry-After": str(max(1, retry_after))}


class Unavailable(AppError):
    """503: a needed part is down."""

    status = 503
    code = "unavailable"
