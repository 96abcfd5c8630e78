"""`/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.conversations.models import Conversation
from channels.notices import outbox
from channels.services import ServicesDep
from core.metrics import OUTBOX, QUEUE

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(services: ServicesDep) -> JSONResponse:
    """Each part; 503 names what is down, 200 with `degraded` where answers go on without it."""
    down: list[str] = []
    try:
        await services.database.read(lambda session: session.execute(text("SELECT 1")).scalar())
    except SQLAlchemyError:
        down.append("database")
    index = services.knowledge.status()
    if not index["ready"]:
        down.append("index")
    engine = await services.engine.ready()
    body: dict[str, Any] = {
        "status": "down" if down else "ready",
        "database": "database" not in down,
        "index": index,
        "engine": engine,
    }
    if down:
        body["down"] = down
    if not engine:
        body["degraded"] = ["engine"]
    return JSONResponse(body, status_code=503 if down else 200)


@router.get("/metrics")
async def metrics(services: ServicesDep) -> Response:
    """Prometheus' text format."""

    def waiting(session: Session) -> dict[str, int]:
        rows = session.execute(
            select(Conversation.municipality, func.count())
            .where(Conversation.state == "waiting")
            .group_by(Conversation.municipality)
        )
        return {municipality: int(count) for municipality, count in rows}

    QUEUE.clear()
    for municipality, count in (await services.database.read(waiting)).items():
        QUEUE.labels(municipality).set(count)
    OUTBOX.clear()
    for labels, count in (await services.database.read(outbox.counts)).items():
        OUTBOX.labels(*labels).set(count)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
