"""Puts payloads into words: the relative's language, approved content, its source and review date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from channels.chat import answer_messages, menus, opening
from channels.chat.answer_messages import answer_message, article_url
from channels.chat.memory import FEEL_AGAIN_AFTER, MOST_MISSES, Memory
from channels.chat.wording import said
from channels.conversations import service as conversations
from channels.conversations.models import Conversation
from channels.conversations.service import NewMessage
from channels.guided import render as guided
from core import i18n
from core.errors import NotFound
from core.payloads import (
    Answer,
    Clarify,
    Feel,
    Guided,
    More,
    Payload,
    Rate,
    Repeat,
    Say,
    SetAudience,
    SetLanguage,
    button,
)
from core.readers import READERS
from knowledge_base.articles import ArticleView
from knowledge_base.municipalities import access_municipality, settings_of
from knowledge_base.service import KnowledgeBase

__all__ = ["Rendered", "answer_message", "article_url", "render"]
FEELING_SENTENCES = 3  # of each kind in the catalogue
_MISSES = ("not_found", "not_helpful", "none_of_these", "miss_again")


@dataclass(slots=True)
class Rendered:
    """Messages to store, and what else the turn changes in the talk."""

    messages: list[NewMessage] = field(default_factory=list)
    last_article: str | None = None
    theme: str | None = None
    language: str | None = None


def render(
    session: Session,
    knowledge: KnowledgeBase,
    conversation: Conversation,
    payloads: Sequence[Payload],
    default_retention: int,
    memory: Memory | None = None,
) -> Rendered:
    """Messages for payloads; handoffs are none of its business and are left out. `memory` is brought up to date."""
    turn = _Turn(session, knowledge, conversation, default_retention, memory or Memory())
    turn.run(payloads)
    return turn.made


@dataclass(slots=True)
class _Turn:
    """One turn's messages while they are made."""

    session: Session
    knowledge: KnowledgeBase
    conversation: Conversation
    default_retention: int
    memory: Memory
    made: Rendered = field(default_factory=Rendered)
    missed: bool = False
    unquestioned: bool = False  # the answer before this turn was not complained of

    def run(self, payloads: Sequence[Payload]) -> None:
        """The messages of all payloads, and what is remembered of them."""
        memory = self.memory
        self.unquestioned = memory.answered
        memory.answered, memory.offered, memory.felt = False, "nothing", min(memory.felt + 1, FEEL_AGAIN_AFTER)
        for payload in payloads:
            self.add(payload)
        if self.missed:
            memory.misses = min(memory.misses + 1, MOST_MISSES)
        elif self.unquestioned and memory.answered:
            memory.misses = 0

    def add(self, payload: Payload) -> None:
        """The messages of one payload."""
        if isinstance(payload, Repeat):
            self.made.messages += answer_messages.repeat(self.session, self.conversation)
            self.memory.answered = self.made.messages[-1].kind == "answer"
        elif isinstance(payload, Answer):
            self._answer(payload)
        elif isinstance(payload, More):
            self._more(payload)
        elif isinstance(payload, Rate):
            self._rate(payload)
        elif isinstance(payload, Clarify):
            self._clarify(payload)
        elif isinstance(payload, SetLanguage):
            self._language(payload)
        elif isinstance(payload, SetAudience):
            self._audience(payload)
        elif isinstance(payload, Feel):
            self._feel(payload)
        elif isinstance(payload, Guided):
            self.made.messages += guided.render(payload, self.session, self.knowledge, self.conversation)
        elif isinstance(payload, Say):
            self._say(payload)

    def _article(self, article_id: str) -> ArticleView | None:
        """An article for this reader; None, and a sentence that says so, where it was withdrawn meanwhile."""
        try:
            return self.knowledge.article(
                self.session, article_id, self.conversation.municipality, self.conversation.language
            )
        except NotFound:
            self._say(Say("not_found", menu="not_found"))
            return None

    def _more_in(self, article: ArticleView) -> str | None:
        whole = self.knowledge.whole(self.session, article, self.conversation.municipality)
        return whole.source_language if whole.body else None

    def _shown(self, article: ArticleView, message: NewMessage, next_part: int) -> None:
        self.made.messages.append(message)
        self.made.last_article, self.made.theme = article.article_id, article.theme
        self.memory.answered, self.memory.part = True, next_part

    def _answer(self, payload: Answer) -> None:
        article = self._article(payload.article_id)
        if article is None:
            return
        section = self.knowledge.section_for(article, payload.follow_up) if payload.follow_up else None
        message = answer_message(
            article, self.conversation.municipality, payload.confidence, text=section, audience=self.memory.audience
        )
        message.extra["choices"] = menus.after_answer(
            article.article_id, self.conversation.language, self._more_in(article)
        )
        self._shown(article, message, 0)

    def _more(self, payload: More) -> None:
        article_id = payload.article_id or self.conversation.last_article
        article = self._article(article_id) if article_id else None
        if article is None:
            if not article_id:
                self._say(Say("nothing_to_repeat"))
            return
        place, language = self.conversation.municipality, self.conversation.language
        if payload.simple:
            self._shown(article, answer_messages.simple_message(article, place, language, self._more_in(article)), 0)
            return
        part = payload.part
        if part is None:
            part = self.memory.part if article.article_id == self.conversation.last_article else 0
        whole = self.knowledge.whole(self.session, article, place)
        self._shown(article, *answer_messages.more_message(self.knowledge, whole, self.conversation, part))

    def _rate(self, payload: Rate) -> None:
        seq = answer_messages.seq_of_answer(self.session, self.conversation.id, payload.article_id)
        if seq is not None:
            conversations.give_feedback(self.session, self.conversation.id, 5 if payload.helped else 1, seq, "")
        if payload.helped:
            self.memory.misses = 0
            self._say(Say("helped"))
        else:
            self.memory.give_up_on(payload.article_id)
            self.missed = True

    def _say(self, payload: Say) -> None:
        municipality = access_municipality(self.session, self.conversation.municipality)
        language = self.conversation.language
        text = said(
            f"say.{payload.key}",
            language,
            self.memory.audience,
            municipality=municipality.name,
            retention_days=settings_of(municipality).retention_days or self.default_retention,
        )
        offered = menus.choices(payload.menu, language, self.memory.audience)
        extra = {"choices": offered} if offered else {}
        self.made.messages.append(NewMessage("bot", text, language, kind="choices" if offered else "text", extra=extra))
        if payload.key in _MISSES:
            self.missed, self.memory.offered = True, "handoff"

    def _feel(self, payload: Feel) -> None:
        """One of several sentences, another each time; children and youth have their own."""
        kind = "young" if self.memory.young else payload.feeling
        text = i18n.text(f"feeling.{kind}.{self.memory.feelings % FEELING_SENTENCES + 1}", self.conversation.language)
        self.made.messages.append(NewMessage("bot", text, self.conversation.language))
        self.memory.felt, self.memory.feelings = 0, self.memory.feelings + 1

    def _audience(self, payload: SetAudience) -> None:
        if payload.audience not in READERS:
            self._offer("audience.which", "audience")
            return
        self.memory.audience = payload.audience
        if not payload.quiet:
            self._offer(f"audience.{payload.audience}", "start")

    def _offer(self, key: str, menu: str) -> None:
        language, audience = self.conversation.language, self.memory.audience
        extra = {"choices": menus.choices(menu, language, audience)}
        self.made.messages.append(NewMessage("bot", i18n.text(key, language), language, kind="choices", extra=extra))

    def _language(self, payload: SetLanguage) -> None:
        """The new language at once: the opening again where nothing else was said yet, else the last answer."""
        current = self.conversation.language
        if payload.language is None:
            extra = {"choices": menus.languages()}
            text = i18n.text("language.which", current)
            self.made.messages.append(NewMessage("bot", text, current, kind="choices", extra=extra))
            return
        self.conversation.language = self.made.language = payload.language
        self.made.messages.append(NewMessage("bot", i18n.text("language.changed", payload.language), payload.language))
        if self.conversation.guided:
            return  # a guided talk's question follows, in the new language
        if self.conversation.last_article and payload.language != current:
            self._answer(Answer(self.conversation.last_article, 1.0))
        elif not self.conversation.last_article and self.conversation.state == "bot":
            self.made.messages.append(opening.greeting(self.session, self.conversation, self.default_retention))

    def _clarify(self, payload: Clarify) -> None:
        language, place = self.conversation.language, self.conversation.municipality
        titles = self.knowledge.titles(self.session, payload.article_ids, place, language)
        offered = [
            {"title": title, "payload": button("choose_article", article_id=slug)} for slug, title in titles.items()
        ]
        text = i18n.text("clarify.question", language)
        self.made.messages.append(
            NewMessage(
                "bot", text, language, kind="choices", extra={"choices": [*offered, *menus.none_of_these(language)]}
            )
        )
