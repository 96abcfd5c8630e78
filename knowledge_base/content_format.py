"""Articles as Markdown with front matter: read, check, write. One folder an article, one file a language.

Problems are named with file and line; nothing is guessed. The format is described in docs/content.md.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from core.readers import READERS

KINDS = ("information", "right", "offer", "course", "contact")
AUDIENCES = (*READERS, "staff")
THEMES = ("dementia", "cancer", "mental-health-addiction", "children-families", "general")
STATUSES = ("planned", "open", "ended")
SHARED_KEYS = ("slug", "language", "title", "answer", "questions", "origin", "approved")
SOURCE_KEYS = (
    "kind", "scope", "audience", "theme", "status", "reviewed_on", "review_by", "law", "links", "related",
)  # fmt: skip
LIMITS = {"title": 300, "answer": 4000, "body": 40_000}  # characters
MOST_QUESTION, MOST_SLUG, MOST_BYTES = 300, 80, 1_000_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n(.*))?\Z", re.S)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a content file, for a person: file, line (1-based) and what."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentError(ValueError):
    """Content that can't be imported; carries every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class TextParts:
    """An article's words in one language."""

    language: str
    title: str
    answer: str
    body: str = ""
    questions: list[str] = field(default_factory=list)
    origin: str = "human"
    approved: bool = True


@dataclass(slots=True)
class ArticleFile:
    """An article as its folder says it."""

    slug: str
    scope: str
    kind: str
    audience: str
    theme: str
    status: str
    reviewed_on: date
    review_by: date
    law: list[dict[str, Any]]
    links: list[dict[str, Any]]
    related: list[str]
    texts: dict[str, TextParts]
    path: str = ""


def text_digest(title: str, answer: str, body: str) -> str:
    """The digest of a source text: a translation made from another digest is stale."""
    return hashlib.sha256("\x1f".join((title, answer, body)).encode()).hexdigest()


def read_file(path: Path) -> tuple[dict[str, Any], str, list[Problem]]:
    """Front matter, body and problems of one file. With problems the first two may be empty."""
    name = str(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}, "", [Problem(name, 1, f"a file may have at most {MOST_BYTES // 1000} kB")]
        raw = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return {}, "", [Problem(name, 1, f"can't be read as UTF-8 text: {error}")]
    match = _FRONT.match(raw.replace("\r\n", "\n"))
    if not match:
        return {}, "", [Problem(name, 1, "no front matter between two lines of `---`")]
    try:
        node = yaml.compose(match[1], Loader=yaml.SafeLoader)
        data = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "not valid YAML"
        return {}, "", [Problem(name, (mark.line + 2) if mark else 1, f"front matter: {what}")]
    except RecursionError:
        return {}, "", [Problem(name, 2, "front matter: nested too deeply")]
    except ValueError as error:  # a date that no calendar has
        return {}, "", [Problem(name, _line_of_date(match[1]), f"front matter: {error}")]
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        return {}, "", [Problem(name, 2, "front matter must be `key: value` lines")]
    lines: dict[str, int] = {}
    twice = []
    for key, _ in node.value:
        at = key.start_mark.line + 2
        if key.value in lines:
            twice.append(Problem(name, at, f"`{key.value}` stands here a second time"))
        lines.setdefault(key.value, at)
    language = path.stem
    allowed = SHARED_KEYS + (SOURCE_KEYS if language == SOURCE_LANGUAGE else ())
    problems = twice + [Problem(name, at, f"unknown key `{k}`") for k, at in lines.items() if k not in allowed]
    body = (match[2] or "").strip()
    problems += _check_shared(name, language, data, lines)
    if len(body) > LIMITS["body"]:
        below = raw.count("\n", 0, match.start(2)) + 1
        problems.append(Problem(name, below, f"the text below may have at most {LIMITS['body']} characters"))
    if language == SOURCE_LANGUAGE:
        problems += _check_source(name, data, lines)
    return data, body, problems


def _line_of_date(front: str) -> int:
    """The first line with a date that does not exist."""
    for number, line in enumerate(front.split("\n"), 2):
        for found in re.findall(r"\d{4}-\d{1,2}-\d{1,2}", line):
            try:
                date(*map(int, found.split("-")))
            except ValueError:
                return number
    return 2


def _check_shared(name: str, language: str, data: dict[str, Any], lines: dict[str, int]) -> list[Problem]:
    def at(key: str) -> int:
        return lines.get(key, 1)

    found = []
    if language not in LANGUAGES:
        found.append(Problem(name, 1, f"`{language}` is no language of Nær ({', '.join(LANGUAGES)})"))
    if data.get("language") != language:
        found.append(Problem(name, at("language"), f"`language` must be `{language}`, as the file is named"))
    if not isinstance(data.get("slug"), str) or not SLUG.match(data["slug"]):
        found.append(Problem(name, at("slug"), "`slug` must be lower-case words joined by hyphens"))
    elif len(data["slug"]) > MOST_SLUG:
        found.append(Problem(name, at("slug"), f"`slug` may have at most {MOST_SLUG} characters"))
    for key in ("title", "answer"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            found.append(Problem(name, at(key), f"`{key}` is missing or empty"))
        elif len(data[key]) > LIMITS[key]:
            found.append(Problem(name, at(key), f"`{key}` may have at most {LIMITS[key]} characters"))
    questions = data.get("questions", [])
    if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() for q in questions):
        found.append(Problem(name, at("questions"), "`questions` must be a list of texts (put them in quotes)"))
    elif any(len(q) > MOST_QUESTION for q in questions):
        found.append(Problem(name, at("questions"), f"a question may have at most {MOST_QUESTION} characters"))
    if data.get("origin", "human") not in ("human", "machine"):
        found.append(Problem(name, at("origin"), "`origin` must be human or machine"))
    if not isinstance(data.get("approved", True), bool):
        found.append(Problem(name, at("approved"), "`approved` must be true or false"))
    return found


def _check_source(name: str, data: dict[str, Any], lines: dict[str, int]) -> list[Problem]:
    found = []
    for key, allowed in (("kind", KINDS), ("audience", AUDIENCES), ("theme", THEMES), ("status", STATUSES)):
        if data.get(key) not in allowed:
            found.append(Problem(name, lines.get(key, 1), f"`{key}` must be one of {', '.join(allowed)}"))
    if not isinstance(data.get("scope"), str) or not SLUG.match(str(data.get("scope"))):
        found.append(Problem(name, lines.get("scope", 1), "`scope` is missing"))
    for key in ("reviewed_on", "review_by"):
        if not isinstance(data.get(key), date) or isinstance(data[key], datetime):
            found.append(Problem(name, lines.get(key, 1), f"`{key}` must be a date, YYYY-MM-DD"))
    for key, needed in (("law", ("ref", "url")), ("links", ("title", "url"))):
        entries = data.get(key) or []
        if not isinstance(entries, list) or any(
            not isinstance(e, dict) or any(not isinstance(e.get(n), str) for n in needed) for e in entries
        ):
            found.append(Problem(name, lines.get(key, 1), f"each entry of `{key}` needs {' and '.join(needed)}"))
        elif any(not e["url"].startswith(("https://", "http://")) for e in entries):
            found.append(Problem(name, lines.get(key, 1), f"a link of `{key}` must begin with https://"))
    related = data.get("related") or []
    if not isinstance(related, list) or not all(isinstance(r, str) for r in related):
        found.append(Problem(name, lines.get("related", 1), "`related` must be a list of slugs"))
    return found


def read_folder(root: Path) -> list[ArticleFile]:
    """Every article under `root/<scope>/<slug>/<language>.md`. Raises ContentError with all problems."""
    articles: list[ArticleFile] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], str] = {}
    if not root.is_dir():
        raise ContentError([Problem(str(root), 1, "no such folder")])
    for folder in sorted(p for p in root.glob("*/*") if p.is_dir()):
        files = sorted(folder.glob("*.md"))
        if not files:
            problems.append(Problem(str(folder), 1, "an article's folder without a Markdown file"))
            continue
        read = {path.stem: (path, *read_file(path)) for path in files}
        own = [p for _, _, _, ps in read.values() for p in ps]
        if SOURCE_LANGUAGE not in read:
            own.append(Problem(str(folder), 1, f"the source text {SOURCE_LANGUAGE}.md is missing"))
        own += _agree(folder, read)
        if own:
            problems += own
            continue
        article = _assemble(folder, read)
        key = (article.slug, article.scope)
        if key in seen:
            file = read[SOURCE_LANGUAGE][0]
            message = f"slug `{article.slug}` in `{article.scope}` is also in {seen[key]}"
            problems.append(Problem(str(file), _line_of(file, "slug"), message))
            continue
        seen[key] = article.path
        articles.append(article)
    if problems:
        raise ContentError(problems)
    return articles


def _agree(folder: Path, read: dict[str, Any]) -> list[Problem]:
    """One folder is one article, in the scope that its parent folder names."""
    found = []
    source = read[SOURCE_LANGUAGE][1] if SOURCE_LANGUAGE in read else {}
    for path, data, _, _ in read.values():
        if source.get("slug") and data.get("slug") and data["slug"] != source["slug"]:
            message = f"`slug: {data['slug']}` is another article than {SOURCE_LANGUAGE}.md's `{source['slug']}`"
            found.append(Problem(str(path), _line_of(path, "slug"), message))
    if source.get("scope") and source["scope"] != folder.parent.name:
        path = read[SOURCE_LANGUAGE][0]
        message = f"`scope: {source['scope']}` lies in the folder `{folder.parent.name}`"
        found.append(Problem(str(path), _line_of(path, "scope"), message))
    return found


def _line_of(path: Path, key: str) -> int:
    """The line of a front matter's key."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _assemble(folder: Path, read: dict[str, Any]) -> ArticleFile:
    source = read[SOURCE_LANGUAGE][1]
    texts = {
        language: TextParts(
            language=language,
            title=data["title"].strip(),
            answer=data["answer"].strip(),
            body=body,
            questions=[q.strip() for q in data.get("questions", [])],
            origin=data.get("origin", "human"),
            approved=data.get("approved", True),
        )
        for language, (_, data, body, _) in read.items()
    }
    return ArticleFile(
        slug=source["slug"],
        scope=source["scope"],
        kind=source["kind"],
        audience=source["audience"],
        theme=source["theme"],
        status=source["status"],
        reviewed_on=source["reviewed_on"],
        review_by=source["review_by"],
        law=[{k: str(v) for k, v in entry.items()} for entry in source.get("law") or []],
        links=[{k: str(v) for k, v in entry.items()} for entry in source.get("links") or []],
        related=list(source.get("related") or []),
        texts=texts,
        path=str(folder),
    )


def write_folder(root: Path, article: ArticleFile) -> None:
    """Write an article as its folder, the same form that `read_folder` reads."""
    folder = root / article.scope / article.slug
    folder.mkdir(parents=True, exist_ok=True)
    for language, text in article.texts.items():
        front: dict[str, Any] = {"slug": article.slug}
        if language == SOURCE_LANGUAGE:
            front |= {key: getattr(article, key) for key in SOURCE_KEYS if getattr(article, key) or key == "status"}
        front |= {"language": language}
        if text.origin != "human" or not text.approved:
            front |= {"origin": text.origin, "approved": text.approved}
        front |= {"title": text.title, "answer": text.answer, "questions": text.questions}
        head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=110)
        (folder / f"{language}.md").write_text(f"---\n{head}---\n{text.body}\n".rstrip() + "\n", encoding="utf-8")
