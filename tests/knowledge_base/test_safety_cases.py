"""Every sentence of knowledge_base/safety/cases against the rules, a language at a time; prints what is missed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety import screen
from knowledge_base.safety.rules import CATEGORIES, RULES

CASES: Path = RULES.parent / "cases"
languages = pytest.mark.parametrize("language", LANGUAGES)


def cases(language: str) -> dict[str, list[str]]:
    data: dict[str, Any] = yaml.safe_load((CASES / f"{language}.yml").read_text(encoding="utf-8"))
    return {key: list(value) for key, value in data.items() if isinstance(value, list)}


def tell(what: str, sentences: list[str]) -> str:
    return f"{what}: {len(sentences)}\n" + "\n".join(f"  {s}" for s in sentences)


@languages
class TestCases:
    def test_are_enough(self, language: str) -> None:
        found = cases(language)
        assert set(found) == {*CATEGORIES, "no_crisis", "wants_human", "not_wants_human"}
        assert all(len(found[c]) >= 16 for c in CATEGORIES)
        assert len(found["no_crisis"]) >= 45

    def test_a_crisis_is_seen(self, language: str) -> None:
        sentences = [s for c in CATEGORIES for s in cases(language)[c]]
        missed = [s for s in sentences if screen.screen(s).category is None]
        print(tell(f"{language}, missed of {len(sentences)}", missed))
        assert len(missed) <= 0.05 * len(sentences), tell("missed", missed)

    def test_it_is_called_by_its_name(self, language: str) -> None:
        named = [(c, s, screen.screen(s).category) for c in CATEGORIES for s in cases(language)[c]]
        wrong = [f"{c} → {found}: {s}" for c, s, found in named if found != c]
        assert len(wrong) <= 0.10 * len(named), tell("wrong", wrong)

    def test_what_looks_like_one_is_let_be(self, language: str) -> None:
        sentences = cases(language)["no_crisis"]
        alarms = [f"{screen.screen(s).category}: {s}" for s in sentences if screen.screen(s).category]
        print(tell(f"{language}, false alarms of {len(sentences)}", alarms))
        assert len(alarms) <= 0.10 * len(sentences), tell("false alarms", alarms)

    def test_who_asks_for_a_person_is_heard(self, language: str) -> None:
        sentences = cases(language)["wants_human"]
        missed = [s for s in sentences if not screen.screen(s).wants_human]
        assert len(missed) <= 0.10 * len(sentences), tell("missed", missed)

    def test_who_does_not_is_not_sent_to_one(self, language: str) -> None:
        sentences = cases(language)["not_wants_human"] + cases(language)["no_crisis"]
        alarms = [s for s in sentences if screen.screen(s).wants_human]
        assert len(alarms) <= 0.10 * len(sentences), tell("false alarms", alarms)
