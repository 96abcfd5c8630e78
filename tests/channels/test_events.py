"""The live streams: everything once and in order, replay, gap, state on connecting. Through a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest

from core.database import Database
from tests.conftest import MakeApp
from tests.support import BAERUM_KARI, EDITOR, KARI, OMAR, StaffMember, Talk, error_of

Serve = Callable[..., httpx.Client]


class Reader:
    """Reads a stream in a thread; `wait` gives the events once a condition holds."""

    def __init__(self, client: httpx.Client, url: str, headers: dict[str, str]) -> None:
        self.events: list[dict[str, Any]] = []
        self.response: httpx.Response | None = None
        self._thread = threading.Thread(target=self._read, args=(client, url, headers), daemon=True)
        self._thread.start()

    def _read(self, client: httpx.Client, url: str, headers: dict[str, str]) -> None:
        with suppress(httpx.TransportError), client.stream("GET", url, headers=headers) as response:
            self.response = response
            event: dict[str, Any] = {}
            for line in response.iter_lines():
                if line.startswith(":"):
                    continue
                if not line:
                    if event:
                        self.events.append(event)
                    event = {}
                    continue
                key, _, value = line.partition(": ")
                event[key] = json.loads(value) if key == "data" else value

    def wait(self, enough: Callable[[list[dict[str, Any]]], bool], seconds: float = 5) -> list[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        while not enough(self.events):
            assert time.monotonic() < deadline, self.events
            time.sleep(0.01)
        return list(self.events)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == kind]


@pytest.fixture
def server(serve: Serve, make_app: MakeApp) -> httpx.Client:
    return serve(make_app())


@contextmanager
def reading(client: httpx.Client, url: str, **headers: str) -> Iterator[Reader]:
    """A reader of a stream, on a connection of its own that is dropped at the end."""
    own = httpx.Client(base_url=client.base_url, trust_env=False, timeout=20)
    try:
        yield Reader(own, url, {k.replace("_", "-"): v for k, v in headers.items()})
    finally:
        own.close()


@contextmanager
def following(talk: Talk, last: str | None = None) -> Iterator[Reader]:
    """A reader of a talk's stream."""
    position = {"Last_Event_ID": last} if last is not None else {}
    with reading(talk.client, f"{talk.url}/events", Authorization=f"Bearer {talk.token}", **position) as reader:
        reader.wait(lambda events: any(e["event"] in ("state", "gap") for e in events))
        yield reader


class TestRelativesStream:
    def test_begins_with_the_state(self, server: httpx.Client) -> None:
        with following(Talk(server)) as reader:
            (first,) = reader.events
            assert first["event"] == "state"
            assert first["data"] == {"state": "bot", "counsellor": None, "queue_position": None}
            assert reader.response is not None
            assert reader.response.headers["content-type"].startswith("text/event-stream")
            assert reader.response.headers["cache-control"] == "no-store"

    def test_brings_each_message_once_in_order_with_its_seq(self, server: httpx.Client) -> None:
        talk = Talk(server)
        with following(talk) as reader:
            for question in ("avlastning", "omsorgsstønad", "tolk"):
                talk.say(question)
            reader.wait(lambda _: len(reader.of("message")) == 6)
            time.sleep(0.2)
            got = reader.of("message")
            assert [e["data"] for e in got] == talk.messages(after=1)
            assert [e["id"] for e in got] == [str(m["seq"]) for m in talk.messages(after=1)]
            assert reader.of("typing")[0]["data"] == {"who": "bot", "on": True}

    def test_replays_after_the_last_seen(self, server: httpx.Client) -> None:
        talk = Talk(server)
        talk.say("avlastning")
        talk.say("tolk")
        with following(talk, "2") as reader:
            reader.wait(lambda _: len(reader.of("message")) == 3)
            assert [e["id"] for e in reader.of("message")] == ["3", "4", "5"]

    @pytest.mark.parametrize("position", ["99", "x", "-1", "1.5", "²"])
    def test_a_position_that_cannot_be_true_says_reload(self, server: httpx.Client, position: str) -> None:
        talk = Talk(server)
        headers = {"Authorization": f"Bearer {talk.token}", "Last-Event-ID": position.encode()}
        with server.stream("GET", f"{talk.url}/events", headers=headers) as response:
            assert response.status_code == 200
            assert next(line for line in response.iter_lines() if line.startswith("event")) == "event: gap"

    def test_tells_state_changes(self, server: httpx.Client, database: Database) -> None:
        talk = Talk(server)
        with following(talk) as reader:
            talk.hand_over()
            reader.wait(lambda _: len(reader.of("state")) == 2)
            StaffMember(server, database, KARI).do(talk, "claim")
            reader.wait(lambda _: len(reader.of("state")) == 3)
            states = [e["data"] for e in reader.of("state")]
            assert [(s["state"], s["counsellor"], s["queue_position"]) for s in states] == [
                ("bot", None, None), ("waiting", None, 1), ("human", "Kari", None),
            ]  # fmt: skip

    def test_tells_that_the_counsellor_writes(self, server: httpx.Client, database: Database) -> None:
        talk = Talk(server)
        talk.hand_over()
        kari = StaffMember(server, database, KARI)
        kari.do(talk, "claim")
        with following(talk) as reader:
            kari.do(talk, "typing", {"on": True})
            reader.wait(lambda _: bool(reader.of("typing")))
            assert reader.of("typing")[0]["data"] == {"who": "counsellor", "on": True}

    def test_a_deleted_talk_ends_it_with_a_gap(self, server: httpx.Client) -> None:
        talk = Talk(server)
        with following(talk) as reader:
            talk.call("DELETE")
            reader.wait(lambda _: bool(reader.of("gap")))

    def test_opens_with_the_cookie(self, server: httpx.Client) -> None:
        talk = Talk(server)
        with reading(server, f"{talk.url}/events", Cookie=f"naer_talk={talk.token}") as reader:
            reader.wait(lambda events: bool(events))
            assert reader.events[0]["event"] == "state"

    def test_a_slow_reader_of_a_fast_talk_misses_nothing(self, server: httpx.Client) -> None:
        talk = Talk(server)
        with following(talk) as first, following(talk) as second:
            for n in range(40):
                talk.post(f"tolk {n}", wait=False)
            talk.say("til slutt")
            whole = talk.messages(after=1)
            for reader in (first, second):
                reader.wait(lambda _, reader=reader: len(reader.of("message")) == len(whole))
                assert [e["data"]["seq"] for e in reader.of("message")] == [m["seq"] for m in whole]


class TestStaffStream:
    @contextmanager
    def following(self, server: httpx.Client, member: StaffMember, **headers: str) -> Iterator[Reader]:
        with reading(server, "/api/v1/staff/events", Cookie=member.cookie, **headers) as reader:
            reader.wait(lambda events: bool(events))
            yield reader

    def test_brings_the_messages_of_handed_over_talks_only(self, server: httpx.Client, database: Database) -> None:
        with self.following(server, StaffMember(server, database, KARI)) as reader:
            private, handed = Talk(server), Talk(server)
            private.say("Hva er avlastning?")
            handed.hand_over()
            handed.say("til rådgiveren")
            reader.wait(lambda _: any(e["data"]["message"]["text"] == "til rådgiveren" for e in reader.of("message")))
            assert {e["data"]["conversation_id"] for e in reader.of("message")} == {handed.id}
            assert reader.of("queue")

    def test_another_municipality_gets_nothing(self, server: httpx.Client, database: Database) -> None:
        with self.following(server, StaffMember(server, database, BAERUM_KARI)) as reader:
            talk = Talk(server)
            talk.hand_over()
            talk.say("til rådgiveren")
            time.sleep(0.3)
            assert reader.of("message") == []
            assert len(reader.of("queue")) == 1

    def test_replays_after_the_last_seen(self, server: httpx.Client, database: Database) -> None:
        member = StaffMember(server, database, KARI)
        talk = Talk(server)
        talk.hand_over()
        with self.following(server, member) as reader:
            talk.say("en")
            reader.wait(lambda _: bool(reader.of("message")))
            last = reader.of("message")[-1]["id"]
        talk.say("to")
        with self.following(server, member, Last_Event_ID=last) as reader:
            reader.wait(lambda _: bool(reader.of("message")))
            assert [e["data"]["message"]["text"] for e in reader.of("message")] == ["to"]

    def test_a_claim_is_told_to_colleagues(self, server: httpx.Client, database: Database) -> None:
        talk = Talk(server)
        talk.hand_over()
        with self.following(server, StaffMember(server, database, OMAR)) as reader:
            StaffMember(server, database, KARI).do(talk, "claim")
            reader.wait(lambda _: bool(reader.of("claim")))
            assert reader.of("claim")[0]["data"] == {
                "conversation_id": talk.id,
                "claimed_by": {"email": KARI, "name": "Kari"},
            }

    def test_is_for_counsellors(self, server: httpx.Client, database: Database) -> None:
        error_of(server.get("/api/v1/staff/events"), 401)
        error_of(StaffMember(server, database, EDITOR).call("GET", "/staff/events"), 403)
