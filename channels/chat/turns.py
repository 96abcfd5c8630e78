"""A turn: from a relative's stored message to the stored answer.

One message of a conversation at a time. A turn is open in the database until its answer is committed, so a crash in
between is taken up again at the next start, and never answered twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from sqlalchemy.orm import Session

from channels.chat import alone, listening, menus, open_turns
from channels.chat.ahead import Ahead, spoken
from channels.chat.engine_client import EngineClient, EngineFailed, EngineTurn
from channels.chat.memory import recall
from channels.chat.open_turns import Work
from channels.chat.render import Rendered, render
from channels.conversations import kept
from channels.conversations import service as conversations
from channels.conversations.models import Conversation
from channels.handoff import service as handoff
from core import logging
from core.database import Database
from core.errors import NotFound
from core.events import Event, EventBus
from core.guided import CALL_BACK
from core.metrics import TURN_SECONDS, TURNS
from core.payloads import Answer, Ask, Guided, Handoff, KeepSituation, Payload, Say, Summary, button, parse_button
from core.settings import Settings
from core.tracker_store import forget_tracker
from knowledge_base.listening.readers import Reader
from knowledge_base.retrieval.embeddings import Vectors
from knowledge_base.safety import screen as safety
from knowledge_base.service import Heard, KnowledgeBase

log = logging.get("chat.turns")
MAX_ATTEMPTS = 3
WHILE_WAITING = ("choose_article", "choose_language", "ask_more", "rate_answer")  # none of them needs the engine
ENGINE_WRITES_AFTER = 1.0  # seconds in which the engine has surely written its tracker (bot/engine/tracker_store.py)
QUESTION_STAYS_OPEN = ("form_waits", "form_must_wait")  # texts after which a guided talk goes on where it was
WORTH_SEARCHING = 12  # characters: shorter ones are mostly a yes, a thanks, a hello


class Outcome(Enum):
    """What became of a turn's answer."""

    DONE = auto()
    HANDED_OVER = auto()  # or taken back: the queue has changed
    GONE = auto()


# (conversation id, text, metadata) → the result of the action that a question needs, for the engine.
Prepare = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any] | None]]
Stored = tuple[Outcome, list[dict[str, Any]]]


class TurnRunner:
    """Answers stored messages. `wake` after storing one; `replies` waits for its answer."""

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        knowledge: KnowledgeBase,
        engine: EngineClient,
        settings: Settings,
        prepare: Prepare,
    ) -> None:
        self._database = database
        self._bus = bus
        self._knowledge = knowledge
        self._engine = engine
        self._settings = settings
        self._prepare = prepare
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._waited: dict[tuple[str, int], asyncio.Future[list[dict[str, Any]] | None]] = {}
        self.ahead = Ahead(knowledge)

    def wake(self, conversation_id: str, work: Work | None = None) -> None:
        """Answer what is open in this talk, unless that is under way already.

        `work` is the turn just stored, where the caller knows that it is the only open one: it saves reading it back.
        """
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id, work), name=f"turns:{conversation_id}")
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    async def take_up_open_turns(self) -> int:
        """After a start: answer what a crash has left open. Returns in how many talks."""
        open_in = await self._database.read(conversations.open_turns)
        for conversation_id in open_in:
            self.wake(conversation_id)
        return len(open_in)

    async def replies(
        self, conversation_id: str, seq: int, timeout: float, *, under_way: bool = False
    ) -> list[dict[str, Any]]:
        """What came after a message, once its turn is done; after `timeout` seconds, what there is.

        `under_way`: the turn has just been given to `wake`, so that its answer is handed over without reading it back.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        if under_way:
            answer = self._waited.setdefault((conversation_id, seq), asyncio.get_running_loop().create_future())
            either: set[asyncio.Future[Any]] = {answer}
            if conversation_id in self._tasks:
                either.add(self._tasks[conversation_id])
            await asyncio.wait(either, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            self._waited.pop((conversation_id, seq), None)
            said = answer.result() if answer.done() else None
            if said is not None:
                return said
        while True:
            left = deadline - asyncio.get_running_loop().time()
            task = self._tasks.get(conversation_id)
            if task is not None:
                await asyncio.wait([task], timeout=max(0.0, left))
            done, messages = await self._database.read(open_turns.replies, conversation_id, seq)
            if done or left <= 0:
                return messages
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

    async def _run(self, conversation_id: str, work: Work | None) -> None:
        drain = work is None  # what is open is read from the database, unless the one open turn was handed over
        work = work or await self._database.read(open_turns.next_open, conversation_id)
        while work is not None:
            begun = time.perf_counter()
            try:
                await self._turn(work)
            except Exception as error:  # told in the log by type only; the turn stays open and is tried again
                name = type(error).__name__
                log.exception("turn_failed conversation=%s seq=%d error=%s", conversation_id, work.seq, name)
                await self._give_up_or_wait(work)
                self._again.add(conversation_id)
            self._hand_over(work, None)
            TURN_SECONDS.observe(time.perf_counter() - begun)
            drain = drain or conversation_id in self._again
            self._again.discard(conversation_id)
            work = await self._database.read(open_turns.next_open, conversation_id) if drain else None

    async def _give_up_or_wait(self, work: Work) -> None:
        attempts = await self._database.write(open_turns.count_attempt, work)
        if attempts < MAX_ATTEMPTS:
            await asyncio.sleep(0.2 * attempts)
        else:
            trouble: list[Payload] = [Say("trouble", menu="human")]
            await self._database.write(self._store, work, trouble, work.language)
        self._moved(work)

    async def _turn(self, work: Work) -> None:
        screening, language, vector, heard = await asyncio.to_thread(self._read, work)
        change = listening.change_of_audience(work.memory, heard)
        if screening.category:
            await self._database.write(open_turns.store_crisis_card, work, screening.category, language)
            self._moved(work, queue=True)
        leaves = _leaves_the_queue(work)
        if work.state in ("waiting", "human") and not _answered_while_waiting(work) and not leaves:
            await self._database.write(open_turns.finish, work, language)
            return
        self._bus.publish(f"conversation:{work.conversation_id}", Event("typing", {"who": "bot", "on": True}))
        if work.state == "waiting" and not leaves:
            payloads = alone.answer(self._knowledge, work, work.payload or "", "", language, None)
        else:
            payloads = await self._decide(work, language, screening, vector, change)
            payloads = listening.answered(payloads, work.memory, heard, change, crisis=bool(screening.category))
        if screening.category:
            payloads = _beside_a_card(payloads, asked_for_human=screening.wants_human)
        for payload in payloads:
            if isinstance(payload, Answer) and payload.follow_up:
                await self._database.read(self._find_section, work, payload, language)
        outcome, said = await self._database.write(self._store, work, payloads, language)
        if outcome is Outcome.DONE:
            self.ahead.bot_has(work.conversation_id)
        else:
            self.ahead.bot_has_not(work.conversation_id)
        if outcome is Outcome.GONE:  # deleted meanwhile: the engine has written a tracker again, which must go too
            await asyncio.sleep(ENGINE_WRITES_AFTER)
            await forget_tracker(self._settings, [work.conversation_id])
        self._moved(work, queue=outcome is Outcome.HANDED_OVER)
        if said and said[0]["seq"] == work.seq + 1:
            self._hand_over(work, said)

    def _find_section(self, session: Session, work: Work, payload: Answer, language: str) -> None:
        """Before the writing: finding the part of an article that a follow-up is about may embed it, and is remembered."""
        try:
            article = self._knowledge.article(session, payload.article_id, work.municipality, language)
        except NotFound:
            return  # said when it is put into words
        self._knowledge.section_for(article, payload.follow_up or "")

    def _hand_over(self, work: Work, said: list[dict[str, Any]] | None) -> None:
        """Tell who waits for this turn what was said; None: it is to be read from the database."""
        waiting = self._waited.get((work.conversation_id, work.seq))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)

    def _read(self, work: Work) -> tuple[safety.Screening, str, Vectors | None, Heard]:
        """Screen a message, find its language, listen, and embed it once for everything that needs its vector."""
        if work.payload is not None:
            return safety.Screening(None, False), work.language, None, Heard()
        screening = self._knowledge.screen_by_rules(work.text)
        language = self._knowledge.reply_language(work.text, work.language, chosen=work.language_chosen)
        text = spoken(work.text).strip()
        if work.state == "human" or not any(c.isalnum() for c in text):  # a person reads it: rules are enough
            return screening, language, None, Heard()
        # The vector is being made in another thread: all that needs only the words is done before it is asked for.
        heard = self._knowledge.listen(text)
        self._knowledge.count_words(text, language)
        screening = self._knowledge.second_opinion(screening, text, reserved=work.guided is not None)
        return screening, language, self._embed(text) if work.state != "waiting" else None, heard

    def _embed(self, text: str) -> Vectors | None:
        """A message's vector. If the model fails, the card that rules alone call for must not wait for it."""
        try:
            return self._knowledge.embedder.embed_one(text)
        except Exception as error:  # who needs the vector asks for it again, and the turn is tried again then
            log.exception("embedding_failed error=%s", type(error).__name__)
            return None

    async def _decide(
        self, work: Work, language: str, screening: safety.Screening, vector: Vectors | None, change: Reader | None
    ) -> list[Payload]:
        text = work.payload or spoken(work.text)
        if work.payload is None:
            if not any(c.isalnum() for c in text):
                TURNS.labels("app").inc()
                return [Say("empty", menu="start")]
            if not screening.wants_human:
                text = self._as_button(work, text, change)
        memory = work.memory.for_engine() | {"last_article": work.last_article}
        turn = EngineTurn(
            work.conversation_id, str(work.seq), text, language, work.municipality, vector, memory,
            wants_human=screening.wants_human, crisis=screening.category is not None,
        )  # fmt: skip
        if work.guided is None and _worth_searching(text, vector, screening):
            turn = replace(turn, prepared=await self._prepared(turn))
        try:
            payloads = await self._engine.turn(turn)
            TURNS.labels("engine").inc()
            if screening.wants_human and not any(isinstance(p, (Handoff, Guided)) for p in payloads):
                return [Handoff()]  # the screen's word counts; only a guided talk may take such words as an answer
            return payloads
        except EngineFailed as failure:
            log.warning("engine_failed conversation=%s reason=%s", work.conversation_id, failure)
            TURNS.labels("app").inc()
            question = await self._database.read(open_turns.last_question, work.conversation_id, work.seq)
            meant = menus.HANDOFF if screening.wants_human else text
            return alone.answer(self._knowledge, work, meant, question, language, vector)

    async def _prepared(self, turn: EngineTurn) -> dict[str, Any] | None:
        """What the engine will probably ask of us in a moment; where that fails, it asks, and is told so."""
        try:
            return await self._prepare(turn.conversation_id, turn.text, turn.metadata)
        except Exception as error:
            log.warning("prepare_failed conversation=%s error=%s", turn.conversation_id, type(error).__name__)
            return None

    def _as_button(self, work: Work, text: str, change: Reader | None) -> str:
        """Words that mean what a button means, as that button; inside a guided talk they may be an answer, and stay."""
        if work.guided is None and change and change.alone:
            return button("choose_audience", chosen_audience=change.audience)
        if work.memory.answered and (wish := self._knowledge.wish(text)):
            return button(f"ask_{wish}")
        return text

    def _store(self, session: Session, work: Work, payloads: Sequence[Payload], language: str) -> Stored:
        """Write the answer and close the turn in one transaction; returns what became of it and the messages.

        If a counsellor has come in meanwhile, the bot's answer is dropped: it says nothing after a claim.
        """
        try:
            conversation = conversations.lock(session, work.conversation_id)
        except NotFound:
            return Outcome.GONE, []
        if not open_turns.close_turn(session, work):
            return Outcome.DONE, []
        if conversation.state == "closed":
            handoff.to_bot(conversation)
        if _leaves_the_queue(work) and any(isinstance(p, Ask) for p in payloads):
            handoff.cancel(session, conversation)
        if conversation.state != "bot" and not (conversation.state == "waiting" and _answered_while_waiting(work)):
            return Outcome.DONE, []
        conversation.language = language
        memory = recall(conversation)
        rendered: Rendered = render(
            session, self._knowledge, conversation, payloads, self._settings.retention_days, memory
        )
        memory.keep(conversation)
        said = [conversations.append(session, conversation, new) for new in rendered.messages]
        conversation.last_article = rendered.last_article or conversation.last_article
        conversation.theme = rendered.theme or conversation.theme
        if rendered.language:
            conversation.language, conversation.language_chosen = rendered.language, True
        conversation.guided = _open_question(conversation, payloads)
        if any(isinstance(p, Handoff) for p in payloads):
            shared = any(isinstance(p, KeepSituation) and p.shared for p in payloads)
            situation = kept.shared_situation(session, conversation) if shared else None
            said += handoff.request(session, conversation, situation, consented=shared)
            return Outcome.HANDED_OVER, [conversations.as_json(m) for m in said]
        left = work.state == "waiting" and conversation.state == "bot"
        return Outcome.HANDED_OVER if left else Outcome.DONE, [conversations.as_json(m) for m in said]

    def _moved(self, work: Work, *, queue: bool = False) -> None:
        if queue:  # the talk's own readers are told by the commit
            self._bus.publish(f"staff:{work.municipality}", Event("queue", {"conversation_id": work.conversation_id}))


def _worth_searching(text: str, vector: Vectors | None, screening: safety.Screening) -> bool:
    """Is it likely that the engine will ask for this message's articles in a moment?"""
    return (
        vector is not None and len(text) >= WORTH_SEARCHING and not text.startswith("/") and not screening.wants_human
    )


def _open_question(conversation: Conversation, payloads: Sequence[Payload]) -> str | None:
    """The guided talk that has a question open after these payloads."""
    if any(isinstance(p, Say) and p.key in QUESTION_STAYS_OPEN for p in payloads):
        return conversation.guided
    return next((p.form for p in payloads if isinstance(p, (Ask, Summary))), None)


def _answered_while_waiting(work: Work) -> bool:
    """A button that shows an article or changes the language does so in the queue too; the engine is not asked."""
    if work.state != "waiting" or work.payload is None:
        return False
    try:
        return parse_button(work.payload)[0] in WHILE_WAITING
    except ValueError:
        return False


def _leaves_the_queue(work: Work) -> bool:
    """Rather be called back than wait: the guided talk goes on with the bot, and the place in the queue is given up."""
    return work.state == "waiting" and work.payload == button(CALL_BACK.start)


def _beside_a_card(payloads: list[Payload], *, asked_for_human: bool) -> list[Payload]:
    """What follows a crisis card: an answer if there is one; no "I found nothing", no queue that was not asked for.

    A guided talk waits below it: its question is not pushed on.
    """
    payloads = [Say("form_waits", menu="form_waits") if isinstance(p, (Ask, Summary)) else p for p in payloads]
    empty = ("not_found", "miss_again", "affirm", "thanks", "greet")
    return [
        p
        for p in payloads
        if not (isinstance(p, Say) and p.key in empty) and (asked_for_human or not isinstance(p, Handoff))
    ]
