"""The app, put together: the one place where channels and bot meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy import select
from sqlalchemy.orm import Session

import bot.actions.endpoint as actions_endpoint
from bot.actions.endpoint import ACTIONS_PATH
from channels import errors, maintenance
from channels.auth import endpoints as auth
from channels.auth.rate_limits import RateLimits
from channels.callbacks import endpoints as callbacks
from channels.callbacks import staff_endpoints as staff_callbacks
from channels.chat import endpoints as chat
from channels.chat import relative_handoff
from channels.chat.engine_client import EngineClient
from channels.chat.turns import TurnRunner
from channels.courses import endpoints as courses
from channels.delivery import watch
from channels.documents import endpoints as documents
from channels.editor import endpoints as editor
from channels.handoff import desk_endpoints as desk
from channels.handoff import endpoints as handoff
from channels.handoff import upkeep
from channels.knowledge import endpoints as knowledge_api
from channels.notices import runner as notices
from channels.operations import endpoints as operations
from channels.pages import endpoints as pages
from channels.rate_limiting import LimitRequests
from channels.security import SecurityHeaders
from channels.services import Services
from core import logging
from core.database import Database
from core.events import Event, EventBus, InProcessBus
from core.settings import Settings
from knowledge_base import languages
from knowledge_base.models import Municipality
from knowledge_base.municipalities import settings_of
from knowledge_base.relearning import Relearning
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.safety.rules import rule_sets
from knowledge_base.service import KnowledgeBase

log = logging.get("app")


def create_app(settings: Settings | None = None, *, embedder: Embedder | None = None) -> FastAPI:
    """The application. Refuses to be made where `settings.problems()` names something."""
    settings = settings or Settings()
    problems = settings.problems()
    if problems:
        raise SystemExit("Nær does not start in production like this:\n- " + "\n- ".join(problems))
    logging.configure(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = await asyncio.to_thread(_make_services, settings, embedder)
        app.state.services = services
        app.state.frame_ancestors = await services.database.read(_frame_ancestors)
        services.database.tell(partial(_publish, services.bus))
        actions_endpoint.serve(services.knowledge, settings.secret_value)
        reopened = await services.turns.take_up_open_turns()
        if reopened:
            log.info("turns_taken_up conversations=%d", reopened)
        chores = [
            asyncio.create_task(maintenance.run(services), name="maintenance"),
            asyncio.create_task(upkeep.run(services), name="handoff.upkeep"),
            asyncio.create_task(notices.run(services), name="notices"),
            asyncio.create_task(watch.run(services), name="watch"),
        ]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.to_thread(services.relearning.stop)
            services.bus.close()
            await services.turns.close()
            await services.engine.close()
            services.database.close()

    app = FastAPI(
        title="Nær", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None,
        description="First point of contact for relatives. Errors come as {\"error\": {\"code\", \"message\", \"details\"?}}.",
    )  # fmt: skip
    errors.install(app)
    for room in (
        chat, relative_handoff, knowledge_api, courses, auth, handoff, desk, callbacks, staff_callbacks, editor, operations,
        documents, pages,
    ):  # fmt: skip
        app.include_router(room.router)
    app.include_router(actions_endpoint.router, prefix=ACTIONS_PATH)
    app.mount("/static", StaticFiles(directory=pages.DIST, check_dir=False), name="static")
    app.add_middleware(LimitRequests)
    app.add_middleware(SecurityHeaders)
    return app


def _make_services(settings: Settings, embedder: Embedder | None) -> Services:
    database = Database(settings.resolved_database_url)
    knowledge = KnowledgeBase(database, embedder or Embedder(settings.embedding_model))
    knowledge.rebuild()
    knowledge.load_words()
    languages.warm_up()
    rule_sets()
    bus = InProcessBus()
    engine = EngineClient(settings.resolved_engine_url, settings.secret_value, settings.engine_timeout)
    return Services(
        settings=settings,
        database=database,
        bus=bus,
        knowledge=knowledge,
        relearning=Relearning(database, knowledge.embedder.name, settings.relearn_after),
        engine=engine,
        turns=TurnRunner(database, bus, knowledge, engine, settings, actions_endpoint.prepare),
        limits=RateLimits(settings.resolved_rate_requests, settings.resolved_rate_conversations),
    )


def _publish(bus: EventBus, events: list[tuple[str, Event]]) -> None:
    for topic, event in events:
        bus.publish(topic, event)


def _frame_ancestors(session: Session) -> list[str]:
    return sorted({o for m in session.scalars(select(Municipality)) for o in settings_of(m).allowed_origins})
