"""What a counsellor sees and sends: the card, messages, phrases, articles, notes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from channels.handoff.phrases import phrases
from core.audit import AuditEntry
from core.database import Database
from core.i18n import LANGUAGES
from tests.support import BAERUM_KARI, EDITOR, KARI, OMAR, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]


@pytest.fixture
def kari(staff: Login) -> StaffMember:
    return staff(KARI)


@pytest.fixture
def claimed(talk: Talk, kari: StaffMember) -> Talk:
    talk.say("Hvordan søker jeg om omsorgsstønad?")
    talk.hand_over(summary="Det gjelder mor")
    kari.do(talk, "claim")
    return talk


class TestCard:
    def test_has_summary_notes_and_suggestions(self, claimed: Talk, kari: StaffMember) -> None:
        card = kari.call("GET", f"/staff/conversations/{claimed.id}").json()
        assert card["summary"] == "Det gjelder mor"
        assert card["notes"] == []
        assert card["claimed_by"]["email"] == KARI
        assert card["suggested_articles"][0]["article_id"] == "care-benefit"
        assert card["suggested_articles"][0]["title"]

    def test_opening_it_is_in_the_audit_trail(
        self, claimed: Talk, kari: StaffMember, shared_database: Database
    ) -> None:
        kari.call("GET", f"/staff/conversations/{claimed.id}")
        with shared_database.reading() as session:
            assert (
                session.query(AuditEntry).filter_by(object_id=claimed.id, action="open_talk", actor=KARI).count() == 1
            )

    @pytest.mark.parametrize("path", ["", "/messages"])
    def test_is_closed_to_others(self, claimed: Talk, staff: Login, path: str) -> None:
        error_of(staff(BAERUM_KARI).call("GET", f"/staff/conversations/{claimed.id}{path}"), 403)
        error_of(staff(EDITOR).call("GET", f"/staff/conversations/{claimed.id}{path}"), 403)
        error_of(claimed.client.get(f"/api/v1/staff/conversations/{claimed.id}{path}"), 401)

    @pytest.mark.parametrize("path", ["", "/messages"])
    def test_is_closed_before_the_relative_asks(self, talk: Talk, kari: StaffMember, path: str) -> None:
        error_of(kari.call("GET", f"/staff/conversations/{talk.id}{path}"), 403)

    def test_the_queue_is_closed_to_others(self, staff: Login, client: TestClient) -> None:
        error_of(staff(EDITOR).call("GET", "/staff/queue"), 403)
        error_of(client.get("/api/v1/staff/queue"), 401)

    def test_another_municipalitys_queue_lacks_it(self, claimed: Talk, staff: Login) -> None:
        assert claimed.id not in [r["id"] for r in staff(BAERUM_KARI).call("GET", "/staff/queue").json()]


class TestMessages:
    def test_reach_the_relative_with_name_and_language(self, claimed: Talk, kari: StaffMember) -> None:
        response = kari.write(claimed, "Hei, hvordan går det?")
        assert response.status_code == 202
        said = claimed.messages()[-1]
        assert (said["seq"], said["sender"], said["text"]) == (
            response.json()["seq"],
            "counsellor",
            "Hei, hvordan går det?",
        )
        assert said["name"] == "Kari"

    def test_are_stored_once_for_a_client_id(self, claimed: Talk, kari: StaffMember) -> None:
        client_id = str(uuid.uuid4())
        first, again = (kari.do(claimed, "messages", {"client_id": client_id, "text": "Hei"}).json() for _ in range(2))
        assert again == {"seq": first["seq"], "duplicate": True}
        assert [m["text"] for m in claimed.messages()].count("Hei") == 1

    def test_reading_sets_unread_to_nothing(self, claimed: Talk, kari: StaffMember) -> None:
        claimed.say("er du der?")
        (row,) = [r for r in kari.call("GET", "/staff/queue").json() if r["id"] == claimed.id]
        assert row["unread"] > 0
        found = kari.call("GET", f"/staff/conversations/{claimed.id}/messages?after=0").json()
        assert found == claimed.messages()
        (row,) = [r for r in kari.call("GET", "/staff/queue").json() if r["id"] == claimed.id]
        assert row["unread"] == 0

    def test_a_colleagues_look_does_not_count_as_read(self, claimed: Talk, kari: StaffMember, staff: Login) -> None:
        claimed.say("er du der?")
        staff(OMAR).call("GET", f"/staff/conversations/{claimed.id}/messages")
        (row,) = [r for r in kari.call("GET", "/staff/queue").json() if r["id"] == claimed.id]
        assert row["unread"] > 0

    @pytest.mark.parametrize(
        ("body", "status"),
        [({"text": " "}, 422), ({"text": "\x00"}, 422), ({"text": "x" * 4001}, 413), ({"text": "x" * 8001}, 422), ({}, 422),
         ({"text": "x", "phrase_id": "closing"}, 422), ({"phrase_id": "no-such"}, 422), ({"article_id": "no-such"}, 404),
         ({"article_id": "staff-duty-to-report"}, 404)],
    )  # fmt: skip
    def test_what_is_wrong_is_not_sent(
        self, claimed: Talk, kari: StaffMember, body: dict[str, str], status: int
    ) -> None:
        before = claimed.messages()
        error_of(kari.write(claimed, **body), status)
        assert claimed.messages() == before


class TestPhrasesAndArticles:
    def test_a_phrase_reaches_the_relative_in_their_language(self, client: TestClient, kari: StaffMember) -> None:
        talk = Talk(client, language="so")
        talk.hand_over()
        kari.do(talk, "claim")
        assert kari.write(talk, phrase_id="hello-i-am-human").status_code == 202
        said = talk.messages()[-1]
        assert said["language"] == "so"
        assert said["text"] == phrases()["hello-i-am-human"].text["so"].replace("{name}", "Kari")

    def test_an_article_reaches_the_relative_in_their_language(self, client: TestClient, kari: StaffMember) -> None:
        talk = Talk(client, language="pl")
        talk.hand_over()
        kari.do(talk, "claim")
        kari.write(talk, article_id="respite-care")
        said = talk.messages()[-1]
        assert (said["sender"], said["kind"], said["language"]) == ("counsellor", "answer", "pl")
        assert said["answer"]["article_id"] == "respite-care"

    def test_are_listed_with_the_norwegian_beside(self, kari: StaffMember) -> None:
        listed = kari.call("GET", "/staff/phrases?lang=uk").json()
        assert {p["phrase_id"] for p in listed} == set(phrases())
        assert all(p["text"] != p["text_nb"] for p in listed)
        assert not any("{name}" in p["text"] for p in listed)

    def test_every_phrase_has_every_language(self) -> None:
        lacking = {(p.phrase_id, code) for p in phrases().values() for code in LANGUAGES if not p.text.get(code)}
        assert not lacking

    def test_every_translation_keeps_the_names_place(self) -> None:
        wrong = {
            (p.phrase_id, code)
            for p in phrases().values()
            for code, t in p.text.items()
            if ("{name}" in t) != ("{name}" in p.text["nb"])
        }
        assert not wrong


class TestNotes:
    def test_are_seen_by_colleagues_and_never_by_the_relative(
        self, claimed: Talk, kari: StaffMember, staff: Login
    ) -> None:
        response = kari.do(claimed, "notes", {"text": "ringer i morgen"})
        assert response.status_code == 201
        assert response.json()["author"] == "Kari"
        (note,) = staff(OMAR).call("GET", f"/staff/conversations/{claimed.id}").json()["notes"]
        assert note["text"] == "ringer i morgen"
        for path in ("", "/messages", "/transcript?format=json", "/transcript?format=txt", "/transcript?format=html"):
            assert "ringer i morgen" not in claimed.call("GET", path).text

    @pytest.mark.parametrize("text", ["", "x" * 4001])
    def test_wrong_ones_are_refused(self, claimed: Talk, kari: StaffMember, text: str) -> None:
        error_of(kari.do(claimed, "notes", {"text": text}), 422)


class TestTyping:
    def test_is_taken_from_both_sides(self, claimed: Talk, kari: StaffMember) -> None:
        assert kari.do(claimed, "typing", {"on": True}).status_code == 204
        assert claimed.call("POST", "/typing").status_code == 204
