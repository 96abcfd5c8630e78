"""The actions through rasa-sdk's own executor, with the real knowledge base."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from bot.actions import endpoint
from core.payloads import from_custom
from core.settings import ROOT
from tests.conftest import SECRET

QUESTION = "Hvordan søker jeg om omsorgsstønad?"
DOMAIN = {"slots": {}, "intents": [], "actions": [], "responses": {}}


@pytest.fixture(scope="module")
def door(client: TestClient) -> TestClient:
    """The app whose knowledge base the actions use."""
    services = client.app.state.services  # type: ignore[attr-defined]
    endpoint.serve(services.knowledge, SECRET)
    return client


def run(client: TestClient, action: str, text: str = "", *, intent: str = "ask", confidence: float = 0.9, slots: dict[str, Any] | None = None,
        entities: list[dict[str, Any]] | None = None, language: str = "nb", metadata: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """What the action says, and the slots that it sets."""
    message = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": entities or [],
               "metadata": {"language": language, "municipality": "lillestrom", **(metadata or {})}}  # fmt: skip
    call = {
        "next_action": action, "sender_id": "x", "domain": DOMAIN,
        "tracker": {"sender_id": "x", "slots": {"misses": 0.0, "offered": "nothing", **(slots or {})}, "latest_message": message,
                    "events": [], "paused": False, "latest_action_name": None, "active_loop": {}, "followup_action": None},
    }  # fmt: skip
    response = client.post("/internal/actions/webhook", json=call, headers={"Authorization": f"Bearer {SECRET}"})
    assert response.status_code == 200, response.text
    body = response.json()
    said = [r["custom"] for r in body["responses"]]
    assert all(from_custom(s) for s in said)
    return said, {e["name"]: e["value"] for e in body["events"] if e["event"] == "slot"}


class TestPrepared:
    """The result of `action_answer` that is sent along with a message is the one that would have been fetched."""

    @pytest.mark.parametrize(
        ("text", "metadata"),
        [(QUESTION, {}), ("noe om penger", {}), ("hva er prisen på en brukt elbil", {}), ("hva er prisen på en brukt elbil", {"misses": 1}),
         (QUESTION, {"tried": ["care-benefit"]}), ("og hva koster det?", {"last_article": "respite-care"}),
         ("hvordan søker jeg om avlastning?", {"last_article": "respite-care", "answered": True})],
    )  # fmt: skip
    @pytest.mark.parametrize("intent", ["ask", "out_of_scope", "nlu_fallback"])
    def test_is_what_the_engine_would_get(
        self, door: TestClient, text: str, metadata: dict[str, Any], intent: str
    ) -> None:
        told = {"language": "nb", "municipality": "lillestrom", **metadata}
        made = json.loads(json.dumps(asyncio.run(endpoint.prepare("x", text, told))))  # as it crosses to the engine
        said = [r["custom"] for r in made["result"]["responses"]]
        slots = {e["name"]: e["value"] for e in made["result"]["events"]}
        if intent in made["intents"]:
            assert (said, slots) == run(door, "action_answer", text, intent=intent, metadata=metadata)
        else:
            assert (intent, said[0]["do"] != "answer") == ("nlu_fallback", True)


class TestAnswer:
    def test_answers_and_remembers_with_what(self, door: TestClient) -> None:
        (said,), slots = run(door, "action_answer", QUESTION)
        assert (said["do"], said["article_id"]) == ("answer", "care-benefit")
        assert slots == {"offered": "nothing", "article_id": "care-benefit", "question": QUESTION}

    def test_gives_the_chosen_article(self, door: TestClient) -> None:
        entity = {"entity": "article_id", "value": "own-strain", "start": 0, "end": 0}
        (said,), _ = run(door, "action_answer", "/choose_article", intent="choose_article", entities=[entity])
        assert (said["article_id"], said["confidence"]) == ("own-strain", 1.0)

    def test_says_that_nothing_was_found_then_offers_a_person(self, door: TestClient) -> None:
        (first,), slots = run(door, "action_answer", "😭")
        assert first == {"do": "say", "key": "not_found", "menu": "not_found"}
        assert slots == {"misses": 1.0, "offered": "handoff"}
        (second,), slots = run(door, "action_answer", "😭", slots={"misses": 1.0})
        assert (second["key"], second["menu"]) == ("miss_again", "human")
        assert slots["misses"] == 2.0

    def test_what_did_not_help_is_not_given_again(self, door: TestClient) -> None:
        (said,), _ = run(door, "action_answer", QUESTION, metadata={"tried": ["care-benefit"]})
        assert said["do"] == "clarify"
        assert "care-benefit" not in said["article_ids"]
        assert len(said["article_ids"]) <= 3

    def test_misses_stay_within_the_slots_range(self, door: TestClient) -> None:
        assert run(door, "action_answer", "😭", slots={"misses": 5.0})[1]["misses"] == 5.0


class TestOthers:
    @pytest.mark.parametrize(("misses", "key"), [(0.0, "not_helpful"), (1.0, "miss_again"), (4.0, "miss_again")])
    def test_not_helpful(self, door: TestClient, misses: float, key: str) -> None:
        (said,), slots = run(door, "action_not_helpful", "nei", slots={"misses": misses})
        assert said["key"] == key
        assert slots["offered"] == "handoff"

    def test_after_a_failed_answer_comes_the_next_best_once(self, door: TestClient) -> None:
        slots = {"article_id": "care-benefit", "question": QUESTION}
        said, set_to = run(door, "action_not_helpful", "det hjalp ikke", slots=slots)
        assert said[0] == {"do": "rate", "article_id": "care-benefit", "helped": False}
        assert said[1]["key"] == "next_best"
        assert "care-benefit" not in said[2].get("article_ids", (said[2].get("article_id"),))
        assert set_to["misses"] == 1.0
        said, _ = run(door, "action_not_helpful", "nei", slots=slots, metadata={"misses": 1})
        assert [s.get("key") for s in said] == [None, "miss_again"]

    def test_none_of_the_alternatives(self, door: TestClient) -> None:
        (said,), _ = run(door, "action_not_helpful", "/choose_none", intent="choose_none", slots={"article_id": "x"})
        assert said["key"] == "none_of_these"

    @pytest.mark.parametrize("helped", ["yes", "no"])
    def test_the_rating_buttons(self, door: TestClient, helped: str) -> None:
        entities = [{"entity": "article_id", "value": "care-benefit"}, {"entity": "helped", "value": helped}]
        said, _ = run(door, "action_rate", "/rate_answer", intent="rate_answer", entities=entities)
        assert said[0] == {"do": "rate", "article_id": "care-benefit", "helped": helped == "yes"}
        assert len(said) == (1 if helped == "yes" else 2)

    def test_more_and_simpler(self, door: TestClient) -> None:
        entities = [{"entity": "article_id", "value": "care-benefit"}, {"entity": "part", "value": "2"}]
        (said,), _ = run(door, "action_more", "/ask_more", intent="ask_more", entities=entities)
        assert (said["article_id"], said["part"], said["simple"]) == ("care-benefit", 2, False)
        (said,), _ = run(door, "action_more", "/ask_simpler", intent="ask_simpler")
        assert (said["article_id"], said["part"], said["simple"]) == (None, None, True)

    @pytest.mark.parametrize(("chosen", "expected"), [("child", "child"), ("youth", "youth"), ("dog", None)])
    def test_choose_audience(self, door: TestClient, chosen: str, expected: str | None) -> None:
        entities = [{"entity": "chosen_audience", "value": chosen}]
        said, slots = run(door, "action_choose_audience", "/choose_audience", intent="choose_audience", entities=entities)  # fmt: skip
        assert said == [{"do": "audience", "audience": expected, "quiet": False}]
        assert slots == ({"audience": expected} if expected else {})

    def test_handoff(self, door: TestClient) -> None:
        said, slots = run(door, "action_handoff", "snakke med noen")
        assert said == [{"do": "handoff"}]
        assert slots == {"offered": "nothing", "misses": 0.0}

    def test_repeat(self, door: TestClient) -> None:
        assert run(door, "action_repeat") == ([{"do": "repeat"}], {})

    def test_deny(self, door: TestClient) -> None:
        said, slots = run(door, "action_say_deny", slots={"offered": "handoff"})
        assert (said[0]["key"], slots) == ("deny", {"offered": "nothing"})

    @pytest.mark.parametrize(("text", "expected"), [("kan vi snakke polsk", "pl"), ("et annet språk", None)])
    def test_change_language(self, door: TestClient, text: str, expected: str | None) -> None:
        said, _ = run(door, "action_change_language", text, intent="change_language")
        assert said == [{"do": "language", "language": expected}]

    @pytest.mark.parametrize(("value", "expected"), [("so", "so"), ("xx", None)])
    def test_language_button(self, door: TestClient, value: str, expected: str | None) -> None:
        entity = {"entity": "chosen_language", "value": value}
        said, _ = run(door, "action_change_language", "/choose_language", intent="choose_language", entities=[entity])
        assert said == [{"do": "language", "language": expected}]


class TestDoor:
    def test_an_unknown_action_is_404(self, door: TestClient) -> None:
        call = {"next_action": "action_unknown", "sender_id": "x", "domain": DOMAIN, "tracker": {"sender_id": "x"}}
        response = door.post("/internal/actions/webhook", json=call, headers={"Authorization": f"Bearer {SECRET}"})
        assert response.status_code == 404
        assert response.json()["action_name"] == "action_unknown"

    def test_what_is_no_call_is_refused_not_a_crash(self, door: TestClient) -> None:
        for raw in (b"", b"[]", b"{", b"{}"):
            response = door.post(
                "/internal/actions/webhook", content=raw, headers={"Authorization": f"Bearer {SECRET}"}
            )
            assert 400 <= response.status_code < 500, raw

    def test_every_action_of_the_domain_is_there(self, door: TestClient) -> None:
        files = (ROOT / "bot/domain").glob("*.yml")
        declared = [a for file in files for a in yaml.safe_load(file.read_text()).get("actions", [])]
        assert endpoint._executor is not None
        assert set(declared) == set(endpoint._executor.actions)


class TestHandoffOnAGuess:
    def test_words_that_only_resemble_the_wish_are_answered(self, door: TestClient) -> None:
        said, _ = run(door, "action_handoff", QUESTION, intent="ask_human", confidence=0.6)
        assert said[0]["do"] == "answer"

    @pytest.mark.parametrize(
        ("intent", "confidence", "heard"),
        [("ask_human", 0.95, False), ("ask_human", 0.5, True), ("choose_handoff", 0.0, False)],
    )
    def test_a_clear_wish_brings_a_person(self, door: TestClient, intent: str, confidence: float, heard: bool) -> None:
        metadata = {"wants_human": True} if heard else {}
        said, _ = run(door, "action_handoff", "noen der?", intent=intent, confidence=confidence, metadata=metadata)
        assert said[0]["do"] == "handoff"
