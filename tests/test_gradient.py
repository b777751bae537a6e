"""Derived gradients of whole graphs against central differences, and the formulas they print."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import numpy as np
import pytest
from flint import arb, fmpq

from exsolve.errors import ExsolveError
from exsolve.evaluate import Array, ClosedFormRoute, ExactRoute, NumericRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Constant, Name, Shape, walk
from exsolve.gradient import (
    CHAIN_RULE,
    gradient_name,
    vector_jacobian,
    vector_jacobian_steps,
    with_gradients,
)
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import add, call, literal

BITS = 400
STEP = fmpq(1, 2**110)
"""The error of a central difference is of the order of its square, 2^-220."""
TOLERANCE = 1e-45

Shapes = Mapping[str, tuple[int, ...]]


def values(random: Random, shape: tuple[int, ...]) -> Array:
    """Random numbers, no two of them equal and none 0, so that nothing sits on a kink; halves of
    halves, so that balls hold them exactly and can compare them."""
    count = int(np.prod(shape))
    cells = [fmpq(p, 32) for p in random.sample([p for p in range(-60, 60) if p], count)]
    array = np.empty(count, dtype=object)
    array[:] = cells
    return array.reshape(shape)


def graph_of(definitions: Mapping[str, str], givens: Shapes, seed: int = 0) -> Graph:
    """A graph of definitions in the language over random givens."""
    random = Random(seed)
    quantities = [
        Quantity(name, Constant(values(random, shape)), given=True)
        for name, shape in givens.items()
    ]
    quantities += [Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items()]
    return Graph(quantities)


def differences(graph: Graph, of: str, name: str) -> list[arb]:
    """The central difference by each cell of a quantity, defined or given."""
    with Balls(BITS) as balls:
        here = evaluate(graph, ExactRoute(balls))[name]
        found = []
        for place in np.ndindex(here.shape):
            ends = []
            for sign in (1, -1):
                moved = here.copy()
                moved[place] = here[place] + sign * STEP
                ends.append(evaluate(graph, ExactRoute(balls), replaced={name: moved})[of][()])
            found.append((ends[0] - ends[1]) / (2 * STEP))
        return found


def assert_gradients(graph: Graph, of: str, targets: list[str]) -> Graph:
    """The derived gradients agree with differences and between the routes, however many of those
    in between are shown."""
    shown = with_gradients(graph, of, targets)
    hidden = with_gradients(graph, of, targets, lambda name: False)
    floats = evaluate(shown, NumericRoute())
    with Balls(BITS) as balls:
        exact = evaluate(shown, ExactRoute(balls))
        inlined = evaluate(hidden, ExactRoute(balls))
        for name in targets:
            gradient = exact[gradient_name(name)]
            assert gradient.shape == graph.shapes[name]
            wanted = differences(graph, of, name)
            for cell, same, difference, number in zip(
                gradient.flat,
                inlined[gradient_name(name)].flat,
                wanted,
                floats[gradient_name(name)].flat,
                strict=True,
            ):
                scale = 1 + abs(difference)
                assert abs(cell - difference) < TOLERANCE * scale, f"{of} by {name}"
                assert abs(same - difference) < TOLERANCE * scale, f"{of} by {name}, inlined"
                assert abs(number - float(difference)) < 1e-9 * float(scale.upper())
    return shown


GRAPHS: Mapping[str, tuple[Mapping[str, str], Shapes]] = {
    "one number": ({"L": "x^3 - 2*x"}, {"x": ()}),
    "used twice": ({"y": "x*x", "L": "sum(y*x + y)"}, {"x": (3,)}),
    "broadcast row": ({"y": "x + b", "L": "sumsq(y)"}, {"x": (2, 3), "b": (3,)}),
    "broadcast number": ({"y": "x*s - s", "L": "sumsq(y)"}, {"x": (2, 3), "s": ()}),
    "broadcast one": ({"y": "x / c", "L": "sum(y*y)"}, {"x": (2, 3), "c": (2, 1)}),
    "linear": ({"y": "W @ x + b", "L": "sumsq(y)"}, {"W": (2, 3), "x": (3,), "b": (2,)}),
    "row times matrix": ({"y": "x @ W", "L": "sumsq(y)"}, {"W": (2, 3), "x": (2,)}),
    "products": ({"y": "A @ B.T", "L": "sumsq(y @ A)"}, {"A": (2, 2), "B": (2, 2)}),
    "batch": ({"y": "A @ B", "L": "sumsq(y)"}, {"A": (2, 2, 3), "B": (3, 2)}),
    "dot and outer": (
        {"s": "dot(a, b)", "M": "outer(a, b)", "L": "s*s + sumsq(M)"},
        {"a": (2,), "b": (2,)},
    ),
    "perceptron": (
        {"h": "tanh(W @ x + b)", "o": "V @ h", "p": "softmax(o)", "L": "sumsq(p - t)"},
        {"W": (3, 2), "x": (2,), "b": (3,), "V": (2, 3), "t": (2,)},
    ),
    "cross entropy": (
        {"z": "W @ x", "L": "-sum(t*log_softmax(z))"},
        {"W": (3, 2), "x": (2,), "t": (3,)},
    ),
    "attention": (
        {
            "Q": "X @ W",
            "S": "Q @ X.T / sqrt(2)",
            "A": "softmax(S, axis=1)",
            "H": "A @ X",
            "L": "sumsq(H)",
        },
        {"X": (3, 2), "W": (2, 2)},
    ),
    "softmax of columns": (
        {"A": "softmax(S, axis=0)", "L": "sum(A*R)"},
        {"S": (3, 2), "R": (3, 2)},
    ),
    "layer norm": (
        {
            "mu": "mean(x, axis=1, keepdims=true)",
            "v": "var(x, axis=1, keepdims=true)",
            "y": "(x - mu) / sqrt(v + 1/10)*g + b",
            "L": "sum(y*R)",
        },
        {"x": (2, 3), "g": (3,), "b": (3,), "R": (2, 3)},
    ),
    "standard deviation": ({"L": "sum(std(x, axis=0)*r)"}, {"x": (3, 2), "r": (2,)}),
    "kinks": (
        {"y": "relu(x) + abs(x)/4", "m": "max(y, axis=0)", "L": "sum(m*r) + min(y)"},
        {"x": (3, 2), "r": (2,)},
    ),
    "choice": ({"y": "where(x > 0, x^2, exp(x))", "L": "sum(y*R)"}, {"x": (2, 3), "R": (2, 3)}),
    "functions": (
        {"y": "ln(1 + x^2) + sqrt(2 + sigmoid(x))", "L": "sum(exp(y)*R)"},
        {"x": (4,), "R": (4,)},
    ),
    "powers": ({"y": "(x^2)^e", "L": "sum(y)"}, {"x": (3,), "e": ()}),
    "pieces": (
        {
            "y": "x[0:2, 1]",
            "c": "concat(y, x[2], axis=0)",
            "k": "stack(c, 2*c)",
            "L": "sumsq(k @ c)",
        },
        {"x": (3, 2)},
    ),
    "shapes": (
        {"y": "reshape(x, [3, 2])", "d": "diag(y @ y.T)", "L": "sumsq(d) + sum(transpose(y))"},
        {"x": (2, 3)},
    ),
    "sums": (
        {"r": "sum(x, axis=1)", "c": "mean(x, axis=0)", "L": "sumsq(r) + sum(c*c*c)"},
        {"x": (2, 3)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
def test_gradients_of_whole_graphs_are_central_differences(name: str) -> None:
    definitions, givens = GRAPHS[name]
    graph = graph_of(definitions, givens, seed=len(name))
    between = [one for one in definitions if one != "L"]
    assert_gradients(graph, "L", [*givens, *between])


SAME_SHAPE = (
    "sigmoid({0})",
    "tanh({0})",
    "{0}*{1}",
    "{0} + {1}",
    "{0} - {1}",
    "{0} / (1 + {1}^2)",
    "-{0}",
    "{0} + {0}*s",
    "sqrt(1 + {0}^2)",
    "exp(tanh({0}))",
    "softmax({0})",
    "{0}*v",
    "{0} @ U",
    "M @ {0}",
    "({0} @ {1}.T) @ {0}",
    "{0} - mean({0}, axis=1, keepdims=true)",
    "{0}*sum({1})/5",
    "relu({0}) - {1}",
)


@pytest.mark.parametrize("seed", range(100))
def test_gradients_of_random_graphs_are_central_differences(seed: int) -> None:
    random = Random(seed)
    givens = {"x": (2, 3), "z": (2, 3), "s": (), "v": (3,), "U": (3, 3), "M": (2, 2)}
    definitions: dict[str, str] = {}
    known = ["x", "z"]
    for place in range(random.randint(2, 5)):
        one, two = (f"tanh({random.choice(known)})" for _ in range(2))
        if random.random() < 0.6:
            one = random.choice(known)
        definitions[f"q_{place}"] = random.choice(SAME_SHAPE).format(one, two)
        known.append(f"q_{place}")
    definitions["L"] = " + ".join(f"sumsq({name})" for name in random.sample(known, 2))
    graph = graph_of(definitions, givens, seed)
    assert_gradients(graph, "L", [*givens, *random.sample(known[2:], 1)])


def test_a_gradient_reads_as_a_person_writes_it() -> None:
    graph = graph_of(
        {
            "h": "sigmoid(W @ x + U @ g)",
            "h_next": "sigmoid(W @ x + U @ h)",
            "y": "V @ h",
            "L": "sumsq(z - y) + sum(h_next)",
        },
        {"W": (2, 2), "U": (2, 2), "V": (1, 2), "x": (2,), "g": (2,), "z": ()},
    )
    found = with_gradients(graph, "L", ["h", "W", "V"], {"h_next", "h"}.__contains__)
    printed = {name: show(found.quantities[f"grad_{name}"].expression) for name in ("h", "V", "W")}
    assert printed["h"] == ("V.T @ (2*(y - z)) + U.T @ (h_next*(1 - h_next)*grad_h_next)")
    assert printed["V"] == "outer(2*(y - z), h)"
    assert printed["W"] == (
        "outer(h_next*(1 - h_next)*grad_h_next, x) + outer(h*(1 - h)*grad_h, x)"
    )


def test_what_the_scalar_does_not_depend_on_has_gradient_zero() -> None:
    graph = graph_of({"y": "2*a", "L": "sumsq(b)"}, {"a": (2, 3), "b": (2,)})
    found = with_gradients(graph, "L", ["a", "y", "b"])
    exact = evaluate(found, ClosedFormRoute())
    assert exact["grad_a"].shape == exact["grad_y"].shape == (2, 3)
    assert not any(exact["grad_a"].flat)
    assert not any(exact["grad_y"].flat)
    assert list(exact["grad_b"]) == [2 * cell for cell in exact["b"]]


def test_a_target_that_another_target_depends_on_gets_its_whole_gradient() -> None:
    graph = graph_of({"y": "x*x", "L": "sum(y*x)"}, {"x": (3,)})
    found = with_gradients(graph, "L", ["x", "y"])
    exact = evaluate(found, ClosedFormRoute())
    assert list(exact["grad_x"]) == [3 * cell * cell for cell in exact["x"]]
    assert list(exact["grad_y"]) == list(exact["x"])


def test_only_what_is_shown_or_asked_for_becomes_a_quantity() -> None:
    graph = graph_of({"a": "2*x", "b": "a*a", "L": "sum(b)"}, {"x": (2,)})
    added = set(with_gradients(graph, "L", ["x"], {"a"}.__contains__).quantities)
    assert added - set(graph.quantities) == {"grad_x", "grad_a"}


def test_notes_go_with_their_gradients() -> None:
    graph = graph_of({"L": "sumsq(x)"}, {"x": (2,)})
    found = with_gradients(graph, "L", ["x"], note=lambda name: f"about {name}")
    assert found.quantities["grad_x"].note == "about x"


def test_a_gradient_uses_names_that_come_before_it() -> None:
    graph = graph_of({"h": "tanh(x)", "L": "sumsq(h)"}, {"x": (2,)})
    found = with_gradients(graph, "L", ["x"])
    order = list(found.quantities)
    for name, quantity in found.quantities.items():
        for node in walk(quantity.expression):
            if isinstance(node, Name):
                assert order.index(node.name) < order.index(name)


@pytest.mark.parametrize(
    ("of", "targets", "message"),
    [
        ("y", ["x"], "the gradient of y is asked for, which is not a scalar"),
        ("L", ["q"], "no gradient without 'q'"),
        ("K", ["x"], "no gradient without 'K'"),
        ("L", ["w"], "the gradient of L by w has this name"),
    ],
)
def test_a_bad_request_is_refused(of: str, targets: list[str], message: str) -> None:
    graph = graph_of({"y": "2*x*w", "L": "sum(y)", "grad_w": "sum(x)"}, {"x": (2,), "w": ()})
    with pytest.raises(ExsolveError, match=message):
        with_gradients(graph, of, targets)


def test_every_bad_target_is_named_at_once() -> None:
    graph = graph_of({"y": "2*x", "L": "sum(y)"}, {"x": (2,)})
    with pytest.raises(ExsolveError) as caught:
        with_gradients(graph, "y", ["p", "q"])
    assert len(caught.value.problems) == 3


def test_a_sum_over_two_thousand_terms_is_differentiated() -> None:
    count = 2_000
    steps = [
        Quantity(f"h_{place}", call("multiply", Name(f"h_{place - 1}"), Name("w")))
        for place in range(1, count + 1)
    ]
    start = [Quantity(name, Constant(values(Random(1), ())), given=True) for name in ("h_0", "w")]
    total = Quantity("L", add(*(Name(step.name) for step in steps)))
    graph = with_gradients(Graph([*start, *steps, total]), "L", ["w", "h_0"])
    chosen = {"w": np.array(fmpq(999, 1000), object), "h_0": np.array(fmpq(1), object)}
    found = evaluate(graph, NumericRoute(), replaced=chosen)
    w, powers = 0.999, np.arange(1, count + 1)
    assert np.isclose(found["grad_w"], (powers * w ** (powers - 1)).sum(), rtol=1e-9)
    assert np.isclose(found["grad_h_0"], (w**powers).sum(), rtol=1e-9)


SIZED: Mapping[str, Shape] = {
    "n": (), "d": (), "m": (), "W": ("n", "d"), "U": ("n", "n"), "V": ("m", "n"), "b": ("n",),
    "x_t": ("d",), "h_prev": ("n",), "z_t": ("m",), "logits": ("m",), "w": (), "s": (),
    "grad_h": ("n",), "grad_h_next": ("n",), "grad_s": (),
}  # fmt: skip

SYMBOLIC = [
    ({"y_t": "V @ b"}, "2*(y_t - z_t)", "b", "V.T @ (2*(y_t - z_t))"),
    ({"y_t": "V @ b"}, "2*(y_t - z_t)", "V", "outer(2*(y_t - z_t), b)"),
    ({"y_t": "V @ b", "L": "sumsq(z_t - y_t)"}, "1", "y_t", "2*(y_t - z_t)"),
    ({"y_t": "V @ b", "L": "sum((z_t - y_t)^2)/2"}, "1", "y_t", "y_t - z_t"),
    ({"y_t": "V @ b", "L": "mean((z_t - y_t)^2)"}, "1", "y_t", "2/m*(y_t - z_t)"),
    ({"L": "cross_entropy(logits, z_t)"}, "1", "logits", "softmax(logits) - z_t"),
    ({"L": "-sum(z_t*log_softmax(logits))"}, "1", "logits", "softmax(logits)*sum(z_t) - z_t"),
    ({"L": "-dot(z_t, ln(softmax(logits)))"}, "1", "logits", "softmax(logits)*sum(z_t) - z_t"),
    (
        {"h_next": "sigmoid(W @ x_t + U @ h_prev)"}, "grad_h_next", "h_prev",
        "U.T @ (h_next*(1 - h_next)*grad_h_next)",
    ),
    (
        {"h": "sigmoid(W @ x_t + U @ h_prev + b)"}, "grad_h", "W",
        "outer(h*(1 - h)*grad_h, x_t)",
    ),
    ({"h": "sigmoid(W @ x_t + U @ h_prev + b)"}, "grad_h", "b", "h*(1 - h)*grad_h"),
    ({"h": "tanh(U @ h_prev + b)"}, "grad_h", "b", "(1 - h^2)*grad_h"),
    ({"h": "relu(U @ h_prev + b)"}, "grad_h", "b", "(h > 0)*grad_h"),
    ({"h": "sigmoid(U @ h_prev)*tanh(b)"}, "grad_h", "b",
     "sigmoid(U @ h_prev)*(1 - tanh(b)^2)*grad_h"),
    ({"h": "tanh(U @ tanh(b))"}, "grad_h", "b",
     "(1 - tanh(b)^2)*(U.T @ ((1 - h^2)*grad_h))"),
    ({"L": "h_prev @ U @ h_prev"}, "1", "h_prev", "U @ h_prev + U.T @ h_prev"),
    ({"L": "w^20"}, "1", "w", "20*w^19"),
    ({"L": "s*w*w*w"}, "1", "s", "w^3"),
    ({"L": "(s - w)^2"}, "1", "w", "2*(w - s)"),
    ({"h": "sigmoid(w*s)"}, "1", "s", "h*(1 - h)*w"),
]  # fmt: skip


@pytest.mark.parametrize(("definitions", "gradient", "by", "expected"), SYMBOLIC)
def test_derived_formulas_over_letters_are_those_of_a_person(
    definitions: Mapping[str, str], gradient: str, by: str, expected: str
) -> None:
    quantities = [Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items()]
    graph = Graph(quantities, SIZED)
    last = quantities[-1].name
    arriving = parse(gradient, OPERATIONS)
    found = add(*vector_jacobian(graph, last, arriving, by.__eq__)[by])
    assert show(found) == expected
    assert graph.shape(found) == graph.shape(Name(by))


def test_the_size_of_a_mean_is_counted_where_no_letter_is_a_number() -> None:
    graph = Graph([Quantity("L", parse("mean((z - y)^2)", OPERATIONS))], {"z": ("k",), "y": ("k",)})
    (found,) = vector_jacobian(graph, "L", literal(1), "y".__eq__)["y"]
    assert show(found) == "2/size(z)*(y - z)"


def test_the_steps_of_reverse_mode_say_from_where_to_where_and_why() -> None:
    text = "sigmoid(W @ x_t + U @ h_prev) + h_prev"
    graph = Graph([Quantity("h", parse(text, OPERATIONS))], SIZED)
    steps = vector_jacobian_steps(graph, "h", Name("grad_h"), "h_prev".__eq__)
    shown = [(show(one.of), show(one.gradient), show(one.by), show(one.result)) for one in steps]
    s = "sigmoid(W @ x_t + U @ h_prev)"
    g = f"{s}*(1 - {s})*grad_h"
    assert shown == [
        (text, "grad_h", s, "grad_h"),
        (text, "grad_h", "h_prev", "grad_h"),
        (s, "grad_h", "W @ x_t + U @ h_prev", g),
        ("W @ x_t + U @ h_prev", g, "U @ h_prev", g),
        ("U @ h_prev", g, "h_prev", f"U.T @ ({g})"),
        ("h_prev", f"U.T @ ({g})", "h_prev", f"U.T @ ({g}) + grad_h"),
    ]
    reasons = [one.reason for one in steps]
    assert "σ′ = σ (1 − σ)" in reasons[2]
    assert reasons[4].startswith("transpose rule")
    assert reasons[5] == CHAIN_RULE


def test_every_derivative_rule_has_its_reason() -> None:
    without = [name for name, one in OPERATIONS.items() if one.derivative and not one.reason]
    assert without == []
