"""The time of a whole turn, from a relative's message to the stored answer, beside a stock Rasa 3.6.21.

    .venv/bin/python benchmarks/turn.py [--peer-python PATH] [--peer-epochs N]

Ours does everything that it does in service (two transactions on disk, screen, language, search in the knowledge base);
the peer has Rasa's default pipeline and policies, the same sentences to learn from, trackers in memory and an action
that says a fixed sentence. Blocks alternate (A B A B …), so that a drift of the machine hits both. Processor time a
message is noted too, since it does not depend on what else the machine is doing. Result: benchmarks/results/turn.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import signal
import statistics
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from benchmarks import turn_load, turn_parts, turn_systems
from benchmarks.turn_load import TURNS_A_TALK, Client, Ours, Peer, Questions
from benchmarks.turn_systems import System
from core.settings import ROOT

RESULT = ROOT / "benchmarks/results/turn.json"
SENDERS = {1: 6, 8: 2}  # senders → talks of each in one block
BLOCKS = 3
QUESTIONS_EACH = 14  # a language
P50_TARGET, RATE_TARGET = 0.7, 1.5  # ours / peer


@dataclass
class Measured:
    """What one system did with one number of senders, over all blocks."""

    milliseconds: list[float] = field(default_factory=list)
    block_p50: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float | None = 0.0
    answered: int = 0
    failed: int = 0

    def figures(self) -> dict[str, Any]:
        """The figures that are reported."""
        count = len(self.milliseconds)
        return {
            "messages": count,
            "failed": self.failed,
            "answered_by_action": round(self.answered / count, 3),
            "p50_ms": round(statistics.median(self.milliseconds), 1),
            "p95_ms": round(statistics.quantiles(self.milliseconds, n=20)[-1], 1),
            "messages_per_second": round(count / self.seconds, 1),
            "cpu_ms_per_message": None if self.cpu is None else round(self.cpu * 1000 / count, 1),
            "block_p50_ms": [round(p, 1) for p in self.block_p50],
        }


async def one_block(
    system: System, client: Client, questions: Questions, senders: int, number: int, to: Measured
) -> None:
    """One block of one system; its figures are added to `to`."""
    talks = [
        [questions.talk(number * 100 + sender * 7 + t, TURNS_A_TALK) for t in range(SENDERS[senders])]
        for sender in range(senders)
    ]
    cpu = system.cpu_seconds()
    replies, seconds, failed = await turn_load.block(client, talks)
    after = system.cpu_seconds()
    times = [r.seconds * 1000 for r in replies]
    to.milliseconds += times
    to.block_p50.append(statistics.median(times))
    to.seconds += seconds
    to.cpu = None if to.cpu is None or cpu is None or after is None else to.cpu + after - cpu
    to.answered += sum(r.answered for r in replies)
    to.failed += failed


async def turns_by_app(http: httpx.AsyncClient) -> float:
    """How many turns the app has answered without the engine: there must be none here."""
    text = (await http.get("/metrics")).text
    found = re.search(r'^naer_turns_total\{by="app"\} (\S+)', text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


async def compare(ours: System, peer: System, settings: Any) -> dict[str, Any]:
    """Warm both up, measure in alternating blocks, take our turn apart."""
    limits = httpx.Limits(max_connections=16)
    async with (
        httpx.AsyncClient(base_url=ours.url, timeout=30, trust_env=False, limits=limits) as to_ours,
        httpx.AsyncClient(base_url=peer.url, timeout=30, trust_env=False, limits=limits) as to_peer,
    ):
        sides: list[tuple[System, Client]] = [(ours, Ours(to_ours)), (peer, Peer(to_peer, _sentence()))]
        questions = await turn_load.choose([client for _, client in sides], QUESTIONS_EACH)
        for system, client in sides:
            await one_block(system, client, questions, 8, 0, Measured())
        before = await turns_by_app(to_ours)
        results: dict[str, Any] = {}
        for senders in SENDERS:
            measured = {system.name: Measured() for system, _ in sides}
            for number in range(1, BLOCKS + 1):
                for system, client in sides:
                    await one_block(system, client, questions, senders, number, measured[system.name])
            results[str(senders)] = {name: m.figures() for name, m in measured.items()}
        without_engine = await turns_by_app(to_ours) - before
        asked = [questions.spaced(q) for qs in questions.texts.values() for q in qs]
        recent = asked[::2]
        for text in recent:  # the app embeds and remembers them
            await sides[0][1].ask(await sides[0][1].open(), text)
        parts = await turn_parts.measure(settings, asked[1::2], recent)
    return {
        "senders": results,
        "questions": {language: len(qs) for language, qs in questions.texts.items()},
        "turns_without_engine": without_engine,
        "parts_ms": {name: round(value, 1) for name, value in parts.items()},
    }


def _sentence() -> str:
    found = re.search(r'^SENTENCE = "(.+)"', (turn_systems.PEER / "actions/answer.py").read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError("benchmarks/peer/actions/answer.py has no SENTENCE")
    return found.group(1)


def judge(result: dict[str, Any]) -> None:
    """Add ratios and whether the targets are met."""
    for figures in result["senders"].values():
        ours, peer = figures["naer"], figures["rasa"]
        p50, rate = ours["p50_ms"] / peer["p50_ms"], ours["messages_per_second"] / peer["messages_per_second"]
        figures["ratio"] = {"p50": round(p50, 2), "messages_per_second": round(rate, 2)}
        figures["met"] = {"p50": p50 <= P50_TARGET, "messages_per_second": rate >= RATE_TARGET}


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    print("\nsenders  system  p50 ms  p95 ms   msg/s  cpu ms/msg  answered  failed   p50 of each block")
    for senders, figures in result["senders"].items():
        for name in ("naer", "rasa"):
            f = figures[name]
            print(
                f"{senders:>7}  {name:<6}  {f['p50_ms']:>6}  {f['p95_ms']:>6}  {f['messages_per_second']:>6}  "
                f"{f['cpu_ms_per_message']!s:>10}  {f['answered_by_action']:>8.0%}  {f['failed']:>6}   "
                f"{f['block_p50_ms']}"
            )
        ratio, met = figures["ratio"], figures["met"]
        for key, sign, target in (("p50", "≤", P50_TARGET), ("messages_per_second", "≥", RATE_TARGET)):
            told = "met" if met[key] else "missed"
            print(f"         ours/peer {key}: {ratio[key]} (target {sign} {target}: {told})")
    print(f"\nAnswered by our app without the engine: {result['turns_without_engine']:.0f}")
    print("\nWhere our time goes, ms (medians)")
    for name, value in result["parts_ms"].items():
        print(f"  {name:<44}{value:>7}")


def main() -> int:
    """Make what is missing, run, print, write the result. 1 if the run itself is no good."""
    arguments = argparse.ArgumentParser(description="A whole turn beside stock Rasa 3.6.21.")
    arguments.add_argument("--peer-python", help="use this interpreter, with Rasa 3.6.21 and TensorFlow")
    arguments.add_argument("--peer-epochs", type=int, default=5, help="of the peer's classifiers (default 5)")
    given = arguments.parse_args()
    turn_systems.WORK.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended then, too
    python = turn_systems.peer_python(given.peer_python)
    print("Training the peer, unless that is done", flush=True)
    folder = turn_systems.train_peer(python, given.peer_epochs)
    started: list[System] = []
    try:
        print("Starting both", flush=True)
        ours, settings = turn_systems.start_ours()
        started.append(ours)
        ours.wait_until_ready(f"{ours.url}/readyz", 600)
        peer = turn_systems.start_peer(python, folder, started)
        peer.wait_until_ready(peer.url, 240)
        load = os.getloadavg()[0]
        result = asyncio.run(compare(ours, peer, settings))
    finally:
        for system in reversed(started):
            system.stop()
    judge(result)
    result |= {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "platform": platform.platform(), "load_before": round(load, 2)},
        "peer": {"rasa": "3.6.21", "epochs": given.peer_epochs},
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    show(result)
    return _broken(result)


def _broken(result: dict[str, Any]) -> int:
    """1, with a line for each reason, when the figures can't be compared."""
    reasons = [
        f"{name}, {senders} senders: {f['failed']} failed, {f['answered_by_action']:.0%} answered by the action"
        for senders, figures in result["senders"].items()
        for name in ("naer", "rasa")
        if (f := figures[name])["failed"] or f["answered_by_action"] < 0.9
    ]
    if result["turns_without_engine"]:
        reasons.append(f"{result['turns_without_engine']:.0f} turns were answered without the engine")
    for reason in reasons:
        print(f"Not comparable: {reason}", file=sys.stderr)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
