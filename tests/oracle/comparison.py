"""Random data for both sides, exsolve's values by name, and their comparison with tensors."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest

from exsolve.library import load_text

torch = pytest.importorskip("torch", reason="the outside witness needs the extra `oracle`")
torch.set_num_threads(1)

CASES = 200
"""Random cases of each family, at least."""


class Data(NamedTuple):
    """The same numbers as text for YAML and as a float64 tensor."""

    text: str
    tensor: Any


def data(random: Random, *shape: int, largest: int = 6) -> Data:
    """Small random decimals and fractions, whose denominators are powers of two."""
    numerators = [random.randint(-4 * largest, 4 * largest) for _ in range(prod(shape))]
    forms = [random.choice((f"{n}/4", f"{n / 4}", f"{n // 4}")) for n in numerators]
    values = [float(number_of(form)) for form in forms]
    return Data(_nested(forms, shape), torch.tensor(values, dtype=torch.float64).reshape(shape))


def number_of(form: str) -> float:
    """The number that ``3/4``, ``0.75`` or ``3`` stands for."""
    above, _, below = form.partition("/")
    return float(above) / float(below or 1)


def _nested(forms: list[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return forms[0]
    step = len(forms) // shape[0]
    rows = [_nested(forms[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]
    return f"[{', '.join(rows)}]"


def mask_text(mask: Any) -> str:
    """A tensor of booleans as zeros and ones."""
    return str(mask.int().tolist())


def exercise(kind: str, fields: Mapping[str, str], givens: Mapping[str, str], answers: str) -> str:
    """A YAML exercise with one part."""
    lines = ["id: oracle", "title: Oracle", f"kind: {kind}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    lines += ["givens:", *(f"  {name}: {value}" for name, value in givens.items())]
    lines += ["parts:", f"  - {{id: a, ask: Compute., answers: [{answers}]}}"]
    return "\n".join(lines) + "\n"


class Solved(NamedTuple):
    """A value of a solution on both of its routes."""

    numeric: np.ndarray
    exact: np.ndarray
    """What the exact value is in decimals, correctly rounded to 12 digits."""


def solved(text: str) -> dict[str, Solved]:
    """Every step's value, from YAML text through the whole path."""
    solution = load_text(text).solve(digits=12)
    assert solution.agreement.compared == solution.agreement.agreeing > 0
    return {
        step.name: Solved(
            np.array([cell.number for cell in step.value.cells]).reshape(step.value.shape),
            np.array([float(str(cell.decimal)) for cell in step.value.cells]).reshape(
                step.value.shape
            ),
        )
        for part in solution.parts
        for step in part.steps
    }


def assert_equal(found: Solved, expected: Any, what: str) -> None:
    """Both routes have the tensor's shape and its values to 1e-10."""
    wanted = expected.detach().numpy()
    assert found.numeric.shape == wanted.shape, what
    scale = max(1.0, float(np.max(np.abs(wanted))))
    for route, values in found._asdict().items():
        worst = float(np.max(np.abs(values - wanted)))
        assert worst <= 1e-10 * scale, f"{what}, {route}: {worst}\n{values}\n{wanted}"
