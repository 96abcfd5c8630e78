"""The pages. Built front-end files lie in channels/web/dist; what is missing there is named with how to build it."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from channels.conversations.service import check_language
from channels.pages.templates import WEB, markdown, render_page
from channels.services import ServicesDep
from core import i18n
from core.errors import InvalidInput, NotFound, Unavailable
from knowledge_base.municipalities import access_municipality

router = APIRouter(tags=["pages"], include_in_schema=False)
DIST = WEB / "dist"


def _built(name: str) -> Response:
    path = DIST / name
    if not path.exists():
        raise Unavailable("The front end is not built. Run `make front` (it needs Node).", code="front_end_not_built")
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


@router.get("/")
async def start() -> RedirectResponse:
    """The demo page of the first municipality."""
    return RedirectResponse("/demo/lillestrom")


@router.get("/embed.js")
async def embed() -> Response:
    """The widget's loader, for a municipality's own pages."""
    return _built("embed.js")


@router.get("/widget")
async def widget() -> Response:
    """The chat, shown in a frame on the municipality's page."""
    return _built("widget.html")


@router.get("/console")
async def console() -> Response:
    """The counsellors' page."""
    return _built("console.html")


@router.get("/editor")
async def editor() -> Response:
    """The content editors' page."""
    return _built("editor.html")


@router.get("/demo/{municipality}")
async def demo(municipality: str, services: ServicesDep) -> Response:
    """A municipal-looking page with the widget on it."""

    def known(session: Session) -> None:
        try:
            access_municipality(session, municipality)
        except InvalidInput as error:
            raise NotFound(error.message, code="unknown_municipality", details=error.details) from error

    await services.database.read(known)
    return _built("demo.html")


@router.get("/articles/{article_id}")
async def article(
    article_id: str,
    request: Request,
    services: ServicesDep,
    municipality: str,
    lang: str = Query("nb", max_length=5),
) -> HTMLResponse:
    """An article as a page to read and print."""

    def work(session: Session) -> str:
        place = access_municipality(session, municipality)
        check_language(lang, place)
        view = services.knowledge.article(session, article_id, municipality, lang)
        return render_page(
            "article.html",
            lang,
            article=view,
            body=markdown(view.body),
            municipality=place.name,
            pdf_url=f"/api/v1/articles/{view.article_id}?municipality={municipality}&lang={lang}&format=pdf",
            text_direction="rtl" if view.source_language in i18n.RIGHT_TO_LEFT else "ltr",
            language_name=i18n.NAMES[view.source_language],
            reviewed_on=view.reviewed_on.strftime("%d.%m.%Y"),
        )

    return HTMLResponse(await services.database.read(work))
