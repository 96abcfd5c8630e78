"""The app under test in a process of its own, and what the fault tests do to it from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from core.database import Database
from tests.support import Talk

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class System:
    """The real app on a copy of the template database; `start`, `kill`, `start` again."""

    def __init__(self, folder: Path, template: Path, *, patience: float = 20.0) -> None:
        shutil.copyfile(template, folder / "naer.db")
        self.folder, self.port, self.engine_port = folder, free_port(), free_port()
        self.pid = 0
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NAER_")}
        arguments = [str(folder), str(self.port), str(self.engine_port), str(patience)]
        with (folder / "app.log").open("ab") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery", *arguments], cwd=ROOT, text=True, stderr=log,
                env=kept | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        self.database = Database(f"sqlite:///{folder / 'naer.db'}")
        self.client = httpx.Client(
            base_url=self.url, trust_env=False, timeout=20, limits=httpx.Limits(max_connections=120)
        )
        assert self._line() == "loaded"

    def _line(self) -> str:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline().strip()
        assert line, (self.folder / "app.log").read_text()[-2000:]
        return line

    def start(self) -> None:
        """Start the app and wait until it answers."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write("start\n")
        self._nursery.stdin.flush()
        self.pid = int(self._line())
        deadline = time.monotonic() + 90
        while True:
            with suppress(httpx.TransportError):
                if self.client.get("/healthz").status_code == 200:
                    return
            assert time.monotonic() < deadline, (self.folder / "app.log").read_text()[-2000:]
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL: no goodbye, nothing flushed."""
        os.kill(self.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while Path(f"/proc/{self.pid}").exists():
            assert time.monotonic() < deadline
            time.sleep(0.002)
        self.pid = 0

    def close(self) -> None:
        """End everything that was started here."""
        if self.pid:
            self.kill()
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(20)
        self._nursery.stdout.close()
        self.client.close()
        self.database.close()

    def watch(self, question: str, *values: Any) -> Callable[[float], bool]:
        """Waits until the file of the database answers the question with a row: from outside, while the app writes."""
        connection = sqlite3.connect(self.folder / "naer.db", isolation_level=None, timeout=5)

        def seen(seconds: float) -> bool:
            deadline = time.monotonic() + seconds
            try:
                while time.monotonic() < deadline:
                    if connection.execute(question, values).fetchone():
                        return True
                    time.sleep(0.0005)
                return False
            finally:
                connection.close()

        return seen

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers."""
        connection = sqlite3.connect(self.folder / "naer.db", timeout=15)
        try:
            return connection.execute(question, values).fetchall()
        finally:
            connection.close()


def attempt(call: Callable[[], httpx.Response]) -> httpx.Response | None:
    """A call that may find nobody there, or be cut in the middle."""
    try:
        return call()
    except httpx.TransportError:
        return None


def in_threads(*calls: Callable[[], Any]) -> list[threading.Thread]:
    """Run calls at the same time."""
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    return threads


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def check_numbers(messages: list[dict[str, Any]]) -> None:
    """The numbers of a talk have no gap, and no client_id is there twice."""
    assert [m["seq"] for m in messages] == list(range(1, len(messages) + 1))
    names = [m["client_id"] for m in messages if m.get("client_id")]
    assert len(names) == len(set(names))


def check_silent_after_claim(messages: list[dict[str, Any]]) -> None:
    """The bot says nothing after a counsellor has come."""
    joined = next(
        (n for n, m in enumerate(messages) if m["sender"] == "system" and m["kind"] == "handoff" and "name" in m),
        len(messages),
    )
    assert not [m for m in messages[joined:] if m["sender"] == "bot"]


def answered(talk: Talk) -> bool:
    """No message of the relative is left without an answer or a person."""
    messages = talk.messages()
    return bool(messages) and (messages[-1]["sender"] != "relative" or talk.state in ("waiting", "human"))


class Stream:
    """A live stream on a raw socket, read in a thread (or not read at all)."""

    def __init__(
        self, port: int, path: str, headers: dict[str, str], *, buffer: int | None = None, read: bool = True
    ) -> None:
        self.events: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self._socket = socket.socket()
        if buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.connect(("127.0.0.1", port))
        head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: test\r\n{head}\r\n".encode())
        self._thread = threading.Thread(target=self._read, daemon=True)
        if read:
            self.go_on()

    def go_on(self) -> None:
        """Read from now on."""
        self._thread.start()

    def _read(self) -> None:
        raw = text = b""
        started = False
        with suppress(OSError):
            while piece := self._socket.recv(65536):
                raw += piece
                if not started:
                    _, end, raw_after = raw.partition(b"\r\n\r\n")
                    if not end:
                        continue
                    raw, started = raw_after, True
                while (line := raw.find(b"\r\n")) >= 0 and len(raw) >= line + 4 + (size := int(raw[:line], 16)):
                    text += raw[line + 2 : line + 2 + size]
                    raw = raw[line + size + 4 :]
                while (cut := text.find(b"\r\n\r\n")) >= 0:
                    self._note(text[:cut].decode())
                    text = text[cut + 4 :]
        self.ended.set()

    def _note(self, text: str) -> None:
        if not text.startswith(":"):
            event: dict[str, Any] = dict(line.partition(": ")[::2] for line in text.split("\r\n"))
            event["data"] = json.loads(event["data"])
            self.events.append(event)

    def messages(self) -> list[dict[str, Any]]:
        """The messages so far."""
        return [e["data"] for e in self.events if e["event"] == "message"]

    def close(self) -> None:
        """Go."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._thread.ident:
            self._thread.join(5)


def follow(system: System, talk: Talk, last: int, **how: Any) -> Stream:
    """The talk's live stream, from a position."""
    return Stream(
        how.pop("port", system.port), f"{talk.url}/events", talk.headers | {"Last-Event-ID": str(last)}, **how
    )
