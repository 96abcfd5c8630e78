"""Children and youth are met as such, feelings before facts, the language at once; the app's own answers, engine down."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Conversation
from core.database import Database
from core.i18n import LANGUAGES, text
from tests.support import Talk

QUESTION = "Hvordan søker jeg om omsorgsstønad?"
FEELINGS = ("strain", "grief", "fear", "anger", "shame", "loneliness", "young")
Messages = list[dict[str, Any]]


def feeling(messages: Messages, language: str = "nb") -> str | None:
    """Which feeling was met, if one."""
    known = {text(f"feeling.{f}.{n}", language): f for f in FEELINGS for n in (1, 2, 3)}
    return next((known[m["text"]] for m in messages if m["text"] in known), None)


def articles(messages: Messages) -> list[str]:
    return [m["answer"]["article_id"] for m in messages if m["kind"] == "answer"]


def titles(message: dict[str, Any]) -> list[str]:
    return [c["title"] for c in message.get("choices", [])]


class TestOpening:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_what_it_must(self, client: TestClient, language: str) -> None:
        (greeting,) = Talk(client, language=language).opened["messages"]
        assert "Nær" in greeting["text"]
        assert "30" in greeting["text"]
        assert text("human_hours.always", language) in greeting["text"]
        assert text("menu.language", language) in titles(greeting)
        assert text("menu.worn_out", language) in titles(greeting)

    def test_the_language_can_be_chosen_at_once(self, talk: Talk) -> None:
        (asked,) = talk.press("/choose_language")
        assert len(asked["choices"]) == 12
        changed, greeting = talk.press('/choose_language{"chosen_language": "uk"}')
        assert changed["text"] == text("language.changed", "uk")
        assert greeting["language"] == "uk"
        assert titles(greeting)[-1] == text("menu.language", "uk")

    def test_a_change_in_the_middle_gives_the_answer_again(self, talk: Talk) -> None:
        talk.press("/choose_language")
        talk.say(QUESTION)
        messages = talk.press('/choose_language{"chosen_language": "pl"}')
        assert articles(messages) == ["care-benefit"]
        assert messages[-1]["language"] == "pl"


class TestChildren:
    def test_who_says_the_age_is_greeted_as_a_child(self, talk: Talk) -> None:
        (hello,) = talk.say("jeg er 9 år")
        assert hello["text"] == text("audience.child", "nb")
        assert "116 111" in hello["text"]
        assert text("menu.am_youth", "nb") in titles(hello)

    def test_a_question_is_answered_with_the_childrens_own_article(self, talk: Talk) -> None:
        messages = talk.say("jeg er 9 år, får jeg lov å leke når broren min er syk?")
        assert messages[0]["text"] == text("audience.child", "nb")
        assert articles(messages) == ["for-children"]

    def test_beside_a_crisis_card_no_second_welcome(self, talk: Talk) -> None:
        card, *rest = talk.say("jeg er 9 år og mamma er syk, hva skal jeg gjøre?")
        assert card["kind"] == "crisis"
        assert articles(rest) == ["for-children"]
        assert text("audience.child", "nb") not in [m["text"] for m in rest]

    def test_a_youth_gets_the_article_of_the_youth(self, talk: Talk) -> None:
        messages = talk.say("jeg er 15, hvem kan jeg snakke med når moren min er deprimert?")
        assert articles(messages) == ["for-youth"]
        assert messages[0]["text"] == text("audience.youth", "nb")

    def test_the_tone_stays_and_the_law_does_not_come(self, talk: Talk) -> None:
        talk.say("jeg er 11 år")
        (answer,) = [m for m in talk.say(QUESTION) if m["kind"] == "answer"]
        assert answer["text"].endswith(text("answer.for_adults", "nb"))
        assert answer["answer"]["law"] == []
        assert talk.say("xqz vlkj wprt")[-1]["text"] == text("say.not_found@young", "nb")

    def test_by_button_and_out_again_in_words(self, talk: Talk, shared_database: Database) -> None:
        (asked,) = talk.press("/choose_audience")
        assert asked["text"] == text("audience.which", "nb")
        talk.press('/choose_audience{"chosen_audience": "child"}')
        (adult,) = talk.say("jeg er voksen")
        assert adult["text"] == text("audience.adult", "nb")
        with shared_database.reading() as session:
            assert session.get_one(Conversation, talk.id).memory["audience"] == "adult"

    def test_an_adult_who_tells_of_a_child_is_no_child(self, talk: Talk) -> None:
        messages = talk.say("sønnen min er 12 år, finnes det avlastning for oss?")
        assert all(m["text"] != text("audience.child", "nb") for m in messages)

    def test_a_handoff_goes_before_adults_and_names_the_line_when_nobody_is_there(
        self, talk: Talk, shared_database: Database
    ) -> None:
        talk.say("jeg er 10 år")
        messages = talk.press("/choose_handoff")
        assert messages[-1]["text"].startswith(text("handoff.young_nobody", "nb"))
        with shared_database.reading() as session:
            conversation = session.get_one(Conversation, talk.id)
            assert (conversation.priority, conversation.theme) == (5, "children-families")

    def test_a_crisis_card_names_the_childrens_line(self, talk: Talk) -> None:
        talk.say("jeg er 10 år")
        (card, *_) = talk.say("pappa puster ikke")
        assert card["kind"] == "crisis"
        assert "116111" in [c["phone"] for c in card["crisis"]["contacts"]]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_never_only_ask_your_parents(self, language: str) -> None:
        for key in ("audience.child", "audience.youth", "handoff.young_nobody", "say.miss_again@young"):
            assert "116 111" in text(key, language), key


class TestFeelings:
    def test_are_met_before_the_answer(self, talk: Talk) -> None:
        first, *rest = talk.say("Jeg er helt utslitt av å ta vare på mamma")
        assert feeling([first]) == "strain"
        assert rest
        assert rest[-1]["kind"] in ("answer", "choices")

    def test_at_most_once_in_three_turns_and_in_other_words(self, talk: Talk) -> None:
        met = [talk.say("Jeg er så sliten") for _ in range(4)]
        assert [feeling(m) is not None for m in met] == [True, False, False, True]
        assert met[0][0]["text"] != met[3][0]["text"]

    @pytest.mark.parametrize(
        "question", ["Hvor kan jeg få hjelp til sorg?", "Finnes det kurs om stress?", "Mamma er alltid sliten, hva gjør vi?"]
    )  # fmt: skip
    def test_a_question_about_the_theme_is_a_question(self, talk: Talk, question: str) -> None:
        assert feeling(talk.say(question)) is None

    def test_nothing_found_is_not_said_to_somebody_who_grieves(self, talk: Talk) -> None:
        messages = talk.say("jeg er så trist xqz vlkj")
        assert feeling(messages) == "grief"
        assert text("say.not_found", "nb") not in [m["text"] for m in messages]

    def test_a_crisis_card_is_enough(self, talk: Talk) -> None:
        messages = talk.say("Jeg er så sliten, jeg vil ikke leve lenger")
        assert messages[0]["kind"] == "crisis"
        assert feeling(messages) is None

    def test_a_child_is_met_with_a_childs_words(self, talk: Talk) -> None:
        talk.say("jeg er 9 år")
        assert feeling(talk.say("jeg er så sint på alle")) == "young"

    @pytest.mark.parametrize(
        ("language", "sentence"),
        [("nn", "eg er så sliten"), ("en", "I am so tired"), ("pl", "nie mam już siły"), ("uk", "я дуже втомилася"), ("ar", "أنا متعبة جدا"),
         ("so", "aad baan u daalay"), ("ur", "میں بہت تھک گئی ہوں"), ("fa", "خیلی خسته‌ام"), ("lt", "aš labai pavargusi"), ("ti", "ኣዝየ ደኺመ"),
         ("tr", "çok yoruldum")],
    )  # fmt: skip
    def test_in_every_language(self, client: TestClient, language: str, sentence: str) -> None:
        assert feeling(Talk(client, language=language).say(sentence), language) == "strain"
