"""`naer run`: engine and app as two processes, kept alive. A crashed part is started again, after a growing delay."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import httpx
import typer

from channels import setup
from channels.cli import training
from core.database import Database
from core.settings import ROOT, Settings

Say = Callable[[str], None]
_FIRST_DELAY, _LONGEST_DELAY = 1.0, 60.0
_STABLE_AFTER = 60.0
_READY_WITHIN = 180.0


@dataclass
class Part:
    """A process that is kept alive."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = _FIRST_DELAY
    restart_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a process group of its own, so that it ends with its children."""
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        self.started = time.monotonic()

    def look(self, say: Say) -> None:
        """Start it again if it has ended and its delay is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            if now - self.started > _STABLE_AFTER:
                self.delay = _FIRST_DELAY
            say(f"{self.name} ended (code {self.process.returncode}); again in {self.delay:.0f} s. Log: {self.log}")
            self.process = None
            self.restart_at = now + self.delay
            self.delay = min(self.delay * 2, _LONGEST_DELAY)
        if self.process is None and now >= self.restart_at:
            self.start()

    def stop(self, seconds: float = 6.0) -> None:
        """Ask it to end, then insist."""
        if self.process is None or self.process.poll() is not None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return


def run(settings: Settings, say: Say) -> int:
    """Prepare, start, watch until Ctrl-C or SIGTERM. Returns the exit code."""
    problems = settings.problems()
    if problems:
        typer.echo("Nær does not start in production like this:\n- " + "\n- ".join(problems), err=True)
        return 2
    training.require_engine_python(settings)
    for name, port in (("NAER_PORT", settings.port), ("NAER_ENGINE_PORT", settings.engine_port)):
        if _taken(settings.host if name == "NAER_PORT" else "127.0.0.1", port):
            typer.echo(f"Port {port} is taken. Choose another with {name}.", err=True)
            return 2
    database = Database(settings.resolved_database_url)
    setup.prepare(settings, database, say)
    setup.prepare_index(settings, database, say)
    training.train(settings, database, say)
    database.close()
    return _watch(settings, _parts(settings), say)


def _parts(settings: Settings) -> list[Part]:
    engine = [
        str(settings.engine_python), "-m", "bot.engine.launch", "run", "--model", str(settings.model_path),
        "--endpoints", "bot/engine/endpoints.yml", "--credentials", "bot/engine/credentials.yml",
        "--interface", "127.0.0.1", "--port", str(settings.engine_port),
    ]  # fmt: skip
    logs = settings.data_dir
    # Two processes share the cores: a library's threads that spin for work cost more than they bring.
    app = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **os.environ}
    return [
        Part("Engine", engine, training.engine_environment(settings), str(logs / "engine.log")),
        Part("App", [sys.executable, "-m", "channels.serve"], app, str(logs / "app.log")),
    ]


def _watch(settings: Settings, parts: list[Part], say: Say) -> int:
    ending = False

    def end(_: int, __: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    say("Starting engine and app")
    begun = time.monotonic()
    for part in parts:
        part.start()
    told = False
    try:
        while not ending:
            for part in parts:
                part.look(say)
            if not told:
                told = _tell_when_ready(settings, begun, say)
            time.sleep(0.2)
    finally:
        say("Stopping")
        for part in reversed(parts):
            part.stop()
    return 0


def _tell_when_ready(settings: Settings, begun: float, say: Say) -> bool:
    address = f"http://{settings.host}:{settings.port}"
    try:
        answer = httpx.get(f"{address}/readyz", timeout=1.0, trust_env=False)
        ready = answer.status_code == 200 and "degraded" not in answer.json()
    except (httpx.HTTPError, ValueError):
        ready = False
    if not ready:
        if time.monotonic() - begun < _READY_WITHIN:
            return False
        say(f"Not ready after {_READY_WITHIN:.0f} s; see {settings.data_dir}/app.log and engine.log. Still trying.")
        return True
    say(f"Ready after {time.monotonic() - begun:.0f} s")
    typer.echo(
        f"\n  Relatives      {address}/demo/lillestrom   {address}/demo/baerum\n"
        f"  Counsellors    {address}/console\n"
        f"  Editors        {address}/editor\n"
        + (f"  Demo accounts  {setup.accounts_path(settings)}\n" if settings.profile == "demo" else "")
        + "\n  Ctrl-C ends everything.\n"
    )
    return True


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
