"""The menus of choices that a text can carry: catalogue keys and what a press means."""

from __future__ import annotations

from core import i18n
from core.payloads import Say, button

HANDOFF = button("choose_handoff")
_MENUS: dict[str, tuple[tuple[str, str], ...]] = {
    "start": (
        ("menu.respite", button("choose_article", article_id="respite-care")),
        ("menu.rights", button("choose_article", article_id="new-as-relative")),
        ("menu.course", button("choose_article", article_id="general-course")),
        ("menu.child", button("choose_article", article_id="for-youth")),
        ("menu.human", HANDOFF),
    ),
    "not_found": (
        ("menu.human", HANDOFF),
        ("menu.contact", button("choose_article", article_id="contact-municipality")),
        ("menu.helplines", button("choose_article", article_id="helplines")),
    ),
    "human": (("menu.human", HANDOFF),),
    "unattended": (
        ("menu.helplines", button("choose_article", article_id="helplines")),
        ("menu.contact", button("choose_article", article_id="contact-municipality")),
    ),
}


def choices(menu: str | None, language: str) -> list[dict[str, str]]:
    """`[{"title", "payload"}]` of a menu; none for None."""
    return [{"title": i18n.text(key, language), "payload": payload} for key, payload in (_MENUS[menu] if menu else ())]


def check(payload: Say) -> None:
    """ValueError for a text or a menu that does not exist."""
    if f"say.{payload.key}" not in i18n.catalogue("bot", i18n.SOURCE_LANGUAGE):
        raise ValueError("unknown text")
    if payload.menu is not None and payload.menu not in _MENUS:
        raise ValueError("unknown menu")


def languages() -> list[dict[str, str]]:
    """A choice for each language, in its own name."""
    return [
        {"title": i18n.NAMES[code], "payload": button("choose_language", chosen_language=code)}
        for code in i18n.LANGUAGES
    ]
