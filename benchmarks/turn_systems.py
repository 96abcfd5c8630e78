"""The two systems of benchmarks/turn.py: made, started on free loopback ports, watched, ended."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from core.settings import ROOT, Settings

WORK = ROOT / "var/bench"
PEER = ROOT / "benchmarks/peer"
_NLU = ROOT / "bot/data/nlu"
_EPOCHS = "epochs: 100\n    constrain_similarities: true\n"  # DIET's, ResponseSelector's and TED's


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class System:
    """Processes that serve one address. `log` collects what they say."""

    name: str
    url: str
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: list[str], cwd: Path, environment: dict[str, str]) -> None:
        """Start a process in a group of its own."""
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                command, cwd=cwd, env=environment, stdout=output, stderr=output, start_new_session=True
            )
        self.processes.append(process)

    def wait_until_ready(self, address: str, seconds: float) -> None:
        """Ask `address` until it answers 200 with nothing degraded; RuntimeError when a process or the time ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for process in self.processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended with {process.returncode}; see {self.log}")
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(address, timeout=2, trust_env=False)
                if answer.status_code == 200 and "degraded" not in answer.text:
                    return
            time.sleep(0.5)
        raise RuntimeError(f"{self.name} is not ready after {seconds:.0f} s; see {self.log}")

    def stop(self) -> None:
        """End every process that was started, first asking, then insisting."""
        for process in reversed(self.processes):
            for number, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
                if process.poll() is not None:
                    break
                os.killpg(process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
        self.processes.clear()

    def cpu_seconds(self) -> float | None:
        """Processor time of the processes and their descendants so far; None where there is no /proc."""
        if not Path("/proc/self/stat").exists():
            return None
        parents: dict[int, int] = {}
        ticks: dict[int, int] = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = entry.read_text().rpartition(")")[2].split()
                pid = int(entry.parent.name)
                parents[pid], ticks[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
        wanted = {p.pid for p in self.processes}
        while grown := {pid for pid, parent in parents.items() if parent in wanted and pid not in wanted}:
            wanted |= grown
        return sum(ticks.get(pid, 0) for pid in wanted) / os.sysconf("SC_CLK_TCK")


def environment_of(settings: Settings) -> dict[str, str]:
    """For a Nær of the benchmark's own: these ports and data, and no limit of requests."""
    return {k: v for k, v in os.environ.items() if not k.startswith("NAER_")} | {
        "NAER_PORT": str(settings.port),
        "NAER_ENGINE_PORT": str(settings.engine_port),
        "NAER_DATA_DIR": str(settings.data_dir),
        "NAER_RATE_REQUESTS": "100000/second",
        "NAER_RATE_CONVERSATIONS": "100000/second",
        "PYTHONPATH": str(ROOT),
    }


def start_ours() -> tuple[System, Settings]:
    """Nær as `naer run` starts it, with a data folder of its own (made on the first run: about two minutes)."""
    settings = Settings(port=free_port(), engine_port=free_port(), data_dir=WORK / "naer")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    environment = environment_of(settings)
    system = System("naer", f"http://127.0.0.1:{settings.port}", WORK / "naer.log")
    system.start([str(ROOT / ".venv/bin/naer"), "run"], ROOT, environment)
    return system, settings


def peer_python(given: str | None) -> Path:
    """The interpreter of the peer's environment: the given one, or var/bench/peer-venv made from its lock file."""
    if given:
        return Path(given)
    folder, lock = WORK / "peer-venv", PEER / "requirements.lock"
    mark, wanted = folder / ".lock", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        find = [ROOT / "scripts/python-for", "3.10"]
        base = subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip()
        subprocess.run([base, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "-r", lock], check=True)
        mark.write_text(wanted)
    return folder / "bin/python"


def _peer_environment(actions_port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NAER_", "PYTHONPATH"))}
    return {
        **kept, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PEER_ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
    }  # fmt: skip


def train_peer(python: Path, epochs: int) -> Path:
    """Train the peer in var/bench/peer, unless a model of the same inputs is there; returns its folder."""
    folder = WORK / "peer"
    config = (PEER / "config.yml").read_text().replace(_EPOCHS, _EPOCHS.replace("100", str(epochs)))
    files = sorted([*PEER.glob("*.yml"), *PEER.glob("data/*.yml"), *_NLU.rglob("*.yml")])
    digest = hashlib.sha256(config.encode() + b"".join(f.read_bytes() for f in files)).hexdigest()
    mark = folder / "models/peer.digest"
    shutil.copytree(PEER, folder, dirs_exist_ok=True)
    if mark.exists() and mark.read_text() == digest:
        return folder
    shutil.rmtree(folder / "data/nlu", ignore_errors=True)
    shutil.copytree(
        _NLU, folder / "data/nlu", ignore=shutil.ignore_patterns("guided.yml")
    )  # patterns for our forms only
    (folder / "config.yml").write_text(config)
    with (WORK / "peer-train.log").open("w") as log:
        subprocess.run(
            [python, "-m", "rasa", "train", "--fixed-model-name", "peer"],
            cwd=folder, env=_peer_environment(0), stdout=log, stderr=log, check=True, timeout=1800,
        )  # fmt: skip
    mark.write_text(digest)
    return folder


def start_peer(python: Path, folder: Path, started: list[System]) -> System:
    """Stock `rasa run` and `rasa run actions`; put on `started` before it can fail."""
    port, actions_port = free_port(), free_port()
    environment = _peer_environment(actions_port)
    system = System("rasa", f"http://127.0.0.1:{port}", WORK / "peer.log")
    started.append(system)
    rasa = [str(python), "-m", "rasa", "run"]
    system.start([*rasa, "actions", "--port", str(actions_port)], folder, environment)
    system.start(
        [*rasa, "--model", "models/peer.tar.gz", "--interface", "127.0.0.1", "--port", str(port)], folder, environment
    )
    system.wait_until_ready(f"http://127.0.0.1:{actions_port}/health", 120)
    return system
