"""Claiming, releasing, transferring, closing: exactly one has a talk, and the bot says nothing after a claim."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.auth.models import Staff
from core.audit import AuditEntry
from core.database import Database
from core.i18n import text
from tests.conftest import MakeClient
from tests.support import ADMIN, BAERUM_KARI, EDITOR, KARI, OMAR, FakeEngine, StaffMember, Talk, error_of, messages

Login = Callable[[str], StaffMember]
ACTIONS = [("claim", None), ("release", None), ("transfer", {"to": OMAR}), ("close", {"outcome": "helped"}), ("notes", {"text": "x"}),
           ("messages", {"client_id": "0123456789", "text": "hei"}), ("typing", {"on": True})]  # fmt: skip
actions = pytest.mark.parametrize(("what", "body"), ACTIONS, ids=[a for a, _ in ACTIONS])


@pytest.fixture
def waiting(talk: Talk) -> Talk:
    talk.hand_over(summary="Det gjelder mor")
    return talk


@pytest.fixture
def kari(staff: Login) -> StaffMember:
    return staff(KARI)


@pytest.fixture
def claimed(waiting: Talk, kari: StaffMember) -> Talk:
    assert kari.do(waiting, "claim").status_code == 200
    return waiting


class TestClaim:
    def test_tells_the_relative_who_has_come(self, waiting: Talk, kari: StaffMember) -> None:
        body = kari.do(waiting, "claim").json()
        assert (body["state"], body["claimed_by"]) == ("human", {"email": KARI, "name": "Kari"})
        assert waiting.call("GET").json()["counsellor"] == "Kari"
        assert waiting.messages()[-1]["text"] == text("handoff.joined", "nb", name="Kari")

    def test_a_second_one_is_told_who_has_it(self, claimed: Talk, staff: Login) -> None:
        error = error_of(staff(OMAR).do(claimed, "claim"), 409)
        assert error["code"] == "already_claimed"
        assert error["details"]["claimed_by"] == {"email": KARI, "name": "Kari"}

    def test_again_by_the_same_changes_nothing(self, claimed: Talk, kari: StaffMember) -> None:
        before = claimed.messages()
        assert kari.do(claimed, "claim").status_code == 200
        assert claimed.messages() == before

    def test_exactly_one_of_fifty_wins(self, make_client: MakeClient, database: Database) -> None:
        with database.writing() as session:
            for n in range(50):
                session.add(
                    Staff(
                        email=f"c{n}@example.no",
                        name=f"C{n}",
                        role="counsellor",
                        municipality="lillestrom",
                        password_hash="-",
                    )
                )
        client = make_client()
        crowd = [StaffMember(client, database, f"c{n}@example.no") for n in range(50)]
        talk = Talk(client)
        talk.hand_over()
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda member: member.do(talk, "claim"), crowd))
        (winner,) = [a.json()["claimed_by"] for a in answers if a.status_code == 200]
        losers = [error_of(a, 409) for a in answers if a.status_code != 200]
        assert len(losers) == 49
        assert all(e["details"]["claimed_by"] == winner for e in losers)
        assert talk.call("GET").json()["counsellor"] == winner["name"]
        assert [m["kind"] for m in talk.messages()].count("handoff") == 2

    def test_is_in_the_audit_trail(self, claimed: Talk, shared_database: Database) -> None:
        with shared_database.reading() as session:
            entry = session.query(AuditEntry).filter_by(object_id=claimed.id, action="claim").one()
            assert (entry.actor, entry.municipality) == (KARI, "lillestrom")
            assert "mor" not in str(entry.details)


@actions
class TestWhoMay:
    def test_not_another_municipality(self, claimed: Talk, staff: Login, what: str, body: Any) -> None:
        assert error_of(staff(BAERUM_KARI).do(claimed, what, body), 403)["code"] == "other_municipality"

    @pytest.mark.parametrize("role", [EDITOR, ADMIN])
    def test_not_another_role(self, claimed: Talk, staff: Login, what: str, body: Any, role: str) -> None:
        assert error_of(staff(role).do(claimed, what, body), 403)["code"] == "wrong_role"

    def test_not_before_the_relative_has_asked(self, talk: Talk, kari: StaffMember, what: str, body: Any) -> None:
        assert error_of(kari.do(talk, what, body), 403)["code"] == "not_handed_over"

    def test_not_without_a_session(self, claimed: Talk, what: str, body: Any) -> None:
        response = claimed.client.post(f"/api/v1/staff/conversations/{claimed.id}/{what}", json=body)
        assert error_of(response, 401)["code"] == "login_needed"

    def test_not_without_the_csrf_token(self, claimed: Talk, kari: StaffMember, what: str, body: Any) -> None:
        response = kari.call("POST", f"/staff/conversations/{claimed.id}/{what}", json=body, csrf=False)
        assert error_of(response, 403)["code"] == "csrf"

    def test_not_with_the_relatives_token(self, claimed: Talk, what: str, body: Any) -> None:
        response = claimed.client.post(
            f"/api/v1/staff/conversations/{claimed.id}/{what}", json=body, headers=claimed.headers
        )
        error_of(response, 401)

    def test_not_on_a_talk_that_is_not_there(self, claimed: Talk, kari: StaffMember, what: str, body: Any) -> None:
        response = kari.call("POST", f"/staff/conversations/no-such-talk/{what}", json=body)
        assert error_of(response, 404)["code"] == "unknown_conversation"


class TestOnlyTheOwner:
    @pytest.mark.parametrize(
        ("what", "body"), [a for a in ACTIONS if a[0] in ("release", "transfer", "close", "messages")]
    )
    def test_a_colleague_may_not(self, claimed: Talk, staff: Login, what: str, body: Any) -> None:
        error = error_of(staff(OMAR).do(claimed, what, body), 409)
        assert error["code"] == "not_yours"
        assert error["details"]["claimed_by"]["email"] == KARI
        assert claimed.state == "human"


class TestBotIsSilent:
    def test_after_a_claim(self, claimed: Talk) -> None:
        assert claimed.say("Hva er avlastning?") == []

    def test_also_for_a_turn_that_was_under_way(
        self, make_client: MakeClient, engine: FakeEngine, database: Database
    ) -> None:
        talk = Talk(make_client(engine_url=engine.url, engine_timeout=5.0))
        engine.reply = lambda _: (engine.released.wait(5), messages({"do": "say", "key": "greet"}))[1]
        seq = talk.post("Hva er avlastning?", wait=False).json()["seq"]
        while not engine.turns:
            time.sleep(0.01)
        talk.hand_over()
        StaffMember(talk.client, database, KARI).do(talk, "claim")
        engine.released.set()
        talk.say("er du der?")  # done only after the turn before it
        after = talk.messages(after=seq)
        assert [m["sender"] for m in after] == ["system", "system", "relative"]

    def test_a_crisis_card_still_goes_out(self, claimed: Talk) -> None:
        (card,) = claimed.say("Han puster ikke!")
        assert card["kind"] == "crisis"
        assert "choices" not in card


class TestRelease:
    def test_puts_the_talk_back_and_says_so(self, claimed: Talk, kari: StaffMember, staff: Login) -> None:
        assert kari.do(claimed, "release").json()["state"] == "waiting"
        assert claimed.messages()[-1]["text"] == text("handoff.released", "nb")
        assert claimed.call("GET").json()["counsellor"] is None
        assert staff(OMAR).do(claimed, "claim").status_code == 200


class TestTransfer:
    def test_to_a_colleague(self, claimed: Talk, kari: StaffMember, staff: Login) -> None:
        assert kari.do(claimed, "transfer", {"to": OMAR.upper()}).json()["state"] == "human"
        assert claimed.call("GET").json()["counsellor"] == "Omar"
        assert staff(OMAR).write(claimed, "hei").status_code == 202
        error_of(kari.write(claimed, "hei"), 409)

    def test_to_a_team_goes_through_the_queue(self, claimed: Talk, kari: StaffMember) -> None:
        assert kari.do(claimed, "transfer", {"to": "dementia"}).json()["state"] == "waiting"
        (row,) = [r for r in kari.call("GET", "/staff/queue").json() if r["id"] == claimed.id]
        assert row["theme"] == "dementia"

    @pytest.mark.parametrize("to", ["nobody@example.no", BAERUM_KARI, EDITOR, "", "no-team"])
    def test_to_nobody_known_is_refused(self, claimed: Talk, kari: StaffMember, to: str) -> None:
        assert error_of(kari.do(claimed, "transfer", {"to": to}), 422)["code"] == "unknown_colleague"
        assert claimed.call("GET").json()["counsellor"] == "Kari"


class TestClose:
    def test_ends_the_talk_and_says_so(self, claimed: Talk, kari: StaffMember) -> None:
        assert kari.do(claimed, "close", {"outcome": "helped"}).json()["state"] == "closed"
        assert claimed.messages()[-1]["text"] == text("handoff.closed_talk", "nb")
        assert claimed.id not in [r["id"] for r in kari.call("GET", "/staff/queue").json()]
        error_of(kari.write(claimed, "hei"), 409)

    def test_back_to_the_bot(self, claimed: Talk, kari: StaffMember) -> None:
        assert kari.do(claimed, "close", {"outcome": "referred", "back_to_bot": True}).json()["state"] == "bot"
        assert claimed.say("Hva er avlastning?")[-1]["sender"] == "bot"

    def test_writing_in_a_closed_talk_brings_the_bot_back(self, claimed: Talk, kari: StaffMember) -> None:
        kari.do(claimed, "close", {"outcome": "helped"})
        assert claimed.say("Hva er avlastning?")[-1]["sender"] == "bot"
        assert claimed.state == "bot"

    def test_a_new_handover_waits_from_now(self, claimed: Talk, kari: StaffMember, client: TestClient) -> None:
        kari.do(claimed, "close", {"outcome": "helped", "back_to_bot": True})
        claimed.hand_over()
        assert claimed.state == "waiting"
        assert kari.do(claimed, "claim").status_code == 200

    def test_the_staff_no_longer_read_what_is_said_to_the_bot_afterwards(
        self, claimed: Talk, kari: StaffMember
    ) -> None:
        kari.do(claimed, "close", {"outcome": "helped", "back_to_bot": True})
        claimed.say("Hva er avlastning for noe?")
        response = kari.call("GET", f"/staff/conversations/{claimed.id}/messages")
        assert claimed.state == "bot"
        assert "avlastning for noe" not in response.text

    def test_an_unknown_outcome_is_refused(self, claimed: Talk, kari: StaffMember) -> None:
        error_of(kari.do(claimed, "close", {"outcome": "bored"}), 422)
        assert claimed.state == "human"

    def test_a_waiting_talk_cannot_be_closed(self, waiting: Talk, kari: StaffMember) -> None:
        assert error_of(kari.do(waiting, "close", {"outcome": "helped"}), 409)["code"] == "not_yours"
