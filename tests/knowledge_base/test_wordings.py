"""Patterns of sentences: expanded rightly, and each file's combinations belong to one class only."""

from __future__ import annotations

import random

import pytest
import yaml

from core.i18n import LANGUAGES
from knowledge_base.safety.rules import CATEGORIES
from knowledge_base.second_opinion import examples
from knowledge_base.second_opinion.opinion import SAFETY
from knowledge_base.second_opinion.wordings import expand

WORDINGS = SAFETY / "wordings"


class TestExpand:
    def test_gives_every_combination_once(self) -> None:
        found = expand("(mum|dad) is (gone|not here)", 10, random.Random(1))
        assert sorted(found) == ["dad is gone", "dad is not here", "mum is gone", "mum is not here"]

    def test_gives_no_more_than_asked_for_and_the_same_each_time(self) -> None:
        pattern = "(a|b|c) (d|e|f) (g|h|i)"
        found = expand(pattern, 5, random.Random(7))
        assert len(set(found)) == 5
        assert found == expand(pattern, 5, random.Random(7))

    def test_an_empty_choice_leaves_no_stray_space(self) -> None:
        assert set(expand("he hits me (now|), (help|)", 9, random.Random(1))) == {
            "he hits me now, help", "he hits me, help", "he hits me now", "he hits me",
        }  # fmt: skip

    def test_a_plain_sentence_is_itself(self) -> None:
        assert expand("mum is gone", 5, random.Random(1)) == ["mum is gone"]

    @pytest.mark.parametrize("pattern", ["(mum is gone", "mum) is gone", "((mum|dad)|gran) is gone"])
    def test_refuses_what_is_not_well_written(self, pattern: str) -> None:
        with pytest.raises(ValueError, match="not closed, or within another"):
            expand(pattern, 5, random.Random(1))


@pytest.mark.parametrize("language", LANGUAGES)
class TestFiles:
    def test_have_enough_of_each_category_and_its_opposite(self, language: str) -> None:
        written = yaml.safe_load((WORDINGS / f"{language}.yml").read_text(encoding="utf-8"))
        assert set(written) <= {*CATEGORIES, "no_crisis", "ordinary", "plain"}
        assert all(len(written[category]) >= 25 for category in CATEGORIES)
        assert len(written["no_crisis"]) >= 150

    def test_every_pattern_gives_several_sentences(self, language: str) -> None:
        written = yaml.safe_load((WORDINGS / f"{language}.yml").read_text(encoding="utf-8"))
        for pattern in (pattern for several in written.values() for pattern in several):
            assert len(expand(pattern, 4, random.Random(1))) == 4, pattern

    def test_no_sentence_is_a_crisis_and_harmless_too(self, language: str) -> None:
        kinds = examples.read()[language]
        crises = {text for category in CATEGORIES for text in kinds[category]}
        assert not crises & {
            text for key in ("no_crisis", "ordinary", "plain", "not_wants_human") for text in kinds[key]
        }
