"""Bringing back, taking away, and new articles, through the editors' API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.channels.editors import NEW, act, draft, read
from tests.support import BAERUM_EDITOR, EDITOR, KARI, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]


@pytest.fixture
def editor(own_staff: Login) -> StaffMember:
    return own_staff(EDITOR)


class TestRevert:
    def test_brings_the_earlier_text_back_for_the_next_question(
        self, own_client: TestClient, editor: StaffMember
    ) -> None:
        before = read(own_client)
        draft(editor, answer="Feil.", status="planned", links=[])
        act(editor, "respite-care", "publish")
        reverted = act(editor, "respite-care", "revert", {"revision": 1})
        assert reverted["revision"] == 3
        after = read(own_client)
        assert {k: v for k, v in after.items() if k != "scope"} == {k: v for k, v in before.items() if k != "scope"}
        (said,) = Talk(own_client).press('/choose_article{"article_id": "respite-care"}')
        assert said["text"] == before["answer"]

    @pytest.mark.parametrize(
        ("body", "status"), [({"revision": 99}, 404), ({"revision": 0}, 422), ({}, 422), ({"revision": "x"}, 422)]
    )
    def test_to_none_is_refused(self, editor: StaffMember, body: Any, status: int) -> None:
        error_of(editor.call("POST", "/editor/articles/respite-care/revert", json=body), status)


class TestArchive:
    def test_takes_the_own_article_away(self, own_client: TestClient, editor: StaffMember) -> None:
        act(editor, "dementia-course", "archive")
        assert own_client.get("/api/v1/articles/dementia-course?municipality=lillestrom").status_code == 404
        assert read(own_client, "dementia-course", "baerum")["article_id"] == "dementia-course"
        found = own_client.get(
            "/api/v1/search", params={"q": "demenskurs for pårørende", "municipality": "lillestrom", "lang": "nb"}
        ).json()
        assert "dementia-course" not in [r["article_id"] for r in found["results"]]

    def test_of_a_variant_brings_the_national_one_back(self, own_client: TestClient, editor: StaffMember) -> None:
        before = read(own_client)
        draft(editor, answer="Vår egen.")
        act(editor, "respite-care", "publish")
        act(editor, "respite-care", "archive")
        assert read(own_client) == before

    def test_of_a_national_one_is_refused(self, editor: StaffMember) -> None:
        assert error_of(editor.call("POST", "/editor/articles/respite-care/archive"), 409)["code"] == "national_article"


class TestNewArticle:
    def test_is_a_draft_until_it_is_published(self, own_client: TestClient, editor: StaffMember) -> None:
        response = editor.call("POST", "/editor/articles", json=NEW)
        assert response.status_code == 201, response.text
        assert own_client.get("/api/v1/articles/grandparents?municipality=lillestrom").status_code == 404
        assert "grandparents" in [a["article_id"] for a in editor.call("GET", "/editor/articles").json()]
        act(editor, "grandparents", "publish")
        (said,) = Talk(own_client).say("Jeg er bestemor, finnes det noe for meg?")
        assert said["text"] == NEW["answer"]

    def test_a_draft_of_it_can_be_changed_before_it_is_published(self, editor: StaffMember) -> None:
        editor.call("POST", "/editor/articles", json=NEW)
        assert draft(editor, "grandparents", answer="Bedre.")["draft"]["nb"]["answer"] == "Bedre."

    def test_is_the_municipalitys_own(self, own_client: TestClient, own_staff: Login, editor: StaffMember) -> None:
        editor.call("POST", "/editor/articles", json=NEW)
        act(editor, "grandparents", "publish")
        assert own_client.get("/api/v1/articles/grandparents?municipality=baerum").status_code == 404
        assert "grandparents" not in [
            a["article_id"] for a in own_staff(BAERUM_EDITOR).call("GET", "/editor/articles").json()
        ]
        assert own_staff(BAERUM_EDITOR).call("POST", "/editor/articles", json=NEW).status_code == 201

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"article_id": "Two Words"}, "article_id"), ({"article_id": "x" * 81}, "article_id"), ({"article_id": "../etc"}, "article_id"),
         ({"title": None}, "title"), ({"answer": ""}, "answer"), ({"language": "pl"}, "title")],
    )  # fmt: skip
    def test_what_it_lacks_is_named(self, editor: StaffMember, changed: dict[str, Any], field: str) -> None:
        assert field in error_of(editor.call("POST", "/editor/articles", json=NEW | changed), 422)["details"]

    def test_an_id_is_taken_once(self, editor: StaffMember) -> None:
        assert (
            error_of(editor.call("POST", "/editor/articles", json=NEW | {"article_id": "respite-care"}), 409)["code"]
            == "article_exists"
        )


class TestListing:
    def test_says_for_each_article_what_it_needs(self, own_client: TestClient, editor: StaffMember) -> None:
        draft(editor, answer="Nytt.")
        rows = {a["article_id"]: a for a in editor.call("GET", "/editor/articles").json()}
        assert rows["respite-care"]["has_draft"] is True
        assert rows["own-strain"]["has_draft"] is False
        assert {r["language"] for r in rows["respite-care"]["languages"]} >= {"nb", "pl", "ti"}
        assert "staff-duty-to-report" in rows

    def test_is_closed_to_counsellors(self, own_staff: Login) -> None:
        error_of(own_staff(KARI).call("GET", "/editor/articles"), 403)
