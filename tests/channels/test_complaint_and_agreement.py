"""The complaint helper and the relatives' agreement, with the real engine."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from channels.conversations import kept
from channels.conversations.models import StoredDocument
from core import clock
from core.database import Database
from core.guided import AGREEMENT
from core.i18n import text
from tests.channels.guided import GuidedTalk

pytestmark = pytest.mark.engine


def days_ago(days: int) -> str:
    """A day as it is written here."""
    return (clock.now().date() - timedelta(days=days)).strftime("%d.%m.%Y")


def complain(client: httpx.Client, came: str | None, sender: str = "nav") -> GuidedTalk:
    """A complaint told to its summary."""
    talk = GuidedTalk(client)
    talk.say("Hjelp meg å skrive en klage")
    talk.choose("complain_from", sender)
    talk.say("avslag på pleiepenger")
    if came is None:
        talk.press("/form_skip")
    else:
        talk.say(came)
    talk.say("Legen har skrevet at han trenger tilsyn hele døgnet")
    talk.say("at vi får pleiepenger")
    assert talk.asked == "complain_confirm"
    return talk


class TestComplaint:
    @pytest.mark.parametrize(
        ("sender", "weeks", "law"),
        [("municipality", 3, "forvaltningsloven § 29"), ("health", 4, "pasient- og brukerrettighetsloven § 7-5"),
         ("nav", 6, "folketrygdloven § 21-12"), ("unknown", 3, "forvaltningsloven § 29")],
    )  # fmt: skip
    def test_the_deadline_is_computed_with_its_source(
        self, live: httpx.Client, sender: str, weeks: int, law: str
    ) -> None:
        talk = complain(live, days_ago(5), sender)
        to_know, draft = talk.choose("complain_confirm", "yes")
        last = (clock.now().date() - timedelta(days=5) + timedelta(weeks=weeks)).strftime("%d.%m.%Y")
        assert last in to_know["text"]
        assert law in to_know["text"]
        assert text(f"form.complaint.to.{sender}", "nb") in to_know["text"]
        assert "avslag på pleiepenger" in draft["text"]
        assert days_ago(5) in draft["text"]

    def test_past_the_deadline_it_says_so_and_that_one_may_still_ask(self, live: httpx.Client) -> None:
        to_know, _ = complain(live, days_ago(60)).choose("complain_confirm", "yes")
        assert "forvaltningsloven § 31" in to_know["text"]

    def test_without_a_day_the_rule_is_told(self, live: httpx.Client) -> None:
        to_know, draft = complain(live, None).choose("complain_confirm", "yes")
        assert "6 uker" in to_know["text"]
        assert text("form.complaint.blank", "nb") in draft["text"]

    def test_a_day_to_come_is_asked_again(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.say("Kan du hjelpe meg å skrive en klage?")
        talk.press("/form_skip")
        talk.press("/form_skip")
        talk.say(days_ago(-10))
        assert talk.texts[0] == text("say.form_date", "nb")
        assert talk.asked == "complain_date"

    @pytest.mark.parametrize("words", ["nei", "Nei takk", "nope"])
    def test_a_plain_no_to_the_day_leaves_it_open(self, live: httpx.Client, words: str) -> None:
        to_know, _ = complain(live, words).choose("complain_confirm", "yes")
        assert "6 uker" in to_know["text"]

    def test_begins_by_clear_words_and_takes_what_they_tell(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        talk.say("Hjelp meg å skrive en klage til NAV")
        assert talk.asked == "complain_what"

    def test_a_question_about_complaints_is_still_a_question(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live)
        answer = talk.say("Hvordan klager jeg på helsehjelpen fra sykehuset?")[-1]
        assert answer["kind"] in ("answer", "choices")

    def test_the_letter_is_norwegian_and_the_rest_in_the_readers_language(self, live: httpx.Client) -> None:
        talk = GuidedTalk(live, "pl")
        talk.say("Pomóżcie mi napisać odwołanie")
        talk.choose("complain_from", "municipality")
        talk.say("odmowa odciążenia dla mojej mamy")
        talk.say(days_ago(3))
        talk.press("/form_skip")
        talk.press("/form_skip")
        to_know, draft = talk.choose("complain_confirm", "yes")
        assert text("form.complaint.to.municipality", "pl") in to_know["text"]
        assert "Klage på vedtak" in draft["text"]
        assert "odmowa odciążenia dla mojej mamy" in draft["text"]
        assert text("form.complaint.draft", "pl") in draft["text"]

    def test_a_document_only_when_wanted(self, live: httpx.Client, live_database: Database) -> None:
        talk = complain(live, days_ago(3))
        talk.choose("complain_confirm", "yes")
        with live_database.reading() as session:
            assert session.query(StoredDocument).filter_by(conversation_id=talk.id).count() == 0
        (said,) = talk.press("/keep_document")
        with live_database.reading() as session:
            stored = kept.access_document(session, talk.id, said["document"]["id"])
            assert (stored.kind, stored.fields["complain_from"]) == ("complaint", "nav")


class TestAgreement:
    def test_is_stored_when_it_is_wanted_and_goes_with_the_talk(
        self, live: httpx.Client, live_database: Database
    ) -> None:
        talk = GuidedTalk(live, "uk")
        talk.say("Допоможіть мені підготувати угоду")
        for number, question in enumerate(AGREEMENT.questions):
            assert talk.asked == question.slot
            talk.say(f"моя відповідь {number}")
        assert talk.asked == "agree_confirm"
        (said,) = talk.choose("agree_confirm", "yes")
        assert said["document"]["title"] == text("form.document.agreement", "uk")
        with live_database.reading() as session:
            stored = kept.access_document(session, talk.id, said["document"]["id"])
            assert stored.fields["agree_tasks"] == "моя відповідь 0"
            assert stored.language == "uk"
        talk.call("DELETE")
        with live_database.reading() as session:
            assert session.query(StoredDocument).filter_by(conversation_id=talk.id).count() == 0

    def test_stopped_makes_nothing(self, live: httpx.Client, live_database: Database) -> None:
        talk = GuidedTalk(live)
        talk.say("Hjelp meg å lage en pårørendeavtale")
        talk.say("Jeg handler, vasker og følger til legen")
        talk.say("stopp")
        with live_database.reading() as session:
            assert session.query(StoredDocument).filter_by(conversation_id=talk.id).count() == 0
