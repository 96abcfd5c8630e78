"""What a message answers inside a guided talk: an option, a detail, or a correction of what was told before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.actions.forms.details import ascii_digits, day_in, email_in, phone_in
from bot.actions.forms.phrases import bare, begins_with, says, synonym_lists
from core.guided import ANY, SCALE, GuidedTalk, Question, option_title
from core.i18n import LANGUAGES, text


@cache
def _synonyms() -> dict[str, dict[str, tuple[str, ...]]]:
    raw = synonym_lists()
    return {
        group: {option: tuple(bare(s) for s in stems.split(",")) for option, stems in options.items()}
        for group, options in raw.items()
    }


# Slots that share a list of synonyms.
_GROUPS = {"matters_about": "theme", "course_theme": "theme"}


def answer_to(question: Question, message: str, language: str) -> str | None:
    """The answer that a message gives to a question; None where it gives none. Free text is the caller's business."""
    if question.kind == "date":
        found = day_in(message, language)
        return found.isoformat() if found else None
    if question.kind == "phone":
        return phone_in(message) or email_in(message)
    exact = _by_title(question, message, language)
    return exact if exact is not None or question.free else option_in(question, message)


def _by_title(question: Question, message: str, language: str) -> str | None:
    words = bare(message)
    for each in (language, "nb", "en"):
        for option in question.options:
            mine = option != "own" or (each == language != "nb")  # "your own language" is the reader's, not another's
            if mine and words == bare(option_title(question.slot, option, each)):
                return option
    if ANY in question.options and says("any", message):
        return ANY
    if not question.free:
        digits = ascii_digits(words)
        if question.options == SCALE and digits in SCALE:
            return digits
        if question.options != SCALE and digits.isdigit() and 0 < int(digits) <= len(question.options):
            return question.options[int(digits) - 1]
    return None


def option_in(question: Question, message: str) -> str | None:
    """The one option that a message names by a synonym; None for none, or for several."""
    named = options_in(question, message)
    return named[0] if len(named) == 1 else None


def options_in(question: Question, message: str) -> list[str]:
    """The options that a message names, in the order of the words."""
    words = " " + bare(message)
    group = _synonyms().get(_GROUPS.get(question.slot, question.slot), {})
    if question.options == SCALE:
        group = _synonyms()["scale"]
    if question.options == ("yes", "no"):
        group = _synonyms()["yes_no"]
    named: dict[int, tuple[int, str]] = {}  # where in the words → the longest stem there, its option
    for option in question.options:
        for stem in group.get(option, ()):
            at = words.find(" " + stem)
            if at >= 0 and len(stem) > named.get(at, (0, ""))[0]:
                named[at] = (len(stem), option)
    return list(dict.fromkeys(option for _, (_, option) in sorted(named.items())))


@dataclass(frozen=True, slots=True)
class Correction:
    """An earlier answer taken back: with the new value, or None to ask anew."""

    slot: str
    value: str | None


def correction(talk: GuidedTalk, values: dict[str, str], message: str, requested: str | None) -> Correction | None:
    """An earlier answer that a message corrects: "no, it is my father, not my mother", "change the theme"."""
    says_no = begins_with("correct", message)
    wants_change = begins_with("change", message)
    if not (says_no or wants_change):
        return None
    for question in talk.questions:
        earlier = values.get(question.slot)
        if earlier is None or question.slot == requested:
            continue
        others = [o for o in options_in(question, message) if o != earlier]
        if others and question.options not in (SCALE, ("yes", "no")):
            return Correction(question.slot, others[0])
        if wants_change and _names_field(question.slot, message):
            return Correction(question.slot, None)
    return None


def _names_field(slot: str, message: str) -> bool:
    words = set(bare(message).split())
    for language in LANGUAGES:
        label = [w for w in bare(text(f"form.{slot}.label", language)).split() if len(w) > 3]
        if label and any(w.startswith(part[:5]) for part in label for w in words if len(w) > 3):
            return True
    return False
