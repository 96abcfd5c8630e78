"""What the tests of the guided talks share: a talk that presses buttons by their payload's end."""

from __future__ import annotations

from typing import Any

import httpx

from core.payloads import button
from tests.support import Talk

Messages = list[dict[str, Any]]


def start_of(form: str) -> str:
    """The payload that begins a talk."""
    return "/start_" + form.removesuffix("_form")


class GuidedTalk(Talk):
    """A relative in a guided talk."""

    def __init__(self, client: httpx.Client, language: str = "nb") -> None:
        super().__init__(client, "lillestrom", language)
        self.last: Messages = self.opened["messages"]

    def say(self, text: str) -> Messages:
        self.last = super().say(text)
        return self.last

    def press(self, payload: str) -> Messages:
        self.last = super().press(payload)
        return self.last

    def choose(self, slot: str, value: str) -> Messages:
        """Press an answer's button."""
        return self.press(button("form_answer", form_slot=slot, form_value=value))

    @property
    def asked(self) -> str | None:
        """The slot of the question that is open now, by the last message."""
        form = self.last[-1].get("form") or {}
        slot = form.get("slot")
        return str(slot) if slot else None

    @property
    def texts(self) -> list[str]:
        """What came last."""
        return [m["text"] for m in self.last]
