"""Small corrections to Rasa 3.6.21, applied by the launcher, each with its reason and a test.

They change how long things take and what is logged, never what is decided.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Dict, List, Optional, Text

SHARED_FOR = 20.0  # seconds that a connection to the actions stays open unused; the app keeps its end open for longer


def apply() -> None:
    """All of them but the log's, which needs the command first."""
    cache_action_schema()
    keep_action_connections()
    send_little_to_actions()
    use_prepared_results()
    run_graph_in_order()
    copy_nothing_for_logs()
    copy_slots_plainly()
    play_talks_once()
    read_rules_once()
    know_the_domain()
    classify_one_message()


def cache_action_schema() -> None:
    """Check action responses with one prepared validator.

    Rasa builds and meta-checks the same constant JSON schema for every custom action: 43 % of the engine's busy
    time in a turn. The schema and its strictness stay the same.
    """
    from jsonschema import Draft202012Validator, ValidationError

    from rasa.core.actions.action import RemoteAction

    validator = Draft202012Validator(RemoteAction.action_response_format_spec())

    def validate(self: RemoteAction, result: Dict[str, Any]) -> bool:
        error = next(validator.iter_errors(result), None)
        if error is not None:
            raise ValidationError(f"{error.message}. Failed to validate the action endpoint's response.")
        return True

    RemoteAction._validate_action_result = validate  # type: ignore[method-assign]


def keep_action_connections() -> None:
    """Speak to the actions over connections that stay open; Rasa makes a new client and a new connection for each call."""
    import aiohttp

    from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

    make_own = EndpointConfig.session

    class Shared:
        """A client session that leaving the `async with` doesn't close."""

        session: Optional[aiohttp.ClientSession] = None

        async def __aenter__(self) -> aiohttp.ClientSession:
            if Shared.session is None or Shared.session.closed:
                Shared.session = aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
                    connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=SHARED_FOR),
                )
            return Shared.session

        async def __aexit__(self, *_: Any) -> None:
            return None

    def session(self: EndpointConfig) -> Any:  # an endpoint's headers come with each request, its basic_auth does not
        return make_own(self) if self.basic_auth else Shared()

    EndpointConfig.session = session  # type: ignore[method-assign]


def send_little_to_actions() -> None:
    """Send an action the events since the person's last message, not the whole talk again with every call.

    Slots, latest message and active form are sent as before. Whether the domain goes along is Rasa's own setting
    (`enable_selective_domain` in endpoints.yml, `send_domain` in the domain).
    """
    import rasa
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import UserUttered
    from rasa.shared.core.trackers import EventVerbosity

    def call_format(self: RemoteAction, tracker: Any, domain: Any) -> Dict[Text, Any]:
        state = tracker.current_state(EventVerbosity.NONE)
        recent: List[Any] = []
        for event in reversed(tracker.events):
            recent.append(event.as_dict())
            if isinstance(event, UserUttered):
                break
        state["events"] = recent[::-1]
        call = {
            "next_action": self._name, "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__,
        }  # fmt: skip
        if not self._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(self.name()):
            call["domain"] = domain.as_dict()
        return call

    RemoteAction._action_call_format = call_format  # type: ignore[method-assign]


def use_prepared_results() -> None:
    """Don't call the app for the result of an action that it has sent along with the message (bot/engine/prepared.py).

    Which action is taken is decided before, and the result is applied as Rasa does with one that it has fetched. It is not
    held against the schema of all events: the SDK has made it in our own app, each event is read by its own class, which
    refuses what it doesn't know, and the check would take a tenth of the engine's time in a turn.
    """
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core import events

    from bot.engine import prepared

    fetch = RemoteAction.run

    async def run(self: RemoteAction, output_channel: Any, nlg: Any, tracker: Any, domain: Any) -> List[Any]:
        result = prepared.take(self.name(), tracker)
        if result is None:
            return await fetch(self, output_channel, nlg, tracker, domain)
        said = await self._utter_responses(result.get("responses", []), output_channel, nlg, tracker)
        return [*said, *events.deserialise_events(result.get("events", []))]

    RemoteAction.run = run  # type: ignore[method-assign]


def run_graph_in_order() -> None:
    """Run the model's graph node by node in an order that is worked out once.

    Rasa hands the same small graph to dask's scheduler three times a turn; what is run, and with what, is the same.
    """
    from rasa.engine.exceptions import GraphRunError
    from rasa.engine.runner.dask import DaskGraphRunner

    def order(self: DaskGraphRunner, targets: List[Text]) -> List[Any]:
        schema = self._graph_schema.minimal_graph_schema(targets)
        done: List[Text] = []

        def visit(name: Text) -> None:
            if name in schema.nodes and name not in done:
                for needed in schema.nodes[name].needs.values():
                    visit(needed)
                done.append(name)

        for target in targets:
            visit(target)
        return [(self._instantiated_nodes[name], list(schema.nodes[name].needs.values())) for name in done]

    def run(
        self: DaskGraphRunner, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None
    ) -> Dict[Text, Any]:
        wanted = list(targets) if targets else list(self._graph_schema.target_names)
        orders = self.__dict__.setdefault("_naer_orders", {})
        if tuple(wanted) not in orders:
            orders[tuple(wanted)] = order(self, wanted)
        results: Dict[Text, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for node, needs in orders[tuple(wanted)]:
                name, value = node(*(results.get(needed, needed) for needed in needs))
                results[name] = (name, value)
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(results[target] for target in wanted)

    DaskGraphRunner.run = run  # type: ignore[method-assign]


def copy_nothing_for_logs() -> None:
    """Don't copy states and events deeply for debug lines that are not written. These modules copy for nothing else."""
    import rasa.core.policies.memoization
    import rasa.core.policies.rule_policy
    import rasa.core.processor

    as_it_is = SimpleNamespace(deepcopy=lambda value: value)
    for module in (rasa.core.processor, rasa.core.policies.memoization, rasa.core.policies.rule_policy):
        module.copy = as_it_is  # type: ignore[attr-defined]


def copy_slots_plainly() -> None:
    """Copy a slot as `copy.copy` does, attribute by attribute, but not by way of pickling's protocol.

    A turn copies its tracker, and so every slot of the domain, more than once.
    """
    from rasa.shared.core.slots import Slot

    def plain(self: Slot) -> Slot:
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update(self.__dict__)
        return made

    Slot.__copy__ = plain  # type: ignore[attr-defined]


def play_talks_once() -> None:
    """Don't play the whole talk again for each prediction of each policy (bot/engine/past_states.py)."""
    from rasa.shared.core.domain import Domain

    from bot.engine import past_states

    Domain.states_for_tracker_history = past_states.states_for_tracker_history  # type: ignore[method-assign]


def read_rules_once() -> None:
    """Don't read every rule anew at every state of the talk (bot/engine/rule_matching.py)."""
    from rasa.core.policies.rule_policy import RulePolicy

    from bot.engine import rule_matching

    RulePolicy._get_possible_keys = rule_matching.possible_keys  # type: ignore[method-assign]


def know_the_domain() -> None:
    """Ask a domain once whether it is empty. Rasa compares it with a new one at every message; a domain doesn't change."""
    from rasa.shared.core.domain import Domain

    compare = Domain.is_empty

    def is_empty(self: Domain) -> bool:
        known = self.__dict__
        if "_naer_empty" not in known:
            known["_naer_empty"] = compare(self)
        return bool(known["_naer_empty"])

    Domain.is_empty = is_empty  # type: ignore[method-assign]


def classify_one_message() -> None:
    """Find one message's intent without what is prepared for many (bot/engine/quick_nlu.py)."""
    from bot.engine import quick_nlu

    quick_nlu.apply()


def silence_texts(log_level: Any = None) -> None:
    """Keep what a person wrote out of Rasa's log: structlog events lose every key that may carry it."""
    import logging

    import structlog

    private = {"text", "message_text", "user_text", "input", "event_info", "parse_data", "rasa_events", "json_message"}

    def drop(_: Any, __: str, event: Dict[str, Any]) -> Dict[str, Any]:
        for key in private & event.keys():
            event[key] = "[private]"
        return event

    structlog.configure(
        processors=[drop, structlog.stdlib.add_log_level, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("rasa").setLevel(logging.WARNING)
