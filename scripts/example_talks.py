"""Runs the talks of docs/examples/talks through a running app and its engine, and writes docs/examples/<language>.md.

`python scripts/example_talks.py http://127.0.0.1:8080 [nb en …]`
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import yaml

FOLDER = Path(__file__).parent.parent / "docs" / "examples"
LANGUAGES = ("nb", "nn", "en", "pl", "uk", "ar", "so", "ur", "fa", "lt", "ti", "tr")


def run_talk(client: httpx.Client, language: str, turns: list[str]) -> list[dict[str, Any]]:
    """All messages of one talk."""
    opened = client.post("/api/v1/conversations", json={"municipality": "lillestrom", "language": language}).json()
    url, headers = f"/api/v1/conversations/{opened['id']}", {"Authorization": f"Bearer {opened['token']}"}
    said: list[dict[str, Any]] = list(opened["messages"])
    for turn in turns:
        body: dict[str, str] = {"client_id": str(uuid.uuid4())}
        if turn.startswith("["):
            choice = _choice(said, turn.strip("[]").split())
            if choice is None:
                said.append({"sender": "note", "text": f"(no button {turn})"})
                continue
            said.append({"sender": "relative", "text": choice["title"], "pressed": True})
            body["payload"] = choice["payload"]
        else:
            said.append({"sender": "relative", "text": turn})
            body["text"] = turn
        response = client.post(f"{url}/messages?wait=reply", json=body, headers=headers)
        response.raise_for_status()
        said += response.json()["messages"]
    client.delete(url, headers=headers).raise_for_status()
    return said


def _choice(said: list[dict[str, Any]], words: list[str]) -> dict[str, str] | None:
    for message in reversed(said):
        for choice in message.get("choices") or []:
            if all(word in choice["payload"] for word in words):
                return dict(choice)
    return None


def as_markdown(title: str, said: list[dict[str, Any]]) -> str:
    """One talk to read: the relative's words as quotations, buttons in brackets."""
    lines = [f"## {title}", ""]
    for number, message in enumerate(said):
        text = message["text"]
        if message["sender"] == "relative":
            lines += [f"> {'▸ ' if message.get('pressed') else ''}{text}", ""]
            continue
        if number == 0:
            text = text.split("\n", 1)[0] + " …"
        lines += [text.replace("\n\n", "\n\n").strip(), ""]
        if crisis := message.get("crisis"):
            lines += ["Contacts: " + ", ".join(f"{c['name']} {c['phone']}" for c in crisis["contacts"]), ""]
        if answer := message.get("answer"):
            law = f" · {', '.join(answer['law'])}" if answer.get("law") else ""
            lines += [f"*{answer['title']} · {answer['reviewed_on']}{law}*", ""]
        courses = message.get("courses") or []
        lines += [f"- {course['title']} ({course['starts_at'][:10]})" for course in courses]
        lines += [""] if courses else []
        if number and message.get("choices"):
            lines += [" ".join(f"`{c['title']}`" for c in message["choices"]), ""]
    return "\n".join(lines)


def main() -> None:
    """Every language that is named, or all."""
    base, *wanted = sys.argv[1:] or ["http://127.0.0.1:8080"]
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
        for language in wanted or LANGUAGES:
            talks = yaml.safe_load((FOLDER / "talks" / f"{language}.yml").read_text(encoding="utf-8"))
            parts = [as_markdown(t["title"], run_talk(client, language, t["turns"])) for t in talks]
            head = "# Talks ({}), as app and engine carried them on\n\nMade by scripts/example_talks.py; `…` are buttons.\n"
            (FOLDER / f"{language}.md").write_text("\n".join([head.format(language), *parts]), encoding="utf-8")
            print(language, len(talks))


if __name__ == "__main__":
    main()
