"""Where the time of our turn goes: each part called directly, on the running installation's database and engine."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.actions import endpoint as actions
from channels.chat.engine_client import EngineClient, EngineTurn
from channels.chat.memory import Memory
from channels.chat.turns import TurnRunner, Work
from channels.conversations import service as conversations
from core.database import Database
from core.events import InProcessBus
from core.payloads import Answer
from core.settings import Settings
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.service import KnowledgeBase

MUNICIPALITY = "lillestrom"


async def measure(settings: Settings, questions: list[str], recent: list[str]) -> dict[str, float]:
    """Median milliseconds of each part.

    `questions` have not been asked yet, so each is embedded anew. `recent` are texts that the app has just embedded and
    remembers, so that the engine's action is timed as within a turn, where the embedding has been made before.
    """
    database = Database(settings.resolved_database_url)
    engine = EngineClient(settings.resolved_engine_url, settings.secret_value, 10.0)
    try:
        knowledge = KnowledgeBase(database, Embedder(settings.embedding_model))
        knowledge.rebuild()
        actions.serve(knowledge, settings.secret_value)
        runner = TurnRunner(database, InProcessBus(), knowledge, engine, settings, actions.prepare)
        found = _own_parts(knowledge, questions)
        found |= await _storing(database, runner, questions)
        greet = await _median([_engine(engine, knowledge, "Hei", str(uuid.uuid4())) for _ in range(len(recent))])
        ask = await _median([_engine(engine, knowledge, text, str(uuid.uuid4())) for text in recent])
        preparing, along = await _prepared(engine, knowledge, questions)
        return found | {
            "engine round trip, greet": greet, "engine round trip, ask, result fetched": ask,
            "of which action": ask - greet, "engine round trip, ask, result sent along": along,
            "preparing the result, embedded already": preparing,
        }  # fmt: skip
    finally:
        await engine.close()
        database.close()


def _own_parts(knowledge: KnowledgeBase, questions: list[str]) -> dict[str, float]:
    for text in questions[:3]:  # warm up
        knowledge.embedder.embed([text])
        knowledge.screen(text)
        knowledge.reply_language(text, "nb", chosen=False)
    embedding, screening, language, respond = [], [], [], []
    for text in questions[3:]:
        embedding.append(_timed(lambda text=text: knowledge.embedder.embed_one(text)))
        screening.append(_timed(lambda text=text: knowledge.screen(text)))
        language.append(_timed(lambda text=text: knowledge.reply_language(text, "nb", chosen=False)))
        respond.append(_timed(lambda text=text: knowledge.respond(text, MUNICIPALITY, "nb")))
    return {
        "embedding": statistics.median(embedding),
        "screen": statistics.median(screening),
        "language": statistics.median(language),
        "search (within the action)": statistics.median(respond),
    }


async def _storing(database: Database, runner: TurnRunner, questions: list[str]) -> dict[str, float]:
    def start(session: Session) -> str:
        return conversations.open_conversation(session, MUNICIPALITY, None, 1)[0].id

    def nothing(session: Session) -> None:
        conversations.lock(session, talk)

    talk = await database.write(start)
    receive, answer, empty = [], [], []
    for text in questions:
        begun = time.perf_counter()
        stored = await database.write(conversations.receive, talk, str(uuid.uuid4()), text, None)
        receive.append((time.perf_counter() - begun) * 1000)
        work = Work(talk, MUNICIPALITY, stored.seq, text, None, "bot", "nb", False, None, Memory(), 0)
        begun = time.perf_counter()
        await database.write(runner._store, work, [Answer("who-is-a-relative", 0.9)], "nb")
        answer.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        await database.read(nothing)
        empty.append((time.perf_counter() - begun) * 1000)
    await database.write(conversations.erase, talk)
    return {
        "store the message": statistics.median(receive),
        "store the answer": statistics.median(answer),
        "one read (a turn makes four)": statistics.median(empty),
    }


def _engine(engine: EngineClient, knowledge: KnowledgeBase, text: str, talk: str) -> Callable[[], Awaitable[object]]:
    vector = knowledge.embedder.embed_one(text)
    return lambda: engine.turn(EngineTurn(talk, str(uuid.uuid4()), text, "nb", MUNICIPALITY, vector))


async def _prepared(engine: EngineClient, knowledge: KnowledgeBase, questions: list[str]) -> tuple[float, float]:
    """Milliseconds for making an action's result, and for the engine's turn with it."""
    preparing, turns = [], []
    for text in questions:
        turn = EngineTurn(
            str(uuid.uuid4()), str(uuid.uuid4()), text, "nb", MUNICIPALITY, knowledge.embedder.embed_one(text)
        )
        begun = time.perf_counter()
        turn = replace(turn, prepared=await actions.prepare(turn.conversation_id, text, turn.metadata))
        preparing.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        await engine.turn(turn)
        turns.append((time.perf_counter() - begun) * 1000)
    return statistics.median(preparing), statistics.median(turns)


async def _median(calls: list[Callable[[], Awaitable[object]]]) -> float:
    times = []
    for call in calls:
        begun = time.perf_counter()
        await call()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000
