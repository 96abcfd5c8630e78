"""Which article a text is about, learned from the articles' own texts: meaning and words in one linear model.

Three kinds of features: the sentence vector (meaning, across languages), character n-grams (compounds, inflections, typing
errors, Latin-script spellings), and spaCy's lemmas. Multinomial logistic regression over all three together, so that each
says what the others can't. Learned in seconds by L-BFGS.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

from core.folding import fold
from knowledge_base.retrieval import words
from knowledge_base.retrieval.embeddings import Vectors

OFF_TOPIC = ""  # the class of texts that no article is about
Matrix = npt.NDArray[np.float32]
# Columns of the features that stand in a text, and 1 + log of how often; once for n-grams, once for lemmas.
Counted = list[tuple[npt.NDArray[np.int32], Matrix]]
_CHAR_BITS, _WORD_BITS = 16, 15
_BORDER = 2**_CHAR_BITS  # lemmas begin here
_DENSE_SCALE, _SPARSE_SCALE = 6.0, 8.0
_ITERATIONS = 20
SETUP = (_CHAR_BITS, _WORD_BITS, _DENSE_SCALE, _SPARSE_SCALE)  # weights learned with another one mean nothing
_chars = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 4), n_features=2**_CHAR_BITS, alternate_sign=False, norm=None, dtype=np.float32
)
_terms = HashingVectorizer(
    analyzer="word", tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 2),
    n_features=2**_WORD_BITS, alternate_sign=False, norm=None, dtype=np.float32,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights by class (an article's slug, or OFF_TOPIC)."""

    slugs: tuple[str, ...]
    mean: Matrix
    dense: Matrix  # (dimension, classes)
    lexical: npt.NDArray[np.float16]  # (n-gram and word features, classes)
    bias: Matrix
    idf: Matrix

    def logits(self, text: str, language: str, vector: Vectors) -> dict[str, float]:
        """How well each class fits a text with this unit vector, up to a constant."""
        return self.logits_of(count_one(text, language), vector)

    def logits_of(self, counted: Counted, vector: Vectors) -> dict[str, float]:
        """As `logits`, of a text that has been counted already: several classifiers can share it."""
        value = (vector - self.mean) * _DENSE_SCALE @ self.dense + self.bias
        for columns, logarithms in counted:
            weights = logarithms * self.idf[columns]
            weights *= _SPARSE_SCALE / max(float(np.linalg.norm(weights)), 1e-9)
            value = value + weights @ self.lexical[columns].astype(np.float32)
        return dict(zip(self.slugs, value.tolist(), strict=True))

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """For an archive: as NumPy arrays under `prefix` + their name; rows of `lexical` without a weight are left out."""
        used = np.flatnonzero(np.abs(self.lexical).max(axis=1) > 0)
        return {
            f"{prefix}slugs": np.array(self.slugs), f"{prefix}mean": self.mean, f"{prefix}dense": self.dense,
            f"{prefix}lexical": self.lexical[used], f"{prefix}used": used.astype(np.int32),
            f"{prefix}size": np.array(len(self.lexical)), f"{prefix}bias": self.bias,
            f"{prefix}idf": self.idf.astype(np.float16),
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, data: Mapping[str, npt.NDArray[Any]], prefix: str) -> Classifier | None:
        """Read what `arrays` made; None where there is nothing under `prefix`."""
        if f"{prefix}slugs" not in data:
            return None
        slugs = tuple(str(s) for s in data[f"{prefix}slugs"])
        lexical = np.zeros((int(data[f"{prefix}size"]), len(slugs)), dtype=np.float16)
        lexical[data[f"{prefix}used"]] = data[f"{prefix}lexical"]
        idf = data[f"{prefix}idf"].astype(np.float32)
        return cls(slugs, data[f"{prefix}mean"], data[f"{prefix}dense"], lexical, data[f"{prefix}bias"], idf)


def count_one(text: str, language: str) -> Counted:
    """The n-grams and lemmas of one text, for `Classifier.logits_of`. Asked again for the same text, it is quick."""
    return [_chars_of(text), _lemmas_of(text, language, words.is_loaded(language))]


@lru_cache(maxsize=128)
def _lemmas_of(text: str, language: str, loaded: bool) -> tuple[npt.NDArray[np.int32], Matrix]:
    """`loaded`: whether the language's words are there; what was found without them is not taken for what is found with them."""
    lemmas = _terms.transform([" ".join(words.terms_if_loaded(text, language) if loaded else [])])
    return lemmas.indices + _BORDER, 1.0 + np.log(lemmas.data)


@lru_cache(maxsize=64)
def _chars_of(text: str) -> tuple[npt.NDArray[np.int32], Matrix]:
    """A text's n-grams, the same in all languages: the screen and the search ask for those of the same message."""
    counts = _chars.transform([fold(text)])
    return counts.indices, 1.0 + np.log(counts.data)


def _counts(texts: Sequence[str], lemmas: Sequence[str]) -> sparse.csr_matrix:
    plain = [fold(t) for t in texts]
    return sparse.hstack([_chars.transform(plain), _terms.transform(lemmas)], format="csr")


def _weigh(counts: sparse.csr_matrix, idf: Matrix) -> sparse.csr_matrix:
    """Sublinear term frequency times inverse document frequency, each half (characters, words) of unit length × 8."""
    weighted = counts.copy()
    weighted.data = (1.0 + np.log(weighted.data)) * idf[weighted.indices]
    is_word = weighted.indices >= _BORDER
    rows = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
    for part in (is_word, ~is_word):
        norms = np.sqrt(np.bincount(rows[part], weighted.data[part] ** 2, minlength=weighted.shape[0]))
        weighted.data[part] *= _SPARSE_SCALE / np.maximum(norms[rows[part]], 1e-9)
    weighted.data = weighted.data.astype(np.float32)
    return weighted


def count(texts: Sequence[str], languages: Sequence[str]) -> sparse.csr_matrix:
    """How often each n-gram and lemma stands in each text, for `learn`. Seconds: the languages' tables are loaded."""
    words.load_all(tuple(dict.fromkeys(languages)))
    return _counts(texts, [" ".join(words.terms_if_loaded(t, lang)) for t, lang in zip(texts, languages, strict=True)])


def learn(
    counts: sparse.csr_matrix,
    vectors: Vectors,
    classes: npt.NDArray[np.int64],
    slugs: Sequence[str],
    *,
    iterations: int = _ITERATIONS,
) -> Classifier:
    """Learn from texts' counts, vectors (n, dimension) and classes (n,). Every class weighs the same."""
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (np.log((1 + len(classes)) / (1 + documents)) + 1.0).astype(np.float32)
    lexical = _weigh(counts, idf)
    mean = vectors.mean(0)
    dense, sparse_weights, bias = _fit(
        ((vectors - mean) * _DENSE_SCALE).astype(np.float32), lexical, classes, len(slugs), iterations
    )
    return Classifier(tuple(slugs), mean.astype(np.float32), dense, sparse_weights.astype(np.float16), bias, idf)


def _fit(
    dense: Matrix, lexical: sparse.csr_matrix, classes: npt.NDArray[np.int64], count: int, iterations: int
) -> tuple[Matrix, Matrix, Matrix]:
    """Weighted multinomial logistic regression with an L2 penalty of 1, by L-BFGS.

    Features that stand in one text only can't tell anything of another; they get no weight and cost no time.
    """
    used = np.flatnonzero(np.bincount(lexical.indices, minlength=lexical.shape[1]) > 1)
    narrow = lexical[:, used]
    s, transposed = _torch_csr(narrow), _torch_csr(narrow.T.tocsr())
    x = torch.from_numpy(dense)
    y = torch.from_numpy(classes)
    sizes = torch.bincount(y, minlength=count).clamp_min(1).float()
    weight = len(y) / (count * sizes)
    w = torch.zeros(dense.shape[1], count, requires_grad=True)
    u = torch.zeros(len(used), count, requires_grad=True)
    b = torch.zeros(count, requires_grad=True)
    optimiser = torch.optim.LBFGS([w, u, b], max_iter=iterations, history_size=8, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        logits = x @ w + _SparseProduct.apply(u, s, transposed) + b  # type: ignore[no-untyped-call]
        fit = torch.nn.functional.cross_entropy(logits, y, weight=weight, reduction="sum")
        loss = (fit + 0.5 * (w.square().sum() + u.square().sum())) / len(y)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(step)  # type: ignore[no-untyped-call]
    wide = np.zeros((lexical.shape[1], count), dtype=np.float32)
    wide[used] = u.detach().numpy()
    return w.detach().numpy(), wide, b.detach().numpy()


class _SparseProduct(torch.autograd.Function):
    """`sparse @ weights`, with the transposed matrix at hand for the gradient: PyTorch would make it anew each time."""

    @staticmethod
    def forward(ctx: Any, weights: torch.Tensor, matrix: torch.Tensor, transposed: torch.Tensor) -> torch.Tensor:
        ctx.transposed = transposed
        return matrix @ weights

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        return ctx.transposed @ gradients[0], None, None


def _torch_csr(matrix: sparse.csr_matrix) -> Any:
    with warnings.catch_warnings():  # PyTorch calls its CSR tensors "beta"; the version is pinned
        warnings.simplefilter("ignore")
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data),
            size=matrix.shape,
        )
