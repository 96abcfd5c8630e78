"""The action endpoint, inside the app: rasa-sdk's executor behind one route with the shared secret."""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.actions import answers, prepared, talk
from bot.actions.forms.all import actions as form_actions
from knowledge_base.service import KnowledgeBase

ACTIONS_PATH = "/internal/actions"
router = APIRouter(include_in_schema=False)
_executor: ActionExecutor | None = None
_secret = ""


def serve(knowledge: KnowledgeBase, secret: str) -> None:
    """Register the actions with what they need."""
    global _executor, _secret
    _secret = secret
    _executor = ActionExecutor()
    for action in (
        answers.AnswerAction(knowledge),
        answers.NotHelpful(knowledge),
        answers.RateAction(knowledge),
        answers.MoreAction(),
        answers.ChooseAudience(),
        answers.RepeatAction(),
        talk.HandoffAction(knowledge),
        talk.ChangeLanguage(),
        talk.Affirm(),
        talk.SayDeny(),
        *form_actions(knowledge),
    ):
        _executor.register_action(action)


async def prepare(conversation_id: str, text: str, metadata: dict[str, Any]) -> dict[str, Any] | None:
    """The result of the action that a question will need, to be sent to the engine along with it."""
    return await prepared.prepare(_executor, conversation_id, text, metadata) if _executor else None


@router.post("/webhook")
async def run_action(request: Request) -> JSONResponse:
    """Run one action for the engine. Rasa's own answers for a refused and an unknown action are 400 and 404."""
    offered = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not _secret or not hmac.compare_digest(offered.encode(), _secret.encode()):
        return JSONResponse({"error": "unauthorized"}, status_code=401)
    if _executor is None:
        return JSONResponse({"error": "not ready"}, status_code=503)
    try:
        call: dict[str, Any] = await request.json()
    except ValueError:
        return JSONResponse({"error": "not valid JSON"}, status_code=422)
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict) or not call.get("next_action"):
        return JSONResponse({"error": "not an action call"}, status_code=422)
    call.setdefault("domain", {})  # sent only to actions that ask for it; the executor insists on one
    try:
        result = await _executor.run(call)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})
    except ActionExecutionRejection as error:
        return JSONResponse({"error": error.message, "action_name": error.action_name}, status_code=400)
    except ActionNotFoundException as error:
        return JSONResponse({"error": error.message, "action_name": error.action_name}, status_code=404)
