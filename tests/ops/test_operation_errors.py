"""What the operations refuse, and in which words."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from flint import fmpq
from instances import array

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import ClosedFormRoute, NumericRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Constant, Name, Shape, Slice
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import call

SHAPES: dict[str, Shape] = {
    "s": (), "v": (3,), "w": (4,), "A": (5, 3), "B": (4, 2), "C": (2, 3, 4), "S": ("n", "d"),
    "K": ("m", "d"), "one": (1,), "d_wide": ("d",), "T": (3, "n"), "image": (2, 5, 6),
    "kernel": (4, 2, 3, 3), "filter": (3, 3), "row": (1, 1, 2), "wide": (1, "n"),
}  # fmt: skip

REFUSED = [
    ("A + B", r"the shapes of \+ do not fit together: \(5, 3\) and \(4, 2\)"),
    ("A*v + ones([5])", r"write @ in it, not \*"),
    ("A*ones([3, 4])", r"@ is the matrix product; \* works cell by cell"),
    ("v*w", r"the shapes of \* do not fit together: \(3,\) and \(4,\)"),
    ("S - K", r"the shapes of - do not fit together: \(n, d\) and \(m, d\)"),
    ("S + v", r"expected: equal sizes.*\n.*found: +S is \[n, d\], v is \[3\]"),
    ("A @ B", r"the inner sizes of @ must agree: \(5, 3\) @ \(4, 2\) has 3 and 4"),
    ("S @ K", r"\(n, d\) @ \(m, d\) has d and m\n.*\n.*\n.*a @ b\.T"),
    ("A @ w", r"\(5, 3\) @ \(4,\) has 3 and 4"),
    ("A @ ones([5, 2])", r"transpose the left side: a\.T @ b"),
    ("v @ w", r"\(3,\) @ \(4,\) has 3 and 4"),
    ("s @ A", r"@ needs arrays on both sides"),
    ("A @ 2", r"write \* for the product with a number"),
    ("C @ C", r"\(2, 3, 4\) @ \(2, 3, 4\) has 4 and 3"),
    ("transpose(C, axes=[0, 1])", r"transpose needs each axis once"),
    ("transpose(A, axes=[0, 0])", r"transpose names an axis twice"),
    ("A[5]", r"the index 5 is outside an array of shape \(5, 3\)"),
    ("A[0, -4]", r"the index -4 is outside.*\n.*expected: 0 to 2: the first is 0"),
    ("v[0, 0]", r"too many indices: \[0, 0\] of an array with 1 dimensions"),
    ("v[3:]", r"the slice 3: of an array of shape \(3,\) is empty"),
    ("S[:, ::-1]", r"the slice ::-1 of a size that is only a symbol"),
    ("S[1:]", r"the slice 1: of a size that is only a symbol has no known length"),
    ("sum(A, axis=2)", r"sum has no axis 2 to work on\n.*expected: an axis from -2 to 1"),
    ("mean(s, axis=0)", r"mean has no axis 0.*\n.*at least one dimension\n.*found: +a number"),
    ("sum(A, axis=[0, -2])", r"sum names an axis twice"),
    ("var(one, ddof=1)", r"var divides by n - ddof.*\n.*more than 1 values\n.*found: +1 in \(1,\)"),
    ("std(v, ddof=4)", r"std divides by n - ddof"),
    ("var(v, ddof=-1)", r"var needs ddof >= 0"),
    ("max(A, v, axis=0)", r"max of several arrays goes cell by cell and has no axis"),
    ("min(A, axis=3)", r"min has no axis 3"),
    ("min(v, w)", r"the shapes of min do not fit together"),
    ("where(v, w, 0)", r"the shapes of where do not fit together"),
    ("softmax(s)", r"softmax has no axis -1"),
    ("softmax(A, mask=w)", r"softmax and its mask do not fit together: \(5, 3\) and \(4,\)"),
    ("softmax(v, mask=A)", r"the mask of softmax is larger than what it masks"),
    ("log_softmax(A, axis=2)", r"log_softmax has no axis 2"),
    ("cross_entropy(A, v)", r"cross_entropy needs a target of the shape of the logits"),
    ("dot(A, v)", r"dot needs a vector \(1 dimension\)\n.*\n.*found: +\(5, 3\)"),
    ("dot(v, w)", r"dot needs two vectors of one length: \(3,\) and \(4,\)"),
    ("outer(A, v)", r"outer needs a vector"),
    ("diag(A)", r"diag makes a matrix of a vector, or takes the diagonal of a square matrix"),
    ("diag(s)", r"found: +a number"),
    ("concat(A, B)", r"concat needs arrays that differ along one axis only: \(5, 3\) and \(4, 2\)"),
    ("concat(v, A)", r"concat needs arrays"),
    ("concat(s, s)", r"concat has no axis 0"),
    ("concat(S, S)", r"concat along an axis whose size is the letter n"),
    ("stack(v, w)", r"the parts of a list must have one shape: \(3,\) and \(4,\)"),
    ("stack(v, v, axis=2)", r"stack has no axis 2"),
    ("reshape(A, [4, 4])", r"reshape cannot make \[4, 4\] of an array of shape \(5, 3\)"),
    ("reshape(A, [4, -1])", r"reshape cannot make \[4, -1\]"),
    ("reshape(A, [-1, -1])", r"reshape can work out one size only"),
    ("reshape(A, [0, -1])", r"reshape cannot make \[0, -1\]"),
    ("reshape(A, [-3, -5])", r"a size must be at least 1"),
    ("reshape(S, [3, 2])", r"reshape cannot make \[3, 2\] of an array of shape \(n, d\)"),
    ("reshape(S, [-1])", r"reshape cannot make \[-1\] of an array of shape \(n, d\)"),
    ("reshape(T, [-1])", r"reshape cannot make \[-1\] of an array of shape \(3, n\)"),
    ("expand(A, [5, 4])", r"the shapes of expand do not fit together"),
    ("expand(A, [3])", r"expand cannot stretch \(5, 3\) to \(3,\)"),
    ("expand_dims(v, 3)", r"expand_dims has no axis 3"),
    ("scatter(v, [4], [2])", r"scatter has no room for \(3,\) in \(4,\)"),
    ("scatter(v, [4], [-1])", r"scatter has no room"),
    ("scatter(v, [4, 4], [0, 0])", r"scatter needs a start, and a step, for each dimension"),
    ("zeros([1000000000, 1000000000])", r"an array with too many cells"),
    ("ones([1, 1, 1, 1, 1, 1, 1, 1, 1])", r"an array with too many dimensions"),
    ("identity(1001)", r"an array with too many cells\n.*at most 1000000 cells"),
    ("identity(0)", r"a size must be at least 1"),
    ("zeros([2, -1])", r"a size must be at least 1"),
    ("one_hot(v, 1000000)", r"an array with too many cells"),
    ("expand(s, [1000, 1001])", r"an array with too many cells"),
    ("zeros([1000, 1]) + zeros([1, 1001])", r"an array with too many cells"),
    ("outer(zeros([1001]), zeros([1000]))", r"an array with too many cells"),
    ("zeros([1001, 1]) @ zeros([1, 1000])", r"an array with too many cells"),
    ("diag(zeros([1001]))", r"an array with too many cells"),
    ("stack(zeros([1000, 501]), zeros([1000, 501]))", r"an array with too many cells"),
    ("concat(zeros([600000]), zeros([600000]))", r"an array with too many cells"),
    ("scatter(s*ones([1]), [1000001], [0])", r"an array with too many cells"),
    ("inverse(S)", r"inverse needs a square matrix: it has n rows and d columns"),
    ("inverse(C)", r"it has 3 rows and 4 columns\n.*expected: as many rows.*\n.*\(2, 3, 4\)"),
    ("inverse(v)", r"inverse needs a square matrix\n.*\n.*found: +\(3,\)"),
    ("inverse(identity(101))", r"inverse of a matrix that is too large\n.*at most 100 rows"),
    ("conv(image, filter)", r"a channel axis for each side.*\n(.*\n)*.*\[1, 1, 3, 3\]"),
    ("conv(filter, kernel)", r"with a kernel of 2 axes needs an array with a channel axis"),
    ("conv(v, row)", r"with a kernel of 1 axis needs.*\n.*2 dimensions.*\n.*found: +\(3,\)"),
    ("conv(A, row)", r"the channels of conv do not fit: \(5, 3\) has 5, the weight .* takes 1"),
    ("conv(image, kernel, groups=2)", r"do not fit: \(2, 5, 6\) has 2, .* takes 4"),
    ("conv(image, kernel, groups=3)", r"do not fall into 3 equal groups.*\n.*multiple of 3"),
    ("conv(image, kernel, groups=0)", r"conv needs at least one group"),
    ("conv(image, kernel, stride=0)", r"conv needs a stride of at least 1"),
    ("conv(image, kernel, stride=[1])", r"stride is one number, or one for each of the 2 axes"),
    ("conv(image, kernel, padding=-1)", r"conv needs a padding of at least 0"),
    ("conv(image, kernel, dilation=3)", r"does not fit: it reaches over 7 cells\n.*at most 5"),
    ("conv(one*ones([1, 1]), row)", r"does not fit: it reaches over 2 cells\n.*at most 1: 1 cell"),
    ("conv(wide, row)", r"conv cannot lay its windows over the size n, which is only a symbol"),
    ("conv(ones([1, 900, 900]), ones([1, 1, 2, 2]))", r"conv would take too much work"),
    ("conv(ones([9, 300, 300]), ones([99, 9, 1, 1]))", r"an array with too many cells"),
    ("conv(ones([99, 99, 99]), ones([99, 99, 1, 1]))", r"too much work\n.*50,000,000 products"),
    (
        "conv(ones([1, 1, 1]), ones([1, 1, 1, 1]), stride=999999, padding=499999)",
        r"too much work\n.*1,000,000 cells with all padding",
    ),
    ("conv(ones([99, 80, 80]), ones([99, 1, 9, 9]), groups=99)", r"cells in all windows together"),
    (
        "conv_transpose(ones([1, 1, 1]), ones([1, 1, 2, 2]), dilation=999999, padding=499999)",
        r"too much work\n.*1,000,000 cells with all padding",
    ),
    (
        "conv_transpose(ones([1, 2, 2]), ones([1, 1, 1, 1]), stride=999999, padding=499999)",
        r"too much work\n.*1,000,000 cells with all padding",
    ),
    (
        "max_pool(ones([1, 999999]), [999999, 1], stride=999999, padding=[499999, 0])",
        r"too much work\n.*1,000,000 cells with all padding",
    ),
    ("conv_transpose(A, row)", r"the channels of conv_transpose do not fit"),
    ("conv_transpose(one*ones([1, 1]), row, padding=1)", r"the padding.*takes everything away"),
    ("conv_transpose(one*ones([1, 1]), row, output_padding=1)", r"smaller than the stride"),
    ("conv_transpose(ones([1, 900, 900]), ones([1, 1, 2, 2]))", r"would take too much work"),
    ("max_pool(s, 2)", r"max_pool has no axes to move its window along"),
    ("max_pool(v, 2)", r"no axes to move its window along\n.*\n.*\n.*size=\[2\]"),
    ("max_pool(image, [2, 2, 2, 2])", r"no axes.*\n.*expected: 4 dimensions or more"),
    ("max_pool(image, 6)", r"the window of max_pool does not fit: it reaches over 6 cells"),
    ("max_pool(image, 2, padding=2)", r"at most half its window.*\n.*0 to 1 for a size of 2"),
    ("max_pool(S, [2])", r"max_pool cannot lay its windows over the size d"),
    ("max_pool(image, 0)", r"max_pool needs a size of at least 1"),
    ("max_pool(image, 2, stride=[1, 1, 1])", r"stride is one number, or one for each of the 2"),
    ("avg_pool(ones([1, 999, 999]), 2, stride=1)", r"avg_pool would take too much work"),
    ("max_unpool(image, image, 2)", r"one cell for each window .*\n.*\(2, 2, 3\)"),
    ("max_pick(kernel, image, 2)", r"max_pick needs two arrays of one shape"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[text for text, _ in REFUSED])
def test_shape_is_refused(text: str, message: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(LanguageError, match=message) as caught:
            shape_of(parse(text, OPERATIONS), SHAPES.__getitem__)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.problem.expected
    assert caught.value.problem.found
    # the arrays that are too large are never made
    assert peak < 1_000_000


SYMBOLIC: list[tuple[str, Shape]] = [
    ("S + d_wide", ("n", "d")),
    ("S @ K.T", ("n", "m")),
    ("softmax(S @ K.T / sqrt(2)) @ K", ("n", "d")),
    ("S[0]", ("d",)),
    ("S[:, -1]", ("n",)),
    ("mean(S, axis=0)", ("d",)),
    ("var(S, axis=-1, keepdims=true)", ("n", 1)),
    ("reshape(S[0], [-1, 1])", ("d", 1)),
    ("[S[0], S[0]]", (2, "d")),
    ("concat(A, A, axis=0)", (10, 3)),
    ("outer(S[0], v)", ("d", 3)),
    ("diag(S[0])", ("d", "d")),
    ("cross_entropy(S, S)", ("n",)),
    ("expand_dims(S, [0, 3])", (1, "n", "d", 1)),
    ("one_hot(S[0], 4)", ("d", 4)),
    ("where(S > 0, S, 0)", ("n", "d")),
    ("inverse(S.T @ S)", ("d", "d")),
    ("conv(expand_dims(S[0], [1, 2])*image[0:1, 0:1], row)", ("d", 1, 5)),
    ("max_pool(expand_dims(S[0], 1)*ones([1, 6]), 2)", ("d", 3)),
    ("avg_pool(expand_dims(S[0], 1)*ones([1, 6]), 4, stride=1)", ("d", 3)),
]


@pytest.mark.parametrize(("text", "shape"), SYMBOLIC, ids=[text for text, _ in SYMBOLIC])
def test_shapes_with_symbols(text: str, shape: Shape) -> None:
    assert shape_of(parse(text, OPERATIONS), SHAPES.__getitem__) == shape


def test_sizes_that_are_symbols_in_a_built_expression() -> None:
    turned = call("reshape", Name("S"), shape=("d", "n"))
    assert shape_of(turned, SHAPES.__getitem__) == ("d", "n")
    with pytest.raises(LanguageError, match=r"reshape cannot make \[n, n\]"):
        shape_of(call("reshape", Name("S"), shape=("n", "n")), SHAPES.__getitem__)
    row = call("expand_dims", Name("d_wide"), axis=0)
    placed = call("scatter", row, shape=("n", "d"), start=(0, 0))
    assert shape_of(placed, SHAPES.__getitem__) == ("n", "d")
    with pytest.raises(LanguageError, match="scatter has no room"):
        shape_of(call("scatter", row, shape=("n", "m"), start=(0, 0)), SHAPES.__getitem__)


def test_a_step_of_zero_is_refused_in_a_built_expression() -> None:
    node = call("index", Name("v"), at=(Slice(None, None, 0),))
    with pytest.raises(LanguageError, match="the step of a slice cannot be 0"):
        shape_of(node, SHAPES.__getitem__)


VALUES_REFUSED = [
    ("1/(x - x)", {"x": [1]}, "division by zero"),
    ("ln(x)", {"x": [0]}, "logarithm"),
    ("sqrt(x)", {"x": [-1]}, "root"),
    ("x^(-1)", {"x": [0]}, "division by zero|negative power"),
    ("softmax(x, mask=x - x)", {"x": [1, 2]}, "all masked out"),
    ("cross_entropy(x, x)", {"x": [1, 2]}, r"must be probabilities\n.*\n.*a sum of 3"),
    ("one_hot(x, 2)", {"x": [2]}, r"one_hot has no class 2\n.*0 to 1"),
    ("inverse(outer(x, x))", {"x": [1, 2]}, "singular: it has no inverse"),
    ("inverse(sqrt(outer(x, x)))", {"x": [2, 3]}, "singular: it has no inverse"),
    ("inverse(exp(outer(x, x)))", {"x": list(range(7))}, r"too large\n.*at most 6 rows"),
    ("inverse(outer(x, x) + 1/x)", {"x": [10**999 + n for n in range(99)]}, "become too long"),
    ("one_hot(x/2, 2)", {"x": [1]}, r"one_hot has no class 1/2"),
]


@pytest.mark.parametrize(("text", "given", "message"), VALUES_REFUSED)
def test_value_is_refused(text: str, given: dict[str, list[int]], message: str) -> None:
    givens = [
        Quantity(n, Constant(array([fmpq(v) for v in values], (len(values),))), given=True)
        for n, values in given.items()
    ]
    graph = Graph([*givens, Quantity("y", parse(text, OPERATIONS))])
    with pytest.raises(ExsolveError, match=message):
        evaluate(graph, ClosedFormRoute())


EXTREMES = [
    ("sigmoid(x)", [-800.0, 800.0], [0.0, 1.0]),
    ("softmax(x)", [1000.0, 0.0], [1.0, 0.0]),
    ("softmax(x)", [-1000.0, -1000.0], [0.5, 0.5]),
    ("log_softmax(x)", [1000.0, 0.0], [0.0, -1000.0]),
    ("tanh(x)", [-800.0, 800.0], [-1.0, 1.0]),
    ("var(x)", [1e8 + 1, 1e8 - 1], 1.0),
    ("cross_entropy(x, one_hot(x[0]*0 + 1, 2))", [1000.0, 0.0], 1000.0),
]


@pytest.mark.parametrize(("text", "x", "expected"), EXTREMES)
def test_numeric_rules_are_stable(text: str, x: list[float], expected: float | list[float]) -> None:
    cells = array([fmpq(int(v)) for v in x], (len(x),))
    node = parse(text, OPERATIONS)
    graph_of = [Quantity("x", Constant(cells), given=True), Quantity("y", node)]
    found = evaluate(Graph(graph_of), NumericRoute())["y"]
    assert np.array_equal(found, np.asarray(expected))


@pytest.mark.parametrize("text", ["exp(x)", "x^400", "1/(x - x)", "ln(x - x)", "sqrt(-x)"])
def test_numeric_overflow_is_silent_and_refused(text: str) -> None:
    cells = array([fmpq(1000)], (1,))
    quantities = [
        Quantity("x", Constant(cells), given=True),
        Quantity("y", parse(text, OPERATIONS)),
    ]
    with pytest.raises(ExsolveError, match="too large"):
        evaluate(Graph(quantities), NumericRoute())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2 > 0.3", 0),
        ("0.1 + 0.2 >= 0.3", 1),
        ("0.3 < 0.1 + 0.2", 0),
        ("0.1 + 0.2 == 0.3", 1),
        ("0.1 + 0.2 != 0.3", 0),
        ("0.3 <= 0.30000000001", 1),
        ("0.30000000001 <= 0.3", 0),
        ("floor((0.1 + 0.2)*10)", 3),
        ("floor(0.7*10 - 0.1*70 + 4.3/4.3)", 1),
        ("floor(2.99999999)", 2),
        ("one_hot((0.1 + 0.7)*10 - 8, 2)[0]", 1),
    ],
)
def test_ties_are_ties_on_both_routes(text: str, expected: int) -> None:
    graph = Graph([Quantity("y", parse(text, OPERATIONS))])
    assert evaluate(graph, ClosedFormRoute())["y"] == fmpq(expected)
    assert evaluate(graph, NumericRoute())["y"] == expected
