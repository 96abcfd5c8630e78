"""The screen itself: what a message is, and whom to name first."""

from __future__ import annotations

from dataclasses import dataclass, field

from core import i18n
from knowledge_base.safety import rules


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call. `name` is in the reader's language."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Screening:
    """`category` is one of rules.CATEGORIES or None. `look_alike`: a rule knows something in it as no crisis (an idiom).

    `doubtful`: the rules that found the crisis fit known harmless sentences as well; `proven`: one of them never has.
    """

    category: str | None
    wants_human: bool
    look_alike: bool = field(default=False, compare=False)
    doubtful: bool = field(default=False, compare=False)
    proven: bool = field(default=False, compare=False)


ALARMTELEFONEN = ("contact.alarmtelefonen", "116111")
# Category → (catalogue key of the name, number). Source: shared requirements, numbers public and national, checked 2026-11-21.
CONTACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "suicide": (
        ("contact.emergency_medical", "113"),
        ("contact.legevakt", "116117"),
        ("contact.mental_helse", "116123"),
        ("contact.kirkens_sos", "22400040"),
        ALARMTELEFONEN,
    ),
    "medical": (
        ("contact.emergency_medical", "113"),
        ("contact.legevakt", "116117"),
        ("contact.giftinformasjonen", "22591300"),
    ),
    "violence": (
        ("contact.police", "112"),
        ("contact.vo_linjen", "116006"),
        ALARMTELEFONEN,
    ),
    "child": (
        ("contact.police", "112"),
        ("contact.emergency_medical", "113"),
        ALARMTELEFONEN,
    ),
    "missing": (("contact.police", "112"),),
    "threat": (
        ("contact.police", "112"),
        ("contact.legevakt", "116117"),
        ("contact.mental_helse", "116123"),
    ),
}


def screen(text: str) -> Screening:
    """Screen a message by rules alone: no model, no network, no database, so nothing here can be down."""
    found = rules.assess(text)
    return Screening(found.category, found.wants_human, found.alike, found.doubtful, found.proven)


def contacts(category: str, language: str, *, young: bool = False) -> list[Contact]:
    """Whom to call first, names in the reader's language; a child or a youth always gets the children's line too."""
    found = CONTACTS[category]
    if young and ALARMTELEFONEN not in found:
        found = (*found, ALARMTELEFONEN)
    return [Contact(i18n.text(key, language), number) for key, number in found]


def advice(category: str, language: str) -> str:
    """What is said first, in the reader's language; it says plainly that the chat can alert nobody."""
    return i18n.text(f"crisis.{category}", language)
