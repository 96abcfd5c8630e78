"""The menus of choices that a text can carry: catalogue keys and what a press means."""

from __future__ import annotations

from channels.chat.wording import said
from core import i18n
from core.guided import AGREEMENT, CALL_BACK, COMPLAINT, FIND_COURSE, WHAT_MATTERS
from core.payloads import Say, button

Choices = list[dict[str, str]]
HANDOFF = button("choose_handoff")
_HELPLINES = ("menu.helplines", button("choose_article", article_id="helplines"))
_HUMAN = ("menu.human", HANDOFF)
_SICK_CHILD = ("menu.sick_at_home", button("choose_article", article_id="for-children"))
_SICK_YOUTH = ("menu.sick_at_home", button("choose_article", article_id="for-youth"))
_AM_CHILD = ("menu.am_child", button("choose_audience", chosen_audience="child"))
_AM_YOUTH = ("menu.am_youth", button("choose_audience", chosen_audience="youth"))
_AM_ADULT = ("menu.am_adult", button("choose_audience", chosen_audience="adult"))
_MENUS: dict[str, tuple[tuple[str, str], ...]] = {
    "start": (
        ("menu.worn_out", button("choose_article", article_id="own-strain")),
        ("menu.what_matters", button(WHAT_MATTERS.start)),
        ("menu.respite", button("choose_article", article_id="respite-care")),
        ("menu.rights", button("choose_article", article_id="new-as-relative")),
        ("menu.course", button(FIND_COURSE.start)),
        ("menu.child", button("choose_audience")),
        _HUMAN,
        ("menu.language", button("choose_language")),
    ),
    "start@child": (_SICK_CHILD, _HUMAN, _AM_YOUTH, _AM_ADULT),
    "start@youth": (_SICK_YOUTH, _HUMAN, _AM_CHILD, _AM_ADULT),
    "audience": (_AM_CHILD, _AM_YOUTH, _AM_ADULT),
    "feeling": (_HUMAN, ("menu.worn_out", button("choose_article", article_id="own-strain")), _HELPLINES),
    "feeling@child": (_SICK_CHILD, _HUMAN),
    "feeling@youth": (_SICK_YOUTH, _HUMAN),
    "not_found@child": (_HUMAN, _SICK_CHILD),
    "not_found@youth": (_HUMAN, _SICK_YOUTH),
    "not_found": (_HUMAN, ("menu.contact", button("choose_article", article_id="contact-municipality")), _HELPLINES),
    "human": (_HUMAN,),
    "unattended": (
        ("menu.call_back", button(CALL_BACK.start)),
        _HELPLINES,
        ("menu.contact", button("choose_article", article_id="contact-municipality")),
    ),
    "form_waits": (("menu.form_continue", button("form_continue")), ("form.stop", button("form_stop")), _HUMAN),
    "form_must_wait": (_HUMAN, ("menu.contact", button("choose_article", article_id="contact-municipality"))),
    "courses": (("menu.course_again", button(FIND_COURSE.start)), _HUMAN),
}


def choices(menu: str | None, language: str, audience: str = "adult") -> Choices:
    """`[{"title", "payload"}]` of a menu; none for None. A child or a youth may have another menu of the same name."""
    entries = _MENUS.get(f"{menu}@{audience}") or (_MENUS[menu] if menu else ())
    return [{"title": said(key, language, audience), "payload": payload} for key, payload in entries]


# The guided talk that goes on from an article. A theme is handed over where the article has one.
_BENEATH: dict[str, tuple[str, str]] = {
    "own-strain": ("menu.what_matters", button(WHAT_MATTERS.start)),
    "what-matters-to-you": ("menu.what_matters", button(WHAT_MATTERS.start)),
    "relatives-agreement": ("menu.agreement", button(AGREEMENT.start)),
    "complain-health": ("menu.complaint", button(COMPLAINT.start)),
    "complain-nav": ("menu.complaint", button(COMPLAINT.start)),
    "contact-municipality": ("menu.call_back", button(CALL_BACK.start)),
    "dementia-course": ("menu.course", button(FIND_COURSE.start, theme="dementia")),
    "cancer-course": ("menu.course", button(FIND_COURSE.start, theme="cancer")),
    "general-course": ("menu.course", button(FIND_COURSE.start)),
    "sibs-course": ("menu.course", button(FIND_COURSE.start, theme="children-families")),
    "course-portal": ("menu.course", button(FIND_COURSE.start)),
}


def beneath(article_id: str, language: str) -> Choices:
    """The choice of a guided talk beneath an article; none for most."""
    found = _BENEATH.get(article_id)
    return [{"title": i18n.text(found[0], language), "payload": found[1]}] if found else []


def check(payload: Say) -> None:
    """ValueError for a text or a menu that does not exist."""
    if f"say.{payload.key}" not in i18n.catalogue("bot", i18n.SOURCE_LANGUAGE):
        raise ValueError("unknown text")
    if payload.menu is not None and payload.menu not in _MENUS:
        raise ValueError("unknown menu")


def languages() -> Choices:
    """A choice for each language, in its own name."""
    return [
        {"title": i18n.NAMES[code], "payload": button("choose_language", chosen_language=code)}
        for code in i18n.LANGUAGES
    ]


def after_answer(article_id: str, language: str, more_in: str | None) -> Choices:
    """What one may want after an answer: more of it, and to say whether it helped.

    `more_in`: the language in which there is more, named where it is not the reader's; None where there is no more.
    """
    offered = [("answer.helped_yes", button("rate_answer", article_id=article_id, helped="yes")),
               ("answer.helped_no", button("rate_answer", article_id=article_id, helped="no"))]  # fmt: skip
    found = [{"title": i18n.text(key, language), "payload": payload} for key, payload in offered]
    if more_in:
        title = i18n.text("answer.more", language)
        if more_in != language:
            title += f" ({i18n.NAMES[more_in]})"
        found.insert(0, {"title": title, "payload": button("ask_more", article_id=article_id, part="0")})
    return [*beneath(article_id, language), *found]


def other_parts(article_id: str, headings: list[str], shown: int, language: str) -> Choices:
    """The parts of an article that were not shown now, by their headings; at the end a person."""
    offered = [
        {"title": heading, "payload": button("ask_more", article_id=article_id, part=str(number))}
        for number, heading in enumerate(headings)
        if number != shown
    ]
    return [*offered, {"title": i18n.text("menu.human", language), "payload": HANDOFF}]


def none_of_these(language: str) -> Choices:
    """After at most three alternatives: none of them, or a person."""
    return [
        {"title": i18n.text("clarify.none_of_these", language), "payload": button("choose_none")},
        {"title": i18n.text("menu.human", language), "payload": HANDOFF},
    ]
