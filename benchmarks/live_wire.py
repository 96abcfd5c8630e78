"""HTTP as cheap as it can be, for the load of benchmarks/live.py: its own work must not be what is measured.

Calls go over kept connections; a stream only notes when which bytes came. What they say is read after the run.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, cast

END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event and the moment when its last byte came (`time.perf_counter`)."""

    at: float
    kind: str
    id: str
    data: Any


@dataclass
class Stream(asyncio.Protocol):
    """An open live stream; `pieces` is what came, undecoded."""

    opened: asyncio.Future[int]
    request: bytes = b""
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    closed: bool = False
    transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Note the bytes; the first ones hold the status."""
        self.pieces.append((time.perf_counter(), data))
        if not self.opened.done():
            self.opened.set_result(int(data[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side has gone, or we have."""
        self.closed = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("the stream was not opened"))

    def events(self) -> list[Event]:
        """Everything that came, decoded; comments (heartbeats) have the kind `:`."""
        found: list[Event] = []
        raw, text, headers = b"", b"", True
        for at, piece in self.pieces:
            raw += piece
            if headers:
                _, end, rest = raw.partition(END)
                if not end:
                    continue
                raw, headers = rest, False
            decoded, raw = _unchunk(raw)
            text += decoded
            while (cut := text.find(END)) >= 0:
                found.append(_event(at, text[:cut].decode()))
                text = text[cut + 4 :]
        return found


def _unchunk(raw: bytes) -> tuple[bytes, bytes]:
    """The whole chunks of a chunked body, and what is left over."""
    parts = []
    while (line := raw.find(b"\r\n")) >= 0:
        size = int(raw[:line], 16)
        if len(raw) < line + size + 4:
            break
        parts.append(raw[line + 2 : line + 2 + size])
        raw = raw[line + size + 4 :]
    return b"".join(parts), raw


def _event(at: float, text: str) -> Event:
    fields = {"event": ":", "id": "", "data": "null"}
    for line in text.split("\r\n"):
        if not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
    return Event(at, fields["event"], fields["id"], json.loads(fields["data"] or "null"))


class Wire:
    """Calls and streams to one address."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def call(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
        """Status and decoded body. Tried once more on a new connection when a kept one was closed meanwhile."""
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n{head}"
            f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        ).encode() + raw
        while True:
            kept = bool(self._idle)
            line = self._idle.pop() if kept else await asyncio.open_connection(self.host, self.port)
            try:
                return await self._exchange(line, request)
            except (ConnectionError, asyncio.IncompleteReadError):
                line[1].close()
                if not kept:
                    raise

    async def _exchange(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> tuple[int, Any]:
        reader, writer = line
        writer.write(request)
        head = await reader.readuntil(END)
        length = next((int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
        body = await reader.readexactly(length)
        self._idle.append(line)
        return int(head[9:12]), json.loads(body) if body else None

    async def stream(self, path: str, headers: dict[str, str]) -> Stream:
        """Open a live stream; ConnectionError unless it answers 200."""
        loop = asyncio.get_running_loop()
        head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        request = f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nAccept: text/event-stream\r\n{head}\r\n".encode()
        made = Stream(loop.create_future(), request)
        await loop.create_connection(lambda: made, self.host, self.port)
        if (status := await asyncio.wait_for(made.opened, 30)) != 200:
            raise ConnectionError(f"{path.rpartition('/')[2]} answered {status}")
        return made

    def close(self) -> None:
        """Give the kept connections back."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()
