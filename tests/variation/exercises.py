"""Small exercises that vary, for the tests of variations."""

from __future__ import annotations

from exsolve.library import Exercise, load_text

BASE = """\
id: sums
title: A sum
kind: formulas
about: Add 3 and 4.
givens:
  a: 3
  x: [1, 2]       # two numbers
define:
  total: a + sum(x)
  half: total/2
parts:
  - id: a
    ask: Compute the sum of all.
    answers: [total, half]
"""


def exercise(vary: str, base: str = BASE) -> Exercise:
    """The exercise with the lines under ``vary``."""
    lines = "\n".join(f"  {line}" if line else "" for line in vary.strip("\n").split("\n"))
    loaded = load_text(f"{base}vary:\n{lines}\n", "sums.yaml")
    assert isinstance(loaded, Exercise)
    return loaded


def drawn(vary: str, count: int, seed: int = 1) -> list[dict[str, str]]:
    """What is drawn for the variants of the exercise."""
    return [dict(variant.values) for variant in exercise(vary).variants(count, seed)]
