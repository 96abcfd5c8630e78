"""What is no proper message gets a clear error in the one shape, and nothing of it is stored."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.i18n import LANGUAGES, text
from tests.support import Talk, error_of


def refused(talk: Talk, body: Any, status: int) -> dict[str, Any]:
    """The error of a posted body; asserts that the talk is as before."""
    before = talk.messages()
    error = error_of(talk.call("POST", "/messages", json=body), status)
    assert talk.messages() == before
    return error


def message(**body: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), **body}


class TestEmpty:
    @pytest.mark.parametrize("empty", ["", " ", "\n\t ", "\x00", "\x00\x01\x02", "\u200b\u200b", "\u2028", "\ufeff"])
    def test_is_refused(self, talk: Talk, empty: str) -> None:
        assert refused(talk, message(text=empty), 422)["code"] == "empty_message"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_told_in_the_readers_language(self, client: TestClient, language: str) -> None:
        talk = Talk(client, language=language)
        assert refused(talk, message(text="  "), 422)["message"] == text("say.empty", language)


class TestTooLong:
    @pytest.mark.parametrize("length", [4001, 10_000])
    def test_is_refused_and_says_the_limit(self, talk: Talk, length: int) -> None:
        error = refused(talk, message(text="å" * length), 413)
        assert error["code"] == "too_long"
        assert error["details"] == {"limit": 4000, "length": length}

    def test_four_thousand_are_taken(self, talk: Talk) -> None:
        assert talk.post("a b " * 1000).status_code == 200

    def test_a_body_of_two_megabytes(self, talk: Talk) -> None:
        error = refused(talk, message(text="x" * 2_000_000), 413)
        assert error["code"] == "too_long"

    def test_a_body_of_two_megabytes_in_pieces(self, talk: Talk) -> None:
        def pieces() -> Any:
            yield b'{"client_id": "0123456789", "text": "'
            for _ in range(200):
                yield b"x" * 10_000
            yield b'"}'

        response = talk.call("POST", "/messages", content=pieces(), headers={"Content-Type": "application/json"})
        assert error_of(response, 413)["code"] == "too_long"
        assert len(talk.messages()) == 1


class TestControlCharacters:
    def test_are_taken_out(self, talk: Talk) -> None:
        talk.say("av\x00last\x07ning\x1b[31m")
        assert talk.messages(after=1)[0]["text"] == "avlastning[31m"

    def test_lines_and_tabs_stay(self, talk: Talk) -> None:
        talk.say("en\nto\ttre")
        assert talk.messages(after=1)[0]["text"] == "en\nto\ttre"

    def test_joiners_of_persian_and_emoji_stay(self, talk: Talk) -> None:
        for sentence in ("می‌خواهم کمک بگیرم", "👨‍👩‍👧 hjelp"):
            talk.say(sentence)
            assert sentence in [m["text"] for m in talk.messages()]

    def test_lone_surrogates_do_no_harm(self, talk: Talk) -> None:
        raw = b'{"client_id": "0123456789", "text": "hei \\ud83d der"}'
        response = talk.call("POST", "/messages", content=raw, headers={"Content-Type": "application/json"})
        assert response.status_code in (202, 422)
        assert talk.call("GET", "/messages").status_code == 200
        assert talk.call("GET", "/transcript?format=txt").status_code == 200


class TestOddTexts:
    def test_only_emoji_gets_a_kind_answer(self, talk: Talk) -> None:
        (answer,) = talk.say("😭😭💔")
        assert answer["text"] == text("say.empty", "nb")
        assert answer["choices"]

    def test_html_is_kept_as_text(self, talk: Talk) -> None:
        html = "<img src=x onerror=alert(1)><b>avlastning</b>"
        talk.say(html)
        assert talk.messages(after=1)[0]["text"] == html

    @pytest.mark.parametrize(
        "command",
        ["/restart", "/choose_handoff", '/intent{"a": "b"}', '/choose_article{"article_id": "helplines"}', "//restart", "/ /back",
         "/session_start", '/choose_language{"chosen_language": "pl"}', "EXTERNAL: hei", "/slot{\"misses\": 5}"],
    )  # fmt: skip
    def test_commands_are_only_words(self, talk: Talk, command: str) -> None:
        answers = talk.say(command)
        assert answers
        assert talk.messages(after=1)[0]["text"] == command
        assert talk.state == "bot"
        assert talk.call("GET").json()["language"] != "pl"
        assert all(a["sender"] == "bot" for a in answers)


class TestWrongBodies:
    @pytest.mark.parametrize(
        "raw", [b"", b"{", b"not json", b'{"text": "hei"', b"\xff\xfe", b"[1,", b"{'text': 'hei'}"]
    )
    def test_invalid_json(self, talk: Talk, raw: bytes) -> None:
        response = talk.call("POST", "/messages", content=raw, headers={"Content-Type": "application/json"})
        assert error_of(response, 422)["code"] in ("invalid_json", "invalid_input")
        assert len(talk.messages()) == 1

    @pytest.mark.parametrize(
        "body",
        [
            None, [], "hei", 7, {}, {"text": "hei"}, {"client_id": "0123456789"},
            {"client_id": "0123456789", "text": None}, {"client_id": "0123456789", "text": 7},
            {"client_id": "0123456789", "text": ["hei"]}, {"client_id": "0123456789", "text": {"a": 1}},
            {"client_id": "0123456789", "text": "hei", "payload": "/choose_handoff"},
            {"client_id": "short", "text": "hei"}, {"client_id": 12345678, "text": "hei"},
            {"client_id": "x" * 51, "text": "hei"}, {"client_id": "with space", "text": "hei"},
            {"client_id": "crisis:2xx", "text": "hei"}, {"client_id": "0123456789", "text": "hei", "sender": "bot"},
            {"client_id": "0123456789", "payload": "/" + "x" * 400},
        ],
    )  # fmt: skip
    def test_wrong_types_and_fields(self, talk: Talk, body: Any) -> None:
        error = refused(talk, body, 422)
        assert error["code"] == "invalid_input"
        assert error["details"]

    @pytest.mark.parametrize(
        "payload",
        ['/choose_article{"article_id": "staff-duty-to-report"}', "/restart", "choose_handoff", "", '/choose_language{"chosen_language": "pl"}',
         "/choose_handoff{"],
    )  # fmt: skip
    def test_a_button_that_was_not_offered(self, talk: Talk, payload: str) -> None:
        assert refused(talk, message(payload=payload), 422)["code"] == "unknown_payload"

    def test_a_button_of_another_talk(self, client: TestClient, talk: Talk) -> None:
        other = Talk(client)
        offered = other.say("Jeg vil bytte språk, hvilke språk kan du?")
        assert offered
        refused(talk, message(payload='/choose_article{"article_id": "complain-health"}'), 422)

    def test_an_error_never_repeats_what_was_written(self, talk: Talk) -> None:
        marker = "hemmelig-setning-4711"
        for body in (
            {"client_id": marker, "text": 3},
            {"client_id": "0123456789", "text": [marker]},
            message(payload=marker),
        ):
            assert marker not in talk.call("POST", "/messages", json=body).text

    @pytest.mark.parametrize("wait", ["yes", "1", ""])
    def test_a_wrong_wait(self, talk: Talk, wait: str) -> None:
        error_of(talk.call("POST", f"/messages?wait={wait}", json=message(text="hei")), 422)
        assert len(talk.messages()) == 1


class TestPaths:
    def test_unknown_path(self, client: TestClient) -> None:
        assert error_of(client.get("/api/v1/nothing"), 404)["code"] == "not_found"

    def test_wrong_method(self, client: TestClient) -> None:
        assert error_of(client.get("/api/v1/conversations"), 405)["code"] == "method_not_allowed"

    @pytest.mark.parametrize(
        "body", [{}, {"municipality": 1}, {"municipality": "x" * 61}, {"municipality": "baerum", "x": 1}, []]
    )
    def test_wrong_opening(self, client: TestClient, body: Any) -> None:
        error_of(client.post("/api/v1/conversations", json=body), 422)
