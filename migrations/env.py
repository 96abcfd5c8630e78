"""Alembic's environment: our settings, our tables."""

from __future__ import annotations

from alembic import context

import channels.auth.models
import channels.callbacks.models
import channels.conversations.models
import channels.delivery.models
import channels.handoff.models
import channels.notices.models
import core.audit
import knowledge_base.courses.models
import knowledge_base.models
from core.database import Base, Database

tables = (
    channels.auth.models,
    channels.callbacks.models,
    channels.conversations.models,
    channels.delivery.models,
    channels.handoff.models,
    channels.notices.models,
    core.audit,
    knowledge_base.models,
    knowledge_base.courses.models,
)


def run() -> None:
    """Migrate the database that `naer` handed over, in one transaction."""
    database: Database = context.config.attributes["database"]
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=database.is_sqlite)
        with context.begin_transaction():
            context.run_migrations()


run()
