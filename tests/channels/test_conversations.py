"""Opening a talk, writing in it, reading it: the contract's shapes, and nothing lost or doubled."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from core.i18n import LANGUAGES, text
from tests.support import Talk, error_of

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
MESSAGE_KEYS = {"seq", "at", "sender", "kind", "text", "language", "client_id"}


class TestOpen:
    def test_gives_id_token_language_state_and_greeting(self, client: TestClient) -> None:
        opened = Talk(client).opened
        assert set(opened) == {"id", "token", "language", "state", "messages"}
        assert (opened["language"], opened["state"]) == ("nb", "bot")
        assert str(uuid.UUID(opened["id"])) == opened["id"]
        assert len(opened["token"]) >= 32
        (greeting,) = opened["messages"]
        assert greeting["seq"] == 1
        assert greeting["sender"] == "bot"
        assert RFC3339.match(greeting["at"])
        assert "Lillestrøm kommune" in greeting["text"]
        assert "robot" in greeting["text"]
        assert {"title", "payload"} == set(greeting["choices"][0])

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_greets_in_every_language(self, client: TestClient, language: str) -> None:
        opened = Talk(client, language=language).opened
        assert opened["language"] == language
        greeting = opened["messages"][0]
        assert greeting["language"] == language
        assert text("menu.human", language) in [c["title"] for c in greeting["choices"]]
        assert "{" not in greeting["text"]

    def test_without_a_language_begins_in_norwegian(self, client: TestClient) -> None:
        assert Talk(client, language=None).opened["language"] == "nb"

    def test_sets_a_cookie_for_the_stream_only(self, client: TestClient) -> None:
        response = client.post("/api/v1/conversations", json={"municipality": "baerum"})
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert f"Path=/api/v1/conversations/{response.json()['id']}/events" in cookie
        assert "Secure" not in cookie

    def test_unknown_municipality_names_the_known_ones(self, client: TestClient) -> None:
        error = error_of(client.post("/api/v1/conversations", json={"municipality": "oslo"}), 422)
        assert error["code"] == "unknown_municipality"
        assert error["details"]["known"] == ["baerum", "lillestrom"]

    def test_unknown_language_names_the_known_ones(self, client: TestClient) -> None:
        error = error_of(client.post("/api/v1/conversations", json={"municipality": "baerum", "language": "xx"}), 422)
        assert error["code"] == "unknown_language"
        assert error["details"]["known"] == list(LANGUAGES)


class TestRead:
    def test_gives_state_language_and_position(self, talk: Talk) -> None:
        assert talk.call("GET").json() == {
            "id": talk.id, "language": "nb", "municipality": "lillestrom", "last_seq": 1, "state": "bot",
            "counsellor": None, "queue_position": None,
        }  # fmt: skip

    def test_messages_after_a_position_in_order_without_gap(self, talk: Talk) -> None:
        for question in ("avlastning", "omsorgsstønad", "tolk"):
            talk.say(question)
        seqs = [m["seq"] for m in talk.messages()]
        assert seqs == list(range(1, len(seqs) + 1))
        assert [m["seq"] for m in talk.messages(after=3)] == seqs[3:]
        assert talk.messages(after=seqs[-1]) == []

    def test_a_message_has_the_contracts_keys(self, talk: Talk) -> None:
        talk.say("Hvordan søker jeg om omsorgsstønad?")
        for message in talk.messages():
            assert set(message) >= MESSAGE_KEYS
            assert RFC3339.match(message["at"])

    @pytest.mark.parametrize("after", ["-1", "x", "1.5"])
    def test_a_wrong_position_is_refused(self, talk: Talk, after: str) -> None:
        assert error_of(talk.call("GET", f"/messages?after={after}"), 422)["code"] == "invalid_input"


class TestChangeLanguage:
    def test_goes_on_in_the_chosen_language(self, talk: Talk) -> None:
        changed = talk.call("PATCH", json={"language": "pl"})
        assert changed.status_code == 200
        assert changed.json()["language"] == "pl"
        assert talk.say("tak")[-1]["language"] == "pl"

    def test_unknown_language_changes_nothing(self, talk: Talk) -> None:
        error_of(talk.call("PATCH", json={"language": "xx"}), 422)
        assert talk.call("GET").json()["language"] == "nb"


class TestPost:
    def test_is_stored_before_it_is_answered(self, talk: Talk) -> None:
        response = talk.post("Hva er avlastning?", wait=False)
        assert response.status_code == 202
        assert response.json() == {"seq": 2, "duplicate": False}
        stored = talk.messages(after=1)[0]
        assert (stored["seq"], stored["sender"], stored["text"]) == (2, "relative", "Hva er avlastning?")

    def test_waiting_gives_what_came_after(self, talk: Talk) -> None:
        response = talk.post("Hvordan søker jeg om omsorgsstønad?")
        assert response.status_code == 200
        body = response.json()
        assert set(body) >= {"seq", "messages"}
        assert body["seq"] == 2
        assert [m["seq"] for m in body["messages"]] == [3]

    def test_gives_the_client_id_back_to_match(self, talk: Talk) -> None:
        client_id = str(uuid.uuid4())
        talk.post("tolk", client_id=client_id)
        assert talk.messages(after=1)[0]["client_id"] == client_id
        assert talk.messages(after=2)[0]["client_id"] is None


class TestDuplicates:
    def test_the_same_client_id_later_gives_the_same_seq(self, talk: Talk) -> None:
        client_id = str(uuid.uuid4())
        first = talk.post("Hva er avlastning?", client_id=client_id).json()
        before = talk.messages()
        again = talk.post("Hva er avlastning?", client_id=client_id, wait=False)
        assert again.status_code == 202
        assert again.json() == {"seq": first["seq"], "duplicate": True}
        assert talk.messages() == before

    def test_waiting_on_a_duplicate_gives_the_same_answer(self, talk: Talk) -> None:
        client_id = str(uuid.uuid4())
        first = talk.post("Hva er avlastning?", client_id=client_id).json()
        again = talk.post("Hva er avlastning?", client_id=client_id).json()
        assert again["duplicate"] is True
        assert again["messages"] == first["messages"]

    def test_waiting_on_an_old_duplicate_gives_only_that_turn(self, talk: Talk) -> None:
        client_id = str(uuid.uuid4())
        first = talk.post("Hva er avlastning?", client_id=client_id).json()
        talk.say("Hvordan klager jeg?")
        assert talk.post("Hva er avlastning?", client_id=client_id).json()["messages"] == first["messages"]

    def test_twenty_at_the_same_moment_store_one(self, talk: Talk) -> None:
        client_id = str(uuid.uuid4())
        with ThreadPoolExecutor(20) as pool:
            answers = list(
                pool.map(lambda _: talk.post("Hva er avlastning?", client_id=client_id, wait=False), range(20))
            )
        assert {a.status_code for a in answers} == {202}
        assert {a.json()["seq"] for a in answers} == {2}
        assert sorted(a.json()["duplicate"] for a in answers) == [False] + [True] * 19
        talk.say("tolk")  # the first has been answered when this one has
        assert [m["sender"] for m in talk.messages()].count("relative") == 2
        assert [m["sender"] for m in talk.messages()].count("bot") == 3

    def test_twenty_different_are_all_stored_and_answered_in_order(self, talk: Talk) -> None:
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda n: talk.post(f"Hva er avlastning? {n}"), range(20)))
        assert {a.status_code for a in answers} == {200}
        found = talk.messages()
        assert [m["seq"] for m in found] == list(range(1, len(found) + 1))
        assert sum(m["sender"] == "relative" for m in found) == 20
        assert sum(m["sender"] == "bot" for m in found) == 21

    def test_another_talk_may_use_the_same_client_id(self, client: TestClient) -> None:
        client_id = str(uuid.uuid4())
        for _ in range(2):
            assert Talk(client).post("tolk", client_id=client_id).json()["duplicate"] is False


class TestFeedback:
    @pytest.mark.parametrize("rating", [1, 5, "up", "down"])
    def test_is_taken(self, talk: Talk, rating: int | str) -> None:
        assert talk.call("POST", "/feedback", json={"rating": rating, "message_seq": 1}).status_code == 201

    def test_of_the_whole_talk_with_a_text(self, talk: Talk) -> None:
        assert talk.call("POST", "/feedback", json={"rating": 4, "text": "Takk"}).status_code == 201

    @pytest.mark.parametrize(
        "body", [{"rating": 0}, {"rating": 6}, {"rating": "great"}, {}, {"rating": 5, "text": "x" * 2001}]
    )
    def test_a_wrong_rating_is_refused(self, talk: Talk, body: dict[str, object]) -> None:
        error_of(talk.call("POST", "/feedback", json=body), 422)

    def test_of_a_message_that_is_not_there(self, talk: Talk) -> None:
        assert (
            error_of(talk.call("POST", "/feedback", json={"rating": "up", "message_seq": 99}), 422)["code"]
            == "unknown_message"
        )


class TestTranscript:
    def test_as_json_has_every_message(self, talk: Talk) -> None:
        talk.say("Hva er avlastning?")
        made = talk.call("GET", "/transcript?format=json").json()
        assert made["id"] == talk.id
        assert made["messages"] == talk.messages()

    def test_as_text_has_who_said_what(self, talk: Talk) -> None:
        talk.say("Hva er avlastning?")
        response = talk.call("GET", "/transcript?format=txt")
        assert response.headers["content-type"].startswith("text/plain")
        assert "Du:\nHva er avlastning?" in response.text
        assert "Nær (robot)" in response.text
        assert "Kilde: " in response.text

    def test_as_html_shows_markup_as_text(self, talk: Talk) -> None:
        talk.say("<script>alert(1)</script> avlastning")
        response = talk.call("GET", "/transcript?format=html")
        assert response.headers["content-type"].startswith("text/html")
        assert "<script>alert" not in response.text
        assert "&lt;script&gt;alert(1)" in response.text

    def test_is_never_cached(self, talk: Talk) -> None:
        assert talk.call("GET", "/transcript").headers["cache-control"] == "no-store"

    def test_another_format_is_refused(self, talk: Talk) -> None:
        assert error_of(talk.call("GET", "/transcript?format=docx"), 422)["code"] == "invalid_input"
