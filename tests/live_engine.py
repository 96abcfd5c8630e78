"""The real engine beside an app of the tests: for talks whose course Rasa decides."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from channels.app import create_app
from channels.cli import training
from core.settings import ROOT, Settings
from knowledge_base.retrieval.embeddings import Embedder

READY_WITHIN = 120.0


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(settings: Settings, embedder: Embedder) -> Iterator[httpx.Client]:
    """App (in this process, behind a real server) and engine (a process with the trained model), both ready.

    `settings` has the app's port and the engine's URL; the model is the one that `naer train` has made.
    """
    trained = Settings()
    if not trained.model_path.exists() or not training.is_current(trained):
        pytest.fail(f"{trained.model_path} is missing or old; `naer train` makes it")
    app = create_app(settings, embedder=embedder)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=settings.port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    engine = _engine(settings, trained.model_path)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False, timeout=30) as client:
            _wait(client, engine)
            yield client
    finally:
        engine.terminate()
        engine.wait(20)
        server.should_exit = True
        thread.join(20)


def _engine(settings: Settings, model: Path) -> subprocess.Popen[bytes]:
    port = settings.resolved_engine_url.rsplit(":", 1)[1]
    command = [str(Settings().engine_python), "-m", "bot.engine.launch", "run", "--model", str(model),
               "--endpoints", "bot/engine/endpoints.yml", "--credentials", "bot/engine/credentials.yml",
               "--interface", "127.0.0.1", "--port", port]  # fmt: skip
    environment = training.engine_environment(settings)
    with (settings.data_dir / "engine.log").open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


def _wait(client: httpx.Client, engine: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            answer = client.get("/readyz").json()
            if "degraded" not in answer and answer.get("ready", True) and "error" not in answer:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        assert engine.poll() is None, "the engine has ended"
        time.sleep(0.3)
    raise AssertionError("the engine is not ready")
