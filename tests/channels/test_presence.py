"""Presence, skills, capacity, leases: who can be offered what, and what becomes of a counsellor who vanishes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from channels.auth.models import Staff
from channels.conversations.models import Conversation
from channels.handoff import presence, upkeep
from core import clock
from core.audit import AuditEntry
from core.database import Database
from core.i18n import text
from tests.conftest import MakeApp, MakeClient
from tests.support import KARI, OMAR, FakeEngine, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]
CRISIS = "Mannen min sier at han skal ta livet sitt i natt"


def say_presence(member: StaffMember, status: str = "available", **skills: Any) -> httpx.Response:
    return member.call("PUT", "/staff/presence", json={"status": status, **skills})


def row_of(member: StaffMember, talk: Talk) -> dict[str, Any]:
    (row,) = [r for r in member.call("GET", "/staff/queue").json() if r["id"] == talk.id]
    found: dict[str, Any] = row
    return found


def silent_for(database: Database, email: str, seconds: float) -> None:
    """The counsellor's page, and the claim, are this old."""
    with database.writing() as session:
        staff = session.query(Staff).filter_by(email=email).one()
        staff.seen_at = clock.now() - timedelta(seconds=seconds)
        for talk in session.query(Conversation).filter_by(claimed_by=staff.id):
            talk.claimed_at = clock.now() - timedelta(seconds=seconds)


def chore(client: TestClient, work: Callable[..., Any], *values: Any) -> Any:
    """One round of an upkeep chore, in the app's own loop."""
    portal = client.portal
    assert portal is not None
    return portal.call(work, client.app.state.services, *values)  # type: ignore[attr-defined]


@pytest.fixture
def claimed(own_client: TestClient, own_staff: Login) -> Talk:
    talk = Talk(own_client)
    talk.hand_over()
    assert own_staff(KARI).do(talk, "claim").status_code == 200
    return talk


@pytest.fixture
def served(
    make_app: MakeApp, serve: Callable[[FastAPI], httpx.Client], database: Database, monkeypatch: pytest.MonkeyPatch
) -> tuple[httpx.Client, StaffMember]:
    """A real server, which streams, with quick signs of life; and Kari, logged in to it."""
    monkeypatch.setattr(presence, "SIGN_EVERY", 0.05)
    client = serve(make_app())
    kari = StaffMember(client, database, KARI)
    kari.call("GET", "/staff/me")
    return client, kari


class TestSkills:
    def test_are_kept_and_shown(self, own_staff: Login) -> None:
        kari = own_staff(KARI)
        me = kari.call("GET", "/staff/me").json()
        assert (me["languages"], me["teams"], me["capacity"], me["active"]) == ([], [], None, 0)
        say_presence(kari, languages=["so", "nb"], teams=["dementia"], capacity=3)
        say_presence(kari, "busy")
        me = kari.call("GET", "/staff/me").json()
        assert (me["presence"], me["languages"], me["teams"], me["capacity"]) == ("busy", ["nb", "so"], ["dementia"], 3)
        say_presence(kari, "busy", capacity=None)
        assert kari.call("GET", "/staff/me").json()["capacity"] is None

    @pytest.mark.parametrize(
        "wrong", [{"languages": ["de"]}, {"teams": ["no-team"]}, {"capacity": 0}, {"capacity": 51}]
    )
    def test_unknown_ones_are_refused(self, staff: Login, wrong: dict[str, Any]) -> None:
        error_of(say_presence(staff(KARI), **wrong), 422)

    @pytest.mark.parametrize(
        ("skills", "theme", "language", "fits"),
        [({}, "dementia", "so", True), ({"languages": ["nb"]}, "dementia", "so", False), ({"languages": ["so"]}, "dementia", "so", True),
         ({"teams": ["cancer"]}, "dementia", "nb", False), ({"teams": ["cancer", "dementia"]}, "dementia", "nb", True),
         ({"teams": ["cancer"]}, None, "nb", True), ({"teams": ["cancer"], "languages": ["so"]}, "cancer", "nb", False)],
    )  # fmt: skip
    def test_say_which_talks_fit(
        self, own_client: TestClient, own_staff: Login, database: Database,
        skills: dict[str, Any], theme: str | None, language: str, fits: bool,
    ) -> None:  # fmt: skip
        talk = Talk(own_client, language=language)
        talk.hand_over()
        with database.writing() as session:
            session.get_one(Conversation, talk.id).theme = theme
        kari = own_staff(KARI)
        say_presence(kari, **skills)
        row = row_of(kari, talk)
        assert row["fits_me"] is fits
        assert row["team"] == (theme or "general")

    def test_rows_say_who_and_whether_it_is_a_crisis(self, claimed: Talk, own_staff: Login) -> None:
        row = row_of(own_staff(OMAR), claimed)
        assert (row["claimed_by_name"], row["crisis"]) == ("Kari", False)
        assert row["lease_until"] > clock.rfc3339(clock.now())
        claimed.say(CRISIS)
        assert row_of(own_staff(OMAR), claimed)["crisis"] is True


class TestCapacity:
    def waiting(self, client: TestClient, count: int) -> list[Talk]:
        talks = [Talk(client) for _ in range(count)]
        for talk in talks:
            talk.hand_over()
        return talks

    def test_holds_also_when_everything_is_claimed_at_once(self, own_client: TestClient, own_staff: Login) -> None:
        kari = own_staff(KARI)
        say_presence(kari, capacity=3)
        talks = self.waiting(own_client, 12)
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda t: kari.do(t, "claim"), talks))
        assert [a.status_code for a in answers].count(200) == 3
        refused = [error_of(a, 409) for a in answers if a.status_code != 200]
        assert {e["code"] for e in refused} == {"at_capacity"}
        assert refused[0]["details"] == {"active": 3, "capacity": 3}
        assert kari.call("GET", "/staff/me").json()["active"] == 3

    def test_a_crisis_may_exceed_it(self, own_client: TestClient, own_staff: Login) -> None:
        kari = own_staff(KARI)
        say_presence(kari, capacity=1)
        first, urgent = self.waiting(own_client, 2)
        kari.do(first, "claim")
        urgent.say(CRISIS)
        assert kari.do(urgent, "claim").status_code == 200

    def test_holds_for_transfers_too(self, own_client: TestClient, own_staff: Login) -> None:
        kari, omar = own_staff(KARI), own_staff(OMAR)
        say_presence(omar, capacity=1)
        first, second = self.waiting(own_client, 2)
        omar.do(first, "claim")
        kari.do(second, "claim")
        assert error_of(kari.do(second, "transfer", {"to": OMAR}), 409)["code"] == "at_capacity"
        assert second.call("GET").json()["counsellor"] == "Kari"

    def test_ending_a_talk_makes_room(self, own_client: TestClient, own_staff: Login) -> None:
        kari = own_staff(KARI)
        say_presence(kari, capacity=1)
        first, second = self.waiting(own_client, 2)
        kari.do(first, "claim")
        kari.do(first, "close", {"outcome": "helped"})
        assert kari.do(second, "claim").status_code == 200


class TestAway:
    def test_comes_by_itself(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        say_presence(own_staff(KARI))
        say_presence(own_staff(OMAR), "busy")
        silent_for(database, KARI, 91)
        chore(own_client, upkeep.set_away)
        with database.reading() as session:
            found = {s.email: s.presence for s in session.query(Staff)}
        assert (found[KARI], found[OMAR]) == ("away", "busy")

    def test_any_call_is_a_sign(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        kari = own_staff(KARI)
        say_presence(kari)
        silent_for(database, KARI, 91)
        kari.call("GET", "/staff/queue")
        chore(own_client, upkeep.set_away)
        assert kari.call("GET", "/staff/me").json()["presence"] == "available"


class TestLease:
    def test_a_vanished_counsellors_talk_goes_back_to_its_old_place(
        self, own_client: TestClient, own_staff: Login, database: Database, claimed: Talk
    ) -> None:
        later = Talk(own_client)
        later.hand_over()
        silent_for(database, KARI, 121)
        assert chore(own_client, upkeep.return_lost) == 1
        assert claimed.state == "waiting"
        assert claimed.messages()[-1]["text"] == text("handoff.lost", "nb")
        assert [r["id"] for r in own_staff(OMAR).call("GET", "/staff/queue").json()] == [claimed.id, later.id]
        assert own_staff(OMAR).do(claimed, "claim").status_code == 200
        assert error_of(own_staff(KARI).write(claimed, "hei"), 409)["details"]["claimed_by"]["email"] == OMAR
        with database.reading() as session:
            entry = session.query(AuditEntry).filter_by(action="lease_expired", object_id=claimed.id).one()
            assert entry.details == {"counsellor": KARI}

    def test_once_however_many_look(self, own_client: TestClient, database: Database, claimed: Talk) -> None:
        silent_for(database, KARI, 121)
        lease = timedelta(seconds=120)

        def give_back(_: int) -> bool:
            with database.writing() as session:
                return presence.return_lost(session, claimed.id, lease) is not None

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(give_back, range(8))).count(True) == 1
        assert [m["text"] for m in claimed.messages()].count(text("handoff.lost", "nb")) == 1

    @pytest.mark.parametrize("seconds", [0, 100])
    def test_lasts_while_there_are_signs(
        self, own_client: TestClient, database: Database, claimed: Talk, seconds: int
    ) -> None:
        silent_for(database, KARI, seconds)
        assert chore(own_client, upkeep.return_lost) == 0
        assert claimed.state == "human"

    def test_is_renewed_by_a_call_and_looked_at_again_under_the_lock(
        self, own_client: TestClient, own_staff: Login, database: Database, claimed: Talk
    ) -> None:
        silent_for(database, KARI, 121)
        with database.reading() as session:
            assert presence.lost_talks(session, timedelta(seconds=120)) == [claimed.id]
        own_staff(KARI).call("GET", "/staff/queue")  # between the look and the lock
        with database.writing() as session:
            assert presence.return_lost(session, claimed.id, timedelta(seconds=120)) is None

    def test_of_a_transferred_talk_begins_with_the_transfer(
        self, own_client: TestClient, own_staff: Login, database: Database, claimed: Talk
    ) -> None:
        silent_for(database, OMAR, 500)
        own_staff(KARI).do(claimed, "transfer", {"to": OMAR, "note": "Mor er innlagt"})
        assert chore(own_client, upkeep.return_lost) == 0
        silent_for(database, OMAR, 121)
        assert chore(own_client, upkeep.return_lost) == 1
        (note,) = own_staff(OMAR).call("GET", f"/staff/conversations/{claimed.id}").json()["notes"]
        assert note["text"] == "Mor er innlagt"

    def test_of_an_account_that_was_switched_off_is_over(
        self, own_client: TestClient, database: Database, claimed: Talk
    ) -> None:
        silent_for(database, KARI, 121)
        with database.writing() as session:
            staff = session.query(Staff).filter_by(email=KARI).one()
            staff.active, staff.seen_at = False, clock.now()
        assert chore(own_client, upkeep.return_lost) == 1

    def test_an_open_stream_renews_it(self, served: tuple[httpx.Client, StaffMember], database: Database) -> None:
        client, kari = served
        opened, stop = threading.Event(), threading.Event()

        def listen() -> None:
            with client.stream("GET", "/api/v1/staff/events", headers={"Cookie": kari.cookie}) as response:
                lines = response.iter_lines()  # kept: letting go of it would close the stream
                next(lines)
                opened.set()
                stop.wait(10)

        thread = threading.Thread(target=listen)
        thread.start()
        assert opened.wait(10)
        silent_for(database, KARI, 500)
        deadline = time.monotonic() + 5
        while self.silence(database) > 60 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.silence(database) < 60
        stop.set()
        thread.join(10)

    def test_logging_out_ends_the_stream(self, served: tuple[httpx.Client, StaffMember], database: Database) -> None:
        client, kari = served
        with client.stream("GET", "/api/v1/staff/events", headers={"Cookie": kari.cookie}, timeout=10) as response:
            lines = response.iter_lines()
            next(lines)
            assert kari.call("POST", "/staff/logout").status_code == 200
            list(lines)  # ends; a stream that goes on would run into the timeout, and its heartbeats into the test's
        silent_for(database, KARI, 500)
        assert self.silence(database) > 60

    def silence(self, database: Database) -> float:
        with database.reading() as session:
            seen = session.query(Staff).filter_by(email=KARI).one().seen_at
        assert seen is not None
        return (clock.now() - seen).total_seconds()


class TestPlaces:
    def test_are_told_once_and_again_when_they_change(self, own_client: TestClient, own_staff: Login) -> None:
        first, second = Talk(own_client), Talk(own_client)
        for talk in (first, second):
            talk.hand_over()
        told = chore(own_client, upkeep.tell_places, {})
        assert {k: v["position"] for k, v in told.items()} == {first.id: 1, second.id: 2}
        published: list[Any] = []
        services = own_client.app.state.services  # type: ignore[attr-defined]
        services.bus.publish = lambda topic, event: published.append((topic, event.kind, event.data))
        chore(own_client, upkeep.tell_places, told)
        assert [p for p in published if p[1] == "queue" and p[0].startswith("conversation")] == []
        own_staff(KARI).do(first, "claim")
        published.clear()
        chore(own_client, upkeep.tell_places, told)
        assert published == [(f"conversation:{second.id}", "queue", {"position": 1, "estimate_minutes": None})]


class TestReopen:
    def test_takes_a_closed_talk_up_again(self, own_staff: Login, claimed: Talk) -> None:
        kari, omar = own_staff(KARI), own_staff(OMAR)
        kari.do(claimed, "close", {"outcome": "helped"})
        assert omar.do(claimed, "reopen").json()["state"] == "human"
        assert claimed.messages()[-1]["text"] == text("handoff.reopened", "nb", name="Omar")
        assert omar.write(claimed, "hei igjen").status_code == 202
        assert error_of(kari.do(claimed, "reopen"), 409)["code"] == "already_claimed"
        assert omar.do(claimed, "reopen").status_code == 200

    def test_but_not_one_that_goes_on_with_the_bot(self, own_staff: Login, claimed: Talk) -> None:
        kari = own_staff(KARI)
        kari.do(claimed, "close", {"outcome": "helped", "back_to_bot": True})
        assert error_of(kari.do(claimed, "reopen"), 409)["code"] == "not_closed"

    def test_nor_one_that_was_never_handed_over(self, talk: Talk, staff: Login) -> None:
        assert error_of(staff(KARI).do(talk, "reopen"), 403)["code"] == "not_handed_over"


class TestBackToTheBot:
    def test_goes_on_from_the_article_that_the_counsellor_sent(self, own_staff: Login, claimed: Talk) -> None:
        kari = own_staff(KARI)
        kari.write(claimed, article_id="respite-care")
        kari.do(claimed, "close", {"outcome": "helped", "back_to_bot": True, "theme": "dementia"})
        said = claimed.messages()[-1]
        assert [c["payload"] for c in said["choices"]] == [
            '/choose_article{"article_id": "respite-care"}', "/choose_handoff",
        ]  # fmt: skip
        assert said["choices"][0]["title"] in said["text"]
        (answer,) = claimed.press('/choose_article{"article_id": "respite-care"}')
        assert answer["answer"]["article_id"] == "respite-care"

    def test_the_engine_is_told_of_it(self, make_client: MakeClient, engine: FakeEngine, database: Database) -> None:
        talk = Talk(make_client(engine_url=engine.url))
        talk.hand_over()
        kari = StaffMember(talk.client, database, KARI)
        kari.do(talk, "claim")
        kari.write(talk, article_id="respite-care")
        kari.do(talk, "close", {"outcome": "helped", "back_to_bot": True})
        talk.say("Hvordan søker jeg om det?")
        told = engine.turns[-1]["metadata"]
        assert (told["last_article"], told["answered"]) == ("respite-care", True)

    def test_an_unknown_theme_is_refused(self, own_staff: Login, claimed: Talk) -> None:
        error_of(own_staff(KARI).do(claimed, "close", {"outcome": "helped", "theme": "weather"}), 422)
