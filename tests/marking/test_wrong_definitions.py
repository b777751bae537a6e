"""Wrong definitions: of all shipped exercises, of the well-known mistakes, and of small graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from flint import fmpq

import exsolve
from exsolve.evaluate import ClosedFormRoute, as_float, evaluate
from exsolve.exact.atoms import scalar_symbols
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Constant, Name, names, walk
from exsolve.graph import Graph, Quantity, QuantitySlip
from exsolve.library import Exercise
from exsolve.marking.unfolding import unfolded
from exsolve.marking.wrong_definitions import (
    FEWEST,
    MOST,
    MOST_NODES,
    WrongDefinition,
    wrong_definitions,
)
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import add

COMPUTED = (
    "cnn-shapes",
    "gnn-update",
    "norm-statistics",
    "long-range-gradients",
    "rnn-bptt-numbers",
    "attention-forward",
    "vit-shapes",
)


def exercise_graph(exercise: str) -> Graph:
    loaded = exsolve.load(exercise)
    assert isinstance(loaded, Exercise)
    return loaded.workbook.numeric


def asked(exercise: str) -> Iterator[str]:
    loaded = exsolve.load(exercise)
    assert isinstance(loaded, Exercise)
    for part in loaded.workbook.parts:
        for answer in part.answers:
            if answer.text in loaded.workbook.numeric.quantities:
                yield answer.text


def given(value: Any) -> Constant:
    array = np.vectorize(lambda cell: fmpq(*Fraction(cell).as_integer_ratio()), otypes=[object])
    return Constant(array(np.asarray(value)))


def small(definition: str, **givens: Any) -> Graph:
    quantities = [Quantity(name, given(value), given=True) for name, value in givens.items()]
    return Graph([*quantities, Quantity("y", parse(definition, OPERATIONS))])


def found(graph: Graph, name: str = "y") -> list[WrongDefinition]:
    return list(wrong_definitions(graph, name))


def said(graph: Graph, slip_name: str, name: str = "y") -> list[str]:
    return [one.says for one in found(graph, name) if one.slip_name == slip_name]


@pytest.mark.parametrize("exercise", COMPUTED)
def test_wrong_definitions_of_shipped_exercises(exercise: str) -> None:
    graph = exercise_graph(exercise)
    answers = list(asked(exercise))
    assert answers
    for name in answers:
        right = graph.quantities[name].expression
        wrong = found(graph, name)
        plain = (
            len(list(walk(right))) == 1
        )  # a number, a name: nothing to do wrong but what is told
        assert len(wrong) >= (0 if plain else 6), name
        assert len(wrong) <= MOST
        trees = [one.expression for one in wrong]
        assert len(set(trees)) == len(trees), name
        assert right not in trees
        for one in wrong:
            graph.shape(one.expression)  # raises where it has none
            assert one.says.endswith(".")
            assert one.says.count(". ") <= 1
            assert "{" not in one.says
            assert "You " in one.says or ", you " in one.says
            assert name not in names(one.expression)


def rnn() -> dict[str, np.ndarray]:
    """The forward and backward pass of rnn-bptt-numbers, from its equations."""
    w = np.array([[0.5, -0.5], [0.25, 0.5]])
    u = np.array([[0.5, 0], [-0.25, 0.5]])
    v = np.array([1.0, -1.0])
    x = [np.zeros(2), np.array([1.0, 0]), np.array([0, 1.0]), np.array([1.0, 1])]
    z = [0, 0, 1, 0]
    h = [np.zeros(2)]
    for step in (1, 2, 3):
        h.append(1 / (1 + np.exp(-(w @ x[step] + u @ h[-1]))))
    local = [v * 0, *(2 * (v @ h[t] - z[t]) * v for t in (1, 2, 3))]
    slope = [one * (1 - one) for one in h]
    total = [*local[:3], local[3]]
    for step in (2, 1):
        total[step] = local[step] + u.T @ (slope[step + 1] * total[step + 1])
    steps = (1, 2, 3)
    loss = [(v @ h[t] - z[t]) ** 2 for t in steps]
    wrong_h_1 = local[1] + u.T @ (slope[2] * local[2])
    return {
        "h_1 without activation": w @ x[1],
        "h_1 with tanh": np.tanh(w @ x[1]),
        "h_2 of the input only": 1 / (1 + np.exp(-(w @ x[2]))),
        "L without its last step": loss[0] + loss[1],
        "mean loss": sum(loss) / 3,
        "grad_h_2 of its own loss": local[2],
        "grad_h_2 with U": local[2] + u @ (slope[3] * total[3]),
        "grad_h_2 without slope": local[2] + u.T @ total[3],
        "grad_h_2 at h_2": local[2] + u.T @ (slope[2] * total[3]),
        "grad_h_2 without 2": local[2] / 2 + u.T @ (slope[3] * total[3]),
        "grad_h_2 with 1 - h^2": local[2] + u.T @ ((1 - h[3] ** 2) * total[3]),
        "grad_h_1 of direct parts": wrong_h_1,
        "grad_h_3 turned round": -local[3],
        "grad_W without slope": sum(np.outer(total[t], x[t]) for t in steps),
        "grad_W transposed": sum(np.outer(x[t], slope[t] * total[t]) for t in steps),
        "grad_W of the last step": np.outer(slope[3] * total[3], x[3]),
        "grad_W of direct parts": sum(np.outer(slope[t] * local[t], x[t]) for t in steps),
        "grad_U with h_t": sum(np.outer(slope[t] * total[t], h[t]) for t in steps),
        "grad_V without 2": sum((v @ h[t] - z[t]) * h[t] for t in steps)[None, :],
    }


def of_rnn(key: str) -> np.ndarray:
    return np.asarray(rnn()[key])


F = Fraction
X = [
    [[4, 3, 2], [1, 4, 3]],
    [[3, 4, 1], [4, 2, 2]],
    [[3, 2, 3], [4, 1, 2]],
    [[1, 1, 3], [4, 1, 2]],
]
CHANNELS = [[F(cell) for example in X for cell in example[channel]] for channel in (0, 1)]
MESSAGES = [[F(-2), F(2)], [F(0), F(-2)], [F(2), F(0)]]
SHARES = [F(6, 10), F(2, 10), F(2, 10)]
AGG = [sum(s * m[i] for s, m in zip(SHARES, MESSAGES, strict=True)) for i in (0, 1)]


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, F(0)) / len(values)


def squares(values: list[Fraction]) -> Fraction:
    return sum(((one - mean(values)) ** 2 for one in values), F(0))


def scores() -> list[list[float]]:
    """Those of attention-forward: ln 80 and ln 17 where the noun meets its adjectives."""
    return [
        [log(80) if (i, j) == (2, 1) else log(17) if (i, j) == (2, 4) else 0.0 for j in range(5)]
        for i in range(5)
    ]


KNOWN: list[tuple[str, str, str, Callable[[], Any]]] = [
    ("norm-statistics", "mu_batch", "mean.sum for mean", lambda: [sum(c) for c in CHANNELS]),
    ("norm-statistics", "mu_batch", "mean.n − 1 for n", lambda: [sum(c) / 11 for c in CHANNELS]),
    (
        "norm-statistics",
        "mu_batch",
        "layer statistics",
        lambda: [mean([F(cell) for row in example for cell in row]) for example in X],
    ),
    (
        "norm-statistics",
        "var_batch",
        "var.sample variance",
        lambda: [squares(c) / 11 for c in CHANNELS],
    ),
    (
        "norm-statistics",
        "var_batch",
        "var.standard deviation",
        lambda: [sqrt(squares(c) / 12) for c in CHANNELS],
    ),
    ("norm-statistics", "var_batch", "var.not divided", lambda: [squares(c) for c in CHANNELS]),
    (
        "norm-statistics",
        "var_batch",
        "var.mean not subtracted",
        lambda: [mean([one * one for one in c]) for c in CHANNELS],
    ),
    (
        "norm-statistics",
        "var_batch",
        "var.absolute deviations",
        lambda: [mean([abs(one - mean(c)) for one in c]) for c in CHANNELS],
    ),
    (
        "norm-statistics",
        "mu_layer",
        "batch statistics",
        lambda: [mean(c) for c in CHANNELS],
    ),
    (
        "gnn-update",
        "messages",
        "messages not transformed",
        lambda: [[one / 2 for one in row] for row in MESSAGES],
    ),
    (
        "gnn-update",
        "messages",
        "message not transformed",
        lambda: [MESSAGES[0], [F(0), F(-1)], MESSAGES[2]],
    ),
    (
        "gnn-update",
        "agg",
        "neighbour left out",
        lambda: [AGG[i] - SHARES[2] * MESSAGES[2][i] for i in (0, 1)],
    ),
    ("gnn-update", "agg", "weights left out", lambda: [F(0), F(0)]),
    ("gnn-update", "h_1_next", "max.extremum left out", lambda: [AGG[0], AGG[1]]),
    (
        "gnn-update",
        "h_1_next",
        "add.term left out",
        lambda: [max(AGG[0], F(0)), max(AGG[1], F(0))],
    ),
    ("gnn-update", "edges", "edges counted once", lambda: F(4 * 3, 2)),
    ("gnn-update", "edges", "self-loops counted", lambda: F(4 * 4)),
    ("cnn-shapes", "shape_1", "padding left out", lambda: ["N", 16, 62, 62]),
    ("cnn-shapes", "shape_1", "padding on one side", lambda: ["N", 16, 63, 63]),
    ("cnn-shapes", "shape_1", "one window too few", lambda: ["N", 16, 63, 63]),
    ("cnn-shapes", "shape_2", "stride ignored", lambda: ["N", 16, 63, 63]),
    ("cnn-shapes", "shape_1", "channels kept", lambda: ["N", 3, 64, 64]),
    ("cnn-shapes", "params_1", "bias left out", lambda: F(16 * 3 * 9)),
    ("cnn-shapes", "params_3", "kernel side for its area", lambda: F(32 * 16 * 3 + 32)),
    ("cnn-shapes", "params_1", "input channels left out", lambda: F(16 * 9 + 16)),
    ("cnn-shapes", "params_1", "bias of each input channel", lambda: F(16 * 3 * 9 + 3)),
    ("cnn-shapes", "params_2", "pooling counted", lambda: F(2 * 2)),
    ("cnn-shapes", "params_8", "bias left out", lambda: F(5760)),
    ("cnn-shapes", "fc_params_1", "add.term left out", lambda: F(3 * 64 * 64 * 16 * 64 * 64)),
    (
        "long-range-gradients",
        "dh20_dh1",
        "power.one factor too many",
        lambda: [F(w) ** 20 for w in ("0.3", "3")],
    ),
    (
        "long-range-gradients",
        "dh20_dh1",
        "power.one factor too few",
        lambda: [F(w) ** 18 for w in ("0.3", "3")],
    ),
    (
        "long-range-gradients",
        "dh20_dh1",
        "power.product for power",
        lambda: [19 * F(w) for w in ("0.3", "3")],
    ),
    ("attention-forward", "S", "scale left out", lambda: np.array(scores()) * sqrt(3)),
    ("attention-forward", "S", "size for its root", lambda: np.array(scores()) / sqrt(3)),
    (
        "attention-forward",
        "A",
        "softmax.other axis",
        lambda: np.exp(scores()) / np.exp(scores()).sum(axis=0),
    ),
    ("attention-forward", "A", "softmax.not normalised", lambda: np.exp(scores())),
    (
        "attention-forward",
        "A",
        "softmax.over all cells",
        lambda: np.exp(scores()) / (24 - 1 + 80 + 17),
    ),
    *(
        ("rnn-bptt-numbers", quantity, slip, partial(of_rnn, key))
        for quantity, slip, key in (
            ("h_1", "sigmoid.activation left out", "h_1 without activation"),
            ("h_1", "sigmoid.tanh for sigmoid", "h_1 with tanh"),
            ("h_2", "add.term left out", "h_2 of the input only"),
            ("L", "add.term left out", "L without its last step"),
            ("L", "add.mean for sum", "mean loss"),
            ("grad_h_2", "add.term left out", "grad_h_2 of its own loss"),
            ("grad_h_2", "transpose.transpose left out", "grad_h_2 with U"),
            ("grad_h_2", "multiply.activation derivative left out", "grad_h_2 without slope"),
            ("grad_h_2", "neighbour", "grad_h_2 at h_2"),
            ("grad_h_2", "multiply.number left out", "grad_h_2 without 2"),
            ("grad_h_2", "multiply.other activation derivative", "grad_h_2 with 1 - h^2"),
            ("grad_h_1", "direct gradients only", "grad_h_1 of direct parts"),
            ("grad_h_3", "subtract.difference turned round", "grad_h_3 turned round"),
            ("grad_W", "multiply.activation derivative left out", "grad_W without slope"),
            ("grad_W", "outer.outer product transposed", "grad_W transposed"),
            ("grad_W", "add.one term only", "grad_W of the last step"),
            ("grad_W", "direct gradients only", "grad_W of direct parts"),
            ("grad_U", "neighbour", "grad_U with h_t"),
            ("grad_V", "multiply.number left out", "grad_V without 2"),
        )
    ),
]
"""Well-known mistakes: the exercise, the quantity, what the mistake is called, and what comes of
it, worked out here from the exercise's equations."""


@pytest.mark.parametrize(
    ("exercise", "quantity", "slip", "value"),
    KNOWN,
    ids=[f"{quantity}: {slip} {n}" for n, (_, quantity, slip, _) in enumerate(KNOWN)],
)
def test_well_known_mistakes(
    exercise: str, quantity: str, slip: str, value: Callable[[], Any]
) -> None:
    graph = exercise_graph(exercise)
    wrong = [one for one in found(graph, quantity) if one.slip_name == slip]
    assert wrong, [one.slip_name for one in found(graph, quantity)]
    graph = graph.with_quantities(
        [Quantity(f"wrong {n}", one.expression) for n, one in enumerate(wrong)]
    )
    only = [f"wrong {n}" for n in range(len(wrong))]
    values = evaluate(graph, ClosedFormRoute(), only=only)
    assert any(same(values[name], value()) for name in only), [values[name] for name in only]


def same(exact: np.ndarray, expected: Any) -> bool:
    wanted = np.asarray(expected, dtype=object)
    if exact.shape != wanted.shape:
        return False
    return all(map(same_number, exact.flat, wanted.flat))


def same_number(exact: Any, expected: Any) -> bool:
    if isinstance(expected, str):
        return set(scalar_symbols(exact)) == {expected}
    if isinstance(expected, (int, Fraction)):
        return isinstance(exact, fmpq) and Fraction(int(exact.p), int(exact.q)) == expected
    return abs(as_float(exact) - expected) <= 1e-12 * (1 + abs(expected))


def test_a_slip_in_one_of_several_places_says_where() -> None:
    graph = small("2*(a - b) + 3*(c - d)", a=1, b=2, c=3, d=5)
    assert said(graph, "subtract.difference turned round") == [
        "In all places alike, you took the difference the wrong way round; it is a - b.",
        "You took the difference the wrong way round; it is a - b.",
        "You took the difference the wrong way round; it is c - d.",
    ]
    assert said(graph, "multiply.number left out") == [
        "In 2·(a - b), you left out the factor 2.",
        "In 3·(c - d), you left out the factor 3.",
    ]
    assert said(small("2*a + b", a=1, b=2), "multiply.number left out") == [
        "You left out the factor 2."
    ]


def test_a_chain_is_one_sum_with_each_slip_once() -> None:
    graph = small("a + b - c + d", a=1, b=2, c=3, d=5)
    left_out = [one.expression for one in found(graph) if one.slip_name == "add.term left out"]
    texts = ("a + b - c", "b - c + d", "a - c + d", "a + b + d")
    assert left_out == [parse(text, OPERATIONS) for text in texts]


def test_brackets_and_signs() -> None:
    def wrong(text: str, slip: str) -> list[str]:
        graph = small(text, a=2, b=3, c=5, x=7)
        return [show(one.expression) for one in found(graph) if one.slip_name == slip]

    assert wrong("2*(a - b)", "multiply.bracket forgotten") == ["2*a - b"]
    assert wrong("c*(a + b)*x", "multiply.bracket forgotten") == ["c*a + b*x"]
    assert wrong("a/(b + c)", "divide.bracket forgotten") == ["a/b + c"]
    assert wrong("a/(b*c)", "divide.denominator split") == ["a*c / b"]
    assert wrong("-x^2", "negate.sign inside the power") == ["(-x)^2"]
    assert wrong("(2*x)^2", "power.power of one factor") == ["2*x^2"]


def test_names_of_a_family_are_taken_for_each_other() -> None:
    graph = small("W @ x_2", W=[[1, 2], [3, 4]], x_1=[1, 2], x_2=[3, 5], x_3=[1, 0], b=[7, 7])
    neighbours = {one.expression for one in found(graph) if one.slip_name == "neighbour"}
    assert neighbours == {parse(text, OPERATIONS) for text in ("W @ x_1", "W @ x_3")}
    graph = small("A @ V", A=[[1, 2], [3, 4]], V=[[1, 1], [2, 5]], K=[[1, 3], [2, 2]])
    assert "You took K for V." in said(graph, "other name")
    graph = small("W @ x + U @ h", W=[[1, 2], [3, 4]], U=[[5, 2], [3, 1]], x=[1, 2], h=[2, 0])
    assert said(graph, "names swapped") == ["You swapped W and U.", "You swapped x and h."]


def test_symbols_are_taken_for_each_other_and_for_their_steps() -> None:
    symbols = {"U": (2, 2), "W": (2, 2), "h_t": (2,), "h_next": (2,), "g": (2,)}
    definition = parse("U.T @ (h_next*(1 - h_next)*g)", OPERATIONS)
    graph = Graph([Quantity("y", definition)], symbols)
    wrong = {one.expression: one for one in found(graph)}
    at_t = wrong[parse("U.T @ (h_t*(1 - h_t)*g)", OPERATIONS)]
    assert at_t.slip_name == "neighbour"
    assert at_t.says == "In h_next ⊙ (1 - h_next) ⊙ g, you took h_t for h_next."
    other = wrong[parse("W.T @ (h_next*(1 - h_next)*g)", OPERATIONS)]
    assert other.says == "You took W for U."
    assert not any("pi" in names(one) for one in wrong)


def test_what_depends_on_a_quantity_is_not_taken_for_a_part_of_it() -> None:
    later = Quantity("z", parse("y + a", OPERATIONS))
    graph = small("a + b", a=1, b=2).with_quantities([later])
    assert not any("z" in names(one.expression) for one in found(graph))


def test_the_slips_of_a_quantity_come_first_and_may_have_another_shape() -> None:
    own = QuantitySlip("of my own", "You did it your way.", parse("[a, b]", OPERATIONS))
    unknown = QuantitySlip("unknown", "You took what is not there.", Name("nothing"))
    graph = small("a + b", a=1, b=2)
    quantity = graph.quantities["y"]._replace(slips=(unknown, own))
    wrong = found(graph.with_quantities([quantity]))
    assert wrong[0] == WrongDefinition(*own)
    assert all(one.slip_name != "unknown" for one in wrong)


def test_other_shapes_only_where_the_shape_is_the_mistake() -> None:
    graph = small("x.T", x=[[1, 2, 3], [4, 5, 6]])
    shapes = {one.slip_name: graph.shape(one.expression) for one in found(graph)}
    assert shapes["transpose.transpose left out"] == (2, 3)
    graph = small("a + b", a=[1, 2], b=3)
    assert [one.says for one in found(graph) if one.slip_name == "add.term left out"] == [
        "You left out the term b."
    ]  # without a it would be a number


def test_long_sums_have_few_wrong_definitions_and_all_sorts_of_them() -> None:
    cells = [parse(f"2*x[{place}]*x[{place + 1}]", OPERATIONS) for place in range(500)]
    graph = small("0", x=list(range(501))).with_quantities([Quantity("y", add(*cells))])
    size = len(list(walk(graph.quantities["y"].expression)))
    wrong = found(graph)
    assert FEWEST <= len(wrong) <= max(FEWEST, MOST_NODES // size)
    sorts = {one.slip_name for one in wrong}
    assert {"add.term left out", "multiply.number left out", "sign of all"} <= sorts
    assert max(len(one.says) for one in wrong) < 300
    short = small("+".join(f"a*{n}" for n in range(2, 60)), a=3)
    assert FEWEST < len(found(short)) <= MOST


@pytest.mark.parametrize("exercise", COMPUTED)
def test_unfolding_keeps_names_and_values(exercise: str) -> None:
    graph = exercise_graph(exercise)
    through = unfolded(graph)
    assert list(through.quantities) == list(graph.quantities)
    assert through.shapes == graph.shapes
    changed = [n for n in graph.quantities if through.definition(n) != graph.definition(n)]
    if exercise != "norm-statistics":
        assert through is graph
        return
    assert {"var_batch", "var_layer", "var_instance", "var_tokens"} <= set(changed)
    before, after = (evaluate(one, ClosedFormRoute()) for one in (graph, through))
    assert all(before[name].tolist() == after[name].tolist() for name in graph.quantities)


def test_a_variance_follows_from_a_wrong_mean() -> None:
    graph = small("var(x)", x=[1, 2, 6]).with_quantities(
        [Quantity("mu", parse("mean(x)", OPERATIONS))]
    )
    mean_given = np.array(fmpq(2), dtype=object)
    own = evaluate(unfolded(graph), ClosedFormRoute(), only=["y"], known={"mu": mean_given})["y"]
    assert own[()] == fmpq(1 + 0 + 16, 3)


def test_a_mean_that_comes_later_is_led_through_as_well() -> None:
    quantities = [
        Quantity("x", given([1, 2, 6]), given=True),
        Quantity("v", parse("var(x)", OPERATIONS)),
        Quantity("mu", parse("mean(x)", OPERATIONS)),
        Quantity("s", parse("std(x)", OPERATIONS)),
    ]
    through = unfolded(Graph(quantities))
    assert list(through.uses("v")) == ["x", "mu"]
    assert list(through.uses("s")) == ["v"]
