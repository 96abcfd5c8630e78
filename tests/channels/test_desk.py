"""The counsellor's desk: the card's trace and suggestions, seen markers, translation, history, overview, statistics."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Conversation
from channels.handoff.models import Episode
from core import clock
from core.audit import AuditEntry
from core.database import Database
from tests.conftest import MakeClient
from tests.support import ADMIN, BAERUM_KARI, EDITOR, KARI, OMAR, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]
QUESTION = "Hvordan søker jeg om omsorgsstønad?"


def card_of(member: StaffMember, talk: Talk) -> dict[str, Any]:
    response = member.call("GET", f"/staff/conversations/{talk.id}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def over(talk: Talk, member: StaffMember, *, summary: str = "Det gjelder mor", **how: Any) -> Talk:
    """A talk that has been handed over, taken and closed."""
    talk.hand_over(summary=summary)
    member.do(talk, "claim")
    assert member.do(talk, "close", {"outcome": "helped", **how}).status_code == 200
    return talk


def events_of(client: TestClient) -> list[tuple[str, str, Any]]:
    """What the app publishes from now on."""
    published: list[tuple[str, str, Any]] = []
    services = client.app.state.services  # type: ignore[attr-defined]
    publish = services.bus.publish

    def noted(topic: str, event: Any) -> None:
        published.append((topic, event.kind, event.data))
        publish(topic, event)

    services.bus.publish = noted
    return published


class TestCard:
    def test_traces_what_the_bot_answered_and_how_sure_it_was(self, talk: Talk, staff: Login) -> None:
        talk.say(QUESTION)
        (answer,) = [m for m in talk.messages() if m["kind"] == "answer"]
        talk.hand_over()
        (entry,) = [e for e in card_of(staff(KARI), talk)["trace"] if e["decision"] == "answer"]
        assert (entry["seq"], entry["article_id"]) == (answer["seq"], "care-benefit")
        assert entry["confidence"] == answer["answer"]["confidence"]
        assert entry["title"] == answer["answer"]["title"]

    def test_suggests_in_the_relatives_language_with_the_norwegian_beside(
        self, client: TestClient, staff: Login
    ) -> None:
        talk = Talk(client, language="pl")
        talk.say("Jak ubiegać się o zasiłek opiekuńczy omsorgsstønad?")
        talk.hand_over()
        found = card_of(staff(KARI), talk)["suggestions"]
        first = next(s for s in found if s["article_id"] == "care-benefit")
        assert first["language"] == "pl"
        assert first["text"] != first["norwegian"]["text"]
        assert first["norwegian"]["text"].startswith(first["snippet"])
        kari = staff(KARI)
        kari.do(talk, "claim")
        sendable = [s["article_id"] for s in found if not s["staff_only"]]
        assert kari.write(talk, article_id=sendable[0]).status_code == 202

    @pytest.mark.parametrize(
        ("said", "duty"),
        [("Mannen min slår meg og barna", True), ("Jeg er alene med lillebroren min og er redd", None), (QUESTION, False)],
    )  # fmt: skip
    def test_reminds_of_the_duty_to_report(self, talk: Talk, staff: Login, said: str, duty: bool | None) -> None:
        kinds = [m["crisis"]["category"] for m in talk.say(said) if m["kind"] == "crisis"]
        talk.hand_over()
        expected = duty if duty is not None else bool({"child", "violence"} & set(kinds))
        assert card_of(staff(KARI), talk)["duty_to_report"] is expected

    def test_reminds_by_theme_too(self, talk: Talk, staff: Login, shared_database: Database) -> None:
        talk.hand_over()
        with shared_database.writing() as session:
            session.get_one(Conversation, talk.id).theme = "children-families"
        assert card_of(staff(KARI), talk)["duty_to_report"] is True

    def test_says_how_far_the_relative_has_read(self, talk: Talk, staff: Login) -> None:
        talk.hand_over()
        talk.call("POST", "/seen", json={"seq": 2})
        assert card_of(staff(KARI), talk)["seen_by_relative"] == 2

    def test_after_the_end_shows_the_staffs_part_only(self, talk: Talk, staff: Login) -> None:
        kari = staff(KARI)
        over(talk, kari, back_to_bot=True)
        until = talk.messages()[-1]["seq"]
        talk.say("noe helt privat om avlastning")
        assert card_of(kari, talk)["last_seq"] == until
        read = kari.call("GET", f"/staff/conversations/{talk.id}/messages").json()
        assert [m["seq"] for m in read] == list(range(1, until + 1))
        suggested = card_of(kari, talk)["suggestions"]
        assert "respite-care" not in [s["article_id"] for s in suggested]

    def test_reading_is_in_the_audit_trail(self, talk: Talk, staff: Login, shared_database: Database) -> None:
        talk.hand_over()
        kari = staff(KARI)
        kari.call("GET", f"/staff/conversations/{talk.id}/messages")
        kari.call("GET", f"/staff/conversations/{talk.id}/messages?after=1")
        with shared_database.reading() as session:
            found = session.query(AuditEntry).filter_by(object_id=talk.id, action="read_talk", actor=KARI).count()
        assert found == 1


class TestSeen:
    def test_of_the_counsellor_reaches_the_relative(self, own_client: TestClient, own_staff: Login) -> None:
        talk, kari = Talk(own_client), own_staff(KARI)
        talk.hand_over()
        kari.do(talk, "claim")
        talk.post("er du der?", wait=False)
        published = events_of(own_client)
        last = talk.messages()[-1]["seq"]
        assert kari.do(talk, "seen", {"seq": 9999}).status_code == 204
        kari.do(talk, "seen", {"seq": 1})
        assert [p for p in published if p[1] == "seen"] == [
            (f"conversation:{talk.id}", "seen", {"by": "counsellor", "seq": last})
        ]
        (row,) = kari.call("GET", "/staff/queue").json()
        assert row["unread"] == 0

    def test_of_a_colleague_does_not(self, own_client: TestClient, own_staff: Login) -> None:
        talk = Talk(own_client)
        talk.hand_over()
        own_staff(KARI).do(talk, "claim")
        published = events_of(own_client)
        assert own_staff(OMAR).do(talk, "seen", {"seq": 2}).status_code == 204
        assert [p for p in published if p[1] == "seen"] == []

    def test_of_the_relative_reaches_the_staff(self, own_client: TestClient) -> None:
        talk = Talk(own_client)
        talk.hand_over()
        published = events_of(own_client)
        talk.call("POST", "/seen", json={"seq": 2})
        talk.call("POST", "/seen", json={"seq": 2})
        assert [p for p in published if p[1] == "seen"] == [
            ("staff:lillestrom", "seen", {"conversation_id": talk.id, "by": "relative", "seq": 2})
        ]


class Translator(ThreadingHTTPServer):
    """Speaks LibreTranslate's API; turns texts round. `status` is what it answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                here.asked.append({"path": self.path, **asked})
                body = json.dumps({"translatedText": asked["q"][::-1]}).encode()
                self.send_response(here.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def translator() -> Iterator[Translator]:
    server = Translator()
    yield server
    server.shutdown()
    server.server_close()


class TestTranslation:
    @pytest.fixture
    def claimed(self, make_client: MakeClient, database: Database, translator: Translator) -> tuple[Talk, StaffMember]:
        client = make_client(translator_url=f"http://127.0.0.1:{translator.server_port}/", translator_key="key")
        talk, kari = Talk(client, language="uk"), StaffMember(client, database, KARI)
        talk.hand_over()
        kari.do(talk, "claim")
        return talk, kari

    def test_is_off_by_default(self, talk: Talk, staff: Login) -> None:
        kari = staff(KARI)
        talk.hand_over()
        kari.do(talk, "claim")
        assert error_of(kari.do(talk, "translate", {"seq": 1}), 503)["code"] == "translator_off"
        assert kari.call("GET", "/staff/me").json()["translator"] is False

    def test_of_what_the_relative_wrote(self, claimed: tuple[Talk, StaffMember], translator: Translator) -> None:
        talk, kari = claimed
        seq = talk.post("Допоможіть", wait=False).json()["seq"]
        found = kari.do(talk, "translate", {"seq": seq}).json()
        assert found == {"text": "Допоможіть"[::-1], "language": "nb", "machine": True}
        (asked,) = translator.asked
        assert (asked["path"], asked["source"], asked["target"], asked["api_key"]) == ("/translate", "uk", "nb", "key")
        error_of(kari.do(talk, "translate", {"seq": 999}), 404)

    def test_of_what_the_counsellor_writes_keeps_both_and_says_so(
        self, claimed: tuple[Talk, StaffMember], translator: Translator
    ) -> None:
        talk, kari = claimed
        first = kari.write(talk, "Hei", client_id="write-0001", translate=True)
        again = kari.write(talk, "Hei", client_id="write-0001", translate=True)
        assert again.json() == {"seq": first.json()["seq"], "duplicate": True}
        said = talk.messages()[-1]
        assert (said["text"], said["language"], said["translation_of"]) == ("ieH", "uk", "nb")
        assert (said["original"], said["machine"]) == ("Hei", True)
        assert len(translator.asked) == 1

    def test_a_translator_that_is_down_sends_nothing(
        self, claimed: tuple[Talk, StaffMember], translator: Translator
    ) -> None:
        talk, kari = claimed
        translator.status = 500
        before = talk.messages()
        assert error_of(kari.write(talk, "Hei", translate=True), 503)["code"] == "translator_down"
        assert talk.messages() == before

    def test_phrases_are_not_for_it(self, claimed: tuple[Talk, StaffMember]) -> None:
        talk, kari = claimed
        error_of(kari.write(talk, phrase_id="closing", translate=True), 422)


class TestHistory:
    def found(self, member: StaffMember, query: str = "") -> list[dict[str, Any]]:
        return list(member.call("GET", f"/staff/history?{query}").json()["items"])

    def test_lists_what_is_over_newest_first(self, own_client: TestClient, own_staff: Login) -> None:
        kari = own_staff(KARI)
        first = over(Talk(own_client, language="so"), kari, theme="dementia")
        second = over(Talk(own_client), kari, back_to_bot=True)
        Talk(own_client).hand_over()
        items = self.found(own_staff(OMAR))
        assert [i["id"] for i in items] == [second.id, first.id]
        assert {k: items[1][k] for k in ("language", "theme", "outcome", "summary", "counsellor")} == {
            "language": "so", "theme": "dementia", "outcome": "helped", "summary": "Det gjelder mor", "counsellor": "Kari",
        }  # fmt: skip
        assert self.found(own_staff(BAERUM_KARI)) == []

    @pytest.mark.parametrize(
        ("query", "hit"),
        [("q=ÅRDAL", True), ("q=årdal", True), ("q=mor+årdal", True), ("q=bestemor", False), ("q=100%25", False), ("theme=dementia", True), ("theme=cancer", False),
         ("outcome=helped", True), ("outcome=other", False), ("from=2000-01-01&to=2001-01-01", False), ("from=2000-01-01", True)],
    )  # fmt: skip
    def test_is_searched(self, own_client: TestClient, own_staff: Login, query: str, hit: bool) -> None:
        kari = own_staff(KARI)
        talk = over(Talk(own_client), kari, summary="Det gjelder mor i Årdal", theme="dementia")
        assert [i["id"] for i in self.found(kari, query)] == ([talk.id] if hit else [])

    def test_finds_words_of_messages_and_notes_but_not_what_the_bot_was_told_later(
        self, own_client: TestClient, own_staff: Login
    ) -> None:
        kari, talk = own_staff(KARI), Talk(own_client)
        talk.say("Vi bor i Sandvika")
        talk.hand_over()
        kari.do(talk, "claim")
        kari.do(talk, "notes", {"text": "Ringte Martina"})
        kari.do(talk, "close", {"outcome": "helped", "back_to_bot": True})
        talk.say("zebrafink")
        for words, hit in (("sandvika", True), ("martina", True), ("zebrafink", False)):
            assert bool(self.found(kari, f"q={words}")) is hit

    def test_comes_in_pages(self, own_client: TestClient, own_staff: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("channels.handoff.history.PAGE", 2)
        kari = own_staff(KARI)
        talks = [over(Talk(own_client), kari).id for _ in range(5)]
        seen, before = [], ""
        while True:
            page = kari.call("GET", f"/staff/history?{before}").json()
            seen += [i["id"] for i in page["items"]]
            if page["next"] is None:
                break
            before = f"before={page['next']}"
        assert seen == talks[::-1]

    def test_a_search_is_in_the_audit_trail_without_its_words(
        self, own_client: TestClient, own_staff: Login, database: Database
    ) -> None:
        self.found(own_staff(KARI), "q=zebrafink")
        with database.reading() as session:
            (entry,) = session.query(AuditEntry).filter_by(action="search_history").all()
            assert "zebrafink" not in str((entry.object_id, entry.details))

    def test_what_is_erased_is_gone(self, own_client: TestClient, own_staff: Login) -> None:
        kari = own_staff(KARI)
        over(Talk(own_client), kari).call("DELETE")
        assert self.found(kari) == []


class TestFigures:
    def episodes(self, database: Database, count: int, **changed: Any) -> None:
        with database.writing() as session:
            for n in range(count):
                given = {
                    "municipality": "lillestrom", "language": "nb", "theme": "dementia", "outcome": "helped",
                    "asked_at": clock.now() - timedelta(hours=1), "wait_seconds": 60 * (n + 1),
                }  # fmt: skip
                session.add(Episode(**(given | changed)))

    def test_overview_has_waits_and_who_is_there_and_no_text(
        self, own_client: TestClient, own_staff: Login, database: Database
    ) -> None:
        self.episodes(database, 10)
        self.episodes(database, 3, municipality="baerum", theme="cancer")
        kari, talk, taken = own_staff(KARI), Talk(own_client), Talk(own_client)
        talk.hand_over(summary="hemmelig sak")
        taken.hand_over(summary="hemmelig sak")
        kari.call("PUT", "/staff/presence", json={"status": "busy"})
        kari.do(taken, "claim")
        response = own_staff(ADMIN).call("GET", "/staff/overview")
        found = response.json()
        assert found["waiting"] == 1
        assert found["longest_wait_seconds"] >= 0
        assert 300 <= found["p50_wait_seconds"] <= 360
        assert found["p90_wait_seconds"] >= 540
        assert found["counsellors"] == [
            {"name": "Kari", "presence": "busy", "active": 1}, {"name": "Omar", "presence": "away", "active": 0},
        ]  # fmt: skip
        assert found["by_theme"] == {"dementia": 10, "general": 2}
        assert sum(found["by_hour"].values()) == 12
        assert "hemmelig" not in response.text
        assert talk.id not in response.text

    def test_an_administrator_reads_no_talk(self, own_client: TestClient, own_staff: Login) -> None:
        talk, admin = Talk(own_client), own_staff(ADMIN)
        talk.hand_over()
        for path in (
            f"/conversations/{talk.id}",
            f"/conversations/{talk.id}/messages",
            "/queue",
            "/history",
            "/callbacks",
        ):
            assert error_of(admin.call("GET", f"/staff{path}"), 403)["code"] == "wrong_role"

    @pytest.mark.parametrize("path", ["overview", "statistics"])
    def test_are_for_counsellors_and_supervisors_only(self, staff: Login, path: str) -> None:
        assert staff(KARI).call("GET", f"/staff/{path}").status_code == 200
        assert error_of(staff(EDITOR).call("GET", f"/staff/{path}"), 403)["code"] == "wrong_role"

    def test_statistics_hide_small_counts(self, own_staff: Login, database: Database) -> None:
        self.episodes(database, 7, language="so")
        self.episodes(database, 4, theme="cancer", outcome="other")
        self.episodes(database, 9, asked_at=clock.now() - timedelta(days=90))
        found = own_staff(ADMIN).call("GET", "/staff/statistics").json()
        assert found["by_theme"] == {"dementia": 7, "cancer": "<5"}
        assert found["by_outcome"] == {"helped": 7, "other": "<5"}
        assert found["by_language"] == {"so": 7, "nb": "<5"}
        day = clock.now().date().isoformat()
        error_of(own_staff(ADMIN).call("GET", f"/staff/statistics?from={day}&to=2020-01-01"), 422)

    def test_statistics_outlive_the_talk(self, own_client: TestClient, own_staff: Login) -> None:
        kari = own_staff(KARI)
        for _ in range(5):
            over(Talk(own_client), kari, theme="cancer").call("DELETE")
        assert kari.call("GET", "/staff/statistics").json()["by_theme"] == {"cancer": 5}
