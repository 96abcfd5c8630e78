"""How crisis patterns stand the test of known sentences: which are doubtful, and which are proven.

A doubtful pattern fits known harmless sentences about as well as crises: alone it is a reason to look closer, not a finding. A
proven one has found crises and never anything else: its find is taken back by nothing. The others count for much, but the
second opinion is heard. Without the second opinion all count alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from knowledge_base.safety.rules import DOUBTFUL, PROVEN, RuleSet, matching, rule_sets

HARMLESS_SHARE = 0.3  # of the sentences that it fits; from here on a pattern is doubtful
CRISES_TO_PROVE = 5


def standing(
    crises: Iterable[str], harmless: Iterable[str], sets: tuple[RuleSet, ...] | None = None
) -> dict[str, dict[str, list[str]]]:
    """Language → DOUBTFUL and PROVEN → patterns, sorted. What fits none of the sentences is neither."""
    used = sets if sets is not None else rule_sets()
    of_crises = Counter(found for text in crises for found in matching(text, used))
    of_harmless = Counter(found for text in harmless for found in matching(text, used))
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {DOUBTFUL: [], PROVEN: []})
    for pattern in sorted({*of_crises, *of_harmless}):
        right, wrong = of_crises[pattern], of_harmless[pattern]
        if wrong / (wrong + right) > HARMLESS_SHARE:
            found[pattern[0]][DOUBTFUL].append(pattern[1])
        elif not wrong and right >= CRISES_TO_PROVE:
            found[pattern[0]][PROVEN].append(pattern[1])
    return dict(found)
