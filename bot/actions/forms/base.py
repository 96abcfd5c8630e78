"""What a guided talk is made of: a subclass names it and says what follows its end."""

from __future__ import annotations

from abc import ABC, abstractmethod

from bot.actions.forms.step import Step
from core.guided import GuidedTalk, Question
from core.payloads import Payload, Say
from knowledge_base.service import KnowledgeBase


class Form(ABC):
    """One guided talk. A subclass names it and says what follows its end."""

    talk: GuidedTalk

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge

    @abstractmethod
    def finish(self, step: Step) -> list[Payload]:
        """What is said when the summary was confirmed."""

    def check(self, question: Question, value: str, step: Step) -> Say | None:
        """What is wrong with the talk as it would now be confirmed; None where nothing is."""
        return None
