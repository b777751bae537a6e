"""The starting file of an exercise of one's own, with and without its commented lines."""

from __future__ import annotations

import json
import re

from exsolve.kinds.formulas import STARTER
from exsolve.library import load_exercise


def test_the_starter_runs() -> None:
    assert [part.id for part in load_exercise(STARTER).solve().parts] == ["a", "b"]


def test_its_commented_lines_add_a_formula_and_a_derivation() -> None:
    whole = re.sub(r"(?m)^#(?! )|^#(?=  )", "", STARTER)
    data = json.loads(load_exercise(whole).solve().text("json"))
    part = data["parts"][2]
    assert part["steps"][0]["value"]["verified"]["instances"] >= 20
    (derivation,) = part["derivations"]
    assert derivation["verified"]["proved"] == ["m = 2, n = 2"]
    assert data["symbols"] == [
        {"name": "A", "shape": ["m", "n"]},
        {"name": "v", "shape": ["n"]},
    ]
