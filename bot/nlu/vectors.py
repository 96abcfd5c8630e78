"""The sentence vectors that the app has already computed for a message, by its text.

The app embeds each message once and sends the vector along with the turn; the channel puts it here and the
featurizer finds it. Kept out of the message's metadata, which Rasa would write into the tracker.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Optional

import numpy as np

_CAPACITY = 256
_known: "OrderedDict[str, np.ndarray]" = OrderedDict()


def remember(text: str, vector: np.ndarray) -> None:
    """Keep a unit vector of shape (384,) for a text until 256 newer ones have come."""
    _known[text] = vector
    while len(_known) > _CAPACITY:
        _known.popitem(last=False)


def recall(text: str) -> Optional[np.ndarray]:
    """The vector of a text and forget it; None if the app sent none."""
    return _known.pop(text, None)
