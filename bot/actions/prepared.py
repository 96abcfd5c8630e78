"""The result of `action_answer`, made before the engine asks for it.

Most messages are questions, and for those the result depends on nothing that the engine would add. So the app runs the
action while the message is on its way, and sends the result along; whether it is used is decided by Rasa's rules alone. That
saves the engine's call back to the app: docs/decisions/0016.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import ActionExecutor

ACTION = "action_answer"
# For these it does not matter which of them it was.
_INTENTS = ("ask", "out_of_scope")
# Not sure what was meant: small talk goes before "nothing found", but an article goes before small talk.
_UNSURE = "nlu_fallback"


async def prepare(
    executor: ActionExecutor, conversation_id: str, text: str, metadata: dict[str, Any]
) -> dict[str, Any] | None:
    """`{"action", "intents", "result"}`: the result holds if Rasa takes this action for one of these intents, without entities.

    `metadata` is what the engine is told with the message. None where the action gives no result.
    """
    tracker = {
        "sender_id": conversation_id,
        "slots": {},
        "latest_message": {
            "text": text, "intent": {"name": _INTENTS[0], "confidence": 1.0}, "entities": [], "metadata": metadata,
        },
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }  # fmt: skip
    found = await executor.run({"next_action": ACTION, "sender_id": conversation_id, "tracker": tracker, "domain": {}})
    if not found:
        return None
    result = found.model_dump()
    answers = any((response.get("custom") or {}).get("do") == "answer" for response in result["responses"])
    return {"action": ACTION, "intents": [*_INTENTS, _UNSURE] if answers else list(_INTENTS), "result": result}
