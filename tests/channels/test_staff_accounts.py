"""Logging in, sessions, CSRF, roles, presence, the demo's accounts."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from channels.auth import accounts
from channels.auth.models import Staff, StaffSession
from core import clock
from core.audit import AuditEntry
from core.database import Database
from core.errors import Conflict, InvalidInput
from tests.conftest import MakeClient
from tests.support import ADMIN, EDITOR, KARI, OMAR, PASSWORD, StaffMember, error_of

Login = Callable[[str], StaffMember]


def log_in(client: TestClient, email: str = KARI, password: Any = PASSWORD) -> httpx.Response:
    return client.post("/api/v1/staff/login", json={"email": email, "password": password})


class TestLogin:
    def test_gives_who_one_is_and_a_cookie(self, own_client: TestClient) -> None:
        response = log_in(own_client, KARI.upper())
        assert response.status_code == 200
        body = response.json()
        assert {k: body[k] for k in ("role", "municipality", "name")} == {
            "role": "counsellor",
            "municipality": "lillestrom",
            "name": "Kari",
        }
        assert body["csrf_token"]
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie

    def test_the_cookie_is_secure_behind_https(self, make_client: MakeClient) -> None:
        client = make_client(public_url="https://naer.example.no")
        assert "Secure" in log_in(client).headers["set-cookie"]
        assert "Secure" in client.post("/api/v1/conversations", json={"municipality": "baerum"}).headers["set-cookie"]

    def test_every_failure_has_the_same_words(self, own_client: TestClient, database: Database) -> None:
        with database.writing() as session:
            session.query(Staff).filter_by(email=OMAR).one().active = False
        errors = [
            error_of(log_in(own_client, email, password), 401)
            for email, password in ((KARI, "wrong"), ("nobody@example.no", PASSWORD), (OMAR, PASSWORD), ("", ""))
        ]
        assert all(e == errors[0] for e in errors)
        assert errors[0]["code"] == "login_failed"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"email": KARI},
            {"email": 1, "password": 2},
            {"email": KARI, "password": "x" * 201},
            {"email": KARI, "password": "x", "y": 1},
        ],
    )
    def test_wrong_bodies(self, own_client: TestClient, body: Any) -> None:
        error_of(own_client.post("/api/v1/staff/login", json=body), 422)

    def test_guessing_is_stopped(self, own_client: TestClient) -> None:
        for _ in range(10):
            error_of(log_in(own_client, password="wrong"), 401)
        response = log_in(own_client)
        assert error_of(response, 429)["code"] == "too_many_requests"
        assert int(response.headers["retry-after"]) >= 1

    def test_passwords_and_cookies_are_stored_as_hashes_only(
        self, own_client: TestClient, database: Database, data_dir: Path
    ) -> None:
        response = log_in(own_client)
        stored = b"".join(p.read_bytes() for p in data_dir.glob("naer.db*"))
        assert PASSWORD.encode() not in stored
        assert response.cookies["naer_staff"].encode() not in stored

    def test_is_in_the_audit_trail(self, own_client: TestClient, database: Database) -> None:
        log_in(own_client)
        with database.reading() as session:
            assert session.query(AuditEntry).filter_by(action="login", actor=KARI).count() == 1


class TestSession:
    def test_says_who_one_is_after_a_reload(self, staff: Login) -> None:
        kari = staff(KARI)
        me = kari.call("GET", "/staff/me").json()
        assert (me["email"], me["csrf_token"]) == (KARI, kari.csrf)

    def test_ends_with_the_logout(self, staff: Login) -> None:
        kari = staff(KARI)
        kari.call("PUT", "/staff/presence", json={"status": "available"})
        assert kari.call("POST", "/staff/logout").status_code == 200
        assert error_of(kari.call("GET", "/staff/me"), 401)["code"] == "login_needed"
        (colleague,) = staff(OMAR).call("GET", "/staff/colleagues").json()
        assert colleague == {"email": KARI, "name": "Kari", "status": "away"}

    def test_ends_when_its_time_is_over(self, staff: Login, shared_database: Database) -> None:
        kari = staff(KARI)
        with shared_database.writing() as session:
            found = session.query(StaffSession).filter_by(csrf_token=kari.csrf).one()
            found.expires_at = clock.now() - timedelta(seconds=1)
        error_of(kari.call("GET", "/staff/me"), 401)

    def test_ends_when_the_account_is_switched_off(self, own_staff: Login, database: Database) -> None:
        kari = own_staff(KARI)
        with database.writing() as session:
            session.query(Staff).filter_by(email=KARI).one().active = False
        error_of(kari.call("GET", "/staff/queue"), 401)

    def test_another_ones_csrf_token_is_refused(self, staff: Login) -> None:
        kari, omar = staff(KARI), staff(OMAR)
        response = kari.call("PUT", "/staff/presence", json={"status": "busy"}, headers={"X-CSRF-Token": omar.csrf})
        assert error_of(response, 403)["code"] == "csrf"

    @pytest.mark.parametrize("token", ["", "é", "x" * 10_000])
    def test_odd_csrf_tokens_are_refused(self, staff: Login, token: str) -> None:
        response = staff(KARI).call(
            "PUT", "/staff/presence", json={"status": "busy"}, headers={"X-CSRF-Token": token.encode()}
        )
        assert error_of(response, 403)["code"] == "csrf"

    @pytest.mark.parametrize("cookie", ["naer_staff=", "naer_staff=wrong", "naer_staff=\x7f", "other=x"])
    def test_odd_cookies_are_no_session(self, client: TestClient, cookie: str) -> None:
        error_of(client.get("/api/v1/staff/me", headers={"Cookie": cookie}), 401)


class TestPresence:
    @pytest.mark.parametrize("status", ["available", "busy", "away"])
    def test_is_seen_by_colleagues(self, staff: Login, status: str) -> None:
        assert staff(KARI).call("PUT", "/staff/presence", json={"status": status}).json() == {"status": status}
        (colleague,) = staff(OMAR).call("GET", "/staff/colleagues").json()
        assert colleague["status"] == status

    def test_another_word_is_refused(self, staff: Login) -> None:
        error_of(staff(KARI).call("PUT", "/staff/presence", json={"status": "sleeping"}), 422)


ROLES = [
    ("GET", "/staff/queue", {KARI}),
    ("GET", "/staff/events", {KARI}),
    ("GET", "/editor/articles", {EDITOR, ADMIN}),
    ("GET", "/editor/articles/respite-care", {EDITOR, ADMIN}),
    ("PUT", "/editor/articles/respite-care/draft", {EDITOR, ADMIN}),
    ("POST", "/editor/articles", {EDITOR, ADMIN}),
    ("POST", "/editor/articles/respite-care/publish", {EDITOR, ADMIN}),
    ("POST", "/editor/articles/respite-care/revert", {EDITOR, ADMIN}),
    ("POST", "/editor/articles/respite-care/archive", {EDITOR, ADMIN}),
    ("POST", "/editor/articles/respite-care/review", {EDITOR, ADMIN}),
    ("DELETE", "/editor/articles/respite-care/draft", {EDITOR, ADMIN}),
]


@pytest.mark.parametrize(("method", "path", "allowed"), ROLES, ids=[f"{m} {p}" for m, p, _ in ROLES])
class TestRoles:
    def test_others_are_refused(self, staff: Login, method: str, path: str, allowed: set[str]) -> None:
        for email in {KARI, EDITOR, ADMIN} - allowed:
            assert error_of(staff(email).call(method, path, json={}), 403)["code"] == "wrong_role"

    def test_nobody_without_a_session(self, client: TestClient, method: str, path: str, allowed: set[str]) -> None:
        error_of(client.request(method, f"/api/v1{path}", json={}), 401)

    def test_no_change_without_csrf(self, staff: Login, method: str, path: str, allowed: set[str]) -> None:
        if method == "GET":
            return
        for email in allowed:
            assert error_of(staff(email).call(method, path, json={}, csrf=False), 403)["code"] == "csrf"


class TestAccounts:
    def add(self, database: Database, **changed: str) -> None:
        given = {
            "email": "ny@example.no",
            "name": "Ny",
            "role": "editor",
            "municipality": "baerum",
            "password": PASSWORD,
        }
        with database.writing() as session:
            accounts.add(session, **(given | changed))

    def test_a_new_one_can_log_in(self, own_client: TestClient, database: Database) -> None:
        self.add(database, email=" Ny@Example.NO ")
        assert log_in(own_client, "ny@example.no").json()["role"] == "editor"

    @pytest.mark.parametrize(
        "changed", [{"role": "boss"}, {"password": "short"}, {"email": "no-address"}, {"municipality": "oslo"}]
    )
    def test_wrong_values(self, database: Database, changed: dict[str, str]) -> None:
        with pytest.raises(InvalidInput):
            self.add(database, **changed)

    def test_an_address_is_taken_once(self, database: Database) -> None:
        self.add(database)
        with pytest.raises(Conflict):
            self.add(database, email="NY@example.no")


class TestDemoAccounts:
    @pytest.fixture
    def listed(self, database: Database, tmp_path: Path) -> list[dict[str, str]]:
        with database.writing() as session:
            session.query(Staff).delete()
        with database.writing() as session:
            accounts.seed_demo(
                session,
                tmp_path / "demo-accounts.json",
                {"baerum": "Bærum kommune", "lillestrom": "Lillestrøm kommune"},
            )
        found: list[dict[str, str]] = json.loads((tmp_path / "demo-accounts.json").read_text())
        return found

    def test_two_counsellors_and_an_editor_for_each_and_one_administrator(self, listed: list[dict[str, str]]) -> None:
        kinds = sorted((a["municipality"], a["role"]) for a in listed)
        for place in ("baerum", "lillestrom"):
            assert kinds.count((place, "counsellor")) == 2
            assert kinds.count((place, "editor")) == 1
        assert [a["role"] for a in listed].count("admin") == 1
        assert all(set(a) == {"email", "password", "role", "municipality"} for a in listed)

    def test_the_file_is_for_the_owner_only_and_its_passwords_work(
        self, listed: list[dict[str, str]], tmp_path: Path, make_client: MakeClient
    ) -> None:
        assert stat.S_IMODE((tmp_path / "demo-accounts.json").stat().st_mode) == 0o600
        assert log_in(make_client(), listed[0]["email"], listed[0]["password"]).status_code == 200

    def test_can_be_removed(
        self, listed: list[dict[str, str]], database: Database, tmp_path: Path, make_client: MakeClient
    ) -> None:
        with database.writing() as session:
            assert accounts.remove_demo(session, tmp_path / "demo-accounts.json") == len(listed)
        assert not (tmp_path / "demo-accounts.json").exists()
        error_of(log_in(make_client(), listed[0]["email"], listed[0]["password"]), 401)
