"""Whose talk it is: 401 without a token or with a wrong one, 403 with another talk's, 404 for no talk."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support import Talk, error_of

DOORS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("PATCH", "", {"language": "nb"}),
    ("POST", "/messages", {"client_id": "0123456789", "text": "hei"}),
    ("GET", "/messages", None),
    ("GET", "/events", None),
    ("POST", "/typing", None),
    ("POST", "/feedback", {"rating": "up"}),
    ("GET", "/handoff", None),
    ("POST", "/handoff", {"consent": True}),
    ("DELETE", "/handoff", None),
    ("GET", "/transcript", None),
    ("DELETE", "", None),
]
doors = pytest.mark.parametrize(("method", "path", "body"), DOORS, ids=[f"{m} {p}" for m, p, _ in DOORS])


@doors
class TestEveryDoor:
    def test_needs_a_token(self, talk: Talk, method: str, path: str, body: Any) -> None:
        talk.client.cookies.clear()
        response = talk.client.request(method, talk.url + path, json=body)
        assert error_of(response, 401)["code"] == "token_needed"

    def test_refuses_a_wrong_token(self, talk: Talk, method: str, path: str, body: Any) -> None:
        response = talk.call(method, path, json=body, headers={"Authorization": "Bearer wrong"})
        assert error_of(response, 401)["code"] == "wrong_token"

    def test_refuses_another_scheme(self, talk: Talk, method: str, path: str, body: Any) -> None:
        talk.client.cookies.clear()
        response = talk.call(method, path, json=body, headers={"Authorization": f"Basic {talk.token}"})
        error_of(response, 401)

    def test_refuses_another_talks_token(
        self, client: TestClient, talk: Talk, method: str, path: str, body: Any
    ) -> None:
        other = Talk(client)
        response = talk.call(method, path, json=body, headers=other.headers)
        assert error_of(response, 403)["code"] == "not_your_conversation"
        assert talk.call("GET").json()["last_seq"] == 1

    def test_knows_no_such_talk(self, talk: Talk, method: str, path: str, body: Any) -> None:
        response = talk.client.request(
            method, f"/api/v1/conversations/{uuid.uuid4()}{path}", json=body, headers=talk.headers
        )
        assert error_of(response, 404)["code"] == "unknown_conversation"

    def test_takes_no_token_from_the_url(self, talk: Talk, method: str, path: str, body: Any) -> None:
        talk.client.cookies.clear()
        response = talk.client.request(
            method, f"{talk.url}{path}?token={talk.token}&access_token={talk.token}", json=body
        )
        error_of(response, 401)


class TestCookie:
    def test_opens_the_stream_only(self, talk: Talk) -> None:
        cookie = {"Cookie": f"naer_talk={talk.token}"}
        error_of(talk.client.get(f"{talk.url}/messages", headers=cookie), 401)

    def test_of_another_talk_does_not_open_the_stream(self, client: TestClient, talk: Talk) -> None:
        client.cookies.clear()
        cookie = {"Cookie": f"naer_talk={Talk(client).token}"}
        error_of(talk.client.get(f"{talk.url}/events", headers=cookie), 403)


def test_a_staff_session_opens_no_relatives_door(client: TestClient, talk: Talk, staff: Any) -> None:
    from tests.support import KARI

    error_of(staff(KARI).call("GET", f"/conversations/{talk.id}/messages"), 401)
