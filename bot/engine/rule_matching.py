"""Which rules fit a talk's states, each rule read once.

For each prediction Rasa goes through all states of the talk, also those before any rule begins, and makes a rule's states
anew from JSON's lists at each of them.
"""

from __future__ import annotations

import functools
import json
from typing import Any, Dict, List, Set, Text, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION

State = Dict[Text, Dict[Text, Any]]


@functools.lru_cache(maxsize=None)  # as many as the model has rules
def backwards(rule_key: Text) -> Tuple[State, ...]:
    """A rule's states, the last one first, with tuples where JSON has lists."""

    def plain(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    states = json.loads(rule_key)
    return tuple(
        {part: {key: plain(value) for key, value in values.items()} for part, values in state.items()}
        for state in reversed(states)
    )


def fits(rule_state: State, state: State) -> bool:
    """As `RulePolicy._is_rule_applicable` says of a turn within the rule's length."""
    before, ours = rule_state.get(PREVIOUS_ACTION), state.get(PREVIOUS_ACTION)
    if not before or not ours:
        return not before and not ours  # both begin the talk
    return bool(RulePolicy._does_rule_match_state(rule_state, state))


def possible_keys(self: RulePolicy, lookup: Dict[Text, Text], states: List[State]) -> Set[Text]:
    """As `RulePolicy._get_possible_keys` of Rasa 3.6.21."""
    latest_first = states[::-1]
    return {key for key in lookup if all(map(fits, backwards(key), latest_first))}
