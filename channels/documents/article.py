"""An article to print or save, in the reader's language."""

from __future__ import annotations

from channels.documents.markdown import blocks
from channels.documents.model import Block, Document, Heading, Items, Paragraph, Run, Text, text
from channels.documents.wording import direction_of
from core import i18n
from core.i18n import SOURCE_LANGUAGE
from knowledge_base.articles import ArticleView


def article(view: ArticleView, municipality: str, language: str) -> Document:
    """The article with its law, links, source and day of review. `municipality` is the name."""

    def ours(key: str, **values: object) -> Text:
        return text(i18n.text(key, language, **values), language)

    notes: list[Block] = []
    if view.source_language != language:
        notes.append(Paragraph(ours("article.fallback", language=i18n.NAMES[view.source_language]), "note"))
    if view.machine_translated:
        notes.append(Paragraph(ours("article.machine"), "note"))
    answer = [Paragraph(text(part, view.source_language), "lead") for part in view.answer.split("\n\n") if part.strip()]
    further: list[Block] = []
    for key, entries, name in (("article.law", view.law, "ref"), ("article.links", view.links, "title")):
        if entries:
            further += [Heading(ours(key)), Items(tuple((_link(e[name], e["url"]),) for e in entries))]
    reviewed = view.reviewed_on.strftime("%d.%m.%Y")
    return Document(
        name=f"naer-{view.article_id}-{language}",
        title=view.title,
        language=language,
        blocks=(
            Paragraph(text(municipality, SOURCE_LANGUAGE), "meta"),
            *notes,
            *answer,
            *blocks(view.body, view.source_language),
            *further,
            Paragraph(ours("article.source", title=view.title, date=reviewed), "meta"),
        ),
    )


def _link(title: str, url: str) -> Paragraph:
    # The address is written out: on paper nobody can press a link.
    runs = (Run(title, url=url), Run(f" ({url})"))
    return Paragraph(Text(runs, SOURCE_LANGUAGE, direction_of(SOURCE_LANGUAGE)))
