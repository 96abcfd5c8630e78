"""Which language a request names, in the twelve languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions.language_names import named_language
from core.i18n import LANGUAGES, NAMES


class TestNamed:
    @pytest.mark.parametrize(
        ("text", "current", "expected"),
        [
            ("Kan vi snakke polsk?", "nb", "pl"), ("kan du engelsk", "nb", "en"), ("Kan du skrive på nynorsk?", "nb", "nn"),
            ("på bokmål, takk", "nn", "nb"), ("norsk", "pl", "nb"), ("somalisk", "nb", "so"), ("kan vi ta det på urdu", "nb", "ur"),
            ("Can we speak Ukrainian?", "en", "uk"), ("in Arabic please", "en", "ar"), ("Turkish", "en", "tr"), ("Norwegian please", "en", "nb"),
            ("I speak Polish, not Norwegian", "nb", "pl"), ("do you speak Tigrinya", "en", "ti"), ("dari", "en", "fa"), ("Farsi please", "en", "fa"),
            ("Czy możemy rozmawiać po ukraińsku?", "pl", "uk"), ("po angielsku", "pl", "en"), ("po norwesku proszę", "pl", "nb"),
            ("по-польськи", "uk", "pl"), ("англійською будь ласка", "uk", "en"), ("українською", "nb", "uk"),
            ("بالإنجليزية", "ar", "en"), ("هل يمكننا التحدث بالنرويجية؟", "ar", "nb"), ("العربية", "nb", "ar"),
            ("af soomaali", "nb", "so"), ("af carabi", "so", "ar"), ("Ingiriis", "so", "en"), ("اردو میں", "nb", "ur"), ("انگریزی میں بات کریں", "ur", "en"),
            ("به فارسی", "nb", "fa"), ("انگلیسی", "fa", "en"), ("lietuviškai", "nb", "lt"), ("angliškai", "lt", "en"), ("lenkiškai", "lt", "pl"),
            ("ትግርኛ", "nb", "ti"), ("ብእንግሊዝኛ", "ti", "en"), ("Türkçe konuşalım", "nb", "tr"), ("İngilizce", "tr", "en"), ("Norveççe", "tr", "nb"),
        ],
    )  # fmt: skip
    def test_is_understood(self, text: str, current: str, expected: str) -> None:
        assert named_language(text, current) == expected

    @pytest.mark.parametrize(
        ("text", "current"),
        [("et annet språk", "nb"), ("", "nb"), ("another language please", "en"), ("polsk eller engelsk", "nb"), ("😀", "nb"), ("spansk", "nb"),
         ("person", "en"), ("Er det en personlig assistent?", "nb")],
    )  # fmt: skip
    def test_none_or_several_is_asked_back(self, text: str, current: str) -> None:
        assert named_language(text, current) is None

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_every_own_name_is_known(self, code: str) -> None:
        assert named_language(NAMES[code], "nb" if code != "nb" else "pl") == code

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=80), st.sampled_from(LANGUAGES))
    def test_never_raises(self, text: str, current: str) -> None:
        assert named_language(text, current) in (*LANGUAGES, None)
