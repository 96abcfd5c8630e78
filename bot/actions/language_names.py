"""How people call the languages, in each of the twelve: to understand "can we speak Polish?"."""

from __future__ import annotations

import re

from core.folding import fold
from core.i18n import NAMES

# How the languages are called in the twelve languages, as stems. The own names come from core.i18n.
_STEMS: dict[str, tuple[str, ...]] = {
    "nb": ("bokmål", "bokmal", "norsk", "norweg", "norwes", "норвез", "نروي", "نرويج", "النرويج", "norveç", "norveg", "noorwiij", "ناروي", "ኖርወ"),
    "nn": ("nynorsk",),
    "en": ("engelsk", "english", "angiel", "англ", "الإنجليز", "انجليز", "ingiriis", "انگریزی", "انگلیسی", "انګلیسي", "angl", "ingilizce", "እንግሊዝ"),
    "pl": ("polsk", "polish", "польськ", "البولند", "polish", "بولند", "پولش", "لهستان", "lenk", "lehçe", "polonya", "ፖላንድ", "ፖሊሽ"),
    "uk": ("ukrain", "україн", "أوكران", "اوكران", "yukreyn", "یوکرین", "اوکراین", "ukrayna", "ዩክሬን"),
    "ar": ("arab", "арабськ", "عرب", "carabi", "عربی", "arap", "ዓረብ", "ዐረብ"),
    "so": ("somal", "сомал", "صومال", "soomaali", "صومالی", "سومالی", "ሶማል"),
    "ur": ("urdu", "урду", "أردو", "اردو", "ኡርዱ"),
    "fa": ("persisk", "persian", "dari", "farsi", "persk", "persų", "перськ", "дарі", "فارس", "دری", "faaris", "farsça", "ፋርስ", "ዳሪ"),
    "lt": ("litaui", "lithuan", "litew", "литов", "ليتوان", "lituwaani", "لتھوان", "لیتوان", "lietuv", "litvan", "ሊትዌን"),
    "ti": ("tigrin", "tigrig", "тигрин", "تيغرين", "تگرین", "تیگرین", "ትግር"),
    "tr": ("tyrkisk", "turk", "турец", "ترك", "ترکی", "türk", "ቱርክ"),
}  # fmt: skip


def named_language(text: str, current: str) -> str | None:
    """The language that a text asks for; None if none or several are named ("I speak Polish, not Norwegian" → Polish)."""
    folded = fold(text)
    named = [code for code, own in NAMES.items() if fold(own) in folded]
    for code, stems in _STEMS.items():
        if code not in named and any(re.search(rf"(?<!\w)\w{{0,3}}{re.escape(fold(stem))}", folded) for stem in stems):
            named.append(code)
    if "nn" in named and "nb" in named and "bokm" not in folded:
        named.remove("nb")
    others = [code for code in named if code not in ("nb", current)] or [c for c in named if c != current] or named
    return others[0] if len(others) == 1 else None
