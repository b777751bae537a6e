"""Batch, layer, instance and group normalisation against torch.nn.functional and torch.var."""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any, NamedTuple

import pytest

from oracle.comparison import CASES, Data, assert_equal, data, exercise, solved, torch

pytestmark = pytest.mark.oracle

functional = torch.nn.functional
LARGEST = 36
"""Cells of a tensor, which keeps two hundred exact solutions within seconds."""


class Case(NamedTuple):
    norm: str
    shape: tuple[int, ...]
    groups: int
    eps: float
    sample: bool
    x: Data
    gamma: Data | None
    beta: Data | None


def a_case(norm: str, seed: int) -> Case:
    random = Random(f"{norm} {seed}")
    while True:
        features = [random.randint(1, 4) for _ in range(random.randint(norm == "instance", 3))]
        groups = random.randint(1, 3) if norm == "group" else 1
        shape = (random.randint(1, 4), groups * random.randint(1, 3), *features)
        averaged = {
            "batch": shape[0] * prod(shape[2:]),
            "layer": prod(shape[1:]),
            "instance": prod(shape[2:]),
            "group": prod(shape[1:]) // groups,
        }[norm]
        x = data(random, *shape)
        if averaged > 1 and prod(shape) <= LARGEST:
            break
    sample = random.random() < 0.4
    affine = shape[1:] if norm == "layer" else shape[1:2]
    flat = bool((variance(norm, x.tensor, groups, 0) == 0).any())
    return Case(
        norm, shape, groups, 0.0 if not flat and random.random() < 0.3 else 1e-5, sample, x,
        data(random, *affine) if random.random() < 0.5 else None,
        data(random, *affine) if random.random() < 0.5 else None,
    )  # fmt: skip


def dimensions(norm: str, x: Any) -> tuple[int, ...]:
    first = {"batch": 2, "layer": 1, "instance": 2}[norm]
    return ((0,) if norm == "batch" else ()) + tuple(range(first, x.dim()))


def split(norm: str, x: Any, groups: int) -> tuple[Any, tuple[int, ...]]:
    """The tensor and the dimensions that its statistics reduce."""
    if norm != "group":
        return x, dimensions(norm, x)
    parts = x.reshape(x.shape[0], groups, -1)
    return parts, (2,)


def variance(norm: str, x: Any, groups: int, correction: int) -> Any:
    parts, over = split(norm, x, groups)
    return torch.var(parts, dim=over, correction=correction)


def solve(case: Case) -> Any:
    fields = {
        "norms": f"[{case.norm}]",
        "variance": "sample" if case.sample else "population",
        "normalise": "true",
        "eps": f"{case.eps:.5f}",
    }
    if case.norm == "group":
        fields["groups"] = str(case.groups)
    givens = {"X": case.x.text}
    for name, given in (("gamma", case.gamma), ("beta", case.beta)):
        if given is not None:
            fields[name] = name
            givens[name] = given.text
    answers = ", ".join(f"{part}_{case.norm}" for part in ("mu", "var", "normalised"))
    return solved(exercise("norms", fields, givens, answers))


def normalised(case: Case) -> Any:
    """PyTorch's own layer; the definition where it has none: sample variance, eps of 0."""
    x = case.x.tensor
    gamma, beta = (None if one is None else one.tensor for one in (case.gamma, case.beta))
    if case.sample or (not case.eps and case.norm in ("batch", "instance")):
        parts, over = split(case.norm, x, case.groups)
        spread, mean = torch.var_mean(parts, dim=over, correction=int(case.sample), keepdim=True)
        result = ((parts - mean) / torch.sqrt(spread + case.eps)).reshape(x.shape)
        layout = x.shape[1:] if case.norm == "layer" else (-1, *[1] * (x.dim() - 2))
        result = result if gamma is None else result * gamma.reshape(layout)
        return result if beta is None else result + beta.reshape(layout)
    if case.norm == "batch":
        return functional.batch_norm(
            x, None, None, gamma, beta, training=True, momentum=0.0, eps=case.eps
        )
    if case.norm == "layer":
        return functional.layer_norm(x, x.shape[1:], gamma, beta, eps=case.eps)
    if case.norm == "instance":
        return functional.instance_norm(x, weight=gamma, bias=beta, eps=case.eps)
    return functional.group_norm(x, case.groups, gamma, beta, eps=case.eps)


@pytest.mark.parametrize("norm", ["batch", "layer", "instance", "group"])
def test_statistics_and_normalised_tensors(norm: str) -> None:
    seen: set[tuple[bool, bool, bool]] = set()
    for seed in range(CASES):
        case = a_case(norm, seed)
        seen.add((case.sample, case.gamma is None, case.beta is None))
        found = solve(case)
        parts, over = split(norm, case.x.tensor, case.groups)
        what = f"{norm}, case {seed}, shape {case.shape}"
        assert_equal(found[f"mu_{norm}"], torch.mean(parts, dim=over), what)
        spread = variance(norm, case.x.tensor, case.groups, int(case.sample))
        assert_equal(found[f"var_{norm}"], spread, what)
        assert_equal(found[f"normalised_{norm}"], normalised(case), what)
    assert len(seen) == 8, "every combination of variance, scale and shift occurred"


def test_layer_normalisation_of_each_token() -> None:
    affine = 0
    for seed in range(60):
        random = Random(f"tokens {seed}")
        shape = tuple(random.randint(1, 3) for _ in range(random.randint(1, 3)))
        features = random.randint(2, 4)
        x = data(random, *shape, features)
        gamma, beta = (data(random, features) if random.random() < 0.5 else None for _ in range(2))
        fields = {"norms": "[layer]", "layer_axes": "features", "normalise": "true", "eps": "1e-5"}
        givens = {"X": x.text}
        for name, given in (("gamma", gamma), ("beta", beta)):
            if given is not None:
                fields[name] = name
                givens[name] = given.text
        found = solved(exercise("norms", fields, givens, "mu_layer, var_layer, normalised_layer"))
        what = f"case {seed}, shape {shape} and {features} features"
        spread, mean = torch.var_mean(x.tensor, dim=-1, correction=0)
        assert_equal(found["mu_layer"], mean, what)
        assert_equal(found["var_layer"], spread, what)
        wanted = functional.layer_norm(
            x.tensor,
            (features,),
            None if gamma is None else gamma.tensor,
            None if beta is None else beta.tensor,
            eps=1e-5,
        )
        assert_equal(found["normalised_layer"], wanted, what)
        affine += gamma is not None and beta is not None
    assert affine >= 10


def test_batch_statistics_are_those_that_a_running_batch_norm_takes_up() -> None:
    """With momentum 1 PyTorch's running statistics are the batch's mean and sample variance."""
    for seed in range(40):
        case = a_case("batch", seed + CASES)._replace(sample=True, eps=1e-5)
        mean = torch.zeros(case.shape[1], dtype=torch.float64)
        spread = torch.ones(case.shape[1], dtype=torch.float64)
        functional.batch_norm(case.x.tensor, mean, spread, training=True, momentum=1.0)
        found = solve(case)
        assert_equal(found["mu_batch"], mean, f"case {seed}")
        assert_equal(found["var_batch"], spread, f"case {seed}")
