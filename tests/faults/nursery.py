"""Starts the real app again and again, fast: loaded once here, forked for each start, killed by the test.

    python -m tests.faults.nursery FOLDER PORT ENGINE_PORT PATIENCE

A line on stdin starts an app (its process id comes back on stdout). What is forked runs `channels.serve.run` with the
real embedder on the real database file; only the loading of libraries is saved.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import torch

from channels import serve
from channels.app import create_app
from channels.delivery import response
from core.i18n import LANGUAGES
from core.settings import Settings
from knowledge_base import languages
from knowledge_base.retrieval import words
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.safety.rules import rule_sets


def main() -> None:
    """Load, then start an app for each line."""
    folder, port, engine_port, patience = sys.argv[1:5]
    torch.set_num_threads(1)  # no threads of its own: they would not be there after a fork
    settings = Settings(
        data_dir=Path(folder), port=int(port), engine_port=int(engine_port), engine_timeout=1.0,
        rate_requests="100000/second", rate_conversations="100000/second", log_level="WARNING",
    )  # fmt: skip
    embedder = Embedder()
    languages.warm_up()
    rule_sets()
    words.load_all(LANGUAGES)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed ones
    print("loaded", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin.close()
            response.PATIENCE = float(patience)
            serve.run(create_app(settings, embedder=embedder), settings)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
