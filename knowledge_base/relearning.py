"""Has the ranking learned anew when published content has been still for a while.

The learning runs in a process of its own (retrieval/relearn.py), so that no message waits for it. The old ranker serves
until the new one is stored; then every app on this database takes it up with its next look.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

from core import logging
from core.database import Database
from core.settings import ROOT
from knowledge_base import articles
from knowledge_base.retrieval import ranker_store

log = logging.get("relearning")
_PATIENCE = 10  # where publishing never stops, learn after this many quiet times all the same
_FIRST_DELAY, _LONGEST_DELAY = 60.0, 3600.0


class Relearning:
    """`look` is called every few seconds and never blocks. `quiet`: seconds without a publication; 0 never learns."""

    def __init__(
        self, database: Database, model: str, quiet: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._model, self._quiet, self._clock = database, model, quiet, clock
        self._process: subprocess.Popen[bytes] | None = None
        self._version = -1  # of the content that was seen last
        self._changed = 0.0
        self._behind_since: float | None = None
        self._delay, self._not_before = _FIRST_DELAY, 0.0

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The process that is learning now."""
        return self._process

    def look(self) -> None:
        """Collect a process that has ended; start one where the content has changed and come to rest."""
        if self._quiet <= 0:
            return
        if self._process is not None:
            self._collect(self._process)
        elif self._is_due():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "knowledge_base.retrieval.relearn"], cwd=ROOT, env=self._environment()
            )
            log.info("relearning_started version=%d", self._version)

    def stop(self) -> None:
        """End a running learning, if there is one; the stored ranker stays as it is."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            ranker_store.release(self._database)
            self._process = None

    def _collect(self, process: subprocess.Popen[bytes]) -> None:
        code = process.poll()
        if code is None:
            return
        self._process = None
        if code == 0:
            self._delay = _FIRST_DELAY
            log.info("relearning_ended")
            return
        ranker_store.release(self._database)
        self._not_before = self._clock() + self._delay
        log.error("relearning_failed code=%d again_in=%.0f", code, self._delay)
        self._delay = min(2 * self._delay, _LONGEST_DELAY)

    def _is_due(self) -> bool:
        with self._database.reading() as session:
            version = articles.version(session)
            learned = ranker_store.stamp(session, self._model)
        now = self._clock()
        if learned is None or version <= learned[0]:  # the first ranker is learned by the first build
            self._behind_since = None
            self._version = version
            return False
        if version != self._version:
            self._version, self._changed = version, now
        since = self._behind_since = now if self._behind_since is None else self._behind_since
        still = now - self._changed >= self._quiet or now - since >= _PATIENCE * self._quiet
        return still and now >= self._not_before

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ, "NAER_DATABASE_URL": self._database.url, "NAER_EMBEDDING_MODEL": self._model,
            "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
