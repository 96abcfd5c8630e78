"""Learns the ranking anew in a process of its own, at a lower priority: `python -m knowledge_base.retrieval.relearn`.

The database and the model are those of the settings. The stored ranker is replaced in one transaction at the end: a
process that is killed leaves the old one. Another process that learns already is left to it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence

from core import logging
from core.database import Database
from core.settings import Settings
from knowledge_base.retrieval import learning, published, ranker_store
from knowledge_base.retrieval.embeddings import Embedder, Vectors

log = logging.get("relearn")
_LOWER_PRIORITY = 10  # not 19: beside a busy app that would never get to an end


def relearn(database: Database, model: str) -> bool:
    """Learn from what is published now; False where another process has the right to."""

    @functools.cache
    def embedder() -> Embedder:  # loaded only if a text has no vector yet
        return Embedder(model)

    def embed(texts: Sequence[str]) -> Vectors:
        return embedder().embed(texts)

    with ranker_store.claim(database) as mine:
        if mine:
            with database.reading() as session:
                content = published.read(session)
            learning.learn_and_store(database, model, content, embed)
            log.info("ranking_learned version=%d texts=%d", content.version, len(content.texts))
    return mine


def main() -> None:
    """Entry point of the process."""
    os.nice(_LOWER_PRIORITY)
    settings = Settings()
    logging.configure(settings.log_level)
    database = Database(settings.resolved_database_url)
    relearn(database, settings.embedding_model)
    database.close()


if __name__ == "__main__":
    main()
