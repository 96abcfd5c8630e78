"""What is passed on and when; place and estimate; buttons while waiting; coming back by code; what has been seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Conversation, TalkToken
from channels.conversations.resume import MOST_TOKENS
from channels.handoff.models import Episode
from core import clock
from core.database import Database
from core.i18n import LANGUAGES, text
from knowledge_base.models import Municipality
from tests.support import KARI, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]
QUESTION = "Hvordan søker jeg om omsorgsstønad?"


def panel(talk: Talk) -> dict[str, Any]:
    found: dict[str, Any] = talk.call("GET", "/handoff").json()
    return found


def row_of(member: StaffMember, talk: Talk) -> dict[str, Any]:
    (row,) = [r for r in member.call("GET", "/staff/queue").json() if r["id"] == talk.id]
    found: dict[str, Any] = row
    return found


class TestProposal:
    def test_has_theme_language_question_and_what_was_said_before(self, talk: Talk) -> None:
        talk.say("Mor er dement og går ut om natten")
        talk.say(QUESTION)
        found = panel(talk)
        assert set(found) == {
            "state", "open_now", "counsellor_available", "next_opening", "position", "estimate_minutes", "proposal",
            "summary", "consented", "options", "notify_available",
        }  # fmt: skip
        parts = {p["part"]: p for p in found["proposal"]}
        assert list(parts) == ["theme", "language", "question", "last_messages"]
        assert parts["language"]["text"] == "Norsk bokmål"
        assert (parts["question"]["title"], parts["question"]["text"]) == (
            text("handoff.part.question", "nb"),
            QUESTION,
        )
        assert parts["last_messages"]["text"] == "Mor er dement og går ut om natten"
        assert (found["state"], found["position"], found["estimate_minutes"]) == ("bot", None, None)

    def test_leaves_out_the_wish_for_a_person_and_pressed_buttons(self, talk: Talk) -> None:
        talk.say(QUESTION)
        talk.press("/choose_handoff")
        assert [p["text"] for p in panel(talk)["proposal"] if p["part"] == "question"] == [QUESTION]
        talk.say("Jeg vil snakke med et menneske")
        assert "menneske" not in str(panel(talk)["proposal"])

    def test_of_an_empty_talk_is_the_language_only(self, talk: Talk) -> None:
        assert [p["part"] for p in panel(talk)["proposal"]] == ["language"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_in_the_relatives_language(self, client: TestClient, language: str) -> None:
        talk = Talk(client, language=language)
        (part,) = panel(talk)["proposal"]
        assert part["title"] == text("handoff.part.language", language)


class TestConsent:
    @pytest.mark.parametrize("how", ["words", "button"])
    def test_without_it_only_theme_and_language_are_passed_on(self, talk: Talk, staff: Login, how: str) -> None:
        talk.say(QUESTION)
        if how == "words":
            talk.say("Jeg vil snakke med et menneske")
        else:
            talk.press("/choose_handoff")
        summary = row_of(staff(KARI), talk)["summary"]
        assert "omsorgsstønad" not in summary.casefold()
        assert "Norsk bokmål" in summary
        found = panel(talk)
        assert (found["state"], found["consented"], found["summary"]) == ("waiting", False, summary)
        said = talk.messages()[-1]
        assert said["kind"] == "handoff"
        assert said["handoff"]["consented"] is False
        assert set(said["handoff"]["may_pass_on"]) >= {"language", "question"}
        assert text("handoff.choose", "nb") in said["text"]
        assert "omsorgsstønad" not in str(said)

    def test_given_afterwards_replaces_the_summary_and_keeps_the_place(self, talk: Talk, staff: Login) -> None:
        talk.say(QUESTION)
        talk.press("/choose_handoff")
        before = row_of(staff(KARI), talk)
        talk.hand_over(summary="Det gjelder mor")
        after = row_of(staff(KARI), talk)
        assert after["summary"] == "Det gjelder mor"
        assert after["waiting_since"] == before["waiting_since"]
        assert panel(talk)["consented"] is True

    def test_without_an_edited_text_passes_the_proposal_on(self, talk: Talk, staff: Login) -> None:
        talk.say(QUESTION)
        proposed = panel(talk)["summary"]
        assert QUESTION in proposed
        talk.hand_over()
        assert row_of(staff(KARI), talk)["summary"] == proposed

    def test_with_everything_struck_passes_only_the_basics_on(self, talk: Talk, staff: Login) -> None:
        talk.say(QUESTION)
        talk.hand_over(summary="  ")
        assert QUESTION not in row_of(staff(KARI), talk)["summary"]

    def test_while_a_person_has_the_talk_changes_what_they_see(self, talk: Talk, staff: Login) -> None:
        talk.press("/choose_handoff")
        staff(KARI).do(talk, "claim")
        talk.hand_over(summary="Det gjelder far")
        assert row_of(staff(KARI), talk)["summary"] == "Det gjelder far"
        assert talk.state == "human"

    def test_is_gone_with_the_queue(self, talk: Talk, shared_database: Database) -> None:
        talk.hand_over(summary="Det gjelder mor")
        talk.call("DELETE", "/handoff")
        with shared_database.reading() as session:
            found = session.get_one(Conversation, talk.id)
            assert (found.summary, found.consented_at) == ("", None)


class TestNobodyThere:
    def test_offers_what_can_be_done_and_promises_nothing(self, own_client: TestClient, database: Database) -> None:
        with database.writing() as session:
            place = session.get_one(Municipality, "lillestrom")
            place.settings = {**place.settings, "hours": {"closed_dates": [clock.now().date().isoformat()]}}
        talk = Talk(own_client)
        talk.press("/choose_handoff")
        said = talk.messages()[-1]
        assert said["handoff"]["options"] == ["wait", "callback", "message", "helplines"]
        assert '/choose_article{"article_id": "helplines"}' in [c["payload"] for c in said["choices"]]
        found = panel(talk)
        assert found["estimate_minutes"] is None
        assert found["options"] == ["callback", "message", "helplines"]
        assert said["handoff"]["next_opening"] == found["next_opening"]

    def test_its_buttons_work_in_the_queue(self, talk: Talk) -> None:
        talk.press("/choose_handoff")
        (answer,) = talk.press('/choose_article{"article_id": "helplines"}')
        assert (answer["kind"], answer["answer"]["article_id"]) == ("answer", "helplines")
        assert talk.state == "waiting"

    def test_but_no_more_once_a_person_is_there(self, talk: Talk, staff: Login) -> None:
        talk.press("/choose_handoff")
        staff(KARI).do(talk, "claim")
        assert talk.press('/choose_article{"article_id": "helplines"}') == []


class TestEstimate:
    def waits(self, database: Database, *minutes: int, **changed: Any) -> None:
        with database.writing() as session:
            for wait in minutes:
                given = {
                    "municipality": "lillestrom", "language": "nb", "crisis": False, "attended": True, "position": 1,
                    "asked_at": clock.now() - timedelta(days=3), "wait_seconds": wait * 60,
                }  # fmt: skip
                session.add(Episode(**(given | changed)))

    def estimated(self, client: TestClient, staff: Login, *, available: bool = True) -> Any:
        if available:
            staff(KARI).call("PUT", "/staff/presence", json={"status": "available"})
        talk = Talk(client)
        talk.hand_over()
        found = panel(talk)
        assert found["position"] == 1
        return found["estimate_minutes"]

    def test_is_what_real_waits_say(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        self.waits(database, *range(2, 22))
        low, high = self.estimated(own_client, own_staff)
        assert 5 <= low <= 8
        assert 18 <= high <= 21

    def test_is_none_with_too_few(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        self.waits(database, *range(2, 11))
        assert self.estimated(own_client, own_staff) is None

    def test_is_none_when_nobody_is_there(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        self.waits(database, *range(2, 22))
        assert self.estimated(own_client, own_staff, available=False) is None

    @pytest.mark.parametrize(
        "other",
        [{"municipality": "baerum"}, {"attended": False}, {"crisis": True}, {"position": 3}, {"wait_seconds": None},
         {"asked_at": clock.now() - timedelta(weeks=5)}],
        ids=str,
    )  # fmt: skip
    def test_learns_only_from_the_same_state(
        self, own_client: TestClient, own_staff: Login, database: Database, other: dict[str, Any]
    ) -> None:
        self.waits(database, *range(2, 22), **other)
        assert self.estimated(own_client, own_staff) is None

    def test_counts_what_has_been_waited(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        self.waits(database, *([3] * 20), *([40] * 20))
        assert self.estimated(own_client, own_staff)[0] == 3
        with database.writing() as session:
            (talk,) = session.query(Conversation).filter_by(state="waiting").all()
            talk.waiting_since = clock.now() - timedelta(minutes=10)
            conversation_id = talk.id
        with database.reading() as session:
            from channels.handoff import episodes

            conversation = session.get_one(Conversation, conversation_id)
            assert episodes.estimate(session, conversation, 1, attended=True) == [30, 30]

    def test_the_talk_itself_becomes_one_to_learn_from(
        self, own_client: TestClient, own_staff: Login, database: Database
    ) -> None:
        talk = Talk(own_client)
        talk.hand_over()
        kari = own_staff(KARI)
        kari.do(talk, "claim")
        kari.do(talk, "close", {"outcome": "helped", "theme": "dementia"})
        talk.call("DELETE")
        with database.reading() as session:
            (episode,) = session.query(Episode).all()
            assert episode.wait_seconds is not None
            assert (episode.outcome, episode.theme) == ("helped", "dementia")
            assert (episode.conversation_id, episode.staff_id, episode.claimed_at) == (None, None, None)
            assert episode.asked_at.minute == episode.asked_at.second == 0


class TestResume:
    def code(self, talk: Talk) -> str:
        response = talk.call("POST", "/resume-code")
        assert response.status_code == 201
        assert response.json()["valid_until"] > (clock.rfc3339(clock.now() + timedelta(days=13)) or "")
        return str(response.json()["code"])

    def test_gives_a_fresh_token_and_the_old_one_goes_on(self, talk: Talk) -> None:
        code = self.code(talk)
        response = talk.client.post("/api/v1/conversations/resume", json={"code": code.lower()})
        assert response.status_code == 200
        body = response.json()
        assert {k: body[k] for k in ("id", "language", "state", "municipality")} == {
            "id": talk.id, "language": "nb", "state": "bot", "municipality": "lillestrom",
        }  # fmt: skip
        assert f"/conversations/{talk.id}/events" in response.headers["set-cookie"]
        assert body["token"] != talk.token
        for token in (talk.token, body["token"]):
            headers = {"Authorization": f"Bearer {token}"}
            assert talk.client.get(talk.url, headers=headers).status_code == 200
            other = Talk(talk.client)
            assert error_of(talk.client.get(other.url, headers=headers), 403)["code"] == "not_your_conversation"

    def test_a_new_code_voids_the_old(self, talk: Talk) -> None:
        old, new = self.code(talk), self.code(talk)
        response = talk.client.post("/api/v1/conversations/resume", json={"code": old})
        assert error_of(response, 404)["code"] == "unknown_code"
        assert talk.client.post("/api/v1/conversations/resume", json={"code": new}).status_code == 200

    def test_an_old_code_is_unknown(self, talk: Talk, shared_database: Database) -> None:
        code = self.code(talk)
        with shared_database.writing() as session:
            session.get_one(Conversation, talk.id).resume_until = clock.now() - timedelta(seconds=1)
        error_of(talk.client.post("/api/v1/conversations/resume", json={"code": code}), 404)

    def test_guessing_is_stopped(self, own_client: TestClient) -> None:
        code = self.code(Talk(own_client))
        for _ in range(10):
            error_of(own_client.post("/api/v1/conversations/resume", json={"code": "2345-6789-AB"}), 404)
        error_of(own_client.post("/api/v1/conversations/resume", json={"code": code}), 429)

    def test_tokens_do_not_pile_up(self, own_client: TestClient, database: Database) -> None:
        talk = Talk(own_client)
        code = self.code(talk)
        newest = ""
        for _ in range(MOST_TOKENS + 3):
            newest = own_client.post("/api/v1/conversations/resume", json={"code": code}).json()["token"]
        with database.reading() as session:
            assert session.query(TalkToken).count() == MOST_TOKENS
        assert own_client.get(talk.url, headers={"Authorization": f"Bearer {newest}"}).status_code == 200

    def test_everything_goes_with_the_talk(self, own_client: TestClient, database: Database) -> None:
        talk = Talk(own_client)
        code = self.code(talk)
        own_client.post("/api/v1/conversations/resume", json={"code": code})
        talk.call("DELETE")
        error_of(own_client.post("/api/v1/conversations/resume", json={"code": code}), 404)
        with database.reading() as session:
            assert session.query(TalkToken).count() == 0

    def test_needs_the_token_to_be_made(self, talk: Talk) -> None:
        error_of(talk.client.post(f"{talk.url}/resume-code"), 401)


class TestSeen:
    def test_goes_forward_only_and_not_beyond_the_talk(self, talk: Talk, shared_database: Database) -> None:
        talk.say("Hva er avlastning?")
        last = talk.messages()[-1]["seq"]
        for seq, stored in ((2, 2), (1, 2), (9999, last)):
            assert talk.call("POST", "/seen", json={"seq": seq}).status_code == 204
            with shared_database.reading() as session:
                assert session.get_one(Conversation, talk.id).seen_by_relative == stored
        error_of(talk.call("POST", "/seen", json={"seq": -1}), 422)
