"""Which language a message is in: lingua for the ones it knows, script for Tigrinya, markers for nynorsk.

Short texts are guessed cautiously: a reader who has chosen a language is taken away from it only by a message that is
clearly in another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

_ETHIOPIC = re.compile(r"[\u1200-\u137f]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-zÀ-ž]")
_LETTERS = re.compile(r"[^\W\d_]+")
_URDU = set("ٹڈڑںھہے")
_PERSIAN = set("پچژگ")
_NYNORSK = frozenset(
    [
        "eg",
        "ikkje",
        "kva",
        "kven",
        "korleis",
        "kvar",
        "kvifor",
        "noko",
        "nokon",
        "mykje",
        "meir",
        "heime",
        "dykk",
        "dykkar",
        "hjå",
        "berre",
        "frå",
        "òg",
        "ho",
        "me",
        "kjem",
        "gjer",
        "treng",
        "tenester",
        "korfor",
        "kvifor",
        "fleire",
        "vere",
        "verte",
        "vert",
        "sjukdom",
        "sjuk",
        "sjuke",
        "høyre",
        "høyrer",
        "spørje",
        "eigen",
        "einskild",
        "saman",
        "leve",
        "seie",
        "seier",
        "søkje",
        "søkjer",
        "pårørande",
        "rettar",
        "dei",
    ]
)
_BOKMAAL = frozenset(
    [
        "jeg",
        "ikke",
        "hva",
        "hvem",
        "hvordan",
        "hvor",
        "hvorfor",
        "noe",
        "noen",
        "mye",
        "mer",
        "hjemme",
        "dere",
        "deres",
        "bare",
        "fra",
        "også",
        "hun",
        "vi",
        "kommer",
        "gjør",
        "vet",
        "trenger",
        "tjenester",
        "flere",
        "være",
        "blir",
        "sykdom",
        "syk",
        "syke",
        "høre",
        "hører",
        "spørre",
        "egen",
        "sammen",
        "si",
        "sier",
        "søker",
        "pårørende",
        "rettigheter",
        "de",
        "dem",
        "en",
        "et",
        "min",
        "mitt",
    ]
)
_ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "be",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "get",
        "have",
        "he",
        "help",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "need",
        "not",
        "of",
        "on",
        "or",
        "she",
        "should",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_STRONG_NYNORSK = frozenset(
    ["eg", "ikkje", "kva", "kven", "korleis", "kvifor", "noko", "nokon", "mykje", "dykk", "dykkar", "hjå"]
)


@dataclass(frozen=True, slots=True)
class Detected:
    """A language of Nær and how sure the guess is, 0 to 1."""

    language: str
    confidence: float


@cache
def _lingua() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    names = (
        "BOKMAL",
        "NYNORSK",
        "ENGLISH",
        "POLISH",
        "UKRAINIAN",
        "ARABIC",
        "SOMALI",
        "URDU",
        "PERSIAN",
        "LITHUANIAN",
        "TURKISH",
    )
    return LanguageDetectorBuilder.from_languages(*(getattr(Language, n) for n in names)).build()


def warm_up() -> None:
    """Load the detector's models, so that the first reader does not wait for them."""
    detect("Hei, jeg trenger hjelp med moren min")


def detect(text: str) -> Detected | None:
    """The most likely language; None where there is nothing to go by (numbers, emoji, a lone name)."""
    letters = "".join(_LETTERS.findall(text))
    if not letters:
        return None
    if len(_ETHIOPIC.findall(letters)) > len(letters) / 2:
        return Detected("ti", 0.99)
    if len(_CYRILLIC.findall(letters)) > len(letters) / 2:
        return Detected("uk", 0.99)
    if len(_ARABIC.findall(letters)) > len(letters) / 2:
        return _arabic_script(text)
    return _latin_script(text)


def _arabic_script(text: str) -> Detected:
    characters = set(text)
    if characters & _URDU:
        return Detected("ur", 0.98)
    guess = _ranked(text, ("ar", "fa"))  # Urdu sentences hardly ever lack its own letters
    if characters & _PERSIAN and guess.language == "ar":
        return Detected("fa", 0.9)
    return Detected(guess.language, max(guess.confidence, 0.85))


def _latin_script(text: str) -> Detected:
    words = [w.casefold() for w in _LETTERS.findall(text)]
    if sum(w in _ENGLISH for w in words) >= max(3, 0.6 * len(words)):
        return Detected("en", 0.95)
    nynorsk = sum(w in _NYNORSK for w in words) + sum(w in _STRONG_NYNORSK for w in words)
    bokmaal = sum(w in _BOKMAAL for w in words)
    guess = _ranked(text, ("nb", "nn", "en", "pl", "so", "lt", "tr"))
    if guess.language in ("nb", "nn") or nynorsk + bokmaal >= max(2, len(words) / 3):
        sure = max(guess.confidence if guess.language in ("nb", "nn") else 0.0, 0.9 if nynorsk + bokmaal >= 2 else 0.6)
        if nynorsk > bokmaal:
            return Detected("nn", sure)
        if bokmaal > nynorsk:
            return Detected("nb", sure)
    return guess


def _ranked(text: str, among: tuple[str, ...]) -> Detected:
    codes = {"BOKMAL": "nb", "NYNORSK": "nn", "ENGLISH": "en", "POLISH": "pl", "UKRAINIAN": "uk", "ARABIC": "ar",
             "SOMALI": "so", "URDU": "ur", "PERSIAN": "fa", "LITHUANIAN": "lt", "TURKISH": "tr"}  # fmt: skip
    values = {codes[v.language.name]: v.value for v in _lingua().compute_language_confidence_values(text)}
    total = sum(values.get(code, 0.0) for code in among)
    if total <= 0:
        return Detected(among[0], 0.0)
    if "nb" in among:  # the two Norwegians share their confidence; markers tell them apart
        norwegian = values.get("nb", 0.0) + values.get("nn", 0.0)
        if norwegian / total > max((values.get(c, 0.0) / total for c in among if c not in ("nb", "nn")), default=0.0):
            return Detected("nn" if values.get("nn", 0.0) > values.get("nb", 0.0) else "nb", norwegian / total)
    best = max(among, key=lambda c: values.get(c, 0.0))
    return Detected(best, values.get(best, 0.0) / total)


def reply_language(text: str, current: str, *, chosen: bool) -> str:
    """The language to answer in: the message's if it clearly is another one than the talk's, else the talk's.

    `chosen`: the reader has picked the talk's language; then another script, or a longer and certain message, is needed.
    """
    found = detect(text)
    if found is None or found.language == current:
        return current
    words = _LETTERS.findall(text)
    if found.language in ("nb", "nn") and current in ("nb", "nn"):
        marks = sum(w.casefold() in _STRONG_NYNORSK for w in words)
        if found.language == "nn":
            return "nn" if marks >= (2 if chosen else 1) else current
        return current if chosen or len(words) < 4 else found.language
    if _script_of(current) != "latin" and _script(text) == "latin" and _PATTERNS[_script_of(current)].search(text):
        return current  # "Що таке omsorgsstønad?": a Norwegian term in a sentence of one's own
    if _script(text) != _script_of(current):
        return found.language if found.confidence >= 0.8 and (_script(text) != "latin" or len(words) >= 3) else current
    if len(words) <= 4 and all(w[0].isupper() for w in words):
        return current  # a name
    if not chosen and len(words) == 2:
        return found.language if found.confidence >= 0.95 else current
    needed, certain = (4, 0.9) if chosen else (3, 0.5)
    return found.language if len(words) >= needed and found.confidence >= certain else current


_PATTERNS = {"ethiopic": _ETHIOPIC, "arabic": _ARABIC, "cyrillic": _CYRILLIC}


def _script(text: str) -> str:
    for name, pattern in _PATTERNS.items():
        if len(pattern.findall(text)) > len(_LATIN.findall(text)):
            return name
    return "latin"


def _script_of(language: str) -> str:
    if language in ("ar", "ur", "fa"):
        return "arabic"
    return {"uk": "cyrillic", "ti": "ethiopic"}.get(language, "latin")
