"""Handing over to a person, changing the language, taking a no."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import context
from bot.actions.answers import say
from core.i18n import LANGUAGES, NAMES
from core.payloads import Handoff, Say, SetLanguage

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
    "fa": ("persisk", "persian", "dari", "farsi", "pers", "перськ", "дарі", "فارس", "دری", "faaris", "farsça", "ፋርስ", "ዳሪ"),
    "lt": ("litaui", "lithuan", "litew", "литов", "ليتوان", "lituwaani", "لتھوان", "لیتوان", "lietuv", "litvan", "ሊትዌን"),
    "ti": ("tigrin", "tigrig", "тигрин", "تيغرين", "تگرین", "تیگرین", "ትግር"),
    "tr": ("tyrkisk", "turk", "турец", "ترك", "ترکی", "türk", "ቱርክ"),
}  # fmt: skip


class HandoffAction(Action):  # type: ignore[misc]
    """Brings in a person. The app owns the queue; this only says that one is wished."""

    def name(self) -> str:
        return "action_handoff"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        say(dispatcher, Handoff())
        return [SlotSet("offered", "nothing"), SlotSet("misses", 0.0)]


class ChangeLanguage(Action):  # type: ignore[misc]
    """Goes on in the language that was named, or asks which."""

    def name(self) -> str:
        return "action_change_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        chosen = here.entities.get("chosen_language")
        if here.intent != "choose_language":
            chosen = named_language(here.text, here.language)
        say(dispatcher, SetLanguage(chosen if chosen in LANGUAGES else None))
        return []


class SayDeny(Action):  # type: ignore[misc]
    """Takes a no as it is; nothing stays offered."""

    def name(self) -> str:
        return "action_say_deny"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        say(dispatcher, Say("deny"))
        return [SlotSet("offered", "nothing")]


def named_language(text: str, current: str) -> str | None:
    """The language that a text asks for; None if none or several are named ("I speak Polish, not Norwegian" → Polish)."""
    folded = text.casefold()
    named = [code for code, own in NAMES.items() if own.casefold() in folded]
    for code, stems in _STEMS.items():
        if code not in named and any(re.search(rf"(?<!\w)\w{{0,3}}{re.escape(stem)}", folded) for stem in stems):
            named.append(code)
    if "nn" in named and "nb" in named and "bokm" not in folded:
        named.remove("nb")
    others = [code for code in named if code not in ("nb", current)] or [c for c in named if c != current] or named
    return others[0] if len(others) == 1 else None
