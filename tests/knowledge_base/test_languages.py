"""Which language a text is in, and in which one is answered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n import LANGUAGES
from knowledge_base import languages

SENTENCES = {
    "nb": (
        "Jeg er helt utslitt av å passe på mamma",
        "Hvordan søker jeg om avlastning?",
        "Hvem kan jeg snakke med når pappa er syk?",
    ),
    "nn": (
        "Eg er heilt utsliten av å passe på mamma",
        "Korleis søkjer eg om avlasting?",
        "Kven kan eg snakke med når far er sjuk?",
    ),
    "en": ("I am exhausted from looking after my mother", "How do I apply for respite care?", "Who can I talk to?"),
    "pl": ("Jestem wykończona opieką nad mamą", "Jak ubiegać się o opiekę zastępczą?", "Z kim mogę porozmawiać?"),
    "uk": ("Я виснажена доглядом за мамою", "Як подати заяву на допомогу?", "З ким я можу поговорити?"),
    "ar": ("أنا مرهقة من رعاية أمي", "كيف أتقدم بطلب للحصول على راحة؟", "مع من يمكنني التحدث؟"),
    "so": (
        "Aad ayaan uga daalay daryeelka hooyaday",
        "Sidee baan u codsadaa nasasho?",
        "Yaan la hadli karaa marka aabbahay xanuunsan yahay?",
    ),
    "ur": ("میں امی کی دیکھ بھال سے تھک گئی ہوں", "میں وقفے کے لیے درخواست کیسے دوں؟", "میں کس سے بات کر سکتا ہوں؟"),
    "fa": ("من از مراقبت از مادرم خسته شده‌ام", "چگونه برای مراقبت موقت درخواست بدهم؟", "با چه کسی می‌توانم صحبت کنم؟"),
    "lt": ("Esu išsekusi nuo mamos priežiūros", "Kaip kreiptis dėl laikino atokvėpio?", "Su kuo galiu pasikalbėti?"),
    "ti": ("ብምክንኻን ኣደይ ደኺመ ኣለኹ", "ከመይ ጌረ እየ ንዕረፍቲ ዘመልክት፧", "ምስ መን ክዛረብ እኽእል፧"),
    "tr": ("Anneme bakmaktan çok yoruldum", "Kısa süreli bakım için nasıl başvurabilirim?", "Kiminle konuşabilirim?"),
}
WRITTEN = [(code, text) for code, texts in SENTENCES.items() for text in texts]


def test_every_language_is_in_the_table() -> None:
    assert set(SENTENCES) == set(LANGUAGES)


class TestDetect:
    @pytest.mark.parametrize(("code", "text"), WRITTEN)
    def test_names_the_language(self, code: str, text: str) -> None:
        found = languages.detect(text)
        assert found is not None
        assert found.language == code

    @pytest.mark.parametrize("text", ["", " ", "123 456", "😭😭", "?!", "116 117", "-- ** --"])
    def test_has_nothing_to_go_by(self, text: str) -> None:
        assert languages.detect(text) is None

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=200))
    def test_of_any_text_is_one_of_ours_or_none(self, text: str) -> None:
        found = languages.detect(text)
        assert found is None or (found.language in LANGUAGES and 0 <= found.confidence <= 1)


class TestReplyLanguage:
    @pytest.mark.parametrize(("code", "text"), WRITTEN)
    @pytest.mark.parametrize("chosen", [False, True])
    def test_stays_where_it_is_written(self, code: str, text: str, chosen: bool) -> None:
        assert languages.reply_language(text, code, chosen=chosen) == code

    @pytest.mark.parametrize(("code", "text"), [(c, t) for c, t in WRITTEN if c not in ("nb", "nn")])
    def test_follows_a_sentence_in_another_language(self, code: str, text: str) -> None:
        assert languages.reply_language(text, "nb", chosen=False) == code

    @pytest.mark.parametrize(
        ("text", "current"),
        [("ok", "so"), ("Kari Nordmann", "pl"), ("hei", "uk"), ("takk", "ar"), ("NAV", "ti"), ("demens", "en"), ("😭", "fa"), ("113", "ur"),
         ("respite", "nb"), ("Per Olav Hansen", "lt")],
    )  # fmt: skip
    @pytest.mark.parametrize("chosen", [False, True])
    def test_a_word_or_a_name_changes_nothing(self, text: str, current: str, chosen: bool) -> None:
        assert languages.reply_language(text, current, chosen=chosen) == current

    def test_nynorsk_is_answered_in_nynorsk(self) -> None:
        assert languages.reply_language("Korleis søkjer eg om omsorgsstønad?", "nb", chosen=False) == "nn"

    def test_a_chosen_language_gives_way_to_a_clear_sentence(self) -> None:
        assert languages.reply_language(SENTENCES["pl"][0], "nb", chosen=True) == "pl"

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=200), st.sampled_from(LANGUAGES), st.booleans())
    def test_is_always_one_of_ours(self, text: str, current: str, chosen: bool) -> None:
        assert languages.reply_language(text, current, chosen=chosen) in LANGUAGES
