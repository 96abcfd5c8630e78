"""What a document consists of, without any look. Texts are plain: nothing in them is markup, whoever wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from channels.documents.wording import Direction, direction_of
from knowledge_base.municipalities import OSLO


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `url` makes it a link (http, https, mailto and tel only, see `wording.safe_url`)."""

    text: str
    strong: bool = False
    emphasis: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Runs in one language. `direction` is the language's, unless a person wrote it: then what the words say."""

    runs: tuple[Run, ...]
    language: str
    direction: Direction


def text(words: str, language: str) -> Text:
    """A text of ours: a single run, in the direction of its language."""
    return Text((Run(words),), language, direction_of(language))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading under the title; `beside` is the same in the language of those who receive the document."""

    text: Text
    level: int = 1
    beside: Text | None = None
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `look`: body, lead, note, meta, code, own (a person's own words)."""

    text: Text
    look: str = "body"
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `look`: bullet, number, plain (no mark: a talk's messages)."""

    items: tuple[tuple[Block, ...], ...]
    look: str = "bullet"
    kind: str = field(default="items", init=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """Names and what they are: a receipt's lines."""

    pairs: tuple[tuple[Text, Text], ...]
    kind: str = field(default="terms", init=False)


@dataclass(frozen=True, slots=True)
class Sides:
    """A table of two columns: the same in two languages."""

    heads: tuple[Text, Text]
    rows: tuple[tuple[Text, Text], ...]
    kind: str = field(default="sides", init=False)


@dataclass(frozen=True, slots=True)
class Room:
    """Empty lines to write on, under a label that says what belongs there."""

    label: Text
    lines: int = 3
    beside: Text | None = None
    kind: str = field(default="room", init=False)


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""

    kind: str = field(default="new_page", init=False)


Block = Heading | Paragraph | Items | Terms | Sides | Room | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `name` becomes the file's name: ASCII, without an ending."""

    name: str
    title: str
    language: str
    blocks: tuple[Block, ...]

    @property
    def direction(self) -> Direction:
        """Which way the document reads."""
        return direction_of(self.language)


def day(moment: datetime) -> str:
    """A moment's day as it is written in Norway."""
    return moment.astimezone(OSLO).strftime("%d.%m.%Y")
