"""Every slip of every operation, on the cases of the table and on those that only a slip needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from instances import Instance, assert_close, floats
from operation_table import TABLE, Case, Given, apart, positive, real

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import ClosedFormRoute, NumericRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.tree import Call, Mistake, Node, Shape, Slip
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS

WITHOUT: Mapping[str, str] = {
    "zeros": "a constant",
    "ones": "a constant",
    "identity": "a constant",
    "ones_like": "a constant",
    "expand": "repeats what broadcasting repeats by itself",
    "expand_dims": "changes no number",
    "scatter": "stands in gradients of slices only; what is forgotten there is a term of a sum",
    "max_pick": "stands in second derivatives only",
    "max_unpool": "stands in gradients of max_pool only",
    "expectation": "is written out as a sum before it has a value",
    "sum_t": "is written out as a sum before it has a value",
}
"""The operations that nothing is known to go wrong in, and why."""

CHANCE = positive(3)
MORE: Mapping[str, tuple[tuple[str, Mapping[str, Given]], ...]] = {
    "add": (
        ("a + b - c", {"a": real(2), "b": real(2), "c": apart(2)}),
        ("a + b + c", {"a": real(2), "b": apart(2), "c": apart(2)}),
    ),
    "negate": (("-x^2", {"x": apart(3)}), ("-(a - b)", {"a": apart(2), "b": real(2)})),
    "multiply": (
        ("2*a*b", {"a": apart(2), "b": apart(2)}),
        ("2*(a - b)", {"a": apart(2), "b": apart(2)}),
        ("h*(1 - h)*g", {"h": CHANCE, "g": apart(3)}),
        ("(1 - h^2)*g", {"h": CHANCE, "g": apart(3)}),
        ("(h > 0)*g", {"h": real(6), "g": apart(6)}),
        ("a*b", {"a": apart(2, 2), "b": apart(2, 2)}),
    ),
    "divide": (
        ("a/(b*c)", {"a": apart(2), "b": apart(2), "c": apart(2)}),
        ("3*a/b", {"a": apart(2), "b": apart(2)}),
        ("(a + b)/c", {"a": apart(2), "b": apart(2), "c": apart(2)}),
    ),
    "power": (
        ("(a - b)^2", {"a": apart(2), "b": apart(2)}),
        ("(a*b)^2", {"a": apart(2), "b": apart(2)}),
        ("w^19", {"w": positive(2)}),
        ("w^3", {"w": positive()}),
    ),
    "matmul": (("a @ b", {"a": apart(2, 2), "b": apart(2, 2)}),),
    "transpose": (("x.T", {"x": apart(2, 2)}),),
    "dot": (("dot(a, b)", {"a": apart(3), "b": apart(3)}),),
    "outer": (("outer(a, b)", {"a": apart(2), "b": apart(2)}),),
    "sum": (("sum([a, b, c])", {"a": apart(), "b": apart(), "c": apart()}),),
    "max": (("max(x, 0)", {"x": real(8)}), ("max(x)", {"x": apart(4)})),
    "min": (("min(x, 1)", {"x": real(8)}), ("min(x)", {"x": apart(4)})),
    "index": (
        ("x[1, 0]", {"x": apart(3, 3)}),
        ("x[1]", {"x": apart(3, 3)}),
        ("x[1:3]", {"x": apart(4)}),
    ),
    "concat": (("concat(a, b)", {"a": apart(2, 2), "b": apart(2, 2)}),),
    "stack": (("[a, b]", {"a": apart(2), "b": apart(2)}),),
    "relu": (("relu(x)", {"x": real(9)}),),
    "floor": (("floor(x)", {"x": real(9)}),),
    "ceil": (("ceil(x)", {"x": real(9)}),),
    "conv": (
        (
            "conv(x, w, stride=2, padding=1, dilation=2)",
            {"x": real(2, 5, 5), "w": apart(2, 2, 2, 2)},
        ),
    ),
    "conv_transpose": (
        (
            "conv_transpose(x, w, stride=2, padding=1, dilation=2)",
            {"x": apart(2, 2, 3), "w": apart(2, 2, 2, 2)},
        ),
    ),
    "cross_entropy": (
        ("cross_entropy(x, t)", {"x": positive(3), "t": Given((3,), "chances")}),
        ("cross_entropy(x, t)", {"x": positive(3, 3), "t": Given((3, 3), "chances")}),
    ),
    "log_softmax": (("log_softmax(x)", {"x": positive(3)}),),
    "one_hot": (("one_hot(x, 5)", {"x": Given((3,), "class")}),),
    "size": (("size(x)", {"x": real(2, 3)}),),
    "inverse": (("inverse(A)", {"A": Given((2, 2), "invertible")}),),
    "reshape": (("reshape(x, [3, 2])", {"x": apart(2, 3)}),),
}
"""What a slip needs more than the table has: chains, or arrays that fit both ways round."""
ELSEWHERE = frozenset({"limit"})
"""Its values are not those of its arguments; see below."""

SLIPS = [
    pytest.param(name, slip, id=f"{name}.{slip.name}")
    for name, operation in OPERATIONS.items()
    for slip in operation.slips
]


class Made(NamedTuple):
    """A mistake made in an example: its value (None where it has none) and its shape."""

    shape: Shape | None
    right: np.ndarray
    wrong: np.ndarray | None


@cache
def examples(name: str) -> tuple[Instance, ...]:
    cases = TABLE[name].cases
    more = [Case(text, given, lambda *arrays: None) for text, given in MORE.get(name, ())]
    return tuple(Instance(case, seed) for case in (*more, *cases) for seed in range(2))


def mistakes(slip: Slip, instance: Instance) -> Iterator[Node]:
    context = TreeContext(instance.graph, "y")
    try:
        for one in slip.wrong(instance.root, context):
            yield one.expression if isinstance(one, Mistake) else one
    except LanguageError:
        return


def made(slip: Slip, instance: Instance, right: np.ndarray) -> Iterator[Made]:
    for wrong in mistakes(slip, instance):
        try:
            graph = instance.graph.with_quantities([Quantity("wrong", wrong)])
        except ExsolveError:
            yield Made(None, right, None)
            continue
        shape = graph.shapes["wrong"]
        try:
            exact = evaluate(graph, ClosedFormRoute(), only=["wrong"])["wrong"]
            numeric = evaluate(graph, NumericRoute(), only=["wrong"])["wrong"]
        except ExsolveError:
            yield Made(shape, right, None)
            continue
        assert_close(numeric, exact, 1e-7)
        yield Made(shape, right, floats(exact))


def test_every_operation_that_can_be_done_wrong_has_a_slip() -> None:
    without = {name for name, operation in OPERATIONS.items() if not operation.slips}
    assert without == set(WITHOUT)


def test_names_of_slips_are_their_own() -> None:
    for operation in OPERATIONS.values():
        names = [slip.name for slip in operation.slips]
        assert len(names) == len(set(names)), operation.name


@pytest.mark.parametrize(("name", "slip"), SLIPS)
def test_sentences(name: str, slip: Slip) -> None:
    says = slip.says.replace("{part}", "x")
    assert "{" not in says
    assert says.startswith("You ")
    assert says.endswith(".")
    assert says.count(". ") <= 1, "at most two sentences"
    assert len(says) <= 160
    assert "  " not in says
    assert slip.name.strip() == slip.name != ""


@pytest.mark.parametrize(("name", "slip"), SLIPS)
def test_slips_are_made_and_matter(name: str, slip: Slip) -> None:
    if name in ELSEWHERE:
        return
    # the slips of a chain belong to all of its operations, and one of them is enough
    owners = [other for other, operation in OPERATIONS.items() if slip in operation.slips]
    found = []
    for owner in owners:
        for instance in examples(owner):
            right = floats(evaluate(instance.graph, ClosedFormRoute(), only=["y"])["y"])
            found += list(made(slip, instance, right))
    shaped = [one for one in found if one.shape is not None]
    assert shaped, "no example has it with a shape"
    if not slip.reshapes:
        assert any(one.shape == one.right.shape for one in shaped)
    assert any(one.wrong is not None and differs(one) for one in shaped)


def differs(one: Made) -> bool:
    assert one.wrong is not None
    if one.wrong.shape != one.right.shape:
        return True
    return bool(np.any(np.abs(one.wrong - one.right) > 1e-9 * (1 + np.abs(one.right))))


def test_slips_of_a_limit() -> None:
    root = parse("limit(exp(-beta), beta, infinity)", OPERATIONS)
    assert isinstance(root, Call)
    graph = Graph([Quantity("y", root)], {"beta": ()})
    values = []
    for slip in root.operation.slips:
        for one in slip.wrong(root, TreeContext(graph, "y")):
            assert isinstance(one, Mistake)
            wrong = Graph([Quantity("y", one.expression)], {"beta": ()})
            assert wrong.shapes["y"] == ()
            try:
                values.append(evaluate(wrong, ClosedFormRoute())["y"][()])
            except ExsolveError:
                values.append(None)
    assert values == [None, 1]  # to minus infinity there is none


def test_var_leads_through_the_mean_that_is_named() -> None:
    for axis in ("axis=1", "axis=[0, 2]", "axis=-1", "axis=1, keepdims=true", "axis=[0, 1, 2]"):
        for function in ("var", "std"):
            for ddof in (0, 1):
                case = Case(
                    f"{function}(x, {axis}, ddof={ddof})", {"x": apart(2, 3, 2)}, lambda x: x
                )
                instance = Instance(case, ddof)
                mean = parse(f"mean(x, {axis})".replace("-1", "2"), OPERATIONS)
                graph = instance.graph.with_quantities([Quantity("mu", mean)])
                rewritten = instance.root.operation.rewritten
                assert rewritten is not None
                assert rewritten(instance.root, TreeContext(instance.graph, "y")) is None
                found = rewritten(instance.root, TreeContext(graph, "y"))
                assert found is not None
                graph = graph.with_quantities([Quantity("through", found)])
                assert "mu" in graph.uses("through")
                values = evaluate(graph, ClosedFormRoute(), only=["y", "through"])
                assert values["y"].tolist() == values["through"].tolist()


@pytest.mark.parametrize(
    ("text", "through", "leading"),
    [
        ("mean(x, axis=0)", "sum(x, axis=0)", "p/3"),
        ("log_softmax(x)", "softmax(x, axis=1)", "log(p)"),
        ("cross_entropy(x, t)", "softmax(x)", "-sum(t*log(p), axis=-1)"),
    ],
)
def test_operations_lead_through_others_that_are_named(
    text: str, through: str, leading: str
) -> None:
    case = Case(text, {"x": apart(3, 4), "t": Given((3, 4), "chances")}, lambda *arrays: None)
    instance = Instance(case, 0)
    rewritten = instance.root.operation.rewritten
    assert rewritten is not None
    assert rewritten(instance.root, TreeContext(instance.graph, "y")) is None
    graph = instance.graph.with_quantities([Quantity("p", parse(through, OPERATIONS))])
    found = rewritten(instance.root, TreeContext(graph, "y"))
    assert found == parse(leading, OPERATIONS)
    graph = graph.with_quantities([Quantity("other", found)])
    values = evaluate(graph, ClosedFormRoute(), only=["y", "other"])
    assert_close(values["other"], values["y"], 1e-12)


def test_std_leads_through_the_variance_that_is_named() -> None:
    case = Case("std(x, axis=0)", {"x": apart(3, 2)}, lambda x: x)
    instance = Instance(case, 0)
    variance = Quantity("v", parse("var(x, axis=0)", OPERATIONS))
    graph = instance.graph.with_quantities([variance])
    rewritten = instance.root.operation.rewritten
    assert rewritten is not None
    assert rewritten(instance.root, TreeContext(graph, "y")) == parse("sqrt(v)", OPERATIONS)
