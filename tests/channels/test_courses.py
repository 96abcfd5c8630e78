"""Courses over HTTP: the list, calendar files, and the editors' import with its permissions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy import select

from channels import errors
from channels.auth import accounts
from channels.courses import endpoints
from core import clock
from core.audit import AuditEntry
from core.database import Base, Database
from core.settings import Settings
from knowledge_base import municipalities
from knowledge_base.courses import service
from tests.support import BAERUM_EDITOR, EDITOR, KARI, PASSWORD, STAFF, StaffMember, error_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COURSES = "/api/v1/courses"
IMPORT = "/editor/courses/import"
KEYS = {
    "id", "title", "summary", "audience", "theme", "language", "sessions", "starts_at", "place", "digital", "seats",
    "seats_left", "waiting_list", "signup_url", "example", "article_id", "url_ics",
}  # fmt: skip


@pytest.fixture(scope="module")
def courses_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Municipalities, staff and the example courses in one file (hashing passwords takes its time)."""
    path = tmp_path_factory.mktemp("courses") / "naer.db"
    made = Database(f"sqlite:///{path}")
    Base.metadata.create_all(made.engine)
    with made.writing() as session:
        municipalities.seed(session, always_open=True)
        session.flush()
        service.seed(session)
        for email, name, role, municipality in STAFF:
            if email in (EDITOR, BAERUM_EDITOR, KARI):
                accounts.add(session, email=email, name=name, role=role, municipality=municipality, password=PASSWORD)
    made.close()
    return path


@pytest.fixture
def courses_database(courses_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A copy of the template, on 21 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    shutil.copyfile(courses_template, tmp_path / "naer.db")
    made = Database(f"sqlite:///{tmp_path / 'naer.db'}")
    yield made
    made.close()


@pytest.fixture
def http(courses_database: Database) -> TestClient:
    """An app of this room alone."""
    app = FastAPI()
    errors.install(app)
    app.include_router(endpoints.router)
    app.state.services = SimpleNamespace(database=courses_database, settings=Settings())
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def member(http: TestClient, courses_database: Database) -> Callable[[str], StaffMember]:
    """A logged-in member of staff."""
    return lambda email: StaffMember(http, courses_database, email)


def listed(http: TestClient, **query: str) -> list[dict[str, Any]]:
    response = http.get(COURSES, params={"municipality": "lillestrom", **query})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


def feed(identity: str = "a", **fields: Any) -> bytes:
    times = {"start": "2027-01-19T18:00", "end": "2027-01-19T20:00"}
    return json.dumps([{"id": identity, "title": "Nytt kurs", **times, **fields}]).encode()


class TestList:
    def test_shape_and_order(self, http: TestClient) -> None:
        found = listed(http)
        assert all(set(course) == KEYS for course in found)
        assert [c["starts_at"] for c in found] == sorted(c["starts_at"] for c in found)
        first = found[0]
        assert (first["id"], first["title"]) == (
            "lillestrom-kreft-desember-2026",
            "Kveld for pårørende ved kreft (eksempel)",
        )
        assert first["sessions"] == [{"start": "2026-12-08T17:00:00.000Z", "end": "2026-12-08T19:00:00.000Z"}]
        assert (first["starts_at"], first["example"], first["article_id"]) == (
            "2026-12-08T17:00:00.000Z", True, "cancer-course",
        )  # fmt: skip
        assert http.get(first["url_ics"]).status_code == 200

    def test_what_is_over_comes_only_when_asked_for(self, http: TestClient) -> None:
        over = "lillestrom-parorendekurs-host-2026"
        assert over not in [c["id"] for c in listed(http)]
        assert over in [c["id"] for c in listed(http, **{"from": "2026-09-01"})]

    def test_from_and_to(self, http: TestClient) -> None:
        found = listed(http, **{"from": "2027-02-03", "to": "2027-02-09"})
        assert [c["id"] for c in found] == ["lillestrom-sibs-6-8-vinter-2027", "lillestrom-demens-vinter-2027"]
        assert [s["start"][:10] for s in found[1]["sessions"]] == ["2027-02-09"]
        assert listed(http, **{"from": "2027-02-03T15:30:00Z", "to": "2027-02-09T23:59:00+01:00"}) == found

    def test_language(self, http: TestClient) -> None:
        assert listed(http, lang="nn")[0]["title"] == "Kveld for pårørande ved kreft (eksempel)"
        assert listed(http, lang="pl")[0]["title"] == "Evening for relatives of people with cancer (example)"

    def test_theme_and_audience(self, http: TestClient) -> None:
        assert {c["theme"] for c in listed(http, theme="dementia")} == {"dementia"}
        assert {c["audience"] for c in listed(http, audience="youth")} == {"youth"}

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"from": "tomorrow"}, "invalid_dates"),
            ({"to": "2027-02-30"}, "invalid_dates"),
            ({"from": ""}, "invalid_dates"),
            ({"from": "2027-01-01T00:00:00"}, "invalid_dates"),
            ({"to": "9999-12-31"}, "invalid_dates"),
            ({"from": "0001-01-01"}, "invalid_dates"),
            ({"from": "2027-02-01", "to": "2027-01-01"}, "invalid_dates"),
            ({"municipality": "atlantis"}, "unknown_municipality"),
            ({"lang": "xx"}, "unknown_language"),
            ({"theme": "x"}, "unknown_theme"),
            ({"audience": "x"}, "unknown_audience"),
            ({"lang": "x" * 9}, "invalid_input"),
        ],
    )
    def test_wrong_questions(self, http: TestClient, query: dict[str, str], code: str) -> None:
        response = http.get(COURSES, params={"municipality": "lillestrom", **query})
        assert error_of(response, 422)["code"] == code

    def test_municipality_is_needed(self, http: TestClient) -> None:
        error_of(http.get(COURSES), 422)


class TestCalendarFile:
    def test_file(self, http: TestClient) -> None:
        response = http.get(f"{COURSES}/lillestrom-barnegruppe-var-2027.ics")
        assert response.headers["content-type"] == "text/calendar; charset=utf-8"
        assert 'filename="lillestrom-barnegruppe-var-2027.ics"' in response.headers["content-disposition"]
        starts = [event["DTSTART"].dt for event in Calendar.from_ical(response.content).walk("VEVENT")]
        assert [(s.month, s.day, s.hour, s.minute) for s in starts] == [
            (3, 3, 14, 30), (3, 10, 14, 30), (3, 17, 14, 30), (4, 7, 13, 30), (4, 14, 13, 30),
        ]  # fmt: skip
        assert all(s.utcoffset() is not None for s in starts)

    def test_language(self, http: TestClient) -> None:
        response = http.get(f"{COURSES}/lillestrom-barnegruppe-var-2027.ics", params={"lang": "en"})
        assert "(example)" in response.text

    @pytest.mark.parametrize("name", ["nothing", "a" * 3000, "%00", "..%2F..%2Fetc"])
    def test_unknown(self, http: TestClient, name: str) -> None:
        error_of(http.get(f"{COURSES}/{name}.ics"), 404)

    def test_unknown_language(self, http: TestClient) -> None:
        error_of(http.get(f"{COURSES}/lillestrom-barnegruppe-var-2027.ics", params={"lang": "xx"}), 422)


class TestImport:
    def test_once_and_again(self, member: Callable[[str], StaffMember], http: TestClient) -> None:
        path = f"{IMPORT}?format=json&source=portal"
        first = member(EDITOR).call("POST", path, content=feed())
        assert (first.status_code, first.json()) == (200, {"created": 1, "updated": 0, "unchanged": 0, "problems": []})
        again = member(EDITOR).call("POST", path, content=feed())
        assert again.json() == {"created": 0, "updated": 0, "unchanged": 1, "problems": []}
        found = [c for c in listed(http) if not c["example"]]
        assert [c["title"] for c in found] == ["Nytt kurs"]
        assert http.get(found[0]["url_ics"]).status_code == 200

    def test_nonsense_is_named_by_line_and_the_rest_kept(self, member: Callable[[str], StaffMember]) -> None:
        bad = ["BEGIN:VEVENT", "UID:b", "SUMMARY:B", "DTSTART:20271345T990000", "END:VEVENT"]
        good = ["BEGIN:VEVENT", "UID:g", "SUMMARY:G", "DTSTART:20270119T170000Z", "END:VEVENT"]
        text = "\r\n".join(["BEGIN:VCALENDAR", *bad, *good, "END:VCALENDAR"])
        report = member(EDITOR).call("POST", f"{IMPORT}?format=ical", content=text.encode()).json()
        assert report["created"] == 1
        assert [p["row"] for p in report["problems"]] == [5]
        assert "DTSTART" in report["problems"][0]["message"]

    def test_it_goes_to_the_editors_own_municipality(
        self, member: Callable[[str], StaffMember], http: TestClient
    ) -> None:
        member(BAERUM_EDITOR).call("POST", f"{IMPORT}?format=json", content=feed())
        assert "Nytt kurs" not in [c["title"] for c in listed(http)]
        assert "Nytt kurs" in [c["title"] for c in listed(http, municipality="baerum")]

    def test_the_audit_trail_tells_of_it(
        self, member: Callable[[str], StaffMember], courses_database: Database
    ) -> None:
        member(EDITOR).call("POST", f"{IMPORT}?format=json&source=portal", content=feed())
        with courses_database.reading() as session:
            entry = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "courses")).one()
        assert (entry.actor, entry.municipality, entry.object_id) == (EDITOR, "lillestrom", "portal")
        assert entry.details == {"created": 1, "updated": 0, "unchanged": 0, "problems": 0}

    def test_who_may(self, member: Callable[[str], StaffMember], http: TestClient) -> None:
        path = f"{IMPORT}?format=json"
        error_of(http.post(f"/api/v1{path}", content=feed()), 401)
        assert error_of(member(EDITOR).call("POST", path, csrf=False, content=feed()), 403)["code"] == "csrf"
        assert error_of(member(KARI).call("POST", path, content=feed()), 403)["code"] == "wrong_role"
        assert all(c["example"] for c in listed(http))

    def test_fifty_megabytes(self, member: Callable[[str], StaffMember]) -> None:
        path = f"{IMPORT}?format=csv"
        error = error_of(member(EDITOR).call("POST", path, content=b"x" * 50_000_000), 413)
        assert (error["code"], error["details"]) == ("feed_too_large", {"limit_bytes": 5_000_000})

    def test_a_stream_without_a_length_is_given_up(self, member: Callable[[str], StaffMember]) -> None:
        stream = (b"x" * 1_000_000 for _ in range(6))
        assert error_of(member(EDITOR).call("POST", f"{IMPORT}?format=csv", content=stream), 413)

    @pytest.mark.parametrize(
        ("query", "body", "code"),
        [
            ("format=json", b"", "unreadable_feed"),
            ("format=json", b"{", "unreadable_feed"),
            ("format=xml", b"x", "unknown_format"),
            ("format=ical", b"<html>", "unreadable_feed"),
            ("format=json&source=example", b"[]", "invalid_source"),
            ("source=portal", b"[]", "invalid_input"),
        ],
    )
    def test_wrong_calls(self, member: Callable[[str], StaffMember], query: str, body: bytes, code: str) -> None:
        assert error_of(member(EDITOR).call("POST", f"{IMPORT}?{query}", content=body), 422)["code"] == code
