"""Small wishes about the answer just given, in words: more, simpler; and sentences that only look like one."""

from __future__ import annotations

import pytest

from knowledge_base.listening.wishes import wish

MORE = ["mer", "Fortell mer om dette", "kan du si litt mer?", "vis meir", "tell me more", "More please!", "więcej", "розкажіть більше",
        "المزيد", "اشرح لي أكثر", "dheeraad", "مزید بتائیں", "بیشتر توضیح بده", "papasakok daugiau", "ተወሳኺ", "daha fazla bilgi"]  # fmt: skip
SIMPLER = ["enklere", "kan du forklare det enklere?", "kortare takk", "det var for komplisert", "in simple words please", "explain it simply",
           "prościej proszę", "поясніть простіше", "ابسط من فضلك", "si fudud", "آسان الفاظ میں", "ساده تر بگو", "paprasčiau", "ብቐሊሉ ግለጸለይ",
           "daha basit anlat"]  # fmt: skip
NEITHER = ["jeg trenger mer hjelp", "jeg orker ikke mer", "mer penger fra NAV", "more respite please", "livet er så vanskelig",
           "det er for vanskelig hjemme", "it is too hard", "enklere hverdag med demens", "çok zor", "خیلی سخت است", "الأمر صعب جدا", "",
           "życie jest za trudne", "це занадто важко для мене", "labai sunku", "waa adag tahay"]  # fmt: skip


@pytest.mark.parametrize("text", MORE)
def test_more(text: str) -> None:
    assert wish(text) == "more"


@pytest.mark.parametrize("text", SIMPLER)
def test_simpler(text: str) -> None:
    assert wish(text) == "simpler"


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert wish(text) is None
