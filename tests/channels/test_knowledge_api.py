"""Search, articles, municipalities and the screen over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from core.i18n import LANGUAGES
from knowledge_base.safety.rules import CATEGORIES
from tests.support import EDITOR, StaffMember, Talk, error_of

STAFF_QUESTION = "Når har ansatte opplysningsplikt til barnevernet?"


def search(client: TestClient, q: str = "avlastning", **params: Any) -> Any:
    return client.get("/api/v1/search", params={"q": q, "municipality": "lillestrom", **params})


class TestSearch:
    def test_has_the_contracts_shape(self, client: TestClient) -> None:
        body = search(client, "Hvordan søker jeg om omsorgsstønad?", lang="nb").json()
        assert set(body) >= {"language", "decision", "results"}
        assert (body["language"], body["decision"]) == ("nb", "answer")
        first = body["results"][0]
        assert set(first) == {"article_id", "title", "language", "score", "confidence", "snippet"}
        assert first["article_id"] == "care-benefit"
        assert first["confidence"] == pytest.approx(body["confidence"], abs=1e-3)
        assert all(0 <= r["confidence"] <= 1 for r in body["results"])
        assert [r["score"] for r in body["results"]] == sorted((r["score"] for r in body["results"]), reverse=True)

    @pytest.mark.parametrize(
        ("q", "language"),
        [("Jak mogę złożyć skargę na opiekę zdrowotną?", "pl"), ("How can I complain about the health care?", "en"),
         ("Як мені подати скаргу на медичну допомогу?", "uk"), ("Korleis klagar eg på helsehjelpa til mor?", "nn")],
    )  # fmt: skip
    def test_detects_the_language_when_none_is_given(self, client: TestClient, q: str, language: str) -> None:
        body = search(client, q).json()
        assert body["language"] == language
        assert body["results"][0]["article_id"] == "complain-health"
        assert body["results"][0]["language"] == language

    @pytest.mark.parametrize("limit", [1, 3, 20])
    def test_gives_no_more_than_the_limit_and_each_article_once(self, client: TestClient, limit: int) -> None:
        found = [r["article_id"] for r in search(client, limit=limit).json()["results"]]
        assert 0 < len(found) <= limit
        assert len(set(found)) == len(found)

    @pytest.mark.parametrize("q", ["😭😭", "?!", "…"])
    def test_of_no_words_finds_nothing(self, client: TestClient, q: str) -> None:
        body = search(client, q).json()
        assert (body["decision"], body["results"]) == ("none", [])

    def test_of_something_else_is_no_answer(self, client: TestClient) -> None:
        for q in ("Hvem vant fotballkampen i går kveld?", "What is the capital of Australia?"):
            assert search(client, q).json()["decision"] != "answer"

    def test_each_municipality_finds_its_own_variant(self, client: TestClient) -> None:
        for municipality in ("baerum", "lillestrom"):
            read = client.get("/api/v1/articles/sibs-course", params={"municipality": municipality}).json()
            assert read["scope"] == municipality
            found = search(client, "SIBS kurs for søsken", municipality=municipality, lang="nb").json()["results"]
            (hit,) = [r for r in found if r["article_id"] == "sibs-course"]
            assert read["answer"].startswith(hit["snippet"])

    def test_hides_staff_articles_from_relatives_and_shows_them_to_staff(
        self, client: TestClient, staff: Callable[[str], StaffMember]
    ) -> None:
        hidden = [r["article_id"] for r in search(client, STAFF_QUESTION, limit=20).json()["results"]]
        assert "staff-duty-to-report" not in hidden
        shown = staff(EDITOR).call(
            "GET", "/search", params={"q": STAFF_QUESTION, "municipality": "lillestrom", "lang": "nb"}
        )
        assert shown.json()["results"][0]["article_id"] == "staff-duty-to-report"

    @pytest.mark.parametrize(
        "params",
        [{"q": ""}, {"q": "x" * 2001}, {"limit": 0}, {"limit": 21}, {"limit": "x"}, {"lang": "xx"}, {"lang": "toolong"}, {"municipality": "oslo"}],
    )  # fmt: skip
    def test_wrong_parameters(self, client: TestClient, params: dict[str, Any]) -> None:
        error_of(search(client, **params), 422)

    @pytest.mark.parametrize("missing", ["q", "municipality"])
    def test_missing_parameters_are_named(self, client: TestClient, missing: str) -> None:
        params = {"q": "avlastning", "municipality": "lillestrom"}
        del params[missing]
        assert missing in error_of(client.get("/api/v1/search", params=params), 422)["details"]

    @pytest.mark.parametrize("q", ["\x00", "a\x00b", "' OR 1=1 --", "<script>", "a " * 900, "ا" * 500])
    def test_odd_questions_do_no_harm(self, client: TestClient, q: str) -> None:
        assert search(client, q).status_code == 200


class TestArticle:
    def read(self, client: TestClient, slug: str = "respite-care", **params: str) -> httpx.Response:
        return client.get(f"/api/v1/articles/{slug}", params={"municipality": "lillestrom", **params})

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_there_in_every_language(self, client: TestClient, language: str) -> None:
        body = self.read(client, lang=language).json()
        assert (body["language"], body["source_language"]) == (language, language)
        assert body["title"]
        assert body["answer"]
        assert "{{" not in body["answer"] + body["body"] + body["title"]

    def test_says_where_it_comes_from(self, client: TestClient) -> None:
        body = self.read(client, "care-benefit").json()
        assert body["law"][0]["url"].startswith("https://lovdata.no/")
        assert len(body["reviewed_on"]) == 10
        assert client.get(body["url"]).status_code == 200

    def test_a_missing_language_falls_back_and_says_so(self, own_client: TestClient, database: Any) -> None:
        from knowledge_base.models import Article

        with database.writing() as session:
            article = session.query(Article).filter_by(slug="respite-care").one()
            article.translations = [t for t in article.translations if t.language in ("nb", "en")]
        for asked, got in (("pl", "en"), ("nn", "nb"), ("ar", "en")):
            body = self.read(own_client, lang=asked).json()
            assert (body["language"], body["source_language"]) == (asked, got)

    def test_fills_in_the_municipalitys_facts(self, client: TestClient) -> None:
        assert "66 93 80 00" in str(self.read(client, "contact-municipality").json())

    def test_a_staff_article_is_not_there_for_relatives(
        self, client: TestClient, staff: Callable[[str], StaffMember]
    ) -> None:
        error_of(self.read(client, "staff-duty-to-report"), 404)
        assert staff(EDITOR).call("GET", "/articles/staff-duty-to-report?municipality=lillestrom").status_code == 200

    @pytest.mark.parametrize("slug", ["no-such", "..%2f..%2fetc", "x" * 300])
    def test_of_an_unknown_name(self, client: TestClient, slug: str) -> None:
        error_of(self.read(client, slug), 404)

    def test_of_an_unknown_place_or_language(self, client: TestClient) -> None:
        assert error_of(self.read(client, municipality="oslo"), 422)["code"] == "unknown_municipality"
        assert error_of(self.read(client, lang="xx"), 422)["code"] == "unknown_language"


class TestList:
    def test_has_the_contracts_shape_and_no_staff_articles(self, client: TestClient) -> None:
        rows = client.get("/api/v1/articles?municipality=baerum&lang=pl").json()
        assert all(set(r) >= {"article_id", "kind", "scope", "title", "reviewed_on", "languages"} for r in rows)
        names = [r["article_id"] for r in rows]
        assert len(set(names)) == len(names)
        assert not [n for n in names if n.startswith("staff-")]
        assert {r["scope"] for r in rows} == {"national", "baerum"}

    def test_staff_see_all(self, staff: Callable[[str], StaffMember]) -> None:
        rows = staff(EDITOR).call("GET", "/articles?municipality=lillestrom").json()
        assert "staff-duty-to-report" in [r["article_id"] for r in rows]


class TestMunicipalities:
    def test_have_the_contracts_shape(self, client: TestClient) -> None:
        rows = client.get("/api/v1/municipalities").json()
        assert [r["id"] for r in rows] == ["baerum", "lillestrom"]
        assert all(set(r) >= {"id", "name", "languages", "open_now", "next_opening"} for r in rows)
        assert rows[0]["languages"] == list(LANGUAGES)
        assert rows[0]["open_now"] is True


class TestScreen:
    @pytest.mark.parametrize(
        ("text", "category"),
        [("Mannen min sier at han skal ta livet sitt i natt", "suicide"), ("Mamma puster ikke", "medical"), ("Mannen min slår meg", "violence"),
         ("Hvordan søker jeg om avlastning?", None), ("", None), ("😭", None)],
    )  # fmt: skip
    def test_names_the_category(self, client: TestClient, text: str, category: str | None) -> None:
        body = client.post("/api/v1/screen", json={"text": text}).json()
        assert set(body) == {"category", "wants_human", "language"}
        assert body["category"] == category
        assert category is None or category in CATEGORIES

    def test_says_who_wants_a_person(self, client: TestClient) -> None:
        assert client.post("/api/v1/screen", json={"text": "I want to talk to a person"}).json()["wants_human"] is True

    @pytest.mark.parametrize(
        "text", ["Dette sier jeg bare til roboten", "Hva er avlastning?", "Hvem kan jeg ringe om omsorgsstønad?"]
    )
    def test_does_not_bring_a_person_unasked(self, client: TestClient, text: str) -> None:
        assert client.post("/api/v1/screen", json={"text": text}).json()["wants_human"] is False

    @pytest.mark.parametrize(
        "body", [{}, {"text": 1}, {"text": "x" * 20_001}, {"text": "x", "language": "xx"}, {"text": "x", "y": 1}]
    )
    def test_wrong_bodies(self, client: TestClient, body: Any) -> None:
        error_of(client.post("/api/v1/screen", json=body), 422)

    def test_keeps_nothing(self, own_client: TestClient, data_dir: Any) -> None:
        own_client.post("/api/v1/screen", json={"text": "zebrafink-4711 mamma puster ikke"})
        assert not [p.name for p in data_dir.glob("naer.db*") if b"zebrafink-4711" in p.read_bytes()]


def test_a_staff_article_cannot_be_pressed_for(client: TestClient) -> None:
    error_of(Talk(client).post(payload='/choose_article{"article_id": "staff-duty-to-report"}'), 422)
