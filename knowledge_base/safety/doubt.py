"""Which crisis patterns are doubtful: they fit known harmless sentences about as well as crises.

Alone such a pattern is a reason to look closer, not a finding: the second opinion may take its find back, never that of
another pattern. Without the second opinion it counts as any other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from knowledge_base.safety.rules import RuleSet, matching, rule_sets

HARMLESS_SHARE = 0.3  # of the sentences that it fits; from here on a pattern is doubtful


def doubtful(
    crises: Iterable[str], harmless: Iterable[str], sets: tuple[RuleSet, ...] | None = None
) -> dict[str, list[str]]:
    """Language → its doubtful patterns, sorted. What fits none of the sentences is not doubted."""
    used = sets if sets is not None else rule_sets()
    of_crises = Counter(found for text in crises for found in matching(text, used))
    of_harmless = Counter(found for text in harmless for found in matching(text, used))
    found: dict[str, list[str]] = defaultdict(list)
    for (language, pattern), times in sorted(of_harmless.items()):
        if times / (times + of_crises[language, pattern]) > HARMLESS_SHARE:
            found[language].append(pattern)
    return dict(found)
