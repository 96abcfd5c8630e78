"""The app killed with SIGKILL: after a message was stored, before it was pushed, in the middle of a handoff."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.system import (
    Stream,
    System,
    answered,
    attempt,
    check_numbers,
    check_silent_after_claim,
    eventually,
    follow,
    in_threads,
)  # fmt: skip
from tests.support import KARI, OMAR, StaffMember, Talk

pytestmark = pytest.mark.faults
ROUNDS = 51
QUESTION = "Hva er avlastning?"


class Round:
    """What is under way when the app is killed: a question to the bot, a talk with a person, a handoff, a claim."""

    def __init__(self, system: System, kari: StaffMember, omar: StaffMember) -> None:
        self.system, self.kari, self.omar = system, kari, omar
        self.asks, self.told, self.hands, self.claimed = (Talk(system.client) for _ in range(4))
        for talk in (self.told, self.claimed):
            assert talk.hand_over().status_code == 202
        assert kari.do(self.told, "claim").status_code == 200
        self.names = {who: str(uuid.uuid4()) for who in ("asks", "told", "counsellor", "hands")}
        self.answers: dict[str, Any] = {}
        self.told_from = len(self.told.messages())
        self.reader: Stream = follow(system, self.told, self.told_from)

    def act(self, name: str) -> Callable[[], None]:
        """A call that notes its answer."""
        calls = {
            "asks": lambda: self.asks.post(QUESTION, client_id=self.names["asks"], wait=False),
            "told": lambda: self.told.post("til rådgiveren", client_id=self.names["told"], wait=False),
            "counsellor": lambda: self.kari.write(self.told, "til deg", client_id=self.names["counsellor"]),
            "hands": lambda: self.hands.hand_over(),
            "kari": lambda: self.kari.do(self.claimed, "claim"),
            "omar": lambda: self.omar.do(self.claimed, "claim"),
        }
        return lambda: self.answers.__setitem__(name, attempt(calls[name]))

    def status(self, name: str) -> int:
        """The status that came back, 0 for none."""
        answer = self.answers.get(name)
        return answer.status_code if answer is not None else 0

    def check(self) -> None:
        """After the restart: send again what was not acknowledged, and look at everything."""
        seq = {}
        for name, again in (
            ("asks", self.act("asks")),
            ("told", self.act("told")),
            ("counsellor", self.act("counsellor")),
        ):
            before = self.answers[name].json()["seq"] if self.status(name) == 202 else None
            again()
            assert self.status(name) == 202, self.answers[name]
            seq[name] = self.answers[name].json()["seq"]
            if before is not None:
                assert self.answers[name].json() == {"seq": before, "duplicate": True}
        assert eventually(lambda: answered(self.asks)), self.asks.messages()
        for talk, names in ((self.asks, ("asks",)), (self.told, ("told", "counsellor"))):
            messages = talk.messages()
            check_numbers(messages)
            check_silent_after_claim(messages)
            for name in names:
                assert [m["seq"] for m in messages if m["client_id"] == self.names[name]] == [seq[name]]
        assert len([m for m in self.asks.messages() if m["sender"] == "bot" and m["kind"] == "answer"]) == 1
        self.check_handoff()
        self.check_reader()

    def check_handoff(self) -> None:
        """A handoff that was acknowledged is in the queue; a claim that was acknowledged holds; one owner."""
        if self.status("hands") == 202:
            assert self.hands.state == "waiting"
        notices = [m["kind"] for m in self.hands.messages()].count("handoff")
        assert notices == (1 if self.hands.state == "waiting" else 0)
        check_numbers(self.hands.messages())
        winners = [who for who in ("kari", "omar") if self.status(who) == 200]
        assert len(winners) <= 1
        counsellor = self.claimed.call("GET").json()["counsellor"]
        if winners:
            assert counsellor == {"kari": "Kari", "omar": "Omar"}[winners[0]]
        joined = [m for m in self.claimed.messages() if m["kind"] == "handoff" and "name" in m]
        assert [m["name"] for m in joined] == ([counsellor] if counsellor else [])

    def check_reader(self) -> None:
        """The reader of the killed app and the one that comes back have together seen everything once, in order."""
        whole = [m["seq"] for m in self.told.messages(after=self.told_from)]
        assert self.reader.ended.wait(10)
        first = [m["seq"] for m in self.reader.messages()]
        self.reader.close()
        second = follow(self.system, self.told, first[-1] if first else self.told_from)
        try:
            assert eventually(lambda: [*first, *(m["seq"] for m in second.messages())] == whole)
        finally:
            second.close()


def the_moment(system: System, now: Round, number: int, chance: random.Random) -> Callable[[], bool]:
    """When to kill: a message is on the disk and not pushed yet; a handoff or a claim is; or at any moment."""
    if number % 3 == 0:
        name = now.names[("asks", "told")[number % 2]]
        seen = system.watch("SELECT 1 FROM messages WHERE client_id = ?", name)
        return lambda: seen(20)
    if number % 3 == 1:
        name, state = ((now.hands.id, "waiting"), (now.claimed.id, "human"))[number % 2]
        seen = system.watch("SELECT 1 FROM conversations WHERE id = ? AND state = ?", name, state)
        return lambda: seen(20)
    wait = chance.random() * 0.12
    return lambda: time.sleep(wait) is None


def test_nothing_acknowledged_is_lost(system: System) -> None:
    """In every round messages, answers, a handoff and two claims are under way at once."""
    chance = random.Random(7)
    for number in range(ROUNDS):
        kari, omar = (StaffMember(system.client, system.database, who) for who in (KARI, OMAR))
        now = Round(system, kari, omar)
        reached = the_moment(system, now, number, chance)
        names = ["asks", "told", "counsellor", "hands", "kari", "omar"]
        chance.shuffle(names)
        threads = in_threads(*(now.act(name) for name in names))
        assert reached()
        system.kill()
        for thread in threads:
            thread.join(20)
        system.start()
        now.check()
