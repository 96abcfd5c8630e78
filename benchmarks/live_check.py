"""What the streams of benchmarks/live.py brought, held against what was acknowledged: by content, not by count."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.live_wire import Event, Stream

SIDES = ("relative", "counsellor")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message: when it was due, when it was acknowledged, and as what. `status` 0: the connection broke."""

    talk: str
    side: str
    text: str
    due: float
    acknowledged: float
    status: int
    seq: int


class TalkStreams(Protocol):
    """A talk with its tabs."""

    id: str
    counsellor: int
    tabs: list[Stream]
    last_seq: int


def judge(sent: Sequence[Sent], talks: Sequence[TalkStreams], desks: Sequence[Stream]) -> dict[str, Any]:
    """Delays, and everything that is wrong; forgets what was read, so that the next stage begins with empty streams."""
    good = [s for s in sent if s.status == 202]
    trouble = {
        "not_acknowledged": len(sent) - len(good),
        "lost": 0,
        "doubled": 0,
        "disordered": 0,
        "changed": 0,
        "closed": 0,
    }
    at_desk = [_by_talk(_take(desk, trouble)) for desk in desks]
    by_talk: dict[str, list[Sent]] = defaultdict(list)
    for one in good:
        by_talk[one.talk].append(one)
    delays: dict[str, list[float]] = {"relative": [], "counsellor": []}
    for talk in talks:
        wanted = {s.seq: s for s in by_talk[talk.id]}
        readers = [[(e.at, e.data) for e in _take(tab, trouble) if e.kind == "message"] for tab in talk.tabs]
        desk_of_talk = [seen.get(talk.id, []) for seen in at_desk]
        for reader in [*readers, *desk_of_talk]:
            _compare(reader, wanted, trouble)
        _delays(desk_of_talk[talk.counsellor], wanted, "relative", delays)
        if readers:
            _delays(readers[0], wanted, "counsellor", delays)
        talk.last_seq = max([talk.last_seq, *wanted])
    return {
        "sent": len(sent),
        "trouble": {name: count for name, count in trouble.items() if count},
        "to_counsellor": figures(delays["relative"]),
        "to_relative": figures(delays["counsellor"]),
        "acknowledged": figures([s.acknowledged - s.due for s in good]),
    }


Seen = list[tuple[float, dict[str, Any]]]


def _take(stream: Stream, trouble: dict[str, int]) -> list[Event]:
    """What a stream has brought since the last look. Whole events only are there: the streams are quiet."""
    trouble["closed"] += stream.closed
    events = stream.events()
    trouble["lost"] += sum(e.kind == "gap" for e in events)
    stream.pieces = [(0.0, b"HTTP/1.1 200\r\n\r\n")]
    return events


def _by_talk(events: list[Event]) -> dict[str, Seen]:
    found: dict[str, Seen] = defaultdict(list)
    numbers = [int(e.id) for e in events if e.kind == "message"]
    assert numbers == sorted(set(numbers)), "the staff stream's positions do not grow"
    for event in events:
        if event.kind == "message":
            found[event.data["conversation_id"]].append((event.at, event.data["message"]))
    return found


def _compare(seen: Seen, wanted: dict[int, Sent], trouble: dict[str, int]) -> None:
    """One reader of one talk: each acknowledged message once, in order, word for word."""
    seqs = [message["seq"] for _, message in seen]
    trouble["doubled"] += len(seqs) - len(set(seqs))
    trouble["disordered"] += seqs != sorted(seqs)
    texts = {message["seq"]: message["text"] for _, message in seen}
    trouble["lost"] += len(wanted.keys() - texts.keys())
    trouble["changed"] += sum(texts[seq] != one.text for seq, one in wanted.items() if seq in texts)


def _delays(seen: Seen, wanted: dict[int, Sent], side: str, to: dict[str, list[float]]) -> None:
    to[side] += [at - wanted[m["seq"]].due for at, m in seen if m["seq"] in wanted and wanted[m["seq"]].side == side]


def figures(seconds: list[float]) -> dict[str, float | None]:
    """Median, p95, p99 and the longest, in milliseconds."""
    if len(seconds) < 2:
        return {"p50_ms": None, "p95_ms": None, "p99_ms": None, "max_ms": None}
    cuts = statistics.quantiles(seconds, n=100)
    values = {"p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98], "max_ms": max(seconds)}
    return {name: round(value * 1000, 1) for name, value in values.items()}
