"""What the chat API takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

ClientId = Annotated[str, StringConstraints(min_length=8, max_length=50, pattern=r"^[A-Za-z0-9._-]+$")]


class Body(BaseModel):
    """Unknown keys are an error: a typing mistake in a script is told, not swallowed."""

    model_config = ConfigDict(extra="forbid")


class OpenConversation(Body):
    """`municipality` is an id of /api/v1/municipalities; `language` may be left out."""

    municipality: str = Field(max_length=60)
    language: str | None = Field(None, max_length=5)


class ChangeConversation(Body):
    """Go on in another language."""

    language: str = Field(max_length=5)


class PostMessage(Body):
    """Either a text or a button's payload."""

    client_id: ClientId
    text: str | None = None
    payload: str | None = Field(None, max_length=300)

    @model_validator(mode="after")
    def one_of_them(self) -> PostMessage:
        """Exactly one of text and payload."""
        if (self.text is None) == (self.payload is None):
            raise ValueError("give either text or payload")
        return self


class PostFeedback(Body):
    """`rating` is 1 to 5, or "up" or "down"."""

    message_seq: int | None = Field(None, ge=1)
    rating: Annotated[int, Field(ge=1, le=5)] | Literal["up", "down"]
    text: str = Field("", max_length=2000)

    @property
    def stars(self) -> int:
        """The rating as 1 to 5."""
        return {"up": 5, "down": 1}[self.rating] if isinstance(self.rating, str) else self.rating


class PostHandoff(Body):
    """The relative agrees to what is passed on."""

    consent: bool
    summary: str | None = Field(None, max_length=2000)


class Opened(BaseModel):
    """A new talk. The token is shown this once."""

    id: str
    token: str
    language: str
    state: str
    messages: list[dict[str, Any]]
