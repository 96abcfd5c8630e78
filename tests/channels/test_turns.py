"""Who answers, and with what: the engine, or the app by itself when the engine is down, slow, silent or talks nonsense."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Turn
from channels.conversations.service import open_conversation, receive
from core.database import Database
from core.i18n import text
from tests.conftest import SECRET, MakeClient
from tests.support import FakeEngine, Talk, messages

QUESTION = "Hvordan søker jeg om omsorgsstønad?"


class TestWithoutEngine:
    def test_answers_with_the_right_article_and_its_source(self, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        assert answer["sender"] == "bot"
        assert answer["kind"] == "answer"
        source = answer["answer"]
        assert source["article_id"] == "care-benefit"
        assert source["source_language"] == "nb"
        assert 0.5 < source["confidence"] <= 1
        assert len(source["reviewed_on"]) == 10
        assert talk.client.get(source["url"]).status_code == 200

    @pytest.mark.parametrize(
        ("language", "question"),
        [("en", "How do I apply for care benefit for looking after my mother?"), ("pl", "Jak złożyć wniosek o zasiłek opiekuńczy z gminy?"),
         ("uk", "Мені потрібен перекладач на зустрічі з лікарем"), ("nn", "Korleis klagar eg på helsehjelpa?")],
    )  # fmt: skip
    def test_answers_in_the_language_that_is_written(self, client: TestClient, language: str, question: str) -> None:
        answers = Talk(client, language=None).say(question)
        assert answers[-1]["language"] == language

    def test_offers_alternatives_or_a_human_for_what_it_does_not_know(self, talk: Talk) -> None:
        (answer,) = talk.say("Hvem vant fotballkampen i går kveld?")
        assert answer["kind"] == "choices"
        assert answer["choices"][-1]["payload"].startswith("/choose_")
        assert any(c["payload"] == "/choose_handoff" for c in answer["choices"])

    def test_an_article_button_gives_the_article(self, talk: Talk) -> None:
        (answer,) = talk.press('/choose_article{"article_id": "respite-care"}')
        assert answer["answer"]["article_id"] == "respite-care"
        assert talk.messages(after=1)[0]["text"] == text("menu.respite", "nb")

    def test_every_button_of_the_greeting_leads_somewhere(self, client: TestClient) -> None:
        for choice in Talk(client).opened["messages"][0]["choices"]:
            answers = Talk(client).press(choice["payload"])
            if choice["payload"].startswith("/start_"):  # a guided talk needs the engine, and says so
                assert answers[-1]["text"] == text("say.form_must_wait", "nb"), choice
                continue
            expected = (
                "choices" if choice["payload"] in ("/choose_language", "/choose_audience") else ("answer", "handoff")
            )
            assert answers[-1]["kind"] in expected, choice

    def test_a_staff_article_is_never_an_answer(self, talk: Talk) -> None:
        for answer in talk.say("Når har ansatte opplysningsplikt og meldeplikt til barnevernet?"):
            assert answer.get("answer", {}).get("article_id") != "staff-duty-to-report"
            assert "staff-" not in str(answer.get("choices"))


class TestEngineThatFails:
    @pytest.mark.parametrize(
        "reply",
        [
            lambda _: messages(), lambda _: (500, b'{"error": "ValueError"}'), lambda _: (200, b"<html>not json</html>"),
            lambda _: (200, b'{"messages": [{"custom": {"do": "launch", "key": "x"}}]}'), lambda _: (200, b"[]"),
            lambda _: (200, b'{"messages": null}'), lambda _: (200, b'{"messages": [{"custom": 7}]}'),
            lambda _: (200, b'{"messages": [{"text": "made up by a model"}]}'), lambda _: (401, b"{}"), lambda _: (200, b""),
            lambda _: messages({"do": "answer"}), lambda _: messages({"do": "say", "key": "no-such-key"}),
            lambda _: messages({"do": "say", "key": "greet", "menu": "no-such-menu"}),
        ],
        ids=["says nothing", "500", "html", "unknown payload", "list", "null", "number", "text of its own", "401", "empty body",
             "field missing", "unknown text", "unknown menu"],
    )  # fmt: skip
    def test_the_app_answers_by_itself(
        self, make_client: MakeClient, engine: FakeEngine, reply: Callable[[Any], tuple[int, bytes]]
    ) -> None:
        engine.reply = reply
        (answer,) = Talk(make_client(engine_url=engine.url)).say(QUESTION)
        assert engine.turns
        assert answer["answer"]["article_id"] == "care-benefit"

    def test_a_slow_one_is_not_waited_for(self, make_client: MakeClient, engine: FakeEngine) -> None:
        engine.reply = lambda _: (engine.released.wait(3), messages({"do": "say", "key": "greet"}))[1]
        talk = Talk(make_client(engine_url=engine.url, engine_timeout=0.3))
        begun = time.monotonic()
        (answer,) = talk.say(QUESTION)
        assert time.monotonic() - begun < 2
        assert answer["answer"]["article_id"] == "care-benefit"

    def test_its_late_answer_is_not_sent_too(self, make_client: MakeClient, engine: FakeEngine) -> None:
        engine.reply = lambda _: (engine.released.wait(0.6), messages({"do": "say", "key": "greet"}))[1]
        talk = Talk(make_client(engine_url=engine.url, engine_timeout=0.2))
        talk.say(QUESTION)
        time.sleep(0.8)
        assert len(talk.messages()) == 3


class TestEmbeddingThatFails:
    def test_the_rules_card_does_not_wait_for_it(self, own_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        talk = Talk(own_client)

        def fail(*_: Any) -> Any:
            raise MemoryError

        monkeypatch.setattr(own_client.app.state.services.knowledge.embedder, "embed_one", fail)  # type: ignore[attr-defined]
        card, sorry = talk.say("Jeg vil ta livet mitt")
        assert card["crisis"]["category"] == "suicide"
        assert sorry["text"] == text("say.trouble", "nb")

    def test_one_failure_is_not_noticed(self, own_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        talk = Talk(own_client)
        embedder = own_client.app.state.services.knowledge.embedder  # type: ignore[attr-defined]
        embed_one, failed = embedder.embed_one, []

        def fail_once(said: str) -> Any:
            if len(failed) < 2:  # the second opinion and the search each ask for it
                failed.append(said)
                raise RuntimeError
            return embed_one(said)

        monkeypatch.setattr(embedder, "embed_one", fail_once)
        (answer,) = talk.say(QUESTION)
        assert failed
        assert answer["answer"]["article_id"] == "care-benefit"


class TestEngineThatAnswers:
    def test_is_told_what_it_needs_and_believed(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        (answer,) = talk.say("Hei på deg, du")
        assert answer["text"] == text("say.greet", "nb")
        (turn,) = engine.turns
        assert turn["conversation_id"] == talk.id
        assert turn["metadata"] | {"language": "nb", "municipality": "lillestrom"} == turn["metadata"]
        assert len(turn["vector"]) == 384 * 4 * 4 / 3
        assert engine.authorizations == [f"Bearer {SECRET}"]

    @pytest.mark.parametrize(
        "command", ["/restart", "//restart", " / /restart", "/\n/restart", "/\u00a0/restart", "/\u2003/choose_handoff"]
    )
    def test_never_gets_a_command_from_a_person(
        self, make_client: MakeClient, engine: FakeEngine, command: str
    ) -> None:
        Talk(make_client(engine_url=engine.url)).say(command)
        assert all(not t["text"].strip().startswith("/") for t in engine.turns)  # Rasa strips every kind of white space

    def test_gets_a_buttons_payload(self, make_client: MakeClient, engine: FakeEngine) -> None:
        engine.reply = lambda _: messages({"do": "answer", "article_id": "respite-care", "confidence": 1.0})
        talk = Talk(make_client(engine_url=engine.url))
        (answer,) = talk.press('/choose_article{"article_id": "respite-care"}')
        assert engine.turns[0]["text"] == '/choose_article{"article_id": "respite-care"}'
        assert answer["answer"]["article_id"] == "respite-care"

    def test_clarifies_with_titles_in_the_readers_language(self, make_client: MakeClient, engine: FakeEngine) -> None:
        engine.reply = lambda _: messages(
            {"do": "clarify", "article_ids": ["respite-care", "gone", "own-strain"], "confidence": 0.3}
        )
        (answer,) = Talk(make_client(engine_url=engine.url)).say("hjelp")
        assert answer["text"] == text("clarify.question", "nb")
        assert [c["payload"] for c in answer["choices"]] == [
            '/choose_article{"article_id": "respite-care"}', '/choose_article{"article_id": "own-strain"}',
            "/choose_none", "/choose_handoff",
        ]  # fmt: skip

    def test_an_article_that_is_gone_becomes_an_honest_sentence(
        self, make_client: MakeClient, engine: FakeEngine
    ) -> None:
        engine.reply = lambda _: messages({"do": "answer", "article_id": "gone", "confidence": 1.0})
        (answer,) = Talk(make_client(engine_url=engine.url)).say("hjelp")
        assert answer["text"] == text("say.not_found", "nb")

    def test_repeats_the_last_answer(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages({"do": "repeat"})
        assert talk.say("si det igjen")[0]["text"] == text("say.nothing_to_repeat", "nb")
        engine.reply = lambda _: messages({"do": "answer", "article_id": "respite-care", "confidence": 0.9})
        (said,) = talk.say("avlastning")
        engine.reply = lambda _: messages({"do": "repeat"})
        again = talk.say("si det igjen")
        assert [m["text"] for m in again] == [text("answer.again", "nb"), said["text"]]
        assert again[1]["answer"] == said["answer"]

    def test_changes_the_language_for_good(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages({"do": "language", "language": "so"})
        assert talk.say("kan vi ta det på somali?")[0]["text"] == text("language.changed", "so")
        assert talk.call("GET").json()["language"] == "so"

    def test_asks_which_language_and_takes_the_button(self, make_client: MakeClient, engine: FakeEngine) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        engine.reply = lambda _: messages({"do": "language", "language": None})
        (asked,) = talk.say("et annet språk")
        assert len(asked["choices"]) == 12
        engine.reply = lambda _: (500, b"")
        talk.press('/choose_language{"chosen_language": "uk"}')
        assert talk.call("GET").json()["language"] == "uk"

    def test_one_message_of_a_talk_at_a_time(self, make_client: MakeClient, engine: FakeEngine) -> None:
        running: list[int] = []
        most: list[int] = []

        def reply(_: Any) -> tuple[int, bytes]:
            running.append(1)
            most.append(len(running))
            engine.released.wait(0.03)
            running.pop()
            return messages({"do": "say", "key": "greet"})

        engine.reply = reply
        talk = Talk(make_client(engine_url=engine.url))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(talk.say, [f"hei {n}" for n in range(8)]))
        assert max(most) == 1
        assert len(engine.turns) == 8
        assert [t["message_id"] for t in engine.turns] == sorted((t["message_id"] for t in engine.turns), key=int)


class TestAfterACrash:
    @pytest.mark.parametrize("count", [1, 3])
    def test_open_turns_are_taken_up_at_the_next_start(
        self, make_client: MakeClient, database: Database, count: int
    ) -> None:
        with database.writing() as session:
            conversation, token = open_conversation(session, "lillestrom", "nb", 30)
            for n in range(count):
                receive(session, conversation.id, f"before-the-crash-{n}", QUESTION, None)
        client = make_client()
        headers = {"Authorization": f"Bearer {token}"}
        deadline = time.monotonic() + 5
        senders: list[str] = []
        while senders.count("bot") < count and time.monotonic() < deadline:
            found = client.get(f"/api/v1/conversations/{conversation.id}/messages", headers=headers).json()
            senders = [m["sender"] for m in found]
            time.sleep(0.02)
        assert senders == ["relative"] * count + ["bot"] * count
        with database.reading() as session:
            assert session.query(Turn).filter_by(conversation_id=conversation.id, done=False).count() == 0
