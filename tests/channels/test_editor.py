"""An article's life through the editors' API: what is published is what the next question gets."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.audit import AuditEntry
from core.database import Database
from knowledge_base import importer
from tests.channels.editors import act, draft, read
from tests.conftest import MakeClient
from tests.support import ADMIN, BAERUM_EDITOR, EDITOR, StaffMember, Talk, error_of

Login = Callable[[str], StaffMember]


@pytest.fixture
def editor(own_staff: Login) -> StaffMember:
    return own_staff(EDITOR)


class TestDraft:
    def test_is_kept_and_shown_beside_the_published_text(self, own_client: TestClient, editor: StaffMember) -> None:
        before = read(own_client)
        made = draft(editor, answer="Nytt utkast", questions=["Et nytt spørsmål", " "])
        assert made["has_draft"] is True
        assert made["draft"]["nb"]["answer"] == "Nytt utkast"
        assert made["draft"]["nb"]["questions"] == ["Et nytt spørsmål"]
        assert made["draft"]["nb"]["title"] == before["title"]
        assert made["published"]["nb"]["answer"] != "Nytt utkast"

    def test_changes_nothing_for_readers(self, own_client: TestClient, editor: StaffMember) -> None:
        before = read(own_client)
        draft(editor, answer="Nytt utkast", status="ended")
        assert read(own_client) == before

    def test_later_changes_are_added(self, editor: StaffMember) -> None:
        draft(editor, answer="Ett", title="Tittel")
        made = draft(editor, answer="To", translations={"pl": {"answer": "Dwa"}})
        assert (made["draft"]["nb"]["title"], made["draft"]["nb"]["answer"], made["draft"]["pl"]["answer"]) == (
            "Tittel",
            "To",
            "Dwa",
        )

    def test_can_be_thrown_away(self, editor: StaffMember) -> None:
        draft(editor, answer="Nytt utkast")
        assert editor.call("DELETE", "/editor/articles/respite-care/draft").status_code == 204
        assert editor.call("GET", "/editor/articles/respite-care").json()["draft"] is None
        assert error_of(editor.call("POST", "/editor/articles/respite-care/publish"), 404)["code"] == "no_draft"

    def test_is_the_municipalitys_own(self, own_staff: Login, editor: StaffMember) -> None:
        draft(editor, answer="Nytt utkast")
        assert own_staff(BAERUM_EDITOR).call("GET", "/editor/articles/respite-care").json()["draft"] is None

    def test_can_be_given_to_review(self, editor: StaffMember) -> None:
        assert error_of(editor.call("POST", "/editor/articles/respite-care/review"), 404)["code"] == "no_draft"
        draft(editor, answer="Nytt utkast")
        assert act(editor, "respite-care", "review")["in_review"] is True
        assert draft(editor, answer="Nyere utkast")["in_review"] is False

    @pytest.mark.parametrize(
        ("body", "field"),
        [({"title": ""}, "title"), ({"answer": "  "}, "answer"), ({"answer": "x" * 4001}, "answer"), ({"title": "x" * 301}, "title"),
         ({"questions": ["x" * 301]}, "questions"), ({"kind": "joke"}, "kind"), ({"audience": "all"}, "audience"),
         ({"theme": "x"}, "theme"), ({"status": "x"}, "status"), ({"reviewed_on": "yesterday"}, "reviewed_on"),
         ({"review_by": "2026-02-30"}, "review_by"), ({"language": "xx", "title": "x"}, "language"),
         ({"translations": {"xx": {"title": "x"}}}, "language"), ({"titel": "x"}, "titel"), ({"title": 7}, "title"),
         ({"links": [{"title": "x", "url": "javascript:alert(1)"}]}, "links"), ({"links": [{"titel": "x"}]}, "links"),
         ({"law": [{"ref": "§ 1"}]}, "law")],
    )  # fmt: skip
    def test_wrong_fields_are_named(self, editor: StaffMember, body: dict[str, Any], field: str) -> None:
        error = error_of(editor.call("PUT", "/editor/articles/respite-care/draft", json=body), 422)
        assert field in " ".join(error["details"])
        assert editor.call("GET", "/editor/articles/respite-care").json()["draft"] is None

    def test_of_no_article(self, editor: StaffMember) -> None:
        error_of(editor.call("PUT", "/editor/articles/no-such/draft", json={"title": "x"}), 404)


class TestPublish:
    def test_the_next_search_and_the_next_chat_answer_have_it(
        self, own_client: TestClient, editor: StaffMember
    ) -> None:
        talk = Talk(own_client)
        answer = "Fra nå av gir vi avlastning også om natten, zebra."
        draft(editor, answer=answer, questions=["Kan jeg få avlastning for sebraen min om natten?"])
        act(editor, "respite-care", "publish", {"note": "natt"})
        begun = time.monotonic()
        (said,) = talk.say("Kan jeg få avlastning for sebraen min om natten?")
        assert time.monotonic() - begun < 1
        assert (said["text"], said["answer"]["article_id"]) == (answer, "respite-care")
        found = own_client.get(
            "/api/v1/search",
            params={"q": "avlastning for sebraen om natten", "municipality": "lillestrom", "lang": "nb"},
        )
        assert found.json()["results"][0]["snippet"].startswith("Fra nå av")

    def test_takes_less_than_a_second(self, own_client: TestClient, editor: StaffMember) -> None:
        draft(editor, answer="Kort og nytt.")
        begun = time.monotonic()
        act(editor, "respite-care", "publish")
        assert time.monotonic() - begun < 1

    def test_reaches_only_the_own_municipalitys_readers(self, own_client: TestClient, editor: StaffMember) -> None:
        before = read(own_client, municipality="baerum")
        draft(editor, answer="Bare i Lillestrøm.")
        assert act(editor, "respite-care", "publish")["scope"] == "lillestrom"
        assert read(own_client)["answer"] == "Bare i Lillestrøm."
        assert read(own_client, municipality="baerum") == before
        assert (
            Talk(own_client, "baerum").press('/choose_article{"article_id": "respite-care"}')[0]["text"]
            == before["answer"]
        )

    def test_another_process_takes_it_up(
        self, make_client: MakeClient, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("channels.maintenance.EVERY", 0.1)
        writer, reader = make_client(), make_client()
        editor = StaffMember(writer, database, EDITOR)
        draft(editor, answer="Nytt.", questions=["Hva med sebraer?"])
        act(editor, "respite-care", "publish")
        assert Talk(reader).press('/choose_article{"article_id": "respite-care"}')[0]["text"] == "Nytt."
        deadline = time.monotonic() + 8
        while reader.get("/readyz").json()["index"]["version"] < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert reader.get("/readyz").json()["index"]["version"] == 2

    def test_makes_the_translations_stale(self, own_client: TestClient, editor: StaffMember) -> None:
        draft(editor, answer="Nytt.")
        published = act(editor, "respite-care", "publish")
        stale = {row["language"]: row["stale"] for row in published["languages"]}
        assert stale.pop("nb") is False
        assert all(stale.values())

    def test_a_rewritten_translation_is_a_humans_and_fresh(self, own_client: TestClient, editor: StaffMember) -> None:
        draft(editor, language="pl", answer="Nowa odpowiedź.")
        published = act(editor, "respite-care", "publish")
        (row,) = [r for r in published["languages"] if r["language"] == "pl"]
        assert row == {"language": "pl", "origin": "human", "approved": True, "stale": False}
        assert read(own_client, lang="pl")["machine_translated"] is False

    def test_numbers_the_revisions_and_keeps_who_and_why(self, editor: StaffMember, database: Database) -> None:
        draft(editor, answer="Ett.")
        act(editor, "respite-care", "publish", {"note": "første"})
        draft(editor, answer="To.")
        revisions = act(editor, "respite-care", "publish", {"note": "andre"})["revisions"]
        assert [(r["revision"], r["author"], r["note"]) for r in revisions] == [
            (3, EDITOR, "andre"), (2, EDITOR, "første"), (1, "system", "copy of the national article"),
        ]  # fmt: skip
        with database.reading() as session:
            assert (
                session.query(AuditEntry).filter_by(action="publish", object_id="respite-care", actor=EDITOR).count()
                == 2
            )

    def test_a_text_that_would_lack_its_title_is_refused_whole(
        self, own_client: TestClient, editor: StaffMember, database: Database
    ) -> None:
        before = read(own_client)
        with database.writing() as session:
            from knowledge_base.models import Article

            article = session.query(Article).filter_by(slug="respite-care").one()
            article.translations = [t for t in article.translations if t.language != "ti"]
        draft(editor, translations={"ti": {"answer": "መልሲ"}}, answer="Nytt.")
        assert error_of(editor.call("POST", "/editor/articles/respite-care/publish"), 422)["details"] == {
            "language": "ti"
        }
        assert read(own_client)["answer"] == before["answer"]
        assert read(own_client)["scope"] == "national"

    def test_an_administrator_may_too(self, own_staff: Login, own_client: TestClient) -> None:
        admin = own_staff(ADMIN)
        draft(admin, answer="Fra administrator.")
        act(admin, "respite-care", "publish")
        assert read(own_client)["answer"] == "Fra administrator."

    def test_a_start_never_overwrites_it(
        self, own_client: TestClient, editor: StaffMember, database: Database, content: Path
    ) -> None:
        draft(editor, "sibs-course", answer="Vårt eget SIBS-kurs.")
        act(editor, "sibs-course", "publish")
        with database.writing() as session:
            importer.import_folder(session, content, author="seed", keep_edited=True)  # as importer.seed does
        assert read(own_client, "sibs-course")["answer"] == "Vårt eget SIBS-kurs."
