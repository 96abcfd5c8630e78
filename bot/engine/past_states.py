"""The states that a talk has been in, each worked out once.

For each prediction of each policy Rasa plays the whole talk again from its first event, to see the states between: a
quarter of the engine's time in a turn, and more with every turn. Here a tracker keeps a second one that has been played up to
its last event, and what the states were; what is played is only what is new. Where the events so far are not the same any
more (a restart, something taken back, a form's earlier steps), it begins anew.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Text

from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

_KEPT = "_naer_played"


class Moment(NamedTuple):
    """What Rasa looks at before an action: the state, the action before it, and what says whether the turn is hidden."""

    state: State
    previous_action: Optional[Dict[Text, Text]]
    settled: bool  # neither a follow-up action nor a loop on its happy path
    hidden: bool


class Played:
    """A tracker that follows another one's events, with the moments before each action."""

    def __init__(self, domain: Domain, tracker: DialogueStateTracker, omit_unset_slots: bool) -> None:
        self.domain, self._omit = domain, omit_unset_slots
        self._tracker = tracker.init_copy()
        self._events: List[Event] = []
        self._moments: List[Moment] = []

    def fits(self, domain: Domain, events: List[Event]) -> bool:
        """Are these the events that were played, and perhaps more?"""
        same = len(self._events) <= len(events) and all(a is b for a, b in zip(self._events, events))
        return same and self.domain is domain

    def play(self, events: List[Event]) -> List[Moment]:
        """Play what is new; the moments before each action, and now."""
        for event in events[len(self._events) :]:
            if isinstance(event, ActionExecuted):
                self._moments.append(self._moment(event.hide_rule_turn))
            self._tracker.update(event)
            self._events.append(event)
        return [*self._moments, self._moment(False)]

    def _moment(self, hidden: bool) -> Moment:
        tracker = self._tracker
        return Moment(
            self.domain.get_active_state(tracker, omit_unset_slots=self._omit),
            tracker.latest_action,
            not tracker.followup_action and tracker.latest_action_name != tracker.active_loop_name,
            hidden,
        )


def moments(domain: Domain, tracker: DialogueStateTracker, omit_unset_slots: bool) -> List[Moment]:
    """The moments before each of the talk's actions, and now."""
    kept: Dict[bool, Played] = tracker.__dict__.setdefault(_KEPT, {})
    events = tracker.applied_events()
    played = kept.get(omit_unset_slots)
    if played is None or not played.fits(domain, events):
        played = kept[omit_unset_slots] = Played(domain, tracker, omit_unset_slots)
    return played.play(events)


def states_for_tracker_history(
    self: Domain,
    tracker: DialogueStateTracker,
    omit_unset_slots: bool = False,
    ignore_rule_only_turns: bool = False,
    rule_only_data: Optional[Dict[Text, Any]] = None,
) -> List[State]:
    """As `Domain.states_for_tracker_history` of Rasa 3.6.21, from `moments` in place of `generate_all_prior_trackers`."""
    states: List[State] = []
    last_action: Optional[Dict[Text, Text]] = None
    turn_was_hidden = False
    for moment in moments(self, tracker, omit_unset_slots):
        if ignore_rule_only_turns:
            if not turn_was_hidden:
                last_action = moment.previous_action
            if moment.settled:
                turn_was_hidden = moment.hidden
            if turn_was_hidden:
                continue
        # Copied as far as policies change them: they take features out of a state's parts.
        state: State = {part: dict(values) for part, values in moment.state.items()}
        if ignore_rule_only_turns:
            self._remove_rule_only_features(state, rule_only_data)
            if states:
                self._substitute_rule_only_user_input(state, states[-1])
            if last_action:
                state[PREVIOUS_ACTION] = dict(last_action)
        states.append(self._clean_state(state))
    return states
