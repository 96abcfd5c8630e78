"""Live delivery between relatives and counsellors, beside the barest relay that keeps the same promise.

    .venv/bin/python -m benchmarks.live [--seconds 60] [--without-peer]

One real app process on SQLite and one process that makes the load: 200 claimed talks, 400 streams (20 counsellors with
one each, who all get every message of their municipality; 200 relatives, most with two tabs), 50 messages a second in
both directions. Every reader of every talk is checked: each acknowledged message once, in order, word for word. Then
the rate is raised until it does not hold. Before all that: 1,000 streams on which nothing happens. The peer
(benchmarks/live_peer.py) carries the same load. The engine is not started: a counsellor has every talk.
Result: benchmarks/results/live.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from benchmarks.turn_systems import WORK, System, environment_of, free_port
from channels import setup
from channels.auth import tokens
from channels.auth.models import Staff, StaffSession
from core import clock
from core.database import Database
from core.settings import ROOT, Settings

RESULT = ROOT / "benchmarks/results/live.json"
FOLDER = WORK / "live"
TALKS, STREAMS, COUNSELLORS = 200, 400, 20
RATE, P95_TARGET, STEP_P95 = 50, 60.0, 200.0
STEPS = [100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000]
IDLE = 1000


def prepare() -> tuple[Settings, list[dict[str, str]]]:
    """A new installation (its content is made once), and the counsellors' sessions."""
    made = FOLDER / "made"
    settings = Settings(data_dir=made)
    database = Database(settings.resolved_database_url)
    setup.prepare(settings, database, print)
    setup.prepare_index(settings, database, print)
    database.close()
    run = FOLDER / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(made, run)
    database = Database(f"sqlite:///{run / 'naer.db'}")
    staff = [_counsellor(database, number) for number in range(COUNSELLORS)]
    database.close()
    return Settings(data_dir=run, port=free_port(), engine_port=free_port()), staff


def _counsellor(database: Database, number: int) -> dict[str, str]:
    """A logged-in counsellor of Lillestrøm: the headers of their calls."""
    cookie, csrf = tokens.new(), tokens.new()
    with database.writing() as session:
        pattern = session.scalars(select(Staff).where(Staff.role == "counsellor")).first()
        assert pattern is not None
        staff = Staff(
            email=f"counsellor{number}@example.no", name=f"Rådgiver {number}", role="counsellor", presence="available",
            municipality="lillestrom", password_hash=pattern.password_hash, seen_at=clock.now(),
        )  # fmt: skip
        if hasattr(Staff, "capacity"):
            staff.capacity = TALKS
        session.add(staff)
        session.flush()
        session.add(
            StaffSession(
                token_hash=tokens.digest(cookie), staff_id=staff.id, csrf_token=csrf,
                expires_at=clock.now() + timedelta(hours=2),
            )
        )  # fmt: skip
    return {"Cookie": f"naer_staff={cookie}", "X-CSRF-Token": csrf}


def start_ours(settings: Settings) -> System:
    """The app alone, as `naer run` starts it."""
    environment = environment_of(settings)
    system = System("naer", f"http://127.0.0.1:{settings.port}", FOLDER / "naer.log")
    system.start([sys.executable, "-m", "channels.serve"], ROOT, environment)
    return system


def start_peer() -> System:
    """The bare relay on a new file."""
    port, file = free_port(), FOLDER / "peer.db"
    for old in FOLDER.glob("peer.db*"):
        old.unlink()
    system = System("relay", f"http://127.0.0.1:{port}", FOLDER / "peer.log")
    command = [sys.executable, str(ROOT / "benchmarks/live_peer.py"), str(port), str(file)]
    system.start(command, ROOT, dict(os.environ))
    return system


def measure(system: System, staff: list[dict[str, str]], seconds: float, *, idle: int) -> dict[str, Any]:
    """Put the load on a system, from a process of its own."""
    system.wait_until_ready(f"{system.url}/healthz" if system.name == "naer" else f"{system.url}/readyz", 120)
    plan = {
        "url": system.url, "pid": system.processes[0].pid, "staff": staff, "talks": TALKS, "streams": STREAMS,
        "rate": RATE, "seconds": seconds, "steps": STEPS, "step_seconds": min(10, seconds), "step_p95": STEP_P95,
        "idle": idle, "idle_seconds": 35,
    }  # fmt: skip
    file = FOLDER / "plan.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(plan))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.live_load", str(file)], cwd=ROOT, stdout=subprocess.PIPE, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout)
    held = [s for s in result["steps"] if _held(s)]
    result["highest_rate"] = held[-1]["rate"] if held else (RATE if _held(result["steady"]) else 0)
    return result


def _held(step: dict[str, Any]) -> bool:
    from benchmarks.live_load import holds

    return holds(step, STEP_P95)


def judge(result: dict[str, Any]) -> None:
    """Add the ratios and whether the targets are met."""
    ours = result["naer"]
    steady = ours["steady"]
    result["met"] = {
        "p95": steady["to_counsellor"]["p95_ms"] is not None and steady["to_counsellor"]["p95_ms"] < P95_TARGET,
        "nothing_lost_doubled_or_disordered": not steady["trouble"] and not any(ours["stored"].values()),
        "idle_streams": not ours["idle"]["closed"] and ours["idle"]["fewest_heartbeats"] >= 2,
    }
    if "relay" in result:
        peer = result["relay"]
        result["ratio"] = {
            "p95": round(steady["to_counsellor"]["p95_ms"] / peer["steady"]["to_counsellor"]["p95_ms"], 2),
            "highest_rate": round(ours["highest_rate"] / peer["highest_rate"], 2) if peer["highest_rate"] else None,
        }


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    print(f"\n{TALKS} talks, {STREAMS} streams; ms from when a message was due to the reader's screen")
    print("system  msg/s   to counsellor p50/p95/p99/max      to relative p50/p95   acked p95   cpu    trouble")
    for name in ("naer", "relay"):
        for step in [result[name]["steady"], *result[name]["steps"]] if name in result else []:
            there, back, acked = step["to_counsellor"], step["to_relative"], step["acknowledged"]
            print(
                f"{name:<6}  {step['rate']:>5}   "
                f"{' / '.join(str(there[k]) for k in ('p50_ms', 'p95_ms', 'p99_ms', 'max_ms')):<33}"
                f"  {back['p50_ms']!s:>6} / {back['p95_ms']!s:<8}    {acked['p95_ms']!s:>8}   {step['app_cpu']:.2f}   "
                f"{step['trouble'] or '-'}"
            )
        if name in result:
            print(f"        highest rate that holds (p95 < {STEP_P95:.0f} ms): {result[name]['highest_rate']}/s")
    idle = result["naer"]["idle"]
    print(
        f"\n{idle['streams']} idle streams: {idle['kib_per_stream']} KiB each, cpu {idle['app_cpu']}, "
        f"at least {idle['fewest_heartbeats']} heartbeats in {idle['seconds']:.0f} s, {idle['closed']} closed"
    )
    print(f"stored in the end, wrong: {result['naer']['stored']}")
    for name, value in result.get("ratio", {}).items():
        print(f"ours/relay {name}: {value}")
    for name, met in result["met"].items():
        print(f"{name}: {'met' if met else 'missed'}")


def main() -> int:
    """Prepare, run, print, write. 1 when a target is missed."""
    arguments = argparse.ArgumentParser(description="Live delivery beside a bare relay.")
    arguments.add_argument("--seconds", type=float, default=60, help="of the steady load (default 60)")
    arguments.add_argument("--without-peer", action="store_true", help="leave the relay out")
    given = arguments.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended then, too
    settings, staff = prepare()
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "platform": platform.platform(),
            "load_before": round(os.getloadavg()[0], 2),
        },
    }
    for name in ("naer",) if given.without_peer else ("naer", "relay"):
        print(f"Load on {name}", flush=True)
        system = start_ours(settings) if name == "naer" else start_peer()
        try:
            result[name] = measure(system, staff, given.seconds, idle=IDLE if name == "naer" else 0)
        finally:
            system.stop()
    judge(result)
    show(result)
    if given.seconds >= 60:
        RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    return 0 if all(result["met"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
