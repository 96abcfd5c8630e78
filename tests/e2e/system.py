"""The whole system, started by the command that people use, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 240.0


class System:
    """`naer run` with its engine: started in the constructor, ready after `wait_until_ready`, ended by `stop`."""

    def __init__(self, folder: Path) -> None:
        self.port, self.engine_port = _free_ports(2)
        self.folder = folder
        self.log = folder / "run.log"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NAER_")}
        own = {
            "NAER_PORT": str(self.port),
            "NAER_ENGINE_PORT": str(self.engine_port),
            "NAER_DATA_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
        }
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [ROOT / ".venv/bin/naer", "run"], cwd=ROOT, env=kept | own, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        self.client = httpx.Client(base_url=self.address, trust_env=False, timeout=20)

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def accounts(self) -> list[dict[str, str]]:
        """The demo's accounts: email, password, role, municipality."""
        found: list[dict[str, str]] = json.loads((self.folder / "demo-accounts.json").read_text())
        return found

    def account(self, role: str, municipality: str = "lillestrom", which: int = 0) -> dict[str, str]:
        """One of the demo's accounts."""
        return [a for a in self.accounts() if (a["role"], a["municipality"]) == (role, municipality)][which]

    def readiness(self) -> dict[str, Any]:
        """What /readyz says; empty while nothing answers or a needed part is down."""
        try:
            answer = self.client.get("/readyz", timeout=3)
        except httpx.HTTPError:
            return {}
        body: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return body

    def wait_until_ready(self, seconds: float = READY_WITHIN) -> None:
        """Until every part is up; AssertionError with the log's end if that takes too long or the command ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ready = self.readiness()
            if ready and "degraded" not in ready:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.3)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        raise AssertionError(f"Not ready (exit code {self.process.poll()}):\n{tail}")

    def engine_pid(self) -> int | None:
        """The engine's process: a child of ours that has this system's engine port on its command line."""
        for pid in _children(self.process.pid):
            command = _command(pid)
            if f"--port {self.engine_port}" in command and "bot.engine.launch" in command:
                return pid
        return None

    def stop(self) -> None:
        """End it as Ctrl-C does, by its process group; what is left after that is killed, by id."""
        self.client.close()
        children = _children(self.process.pid)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        for pid in children:
            if str(self.engine_port) in _command(pid) or "channels.serve" in _command(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):  # it may end while we look
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.name))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
