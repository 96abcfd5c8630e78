"""The front door of the knowledge base: search, decide, read, screen, detect, publish.

Everything that other rooms need of it is here; they import nothing else of it but the types that it returns.
Searching never waits for a rebuild: a new index is made beside the serving one and swapped in whole.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from core import clock, logging, readers
from core.database import Database
from core.errors import NotFound
from core.i18n import LANGUAGES
from core.payloads import Answer, Clarify, Payload, Say
from core.remembering import Remembered
from knowledge_base import articles, follow_ups, languages, second_opinion
from knowledge_base.articles import ArticleView
from knowledge_base.listening.feelings import by_rules
from knowledge_base.listening.readers import Reader, reader
from knowledge_base.listening.wishes import Wish, wish
from knowledge_base.retrieval import classifier, learning, published, ranker_store, ranking, vector_store, words
from knowledge_base.retrieval.calibration import UNCALIBRATED, Decision
from knowledge_base.retrieval.embeddings import Embedder, Vectors
from knowledge_base.retrieval.index import Index, build, missing
from knowledge_base.retrieval.projection import identity
from knowledge_base.retrieval.published import Published
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.ranking import Ranked
from knowledge_base.safety.screen import Screening, screen

log = logging.get("knowledge_base")

READERS = frozenset(readers.READERS)
STAFF = READERS | {"staff"}
MAX_ALTERNATIVES = 3
# From the second miss in a row a person is offered, and "yes" means: bring one in.
OFFER_HUMAN_AFTER = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One article of a search result."""

    article_id: str
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked articles, how sure the first is, and what to do with it."""

    language: str
    decision: Decision
    confidence: float
    results: list[Found] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard in a message beside its question."""

    reader: Reader | None = None
    feeling: str | None = None


class KnowledgeBase:
    """One per process. Thread-safe."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self.embedder = embedder
        self._index: Index | None = None
        self._ranker = Ranker(identity(embedder.dimension), None, UNCALIBRATED)
        self._stamp: learning.Stamp | None = None  # of the serving ranker
        self._rebuilding = threading.Lock()
        self._searched: Remembered[tuple[Any, ...], tuple[list[Ranked], Decision, float]] = Remembered(256)
        self._read: Remembered[tuple[Any, ...], ArticleView] = Remembered(512)  # articles as readers get them

    # --- searching -------------------------------------------------------------------------------------------------

    @property
    def index(self) -> Index | None:
        """The serving snapshot; None until the first build."""
        return self._index

    def search(
        self,
        text: str,
        municipality: str,
        language: str,
        *,
        limit: int = 5,
        audiences: frozenset[str] = READERS,
        audience: str = "adult",
        vector: Vectors | None = None,
    ) -> SearchResult:
        """The articles that answer `text` for a reader of this municipality, best first.

        A `child` or a `youth` gets their own articles before others that fit as well.
        `vector` is the text's embedding where the caller has it already (one embedding a message). Nothing found, or
        only emoji, gives the decision `none`. The same search again, or while it is under way, costs nothing: a turn
        begins it while the engine is still making out what was meant.
        """
        index, ranker = self._index, self._ranker
        if index is None or not any(c.isalnum() for c in text):
            return SearchResult(language, "none", 0.0)

        def look() -> tuple[list[Ranked], Decision, float]:
            query = vector if vector is not None else self.embedder.embed_one(text)
            logits = ranker.classifier.logits(text, language, query) if ranker.classifier else {}
            hits = index.nearest(query, municipality, audiences)
            found = ranking.rank(hits, language, logits)
            if audience != "adult":
                found = ranking.prefer(found, audience)
            decision, confidence = ranker.calibration.judge(found, logits)
            if found and ranking.in_its_own_words(hits, found[0]):
                decision, confidence = "answer", max(confidence, ranking.SURE_BY_WORDS)
            return found, decision, confidence

        ranked, decision, confidence = self._searched.get(
            (index.version, index.built_at, text, municipality, language, audiences, audience), look
        )
        return SearchResult(language, decision, confidence, _found(ranked[:limit], confidence))

    def respond(
        self,
        text: str,
        municipality: str,
        language: str,
        *,
        last_article: str | None = None,
        tried: Collection[str] = (),
        audience: str = "adult",
        vector: Vectors | None = None,
    ) -> Payload:
        """What to do about a question: answer with an article, offer alternatives, or say that nothing was found.

        A short question that says little by itself ("and how do I apply?") is taken as one about `last_article`. Articles
        of `tried` did not help in this talk: they are left out, and what comes next is offered, not claimed.
        """
        result = self.search(text, municipality, language, limit=5 + len(tried), audience=audience, vector=vector)
        left = [r.article_id for r in result.results if r.article_id not in tried][:MAX_ALTERNATIVES]
        first = result.results[0].article_id if result.results else None
        if result.decision == "answer" and first not in tried:
            # a second question that the same article answers gets the part that is about it, not the same words again
            return Answer(str(first), result.confidence, follow_up=text if first == last_article else None)
        if last_article and follow_ups.says_little(text) and result.confidence < follow_ups.UNSURE_BELOW:
            return Answer(last_article, result.confidence, follow_up=text)
        if result.decision != "none" and left:
            return Clarify(tuple(left), result.confidence)
        return Say("not_found", menu="not_found")

    def respond_after_failure(
        self,
        question: str,
        municipality: str,
        language: str,
        *,
        tried: Collection[str],
        misses: int,
        audience: str = "adult",
    ) -> list[Payload]:
        """What to do when an answer did not help: the next best once, then a person. `misses` counts this one."""
        if misses >= OFFER_HUMAN_AFTER:
            return [Say("miss_again", menu="human")]
        if question:
            found = self.respond(question, municipality, language, tried=tried, audience=audience)
            if not isinstance(found, Say):
                return [Say("next_best"), found]
        return [Say("not_helpful", menu="human")]

    # --- reading ---------------------------------------------------------------------------------------------------

    def article(
        self, session: Session, slug: str, municipality_id: str, language: str, *, audiences: frozenset[str] = READERS
    ) -> ArticleView:
        """An article for a reader; NotFound also for one that this reader may not see."""
        from knowledge_base.municipalities import access_municipality

        municipality = access_municipality(session, municipality_id)

        def read() -> ArticleView:
            return articles.view(articles.effective(session, slug, municipality_id), municipality, language)

        # What is published, and the municipality's own facts that are filled in, as this transaction sees them.
        seen = (articles.version(session), municipality.name, json.dumps(municipality.settings, sort_keys=True))
        view = self._read.get((*seen, slug, municipality_id, language), read)
        if view.audience not in audiences:
            raise NotFound(f"No article «{slug}».", code="unknown_article")
        return view

    def titles(self, session: Session, slugs: tuple[str, ...], municipality_id: str, language: str) -> dict[str, str]:
        """Titles by slug, for choices; unknown slugs are left out."""
        found: dict[str, str] = {}
        for slug in slugs:
            try:
                found[slug] = self.article(session, slug, municipality_id, language).title
            except NotFound:
                log.info("title_of_unknown_article slug=%s", slug)
        return found

    def whole(self, session: Session, article: ArticleView, municipality_id: str) -> ArticleView:
        """The article with its body: in the reader's language, else in the nearest that has one (`source_language`)."""
        if article.body:
            return article
        from knowledge_base.municipalities import access_municipality

        kept = articles.effective(session, article.article_id, municipality_id)
        with_body = {t.language for t in kept.translations if t.body}
        language = next((w for w in articles.fallback(article.language) if w in with_body), None)
        if language is None:
            return article
        return articles.view(kept, access_municipality(session, municipality_id), language)

    def parts(self, article: ArticleView) -> list[str]:
        """The parts of an article's body as plain text, each with its heading as the first line."""
        return follow_ups.parts(article.body)

    def section_for(self, article: ArticleView, question: str) -> str | None:
        """The part of an article's body that is nearest to a follow-up question; None where it has no body."""
        return follow_ups.best_section(self.embedder, article.body, question)

    # --- screening and languages -----------------------------------------------------------------------------------

    def screen(self, text: str) -> Screening:
        """The crisis screen and the wish for a human: rules, and by the text's meaning what they have no words for."""
        return self.second_opinion(screen(text), text)

    def screen_by_rules(self, text: str) -> Screening:
        """The rules alone: they need nothing that can be down."""
        return screen(text)

    def listen(self, text: str) -> Heard:
        """Who a message shows its writer to be (child, youth, adult; mostly nothing), and the feeling it carries."""
        return Heard(reader(text), by_rules(text).feeling)

    def second_opinion(self, found: Screening, text: str, *, reserved: bool = False) -> Screening:
        """Add to what the rules found, `reserved` where words may mean something else. If the model fails, the rules stand."""
        opinion = second_opinion.shipped(self.embedder.name)
        if opinion is None or not any(c.isalnum() for c in text):
            return found
        try:
            added = opinion.add_to(found, text.strip(), self.embedder.embed_one, reserved=reserved)
        except Exception as error:  # whatever it was: a crisis that the rules have found gets its card
            log.exception("second_opinion_failed error=%s", type(error).__name__)
            return found
        # "Can you explain it more simply?" is known by its words: only rules hear the wish for a person in it.
        only_heard = added.wants_human and not found.wants_human
        return replace(added, wants_human=False) if only_heard and wish(text) else added

    def count_words(self, text: str, language: str) -> None:
        """What second opinion and search need of a text beside its vector: to be done while that is being made."""
        try:
            for of in (second_opinion.ANY_LANGUAGE, language):
                classifier.count_one(text, of)
        except (RuntimeError, ValueError) as error:  # who needs them counts them again
            log.warning("count_words_failed error=%s", type(error).__name__)

    def wish(self, text: str) -> Wish | None:
        """Does a short message wish for `more` of the last answer, or a `simpler` one?"""
        return wish(text)

    def reply_language(self, text: str, current: str, *, chosen: bool) -> str:
        """The language to answer in."""
        return languages.reply_language(text, current, chosen=chosen)

    def detect_language(self, text: str) -> str | None:
        """The language of a text, None where there is nothing to go by."""
        found = languages.detect(text)
        return found.language if found else None

    # --- building --------------------------------------------------------------------------------------------------

    def rebuild(self, *, relearn: bool = False, progress: learning.Progress | None = None) -> Index:
        """Make an index of what is published now, with the ranker that is stored now, and swap it in.

        Only new texts are embedded. `relearn` also learns projection, classifier and calibration anew (a minute); they are
        learned in any case when there are none. A build that fails leaves the serving index as it is.
        """
        with self._rebuilding:
            with self._database.reading() as session:
                content = published.read(session)
                ranker, stamp = self._stored_ranker(session)
            if stamp is None or relearn:
                ranker, stamp = learning.learn_and_store(
                    self._database, self.embedder.name, content, self.embedder.embed, progress
                )
            made = self._index_of(content, ranker, progress)
            self._ranker, self._stamp, self._index = ranker, stamp, made
            log.info("index_built version=%d articles=%d texts=%d", made.version, len(made.articles), made.size)
            return made

    def _stored_ranker(self, session: Session) -> tuple[Ranker, learning.Stamp | None]:
        """The stored ranker, read only where another one serves; no stamp where none has been learned."""
        stamp = ranker_store.stamp(session, self.embedder.name)
        if stamp is None or stamp == self._stamp:
            return self._ranker, stamp
        return ranker_store.load(session, self.embedder.name) or (self._ranker, None)

    def _index_of(self, content: Published, ranker: Ranker, progress: learning.Progress | None) -> Index:
        def embedding(done: int, total: int) -> None:
            if progress:
                progress("embedding", done, total)

        vectors = vector_store.vectors_for(
            self._database,
            self.embedder.name,
            missing(content, ranker.projection, self._index),
            self.embedder.embed,
            embedding,
        )
        return build(content, self.embedder.name, ranker.projection, vectors, self.embedder.dimension, self._index)

    def load_words(self) -> None:
        """Load the word tables of every language (two seconds): until then the search does without lemmas."""
        words.load_all(LANGUAGES)

    def is_behind(self) -> bool:
        """Has something been published, or a ranker been learned, that does not serve yet?"""
        with self._database.reading() as session:
            version = articles.version(session)
            return (
                self._index is None
                or version != self._index.version
                or ranker_store.stamp(session, self.embedder.name) != self._stamp
            )

    def status(self) -> dict[str, Any]:
        """The index's build metadata, for `readyz` and `doctor`."""
        if self._index is None:
            return {"ready": False}
        return {
            "ready": True,
            "version": self._index.version,
            "digest": self._index.digest,
            "learned_from": self._stamp[0] if self._stamp else None,
            "model": self._index.model,
            "articles": len(self._index.articles),
            "texts": self._index.size,
            "built_at": clock.rfc3339(self._index.built_at),
        }


def _found(ranked: list[Ranked], confidence: float) -> list[Found]:
    """Results with a confidence each: the first has the calibrated one, the others less by their distance to it."""
    if not ranked:
        return []
    top = ranked[0].score
    return [Found(r.article.slug, round(r.score, 4), round(confidence / (1.0 + top - r.score), 4)) for r in ranked]
