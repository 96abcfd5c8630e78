"""The reliability diagram: of the searches that were sure to a degree, how many were right?"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np

from core.settings import ROOT

matplotlib.use("Agg")
PICTURE = ROOT / "docs/pictures/reliability.png"
_BINS = 10


def draw(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Draw docs/pictures/reliability.png; gives the expected calibration error (Naeini et al. 2015) over ten bins."""
    from matplotlib import pyplot

    sure, true = np.array(confidences), np.array(right, dtype=float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    used = counts > 0
    told = np.bincount(bins, sure, _BINS)[used] / counts[used]
    was = np.bincount(bins, true, _BINS)[used] / counts[used]
    figure, (upper, lower) = pyplot.subplots(
        2, 1, sharex=True, figsize=(5, 5.6), height_ratios=(3, 1), layout="constrained"
    )
    upper.plot((0, 1), (0, 1), color="0.7", linestyle="--", label="as sure as right")
    upper.plot(told, was, marker="o", color="#1f5f7a", label="Nær, held-out questions")
    upper.set(ylabel="share that was right", ylim=(0, 1), xlim=(0, 1))
    upper.legend(loc="upper left", frameon=False)
    lower.bar((np.arange(_BINS) + 0.5) / _BINS, counts, width=0.9 / _BINS, color="#1f5f7a")
    lower.set(xlabel="confidence", ylabel="questions")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
    return round(float(np.sum(np.abs(told - was) * counts[used]) / len(sure)), 3)
