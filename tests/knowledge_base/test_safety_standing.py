"""Which patterns are doubtful and which are proven, by what they have found."""

from __future__ import annotations

from pathlib import Path

from knowledge_base.safety.rules import RuleSet, assess, read
from knowledge_base.safety.standing import CRISES_TO_PROVE, standing

RULES = """
language: nb
suicide: ["vil dø", "orker ikke .. mer", "hoppe"]
"""
CRISES = [f"jeg vil dø nå {n}" for n in range(CRISES_TO_PROVE)] + ["han vil hoppe", "orker ikke livet mer"]
HARMLESS = ["barna vil hoppe på trampoline", "kan de hoppe i senga", "orker ikke papirene mer", "en tur i skogen"]


def rule_set(tmp_path: Path, found: dict[str, dict[str, list[str]]] | None = None) -> RuleSet:
    """The rules, and how they stand."""
    file = tmp_path / "nb.yml"
    file.write_text(RULES, encoding="utf-8")
    return read(file, (found or {}).get("nb"))


def test_patterns_stand_by_what_they_have_found(tmp_path: Path) -> None:
    found = standing(CRISES, HARMLESS, (rule_set(tmp_path),))
    assert found == {"nb": {"doubtful": ["hoppe", "orker ikke .. mer"], "proven": ["vil dø"]}}


def test_few_finds_prove_nothing(tmp_path: Path) -> None:
    found = standing(CRISES[1:], [], (rule_set(tmp_path),))
    assert found.get("nb", {}).get("proven", []) == []


def test_an_assessment_says_how_its_patterns_stand(tmp_path: Path) -> None:
    sets = (rule_set(tmp_path, standing(CRISES, HARMLESS, (rule_set(tmp_path),))),)
    proven, doubtful = assess("jeg vil dø", sets), assess("han vil hoppe", sets)
    assert (proven.category, proven.proven, proven.doubtful) == ("suicide", True, False)
    assert (doubtful.category, doubtful.proven, doubtful.doubtful) == ("suicide", False, True)
    assert assess("jeg vil hoppe, jeg vil dø", sets).proven
    assert not assess("en tur i skogen", sets).proven
