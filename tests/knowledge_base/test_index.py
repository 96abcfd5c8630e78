"""The index: who finds what, and that searching goes on whole while it is rebuilt."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import faiss
import pytest

from core.database import Database
from core.payloads import Answer, Say
from knowledge_base import articles, editing
from knowledge_base.editing import Change, Editor
from knowledge_base.models import Article
from knowledge_base.retrieval import published
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.retrieval.entries import entries_of, passages
from knowledge_base.service import STAFF, KnowledgeBase

QUESTION = "Hvordan søker jeg om omsorgsstønad?"
EDITOR = Editor("e@example.no", "lillestrom")


def slugs(knowledge: KnowledgeBase, text: str, municipality: str = "lillestrom", **how: object) -> list[str]:
    return [r.article_id for r in knowledge.search(text, municipality, "nb", limit=20, **how).results]  # type: ignore[arg-type]


class TestWhoFindsWhat:
    def test_an_ended_offer_never_answers(self, database: Database, embedder: Embedder) -> None:
        with database.writing() as session:
            for article in session.query(Article).filter_by(slug="dementia-course"):
                article.status = "ended"
        knowledge = KnowledgeBase(database, embedder)
        knowledge.rebuild()
        assert "dementia-course" not in slugs(knowledge, "Demenskurs for pårørende")
        with database.reading() as session:
            assert entries_of(session.query(Article).filter_by(slug="dementia-course").first()) == []

    def test_staff_articles_are_for_staff(self, knowledge: KnowledgeBase) -> None:
        question = "Når har ansatte opplysningsplikt til barnevernet?"
        assert "staff-duty-to-report" not in slugs(knowledge, question)
        assert slugs(knowledge, question, audiences=STAFF)[0] == "staff-duty-to-report"

    def test_the_municipalitys_own_variant_hides_the_national_one(
        self, knowledge: KnowledgeBase, database: Database
    ) -> None:
        with database.writing() as session:
            editing.save_draft(
                session,
                EDITOR,
                "care-benefit",
                Change(texts={"nb": {"title": "Hest", "questions": ["Kan jeg få en hest?"]}}),
            )
            editing.publish(session, EDITOR, "care-benefit")
        index = knowledge.rebuild()
        vector = knowledge.embedder.embed_one("Kan jeg få en hest?")
        for municipality, scope in (("lillestrom", "lillestrom"), ("baerum", "national")):
            seen = {
                h.article.scope for h in index.nearest(vector, municipality, STAFF) if h.article.slug == "care-benefit"
            }
            assert seen == {scope}

    def test_an_unknown_municipality_sees_the_national_ones(self, knowledge: KnowledgeBase) -> None:
        assert knowledge.index is not None
        vector = knowledge.embedder.embed_one(QUESTION)
        assert {h.article.scope for h in knowledge.index.nearest(vector, "nowhere", STAFF)} == {"national"}

    def test_an_empty_knowledge_base_finds_nothing(self, database: Database, embedder: Embedder) -> None:
        with database.writing() as session:
            for article in session.query(Article):
                article.archived = True
        knowledge = KnowledgeBase(database, embedder)
        assert knowledge.search(QUESTION, "baerum", "nb").decision == "none"
        knowledge.rebuild(relearn=True)
        assert knowledge.search(QUESTION, "baerum", "nb").results == []
        assert isinstance(knowledge.respond(QUESTION, "baerum", "nb"), Say)


class TestRespond:
    def test_answers_what_is_asked(self, knowledge: KnowledgeBase) -> None:
        payload = knowledge.respond(QUESTION, "lillestrom", "nb")
        assert isinstance(payload, Answer)
        assert payload.article_id == "care-benefit"

    @pytest.mark.parametrize("language", ["nb", "nn", "en", "pl", "ur", "ti"])
    def test_a_title_word_by_word_gets_its_article(
        self, knowledge: KnowledgeBase, database: Database, language: str
    ) -> None:
        index = knowledge.index
        assert index is not None
        with database.reading() as session:
            entries = published.read(session).entries
        titles = {
            (index.articles[e.article].slug, e.text.rstrip(".").lower())
            for e in entries
            if e.part == "title" and e.language == language and index.articles[e.article].audience == "adult"
        }
        assert len(titles) > 10
        missed = []
        for slug, title in sorted(titles):
            result = knowledge.search(title, "lillestrom", language)
            own = {t for s, t in titles if s == result.results[0].article_id}
            if result.decision != "answer" or (result.results[0].article_id != slug and title not in own):
                missed.append((slug, title, result.decision, result.results[0].article_id))
        assert not missed

    def test_the_given_vector_is_the_texts_own(self, knowledge: KnowledgeBase) -> None:
        vector = knowledge.embedder.embed_one(QUESTION)
        assert knowledge.search(QUESTION, "baerum", "nb", vector=vector) == knowledge.search(QUESTION, "baerum", "nb")


class TestRebuild:
    def test_searching_goes_on_whole_meanwhile(self, knowledge: KnowledgeBase, database: Database) -> None:
        stop = threading.Event()
        expected = slugs(knowledge, QUESTION)[0]

        def search() -> int:
            count = 0
            while not stop.is_set():
                assert slugs(knowledge, QUESTION)[0] == expected
                count += 1
            return count

        with ThreadPoolExecutor(8) as pool:
            searches = [pool.submit(search) for _ in range(8)]
            for _ in range(3):
                knowledge.rebuild()
            stop.set()
            assert all(s.result() > 0 for s in searches)

    def test_is_known_to_be_behind_after_a_publication(self, knowledge: KnowledgeBase, database: Database) -> None:
        assert knowledge.is_behind() is False
        with database.writing() as session:
            articles.bump_version(session)
        assert knowledge.is_behind() is True
        knowledge.rebuild()
        assert knowledge.is_behind() is False

    def test_that_fails_leaves_the_serving_index(
        self, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = knowledge.index
        monkeypatch.setattr("knowledge_base.service.build", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            knowledge.rebuild()
        assert knowledge.index is before
        assert slugs(knowledge, QUESTION)

    def test_embeds_only_what_is_new(
        self, knowledge: KnowledgeBase, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        embedded: list[str] = []
        embed = knowledge.embedder.embed

        def counting(texts: list[str]) -> object:
            embedded.extend(texts)
            return embed(texts)

        monkeypatch.setattr(knowledge.embedder, "embed", counting)
        knowledge.rebuild()
        assert embedded == []
        with database.writing() as session:
            editing.save_draft(
                session, EDITOR, "own-strain", Change(texts={"nb": {"questions": ["Er sebraer slitne?"]}})
            )
            editing.publish(session, EDITOR, "own-strain")
        knowledge.rebuild()
        assert embedded == ["Er sebraer slitne?"]


class TestAboveTheSwitch:
    def test_new_texts_join_the_graph_gone_ones_leave_it(
        self, database: Database, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("knowledge_base.retrieval.index.APPROXIMATE_ABOVE", 1000)
        knowledge = KnowledgeBase(database, embedder)
        before = knowledge.rebuild()
        assert isinstance(before._faiss, faiss.IndexHNSWFlat)
        assert slugs(knowledge, QUESTION)[0] == "care-benefit"
        with database.writing() as session:
            for slug, question in (("own-strain", "Er sebraer slitne?"), ("dementia-course", "Går sebraer på kurs?")):
                editing.save_draft(session, EDITOR, slug, Change(texts={"nb": {"questions": [question]}}))
                editing.publish(session, EDITOR, slug)
            session.query(Article).filter_by(slug="care-benefit").one().archived = True
        after = knowledge.rebuild()
        assert isinstance(after._faiss, faiss.IndexHNSWFlat)
        assert after._faiss.ntotal == before._faiss.ntotal + 2
        assert after.size < before.size
        assert "care-benefit" not in slugs(knowledge, QUESTION)
        vector = embedder.embed_one("Er sebraer slitne?")
        assert after.nearest(vector, "lillestrom", STAFF)[0].article.slug == "own-strain"
        gone = [row for digest, row in after.rows.items() if not after.owners[row] and digest in before.rows]
        assert gone

    def test_the_same_is_found_as_below_it(
        self, knowledge: KnowledgeBase, database: Database, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exact = slugs(knowledge, QUESTION)[:3]
        monkeypatch.setattr("knowledge_base.retrieval.index.APPROXIMATE_ABOVE", 1000)
        approximate = KnowledgeBase(database, embedder)
        approximate.rebuild()
        assert slugs(approximate, QUESTION)[:3] == exact


class TestPassages:
    def test_are_the_sections_with_their_headings(self) -> None:
        body = "Innledning som er lang nok.\n\n## Slik søker du\n\nSkriv til kommunen, så svarer de.\n"
        assert list(passages(body)) == [
            "Innledning som er lang nok.",
            "Slik søker du Skriv til kommunen, så svarer de.",
        ]

    def test_lose_no_words_of_a_long_section(self) -> None:
        words = [f"ord{n}" for n in range(500)]
        assert " ".join(passages(" ".join(words))).split() == words

    @pytest.mark.parametrize("body", ["", "\n", "kort", "## "])
    def test_of_next_to_nothing_are_none(self, body: str) -> None:
        assert list(passages(body)) == []
