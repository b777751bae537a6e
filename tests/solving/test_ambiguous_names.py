"""Letters, unknown functions and claims that would mean two things, or nothing."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.library import load_text

HEAD = "id: names\ntitle: Names\nkind: formulas\n"
PART = "parts: [{id: a, ask: What?, answers: [y]}]\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("symbols: {x: [n]}\ngivens: {n: 3}\ndefine: {y: n*x}\n", "4:11", "the letter n stands"),
        ("symbols: {x: [n]}\ndefine: {n: 2 + 2, y: n*x}\n", "4:11", "the letter n stands"),
        ("symbols: {x: [n]}\nfunctions: {n: 1}\ndefine: {y: n(x)}\n", "5:13", "function n has"),
        ("symbols: {x: [n]}\nfunctions: {f: 1}\ndefine: {f: 2*x, y: f(x)}\n", "5:13", "f has the"),
        ("symbols: {x: [n], f: []}\nfunctions: {f: 1}\ndefine: {y: f(x)*f}\n", "5:13", "f has the"),
        ("symbols: {x: [300, 300]}\ndefine: {y: x @ x}\n", "4:11", "x is too large"),
        (
            "symbols: {x: [n]}\ndefine: {y: {formula: 2*x, equals: y}}\n",
            "5:36",
            "y is compared with itself",
        ),
        (
            "symbols: {x: [n]}\ndefine: {z: 2*y, y: {formula: 2*x, equals: z/2}}\n",
            "5:44",
            "y is compared with itself",
        ),
    ],
)
def test_they_are_refused(text: str, place: str, message: str) -> None:
    with pytest.raises(ExsolveError, match=rf"^names\.yaml:{place}: .*{message}"):
        load_text((HEAD + text + PART).encode(), "names.yaml")
