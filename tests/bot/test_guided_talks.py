"""What a guided talk understands without the engine: options, dates, numbers, corrections; and that its parts agree."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.forms import details, phrases, understanding
from bot.actions.forms.find_course import FindCourse
from bot.actions.forms.validate import ValidateForm
from channels.cli.training import sentences
from core import clock
from core.folding import fold
from core.guided import FIND_COURSE, TALKS, WHAT_MATTERS, option_title, talk_of
from core.i18n import LANGUAGES, catalogue, text
from core.settings import ROOT

TODAY = date(2026, 11, 21)


def answer(slot: str, words: str, language: str = "nb") -> str | None:
    """What the words answer to the question of this slot."""
    talk = talk_of(slot)
    question = talk.question(slot) if talk else None
    assert question is not None
    return understanding.answer_to(question, words, language)


class TestTheParts:
    def test_the_domain_has_the_same_forms_slots_and_questions(self) -> None:
        domain: dict[str, Any] = yaml.safe_load((ROOT / "bot/domain/forms.yml").read_text())
        assert {name: tuple(form["required_slots"]) for name, form in domain["forms"].items()} == {
            talk.form: talk.slots for talk in TALKS.values()
        }
        for talk in TALKS.values():
            for question in talk.questions:
                (said,) = domain["responses"][f"utter_ask_{question.slot}"]
                assert said["custom"] == {"do": "ask", "form": talk.form, "slot": question.slot}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_question_has_its_words(self, language: str) -> None:
        for talk in TALKS.values():
            assert text(f"say.form_begin_{talk.form}", language)
            assert text(f"form.{talk.confirm}.yes", language)
            for question in talk.questions:
                assert f"form.{question.slot}.ask" in catalogue("bot", language)
                assert f"form.{question.slot}.label" in catalogue("bot", language)
                titles = [option_title(question.slot, option, language) for option in question.options]
                assert len(set(titles)) == len(titles) or "nb" in question.options

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_title_is_an_answer(self, language: str) -> None:
        for talk in TALKS.values():
            for question in talk.questions:
                for option in question.options:
                    if option == "own" and language == "nb":  # the same title as Norwegian, and not offered
                        continue
                    assert answer(question.slot, option_title(question.slot, option, language), language) == option

    @staticmethod
    def clear_wishes() -> list[tuple[str, re.Pattern[str]]]:
        """As bot/nlu/clear_wishes.py reads them."""
        data: dict[str, Any] = yaml.safe_load((ROOT / "bot/data/nlu/guided.yml").read_text())
        return [
            (block["regex"], re.compile(fold(line.removeprefix("- "))))
            for block in data["nlu"]
            for line in block["examples"].splitlines()
            if line.strip()
        ]

    @pytest.mark.parametrize(
        ("words", "start"),
        [("Kan dere ringe meg?", "start_call_back"), ("Could you call me, please?", None), ("Can you call me please?", "start_call_back"),
         ("Proszę oddzwonić", "start_call_back"), ("مجھے کل فون کریں", "start_call_back"), ("فردا به من زنگ بزنید", "start_call_back"),
         ("اتصلوا بي", "start_call_back"), ("ደውሉለይ", "start_call_back"), ("Fadlan i soo wac!", "start_call_back"),
         ("Beni arayın.", "start_call_back"), ("Hva er viktig for deg?", "start_what_matters"), ("Kva er viktig for deg?", "start_what_matters"),
         ("Hjelp meg å klage", "start_complaint"), ("I need help with my complaint", "start_complaint"),
         ("help me write a relatives' agreement", "start_agreement"), ("Hva koster det å ringe?", None), ("Kan jeg klage?", None),
         ("Who can I call?", None), ("Hvem kan hjelpe meg å klage?", None), ("Where can I get help with a complaint?", None),
         ("Who can help me appeal?", None), ("مشکل وقت میں کس کو فون کروں؟", None), ("گھر سے نکل گئی ہیں، کیا پولیس کو فون کروں؟", None),
         ("فردا به کجا زنگ بزنم؟", None), ("Kan de ringe meg?", None), ("Jeg trenger hjelp til å klage", "start_complaint"), ("ممکن است زنگ بزنم؟", None)],
    )  # fmt: skip
    def test_a_clear_wish_begins_its_talk(self, words: str, start: str | None) -> None:
        assert next((begun for begun, p in self.clear_wishes() if p.search(fold(words))), None) == start

    def test_no_pattern_is_changed_by_folding(self) -> None:
        data: dict[str, Any] = yaml.safe_load((ROOT / "bot/data/nlu/guided.yml").read_text())
        assert not [block for block in data["nlu"] if re.search(r"\\[A-Z]", block["examples"])]

    def test_a_clear_wish_is_never_a_training_sentence_of_a_question(self) -> None:
        patterns = [pattern for _, pattern in self.clear_wishes()]
        asked: set[str] = set()
        for file in (ROOT / "bot/data/nlu").glob("*.yml"):
            for block in yaml.safe_load(file.read_text())["nlu"]:
                if block.get("intent") == "ask":
                    asked |= {line.removeprefix("- ").strip() for line in block["examples"].splitlines()}
        assert len(asked) > 500
        assert asked <= {*sentences(), ""}
        assert not [s for s in asked for p in patterns if p.search(fold(s))]


class TestOptions:
    @pytest.mark.parametrize(
        ("slot", "words", "expected"),
        [("matters_who", "mora mi", "mother"), ("matters_who", "farmor", "grandparent"), ("matters_who", "my wife", "partner"),
         ("matters_who", "мамі", "mother"), ("matters_who", "أبي", "father"), ("matters_who", "hooyaday", "mother"),
         ("matters_who", "kocam", "partner"), ("matters_who", "mor og far", None), ("matters_who", "blåbær", None),
         ("matters_rest", "3", "3"), ("matters_rest", "٤", "4"), ("matters_rest", "hele tiden", "4"), ("matters_rest", "5", None),
         ("course_theme", "alzheimer", "dementia"), ("course_theme", "whatever", "any"), ("course_place", "på nett", "digital"),
         ("complain_from", "2", "health"), ("call_interpreter", "ja takk", "yes"), ("call_interpreter", "maya", "no")],
    )  # fmt: skip
    def test_are_known_by_many_names(self, slot: str, words: str, expected: str | None) -> None:
        assert answer(slot, words) == expected


class TestDays:
    @pytest.fixture(autouse=True)
    def _today(self, monkeypatch: pytest.MonkeyPatch) -> None:
        moment = clock.now().replace(year=2026, month=11, day=21, hour=12)
        monkeypatch.setattr(clock, "now", lambda: moment)

    @pytest.mark.parametrize(
        ("words", "language", "expected"),
        [("12.10.2026", "nb", date(2026, 10, 12)), ("2026-10-12", "nb", date(2026, 10, 12)), ("12/10-26", "nb", date(2026, 10, 12)),
         ("den 3/11", "nb", date(2026, 11, 3)), ("24.12.", "nb", date(2025, 12, 24)), ("12. oktober", "nb", date(2026, 10, 12)),
         ("brevet kom 5. november, tror jeg", "nb", date(2026, 11, 5)), ("for to uker siden", "nb", date(2026, 11, 7)),
         ("3 weeks ago", "en", date(2026, 10, 31)), ("October 3rd", "en", date(2026, 10, 3)), ("5 października", "pl", date(2026, 10, 5)),
         ("два тижні тому", "uk", date(2026, 11, 7)), ("قبل أسبوعين", "ar", date(2026, 11, 7)), ("٥ أكتوبر", "ar", date(2026, 10, 5)),
         ("laba toddobaad ka hor", "so", date(2026, 11, 7)), ("دو ہفتے پہلے", "ur", date(2026, 11, 7)),
         ("دو هفته پیش", "fa", date(2026, 11, 7)), ("prieš dvi savaites", "lt", date(2026, 11, 7)),
         ("ቅድሚ ክልተ ሰሙን", "ti", date(2026, 11, 7)), ("iki hafta önce", "tr", date(2026, 11, 7)), ("12 Ekim", "tr", date(2026, 10, 12)),
         ("31.02.2026", "nb", None), ("24.12.2026", "nb", None), ("vet ikke helt", "nb", None), ("hva er fristen?", "nb", None)],
    )  # fmt: skip
    def test_from_words_and_figures(self, words: str, language: str, expected: date | None) -> None:
        assert details.day_in(words, language) == expected


class TestNumbers:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [("91 23 45 67", "91234567"), ("mitt nummer er 912 34 567", "91234567"), ("+48 600 700 800", "+48600700800"),
         ("0046 70 123 45 67", "+46701234567"), ("٩١٢٣٤٥٦٧", "91234567"), ("1234", None), ("11111111", None), ("912345678", None),
         ("ingen", None)],
    )  # fmt: skip
    def test_eight_digits_or_international(self, words: str, expected: str | None) -> None:
        assert details.phone_in(words) == expected


class TestCorrections:
    VALUES = {"matters_who": "mother", "matters_about": "dementia"}

    @pytest.mark.parametrize(
        "words",
        ["nei, det er faren min, ikke moren", "eg meinte faren min", "no, it is my father, not my mother", "nie, to mój tata, nie mama",
         "ні, це мій батько, не мама", "لا، هو أبي وليس أمي", "maya, waa aabbahay", "نہیں، والد ہیں", "نه، پدرم است",
         "ne, tai mano tėtis, ne mama", "ኣይፋል፣ ኣቦይ እዩ", "hayır, babam, annem değil"],
    )  # fmt: skip
    def test_by_another_answer_in_every_language(self, words: str) -> None:
        found = understanding.correction(WHAT_MATTERS, self.VALUES, words, "matters_long")
        assert found == understanding.Correction("matters_who", "father")

    @pytest.mark.parametrize("words", ["min far er også syk", "ja", "moren min", "hvorfor spør du?"])
    def test_what_is_none(self, words: str) -> None:
        assert understanding.correction(WHAT_MATTERS, self.VALUES, words, "matters_long") is None


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [("stop", "Stopp!", True), ("stop", "kan du stoppe nå", False), ("stop", "vi vil stoppe medisinene hennes", False),
     ("skip", "hopp over, takk", True), ("skip", "hun hopper over måltider", False), ("skip", "نمی‌دانم", True)],
)  # fmt: skip
def test_skip_and_stop_are_whole_messages(kind: str, words: str, expected: bool) -> None:
    assert phrases.says(kind, words) is expected


class TestInBetween:
    """What the form lets go of, so that it is answered as ever and the form asks again."""

    @staticmethod
    def lets_go(words: str, decision: str, intent: str = "ask", requested: str = "course_theme") -> bool:
        knowledge = SimpleNamespace(search=lambda *_: SimpleNamespace(decision=decision))
        message = {
            "text": words,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [],
            "metadata": {"language": "nb"},
        }
        slots = {"requested_slot": requested, "form_misses": 0}
        tracker = Tracker("t", slots, message, [], False, None, {"name": FIND_COURSE.form}, "action_listen")
        form = ValidateForm(FindCourse(knowledge))  # type: ignore[arg-type]
        return asyncio.run(form.run(CollectingDispatcher(), tracker, {})) == []

    @pytest.mark.parametrize(
        ("words", "decision", "intent", "expected"),
        [("hva koster det å gå på kurs?", "answer", "ask", True), ("hva koster det å gå på kurs?", "clarify", "ask", True),
         ("hva koster det å gå på kurs?", "clarify", "nlu_fallback", True), ("hva koster det å gå på kurs?", "none", "ask", False),
         ("blåbær og bringebær", "clarify", "ask", False), ("hva koster det å gå på kurs?", "clarify", "affirm", False)],
    )  # fmt: skip
    def test_a_plain_question_that_something_comes_near(
        self, words: str, decision: str, intent: str, expected: bool
    ) -> None:
        assert self.lets_go(words, decision, intent) is expected
