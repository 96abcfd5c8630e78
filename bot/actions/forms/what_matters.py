"""What matters to you?: who, what about, how long, how heavy, what you need.

The four questions on strain are in the spirit of recognised scales for carers, in own words: how often, 0 (never) to 4
(nearly always), about rest, a life of one's own, worry and being alone with it. They are no diagnosis.
"""

from __future__ import annotations

from bot.actions.forms.base import Form
from bot.actions.forms.step import Step
from core.guided import WHAT_MATTERS, value_text
from core.payloads import KeepSituation, Offers, Payload

STRAIN = ("matters_rest", "matters_own_life", "matters_worry", "matters_alone")
# The rule: with two questions or more answered, a mean of 2.5 or more ("often") is high, and then a counsellor is
# offered first; 1.25 or more is some. One answer alone says too little.
HIGH, SOME = 2.5, 1.25
AT_LEAST = 2
MAX_OFFERS = 4


def strain(answered: dict[str, str]) -> str:
    """`high`, `some`, `low` or `unknown`, by the rule above."""
    scores = [int(answered[slot]) for slot in STRAIN if answered.get(slot, "").isdigit()]
    if len(scores) < AT_LEAST:
        return "unknown"
    mean = sum(scores) / len(scores)
    return "high" if mean >= HIGH else "some" if mean >= SOME else "low"


class WhatMatters(Form):
    """Ends in what may help, found with the relative's own words."""

    talk = WHAT_MATTERS

    def finish(self, step: Step) -> list[Payload]:
        how = strain(step.answered)
        kept = KeepSituation(self.talk.form, step.answered)
        return [kept, Offers(step.answered, self._articles(step, how), how)]

    def _articles(self, step: Step, how: str) -> tuple[str, ...]:
        here, found = step.here, []
        if how == "high":
            found.append("own-strain")
        about = step.answered.get("matters_about")
        need = step.answered.get("matters_need")
        said = [value_text(s, v, here.language) for s, v in (("matters_need", need), ("matters_about", about)) if v]
        for words in [*said, " ".join(said)]:
            result = self.knowledge.search(words, here.municipality, here.language, limit=2)
            found += [r.article_id for r in result.results if result.decision != "none"]
        return tuple(dict.fromkeys(found or ["new-as-relative"]))[:MAX_OFFERS]
