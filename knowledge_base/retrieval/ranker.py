"""The learned part of the search, as one: projection, classifier, calibration; kept in the database as a NumPy archive."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from knowledge_base.retrieval.calibration import Calibration, Chance
from knowledge_base.retrieval.classifier import Classifier
from knowledge_base.retrieval.projection import Projection

FORMAT = 3  # of the archive and of what its numbers mean: raise it with every change of classifier, rank or features


@dataclass(frozen=True, slots=True)
class Ranker:
    """What was learned from the content. `classifier` is None where there was too little of it."""

    projection: Projection
    classifier: Classifier | None
    calibration: Calibration

    def pack(self) -> bytes:
        """As bytes, without pickling."""
        calibration, classifier = self.calibration, self.classifier
        arrays = {
            "mean": self.projection.mean,
            "matrix": self.projection.matrix,
            "format": np.array(FORMAT),
            "topical": np.array([*calibration.topical.weights, calibration.topical.bias]),
            "right": np.array([*calibration.right.weights, calibration.right.bias]),
            "thresholds": np.array([calibration.answer_above, calibration.clarify_above]),
        }
        if classifier is not None:
            arrays |= classifier.arrays("class_")
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def unpack(cls, archive: bytes) -> Ranker | None:
        """Read what `pack` wrote; None for what an earlier release wrote: it is to be learned anew."""
        with np.load(io.BytesIO(archive), allow_pickle=False) as data:
            if "format" not in data or int(data["format"]) != FORMAT:
                return None
            topical, right = (
                Chance(tuple(float(w) for w in data[name][:-1]), float(data[name][-1])) for name in ("topical", "right")
            )
            calibration = Calibration(topical, right, *(float(n) for n in data["thresholds"]))
            classifier = Classifier.from_arrays(data, "class_")
            return cls(Projection(data["mean"], data["matrix"]), classifier, calibration)
