"""What the tests share: a talk and a member of staff over HTTP, and a real HTTP server in the engine's place."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from sqlalchemy import select

from channels.auth import tokens
from channels.auth.models import Staff, StaffSession
from core import clock
from core.database import Database

PASSWORD = "a password of the tests"
KARI, OMAR = "kari.lillestrom@example.no", "omar.lillestrom@example.no"
BAERUM_KARI, EDITOR = "kari.baerum@example.no", "redaktor.lillestrom@example.no"
BAERUM_EDITOR, ADMIN = "redaktor.baerum@example.no", "admin@example.no"
STAFF = (
    (KARI, "Kari", "counsellor", "lillestrom"),
    (OMAR, "Omar", "counsellor", "lillestrom"),
    (BAERUM_KARI, "Kari", "counsellor", "baerum"),
    (EDITOR, "Redaktør", "editor", "lillestrom"),
    (BAERUM_EDITOR, "Redaktør", "editor", "baerum"),
    (ADMIN, "Administrator", "admin", "lillestrom"),
)
Json = Any


def error_of(response: httpx.Response, status: int) -> dict[str, Any]:
    """The error of an answer: asserts the status and the one shape."""
    assert response.status_code == status, (response.status_code, response.text[:500])
    body = response.json()
    assert set(body) == {"error"}, body
    error: dict[str, Any] = body["error"]
    assert set(error) <= {"code", "message", "details"}, error
    assert error["code"].replace("_", "").isalnum(), error
    assert error["code"].islower(), error
    assert error["message"], error
    return error


class Talk:
    """A relative's conversation over HTTP."""

    def __init__(self, client: httpx.Client, municipality: str = "lillestrom", language: str | None = "nb") -> None:
        body = {"municipality": municipality} | ({"language": language} if language else {})
        response = client.post("/api/v1/conversations", json=body)
        assert response.status_code == 201, response.text
        self.opened: dict[str, Any] = response.json()
        self.client = client
        self.id, self.token = self.opened["id"], self.opened["token"]
        self.url = f"/api/v1/conversations/{self.id}"
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, path: str = "", **how: Any) -> httpx.Response:
        """One call with the talk's token."""
        return self.client.request(method, self.url + path, headers=self.headers | how.pop("headers", {}), **how)

    def post(
        self, text: str | None = None, *, client_id: str | None = None, wait: bool = True, **body: Any
    ) -> httpx.Response:
        """Send a message; the raw answer."""
        sent = {"client_id": client_id or str(uuid.uuid4()), **({"text": text} if text is not None else {}), **body}
        return self.call("POST", "/messages" + ("?wait=reply" if wait else ""), json=sent)

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a text and give what came after it."""
        response = self.post(text)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def press(self, payload: str) -> list[dict[str, Any]]:
        """Press a button that was offered and give what came after it."""
        response = self.post(payload=payload)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        """The stored messages with `seq > after`."""
        response = self.call("GET", f"/messages?after={after}")
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()
        return found

    @property
    def state(self) -> str:
        """`bot`, `waiting`, `human` or `closed`."""
        return str(self.call("GET").json()["state"])

    def hand_over(self, **body: Any) -> httpx.Response:
        """Ask for a person by the endpoint."""
        return self.call("POST", "/handoff", json={"consent": True, **body})


class StaffMember:
    """A logged-in member of staff. The session is made in the database: the login itself has its own tests."""

    def __init__(self, client: httpx.Client, database: Database, email: str) -> None:
        cookie, self.csrf = tokens.new(), tokens.new()
        with database.writing() as session:
            staff = session.scalars(select(Staff).where(Staff.email == email)).one()
            session.add(
                StaffSession(
                    token_hash=tokens.digest(cookie), staff_id=staff.id, csrf_token=self.csrf,
                    expires_at=clock.now() + timedelta(hours=1),
                )
            )  # fmt: skip
        self.client, self.email = client, email
        self.cookie = f"naer_staff={cookie}"

    def call(self, method: str, path: str, *, csrf: bool = True, **how: Any) -> httpx.Response:
        """One call with the session's cookie and, unless told otherwise, the CSRF token."""
        headers = {"Cookie": self.cookie} | ({"X-CSRF-Token": self.csrf} if csrf else {}) | how.pop("headers", {})
        return self.client.request(method, f"/api/v1{path}", headers=headers, **how)

    def do(self, talk: Talk, what: str, body: Json = None) -> httpx.Response:
        """`claim`, `release`, `close`… on a talk."""
        return self.call("POST", f"/staff/conversations/{talk.id}/{what}", json=body)

    def write(self, talk: Talk, text: str | None = None, **body: Any) -> httpx.Response:
        """Write to the relative."""
        sent = {"client_id": str(uuid.uuid4()), **({"text": text} if text is not None else {}), **body}
        return self.do(talk, "messages", sent)


class FakeEngine:
    """Stands where Rasa stands, over real HTTP. `reply` is given the turn and gives status and raw body."""

    def __init__(self) -> None:
        self.turns: list[dict[str, Any]] = []
        self.authorizations: list[str] = []
        self.reply: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda _: messages({"do": "say", "key": "greet"})
        self.released = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.turns.append(turn)
                fake.authorizations.append(self.headers.get("Authorization", ""))
                self._send(*fake.reply(turn))

            def do_GET(self) -> None:
                self._send(200, b'{"ready": true}')

            def _send(self, status: int, body: bytes) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the app has stopped waiting

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving, and let go whoever still waits."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def messages(*customs: Json) -> tuple[int, bytes]:
    """An answer of the engine with these payloads."""
    return 200, json.dumps({"messages": [{"recipient_id": "x", "custom": c} for c in customs]}).encode()
