"""Fifty counsellors claim one talk while the bot answers and the relative writes: one owner, and the bot is silent."""

from __future__ import annotations

import asyncio
import random
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from channels.auth.models import Staff
from tests.faults.system import System, check_numbers, check_silent_after_claim, eventually
from tests.support import StaffMember, Talk

pytestmark = pytest.mark.faults
ROUNDS, CROWD = 50, 50
OPEN_TURNS = "SELECT 1 FROM turns WHERE conversation_id = ? AND NOT done"


@pytest.fixture
def crowd(system: System) -> list[StaffMember]:
    """Fifty logged-in counsellors."""
    with system.database.writing() as session:
        for n in range(CROWD):
            session.add(
                Staff(
                    email=f"c{n}@example.no", name=f"C{n}", role="counsellor", municipality="lillestrom",
                    password_hash="-",
                )
            )  # fmt: skip
    return [StaffMember(system.client, system.database, f"c{n}@example.no") for n in range(CROWD)]


async def one_round(http: httpx.AsyncClient, talk: Talk, crowd: list[StaffMember], chance: random.Random) -> list[int]:
    """A question, the wish for a person, more questions and fifty claims, all at once."""

    async def write(text: str) -> int:
        await asyncio.sleep(chance.random() * 0.05)
        body = {"client_id": str(uuid.uuid4()), "text": text}
        answer = await http.post(f"{talk.url}/messages", headers=talk.headers, json=body)
        assert answer.status_code == 202
        return int(answer.json()["seq"])

    async def claim(member: StaffMember) -> int:
        await asyncio.sleep(chance.random() * 0.05)
        headers = {"Cookie": member.cookie, "X-CSRF-Token": member.csrf}
        answer = await http.post(f"/api/v1/staff/conversations/{talk.id}/claim", headers=headers, json={})
        return answer.status_code

    first = write("Hva er avlastning?")
    hand_over = http.post(f"{talk.url}/handoff", headers=talk.headers, json={"consent": True})
    await asyncio.gather(first, hand_over)
    written, *claims = await asyncio.gather(
        asyncio.gather(*(write(f"Jeg er sliten {n}") for n in range(3))), *(claim(member) for member in crowd)
    )
    assert len(set(written)) == 3
    return [int(c) for c in claims]


def test_one_of_fifty_wins_and_the_bot_is_silent(system: System, crowd: list[StaffMember]) -> None:
    # In a thread of its own: after the browser tests their library's event loop still runs in the main thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(all_rounds(system, crowd))).result()


async def all_rounds(system: System, crowd: list[StaffMember]) -> None:
    """Fifty rounds, each with a talk of its own."""
    chance = random.Random(5)
    limits = httpx.Limits(max_connections=60)
    async with httpx.AsyncClient(base_url=system.url, trust_env=False, timeout=60, limits=limits) as http:
        for _ in range(ROUNDS):
            talk = Talk(system.client)
            claims = await one_round(http, talk, crowd, chance)
            assert sorted(set(claims)) == [200, 409]
            assert claims.count(200) == 1
            owner = crowd[claims.index(200)]
            assert eventually(lambda talk=talk: not system.rows(OPEN_TURNS, talk.id))
            messages = talk.messages()
            check_numbers(messages)
            check_silent_after_claim(messages)
            assert [m["name"] for m in messages if m["kind"] == "handoff" and "name" in m] == [f"C{crowd.index(owner)}"]
            assert [m["sender"] for m in messages].count("relative") == 4
            assert owner.do(talk, "close", {"outcome": "helped"}).status_code == 200
