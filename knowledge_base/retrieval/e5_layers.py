"""The transformer of the bundled E5 as one compiled graph: a text's vector is one call, in which Python has no part.

Called layer by layer from Python, each of some two hundred operations would have to get the interpreter back, and wait for
it behind every other thread: 11 ms become 130 when another thread is busy. The graph needs it once (docs/decisions/0006).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from knowledge_base.retrieval import e5_weights

with (
    warnings.catch_warnings()
):  # PyTorch announces successors of its int8 modules and of its graphs; the version is pinned
    warnings.simplefilter("ignore")
    from torch.ao.nn.quantized import dynamic


class Encoder(nn.Module):
    """Word vectors (texts, length, 384), all of one length, → unit vectors (texts, 384)."""

    def __init__(self, weights: e5_weights.Weights) -> None:
        super().__init__()
        positions = tensor(weights, "emb.pos", weights.hidden).view(-1, weights.hidden)
        self.positions = positions + tensor(weights, "emb.type", weights.hidden).view(-1)[: weights.hidden]
        self.norm = _norm(weights, "emb.ln")
        self.layers = nn.ModuleList([_Layer(weights, i) for i in range(weights.layers)])

    def forward(self, words: torch.Tensor, attend: torch.Tensor | None = None) -> torch.Tensor:
        """`attend`: which tokens are text, bool (texts, length); None for all of them."""
        x = self.norm(words + self.positions[: words.shape[1]])
        mask = None if attend is None else attend[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        if attend is None:
            return functional.normalize(x.sum(1) / x.shape[1], dim=1)
        weight = attend.unsqueeze(-1).to(x.dtype)
        return functional.normalize((x * weight).sum(1) / weight.sum(1), dim=1)

    def compiled(self) -> Any:
        """The graph for texts of one length, `attend` being None. Shares the weights."""
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")
            return torch.jit.trace(self.eval(), torch.zeros(1, 9, self.positions.shape[1]), check_trace=False)  # type: ignore[no-untyped-call]


class _Layer(nn.Module):
    """One transformer layer: query, key and value in one product."""

    def __init__(self, weights: e5_weights.Weights, number: int) -> None:
        super().__init__()
        hidden, wide, self.heads = weights.hidden, weights.feed_forward, weights.heads

        def matrix(name: str, columns: int) -> torch.Tensor:
            return tensor(weights, f"l{number}.{name}", columns)

        self.qkv = _Product(
            torch.cat([matrix(n, hidden) for n in ("q.w", "k.w", "v.w")]),
            torch.cat([matrix(n, 1) for n in ("q.b", "k.b", "v.b")]),
        )
        self.out = _Product(matrix("ao.w", hidden), matrix("ao.b", 1))
        self.norm1 = _norm(weights, f"l{number}.aln")
        self.up = _Product(matrix("fi.w", hidden), matrix("fi.b", 1))
        self.down = _Product(matrix("fo.w", wide), matrix("fo.b", 1))
        self.norm2 = _norm(weights, f"l{number}.oln")

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        batch, length, hidden = x.shape
        query, key, value = self.qkv(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = self.norm1(x + self.out(context.transpose(1, 2).reshape(batch, length, hidden)))
        found: torch.Tensor = self.norm2(x + self.down(functional.gelu(self.up(x))))
        return found


class _Product(dynamic.Linear):
    """A matrix as signed 8-bit with a scale a row, packed for the kernels. `weight` has the shape (out, in)."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        scales = (weight.abs().amax(1) / 127.0).clamp_min(1e-8).double()
        zeros = torch.zeros(len(weight), dtype=torch.long)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__(weight.shape[1], weight.shape[0], dtype=torch.qint8)  # type: ignore[no-untyped-call]
            quantised = torch.quantize_per_channel(weight.contiguous(), scales, zeros, 0, torch.qint8)
            self.set_weight_bias(quantised, bias.contiguous())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Activations in 8 bits, in their whole range."""
        product: torch.Tensor = torch.ops.quantized.linear_dynamic(x, self._packed_params._packed_params, False)
        return product


def _norm(weights: e5_weights.Weights, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(weights.hidden, eps=weights.epsilon)
    made.weight = nn.Parameter(tensor(weights, f"{name}.w", 1), requires_grad=False)
    made.bias = nn.Parameter(tensor(weights, f"{name}.b", 1), requires_grad=False)
    return made


def tensor(weights: e5_weights.Weights, name: str, columns: int) -> torch.Tensor:
    """A named matrix of the package as float32 (rows, columns); a vector where there is one column."""
    dense = torch.from_numpy(np.ascontiguousarray(weights.dense(name, columns)))
    return dense.view(-1) if columns == 1 else dense
