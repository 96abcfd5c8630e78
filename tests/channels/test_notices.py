"""Notices: written with what they tell of, sent once, tried again, given up; waiting talks; "tell me when someone answers"."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from channels.conversations.models import Conversation
from channels.notices import outbox, runner, senders
from channels.notices.models import Notice
from channels.notices.outbox import NewNotice
from core import clock
from core.database import Database
from core.i18n import text
from knowledge_base.models import Municipality
from tests.channels.receivers import Hook, MailServer
from tests.conftest import MakeClient
from tests.support import KARI, StaffMember, Talk, error_of

CRISIS = "Mannen min sier at han skal ta livet sitt i natt"
ANNE = "anne@example.no"
DUTY = "vakt@example.no"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailing(make_client: MakeClient, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The app with a mail server. It makes no rounds by itself: the tests make them."""

    async def none(_: Any) -> None:
        return None

    monkeypatch.setattr(runner, "run", none)
    return make_client(
        smtp_host="127.0.0.1", smtp_port=mail.server_address[1], smtp_security="none", smtp_from="naer@example.no"
    )


def round_of(client: TestClient, work: Callable[..., Any]) -> Any:
    portal = client.portal
    assert portal is not None
    return portal.call(work, client.app.state.services)  # type: ignore[attr-defined]


def settle(database: Database, **settings: Any) -> None:
    with database.writing() as session:
        place = session.get_one(Municipality, "lillestrom")
        place.settings = {**place.settings, **settings}


def waited(database: Database, talk: Talk, seconds: float) -> None:
    with database.writing() as session:
        session.get_one(Conversation, talk.id).waiting_since = clock.now() - timedelta(seconds=seconds)


def stored(database: Database) -> list[Notice]:
    with database.reading() as session:
        return list(session.query(Notice).order_by(Notice.id))


class TestTellMe:
    @pytest.fixture
    def asked(self, mailing: TestClient, database: Database) -> tuple[Talk, StaffMember]:
        talk = Talk(mailing, language="pl")
        talk.hand_over(summary="hemmelig sak")
        assert talk.call("POST", "/notify", json={"email": f" {ANNE} "}).status_code == 204
        kari = StaffMember(mailing, database, KARI)
        kari.do(talk, "claim")
        return talk, kari

    def test_is_one_mail_in_the_relatives_language_without_a_text_of_the_talk(
        self, asked: tuple[Talk, StaffMember], mailing: TestClient, mail: MailServer, database: Database
    ) -> None:
        talk, kari = asked
        assert stored(database) == []
        kari.write(talk, "Hei, jeg er her")
        kari.write(talk, "Er du der?")
        assert [round_of(mailing, runner.send_due) for _ in range(3)] == [1, 0, 0]
        (sent,) = mail.mails
        assert (sent["To"], sent["From"]) == (ANNE, "naer@example.no")
        assert sent["Subject"] == text("mail.answered.subject", "pl", municipality="Lillestrøm kommune")
        whole = sent.get_content()
        assert whole.startswith(text("mail.answered.text", "pl", municipality="Lillestrøm kommune").partition("\n")[0])
        assert not [w for w in ("hemmelig", "jeg er her", talk.id) if w in whole]

    def test_the_address_is_gone_when_it_was_sent(
        self, asked: tuple[Talk, StaffMember], mailing: TestClient, database: Database
    ) -> None:
        talk, kari = asked
        kari.write(talk, "Hei")
        with database.reading() as session:
            assert session.get_one(Conversation, talk.id).notify_email == ""
        round_of(mailing, runner.send_due)
        (notice,) = stored(database)
        assert (notice.state, notice.recipient, notice.content) == ("sent", "", {})

    def test_the_address_goes_with_the_talk(self, asked: tuple[Talk, StaffMember], database: Database) -> None:
        talk, kari = asked
        kari.write(talk, "Hei")
        talk.call("DELETE")
        assert stored(database) == []

    def test_is_refused_where_it_cannot_be_kept(self, client: TestClient, mailing: TestClient) -> None:
        talk = Talk(client)
        talk.hand_over()
        assert talk.call("GET", "/handoff").json()["notify_available"] is False
        assert error_of(talk.call("POST", "/notify", json={"email": ANNE}), 503)["code"] == "email_off"
        other = Talk(mailing)
        assert error_of(other.call("POST", "/notify", json={"email": ANNE}), 409)["code"] == "not_waiting"
        other.hand_over()
        assert error_of(other.call("POST", "/notify", json={"email": "x"}), 422)["code"] == "invalid_email"

    def test_leaving_the_queue_erases_it(self, mailing: TestClient, database: Database) -> None:
        talk = Talk(mailing)
        talk.hand_over()
        talk.call("POST", "/notify", json={"email": ANNE})
        talk.call("DELETE", "/handoff")
        with database.reading() as session:
            assert session.get_one(Conversation, talk.id).notify_email == ""


class TestWaitingTalks:
    def test_are_told_after_a_while_and_again_until_somebody_takes_them(
        self, mailing: TestClient, mail: MailServer, database: Database
    ) -> None:
        settle(database, notify_emails=[DUTY], notify_after_seconds=60, notify_every_seconds=300)
        talk = Talk(mailing)
        talk.say("Mor er dement, hemmelig")
        talk.hand_over(summary="hemmelig sak")
        told = []
        for seconds in (30, 61, 200, 359, 361, 400, 661):
            waited(database, talk, seconds)
            # the round is part of the key together with when it began; here only the clock moves
            with database.writing() as session:
                for notice in session.query(Notice):
                    notice.key = ":".join(
                        [*notice.key.split(":")[:2], str(self.begun(session, talk)), *notice.key.split(":")[3:]]
                    )
            told.append(round_of(mailing, runner.write_waiting))
        assert told == [0, 1, 0, 0, 1, 0, 1]
        StaffMember(mailing, database, KARI).do(talk, "claim")
        assert round_of(mailing, runner.write_waiting) == 0
        round_of(mailing, runner.send_due)
        assert [m["To"] for m in mail.mails] == [DUTY] * 3
        whole = mail.mails[-1].get_content()
        assert "/console" in whole
        assert "11 minutter" in whole
        assert not [w for w in ("hemmelig", "dement,", talk.id) if w in whole]

    def begun(self, session: Any, talk: Talk) -> int:
        since = session.get_one(Conversation, talk.id).waiting_since
        return int(since.timestamp())

    def test_are_told_once_by_any_number_of_replicas(self, mailing: TestClient, database: Database) -> None:
        settle(database, notify_emails=[DUTY, ANNE], notify_after_seconds=0)
        talk = Talk(mailing)
        talk.hand_over()
        services = mailing.app.state.services  # type: ignore[attr-defined]
        from channels.notices import compose

        def replica(_: int) -> int:
            with database.writing() as session:
                return compose.waiting(session, services.settings)

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(replica, range(6))) == 2

    def test_only_in_opening_hours_but_a_crisis_at_any(self, mailing: TestClient, database: Database) -> None:
        closed = {"closed_dates": [clock.now().date().isoformat()]}
        settle(database, notify_emails=[DUTY], notify_after_seconds=0, hours=closed)
        calm, urgent = Talk(mailing), Talk(mailing)
        calm.hand_over()
        assert round_of(mailing, runner.write_waiting) == 0
        urgent.say(CRISIS)
        urgent.hand_over()
        assert round_of(mailing, runner.write_waiting) == 1
        (notice,) = stored(database)
        assert notice.content["subject"] == text("notice.crisis.subject", "nb", "staff", waiting=1)

    def test_webhook_is_signed_and_says_no_more_than_it_may(
        self, mailing: TestClient, hook: Hook, database: Database
    ) -> None:
        settle(database, notify_webhook=hook.url, notify_after_seconds=0)
        talk = Talk(mailing)
        talk.hand_over(summary="hemmelig sak")
        round_of(mailing, runner.write_waiting)
        key = stored(database)[0].key
        round_of(mailing, runner.send_due)
        ((headers, body),) = hook.calls
        assert set(json.loads(body)) == {
            "event", "municipality", "waiting", "longest_wait_seconds", "crisis", "themes", "console",
        }  # fmt: skip
        assert headers["Idempotency-Key"] == key
        moment, given = (part.split("=")[1] for part in headers["X-Naer-Signature"].split(","))
        secret = senders.webhook_secret(mailing.app.state.services.settings, "lillestrom")  # type: ignore[attr-defined]
        signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        assert given == signed
        assert secret != senders.webhook_secret(mailing.app.state.services.settings, "baerum")  # type: ignore[attr-defined]


def notice(key: str = "k1", **changed: Any) -> NewNotice:
    given: dict[str, Any] = {
        "channel": "email", "what": "test", "municipality": "lillestrom", "recipient": ANNE,
        "content": {"subject": "Hei", "text": "Hei"},
    }  # fmt: skip
    return NewNotice(key, **(given | changed))


class TestOutbox:
    def test_a_notice_stands_and_falls_with_its_transaction(self, database: Database) -> None:
        with pytest.raises(RuntimeError), database.writing() as session:
            outbox.enqueue(session, notice())
            raise RuntimeError("rolled back")
        assert stored(database) == []

    def test_a_key_is_written_once(self, database: Database) -> None:
        with database.writing() as session:
            assert [outbox.enqueue(session, notice()) for _ in range(2)] == [True, False]
        assert len(stored(database)) == 1

    def test_is_taken_by_one_of_many(self, database: Database) -> None:
        with database.writing() as session:
            outbox.enqueue(session, notice())
        number = stored(database)[0].id

        def take(_: int) -> bool:
            with database.writing() as session:
                return outbox.take(session, number) is not None

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(take, range(8))).count(True) == 1

    def test_one_that_was_taken_by_a_process_that_died_is_due_again(self, database: Database) -> None:
        with database.writing() as session:
            outbox.enqueue(session, notice())
        with database.writing() as session:
            assert outbox.take(session, 1) is not None
            assert outbox.due(session) == []
        with database.writing() as session:
            session.get_one(Notice, 1).next_at -= outbox.LEASE
        with database.reading() as session:
            assert outbox.due(session) == [1]

    def test_delays_grow_up_to_an_hour(self) -> None:
        delays = [outbox.delay(n).total_seconds() for n in (1, 2, 5, 9, 30)]
        for found, wanted in zip(delays, (10, 20, 160, 2560, 3600), strict=True):
            assert 0.8 * wanted <= found <= 1.2 * wanted

    def test_a_mail_server_that_is_down_is_tried_again_and_the_mail_arrives(
        self, mailing: TestClient, mail: MailServer, database: Database
    ) -> None:
        with database.writing() as session:
            outbox.enqueue(session, notice())
        mail.refuse = True
        assert round_of(mailing, runner.send_due) == 0
        (failed,) = stored(database)
        assert (failed.state, failed.attempts, failed.error) == ("due", 1, "SMTPSenderRefused")
        assert failed.next_at > clock.now() + timedelta(seconds=5)
        assert round_of(mailing, runner.send_due) == 0  # not yet
        assert stored(database)[0].attempts == 1
        mail.refuse = False
        with database.writing() as session:
            session.get_one(Notice, failed.id).next_at = clock.now()
        assert round_of(mailing, runner.send_due) == 1
        assert len(mail.mails) == 1

    def test_a_webhook_that_refuses_is_tried_again_with_the_same_key(
        self, mailing: TestClient, hook: Hook, database: Database
    ) -> None:
        with database.writing() as session:
            outbox.enqueue(session, notice(channel="webhook", recipient=hook.url, content={"event": "x"}))
        hook.status = 503
        round_of(mailing, runner.send_due)
        assert stored(database)[0].error == "status 503"
        hook.status = 204
        with database.writing() as session:
            session.get_one(Notice, 1).next_at = clock.now()
        round_of(mailing, runner.send_due)
        assert [headers["Idempotency-Key"] for headers, _ in hook.calls] == ["k1", "k1"]
        assert stored(database)[0].state == "sent"

    def test_is_given_up_when_it_is_too_late_and_that_is_seen(
        self, mailing: TestClient, mail: MailServer, database: Database
    ) -> None:
        with database.writing() as session:
            outbox.enqueue(session, notice(lasts=timedelta(seconds=1)))
        mail.refuse = True
        round_of(mailing, runner.send_due)
        (lost,) = stored(database)
        assert (lost.state, lost.recipient, lost.content) == ("given_up", "", {})
        samples = {
            tuple(s.labels.values()): s.value
            for f in text_string_to_metric_families(mailing.get("/metrics").text)
            for s in f.samples
            if s.name == "naer_outbox"
        }
        assert samples == {("email", "given_up"): 1.0}

    def test_doctor_tells(self, mailing: TestClient, database: Database) -> None:
        from channels.cli import doctor

        with database.writing() as session:
            outbox.enqueue(session, notice())
            session.query(Notice).one().state = "given_up"
        settle(database, notify_emails=[DUTY])
        found: list[tuple[bool, str]] = []
        settings = mailing.app.state.services.settings.model_copy(update={"smtp_host": ""})  # type: ignore[attr-defined]
        with database.reading() as session:
            doctor._notices(session, settings, lambda ok, what, _: found.append((ok, what)))
        assert [what for ok, what in found if not ok] == [
            "1 notices given up in the last seven days", "notices of lillestrom have a way out",
        ]  # fmt: skip


def test_an_agreed_time_is_told_by_mail(mailing: TestClient, mail: MailServer, database: Database) -> None:
    body = {
        "municipality": "lillestrom", "kind": "video", "email": ANNE, "language": "tr", "consent": True,
        "client_id": "wish-0001", "about": "hemmelig",
    }  # fmt: skip
    mailing.post("/api/v1/callbacks", json=body)
    kari = StaffMember(mailing, database, KARI)
    (row,) = kari.call("GET", "/staff/callbacks?status=new").json()
    appointment = {"appointment": "2099-01-02T09:00:00Z", "place": "https://video.example.no/x"}
    for _ in range(2):
        kari.call("PUT", f"/staff/callbacks/{row['id']}", json=appointment)
    round_of(mailing, runner.send_due)
    (sent,) = mail.mails
    whole = sent.get_content()
    assert "02.01.2099 10:00" in whole
    assert "https://video.example.no/x" in whole
    assert "hemmelig" not in whole
