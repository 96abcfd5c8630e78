"""The senders of benchmarks/turn.py: talks, questions, and how long each answer took."""

from __future__ import annotations

import asyncio
import csv
import itertools
import random
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import httpx

from core.settings import ROOT

QUESTIONS = ROOT / "benchmarks/data/questions.tsv"
LANGUAGES = ("nb", "en", "uk")
TURNS_A_TALK = 8  # then the sender begins a new one: trackers, and so turns, grow with a talk


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation at one system."""

    id: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message brought: `answered` when the action that looks up an answer has given one."""

    seconds: float
    answered: bool


class Client(Protocol):
    """How a system is talked to."""

    async def open(self) -> Talk:
        """A new talk (not timed)."""

    async def ask(self, talk: Talk, text: str) -> Reply:
        """One message and its reply, over HTTP (timed)."""


class Ours:
    """Nær's public API; the reply is stored when the call returns."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def open(self) -> Talk:
        """POST /api/v1/conversations."""
        answer = await self._http.post("/api/v1/conversations", json={"municipality": "lillestrom"})
        answer.raise_for_status()
        return Talk(answer.json()["id"], answer.json()["token"])

    async def ask(self, talk: Talk, text: str) -> Reply:
        """POST …/messages?wait=reply."""
        body = {"client_id": str(uuid.uuid4()), "text": text}
        begun = time.perf_counter()
        answer = await self._http.post(
            f"/api/v1/conversations/{talk.id}/messages?wait=reply",
            json=body, headers={"Authorization": f"Bearer {talk.token}"},
        )  # fmt: skip
        answer.raise_for_status()
        messages = answer.json()["messages"]
        return Reply(time.perf_counter() - begun, any(m["kind"] == "answer" for m in messages))


class Peer:
    """Stock Rasa's REST channel."""

    def __init__(self, http: httpx.AsyncClient, sentence: str) -> None:
        self._http, self._sentence = http, sentence

    async def open(self) -> Talk:
        """Rasa begins a talk with its first message."""
        return Talk(str(uuid.uuid4()))

    async def ask(self, talk: Talk, text: str) -> Reply:
        """POST /webhooks/rest/webhook."""
        begun = time.perf_counter()
        answer = await self._http.post("/webhooks/rest/webhook", json={"sender": talk.id, "message": text})
        answer.raise_for_status()
        return Reply(time.perf_counter() - begun, any(m.get("text") == self._sentence for m in answer.json()))


class Questions:
    """Real questions, each time spaced differently between the words.

    Spaces mean nothing to either system's model, but no cache of whole texts (ours keeps 512) can answer instead of it.
    """

    def __init__(self, texts: dict[str, list[str]]) -> None:
        self.texts = texts
        self._times: dict[str, Iterator[int]] = {q: itertools.count(1) for qs in texts.values() for q in qs}

    def talk(self, number: int, turns: int) -> list[str]:
        """The texts of the talk with this number, all in one language."""
        language = LANGUAGES[number % len(LANGUAGES)]
        known = self.texts[language]
        return [self.spaced(known[(number * TURNS_A_TALK // 3 + i) % len(known)]) for i in range(turns)]

    def spaced(self, question: str) -> str:
        """The question in a spacing that it has not had yet."""
        bits = next(self._times[question])
        words = question.split()
        return words[0] + "".join((" " if not bits >> i & 1 else "  ") + w for i, w in enumerate(words[1:]))


def candidates() -> dict[str, list[str]]:
    """Questions of at least ten words by language, in a fixed random order."""
    found: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["language"] in found and len(re.findall(r"\S+", row["question"])) >= 10:
                found[row["language"]].append(row["question"])
    for questions in found.values():
        random.Random(7).shuffle(questions)
    return found


async def choose(clients: list[Client], each: int) -> Questions:
    """`each` questions a language that every system answers through its action; asking them warms the systems up."""
    chosen: dict[str, list[str]] = {}
    for language, questions in candidates().items():
        kept: list[str] = []
        for question in questions:
            if len(kept) == each:
                break
            replies = [await client.ask(await client.open(), question) for client in clients]
            if all(reply.answered for reply in replies):
                kept.append(question)
        chosen[language] = kept
    return Questions(chosen)


async def block(client: Client, talks: list[list[list[str]]]) -> tuple[list[Reply], float, int]:
    """Let one sender for each entry of `talks` hold its talks one after the other, all senders at once.

    Returns the replies, the seconds and how many messages failed. Talks are opened before the clock starts.
    """
    opened = [[(await client.open(), texts) for texts in mine] for mine in talks]
    replies: list[Reply] = []
    failed = 0

    async def send(mine: list[tuple[Talk, list[str]]]) -> None:
        nonlocal failed
        for talk, texts in mine:
            for text in texts:
                try:
                    replies.append(await client.ask(talk, text))
                except httpx.HTTPError:
                    failed += 1

    begun = time.perf_counter()
    await asyncio.gather(*(send(mine) for mine in opened))
    return replies, time.perf_counter() - begun, failed
