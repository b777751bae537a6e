"""Sheets whose exercises vary: what stands around an exercise holds for each of its variants."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

import exsolve
from exsolve.catalogue import files, set_files
from exsolve.library import Exercise

TREES: dict[str, Any] = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in (*files(), *set_files())
}
VARYING = sorted(name for name, tree in TREES.items() if "vary" in tree)
SETS = sorted(name for name, tree in TREES.items() if "exercises" in tree)


def test_no_exercise_speaks_of_one_that_may_have_other_numbers() -> None:
    for name in TREES.keys() - set(SETS):
        text = yaml.safe_dump({**TREES[name], "id": "", "kind": ""}, width=10**6)
        named = [other for other in VARYING if re.search(rf"\b{other}\b(?!-)", text)]
        assert named == [], name


@pytest.mark.parametrize("name", SETS)
def test_headings_of_a_sheet_do_not_name_what_varies(name: str) -> None:
    headed = [one for one in TREES[name]["exercises"] if isinstance(one, dict) and "title" in one]
    for entry in headed:
        if entry["exercise"] not in VARYING:
            continue
        exercise = exsolve.load(entry["exercise"])
        assert isinstance(exercise, Exercise)
        (variant,) = exercise.variants(1, 7)
        title = yaml.safe_load(variant.text)["title"]
        varying = set(TREES[entry["exercise"]]["title"].split()) - set(title.split())
        assert not varying & set(entry["title"].split())
