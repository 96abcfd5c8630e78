"""What matters to you?, with the real engine: the rule, the offers, what may go along."""

from __future__ import annotations

import httpx
import pytest

from bot.actions.forms.what_matters import strain
from channels.conversations import kept
from channels.conversations.models import Conversation
from core.database import Database
from core.i18n import text
from tests.channels.guided import GuidedTalk

STRAIN = ("matters_rest", "matters_own_life", "matters_worry", "matters_alone")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [("4444", "high"), ("2233", "high"), ("2223", "some"), ("1112", "some"), ("1111", "low"), ("0000", "low"), ("44", "high"),
     ("4", "unknown"), ("", "unknown")],
)  # fmt: skip
def test_the_rule_of_strain(answers: str, expected: str) -> None:
    assert strain(dict(zip(STRAIN, answers, strict=False))) == expected


def through(client: httpx.Client, how_often: str, language: str = "nb") -> GuidedTalk:
    """A talk told to its summary."""
    talk = GuidedTalk(client, language)
    talk.press("/start_what_matters")
    talk.choose("matters_who", "mother")
    talk.choose("matters_about", "dementia")
    talk.choose("matters_long", "years")
    for slot in STRAIN:
        talk.choose(slot, how_often)
    talk.choose("matters_need", "respite")
    assert talk.asked == "matters_confirm"
    return talk


@pytest.mark.engine
class TestWhatMatters:
    def test_high_strain_is_met_with_a_person_first(self, live: httpx.Client) -> None:
        talk = through(live, "4")
        offers = talk.choose("matters_confirm", "yes")[-1]
        assert text("form.offers.high", "nb") in offers["text"]
        assert offers["choices"][0]["payload"] == "/share_situation"
        assert any("own-strain" in c["payload"] for c in offers["choices"])
        assert any("respite-care" in c["payload"] for c in offers["choices"])

    def test_little_strain_is_not_made_bigger(self, live: httpx.Client) -> None:
        talk = through(live, "0")
        offers = talk.choose("matters_confirm", "yes")[-1]
        assert text("form.offers.low", "nb") in offers["text"]
        assert offers["choices"][0]["payload"] != "/share_situation"

    def test_courses_on_the_theme_come_along(self, live: httpx.Client) -> None:
        talk = through(live, "2")
        courses = [m for m in talk.choose("matters_confirm", "yes") if m["kind"] == "course_list"]
        assert {c["theme"] for m in courses for c in m["courses"]} == {"dementia"}

    def test_goes_along_only_by_the_relatives_yes(self, live: httpx.Client, live_database: Database) -> None:
        talk = through(live, "4", "en")
        talk.choose("matters_confirm", "yes")
        with live_database.reading() as session:
            assert kept.fact(session, talk.id, kept.SHARED) is None
        talk.press("/share_situation")
        assert talk.state == "waiting"
        with live_database.reading() as session:
            summary = session.get_one(Conversation, talk.id).summary
            assert "Moren min" in summary  # the staff read Norwegian
            assert kept.fact(session, talk.id, kept.SITUATION) is not None
        talk.call("DELETE")
        with live_database.reading() as session:
            assert kept.fact(session, talk.id, kept.SITUATION) is None

    def test_the_readers_own_words_and_a_correction(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.press("/start_what_matters")
        talk.say("mora mi")
        talk.say("hun husker ikke lenger hvem jeg er")
        talk.say("nei, det er faren min, ikke moren")
        assert talk.texts[0] == text("say.form_changed", "nb")
        for _ in range(6):
            talk.press("/form_skip")
        assert "Faren min" in talk.texts[-1]
        assert "hun husker ikke lenger hvem jeg er" in talk.texts[-1]

    def test_a_person_in_the_middle_keeps_what_was_said(self, live: httpx.Client, live_database: Database) -> None:
        talk = GuidedTalk(live)
        talk.press("/start_what_matters")
        talk.choose("matters_who", "father")
        talk.say("jeg vil snakke med et menneske")
        assert talk.state == "waiting"
        with live_database.reading() as session:
            assert "Faren min" in str(kept.fact(session, talk.id, kept.SITUATION))
            assert kept.fact(session, talk.id, kept.SHARED) is None
