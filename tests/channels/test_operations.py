"""Alive, ready, metrics, the description of the API; rate limits; the headers of every answer; pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from channels.app import create_app
from core.database import Database
from core.i18n import text
from knowledge_base.models import Municipality
from tests.conftest import MakeClient, MakeSettings
from tests.support import EDITOR, FakeEngine, StaffMember, Talk, error_of


class TestReady:
    def test_alive(self, client: TestClient) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}

    def test_without_the_engine_is_degraded_but_ready(self, client: TestClient) -> None:
        response = client.get("/readyz")
        assert response.status_code == 200
        body = response.json()
        assert (body["status"], body["degraded"], body["database"], body["engine"]) == (
            "ready",
            ["engine"],
            True,
            False,
        )
        assert body["index"]["ready"] is True
        assert body["index"]["texts"] > 500

    def test_with_the_engine_is_not_degraded(self, make_client: MakeClient, engine: FakeEngine) -> None:
        body = make_client(engine_url=engine.url).get("/readyz").json()
        assert body["engine"] is True
        assert "degraded" not in body

    def test_without_a_database_names_it(self, own_client: TestClient, database: Database) -> None:
        own_client.app.state.services.database.engine.dispose()  # type: ignore[attr-defined]
        own_client.app.state.services.database = Database("sqlite:////nonexistent/naer.db")  # type: ignore[attr-defined]
        response = own_client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["down"] == ["database"]


class TestMetrics:
    def test_are_prometheus_text(self, client: TestClient, talk: Talk) -> None:
        talk.say("avlastning")
        talk.hand_over()
        response = client.get("/metrics")
        assert response.headers["content-type"].startswith("text/plain")
        samples = {
            (s.name, tuple(s.labels.values())): s.value
            for f in text_string_to_metric_families(response.text)
            for s in f.samples
        }
        assert samples[("naer_turns_total", ("app",))] >= 1
        assert samples[("naer_messages_total", ("relative",))] >= 1
        assert samples[("naer_queue", ("lillestrom",))] >= 1
        assert samples[("naer_turn_seconds_count", ())] >= 1

    def test_hold_no_ids(self, client: TestClient, talk: Talk) -> None:
        talk.say("zebrafink")
        shown = client.get("/metrics").text
        assert talk.id not in shown
        assert "zebrafink" not in shown


class TestOpenApi:
    def test_describes_every_public_call(self, client: TestClient) -> None:
        paths = client.get("/openapi.json").json()["paths"]
        for path in ("/api/v1/conversations", "/api/v1/conversations/{conversation_id}/messages", "/api/v1/search", "/api/v1/screen",
                     "/api/v1/staff/conversations/{conversation_id}/claim", "/api/v1/editor/articles/{article_id}/publish", "/readyz"):  # fmt: skip
            assert path in paths
        assert not [p for p in paths if p.startswith("/internal")]

    def test_every_call_says_what_it_does(self, client: TestClient) -> None:
        paths = client.get("/openapi.json").json()["paths"]
        assert not [
            f"{m} {p}" for p, calls in paths.items() for m, call in calls.items() if not call.get("description")
        ]


class TestRateLimits:
    def test_requests(self, make_client: MakeClient) -> None:
        client = make_client(rate_requests="5/minute")
        for _ in range(5):
            assert client.get("/api/v1/municipalities").status_code == 200
        response = client.get("/api/v1/municipalities")
        assert error_of(response, 429)["code"] == "too_many_requests"
        assert 1 <= int(response.headers["retry-after"]) <= 61

    def test_operators_paths_are_free(self, make_client: MakeClient) -> None:
        client = make_client(rate_requests="1/minute")
        for path in ("/healthz", "/readyz", "/metrics"):
            assert [client.get(path).status_code for _ in range(3)] == [200] * 3

    def test_talks_in_the_readers_language_and_nothing_is_stored(
        self, make_client: MakeClient, database: Database
    ) -> None:
        from channels.conversations.models import Conversation

        client = make_client(rate_conversations="2/minute")
        for _ in range(2):
            Talk(client)
        response = client.post("/api/v1/conversations", json={"municipality": "baerum", "language": "pl"})
        error = error_of(response, 429)
        assert error["message"] == text("error.too_many", "pl", seconds=response.headers["retry-after"])
        with database.reading() as session:
            assert session.query(Conversation).count() == 2

    def test_an_address_behind_a_proxy_counts_by_itself(self, make_client: MakeClient) -> None:
        client = make_client(rate_requests="2/minute", trusted_proxies="testclient")
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            statuses = [
                client.get("/api/v1/municipalities", headers={"X-Forwarded-For": address}).status_code for _ in range(3)
            ]
            assert statuses == [200, 200, 429]

    def test_a_forwarded_address_is_not_believed_from_just_anybody(self, make_client: MakeClient) -> None:
        client = make_client(rate_requests="2/minute")
        statuses = [
            client.get("/api/v1/municipalities", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(4)
        ]
        assert statuses == [200, 200, 429, 429]


class TestHeaders:
    @pytest.mark.parametrize(
        "path", ["/healthz", "/api/v1/municipalities", "/api/v1/nothing", "/articles/respite-care?municipality=baerum"]
    )
    def test_on_every_answer(self, client: TestClient, path: str) -> None:
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]

    def test_also_on_refusals(self, make_client: MakeClient) -> None:
        client = make_client(rate_requests="1/minute")
        client.get("/api/v1/municipalities")
        assert "content-security-policy" in client.get("/api/v1/municipalities").headers
        assert "content-security-policy" in client.post("/api/v1/screen", content=b"x" * 1_000_001).headers

    def test_the_api_is_never_cached(self, client: TestClient) -> None:
        assert client.get("/api/v1/municipalities").headers["cache-control"] == "no-store"

    def test_the_widget_may_be_framed_by_the_municipalities_origins(
        self, make_client: MakeClient, database: Database
    ) -> None:
        with database.writing() as session:
            place = session.get_one(Municipality, "baerum")
            place.settings = {**place.settings, "allowed_origins": ["https://www.baerum.kommune.no"]}
        policy = make_client().get("/widget").headers["content-security-policy"]
        assert "frame-ancestors 'self' https://www.baerum.kommune.no" in policy


class TestArticlePage:
    def test_is_html_in_the_readers_language_and_direction(self, client: TestClient) -> None:
        response = client.get("/articles/respite-care?municipality=lillestrom&lang=ar")
        assert response.headers["content-type"].startswith("text/html")
        assert 'lang="ar"' in response.text
        assert 'dir="rtl"' in response.text

    def test_an_editors_markup_is_cleaned(
        self, own_client: TestClient, own_staff: Callable[[str], StaffMember]
    ) -> None:
        editor = own_staff(EDITOR)
        body = "<script>alert(1)</script>\n\n**fet** [x](javascript:alert(2)) <img src=x onerror=alert(3)>"
        made: dict[str, Any] = {"answer": "<b>a</b><script>alert(4)</script>", "body": body}
        assert editor.call("PUT", "/editor/articles/respite-care/draft", json=made).status_code == 200
        assert editor.call("POST", "/editor/articles/respite-care/publish").status_code == 200
        page = own_client.get("/articles/respite-care?municipality=lillestrom").text
        assert "<strong>fet</strong>" in page
        for evil in ("<script>alert", "onerror", 'href="javascript:'):
            assert evil not in page

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/articles/staff-duty-to-report?municipality=baerum", 404), ("/articles/no-such?municipality=baerum", 404), ("/demo/oslo", 404),
         ("/articles/respite-care?municipality=oslo", 422), ("/articles/respite-care?municipality=baerum&lang=xx", 422), ("/articles/respite-care", 422)],
    )  # fmt: skip
    def test_what_is_not_there(self, client: TestClient, path: str, status: int) -> None:
        error_of(client.get(path), status)


class TestProduction:
    def test_the_app_refuses_to_be_made_and_says_why(self, make_settings: MakeSettings) -> None:
        with pytest.raises(SystemExit, match="NAER_PUBLIC_URL"):
            create_app(make_settings(profile="production"))


class TestActionDoor:
    @pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Bearer é"])
    def test_needs_the_secret(self, client: TestClient, authorization: str) -> None:
        response = client.post("/internal/actions/webhook", json={}, headers={"Authorization": authorization.encode()})
        assert response.status_code == 401
