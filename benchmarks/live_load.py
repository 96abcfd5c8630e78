"""The load of benchmarks/live.py, in a process of its own: talks, live streams, messages at a given rate.

    python -m benchmarks.live_load PLAN.json

The plan names the address, the process to watch, the counsellors' sessions and the stages; the result goes to stdout.
Messages are sent when they are due, whether or not earlier ones were answered (an open loop), and a delay counts from
when a message was due: a system that lags can't hide it by slowing its senders down. The one exception keeps the order
that people keep: a sender writes the next message of a talk after the last one was acknowledged.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop

from benchmarks import live_check
from benchmarks.live_wire import Stream, Wire

API = "/api/v1"
OPEN_AT_ONCE = 20


@dataclass
class Talk:
    """A claimed talk with what its streams brought and what was acknowledged."""

    id: str
    token: str
    counsellor: int
    tabs: list[Stream] = field(default_factory=list)
    last_seq: int = 0
    busy: dict[str, asyncio.Lock] = field(default_factory=lambda: {w: asyncio.Lock() for w in live_check.SIDES})

    @property
    def path(self) -> str:
        """Where the relative's calls go."""
        return f"{API}/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        """The relative's token."""
        return {"Authorization": f"Bearer {self.token}"}


class Load:
    """One run against one system."""

    def __init__(self, plan: dict[str, Any]) -> None:
        address = urlsplit(plan["url"])
        assert address.hostname
        assert address.port
        self.wire = Wire(address.hostname, address.port)
        self.plan = plan
        self.staff: list[dict[str, str]] = plan["staff"]
        self.talks: list[Talk] = []
        self.desks: list[Stream] = []
        self.sent: list[live_check.Sent] = []

    async def open(self) -> None:
        """Talks, handed over and claimed in turn by the counsellors; then every stream."""
        gate = asyncio.Semaphore(OPEN_AT_ONCE)

        async def one(number: int) -> Talk:
            async with gate:
                talk = await self._open_talk()
                talk.counsellor = number % len(self.staff)
                await self._ok("POST", f"{talk.path}/handoff", talk.headers, {"consent": True})
                path = f"{API}/staff/conversations/{talk.id}/claim"
                claimed = await self._ok("POST", path, self.staff[talk.counsellor], {})
                talk.last_seq = claimed["last_seq"]
                return talk

        self.talks = list(await asyncio.gather(*(one(n) for n in range(self.plan["talks"]))))
        self.desks = [await self.wire.stream(f"{API}/staff/events", who) for who in self.staff]
        tabs = self.plan["streams"] - len(self.desks)
        for number in range(tabs):
            talk = self.talks[number % len(self.talks)]
            talk.tabs.append(await self._follow(talk))

    async def _open_talk(self) -> Talk:
        opened = await self._ok("POST", f"{API}/conversations", {}, {"municipality": "lillestrom", "language": "nb"})
        return Talk(opened["id"], opened["token"], 0)

    async def _follow(self, talk: Talk) -> Stream:
        return await self.wire.stream(f"{talk.path}/events", talk.headers | {"Last-Event-ID": str(talk.last_seq)})

    async def _ok(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
        status, answer = await self.wire.call(method, path, headers, body)
        if status >= 300:
            raise RuntimeError(f"{method} {path.rpartition('/')[2]}: {status} {answer}")
        return answer

    async def write(self, rate: float, seconds: float) -> dict[str, Any]:
        """Messages at a rate, both directions in turn, over all talks; waits for what is still on its way."""
        count = int(rate * seconds)
        usage, first = Usage(self.plan["pid"]), len(self.sent)
        tasks: set[asyncio.Task[None]] = set()
        begun = time.perf_counter()
        for number in range(count):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            talk = self.talks[(number // 2) % len(self.talks)]
            task = asyncio.create_task(self._send(talk, live_check.SIDES[number % 2], due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            if len(tasks) > 5 * rate:  # five seconds behind: the rate does not hold
                break
        used = usage.stop()
        while tasks:
            await asyncio.wait(tasks)
        await self._quiet()
        figures = await asyncio.to_thread(live_check.judge, self.sent[first:], self.talks, self.desks)
        return {"rate": rate, "seconds": seconds, **figures, **used}

    async def _send(self, talk: Talk, side: str, due: float) -> None:
        text = f"{side} {uuid.uuid4()} skriver om avlastning og hverdagen hjemme hos mor"
        body = {"client_id": str(uuid.uuid4()), "text": text}
        if side == "relative":
            path, headers = f"{talk.path}/messages", talk.headers
        else:
            path, headers = f"{API}/staff/conversations/{talk.id}/messages", self.staff[talk.counsellor]
        status, seq = 0, 0
        async with talk.busy[side]:
            with suppress(OSError, asyncio.IncompleteReadError):
                status, answer = await self.wire.call("POST", path, headers, body)
                seq = answer["seq"] if status == 202 else 0
        self.sent.append(live_check.Sent(talk.id, side, text, due, time.perf_counter(), status, seq))

    async def _quiet(self) -> None:
        """Until no stream has brought anything for a second, 15 s at most: what has not come then is lost."""
        deadline = time.perf_counter() + 15
        streams = [*self.desks, *(tab for talk in self.talks for tab in talk.tabs)]
        while time.perf_counter() < deadline:
            await asyncio.sleep(0.25)
            if time.perf_counter() - max(s.pieces[-1][0] for s in streams if s.pieces) > 1:
                return

    async def stored(self) -> dict[str, int]:
        """What the API gives back in the end: acknowledged messages that are missing, double or out of order."""
        found = {"missing": 0, "doubled": 0, "gaps": 0}
        for talk in self.talks:
            texts: list[str] = []
            seqs: list[int] = []
            while page := await self._ok("GET", f"{talk.path}/messages?after={len(seqs)}", talk.headers):
                texts += [m["text"] for m in page]
                seqs += [m["seq"] for m in page]
            found["gaps"] += seqs != list(range(1, len(seqs) + 1))
            mine = [s.text for s in self.sent if s.talk == talk.id and s.status == 202]
            found["missing"] += len(set(mine) - set(texts))
            found["doubled"] += sum(texts.count(t) > 1 for t in mine)
        return found

    async def idle(self, count: int, seconds: float) -> dict[str, Any]:
        """`count` more streams on which nothing happens, each of a talk of its own: memory and processor time."""
        talks = [await self._open_talk() for _ in range(count)]
        before = memory(self.plan["pid"])
        streams = []
        for talk in talks:
            talk.last_seq = 1
            streams.append(await self._follow(talk))
        usage = Usage(self.plan["pid"])
        await asyncio.sleep(seconds)
        used, after = usage.stop(), memory(self.plan["pid"])
        beats = [sum(e.kind == ":" for e in stream.events()) for stream in streams]
        closed = sum(stream.closed for stream in streams)
        for stream in streams:
            assert stream.transport
            stream.transport.close()
        return {
            "streams": count, "seconds": seconds, "closed": closed, "fewest_heartbeats": min(beats),
            "kib_per_stream": round((after - before) / count, 1), "app_mib": round(after / 1024),
            "app_cpu": used["app_cpu"],
        }  # fmt: skip

    def close(self) -> None:
        """Leave."""
        for stream in [*self.desks, *(tab for talk in self.talks for tab in talk.tabs)]:
            if stream.transport:
                stream.transport.close()
        self.wire.close()


class Usage:
    """Processor time of the watched process, and of this one, in parts of one core."""

    def __init__(self, pid: int) -> None:
        self._pid, self._begun = pid, time.perf_counter()
        self._app, self._own = self._ticks(), time.process_time()

    def _ticks(self) -> float:
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> dict[str, float]:
        """`app_cpu` and `load_cpu`."""
        seconds = time.perf_counter() - self._begun
        return {
            "app_cpu": round((self._ticks() - self._app) / seconds, 2),
            "load_cpu": round((time.process_time() - self._own) / seconds, 2),
        }


def memory(pid: int) -> int:
    """Resident memory of a process, KiB."""
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1])


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """All stages: idle streams, the steady load, the highest rate that holds."""
    load = Load(plan)
    try:
        result: dict[str, Any] = {"steps": []}
        if plan["idle"]:  # first: later on, memory that the load has left behind would be taken for the streams
            result["idle"] = await load.idle(plan["idle"], plan["idle_seconds"])
            print(f"  idle: {result['idle']['kib_per_stream']} KiB each", file=sys.stderr, flush=True)
        await load.open()
        await load.write(plan["rate"], 3)  # warm
        result["steady"] = await load.write(plan["rate"], plan["seconds"])
        print(f"  steady: p95 {result['steady']['to_counsellor']['p95_ms']} ms", file=sys.stderr, flush=True)
        for rate in plan["steps"]:
            step = await load.write(rate, plan["step_seconds"])
            result["steps"].append(step)
            print(f"  {rate}/s: p95 {step['to_counsellor']['p95_ms']} ms", file=sys.stderr, flush=True)
            if not holds(step, plan["step_p95"]):
                break
        result["stored"] = await load.stored()
    finally:
        load.close()
    return result


def holds(step: dict[str, Any], p95: float) -> bool:
    """Whether a rate was held: everything acknowledged and delivered once in order, in time."""
    return not step["trouble"] and step["sent"] >= int(step["rate"] * step["seconds"]) and all(
        step[way]["p95_ms"] is not None and step[way]["p95_ms"] < p95 for way in ("to_counsellor", "to_relative")
    )  # fmt: skip


def main() -> None:
    """Read the plan, run it, print the result."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    gc.disable()  # what comes is only kept; a collection would be measured as a delay of the system
    plan = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(uvloop.run(run(plan))))


if __name__ == "__main__":
    main()
