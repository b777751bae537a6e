"""Every shipped exercise that varies: its variants load, solve, keep its conditions, differ."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import exsolve
from exsolve.catalogue import files
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.library import Exercise, Variant, load_text
from exsolve.variation.conditions import failure

COUNT, SEED = 3, 2
VARYING = sorted(file.stem for file in files() if "\nvary:" in file.read_text(encoding="utf-8"))


@cache
def loaded(name: str) -> Exercise:
    exercise = exsolve.load(name)
    assert isinstance(exercise, Exercise)
    return exercise


@cache
def variants(name: str) -> tuple[Variant, ...]:
    return tuple(loaded(name).variants(COUNT, SEED))


def test_the_computed_exercises_of_the_sheets_vary() -> None:
    assert set(VARYING) >= {
        "attention-forward", "cnn-shapes", "gnn-update", "long-range-gradients",
        "multi-head-attention", "norm-statistics", "rnn-bptt-numbers", "vit-shapes",
    }  # fmt: skip


@pytest.mark.parametrize("name", VARYING)
def test_variants_load_and_solve(name: str) -> None:
    for variant in variants(name):
        again = load_text(variant.text, f"{variant.id}.yaml")
        assert isinstance(again, Exercise)
        solution = again.solve()
        assert solution.exercise == f"{name}-{SEED}-{variant.number:02d}"
        assert solution.agreement.compared > 0
        assert len(solution.parts) == len(loaded(name).workbook.parts)


@pytest.mark.parametrize("name", VARYING)
def test_variants_keep_the_conditions(name: str) -> None:
    plan = loaded(name).workbook.variation
    assert plan is not None
    assert plan.checks or name == "long-range-gradients"
    for variant in variants(name):
        workbook = variant.exercise.workbook
        drawn = {}
        for one, text in variant.values.items():
            if one not in plan.words:
                value = exsolve.library.load_text(
                    f"id: a\ntitle: b\nkind: formulas\ndefine: {{v: '{text}'}}\n"
                    "parts: [{id: a, ask: b, answers: [v]}]\n"
                )
                assert isinstance(value, Exercise)
                drawn[one] = evaluate(value.workbook.graph, ClosedFormRoute())["v"]
        values = evaluate(
            workbook.numeric, ClosedFormRoute(),
            [one for one in workbook.graph.quantities if one not in workbook.general],
        )  # fmt: skip
        for check in plan.checks:
            assert failure(check, workbook.graph, {**drawn, **values}) is None, check.text


@pytest.mark.parametrize("name", VARYING)
def test_variants_differ_in_what_is_asked(name: str) -> None:
    """Compared by the trees of their files without ids, and by the answers' values."""
    trees = []
    for exercise in (loaded(name), *(one.exercise for one in variants(name))):
        workbook = exercise.workbook
        names = [one for part in workbook.parts for one in workbook.shown(part)]
        asked = [one for one in names if one not in workbook.general]
        data = evaluate(workbook.numeric, ClosedFormRoute(), [*asked, *workbook.givens])
        trees.append(str({key: [str(cell) for cell in value.flat] for key, value in data.items()}))
    assert len(set(trees)) == COUNT + 1


def exact(variant: Variant, name: str) -> np.ndarray:
    graph = variant.exercise.workbook.graph
    return evaluate(graph, ClosedFormRoute(), [name])[name]


def test_every_attention_weight_has_two_decimals() -> None:
    for variant in variants("attention-forward"):
        weights = exact(variant, "A")
        assert all((100 * cell).q == 1 for cell in weights.flat)
        assert sorted(weights[2])[-1] == weights[2][1]  # most is on the first adjective
        assert variant.values["noun"] in variant.exercise.question().title


def test_statistics_are_as_short_as_those_of_the_sheet() -> None:
    for variant in variants("norm-statistics"):
        assert all((2 * cell).q == 1 for cell in exact(variant, "mu_batch").flat)
        assert all((12 * cell).q == 1 for cell in exact(variant, "var_batch").flat)
        assert all(cell > 0 for cell in exact(variant, "var_instance").flat)


def test_relu_keeps_one_component_of_the_aggregate() -> None:
    for variant in variants("gnn-update"):
        aggregate = exact(variant, "agg")
        assert min(aggregate) < 0 < max(aggregate)
        assert f"f(x) = {variant.values['factor']}x" in variant.text
        assert all(variant.values[f"w_{n}"] in variant.text for n in (2, 3, 4))
