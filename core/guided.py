"""The guided talks: which questions each asks, which answers a closed one takes, and what those are called.

The bot's forms (bot/domain/forms.yml, bot/actions/forms) and the channels that put them into words both read this.
"""

from __future__ import annotations

from dataclasses import dataclass

from core import i18n

SKIPPED = "-"  # the value of a question that was passed over
CONFIRMED = "yes"
SCALE = ("0", "1", "2", "3", "4")  # how often: never … nearly always
ANY = "any"


@dataclass(frozen=True, slots=True)
class Question:
    """One slot of a form. With `options` and not `free` only one of them is an answer."""

    slot: str
    options: tuple[str, ...] = ()
    free: bool = False
    kind: str = "choice"  # choice, text, date, phone


@dataclass(frozen=True, slots=True)
class GuidedTalk:
    """A form: its Rasa name, the intent that starts it, its questions in order, the slot that confirms the summary."""

    form: str
    start: str
    questions: tuple[Question, ...]
    confirm: str
    for_children: bool = False

    def question(self, slot: str) -> Question | None:
        """The question of this slot; None where it is not one of this talk's."""
        return next((q for q in self.questions if q.slot == slot), None)

    @property
    def slots(self) -> tuple[str, ...]:
        """All slots in the order of asking, the confirmation last."""
        return (*(q.slot for q in self.questions), self.confirm)


def _text(slot: str, *options: str) -> Question:
    return Question(slot, options, free=True, kind="text")


FIND_COURSE = GuidedTalk(
    "find_course_form",
    "start_find_course",
    (
        Question("course_for", ("adult", "child", "youth")),
        Question("course_theme", ("dementia", "cancer", "mental-health-addiction", "children-families", ANY)),
        Question("course_language", ("own", "nb", ANY)),
        Question("course_when", ("month", "quarter", ANY)),
        Question("course_place", ("digital", "on_site", ANY)),
    ),
    "course_confirm",
    for_children=True,
)
CALL_BACK = GuidedTalk(
    "call_back_form",
    "start_call_back",
    (
        Question("call_kind", ("phone", "video", "in_person")),
        _text("call_when", "morning", "afternoon", ANY),
        Question("call_language", ("own", "nb")),
        Question("call_interpreter", ("yes", "no")),
        _text("call_about"),
        Question("call_phone", kind="phone", free=True),
    ),
    "call_confirm",
    for_children=True,
)
WHAT_MATTERS = GuidedTalk(
    "what_matters_form",
    "start_what_matters",
    (
        Question("matters_who", ("mother", "father", "partner", "child", "sibling", "grandparent", "other")),
        _text("matters_about", "dementia", "cancer", "mental-health", "addiction", "disability", "old-age"),
        _text("matters_long", "new", "months", "years", "long"),
        Question("matters_rest", SCALE),
        Question("matters_own_life", SCALE),
        Question("matters_worry", SCALE),
        Question("matters_alone", SCALE),
        _text("matters_need", "respite", "information", "talk", "rights", "peers"),
    ),
    "matters_confirm",
)
AGREEMENT = GuidedTalk(
    "agreement_form",
    "start_agreement",
    tuple(
        _text(slot)
        for slot in ("agree_tasks", "agree_less", "agree_service", "agree_contact", "agree_backup", "agree_review")
    ),
    "agree_confirm",
)
COMPLAINT = GuidedTalk(
    "complaint_form",
    "start_complaint",
    (
        Question("complain_from", ("municipality", "health", "nav", "unknown")),
        _text("complain_what"),
        Question("complain_date", kind="date", free=True),
        _text("complain_why"),
        _text("complain_wish"),
    ),
    "complain_confirm",
)
TALKS = {talk.form: talk for talk in (WHAT_MATTERS, FIND_COURSE, CALL_BACK, AGREEMENT, COMPLAINT)}
STARTS = {talk.start: talk for talk in TALKS.values()}


def talk_of(slot: str) -> GuidedTalk | None:
    """The talk that a slot belongs to."""
    return next((talk for talk in TALKS.values() if slot in talk.slots), None)


def option_title(slot: str, option: str, language: str) -> str:
    """What an answer is called in the reader's language."""
    own = f"form.{slot}.{option}"
    if own in i18n.catalogue("bot", i18n.SOURCE_LANGUAGE):
        return i18n.text(own, language)
    if option == "own":
        return i18n.NAMES[language]
    if option == "nb":
        return i18n.NAMES["nb"]
    shared = "scale" if option in SCALE else "option"
    return i18n.text(f"form.{shared}.{option}", language)


def options_of(question: Question, language: str) -> tuple[str, ...]:
    """The answers to offer to a reader of this language: one who reads bokmål is not asked "your own or Norwegian?"."""
    return tuple(o for o in question.options if not (o == "own" and language == "nb"))


def value_text(slot: str, value: str, language: str) -> str:
    """An answer in words: the option's title, what the person wrote, or "not given"."""
    if value == SKIPPED:
        return i18n.text("form.skipped", language)
    talk = talk_of(slot)
    question = talk.question(slot) if talk else None
    if question and value in question.options:
        return option_title(slot, value, language)
    return value
