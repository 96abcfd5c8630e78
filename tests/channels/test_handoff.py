"""Asking for a person: by button, in words, by the endpoint; the queue, leaving it, and what the relative is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Conversation
from core.database import Database
from core.i18n import text
from knowledge_base.models import Municipality
from knowledge_base.municipalities import OSLO
from tests.conftest import MakeClient
from tests.support import KARI, OMAR, FakeEngine, StaffMember, Talk, error_of, messages

Login = Callable[[str], StaffMember]
CRISIS = "Mannen min sier at han skal ta livet sitt i natt"


def queued(member: StaffMember) -> list[dict[str, Any]]:
    return list(member.call("GET", "/staff/queue").json())


class TestAsking:
    def test_by_the_endpoint_with_an_edited_summary(self, talk: Talk, staff: Login) -> None:
        response = talk.hand_over(summary="Det gjelder mor")
        assert response.status_code == 202
        assert response.json()["state"] == "waiting"
        (row,) = [r for r in queued(staff(KARI)) if r["id"] == talk.id]
        assert row["summary"] == "Det gjelder mor"
        assert set(row) >= {
            "id",
            "state",
            "priority",
            "language",
            "theme",
            "waiting_since",
            "claimed_by",
            "summary",
            "unread",
        }
        assert (row["state"], row["claimed_by"], row["language"]) == ("waiting", None, "nb")

    def test_by_the_button(self, talk: Talk) -> None:
        (said,) = talk.press("/choose_handoff")
        assert (said["sender"], said["kind"]) == ("system", "handoff")
        assert talk.state == "waiting"

    @pytest.mark.parametrize(
        ("language", "words"),
        [("nb", "Jeg vil snakke med et menneske"), ("nb", "Kan noen ringe meg?"), ("en", "I want to talk to a real person"),
         ("nn", "Eg vil snakke med eit menneske")],
    )  # fmt: skip
    def test_in_words(self, client: TestClient, language: str, words: str) -> None:
        talk = Talk(client, language=language)
        said = talk.say(words)
        assert talk.state == "waiting"
        assert said[-1]["kind"] == "handoff"

    def test_in_words_also_when_the_engine_would_say_something_else(
        self, make_client: MakeClient, engine: FakeEngine
    ) -> None:
        engine.reply = lambda turn: messages(
            {"do": "handoff"} if turn["text"] == "/choose_handoff" else {"do": "repeat"}
        )
        talk = Talk(make_client(engine_url=engine.url))
        talk.say("Jeg vil snakke med et menneske")
        assert talk.state == "waiting"

    def test_without_consent_nothing_is_passed_on(self, talk: Talk, staff: Login) -> None:
        assert error_of(talk.call("POST", "/handoff", json={"consent": False}), 422)["code"] == "consent_needed"
        assert talk.state == "bot"
        assert talk.id not in [r["id"] for r in queued(staff(KARI))]

    def test_a_summary_that_is_too_long(self, talk: Talk) -> None:
        error_of(talk.hand_over(summary="x" * 2001), 422)
        assert talk.state == "bot"

    def test_again_keeps_the_place(self, talk: Talk) -> None:
        talk.hand_over()
        talk.hand_over(summary="mer")
        said = [m["text"] for m in talk.messages() if m["kind"] == "handoff"]
        assert said[1:] == [text("handoff.already", "nb")]
        assert talk.state == "waiting"


class TestWaiting:
    def test_the_bot_does_not_answer(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        talk.hand_over()
        assert talk.say("Hvordan søker jeg om omsorgsstønad?") == []
        assert engine.turns == []

    def test_a_crisis_still_gets_its_card(self, talk: Talk, staff: Login) -> None:
        talk.hand_over()
        (card,) = talk.say(CRISIS)
        assert card["kind"] == "crisis"
        (row,) = [r for r in queued(staff(KARI)) if r["id"] == talk.id]
        assert row["priority"] == 10

    def test_leaving_gives_the_bot_back(self, talk: Talk) -> None:
        talk.hand_over()
        assert talk.call("DELETE", "/handoff").json()["state"] == "bot"
        assert talk.say("Hva er avlastning?")[0]["sender"] == "bot"

    def test_leaving_takes_the_talk_from_the_staff(self, talk: Talk, staff: Login) -> None:
        talk.hand_over()
        talk.call("DELETE", "/handoff")
        assert error_of(staff(KARI).call("GET", f"/staff/conversations/{talk.id}"), 403)["code"] == "not_handed_over"

    def test_leaving_changes_nothing_outside_the_queue(self, talk: Talk) -> None:
        assert talk.call("DELETE", "/handoff").json()["state"] == "bot"


class TestQueue:
    def test_crisis_first_then_who_has_waited_longest(self, own_client: TestClient, own_staff: Login) -> None:
        first, second, urgent = Talk(own_client), Talk(own_client), Talk(own_client)
        urgent.say(CRISIS)
        for waiting in (first, second, urgent):
            waiting.hand_over()
        assert [r["id"] for r in queued(own_staff(KARI))] == [urgent.id, first.id, second.id]
        assert [t.call("GET").json()["queue_position"] for t in (urgent, first, second)] == [1, 2, 3]

    def test_claimed_talks_come_after_waiting_ones(self, own_client: TestClient, own_staff: Login) -> None:
        claimed, waiting = Talk(own_client), Talk(own_client)
        for one in (claimed, waiting):
            one.hand_over()
        own_staff(KARI).do(claimed, "claim")
        rows = queued(own_staff(OMAR))
        assert [r["id"] for r in rows] == [waiting.id, claimed.id]
        assert rows[1]["claimed_by"] == {"email": KARI, "name": "Kari"}

    def test_released_talks_get_their_old_place(self, own_client: TestClient, own_staff: Login) -> None:
        first, second = Talk(own_client), Talk(own_client)
        for one in (first, second):
            one.hand_over()
        kari = own_staff(KARI)
        kari.do(first, "claim")
        kari.do(first, "release")
        assert [r["id"] for r in queued(kari)] == [first.id, second.id]


class TestWhatIsSaid:
    def set_hours(self, database: Database, **hours: Any) -> None:
        with database.writing() as session:
            place = session.get_one(Municipality, "lillestrom")
            place.settings = {**place.settings, "hours": hours}

    def test_when_somebody_is_available(self, own_client: TestClient, own_staff: Login) -> None:
        own_staff(KARI).call("PUT", "/staff/presence", json={"status": "available"})
        talk = Talk(own_client)
        assert text("human_hours.now", "nb") in talk.opened["messages"][0]["text"]
        talk.hand_over()
        assert talk.messages()[-1]["text"] == text("handoff.waiting", "nb", position=1)

    def test_when_nobody_is_available(self, own_client: TestClient) -> None:
        talk = Talk(own_client)
        talk.hand_over()
        assert talk.messages()[-1]["text"] == text("handoff.nobody", "nb")

    def test_when_it_is_closed_for_good(self, own_client: TestClient, database: Database) -> None:
        self.set_hours(database, mon="", tue="", wed="", thu="", fri="")
        talk = Talk(own_client)
        talk.hand_over()
        assert talk.messages()[-1]["text"] == text("handoff.closed_unknown", "nb")

    def test_when_it_opens_later(self, own_client: TestClient, database: Database) -> None:
        from core import clock

        today = clock.now().date().isoformat()
        self.set_hours(database, closed_dates=[today])
        talk = Talk(own_client)
        proposed = talk.call("GET", "/handoff").json()
        assert proposed["open_now"] is False
        talk.hand_over()
        opens = datetime.fromisoformat(proposed["next_opening"]).astimezone(OSLO).strftime("%d.%m.%Y %H:%M")
        assert opens in talk.messages()[-1]["text"]


class TestCrisis:
    def test_card_at_once_with_contacts_and_the_way_to_a_person(
        self, client: TestClient, shared_database: Database
    ) -> None:
        talk = Talk(client)
        card, *_ = talk.say(CRISIS)
        assert (card["sender"], card["kind"]) == ("system", "crisis")
        assert card["crisis"]["category"] == "suicide"
        assert [c["phone"] for c in card["crisis"]["contacts"]][:2] == ["113", "116117"]
        assert card["text"] == text("crisis.suicide", "nb")
        assert card["choices"][0]["payload"] == "/choose_handoff"
        with shared_database.reading() as session:
            assert session.get_one(Conversation, talk.id).priority == 10

    def test_the_ordinary_answer_never_says_that_nothing_was_found(self, talk: Talk) -> None:
        said = [m["text"] for m in talk.say(CRISIS)]
        assert text("say.not_found", "nb") not in said

    def test_asking_for_a_person_at_once_does_both(self, talk: Talk) -> None:
        kinds = [m["kind"] for m in talk.say("Mannen min skal ta livet sitt, jeg vil snakke med et menneske")]
        assert kinds[0] == "crisis"
        assert kinds[-1] == "handoff"
        assert talk.state == "waiting"
