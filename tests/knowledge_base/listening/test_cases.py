"""Every sentence of knowledge_base/listening/cases: who writes, and what they feel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from core.i18n import LANGUAGES
from knowledge_base.listening import feelings, readers

CASES = Path(readers.__file__).parent / "cases"


def cases(part: str) -> list[Any]:
    found = []
    for language in LANGUAGES:
        data = yaml.safe_load((CASES / f"{language}.yml").read_text(encoding="utf-8"))
        found += [
            pytest.param(expected, text, id=f"{language}-{expected}-{number}")
            for expected, texts in data[part].items()
            for number, text in enumerate(texts)
        ]
    return found


@pytest.mark.parametrize(("expected", "text"), cases("readers"))
def test_who_writes(expected: str, text: str) -> None:
    found = readers.reader(text)
    assert (found.audience if found else "none") == expected


@pytest.mark.parametrize(("expected", "text"), cases("feelings"))
def test_what_is_felt(expected: str, text: str) -> None:
    assert (feelings.by_rules(text).feeling or "none") == expected


@pytest.mark.parametrize("text", ["", "😭", "12", "???", "a" * 4000])
def test_nothing_to_hear(text: str) -> None:
    assert readers.reader(text) is None
    assert feelings.by_rules(text).feeling is None


@pytest.mark.parametrize("text", ["jeg er 12", "I'm 12", "mam 11 lat", "12 yaşındayım"])
def test_an_age_alone_is_told_apart(text: str) -> None:
    found = readers.reader(text)
    assert found is not None
    assert found.alone
    longer = readers.reader(text + ", hva gjør jeg når mamma er syk og ingen svarer på telefonen")
    assert longer is not None
    assert not longer.alone


class TestFiles:
    def test_a_wrong_reader_file_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "nb.yml"
        path.write_text('language: nb\nown_agee: ["jeg er #"]\n')
        with pytest.raises(ValueError, match="own_agee"):
            readers.read(path)

    def test_a_wrong_pattern_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "nb.yml"
        path.write_text('language: nb\nfear: ["mother-in-law"]\n')
        with pytest.raises(ValueError, match="fear"):
            feelings.read(path)
