"""The second opinion adds what the rules have no words for, and takes back only what doubtful patterns found."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base import second_opinion
from knowledge_base.retrieval.embeddings import BUNDLED, Embedder
from knowledge_base.safety.rules import CATEGORIES
from knowledge_base.safety.screen import Screening, screen
from knowledge_base.second_opinion import SecondOpinion, learning
from knowledge_base.service import KnowledgeBase


@pytest.fixture(scope="module")
def opinion() -> SecondOpinion:
    made = second_opinion.shipped(BUNDLED)
    assert made is not None
    return made


class TestShipped:
    def test_was_learned_from_the_present_sentences(self) -> None:
        assert learning.is_current(), "run `naer safety learn` and commit knowledge_base/safety/learned.npz"

    def test_another_model_has_none(self) -> None:
        assert second_opinion.shipped("some/other-model") is None

    def test_packing_keeps_what_was_learned(self, opinion: SecondOpinion, embedder: Embedder) -> None:
        again = SecondOpinion.unpack(opinion.pack("x"))
        text = "han svarer ikke når jeg roper, leppene er helt blå"
        vector = embedder.embed_one(text)
        assert again.probabilities(text, vector)[0] == pytest.approx(opinion.probabilities(text, vector)[0], abs=1e-3)


class TestOpinion:
    @pytest.mark.parametrize(
        ("text", "category"),
        [
            ("han har pakket bort alle tingene sine og skrevet brev til hver av oss", "suicide"),
            ("mormor gikk ut i natt i bare nattkjolen og vi vet ikke hvor", "missing"),
            ("babyen bare skriker og jeg er redd for hva hendene mine gjør nå", "threat"),
            ("mum has been in her room with bottles since monday and i feed my little sister toast", "child"),
        ],
    )
    def test_sees_what_is_said_between_the_lines(
        self, opinion: SecondOpinion, embedder: Embedder, text: str, category: str
    ) -> None:
        assert opinion.add_to(screen(text), text, embedder.embed_one(text)).category == category

    @pytest.mark.parametrize(
        "text",
        [
            "Hva er avlastning, og hvordan søker jeg?",
            "hvem bestemmer om mamma får plass på sykehjem",
            "Is there a course on dementia in the evenings?",
            "Я дуже втомилася, чи можна отримати допомогу вдома?",
            "kan hjemmesykepleien klippe plenen også",
        ],
    )
    def test_lets_ordinary_questions_be(self, opinion: SecondOpinion, embedder: Embedder, text: str) -> None:
        assert opinion.add_to(Screening(None, False), text, embedder.embed_one(text)) == Screening(None, False)

    @pytest.mark.parametrize("category", CATEGORIES)
    def test_never_takes_a_crisis_back(self, opinion: SecondOpinion, embedder: Embedder, category: str) -> None:
        text = "Når er kurset om demens?"
        assert opinion.add_to(Screening(category, True), text, embedder.embed_one(text)) == Screening(category, True)

    def test_takes_back_what_only_doubtful_patterns_found(self, opinion: SecondOpinion, embedder: Embedder) -> None:
        text = "Når er kurset om demens?"
        found = Screening("missing", False, doubtful=True)
        assert opinion.add_to(found, text, embedder.embed_one(text)).category is None

    @pytest.mark.parametrize(
        ("text", "category"),
        [
            ("når er kurset? han har samlet alle pillene i en pose og sier vi får det bedre uten ham", "suicide"),
            (
                "is there a course on dementia? he locks me in and takes my phone, last night he burnt my arm",
                "violence",
            ),
            ("hvor lenge kan man få pleiepenger, han er blå rundt munnen og jeg får ikke kontakt", "medical"),
            ("kan jeg få støttekontakt? babyen skriker og jeg er redd for hva hendene mine gjør nå", "threat"),
        ],
    )
    def test_hears_a_crisis_beside_a_question(
        self, opinion: SecondOpinion, embedder: Embedder, text: str, category: str
    ) -> None:
        assert opinion.add_to(screen(text), text, embedder.embed_one(text)).category == category


class TestFailure:
    def test_a_model_that_fails_leaves_the_rules(
        self, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(text: str) -> np.ndarray:
            raise RuntimeError("no model")

        monkeypatch.setattr(knowledge.embedder, "embed_one", broken)
        assert knowledge.screen("mannen min puster ikke").category == "medical"
