"""The receipt of a wish to be called or met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from channels.callbacks.models import Callback
from channels.documents.labels import label
from channels.documents.model import Block, Document, Heading, Paragraph, Terms, Text, day, text
from channels.documents.own import own_text
from core import i18n
from core.guided import option_title
from knowledge_base.municipalities import OSLO


def receipt(callback: Callback, code: str, municipality: str) -> Document:
    """What was asked for and the code that opens it. `municipality` is the name."""
    language = callback.language
    made = label("document.made", language, date=day(callback.created_at), municipality=municipality)
    blocks: list[Block] = [Paragraph(made, "meta")]
    if callback.status == "cancelled":
        blocks.append(Paragraph(label("document.callback.cancelled", language), "note"))
    pairs = tuple((label(key, language), what) for key, what in _lines(callback, language))
    # The code has a line of its own: between right-to-left words it would be copied in another order.
    blocks += [Heading(label("document.callback.code", language)), Paragraph(text(code, "en"), "code"), Terms(pairs)]
    blocks.append(Paragraph(label("document.callback.keep", language), "note"))
    title = i18n.text("document.callback.title", language)
    return Document(f"naer-callback-{day(callback.created_at)}", title, language, tuple(blocks))


def _lines(callback: Callback, language: str) -> Iterator[tuple[str, Text]]:
    yield "document.callback.received", text(day(callback.created_at), language)
    yield "form.call_kind.label", text(option_title("call_kind", callback.kind, language), language)
    if callback.appointment:
        yield "form.call_when.label", text(_isolated(_moment(callback.appointment)), language)
    elif callback.preferred:
        yield "form.call_when.label", own_text(_preferred(callback.preferred), language)
    yield "form.call_language.label", text(i18n.NAMES[language], language)
    answer = "yes" if callback.interpreter else "no"
    yield "form.call_interpreter.label", text(option_title("call_interpreter", answer, language), language)
    for contact in (callback.phone, callback.email):
        if contact:
            yield "form.call_phone.label", text(_isolated(contact), language)
    if callback.about:
        yield "form.call_about.label", own_text(callback.about, language)


def _preferred(wish: Any) -> str:
    """The relative's words, or the spans of time that they chose, a line each."""
    if isinstance(wish, str):
        return wish
    spans = [(datetime.fromisoformat(span["from"]), datetime.fromisoformat(span["to"])) for span in wish]
    return "\n".join(_isolated(f"{_moment(start)}–{end.astimezone(OSLO):%H:%M}") for start, end in spans)


def _moment(moment: datetime) -> str:
    return moment.astimezone(OSLO).strftime("%d.%m.%Y %H:%M")


def _isolated(times: str) -> str:
    """Times that stay in order between right-to-left words."""
    return f"\u2066{times}\u2069"
