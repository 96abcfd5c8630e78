"""The small language of the safety rules, and that no text whatever can make the screen fail."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n import LANGUAGES, catalogue
from knowledge_base.safety import rules, screen
from knowledge_base.safety.patterns import compile_pattern, find, normalise, split


def matches(pattern: str, text: str) -> bool:
    return bool(find(pattern, split(text)))


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "text", "expected"),
        [
            ("hjelp", "HJELP!", True), ("hjelp", "hjeeeelp", True), ("hjelp", "hjep", True), ("=hjelp", "hjep", False), ("=hjelp", "hjelp", True),
            ("ta", "te", False), ("dø*", "døende", True), ("dø*", "ødø", False), ("*slag", "hjerneslag", True), ("*slag", "slaget", False),
            ("vil|ønsker dø", "jeg ønsker å dø", False), ("vil|ønsker .. dø", "jeg ønsker å dø", True), ("ta .. liv", "ta a b c liv", True),
            ("ta .. liv", "ta a b c d liv", False), ("ta mitt? liv", "ta liv", True), ("ta mitt? liv", "ta mitt liv", True),
            ("^ hjelp", "hjelp meg", True), ("^ hjelp", "kan du hjelpe", False), ("ring $", "ring", True), ("^ ring $", "ring meg", False),
            ("ikke .. leve", "leve ikke", False), ("sjálf", "sjalf", True), ("зрада", "ЗРАДА", True), ("انتحار", "اِنتِحار", True),
            ("kendini", "KENDİNİ", True), ("życie", "zycie", True), ("dont want", "don’t want", True),
        ],
    )  # fmt: skip
    def test_match(self, pattern: str, text: str, expected: bool) -> None:
        assert matches(pattern, text) is expected

    @pytest.mark.parametrize("pattern", ["", "..", "^ $", "a?", ".. b?", "*", "|", "=", "a *", "!", "a|!"])
    def test_without_a_word_are_refused(self, pattern: str) -> None:
        with pytest.raises(ValueError, match="word"):
            compile_pattern(pattern)

    @settings(max_examples=300, deadline=None)
    @given(st.text(alphabet=st.sampled_from("abø*|.=?^$ ä"), max_size=20), st.text(max_size=60))
    def test_any_pattern_is_read_or_refused(self, pattern: str, text: str) -> None:
        try:
            compile_pattern(pattern)
        except ValueError:
            return
        spans = find(pattern, split(text))
        count = len(split(text).words)
        assert all(0 <= start < end <= count for start, end in spans)

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=200))
    def test_normalising_twice_is_as_once(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)


class TestScreen:
    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=400))
    def test_of_any_text_returns(self, text: str) -> None:
        found = screen.screen(text)
        assert found.category is None or found.category in rules.CATEGORIES
        assert found.wants_human in (True, False)

    @pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "‮ hei", "a" * 4000, "😭" * 2000, "." * 4000, "\n" * 4000])
    def test_of_odd_texts_returns(self, text: str) -> None:
        assert screen.screen(text).category is None

    def test_of_the_longest_message_is_quick(self) -> None:
        words = ("jeg vil ikke at han skal ta med seg noe her i livet fordi det er for mye " * 60)[:4000]
        screen.screen("hei")
        begun = time.process_time()
        screen.screen(words)
        assert time.process_time() - begun < 0.5

    def test_every_language_has_rules(self) -> None:
        assert {r.language for r in rules.rule_sets()} == set(LANGUAGES)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("category", rules.CATEGORIES)
    def test_every_category_has_advice_and_contacts(self, category: str, language: str) -> None:
        assert f"crisis.{category}" in catalogue("bot", language)
        contacts = screen.contacts(category, language)
        assert contacts
        assert all(c.name and c.phone.isdigit() for c in contacts)
        assert contacts[0].phone in ("112", "113")
        assert contacts[0].phone in screen.advice(category, language)


class TestRuleFiles:
    @pytest.mark.parametrize(
        ("text", "said"), [("suicide: ['']", "suicide"), ("suicid: [a]", "suicid"), ("medical: ['..']", "medical")]
    )
    def test_wrong_ones_are_named(self, tmp_path: Path, text: str, said: str) -> None:
        path = tmp_path / "nb.yml"
        path.write_text(text)
        with pytest.raises(ValueError, match=said) as error:
            rules.read(path)
        assert str(path) in str(error.value)

    def test_the_most_urgent_of_several_is_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "nb.yml"
        path.write_text("suicide: [aaaa]\nmedical: [bbbb, cccc]\nnot_crisis: [aaaa xx]\n")
        sets = (rules.read(path),)
        assert rules.crisis_category("aaaa bbbb", sets) == "suicide"
        assert rules.crisis_category("aaaa bbbb cccc", sets) == "medical"
        assert rules.crisis_category("aaaa xx", sets) is None
        assert rules.crisis_category("nothing", sets) is None
