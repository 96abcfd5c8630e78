"""A turn: from a relative's stored message to the stored answer.

One message of a conversation at a time. A turn is open in the database until its answer is committed, so a crash in
between is taken up again at the next start, and never answered twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.chat import menus
from channels.chat.engine_client import EngineClient, EngineFailed, EngineTurn
from channels.chat.render import Rendered, render
from channels.conversations import service as conversations
from channels.conversations.models import Conversation, Message, Turn
from channels.conversations.service import NewMessage
from channels.handoff import service as handoff
from core import logging
from core.database import Database
from core.events import Event, EventBus
from core.metrics import TURNS
from core.payloads import Answer, Handoff, Payload, Repeat, Say, SetLanguage, parse_button
from core.settings import Settings
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.safety import screen as safety
from knowledge_base.service import KnowledgeBase

log = logging.get("chat.turns")
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Work:
    """An open turn and what is known of its talk."""

    conversation_id: str
    municipality: str
    seq: int
    text: str
    payload: str | None
    state: str
    language: str
    language_chosen: bool
    last_article: str | None
    attempts: int


class TurnRunner:
    """Answers stored messages. `wake` after storing one; `finished` waits for its answer."""

    def __init__(
        self, database: Database, bus: EventBus, knowledge: KnowledgeBase, engine: EngineClient, settings: Settings
    ) -> None:
        self._database = database
        self._bus = bus
        self._knowledge = knowledge
        self._engine = engine
        self._settings = settings
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, conversation_id: str) -> None:
        """Answer what is open in this talk, unless that is under way already."""
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id), name=f"turns:{conversation_id}")
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    async def take_up_open_turns(self) -> int:
        """After a start: answer what a crash has left open. Returns in how many talks."""
        open_in = await self._database.read(conversations.open_turns)
        for conversation_id in open_in:
            self.wake(conversation_id)
        return len(open_in)

    async def finished(self, conversation_id: str, seq: int, timeout: float) -> bool:
        """Wait until the turn of this message is done; False when the time is over."""
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            task = self._tasks.get(conversation_id)
            if task is not None:
                await asyncio.wait([task], timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
            if await self._database.read(_is_done, conversation_id, seq):
                return True
            if asyncio.get_running_loop().time() >= deadline:
                return False
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Let running turns end, a few seconds at most; what stays open is taken up at the next start."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=5)

    def _ended(self, conversation_id: str) -> None:
        self._tasks.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.wake(conversation_id)

    async def _run(self, conversation_id: str) -> None:
        while (work := await self._database.read(_next_open, conversation_id)) is not None:
            try:
                await self._turn(work)
            except Exception as error:  # told in the log by type only; the turn stays open and is tried again
                log.exception(
                    "turn_failed conversation=%s seq=%d error=%s", conversation_id, work.seq, type(error).__name__
                )
                if await self._give_up_or_wait(work):
                    continue
                return

    async def _give_up_or_wait(self, work: Work) -> bool:
        attempts = await self._database.write(_count_attempt, work)
        if attempts < MAX_ATTEMPTS:
            await asyncio.sleep(0.2 * attempts)
        else:
            trouble: list[Payload] = [Say("trouble", menu="human")]
            await self._database.write(self._store, work, trouble, work.language)
        self._moved(work)
        return True

    async def _turn(self, work: Work) -> None:
        screening = self._knowledge.screen(work.text) if work.payload is None else safety.Screening(None, False)
        language = work.language
        if work.payload is None:
            language = self._knowledge.reply_language(work.text, work.language, chosen=work.language_chosen)
        if screening.category:
            await self._database.write(_store_crisis_card, work, screening.category, language)
            self._moved(work, queue=True)
        if work.state in ("waiting", "human"):
            await self._database.write(_finish, work, language)
            self._moved(work, queue=True)
            return
        self._bus.publish(f"conversation:{work.conversation_id}", Event("typing", {"who": "bot", "on": True}))
        payloads = await self._decide(work, language, screening.wants_human)
        if screening.category:
            payloads = [p for p in payloads if not (isinstance(p, Say) and p.key in ("not_found", "miss_again"))]
        handed_over = await self._database.write(self._store, work, payloads, language)
        self._moved(work, queue=handed_over)

    async def _decide(self, work: Work, language: str, wants_human: bool) -> list[Payload]:
        text = work.payload or work.text
        vector: Vectors | None = None
        if work.payload is None:
            text = work.text.lstrip("/ \t\n")
            if not any(c.isalnum() for c in text):
                TURNS.labels("app").inc()
                return [Say("empty", menu="start")]
            if wants_human:
                text = menus.HANDOFF
            else:
                vector = await asyncio.to_thread(self._knowledge.embedder.embed_one, text)
        try:
            payloads = await self._engine.turn(
                EngineTurn(work.conversation_id, str(work.seq), text, language, work.municipality, vector)
            )
            TURNS.labels("engine").inc()
            return payloads
        except EngineFailed as failure:
            log.warning("engine_failed conversation=%s reason=%s", work.conversation_id, failure)
            TURNS.labels("app").inc()
            return [self._without_engine(work, text, language, vector)]

    def _without_engine(self, work: Work, text: str, language: str, vector: Vectors | None) -> Payload:
        """The app's own answer: buttons do what they say, words are searched."""
        if text.startswith("/"):
            try:
                intent, entities = parse_button(text)
            except ValueError:
                return Say("not_found", menu="not_found")
            if intent == "choose_handoff":
                return Handoff()
            if intent == "choose_language":
                return SetLanguage(entities.get("chosen_language"))
            if intent == "choose_article" and "article_id" in entities:
                return Answer(entities["article_id"], 1.0)
            return Repeat()
        return self._knowledge.respond(text, work.municipality, language, last_article=work.last_article, vector=vector)

    def _store(self, session: Session, work: Work, payloads: Sequence[Payload], language: str) -> bool:
        """Write the answer and close the turn in one transaction. True if the talk has gone to the queue.

        If a counsellor has come in meanwhile, the bot's answer is dropped: it says nothing after a claim.
        """
        conversation = conversations.lock(session, work.conversation_id)
        if not _close_turn(session, work):
            return False
        if conversation.state == "closed":
            conversation.state = "bot"
        if conversation.state != "bot":
            return False
        conversation.language = language
        rendered: Rendered = render(session, self._knowledge, conversation, payloads, self._settings.retention_days)
        for new in rendered.messages:
            conversations.append(session, conversation, new)
        conversation.last_article = rendered.last_article or conversation.last_article
        conversation.theme = rendered.theme or conversation.theme
        if rendered.language:
            conversation.language, conversation.language_chosen = rendered.language, True
        if any(isinstance(p, Handoff) for p in payloads):
            handoff.request(session, conversation, None)
            return True
        return False

    def _moved(self, work: Work, *, queue: bool = False) -> None:
        self._bus.publish(f"conversation:{work.conversation_id}", Event("moved"))
        if queue:
            self._bus.publish(f"staff:{work.municipality}", Event("queue", {"conversation_id": work.conversation_id}))


def _next_open(session: Session, conversation_id: str) -> Work | None:
    row = session.execute(
        select(Turn, Message, Conversation)
        .join(Message, (Message.conversation_id == Turn.conversation_id) & (Message.seq == Turn.seq))
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .where(Turn.conversation_id == conversation_id, ~Turn.done)
        .order_by(Turn.seq)
        .limit(1)
    ).first()
    if row is None:
        return None
    turn, message, conversation = row
    return Work(
        conversation_id=conversation.id,
        municipality=conversation.municipality,
        seq=message.seq,
        text=message.text,
        payload=(message.extra or {}).get("payload"),
        state=conversation.state,
        language=conversation.language,
        language_chosen=conversation.language_chosen,
        last_article=conversation.last_article,
        attempts=turn.attempts,
    )


def _is_done(session: Session, conversation_id: str, seq: int) -> bool:
    turn = session.get(Turn, (conversation_id, seq))
    return turn is None or turn.done


def _close_turn(session: Session, work: Work) -> bool:
    """Mark the turn done; False if it was already (another worker answered)."""
    turn = session.get(Turn, (work.conversation_id, work.seq), populate_existing=True)
    if turn is None or turn.done:
        return False
    turn.done = True
    return True


def _finish(session: Session, work: Work, language: str) -> None:
    conversation = conversations.lock(session, work.conversation_id)
    if _close_turn(session, work) and conversation.state == "waiting" and not conversation.language_chosen:
        conversation.language = language


def _count_attempt(session: Session, work: Work) -> int:
    turn = session.get_one(Turn, (work.conversation_id, work.seq))
    turn.attempts += 1
    return turn.attempts


def _store_crisis_card(session: Session, work: Work, category: str, language: str) -> None:
    """The card goes out at once, whoever answers; stored once however often the turn is tried."""
    conversation = conversations.lock(session, work.conversation_id)
    handoff.raise_priority(conversation)
    card_id = f"crisis:{work.seq}"
    if conversations.by_client_id(session, work.conversation_id, card_id) is not None:
        return
    contacts = [{"name": c.name, "phone": c.phone} for c in safety.contacts(category, language)]
    extra: dict[str, object] = {"crisis": {"category": category, "contacts": contacts}}
    if conversation.state == "bot":
        extra["choices"] = menus.choices("human", language)
    conversations.append(
        session,
        conversation,
        NewMessage(
            "system", safety.advice(category, language), language, kind="crisis", extra=extra, client_id=card_id
        ),
    )
