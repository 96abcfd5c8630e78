"""What the editor's tests share: write a draft, act on it, read as a relative does."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.support import StaffMember

NEW = {"article_id": "grandparents", "title": "Besteforeldre som pårørende", "answer": "Besteforeldre kan få egne samtaler hos oss.",
       "questions": ["Jeg er bestemor, finnes det noe for meg?", "samtaler for besteforeldre"]}  # fmt: skip


def draft(editor: StaffMember, slug: str = "respite-care", **body: Any) -> Any:
    response = editor.call("PUT", f"/editor/articles/{slug}/draft", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def act(editor: StaffMember, slug: str, what: str, body: Any = None) -> Any:
    response = editor.call("POST", f"/editor/articles/{slug}/{what}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def read(client: TestClient, slug: str = "respite-care", municipality: str = "lillestrom", lang: str = "nb") -> Any:
    return client.get(f"/api/v1/articles/{slug}", params={"municipality": municipality, "lang": lang}).json()
