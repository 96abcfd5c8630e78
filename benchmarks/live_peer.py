"""The peer of benchmarks/live.py: the least that stores before it acknowledges, and relays.

    python benchmarks/live_peer.py PORT FILE

A bare FastAPI app on the same server (uvicorn, uvloop) and the same database settings (WAL, `synchronous=FULL`, one
commit a message), with the same fan-out: every counsellor gets every message. It knows no roles, no sessions, no safety
screen, no replay; readers are handed the message from memory. What it reaches is near the floor of this machine.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import threading
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

_SCHEMA = """
CREATE TABLE talks (id TEXT PRIMARY KEY, token TEXT, last_seq INTEGER);
CREATE TABLE messages (id INTEGER PRIMARY KEY, talk TEXT, seq INTEGER, client_id TEXT, sender TEXT, text TEXT,
  UNIQUE(talk, seq), UNIQUE(talk, client_id));
"""


class Relay:
    """Talks in a file, readers in memory."""

    def __init__(self, file: str) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.executescript(_SCHEMA)
        self.lock = threading.Lock()
        self.readers: dict[str, list[asyncio.Queue[bytes]]] = defaultdict(list)

    def open(self) -> tuple[str, str]:
        """A new talk and its token."""
        talk, token = str(uuid.uuid4()), str(uuid.uuid4())
        with self.lock:
            self.connection.execute("INSERT INTO talks VALUES (?, ?, 0)", (talk, token))
        return talk, token

    def store(self, talk: str, client_id: str, sender: str, text: str) -> tuple[int, int]:
        """The message's number in the talk, and over all talks; committed when this returns."""
        with self.lock:
            run = self.connection.execute
            run("BEGIN IMMEDIATE")
            try:
                (seq,) = run(
                    "UPDATE talks SET last_seq = last_seq + 1 WHERE id = ? RETURNING last_seq", (talk,)
                ).fetchone()
                number = run(
                    "INSERT INTO messages(talk, seq, client_id, sender, text) VALUES (?, ?, ?, ?, ?)",
                    (talk, seq, client_id, sender, text),
                ).lastrowid
                run("COMMIT")
            except sqlite3.Error:
                run("ROLLBACK")
                raise
        assert number is not None
        return seq, number

    def read(self, talk: str, after: int) -> list[dict[str, Any]]:
        """A talk's messages."""
        with self.lock:
            rows = self.connection.execute(
                "SELECT seq, sender, text FROM messages WHERE talk = ? AND seq > ? ORDER BY seq", (talk, after)
            ).fetchall()
        return [{"seq": seq, "sender": sender, "text": text} for seq, sender, text in rows]


def make(file: str) -> FastAPI:
    """The app; the paths are those of the public contract, so that one load fits both."""
    app, relay = FastAPI(), Relay(file)

    async def message(talk: str, request: Request, sender: str) -> JSONResponse:
        body = await request.json()
        seq, number = await asyncio.to_thread(relay.store, talk, body["client_id"], sender, body["text"])
        shown = {"seq": seq, "sender": sender, "text": body["text"]}
        for topic, position, data in ((talk, seq, shown), ("", number, {"conversation_id": talk, "message": shown})):
            frame = f"event: message\r\nid: {position}\r\ndata: {json.dumps(data, ensure_ascii=False)}\r\n\r\n".encode()
            for queue in relay.readers[topic]:
                queue.put_nowait(frame)
        return JSONResponse({"seq": seq, "duplicate": False}, status_code=202)

    def follow(topic: str) -> StreamingResponse:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        relay.readers[topic].append(queue)

        async def frames() -> AsyncIterator[bytes]:
            yield b"event: state\r\ndata: {}\r\n\r\n"
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield b": ping\r\n\r\n"

        return StreamingResponse(frames(), media_type="text/event-stream")

    @app.post("/api/v1/conversations", status_code=201)
    async def open_talk() -> dict[str, str]:
        talk, token = await asyncio.to_thread(relay.open)
        return {"id": talk, "token": token}

    @app.post("/api/v1/conversations/{talk}/handoff", status_code=202)
    async def handoff(talk: str) -> dict[str, str]:
        return {"state": "waiting"}

    @app.post("/api/v1/staff/conversations/{talk}/claim")
    async def claim(talk: str) -> dict[str, int]:
        return {"last_seq": 0}

    @app.post("/api/v1/conversations/{talk}/messages")
    async def from_relative(talk: str, request: Request) -> JSONResponse:
        return await message(talk, request, "relative")

    @app.post("/api/v1/staff/conversations/{talk}/messages")
    async def from_counsellor(talk: str, request: Request) -> JSONResponse:
        return await message(talk, request, "counsellor")

    @app.get("/api/v1/conversations/{talk}/messages")
    async def read(talk: str, after: int = 0) -> list[dict[str, Any]]:
        return await asyncio.to_thread(relay.read, talk, after)

    @app.get("/api/v1/conversations/{talk}/events")
    async def events(talk: str) -> StreamingResponse:
        return follow(talk)

    @app.get("/api/v1/staff/events")
    async def staff_events() -> StreamingResponse:
        return follow("")

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


if __name__ == "__main__":
    uvicorn.run(make(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning")
