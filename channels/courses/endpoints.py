"""The list of courses, a course's calendar file, and the import that editors run."""

from __future__ import annotations

import asyncio
import re
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from channels.auth.access import EditorDep
from channels.conversations.service import check_language
from channels.courses.shapes import shape
from channels.services import ServicesDep
from core import audit
from core.errors import InvalidInput
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge_base.courses import service
from knowledge_base.courses.service import ImportReport
from knowledge_base.courses.times import FIRST_YEAR, LAST_YEAR
from knowledge_base.municipalities import access_municipality

router = APIRouter(prefix="/api/v1", tags=["courses"])
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_RAW_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


@router.get("/courses")
async def list_courses(
    services: ServicesDep,
    municipality: str,
    date_from: str | None = Query(None, alias="from", max_length=40),
    date_to: str | None = Query(None, alias="to", max_length=40),
    lang: str = Query(SOURCE_LANGUAGE, max_length=5),
    theme: str | None = Query(None, max_length=40),
    audience: str | None = Query(None, max_length=20),
) -> list[dict[str, Any]]:
    """Courses with the meetings to come; with `from` (a day in Norway, or a moment with offset) also earlier ones."""
    first, last = _bound("from", date_from), _bound("to", date_to)

    def work(session: Session) -> list[dict[str, Any]]:
        check_language(lang, access_municipality(session, municipality))
        return [shape(c) for c in service.upcoming(session, municipality, first, last, lang, theme, audience)]

    return await services.database.read(work)


@router.get("/courses/{course_id}.ics", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def calendar_file(
    course_id: str, services: ServicesDep, lang: str = Query(SOURCE_LANGUAGE, max_length=5)
) -> Response:
    """A course's meetings for the reader's own calendar."""
    if lang not in LANGUAGES:
        raise InvalidInput(
            f"Unknown language. Known: {', '.join(LANGUAGES)}.",
            code="unknown_language", details={"known": list(LANGUAGES)},
        )  # fmt: skip

    def work(session: Session) -> tuple[str, bytes]:
        course = service.access_course(session, course_id)
        return course.id, service.as_ics(course, lang)

    name, data = await services.database.read(work)
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/editor/courses/import", openapi_extra=_RAW_BODY)
async def import_courses(
    request: Request,
    services: ServicesDep,
    staff: EditorDep,
    feed_format: str = Query(alias="format", max_length=10),
    source: str = Query(service.PORTAL, max_length=60),
) -> dict[str, Any]:
    """Bring in a portal's export (the raw body, at most 5 MB) for the editor's municipality; says what was left out."""
    service.check_source(source)
    data = await _body(request)
    feed = await asyncio.to_thread(service.read_feed, data, feed_format)

    def work(session: Session) -> ImportReport:
        report = service.store_feed(session, staff.municipality, feed, source)
        audit.record(
            session, actor=staff.email, municipality=staff.municipality, action="import", object_type="courses",
            object_id=source, created=report.created, updated=report.updated, unchanged=report.unchanged,
            problems=len(report.problems),
        )  # fmt: skip
        return report

    return (await services.database.write(work)).as_json()


async def _body(request: Request) -> bytes:
    """The body, given up as soon as it grows too large, whatever its header said."""
    length = request.headers.get("content-length", "")
    if length.isdigit():
        service.check_size(int(length))
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        service.check_size(len(data))
    return bytes(data)


def _bound(name: str, raw: str | None) -> date | datetime | None:
    """A day `YYYY-MM-DD` or an RFC 3339 moment; InvalidInput otherwise."""
    if raw is None:
        return None
    try:
        found: date | datetime = date.fromisoformat(raw) if _DAY.match(raw) else datetime.fromisoformat(raw)
    except ValueError:
        found = date.min
    if (isinstance(found, datetime) and found.tzinfo is None) or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidInput(
            f"`{name}` must be a day (2027-01-19) or a moment with its offset (2027-01-19T18:00:00Z).",
            code="invalid_dates", details={name: "not a date"},
        )  # fmt: skip
    return found
