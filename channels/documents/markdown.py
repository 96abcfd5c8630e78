"""An editor's Markdown as blocks of a document: paragraphs, headings, lists, bold, italics, links. The rest is text."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from channels.documents.model import Block, Heading, Items, Paragraph, Run, Text
from channels.documents.wording import direction_of

_markdown = MarkdownIt("commonmark", {"html": False})


def blocks(source: str, language: str) -> tuple[Block, ...]:
    """The text's blocks; the highest heading of it comes right under the document's title."""
    root = SyntaxTreeNode(_markdown.parse(source))
    levels = [int(node.tag[1]) for node in root.walk() if node.type == "heading"]
    return tuple(_Blocks(language, min(levels, default=1) - 1).of(root))


class _Blocks:
    def __init__(self, language: str, above: int) -> None:
        self.language, self.above = language, above

    def of(self, parent: SyntaxTreeNode) -> Iterator[Block]:
        for node in parent.children:
            match node.type:
                case "heading":
                    yield Heading(self._text(node), min(int(node.tag[1]) - self.above, 3))
                case "paragraph":
                    yield Paragraph(self._text(node))
                case "bullet_list" | "ordered_list":
                    look = "bullet" if node.type == "bullet_list" else "number"
                    yield Items(tuple(tuple(self.of(item)) for item in node.children), look)
                case "blockquote":
                    yield from self.of(node)
                case "fence" | "code_block" | "html_block":
                    yield Paragraph(self._one(node.content.strip()))

    def _one(self, words: str) -> Text:
        return Text((Run(words),), self.language, direction_of(self.language))

    def _text(self, node: SyntaxTreeNode) -> Text:
        children: list[Token] = [
            t for child in node.children for t in (child.token.children if child.token else ()) or ()
        ]
        return Text(tuple(_runs(children)), self.language, direction_of(self.language))


def _runs(tokens: list[Token]) -> Iterator[Run]:
    strong = emphasis = False
    url: str | None = None
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong = token.nesting == 1
            case "em_open" | "em_close":
                emphasis = token.nesting == 1
            case "link_open":
                url = str(token.attrGet("href") or "")
            case "link_close":
                url = None
            case "softbreak":
                yield Run(" ", strong, emphasis, url)
            case "hardbreak":
                yield Run("\n", strong, emphasis, url)
            case _ if token.content:
                yield Run(token.content, strong, emphasis, url)
