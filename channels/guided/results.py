"""What comes of the guided talks: courses, offers, a stored callback, a deadline with a draft, a document."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from channels.callbacks import service as callbacks
from channels.callbacks.service import NewCallback
from channels.chat import menus
from channels.conversations import kept
from channels.conversations.models import Conversation
from channels.conversations.service import NewMessage
from channels.courses.shapes import shape
from channels.guided.questions import message, told
from core import i18n, logging
from core.errors import InvalidInput
from core.guided import AGREEMENT, ANY, CALL_BACK, value_text
from core.payloads import BookCallback, Courses, Document, KeepSituation, Offers, button
from knowledge_base.courses.finder import Finding, Wish, find, is_full
from knowledge_base.courses.service import CourseView
from knowledge_base.service import KnowledgeBase

log = logging.get("guided")
DAYS = {"month": 31, "quarter": 92}
# The themes of courses that what a relative says it is about falls under.
_COURSE_THEMES = {
    "dementia": "dementia",
    "cancer": "cancer",
    "mental-health": "mental-health-addiction",
    "addiction": "mental-health-addiction",
}


def courses(payload: Courses, session: Session, conversation: Conversation) -> list[NewMessage]:
    """The courses that fit; where none does, that, a waiting list, and what comes near."""
    language = conversation.language
    said = {slot: value for slot, value in payload.fields.items() if value != ANY}
    wish = Wish(
        audience=said.get("course_for", "adult"),
        theme=said.get("course_theme"),
        language={"own": language, "nb": "nb"}.get(said.get("course_language", "")),
        within_days=DAYS.get(said.get("course_when", "")),
        digital={"digital": True, "on_site": False}.get(said.get("course_place", "")),
    )
    found = find(session, conversation.municipality, wish, language)
    return [_course_list(_course_text(found, language), (*found.fitting, *found.others), language)]


def _course_text(found: Finding, language: str) -> str:
    free = [c for c in found.fitting if not is_full(c)]
    if free:
        parts = [i18n.text("form.courses.found", language, count=len(found.fitting))]
    else:
        parts = [i18n.text("form.courses.full" if found.fitting else "form.courses.none", language)]
    parts += [
        i18n.text("form.courses.waiting_list", language, title=c.title)
        for c in found.fitting
        if is_full(c) and c.waiting_list
    ]
    if found.others:
        parts.append(i18n.text("form.courses.others", language))
    elif not free:
        parts.append(i18n.text("form.courses.instead", language))
    return "\n\n".join(parts)


def _course_list(text: str, found: tuple[CourseView, ...], language: str) -> NewMessage:
    shown = [{**shape(c), "url": c.signup_url, "full": is_full(c)} for c in found]
    extra: dict[str, Any] = {"courses": shown, "choices": menus.choices("courses", language)}
    return NewMessage("bot", text, language, kind="course_list", extra=extra)


def keep_situation(payload: KeepSituation, session: Session, conversation: Conversation) -> None:
    """Keep what was told, for the proposal of what may go along; `shared` only when the relative said yes."""
    for key, language in ((kept.SITUATION, conversation.language), (kept.SITUATION_NB, i18n.SOURCE_LANGUAGE)):
        kept.keep(session, conversation.id, key, told(payload.form, payload.fields, language))
    if payload.shared:
        kept.keep(session, conversation.id, kept.SHARED, "yes")


def offers(payload: Offers, session: Session, knowledge: KnowledgeBase, conversation: Conversation) -> list[NewMessage]:
    """What may help: articles and courses; a person first where the strain is high."""
    language = conversation.language
    titles = knowledge.titles(session, payload.article_ids, conversation.municipality, language)
    person = {"title": i18n.text("form.share", language), "payload": button("share_situation")}
    articles = [{"title": t, "payload": button("choose_article", article_id=slug)} for slug, t in titles.items()]
    choices = [person, *articles] if payload.strain == "high" else [*articles, person]
    choices += menus.choices("human", language)
    text = "\n\n".join(
        i18n.text(key, language) for key in (f"form.offers.{payload.strain}", "form.offers.list", "form.offers.sharing")
    )
    said = [message(text, language, choices)]
    theme = _COURSE_THEMES.get(payload.fields.get("matters_about", ""))
    found = find(session, conversation.municipality, Wish("adult", theme), language).fitting if theme else ()
    if found:
        said.insert(0, _course_list(i18n.text("form.offers.courses", language), found, language))
    return said


def book_callback(payload: BookCallback, session: Session, conversation: Conversation) -> NewMessage:
    """Store the request and say so, with its code; what cannot be stored is never confirmed."""
    language, said = conversation.language, payload.fields
    contact = said.get("call_phone", "")
    when = value_text("call_when", said["call_when"], "nb") if "call_when" in said else ""
    wish = NewCallback(
        municipality=conversation.municipality,
        kind=said.get("call_kind", "phone"),
        client_id=f"talk:{conversation.id}:{conversation.last_seq}",
        language="nb" if said.get("call_language") == "nb" else language,
        phone="" if "@" in contact else contact,
        email=contact if "@" in contact else "",
        when=when,
        interpreter=said.get("call_interpreter") == "yes",
        about=said.get("call_about", ""),
        conversation_id=conversation.id,
    )
    try:
        _, code = callbacks.request(session, wish)
    except InvalidInput as error:
        log.info("callback_refused code=%s", error.code)
        again = [{"title": i18n.text("menu.call_back", language), "payload": button(CALL_BACK.start)}]
        return message(i18n.text("say.call_needs_phone", language), language, again)
    text = i18n.text("form.callback.stored", language, code=code, contact=contact)
    return message(text, language, menus.choices("human", language), callback={"code": code})


def document(payload: Document, session: Session, conversation: Conversation) -> NewMessage:
    """Store what the document is made of and offer it to print or save."""
    language = conversation.language
    stored = kept.store_document(session, conversation, payload.kind, payload.fields)
    title = i18n.text(f"form.document.{payload.kind}", language)
    text = i18n.text("form.document.ready", language, title=title)
    if payload.kind == "agreement":  # the words themselves too, to be read again and copied
        text += "\n\n" + told(AGREEMENT.form, payload.fields, language)
    return message(text, language, menus.choices("human", language), document={"id": stored.id, "title": title})
