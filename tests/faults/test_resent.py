"""The reply is lost after the commit, and the same message is sent again: at once, five times, and a minute later."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.faults.system import System, answered, check_numbers, eventually
from tests.support import KARI, StaffMember, Talk

pytestmark = pytest.mark.faults
ROUNDS = 50
QUESTION = "Hva er avlastning?"


def send_and_hang_up(port: int, path: str, headers: dict[str, str], body: dict[str, str]) -> None:
    """Send a request whole and be gone before the answer."""
    raw = json.dumps(body).encode()
    head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: test\r\n{head}Content-Type: application/json\r\n"
            f"Content-Length: {len(raw)}\r\n\r\n".encode()
            + raw
        )


def a_minute_later(system: System, talk: Talk) -> None:
    """Everything of the talk becomes 61 seconds older."""
    with system.database.writing() as session:
        session.execute(
            text("UPDATE messages SET at = datetime(at, '-61 seconds') WHERE conversation_id = :id"), {"id": talk.id}
        )


def test_a_relatives_message_is_there_once(system: System) -> None:
    for _ in range(ROUNDS):
        talk, name = Talk(system.client), str(uuid.uuid4())
        body = {"client_id": name, "text": QUESTION}
        send_and_hang_up(system.port, f"{talk.url}/messages", talk.headers, body)
        assert system.watch("SELECT 1 FROM messages WHERE client_id = ?", name)(20)
        seqs = again(lambda talk=talk, name=name: talk.post(QUESTION, client_id=name, wait=False).json())
        a_minute_later(system, talk)
        seqs |= again(lambda talk=talk, name=name: talk.post(QUESTION, client_id=name, wait=False).json())
        assert len(seqs) == 1
        assert eventually(lambda talk=talk: answered(talk))
        check_numbers(talk.messages())
        assert [m["sender"] for m in talk.messages()] == ["bot", "relative", "bot"]


def test_a_counsellors_message_is_there_once(system: System) -> None:
    kari = StaffMember(system.client, system.database, KARI)
    for _ in range(ROUNDS):
        talk, name = Talk(system.client), str(uuid.uuid4())
        talk.hand_over()
        assert kari.do(talk, "claim").status_code == 200
        headers = {"Cookie": kari.cookie, "X-CSRF-Token": kari.csrf}
        path, body = f"/api/v1/staff/conversations/{talk.id}/messages", {"client_id": name, "text": "Hei"}
        send_and_hang_up(system.port, path, headers, body)
        assert system.watch("SELECT 1 FROM messages WHERE client_id = ?", name)(20)
        seqs = again(lambda talk=talk, name=name: kari.write(talk, "Hei", client_id=name).json())
        a_minute_later(system, talk)
        seqs |= again(lambda talk=talk, name=name: kari.write(talk, "Hei", client_id=name).json())
        assert len(seqs) == 1
        check_numbers(talk.messages())
        assert [m["text"] for m in talk.messages()].count("Hei") == 1
        assert kari.do(talk, "close", {"outcome": "helped"}).status_code == 200


def again(send: Callable[[], dict[str, object]]) -> set[object]:
    """Five times more; each says that it knows the message already, and under which number."""
    answers = [send() for _ in range(5)]
    assert all(a["duplicate"] is True for a in answers), answers
    return {a["seq"] for a in answers}
