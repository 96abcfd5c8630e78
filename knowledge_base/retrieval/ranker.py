"""The learned part of the search, as one: projection, classifier, calibration; kept in the database as a NumPy archive."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from knowledge_base.retrieval.classifier import Classifier
from knowledge_base.retrieval.projection import Projection
from knowledge_base.retrieval.ranking import Calibration


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
            "weights": np.array(calibration.weights),
            "numbers": np.array([calibration.bias, calibration.answer_above, calibration.clarify_above]),
        }
        if classifier is not None:
            used = np.flatnonzero(np.abs(classifier.lexical).max(axis=1) > 0)
            arrays |= {
                "slugs": np.array(classifier.slugs),
                "class_mean": classifier.mean,
                "dense": classifier.dense,
                "lexical": classifier.lexical[used],
                "used": used,
                "size": np.array(len(classifier.lexical)),
                "bias": classifier.bias,
                "idf": classifier.idf,
            }
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def unpack(cls, archive: bytes) -> Ranker:
        """Read what `pack` wrote."""
        with np.load(io.BytesIO(archive), allow_pickle=False) as data:
            bias, answer, clarify = (float(n) for n in data["numbers"])
            calibration = Calibration(tuple(float(w) for w in data["weights"]), bias, answer, clarify)
            classifier = None
            if "slugs" in data:
                lexical = np.zeros((int(data["size"]), len(data["slugs"])), dtype=np.float16)
                lexical[data["used"]] = data["lexical"]
                classifier = Classifier(
                    tuple(str(s) for s in data["slugs"]), data["class_mean"], data["dense"], lexical, data["bias"],
                    data["idf"],
                )  # fmt: skip
            return cls(Projection(data["mean"], data["matrix"]), classifier, calibration)
