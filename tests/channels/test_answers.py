"""What may follow an answer: more of it, simpler, whether it helped, the next best; the app's own answers, engine down."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Conversation, Feedback
from core.database import Database
from core.i18n import LANGUAGES, NAMES, text
from tests.support import Talk

QUESTION = "Hvordan søker jeg om omsorgsstønad?"


def payloads(message: dict) -> list[str]:  # type: ignore[type-arg]
    return [c["payload"] for c in message.get("choices", [])]


def article_of(message: dict) -> str | None:  # type: ignore[type-arg]
    return (message.get("answer") or {}).get("article_id")


class TestMore:
    def test_an_answer_is_short_and_offers_more(self, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        assert [c["title"] for c in answer["choices"]] == [
            text("answer.more", "nb"), text("answer.helped_yes", "nb"), text("answer.helped_no", "nb"),
        ]  # fmt: skip
        (part,) = talk.press(answer["choices"][0]["payload"])
        assert part["kind"] == "answer"
        assert article_of(part) == "care-benefit"
        assert part["text"] not in answer["text"]
        assert len(part["text"]) > 40

    def test_every_part_has_its_button_and_the_last_is_a_person(self, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        (part,) = talk.press(answer["choices"][0]["payload"])
        seen = {part["text"]}
        for choice in part["choices"][:-1]:
            (other,) = talk.press(choice["payload"])
            assert other["text"].startswith(choice["title"])
            seen.add(other["text"])
        assert len(seen) == len(part["choices"])
        assert payloads(part)[-1] == "/choose_handoff"

    def test_in_words_goes_on_to_the_end_and_says_so(self, talk: Talk) -> None:
        talk.say(QUESTION)
        said = []
        for _ in range(12):
            (message,) = talk.say("fortell mer")
            if message["kind"] == "choices":
                break
            said.append(message["text"])
        assert len(said) == len(set(said)) >= 2
        assert message["text"] == text("say.no_more", "nb")

    def test_simpler_is_the_short_answer_a_sentence_a_line(self, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        talk.say("mer")
        (simple,) = talk.say("kan du forklare det enklere?")
        lines = simple["text"].splitlines()
        assert lines[0] == text("answer.simply", "nb")
        assert all(line.removeprefix("• ") in answer["text"] for line in lines[2:])
        assert simple["answer"]["article_id"] == "care-benefit"

    def test_without_an_answer_before_the_words_are_searched(self, talk: Talk) -> None:
        (answer,) = talk.say("mer avlastning")
        assert answer["kind"] in ("answer", "choices")
        assert text("say.no_more", "nb") != answer["text"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_in_every_language(self, client: TestClient, language: str) -> None:
        talk = Talk(client, language=language)
        payload = '/choose_article{"article_id": "respite-care"}'
        (answer,) = talk.press(payload)
        title = answer["choices"][0]["title"]
        assert title.startswith(text("answer.more", language))
        (part,) = talk.press(answer["choices"][0]["payload"])
        assert part["answer"]["source_language"] == part["language"]
        assert (part["language"] == language) == (title == text("answer.more", language))
        assert NAMES[part["language"]] in title or part["language"] == language


class TestDidThisHelp:
    def test_yes_is_kept_as_feedback(self, talk: Talk, shared_database: Database) -> None:
        (answer,) = talk.say(QUESTION)
        (thanks,) = talk.press(answer["choices"][1]["payload"])
        assert thanks["text"] == text("say.helped", "nb")
        with shared_database.reading() as session:
            (kept,) = session.query(Feedback).filter_by(conversation_id=talk.id)
            assert (kept.message_seq, kept.rating) == (answer["seq"], 5)

    def test_no_gives_something_else_then_a_person(self, talk: Talk, shared_database: Database) -> None:
        (answer,) = talk.say(QUESTION)
        first, second = talk.press(answer["choices"][2]["payload"])
        assert first["text"] == text("say.next_best", "nb")
        assert "care-benefit" not in str(payloads(second))
        assert article_of(second) != "care-benefit"
        assert len([p for p in payloads(second) if p.startswith("/choose_article")]) <= 3
        if second["kind"] == "choices":
            assert payloads(second)[-2:] == ["/choose_none", "/choose_handoff"]
            (last,) = talk.press("/choose_none")
        else:
            (last,) = talk.press(payloads(second)[-1])
        assert last["text"] == text("say.miss_again", "nb")
        assert payloads(last) == ["/choose_handoff"]
        with shared_database.reading() as session:
            assert next(f.rating for f in session.query(Feedback).filter_by(conversation_id=talk.id)) == 1
            assert session.get_one(Conversation, talk.id).memory["tried"] == ["care-benefit"]

    def test_the_same_question_again_never_gives_what_failed(self, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        talk.press(answer["choices"][2]["payload"])
        for question in (QUESTION, "søke omsorgsstønad", "jeg vil ha omsorgsstønad for mamma"):
            assert "care-benefit" not in [article_of(m) for m in talk.say(question)]
            assert "care-benefit" not in str(talk.messages()[-1].get("choices"))

    def test_but_who_chooses_it_gets_it(self, talk: Talk) -> None:
        (answer,) = talk.press('/choose_article{"article_id": "respite-care"}')
        talk.press(payloads(answer)[2])
        assert article_of(talk.press('/choose_article{"article_id": "respite-care"}')[0]) == "respite-care"

    def test_another_talk_knows_nothing_of_it(self, client: TestClient, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        talk.press(answer["choices"][2]["payload"])
        assert article_of(Talk(client).say(QUESTION)[0]) == "care-benefit"


class TestNoneOfThese:
    def test_asks_for_other_words_then_offers_a_person(self, talk: Talk) -> None:
        (answer,) = talk.say(QUESTION)
        talk.press(answer["choices"][2]["payload"])  # one miss
        messages = talk.say("noe helt annet om kommunen og sånt")
        asked = next((m for m in reversed(talk.messages()) if "/choose_none" in payloads(m)), None)
        assert asked is not None, messages
        (last,) = talk.press("/choose_none")
        assert last["text"] == text("say.miss_again", "nb")
