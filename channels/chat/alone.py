"""The app's own answer, when the engine is down, slow or silent: buttons do what they say, words are searched."""

from __future__ import annotations

from channels.chat.open_turns import Work
from core.guided import STARTS
from core.payloads import (
    Answer,
    Handoff,
    More,
    Payload,
    Rate,
    Repeat,
    Say,
    SetAudience,
    SetLanguage,
    parse_button,
    part_number,
)
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.service import OFFER_HUMAN_AFTER, KnowledgeBase


def answer(
    knowledge: KnowledgeBase, work: Work, text: str, question: str, language: str, vector: Vectors | None
) -> list[Payload]:
    """What to say to a text, or to a button's payload. `question`: what the relative asked in words before this."""
    if text.startswith("/"):
        return _button(knowledge, work, text, question, language)
    found = knowledge.respond(
        text,
        work.municipality,
        language,
        last_article=work.last_article,
        tried=work.memory.tried,
        audience=work.memory.audience,
        vector=vector,
    )
    if work.guided:  # the guided talk's question stays open; what can be answered is answered
        waits = Say("form_must_wait", menu="form_must_wait")
        return [found, waits] if isinstance(found, Answer) else [waits]
    if isinstance(found, Say) and work.memory.misses + 1 >= OFFER_HUMAN_AFTER:
        found = Say("miss_again", menu="human")
    return [found]


def _button(knowledge: KnowledgeBase, work: Work, payload: str, question: str, language: str) -> list[Payload]:
    try:
        intent, entities = parse_button(payload)
    except ValueError:
        return [Say("not_found", menu="not_found")]
    if intent in STARTS or intent.startswith("form_"):
        return [Say("form_must_wait", menu="form_must_wait")]
    article = entities.get("article_id")
    if intent == "rate_answer" and article and entities.get("helped") == "yes":
        return [Rate(article, helped=True)]
    if intent in ("rate_answer", "choose_none"):
        misses = work.memory.misses + 1
        if not article:
            return [Say("none_of_these" if misses < OFFER_HUMAN_AFTER else "miss_again", menu="human")]
        tried = [*work.memory.tried, article]
        after = knowledge.respond_after_failure(
            question, work.municipality, language, tried=tried, misses=misses, audience=work.memory.audience
        )
        return [Rate(article, helped=False), *after]
    meant: dict[str, Payload] = {
        "choose_handoff": Handoff(),
        "choose_language": SetLanguage(entities.get("chosen_language")),
        "choose_audience": SetAudience(entities.get("chosen_audience")),
        "ask_more": More(article, part_number(entities.get("part"))),
        "ask_simpler": More(article, simple=True),
    }
    if article:
        meant["choose_article"] = Answer(article, 1.0)
    return [meant.get(intent, Repeat())]
