"""What is heard beside the question: who writes, and a feeling, which is met before the facts."""

from __future__ import annotations

from channels.chat.memory import FEEL_AGAIN_AFTER, Memory
from core.payloads import Feel, Handoff, Payload, Say, SetAudience
from knowledge_base.listening.readers import Reader
from knowledge_base.service import Heard


def change_of_audience(memory: Memory, heard: Heard) -> Reader | None:
    """The reader, if the message shows another one than the talk was with; the talk is with that one from now on.

    "My son is 12" is an adult's sentence, and changes nothing in a talk with an adult.
    """
    if heard.reader is None or heard.reader.audience == memory.audience:
        return None
    memory.audience = heard.reader.audience
    return heard.reader


def answered(
    payloads: list[Payload], memory: Memory, heard: Heard, change: Reader | None, *, crisis: bool
) -> list[Payload]:
    """The turn's payloads with what was heard: the change of tone, and a sentence for the feeling, before the answer.

    A crisis card is a welcome and an answer of its own to a feeling; otherwise a feeling is met at most once in three turns.
    """
    before: list[Payload] = []
    feels = heard.feeling is not None and memory.felt >= FEEL_AGAIN_AFTER and not crisis
    if change is not None and not any(isinstance(p, SetAudience) for p in payloads):
        before.append(SetAudience(change.audience, quiet=crisis or change.audience == "adult"))
    elif feels and heard.feeling:
        before.append(Feel(heard.feeling))
        if not any(isinstance(p, Handoff) for p in payloads):
            payloads = [_kinder(p) for p in payloads]
    return [*before, *payloads]


def _kinder(payload: Payload) -> Payload:
    """After a feeling, "I found nothing" is cold: what can help is offered instead."""
    if isinstance(payload, Say) and payload.key in ("not_found", "affirm", "greet"):
        return Say("feeling_next", menu="feeling")
    return payload
