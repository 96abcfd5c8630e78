"""Links that fail: one that passes one way only, an engine that is killed, a reader that stops reading."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from functools import partial

import httpx
import pytest

from tests.faults.system import ROOT, System, answered, attempt, check_numbers, eventually, follow, in_threads
from tests.support import KARI, StaffMember, Talk

pytestmark = pytest.mark.faults
ROUNDS = 50


class Proxy:
    """A TCP proxy that can swallow everything in one direction, without closing anything."""

    def __init__(self, to: int) -> None:
        self._to = to
        self.swallow = ""  # "up" (to the app), "down" (from the app), or nothing
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._lines += [near, far]
                in_threads(lambda a=near, b=far: self._pass(a, b, "up"), lambda a=far, b=near: self._pass(a, b, "down"))

    def _pass(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self.swallow != way:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Close every line."""
        for line in self._lines:
            line.close()
        self._lines.clear()

    def close(self) -> None:
        """End."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
        self._thread.join(5)


@pytest.fixture
def proxy(system: System) -> Iterator[Proxy]:
    made = Proxy(system.port)
    yield made
    made.close()


def test_a_link_that_passes_one_way_only(system: System, proxy: Proxy) -> None:
    kari = StaffMember(system.client, system.database, KARI)
    talk = Talk(system.client)
    talk.hand_over()
    assert kari.do(talk, "claim").status_code == 200
    last = talk.messages()[-1]["seq"]
    for number in range(ROUNDS):
        reader = follow(system, talk, last, port=proxy.port)
        assert eventually(lambda reader=reader: bool(reader.events))
        proxy.swallow = "down" if number % 2 else "up"
        name, way = str(uuid.uuid4()), proxy.swallow
        with httpx.Client(base_url=f"http://127.0.0.1:{proxy.port}", trust_env=False, timeout=0.15) as phone:
            phone_talk = copy(talk)
            phone_talk.client = phone
            send = partial(phone_talk.post, f"melding {number}", client_id=name, wait=False)
            assert attempt(send) is None
        if way == "down":  # it has reached the app; only the receipt and the push have not come back
            assert system.watch("SELECT 1 FROM messages WHERE client_id = ?", name)(10)
        assert kari.write(talk, f"svar {number}").status_code == 202
        seen = [m["seq"] for m in reader.messages()]
        if way == "up":  # what the app sends still comes
            assert eventually(lambda reader=reader: len(reader.messages()) == 1)
            seen = [m["seq"] for m in reader.messages()]
        proxy.cut()
        reader.close()
        proxy.swallow = ""
        receipt = talk.post(f"melding {number}", client_id=name, wait=False).json()
        assert receipt["duplicate"] is (way == "down")
        whole = [m["seq"] for m in talk.messages(after=last)]
        back = follow(system, talk, seen[-1] if seen else last)
        try:
            assert eventually(lambda: [*seen, *(m["seq"] for m in back.messages())] == whole)  # noqa: B023
        finally:
            back.close()
        last = whole[-1]
    messages = talk.messages()
    check_numbers(messages)
    texts = [m["text"] for m in messages]
    assert all(texts.count(f"{what} {n}") == 1 for what in ("melding", "svar") for n in range(ROUNDS))


_ENGINE = """
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        print("asked", flush=True)
        time.sleep(30)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer.allow_reuse_address = True
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
"""


def test_an_engine_that_is_killed_while_it_thinks(system: System) -> None:
    for _ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-S", "-c", _ENGINE, str(system.engine_port)], cwd=ROOT, text=True, stdout=subprocess.PIPE
        ) as engine:
            assert engine.stdout is not None
            try:
                assert engine.stdout.readline() == "ready\n"
                talk = Talk(system.client)
                receipt = talk.post("Hva er avlastning?", wait=False)
                assert receipt.status_code == 202
                assert engine.stdout.readline() == "asked\n"
            finally:
                engine.kill()
        assert eventually(lambda talk=talk: answered(talk)), talk.messages()
        messages = talk.messages()
        check_numbers(messages)
        assert [(m["sender"], m["kind"]) for m in messages[1:]] == [("relative", "text"), ("bot", "answer")]


def test_readers_that_stop_reading_are_cut_off_and_miss_nothing(system: System) -> None:
    talk = Talk(system.client)
    talk.hand_over()
    kari = StaffMember(system.client, system.database, KARI)
    assert kari.do(talk, "claim").status_code == 200
    last = talk.messages()[-1]["seq"]
    deaf = [follow(system, talk, last, buffer=4096, read=False) for _ in range(ROUNDS)]
    ear = follow(system, talk, last)
    assert eventually(lambda: bool(ear.events))
    long, slowest, cut_before = "lang " * 780, 0.0, _cut(system)
    for number in range(60):
        begun = time.monotonic()
        assert kari.write(talk, f"{long} {number}").status_code == 202
        assert eventually(lambda number=number: len(ear.messages()) == number + 1)
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 5, "the others had to wait"
    assert eventually(lambda: _cut(system) >= cut_before + ROUNDS, 30), _cut(system)
    whole = [m["seq"] for m in talk.messages(after=last)]
    for stream in deaf:  # the phone wakes up: what is in the line, the end, and from there on by replay
        stream.go_on()
    for stream in deaf:
        assert stream.ended.wait(20)
        seen = [m["seq"] for m in stream.messages()]
        assert seen == whole[: len(seen)]
        assert len(seen) < len(whole)
        back = follow(system, talk, seen[-1] if seen else last)
        assert eventually(lambda back=back, seen=seen: [*seen, *(m["seq"] for m in back.messages())] == whole)
        back.close()
        stream.close()
    ear.close()


def _cut(system: System) -> int:
    lines = system.client.get("/metrics").text.splitlines()
    return sum(int(float(x.rpartition(" ")[2])) for x in lines if x.startswith("naer_streams_cut_total{"))
