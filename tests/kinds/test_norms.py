"""Normalisation: hand-computed statistics, all norms against plain loops, refusals with places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest
from solved import fractions, marked, only_problem, problems, refused_at_mark, solve, steps

import exsolve
from exsolve.expression.printer import show
from exsolve.expression.tree import Node
from exsolve.kinds import norms

F = Fraction
Index = tuple[int, ...]


def exercise(data: Any, *fields: str, answers: str, givens: str = "") -> str:
    lines = [
        "id: test-norms", "title: Test", "kind: norms", *fields,
        "givens:", f"  X: {written(data)}", *([f"  {givens}"] if givens else []),
        "parts:", f"  - {{id: a, ask: Compute., answers: [{answers}]}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def written(data: Any) -> str:
    return f"[{', '.join(map(written, data))}]" if isinstance(data, list) else str(data)


def test_shipped_exercise_has_the_values_computed_by_hand() -> None:
    found = steps(exsolve.load("norm-statistics").solve())
    # channel 1: 4+3+2 + 3+4+1 + 3+2+3 + 1+1+3 = 30, squares 29 + 26 + 22 + 11 = 88;
    # channel 2: 1+4+3 + 4+2+2 + 4+1+2 + 4+1+2 = 30, squares 26 + 24 + 21 + 21 = 92
    assert fractions(found["mu_batch"]) == [F(30, 12), F(30, 12)]
    assert fractions(found["var_batch"]) == [F(88, 12) - F(25, 4), F(92, 12) - F(25, 4)]
    # sums of the examples 9+8, 8+8, 8+7, 5+7; squares 29+26, 26+24, 22+21, 11+21
    assert fractions(found["mu_layer"]) == [F(17, 6), F(16, 6), F(15, 6), F(12, 6)]
    assert fractions(found["var_layer"]) == [
        F(55, 6) - F(17, 6) ** 2, F(50, 6) - F(16, 6) ** 2,
        F(43, 6) - F(15, 6) ** 2, F(32, 6) - F(12, 6) ** 2,
    ]  # fmt: skip
    assert fractions(found["mu_instance"]) == [
        [F(9, 3), F(8, 3)], [F(8, 3), F(8, 3)], [F(8, 3), F(7, 3)], [F(5, 3), F(7, 3)],
    ]  # fmt: skip
    assert fractions(found["var_instance"]) == [
        [F(29, 3) - 9, F(26, 3) - F(64, 9)],
        [F(26, 3) - F(64, 9), F(24, 3) - F(64, 9)],
        [F(22, 3) - F(64, 9), F(21, 3) - F(49, 9)],
        [F(11, 3) - F(25, 9), F(21, 3) - F(49, 9)],
    ]
    part = exsolve.load("norm-statistics").solve().parts[0]
    assert part.id == "1"
    assert part.points == 6
    assert part.answers == (
        "mu_batch", "var_batch", "mu_layer", "var_layer", "mu_instance", "var_instance",
    )  # fmt: skip


def test_a_step_says_what_is_averaged_over() -> None:
    found = steps(exsolve.load("norm-statistics").solve())
    assert "each channel, over all examples and features: 4 · 3 = 12" in found["mu_batch"].note
    assert "each example, over all its channels and features: 2 · 3 = 6" in found["mu_layer"].note
    assert "channel of each example, over its features: 3" in found["mu_instance"].note
    assert "divided by 12" in found["var_batch"].note
    assert found["var_instance"].rows == ("example 1", "example 2", "example 3", "example 4")
    assert found["var_instance"].columns == found["var_batch"].columns == ("channel 1", "channel 2")


def test_long_detail_writes_every_sum_out_and_uses_the_named_mean() -> None:
    found = steps(exsolve.load("norm-statistics").solve(detail="long"))
    first = found["mu_batch"].expansions[0]
    assert packed(first.substituted) == "(4+3+2+3+4+1+3+2+3+1+1+3)/12"
    squares = found["var_instance"].expansions[0].substituted
    assert packed(squares) == "((4-3)^2+(3-3)^2+(2-3)^2)/3"


def packed(node: Node) -> str:
    """An expression as the language writes it, without spaces."""
    return show(node).replace(" ", "")


# --- all norms against plain loops over the cells


def indices(shape: Index) -> Iterator[Index]:
    return product(*map(range, shape))


def nested(cells: dict[Index, Fraction], shape: Index, prefix: Index = ()) -> Any:
    if len(prefix) == len(shape):
        return cells[prefix]
    return [nested(cells, shape, (*prefix, i)) for i in range(shape[len(prefix)])]


def flat(value: Any, prefix: Index = ()) -> dict[Index, Fraction]:
    if not isinstance(value, list):
        return {prefix: value}
    found: dict[Index, Fraction] = {}
    for place, part in enumerate(value):
        found |= flat(part, (*prefix, place))
    return found


def statistics(
    cells: dict[Index, Fraction], owner: Callable[[Index], Index], ddof: int
) -> tuple[dict[Index, Fraction], dict[Index, Fraction]]:
    """Means and variances of the cells gathered by who they belong to."""
    members: dict[Index, list[Fraction]] = {}
    for index, cell in cells.items():
        members.setdefault(owner(index), []).append(cell)
    means = {who: sum(values, F(0)) / len(values) for who, values in members.items()}
    variances = {
        who: sum(((v - means[who]) ** 2 for v in values), F(0)) / (len(values) - ddof)
        for who, values in members.items()
    }
    return means, variances


def owners(shape: Index, groups: int) -> dict[str, Callable[[Index], Index]]:
    each = shape[1] // groups
    found: dict[str, Callable[[Index], Index]] = {
        "batch": lambda i: (i[1],),
        "layer": lambda i: (i[0],),
        "group": lambda i: (i[0], i[1] // each),
    }
    if len(shape) > 2:
        found["instance"] = lambda i: (i[0], i[1])
    return found


@pytest.mark.parametrize("seed", range(20))
def test_statistics_are_those_of_plain_loops(seed: int) -> None:
    random = Random(seed)
    features = tuple(random.randint(2, 3) for _ in range(seed % 4))
    channels, groups = random.choice([(2, 1), (4, 2), (3, 1), (2, 2), (4, 1)])
    if not features:
        groups = 1
    shape = (random.randint(2, 3), channels, *features)
    cells = {i: F(random.randint(-9, 9), random.randint(1, 4)) for i in indices(shape)}
    expected = owners(shape, groups)
    sample = seed % 2 == 1
    if channels == groups and not features:
        del expected["group"]
    text = exercise(
        nested(cells, shape),
        f"norms: [{', '.join(expected)}]",
        f"groups: {groups}",
        f"variance: {'sample' if sample else 'population'}",
        answers=", ".join(f"mu_{norm}, var_{norm}" for norm in expected),
    )
    found = steps(solve(text))
    for norm, owner in expected.items():
        means, variances = statistics(cells, owner, int(sample))
        assert flat(fractions(found[f"mu_{norm}"])) == means
        assert flat(fractions(found[f"var_{norm}"])) == variances


SQUARES = [[[1, 3], [0, 4]], [[3, 1], [4, 0]]]
"""Every channel of every example has the variance 1 or 4, over the batch too."""


def test_normalised_tensor_by_hand() -> None:
    text = exercise(
        SQUARES, "norms: [batch, instance]", "normalise: true",
        answers="normalised_batch, normalised_instance",
    )  # fmt: skip
    found = steps(solve(text))
    signs = [[[-1, 1], [-1, 1]], [[1, -1], [1, -1]]]
    assert fractions(found["normalised_batch"]) == signs
    assert fractions(found["normalised_instance"]) == signs


def test_scale_and_shift_for_each_channel_and_for_each_cell_of_an_example() -> None:
    text = exercise(
        [[[1, 3], [1, 3]], [[3, 1], [1, 3]]],
        "norms: [batch, layer, group]",
        "groups: 1",
        "normalise: true",
        "eps: 0",
        "gamma: {batch: g, group: g, layer: G}",
        "beta: {batch: b, layer: B}",
        givens="g: [2, 1/2]\n  b: [10, 20]\n  G: [[1, 2], [3, 4]]\n  B: [[0, 0], [0, 1/3]]",
        answers="normalised_batch, normalised_layer, normalised_group",
    )
    found = steps(solve(text))
    half = F(1, 2)
    assert fractions(found["normalised_batch"]) == [
        [[8, 12], [20 - half, 20 + half]], [[12, 8], [20 - half, 20 + half]],
    ]  # fmt: skip
    assert fractions(found["normalised_layer"]) == [
        [[-1, 2], [-3, 4 + F(1, 3)]], [[1, -2], [-3, 4 + F(1, 3)]],
    ]  # fmt: skip
    assert fractions(found["normalised_group"]) == [
        [[-2, 2], [-half, half]], [[2, -2], [-half, half]],
    ]  # fmt: skip


def test_eps_is_added_under_the_root() -> None:
    text = exercise(
        [[1, 0], [3, 0]], "norms: [batch]", "normalise: true", "eps: 9/16 - 1 + e",
        givens="e: 1", answers="normalised_batch",
    )  # fmt: skip
    # variances 1 and 0; roots 5/4 and 3/4
    assert fractions(steps(solve(text))["normalised_batch"]) == [[F(-4, 5), 0], [F(4, 5), 0]]


def test_the_starter_runs() -> None:
    assert "normalised_batch" in steps(solve(norms.STARTER))


# --- refusals; § marks the place where the problem must be found


def test_variance_of_zero_names_the_channel() -> None:
    text, place = marked(
        exercise(
            [[[1, 2], [5, 5]], [[3, 4], [5, 5]]], "norms: [batch, instance]", "§normalise: true",
            answers="normalised_batch",
        )
    )  # fmt: skip
    found = problems(text)
    assert [problem.message.split(",")[0] for problem in found] == [
        "the variance of channel 2 is 0",
        "the variance of channel 2 of example 1 is 0",
        "the variance of channel 2 of example 2 is 0",
    ]
    for problem in found:
        assert "give eps" in problem.hint
        assert problem.position is not None
        assert problem.position[1:] == place


NORMALISED = ("norms: [batch]", "normalise: true")


@pytest.mark.parametrize(
    ("fields", "givens", "message"),
    [
        (("input: §Y",), "Z: 1", "input: Y is not given"),
        (("§norms: [group]",), "", "group normalisation needs `groups`"),
        (("norms: [group]", "§groups: 3"), "", "2 channels cannot be divided into 3"),
        (("§groups: 2",), "", "groups is for group normalisation"),
        (("§eps: 1",), "", "eps is for the normalised tensors"),
        (("§gamma: g",), "g: [1, 2]", "gamma is for the normalised tensors"),
        ((*NORMALISED, "eps: §-1"), "", "eps is added to a variance"),
        ((*NORMALISED, "eps: §[1, 2]"), "", "this must be a formula"),
        ((*NORMALISED, "eps: §e"), "e: [1, 2]", "eps is added to a variance"),
        ((*NORMALISED, "eps: 1 + §d"), "", "the setting eps: 'd' is not defined"),
        ((*NORMALISED, "eps: 1 +§"), "", "the expression ends after '+'"),
        ((*NORMALISED, "eps: 1§/0"), "", "the setting eps: division by zero"),
        ((*NORMALISED, "gamma: §g"), "g: [1, 2, 3]", "gamma: g does not fit batch"),
        ((*NORMALISED, "gamma: {batch: §g}"), "g: 2", "gamma: g does not fit batch"),
        ((*NORMALISED, "beta: §b"), "", "beta: b is not given"),
        (("norms: [§batches]",), "", "this must be batch, layer, instance or group"),
        (("§examples: [one]",), "", "1 label for 2 examples"),
        (("§channels: [a, b, c]",), "", "3 labels for 2 channels"),
    ],
)
def test_refusals(fields: tuple[str, ...], givens: str, message: str) -> None:
    data = [[[1, 2], [3, 5]], [[4, 4], [0, 1]]]
    problem = refused_at_mark(exercise(data, *fields, givens=givens, answers="mu_batch"))
    assert message in problem.message


def test_one_scale_cannot_serve_channels_and_cells() -> None:
    text = exercise(
        [[[1, 2], [3, 5]], [[4, 4], [0, 1]]], "norms: [batch, layer]", "normalise: true",
        "gamma: §g", givens="g: [1, 2]", answers="mu_batch",
    )  # fmt: skip
    problem = refused_at_mark(text)
    assert "one number for each cell of an example: (2, 2)" in problem.expected
    assert "gamma: {layer: NAME}" in problem.hint


def test_dimensions_are_those_of_pytorch() -> None:
    for data, message in (
        ([1, 2], "X has 1 dimension"),
        ([[[[[[1, 2]]]]]], "X has 6 dimensions"),
        ([[1, 2], [3, 4]], "each instance is a single number"),
    ):
        assert message in only_problem(exercise(data, answers="mu_batch")).message


def test_sample_variance_of_one_number_is_refused() -> None:
    text = exercise(
        [[[1], [2]], [[3], [4]]], "norms: [instance]", "§variance: sample", answers="var_instance"
    )
    assert "divides by 1 − 1" in refused_at_mark(text).message


def test_every_refusal_at_once() -> None:
    text = exercise(
        [[[1, 2], [3, 5]]],
        "norms: [batch, group]",
        "eps: 1",
        "examples: [a, b]",
        answers="mu_batch",
    )
    assert len(problems(text)) == 3


def test_layer_statistics_of_each_token_average_over_its_features() -> None:
    data = [[[1, 3], [0, 4]], [[2, 2], [5, 7]]]
    text = exercise(
        data, "norms: [layer]", "layer_axes: features", "normalise: true", "eps: 3",
        "gamma: g", answers="mu_layer, var_layer, normalised_layer", givens="g: [1, 10]",
    )  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["mu_layer"]) == [[2, 2], [2, 6]]
    assert fractions(found["var_layer"]) == [[1, 4], [0, 1]]
    assert found["mu_layer"].columns == ("token 1", "token 2")
    assert found["mu_layer"].note == (
        "One mean for each token of each example, over its features: 2 numbers."
    )
    # (1 - 2)/sqrt(1 + 3), 10*(3 - 2)/2; the root of 4 + 3 is not rational
    text = text.replace("[0, 4]", "[1, 3]")
    assert fractions(steps(solve(text))["normalised_layer"])[0][0] == [F(-1, 2), 5]


def test_a_tensor_without_tokens_has_one_layer_statistic_for_each_example() -> None:
    text = exercise([[1, 3], [4, 8]], "norms: [layer]", "layer_axes: features", answers="mu_layer")
    assert fractions(steps(solve(text))["mu_layer"]) == [2, 6]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("norms: [batch]", "§layer_axes: features"), "layer_axes is for layer normalisation"),
        (
            ("norms: [layer]", "layer_axes: features", "normalise: true", "eps: 1", "gamma: §g"),
            "gamma: g does not fit layer normalisation",
        ),
        (
            ("norms: [layer]", "layer_axes: features", "§normalise: true"),
            "the variance of token 2 of example 1 is 0",
        ),
    ],
)
def test_refusals_of_layer_axes(fields: tuple[str, ...], message: str) -> None:
    data = [[[1, 2, 3], [4, 4, 4]], [[1, 0, 0], [0, 1, 0]]]
    answers = "mu_batch" if "batch" in fields[0] else "mu_layer"
    text = exercise(data, *fields, answers=answers, givens="g: [1, 2]")
    assert message in refused_at_mark(text).message
