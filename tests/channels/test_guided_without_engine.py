"""Guided talks when the engine fails, and what the app makes of their payloads."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from core.guided import TALKS
from core.i18n import LANGUAGES, text
from tests.conftest import MakeClient
from tests.support import FakeEngine, Talk, messages

QUESTION = "Hvordan søker jeg om omsorgsstønad?"
ASK = {"do": "ask", "form": "find_course_form", "slot": "course_theme"}


class TestEngineDown:
    @pytest.mark.parametrize("start", ["/start_what_matters", "/start_find_course"])
    def test_the_talk_must_wait_and_that_is_said(self, client: TestClient, start: str) -> None:
        (said,) = Talk(client).press(start)
        assert said["text"] == text("say.form_must_wait", "nb")
        assert "/choose_handoff" in [c["payload"] for c in said["choices"]]

    def test_in_the_middle_an_answer_waits_and_a_question_is_answered(
        self, make_client: MakeClient, engine: FakeEngine
    ) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages(ASK)
        talk.say("finn et kurs")
        engine.reply = lambda _: (500, b"")
        assert [m["text"] for m in talk.say("samme det")] == [text("say.form_must_wait", "nb")]
        answer, waits = talk.say(QUESTION)
        assert answer["answer"]["article_id"] == "care-benefit"
        assert waits["text"] == text("say.form_must_wait", "nb")
        engine.reply = lambda _: messages({"do": "say", "key": "form_stopped", "menu": "start"})
        talk.say("stopp")
        engine.reply = lambda _: (500, b"")
        assert [m["kind"] for m in talk.say(QUESTION)] == ["answer"]

    def test_a_person_can_be_had_all_the_same(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages(ASK)
        talk.say("finn et kurs")
        engine.reply = lambda _: (500, b"")
        talk.say("jeg vil snakke med et menneske")
        assert talk.state == "waiting"


class TestWhatTheEngineIsTold:
    def test_the_screens_findings_go_along(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages(ASK)
        talk.say("Demens")
        talk.say("jeg orker ikke mer, jeg vil dø")
        talk.say("jeg vil snakke med et menneske")
        told = [(t["metadata"].get("crisis"), t["metadata"].get("wants_human")) for t in engine.turns]
        assert told == [(None, None), (True, None), (None, True)]

    def test_a_question_is_not_pushed_on_beside_a_crisis_card(
        self, make_client: MakeClient, engine: FakeEngine
    ) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages(ASK)
        card, waits = talk.say("jeg orker ikke mer, jeg vil dø")
        assert card["kind"] == "crisis"
        assert waits["text"] == text("say.form_waits", "nb")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_can_be_asked_with_skip_and_stop(
    make_client: MakeClient, engine: FakeEngine, language: str
) -> None:
    client = make_client(engine_url=engine.url)
    for talk in TALKS.values():
        asked = [{"do": "ask", "form": talk.form, "slot": q.slot} for q in talk.questions]
        engine.reply = lambda _, asked=asked: messages(*asked)  # type: ignore[misc]
        for message, question in zip(Talk(client, language=language).say("👍 a"), talk.questions, strict=True):
            payloads = [c["payload"] for c in message["choices"]]
            assert message["kind"] == "form"
            assert message["form"]["slot"] == question.slot
            assert payloads[-2:] == ["/form_skip", "/form_stop"]
            assert all(len(p) <= 300 for p in payloads)
            assert "{" not in message["text"]
