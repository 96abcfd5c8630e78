"""A small neural network over a sentence vector: it hears combinations of meanings that a linear model can't.

One hidden layer. Learned with PyTorch in some seconds, used with NumPy in some microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from knowledge_base.retrieval.embeddings import Vectors

Matrix = npt.NDArray[np.float32]
_HIDDEN, _EPOCHS, _BATCH, _RATE = 512, 10, 128, 1e-3
_DROP_INPUT, _DROP_HIDDEN, _DECAY, _SMOOTHING = 0.2, 0.4, 0.05, 0.05
SETUP = (_HIDDEN, _EPOCHS, _BATCH, _RATE, _DROP_INPUT, _DROP_HIDDEN, _DECAY, _SMOOTHING)


@dataclass(frozen=True, slots=True)
class Network:
    """Weights: into the hidden layer (dimension, hidden), out of it (hidden, classes), and what is added to each."""

    into: Matrix
    into_bias: Matrix
    out: Matrix
    out_bias: Matrix

    def logits(self, vector: Vectors) -> Matrix:
        """How well each class fits the text with this unit vector, shape (classes,)."""
        hidden = vector @ self.into + self.into_bias
        # The curve that PyTorch calls gelu(approximate="tanh"), with which it was learned.
        hidden = 0.5 * hidden * (1.0 + np.tanh(np.sqrt(2 / np.pi) * (hidden + 0.044715 * hidden**3)))
        fitting: Matrix = hidden @ self.out + self.out_bias
        return fitting

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """For an archive: as NumPy arrays under `prefix` + their name."""
        return {
            f"{prefix}into": self.into.astype(np.float16), f"{prefix}into_bias": self.into_bias,
            f"{prefix}out": self.out.astype(np.float16), f"{prefix}out_bias": self.out_bias,
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, data: Mapping[str, npt.NDArray[Any]], prefix: str) -> Network:
        """Read what `arrays` made; KeyError where there is nothing under `prefix`."""
        return cls(*(data[f"{prefix}{name}"].astype(np.float32) for name in ("into", "into_bias", "out", "out_bias")))


def learn(vectors: Vectors, classes: npt.NDArray[np.int64], count: int, *, seed: int) -> Network:
    """Learn from texts' unit vectors (n, dimension) and classes (n,). The rarer a class, the more each of its texts weighs."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        mean, spread = vectors.mean(0), vectors.std(0) + 1e-6
        x, y = torch.from_numpy((vectors - mean) / spread), torch.from_numpy(classes)
        weight = (len(y) / count / torch.bincount(y, minlength=count).clamp_min(1)).sqrt()
        into, out = nn.Linear(x.shape[1], _HIDDEN), nn.Linear(_HIDDEN, count)
        model = nn.Sequential(nn.Dropout(_DROP_INPUT), into, nn.GELU(approximate="tanh"), nn.Dropout(_DROP_HIDDEN), out)
        _fit(model, x, y, weight)
    # What standardised the vectors goes into the weights, so that nothing need be kept of it.
    into_weight = into.weight.detach().numpy().T / spread[:, None]
    return Network(
        into_weight.astype(np.float32),
        (into.bias.detach().numpy() - mean @ into_weight).astype(np.float32),
        out.weight.detach().numpy().T.copy(),
        out.bias.detach().numpy(),
    )


def _fit(model: nn.Module, x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor) -> None:
    steps = _EPOCHS * (len(x) // _BATCH + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=_DECAY)
    slower = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: max(0.01, 1 - step / steps))
    model.train()
    for _ in range(_EPOCHS):
        for chosen in torch.split(torch.randperm(len(x)), _BATCH):
            loss = functional.cross_entropy(model(x[chosen]), y[chosen], weight=weight, label_smoothing=_SMOOTHING)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            slower.step()
