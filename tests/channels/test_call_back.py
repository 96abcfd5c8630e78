"""Call me back, with the real engine: stored, then said."""

from __future__ import annotations

import httpx
import pytest

from channels.callbacks.models import Callback
from core.database import Database
from core.i18n import text
from tests.channels.guided import GuidedTalk

pytestmark = pytest.mark.engine


def to_summary(talk: GuidedTalk, phone: str = "912 34 567") -> None:
    """Answer everything by words and buttons."""
    talk.say("Kan noen ringe meg opp i morgen?")
    assert talk.asked == "call_when"  # the words have told how
    talk.say("i morgen etter klokka 14")
    assert talk.asked == "call_interpreter"  # in bokmål there is no language to choose
    talk.choose("call_interpreter", "no")
    talk.say("Jeg vil snakke med noen om mamma som har demens")
    assert talk.asked == "call_phone"
    talk.say(phone)


class TestCallBack:
    def test_is_stored_before_it_is_confirmed(self, live: httpx.Client, live_database: Database) -> None:
        talk = GuidedTalk(live)
        to_summary(talk)
        assert talk.asked == "call_confirm"
        with live_database.reading() as session:
            assert session.query(Callback).filter_by(conversation_id=talk.id).count() == 0
        (said,) = talk.choose("call_confirm", "yes")
        with live_database.reading() as session:
            (stored,) = session.query(Callback).filter_by(conversation_id=talk.id).all()
            assert (stored.kind, stored.phone, stored.language) == ("phone", "91234567", "nb")
            assert stored.preferred == "i morgen etter klokka 14"
            assert "demens" in stored.about
        code = said["text"].split("Kode: ")[1].split()[0]
        found = live.get("/api/v1/callbacks", headers={"X-Callback-Code": code})
        assert found.status_code == 200
        assert found.json()["status"] == "new"

    def test_begins_by_clear_words(self, live: httpx.Client) -> None:
        for words, language in (("Kan noen ringe meg opp i morgen?", "nb"), ("Could you call me back tomorrow?", "en"),
                                ("передзвоніть мені завтра", "uk")):  # fmt: skip
            talk = GuidedTalk(live, language)
            talk.say(words)
            assert talk.state == "bot"
            assert str(talk.asked).startswith("call_")

    def test_a_plain_wish_for_a_person_is_still_one(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.say("Kan jeg få snakke med et menneske?")
        assert talk.state == "waiting"

    def test_a_wrong_number_is_asked_for_again(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        to_summary(talk, "12 34")
        assert talk.texts[0] == text("say.form_phone", "nb")
        assert talk.asked == "call_phone"
        talk.say("+46 70 123 45 67")
        assert talk.asked == "call_confirm"

    def test_nothing_is_promised_without_a_number(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.say("Kan noen ringe meg opp i morgen?")
        for _ in range(4):
            talk.press("/form_skip")
        sorry, again = talk.choose("call_confirm", "yes")
        assert sorry["text"] == text("say.call_needs_phone", "nb")
        assert again["form"]["slot"] == "call_confirm"

    def test_rather_than_wait_in_the_queue(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.say("Kan jeg få snakke med et menneske?")
        assert talk.state == "waiting"
        talk.press("/start_call_back")
        assert talk.state == "bot"
        assert talk.asked == "call_kind"

    def test_stopped_stores_nothing(self, live: httpx.Client, live_database: Database) -> None:
        talk = GuidedTalk(live)
        to_summary(talk)
        talk.say("stopp")
        with live_database.reading() as session:
            assert session.query(Callback).filter_by(conversation_id=talk.id).count() == 0
