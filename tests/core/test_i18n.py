"""The catalogue: every language has every key of the Norwegian one, with the same placeholders."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core import i18n
from core.i18n import LANGUAGES, LOCALES, catalogue, isolate_numbers, text

PLACEHOLDER = re.compile(r"{\w+}")
areas = pytest.mark.parametrize("area", ["bot", "chat"])
languages = pytest.mark.parametrize("language", LANGUAGES)


@areas
@languages
class TestEveryLanguage:
    def test_has_every_key_and_no_other(self, area: str, language: str) -> None:
        assert set(catalogue(area, language)) == set(catalogue(area, "nb"))

    def test_has_the_same_placeholders(self, area: str, language: str) -> None:
        source, own = catalogue(area, "nb"), catalogue(area, language)
        wrong = [
            k
            for k in own.keys() & source.keys()
            if set(PLACEHOLDER.findall(own[k])) != set(PLACEHOLDER.findall(source[k]))
        ]
        assert not wrong

    def test_has_no_empty_text(self, area: str, language: str) -> None:
        assert not [k for k, v in catalogue(area, language).items() if not v.strip()]

    def test_keeps_every_phone_number(self, area: str, language: str) -> None:
        def numbers(value: str) -> set[str]:
            return {re.sub(r"\D", "", n) for n in re.findall(r"\d[\d \u00a0]{1,}\d", value)}

        source, own = catalogue(area, "nb"), catalogue(area, language)
        assert not [k for k in own.keys() & source.keys() if numbers(own[k]) != numbers(source[k])]


class TestStaffArea:
    @pytest.mark.parametrize("language", ["nn", "en"])
    def test_has_the_same_keys_and_placeholders(self, language: str) -> None:
        source, own = catalogue("staff", "nb"), catalogue("staff", language)
        assert set(own) == set(source)
        assert not [k for k in source if set(PLACEHOLDER.findall(own[k])) != set(PLACEHOLDER.findall(source[k]))]


class TestText:
    def test_fills_placeholders(self) -> None:
        assert "42" in text("error.too_many", "nb", seconds=42)

    def test_a_filled_value_is_not_filled_again(self) -> None:
        assert "{date}" in text("article.source", "nb", "bot", title="hva er {date}?", date="i dag")

    def test_an_unknown_key_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            text("no.such.key", "nb")

    def test_an_unknown_language_is_norwegian(self) -> None:
        assert text("say.greet", "xx") == text("say.greet", "nb")

    def test_every_file_is_of_a_language(self) -> None:
        assert {p.stem for p in (LOCALES / "bot").glob("*.json")} == set(LANGUAGES)

    def test_every_language_has_a_name(self) -> None:
        assert set(i18n.NAMES) == set(LANGUAGES)


class TestIsolateNumbers:
    def test_keeps_spaced_numbers_together_right_to_left(self) -> None:
        assert isolate_numbers("اتصل 116 117 الآن", "ar") == "اتصل \u2066116 117\u2069 الآن"

    def test_twice_is_as_once(self) -> None:
        once = isolate_numbers("اتصل 116 117 الآن", "ar")
        assert isolate_numbers(once, "ar") == once

    @pytest.mark.parametrize(("value", "language"), [("Ring 116 117 nå", "nb"), ("اتصل 113 الآن", "ar"), ("", "fa")])
    def test_leaves_the_rest_alone(self, value: str, language: str) -> None:
        assert isolate_numbers(value, language) == value


def test_the_engines_responses_are_keys_of_the_catalogue() -> None:
    import yaml

    from channels.chat import menus
    from core.settings import ROOT

    data: dict[str, Any] = yaml.safe_load((ROOT / "bot/domain/responses.yml").read_text(encoding="utf-8"))
    for variants in data["responses"].values():
        for variant in variants:
            assert f"say.{variant['custom']['key']}" in catalogue("bot", "nb")
            menus.choices(variant["custom"].get("menu"), "nb")
