"""Find a course, from the first button to the list, with the real engine."""

from __future__ import annotations

import httpx
import pytest

from core.i18n import text
from tests.channels.guided import GuidedTalk

pytestmark = pytest.mark.engine
START = "/start_find_course"


def at(client: httpx.Client, slot: str, language: str = "nb") -> GuidedTalk:
    """A talk in which this question is open, everything before it answered."""
    talk = GuidedTalk(client, language)
    talk.press(START)
    answers = {
        "course_for": "adult",
        "course_theme": "dementia",
        "course_language": "any",
        "course_when": "any",
        "course_place": "any",
    }
    for each, value in answers.items():
        if talk.asked == slot:
            return talk
        talk.choose(each, value)
    assert talk.asked == slot
    return talk


class TestHappy:
    def test_by_buttons_to_a_list_with_calendar_files(self, live: httpx.Client) -> None:
        talk = at(live, "course_confirm")
        assert "Demens" in talk.texts[-1]
        (found,) = talk.choose("course_confirm", "yes")
        assert found["kind"] == "course_list"
        assert found["courses"]
        assert {c["theme"] for c in found["courses"]} == {"dementia"}
        ics = live.get(found["courses"][0]["url_ics"])
        assert ics.status_code == 200
        assert b"BEGIN:VEVENT" in ics.content

    def test_by_words(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.say("Kan du hjelpe meg å finne et kurs om demens?")
        assert talk.asked == "course_for"
        assert talk.last[-1]["kind"] == "form"
        for words, then in (("til meg selv", "course_language"), ("samme det", "course_when"), ("uansett", "course_place"),
                            ("på nett", "course_confirm")):  # fmt: skip
            talk.say(words)
            assert talk.asked == then, words
        assert "Demens" in talk.texts[-1]
        assert "Digitalt" in talk.texts[-1]
        assert talk.say("ja, det stemmer")[-1]["kind"] == "course_list"

    def test_none_is_said_and_what_comes_near_is_shown(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live, "ti")
        talk.press(START)
        for slot, value in (("course_for", "adult"), ("course_theme", "dementia"), ("course_language", "own"),
                            ("course_when", "any"), ("course_place", "any"), ("course_confirm", "yes")):  # fmt: skip
            talk.choose(slot, value)
        assert text("form.courses.none", "ti") in talk.texts[-1]
        assert text("form.courses.others", "ti") in talk.texts[-1]
        assert talk.last[-1]["courses"]


class TestSkipAndStop:
    @pytest.mark.parametrize(
        ("language", "words"),
        [("nb", "hopp over"), ("nn", "veit ikkje"), ("en", "I don't know"), ("pl", "pomiń"), ("uk", "не знаю"), ("ar", "لا أعرف"),
         ("so", "ka bood"), ("ur", "چھوڑ دیں"), ("fa", "نمی‌دانم"), ("lt", "nežinau"), ("ti", "ዝለል"), ("tr", "atla")],
    )  # fmt: skip
    def test_skip_in_words(self, live: httpx.Client, language: str, words: str) -> None:
        talk = GuidedTalk(live, language)
        talk.press(START)
        talk.say(words)
        assert talk.asked == "course_theme"

    @pytest.mark.parametrize(
        ("language", "words"),
        [("nb", "stopp"), ("nn", "eg vil ikkje meir"), ("en", "please stop"), ("pl", "zakończ"), ("uk", "досить"), ("ar", "توقف"),
         ("so", "jooji"), ("ur", "بس کریں"), ("fa", "بس است"), ("lt", "užteks"), ("ti", "ይኣክል"), ("tr", "vazgeçtim")],
    )  # fmt: skip
    def test_stop_in_words(self, live: httpx.Client, language: str, words: str) -> None:
        talk = GuidedTalk(live, language)
        talk.press(START)
        talk.say(words)
        assert talk.texts == [text("say.form_stopped", language)]

    def test_buttons(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.press(START)
        for then in ("course_theme", "course_language", "course_when", "course_place", "course_confirm"):
            talk.press("/form_skip")
            assert talk.asked == then
        assert talk.texts[-1].count(text("form.skipped", "nb")) == 5
        assert talk.choose("course_confirm", "yes")[-1]["kind"] == "course_list"

    def test_after_a_stop_the_bot_answers_as_before(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.press(START)
        talk.press("/form_stop")
        assert talk.say("Hvordan søker jeg om omsorgsstønad?")[-1]["answer"]["article_id"] == "care-benefit"
        assert talk.press("/form_skip")[-1]["text"] == text("say.form_is_over", "nb")


class TestInBetween:
    def test_a_question_is_answered_and_the_form_asks_again(self, live: httpx.Client) -> None:
        talk = at(live, "course_language")
        answer, again = talk.say("Hvordan søker jeg om omsorgsstønad?")
        assert answer["answer"]["article_id"] == "care-benefit"
        assert again["form"]["slot"] == "course_language"

    def test_an_article_button_too(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.press(START)
        answer, again = talk.press('/choose_article{"article_id": "respite-care"}')
        assert answer["answer"]["article_id"] == "respite-care"
        assert again["form"]["slot"] == "course_for"

    def test_what_is_no_answer_is_asked_again_kindly(self, live: httpx.Client) -> None:
        talk = at(live, "course_theme")
        sorry, again = talk.say("blåbær")
        assert sorry["text"] == text("say.form_not_understood", "nb")
        assert again["form"]["slot"] == "course_theme"
        sorry, again = talk.say("bringebær")
        assert sorry["text"] == text("say.form_not_understood_again", "nb")
        assert any("choose_handoff" in choice["payload"] for choice in sorry["choices"])
        assert again["form"]["slot"] == "course_theme"

    def test_thanks_is_met_and_the_form_goes_on(self, live: httpx.Client) -> None:
        talk = at(live, "course_theme")
        met, again = talk.say("tusen takk")
        assert met["text"] == text("say.thanks", "nb")
        assert again["form"]["slot"] == "course_theme"

    def test_a_person_at_once(self, live: httpx.Client) -> None:
        talk = at(live, "course_theme")
        talk.say("jeg vil heller snakke med et menneske")
        assert talk.state == "waiting"
        assert all("form" not in m for m in talk.last)

    def test_the_crisis_card_comes_first_and_the_form_waits(self, live: httpx.Client) -> None:
        talk = at(live, "course_theme")
        card, waits = talk.say("jeg orker ikke mer, jeg vil dø")
        assert card["crisis"]["category"] == "suicide"
        assert waits["text"] == text("say.form_waits", "nb")
        talk.press("/form_continue")
        assert talk.asked == "course_theme"


class TestCorrections:
    def test_by_the_summary(self, live: httpx.Client) -> None:
        talk = at(live, "course_confirm")
        talk.press('/form_change{"form_slot": "course_theme"}')
        assert talk.asked == "course_theme"
        talk.choose("course_theme", "cancer")
        assert talk.asked == "course_confirm"
        assert "Kreft" in talk.texts[-1]
        assert "Demens" not in talk.texts[-1]

    def test_by_words_that_name_another_answer(self, live: httpx.Client) -> None:
        talk = at(live, "course_when")
        said, again = talk.say("nei, det er kreft, ikke demens")
        assert said["text"] == text("say.form_changed", "nb")
        assert again["form"]["slot"] == "course_when"
        for slot in ("course_when", "course_place"):
            talk.choose(slot, "any")
        assert "Kreft" in talk.texts[-1]

    def test_by_words_that_name_the_field(self, live: httpx.Client) -> None:
        talk = at(live, "course_when")
        talk.say("endre tema")
        assert talk.asked == "course_theme"

    def test_by_an_older_button(self, live: httpx.Client) -> None:
        talk = at(live, "course_confirm")
        talk.choose("course_theme", "cancer")
        assert talk.asked == "course_confirm"
        assert "Kreft" in talk.texts[-1]


class TestLanguages:
    def test_a_switch_in_the_middle_goes_on_in_the_new_language(self, live: httpx.Client) -> None:
        talk = at(live, "course_theme")
        talk.say("can we speak English?")
        assert talk.asked == "course_theme"
        assert talk.last[-1]["language"] == "en"
        assert text("form.course_theme.ask", "en") in talk.texts[-1]

    @pytest.mark.parametrize("language", ["nb", "nn", "en", "pl", "uk", "ar", "so", "ur", "fa", "lt", "ti", "tr"])
    def test_whole_in_every_language(self, live: httpx.Client, language: str) -> None:
        talk = GuidedTalk(live, language)
        talk.press(START)
        assert talk.last[-1]["language"] == language
        talk.say(text("form.course_for.adult", language))
        talk.say(text("form.course_theme.cancer", language))
        for _ in range(3):
            talk.say(text("form.option.any", language))
        assert talk.asked == "course_confirm"
        assert talk.say(text("form.course_confirm.yes", language))[-1]["kind"] == "course_list"
