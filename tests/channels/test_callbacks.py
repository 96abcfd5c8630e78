"""Callbacks: asking, the code, cancelling, taking, appointments, completing; who may, and what is erased."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from channels.callbacks import service
from channels.callbacks.contact import check_phone
from channels.callbacks.models import Callback
from channels.callbacks.service import NewCallback
from core import clock
from core.audit import AuditEntry
from core.database import Database
from core.errors import Conflict, InvalidInput
from tests.conftest import MakeClient
from tests.support import BAERUM_KARI, EDITOR, KARI, OMAR, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]
URL = "/api/v1/callbacks"
MARKER = "zebrafink-4711"


def wish(**changed: Any) -> dict[str, Any]:
    given = {
        "municipality": "lillestrom", "kind": "phone", "phone": "912 34 567", "name": "Anne", "when": "i morgen etter 12",
        "language": "so", "interpreter": True, "about": "Det gjelder mor", "consent": True, "client_id": str(uuid.uuid4()),
    }  # fmt: skip
    return {k: v for k, v in (given | changed).items() if v is not None}


def ask(client: TestClient, **changed: Any) -> dict[str, Any]:
    response = client.post(URL, json=wish(**changed))
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def by_code(client: TestClient, code: str, method: str = "GET") -> httpx.Response:
    return client.request(method, URL, headers={"X-Callback-Code": code})


def listed(member: StaffMember, status: str = "new") -> list[dict[str, Any]]:
    return list(member.call("GET", f"/staff/callbacks?status={status}").json())


@pytest.fixture
def asked(client: TestClient, staff: Login) -> tuple[dict[str, Any], int]:
    """A stored wish and its number at the staff side."""
    about = f"om {uuid.uuid4()}"
    made = ask(client, about=about)
    return made, next(row["id"] for row in listed(staff(KARI)) if row["about"] == about)


class TestAsking:
    def test_gives_a_code_that_opens_it(self, client: TestClient) -> None:
        made = ask(client)
        assert made["status"] == "new"
        assert [len(part) for part in made["code"].split("-")] == [4, 4, 2]
        assert not set(made["code"]) & set("01OILU")
        for code in (made["code"], made["code"].lower().replace("-", " ")):
            found = by_code(client, code).json()
            assert found == {k: v for k, v in made.items() if k != "code"}
        assert client.get(f"{URL}/{made['code']}").json()["about"] == "Det gjelder mor"
        assert (found["phone"], found["interpreter"], found["language"]) == ("91234567", True, "so")

    def test_the_code_is_stored_as_a_hash_only(self, own_client: TestClient, data_dir: Path) -> None:
        code = ask(own_client)["code"]
        stored = b"".join(p.read_bytes() for p in data_dir.glob("naer.db*"))
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored

    def test_sent_again_it_is_one_and_both_codes_open_it(self, own_client: TestClient, database: Database) -> None:
        body = wish()
        first, second = (own_client.post(URL, json=body).json() for _ in range(2))
        assert {k: v for k, v in first.items() if k != "code"} == {k: v for k, v in second.items() if k != "code"}
        assert by_code(own_client, first["code"]).json() == by_code(own_client, second["code"]).json()
        with database.reading() as session:
            assert session.query(Callback).count() == 1

    def test_at_once_from_many_tabs_it_is_one(self, own_client: TestClient, database: Database) -> None:
        body = wish()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: own_client.post(URL, json=body), range(8)))
        assert {a.status_code for a in answers} == {201}
        with database.reading() as session:
            assert session.query(Callback).count() == 1

    def test_a_client_id_of_another_wish_is_refused(self, client: TestClient) -> None:
        client_id = str(uuid.uuid4())
        ask(client, client_id=client_id)
        response = client.post(URL, json=wish(client_id=client_id, phone="99887766"))
        assert error_of(response, 409)["code"] == "client_id_used"

    @pytest.mark.parametrize(
        ("changed", "code"),
        [({"consent": False}, "consent_needed"), ({"municipality": "oslo"}, "unknown_municipality"), ({"kind": "fax"}, "invalid_input"),
         ({"phone": None}, "phone_needed"), ({"phone": "12"}, "invalid_phone"), ({"phone": None, "kind": "video"}, "contact_needed"),
         ({"email": "x@y"}, "invalid_email"), ({"language": "de"}, "unknown_language"), ({"about": "x" * 2001}, "invalid_input"),
         ({"when": [{"from": "2030-01-02T10:00:00Z", "to": "2030-01-02T09:00:00Z"}]}, "invalid_input"),
         ({"when": [{"from": "2030-01-02T10:00:00", "to": "2030-01-02T11:00:00"}]}, "invalid_input"), ({"surplus": 1}, "invalid_input")],
    )  # fmt: skip
    def test_what_is_wrong_is_named(self, client: TestClient, changed: dict[str, Any], code: str) -> None:
        assert error_of(client.post(URL, json=wish(**changed)), 422)["code"] == code

    def test_a_meeting_needs_an_address_only(self, client: TestClient) -> None:
        when = [{"from": "2030-01-02T10:00:00+01:00", "to": "2030-01-02T11:00:00+01:00"}]
        made = ask(client, kind="in_person", phone=None, email="anne@example.no", when=when)
        assert made["when"] == [{"from": "2030-01-02T09:00:00.000Z", "to": "2030-01-02T10:00:00.000Z"}]

    def test_a_talk_is_linked_only_with_its_token(self, client: TestClient, talk: Talk) -> None:
        body = wish(conversation_id=talk.id)
        error_of(client.post(URL, json=body), 401)
        error_of(client.post(URL, json=body, headers=Talk(client).headers), 403)
        assert client.post(URL, json=body, headers=talk.headers).status_code == 201
        other = wish(conversation_id=talk.id, municipality="baerum")
        assert error_of(client.post(URL, json=other, headers=talk.headers), 422)["code"] == "other_municipality"

    def test_the_front_door_for_the_bot(self, database: Database) -> None:
        new = NewCallback("baerum", "phone", "turn-0001", language="ar", phone="٩١٢٣٤٥٦٧", about="avlastning")
        with database.writing() as session:
            callback, code = service.request(session, new)
            assert service.access_by_code(session, code).id == callback.id
            assert callback.phone == "91234567"
            with pytest.raises(Conflict):
                service.request(session, NewCallback("baerum", "phone", "turn-0001", phone="91234568"))


class TestPhones:
    @pytest.mark.parametrize(
        ("given", "dialled"),
        [("91 23 45 67", "91234567"), ("+47 912 34 567", "91234567"), ("0047-91234567", "91234567"), ("(22) 12 34 56", "22123456"[:8]),
         ("+46 70 123 45 67", "+46701234567"), ("۹۱۲۳۴۵۶۷", "91234567")],
    )  # fmt: skip
    def test_are_taken_as_people_write_them(self, given: str, dialled: str) -> None:
        assert check_phone(given) == dialled

    @pytest.mark.parametrize("given", ["1234567", "113", "912345678", "ring meg", "", "+0123456789", "01234567"])
    def test_others_are_refused(self, given: str) -> None:
        with pytest.raises(InvalidInput):
            check_phone(given)


class TestCode:
    def test_cancels_and_erases_at_once(self, own_client: TestClient, own_staff: Login, data_dir: Path) -> None:
        from tests.channels.test_erasure import tables_with

        made = ask(own_client, about=MARKER, name=MARKER, when=MARKER, email=f"{MARKER}@example.no")
        assert tables_with(data_dir / "naer.db", MARKER) == {"callbacks": 1}
        assert by_code(own_client, made["code"], "DELETE").json()["status"] == "cancelled"
        assert tables_with(data_dir / "naer.db", MARKER) == {}
        assert by_code(own_client, made["code"]).json()["status"] == "cancelled"
        assert by_code(own_client, made["code"], "DELETE").status_code == 200
        assert listed(own_staff(KARI)) == []
        (row,) = listed(own_staff(KARI), "cancelled")
        assert row["phone"] is None

    def test_in_the_address_too(self, client: TestClient) -> None:
        code = ask(client)["code"]
        assert client.delete(f"{URL}/{code}").json()["status"] == "cancelled"

    def test_a_wrong_one_opens_nothing_and_guessing_is_stopped(self, own_client: TestClient) -> None:
        code = ask(own_client)["code"]
        for _ in range(10):
            assert error_of(by_code(own_client, "WRNG-CDEF-23"), 404)["code"] == "unknown_code"
        error_of(by_code(own_client, "WRNG-CDEF-23"), 429)
        error_of(by_code(own_client, code), 429)

    def test_right_ones_are_not_counted(self, own_client: TestClient) -> None:
        code = ask(own_client)["code"]
        assert [by_code(own_client, code).status_code for _ in range(15)] == [200] * 15

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_none_is_unknown(self, make_client: MakeClient, method: str) -> None:
        assert error_of(make_client().request(method, URL), 404)["code"] == "unknown_code"


class TestTaking:
    def test_is_one_of_many(self, own_client: TestClient, own_staff: Login) -> None:
        ask(own_client)
        crowd = [own_staff(email) for email in (KARI, OMAR) for _ in range(8)]
        (row,) = listed(crowd[0])
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda m: m.call("POST", f"/staff/callbacks/{row['id']}/take"), crowd))
        winner = listed(crowd[0], "taken")[0]["taken_by"]
        won = [a for a in answers if a.status_code == 200]
        assert len(won) == 8  # all of the one counsellor's calls
        for loser in (a for a in answers if a.status_code != 200):
            error = error_of(loser, 409)
            assert (error["code"], error["details"]["taken_by"]) == ("already_taken", winner)

    def test_the_relative_sees_who(self, client: TestClient, asked: tuple[dict[str, Any], int], staff: Login) -> None:
        made, number = asked
        staff(KARI).call("POST", f"/staff/callbacks/{number}/take")
        found = by_code(client, made["code"]).json()
        assert (found["status"], found["counsellor"]) == ("taken", "Kari")

    def test_given_back_a_colleague_may(self, asked: tuple[dict[str, Any], int], staff: Login) -> None:
        _, number = asked
        kari, omar = staff(KARI), staff(OMAR)
        kari.call("POST", f"/staff/callbacks/{number}/take")
        assert error_of(omar.call("POST", f"/staff/callbacks/{number}/release"), 409)["code"] == "not_yours"
        assert kari.call("POST", f"/staff/callbacks/{number}/release").json()["status"] == "new"
        assert omar.call("POST", f"/staff/callbacks/{number}/take").status_code == 200

    def test_a_cancelled_one_cannot_be_taken(
        self, client: TestClient, asked: tuple[dict[str, Any], int], staff: Login
    ) -> None:
        made, number = asked
        by_code(client, made["code"], "DELETE")
        error = error_of(staff(KARI).call("POST", f"/staff/callbacks/{number}/take"), 409)
        assert error["details"]["status"] == "cancelled"


class TestAppointment:
    def test_is_seen_by_the_relative(self, client: TestClient, asked: tuple[dict[str, Any], int], staff: Login) -> None:
        made, number = asked
        when = clock.rfc3339(clock.now() + timedelta(days=60))
        body = {"appointment": when, "place": "Rådhuset, rom 2"}
        row = staff(KARI).call("PUT", f"/staff/callbacks/{number}", json=body).json()
        assert (row["status"], row["taken_by"]["email"]) == ("taken", KARI)
        found = by_code(client, made["code"]).json()
        assert (found["appointment"], found["place"]) == (when, "Rådhuset, rom 2")

    def test_keeps_it_until_it_has_been(self, own_client: TestClient, own_staff: Login, database: Database) -> None:
        ask(own_client)
        kari = own_staff(KARI)
        number = listed(kari)[0]["id"]
        when = clock.now() + timedelta(days=60)
        kari.call("PUT", f"/staff/callbacks/{number}", json={"appointment": clock.rfc3339(when)})
        with database.reading() as session:
            assert session.get_one(Callback, number).erase_after > when

    @pytest.mark.parametrize("when", ["2020-01-01T10:00:00Z", "tomorrow", "2030-01-01T10:00:00"])
    def test_wrong_times(self, asked: tuple[dict[str, Any], int], staff: Login, when: str) -> None:
        error_of(staff(KARI).call("PUT", f"/staff/callbacks/{asked[1]}", json={"appointment": when}), 422)

    def test_of_a_colleague_is_not_changed(self, asked: tuple[dict[str, Any], int], staff: Login) -> None:
        staff(KARI).call("POST", f"/staff/callbacks/{asked[1]}/take")
        when = clock.rfc3339(clock.now() + timedelta(days=1))
        error_of(staff(OMAR).call("PUT", f"/staff/callbacks/{asked[1]}", json={"appointment": when}), 409)


class TestCompleting:
    def test_ends_it_and_keeps_the_outcome(
        self, client: TestClient, asked: tuple[dict[str, Any], int], staff: Login
    ) -> None:
        made, number = asked
        kari = staff(KARI)
        kari.call("POST", f"/staff/callbacks/{number}/take")
        done = {"outcome": "helped", "note": "Ringte kl. 14"}
        assert kari.call("POST", f"/staff/callbacks/{number}/complete", json=done).json()["status"] == "done"
        assert kari.call("POST", f"/staff/callbacks/{number}/complete", json=done).status_code == 200
        (row,) = [r for r in listed(kari, "done") if r["id"] == number]
        assert (row["outcome"], row["note"]) == ("helped", "Ringte kl. 14")
        assert "Ringte kl. 14" not in by_code(client, made["code"]).text
        assert error_of(by_code(client, made["code"], "DELETE"), 409)["code"] == "already_done"

    def test_only_by_who_has_it_and_with_a_known_outcome(self, asked: tuple[dict[str, Any], int], staff: Login) -> None:
        number = asked[1]
        error_of(staff(KARI).call("POST", f"/staff/callbacks/{number}/complete", json={"outcome": "helped"}), 409)
        staff(KARI).call("POST", f"/staff/callbacks/{number}/take")
        error_of(staff(OMAR).call("POST", f"/staff/callbacks/{number}/complete", json={"outcome": "helped"}), 409)
        error_of(staff(KARI).call("POST", f"/staff/callbacks/{number}/complete", json={"outcome": "bored"}), 422)


class TestBooking:
    def test_for_somebody(self, client: TestClient, staff: Login) -> None:
        when = clock.rfc3339(clock.now() + timedelta(days=2))
        body = {k: v for k, v in wish().items() if k not in ("municipality", "consent")}
        made = staff(KARI).call("POST", "/staff/callbacks", json=body | {"appointment": when}).json()
        assert (made["status"], made["taken_by"]["email"], made["appointment"]) == ("taken", KARI, when)
        assert by_code(client, made["code"]).json()["municipality"] == "lillestrom"

    def test_not_for_a_talk_that_was_not_handed_over(self, talk: Talk, staff: Login) -> None:
        body = {k: v for k, v in wish().items() if k not in ("municipality", "consent")}
        response = staff(KARI).call("POST", "/staff/callbacks", json=body | {"conversation_id": talk.id})
        error_of(response, 403)


CALLS = [("GET", "", None), ("POST", "/{n}/take", None), ("POST", "/{n}/release", None), ("PUT", "/{n}", {"appointment": "2099-01-01T10:00:00Z"}),
         ("POST", "/{n}/complete", {"outcome": "helped"})]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
class TestWhoMay:
    def test_only_counsellors(
        self, asked: tuple[dict[str, Any], int], staff: Login, method: str, path: str, body: Any
    ) -> None:
        where = "/staff/callbacks" + path.format(n=asked[1])
        assert error_of(staff(EDITOR).call(method, where, json=body), 403)["code"] == "wrong_role"
        error_of(staff(KARI).client.request(method, f"/api/v1{where}", json=body), 401)

    def test_not_another_municipality(
        self, asked: tuple[dict[str, Any], int], staff: Login, method: str, path: str, body: Any
    ) -> None:
        response = staff(BAERUM_KARI).call(method, "/staff/callbacks" + path.format(n=asked[1]), json=body)
        if path:
            assert error_of(response, 403)["code"] == "other_municipality"
        else:
            assert asked[1] not in [row["id"] for row in response.json()]

    def test_not_one_that_is_not_there(
        self, asked: tuple[dict[str, Any], int], staff: Login, method: str, path: str, body: Any
    ) -> None:
        if path:
            response = staff(KARI).call(method, "/staff/callbacks" + path.format(n=987654), json=body)
            assert error_of(response, 404)["code"] == "unknown_callback"


class TestErasing:
    def test_with_the_talk_on_the_relatives_wish(self, own_client: TestClient, database: Database) -> None:
        talk = Talk(own_client)
        own_client.post(URL, json=wish(conversation_id=talk.id), headers=talk.headers)
        talk.call("DELETE")
        with database.reading() as session:
            assert session.query(Callback).count() == 0

    def test_a_talks_retention_leaves_the_callback(self, own_client: TestClient, database: Database) -> None:
        from channels.conversations import service as conversations

        talk = Talk(own_client)
        own_client.post(URL, json=wish(conversation_id=talk.id), headers=talk.headers)
        with database.writing() as session:
            conversations.erase(session, talk.id)
        with database.reading() as session:
            assert session.query(Callback).one().conversation_id is None

    def test_on_its_own_retention_date(self, own_client: TestClient, database: Database) -> None:
        code = ask(own_client)["code"]
        ask(own_client, about="kept")
        with database.writing() as session:
            session.query(Callback).filter(Callback.about != "kept").update(
                {"erase_after": clock.now() - timedelta(seconds=1)}
            )
            assert service.erase_due(session) == 1
        assert error_of(by_code(own_client, code), 404)["code"] == "unknown_code"


def test_steps_are_in_the_audit_trail_without_texts(
    client: TestClient, asked: tuple[dict[str, Any], int], staff: Login, shared_database: Database
) -> None:
    number = asked[1]
    kari = staff(KARI)
    kari.call("POST", f"/staff/callbacks/{number}/take")
    kari.call("POST", f"/staff/callbacks/{number}/complete", json={"outcome": "helped", "note": "hemmelig"})
    with shared_database.reading() as session:
        entries = session.query(AuditEntry).filter_by(object_type="callback", object_id=str(number)).all()
        assert [e.action for e in entries] == ["take_callback", "complete_callback"]
        assert "hemmelig" not in str([e.details for e in entries])
        assert session.query(AuditEntry).filter_by(action="list_callbacks", actor=KARI).count() >= 1
