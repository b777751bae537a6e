"""One row for each operation of the language: how it is written, and cases with an oracle each.

An oracle is NumPy or plain Python written from the definition, by another road than the operation's
own numeric rule. Texts are the language's own spelling: printing the parsed text gives it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import e
from typing import Any, NamedTuple

import numpy as np

Oracle = Callable[..., Any]


class Given(NamedTuple):
    """A random argument: its shape and the sort of numbers in it.

    ``real``: small rationals, zeros and repetitions among them; ``binary``: the same with halves
    and quarters only, whose ties a ball can decide; ``apart``: all different and none 0;
    ``positive``; ``mask``: 0 and 1 with a 1 in each row; ``class``: 0, 1, 2;
    ``invertible``: square matrices whose diagonals outweigh their rows;
    ``chances``: positive, summing to 1 along the last axis.
    """

    shape: tuple[int, ...]
    sort: str = "real"


class Case(NamedTuple):
    """One way of calling an operation; ``still`` names the arguments that have no gradient."""

    text: str
    given: Mapping[str, Given]
    oracle: Oracle
    still: tuple[str, ...] = ()


class Row(NamedTuple):
    """An operation: the first case's text on a terminal and in LaTeX, and the cases."""

    terminal: str
    latex: str
    cases: tuple[Case, ...]


def real(*shape: int) -> Given:
    return Given(shape)


def apart(*shape: int) -> Given:
    return Given(shape, "apart")


def positive(*shape: int) -> Given:
    return Given(shape, "positive")


def chances(*shape: int) -> Given:
    return Given(shape, "chances")


def _loop(function: Callable[..., float]) -> Oracle:
    return np.vectorize(function, otypes=[float])


def _weights(x: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def _masked_weights(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    weights = np.exp(x) * mask
    return weights / weights.sum(axis=-1, keepdims=True)


def _masked_logarithms(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    sums = (np.exp(x) * mask).sum(axis=-1, keepdims=True)
    return mask * (x - np.log(sums))


def _square_deviation(x: np.ndarray, axis: Any, ddof: int, keepdims: bool = False) -> Any:
    # E[x^2] - E[x]^2, the other formula for the variance
    n = x.size if axis is None else np.prod(np.take(x.shape, axis))
    squares = (x * x).mean(axis=axis, keepdims=keepdims) - x.mean(axis=axis, keepdims=keepdims) ** 2
    return squares * n / (n - ddof)


def _broadcast_pairs(sign: str, oracle: Oracle, second: Callable[..., Given] = real) -> list[Case]:
    text = f"a{sign}b"
    shapes = (
        ((2, 3), (2, 3)),
        ((3,), (2, 3)),
        ((2, 1), (1, 3)),
        ((), (2,)),
        ((2, 2), ()),
        ((), ()),
    )
    return [Case(text, {"a": real(*a), "b": second(*b)}, oracle) for a, b in shapes]


def _comparison(name: str, sign: str, terminal: str, latex: str, holds: Oracle) -> Row:
    text = f"a {sign} b"
    cases = (
        Case(
            text,
            {"a": Given((3, 4), "binary"), "b": Given((4,), "binary")},
            _loop(holds),
            ("a", "b"),
        ),
        Case(text, {"a": Given((), "binary"), "b": Given((), "binary")}, _loop(holds), ("a", "b")),
        Case(
            "a " + sign + " a", {"a": Given((2,), "binary")}, lambda a: _loop(holds)(a, a), ("a",)
        ),
    )
    return Row(f"a {terminal} b", f"a {latex} b", cases)


def _cellwise(
    name: str,
    terminal: str,
    latex: str,
    oracle: Oracle,
    sort: str = "real",
    still: tuple[str, ...] = (),
) -> Row:
    cases = tuple(
        Case(f"{name}(x)", {"x": Given(shape, sort)}, oracle, still) for shape in ((2, 3), (), (1,))
    )
    return Row(terminal, latex, cases)


def _reduction(name: str, oracle: Oracle) -> Row:
    x = {"x": real(2, 3, 2)}
    return Row(
        f"{name}(x)",
        rf"\operatorname{{{name}}}\left(x\right)",
        (
            Case(f"{name}(x)", x, lambda x: oracle(x, None, False)),
            Case(f"{name}(x, axis=0)", x, lambda x: oracle(x, (0,), False)),
            Case(f"{name}(x, axis=-1)", x, lambda x: oracle(x, (2,), False)),
            Case(f"{name}(x, axis=[0, 2])", x, lambda x: oracle(x, (0, 2), False)),
            Case(f"{name}(x, axis=1, keepdims=true)", x, lambda x: oracle(x, (1,), True)),
            Case(f"{name}(x, keepdims=true)", x, lambda x: oracle(x, (0, 1, 2), True)),
            Case(f"{name}(x)", {"x": real(3)}, lambda x: oracle(x, (0,), False)),
            Case(f"{name}(x)", {"x": real()}, lambda x: x),
            Case(f"{name}(x)", {"x": real(1, 4)}, lambda x: oracle(x, (0, 1), False)),
        ),
    )


def _spread(name: str, finish: Oracle, sort: str) -> Row:
    x = {"x": Given((2, 3, 2), sort)}

    def case(options: str, axis: Any, ddof: int, keepdims: bool = False) -> Case:
        return Case(
            f"{name}(x{options})", x, lambda x: finish(_square_deviation(x, axis, ddof, keepdims))
        )

    return Row(
        f"{name}(x)",
        rf"\operatorname{{{name}}}\left(x\right)",
        (
            case("", (0, 1, 2), 0),
            case(", axis=1", (1,), 0),
            case(", axis=[0, 2], ddof=1", (0, 2), 1),
            case(", axis=-1, keepdims=true", (2,), 0, True),
            case(", ddof=2", (0, 1, 2), 2),
        ),
    )


def _extremum(name: str, sign: int) -> Row:
    def least(x: np.ndarray, axis: Any, keepdims: bool = False) -> Any:
        return sign * np.sort(sign * np.moveaxis(x, axis, 0), axis=0)[0]

    return Row(
        f"{name}(a, b)",
        rf"\{name}\left(a, b\right)",
        (
            Case(
                f"{name}(a, b)",
                {"a": apart(2, 3), "b": apart(3)},
                lambda a, b: _loop(lambda p, q: p if sign * p < sign * q else q)(a, b),
            ),
            Case(
                f"{name}(a, 0)",
                {"a": apart(2, 3)},
                lambda a: _loop(lambda p: p if sign * p < 0 else 0)(a),
            ),
            Case(
                f"{name}(a, b, c)",
                {"a": apart(2, 2), "b": apart(2), "c": apart()},
                lambda a, b, c: _loop(lambda *p: sign * min(sign * q for q in p))(a, b, c),
            ),
            Case(
                f"{name}(x)",
                {"x": apart(2, 3)},
                lambda x: sorted(x.flat, key=lambda v: sign * v)[0],
            ),
            Case(f"{name}(x, axis=0)", {"x": apart(3, 2)}, lambda x: least(x, 0)),
            Case(f"{name}(x, axis=1)", {"x": apart(2, 3, 2)}, lambda x: least(x, 1)),
            Case(
                f"{name}(x, axis=-1, keepdims=true)",
                {"x": apart(3, 2)},
                lambda x: least(x, 1)[:, None],
            ),
        ),
    )


def _axes(x: np.ndarray, *settings: Any, axes: int) -> list[tuple[int, ...]]:
    """Settings that are one number or one for each axis."""
    return [one if isinstance(one, tuple) else (one,) * axes for one in settings]


def _correlation(
    stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1, scatter: bool = False
) -> Oracle:
    """The sums of the definition in loops; with ``scatter`` the transpose, of no output_padding."""

    def oracle(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
        axes = weight.ndim - 2
        by, off, apart = _axes(x, stride, padding, dilation, axes=axes)
        kernel, images = weight.shape[2:], x.reshape(-1, *x.shape[-axes - 1 :])
        sizes = range(axes)
        if scatter:
            inside, out = weight.shape[0], weight.shape[1] * groups
            small = x.shape[-axes:]
            large = tuple(
                (small[a] - 1) * by[a] - 2 * off[a] + apart[a] * (kernel[a] - 1) + 1 for a in sizes
            )
            result = np.zeros((len(images), out, *large))
        else:
            inside, out = weight.shape[1] * groups, weight.shape[0]
            large = x.shape[-axes:]
            small = tuple(
                1 + (large[a] + 2 * off[a] - apart[a] * (kernel[a] - 1) - 1) // by[a] for a in sizes
            )
            result = np.zeros((len(images), out, *small))
        for n, o, i in np.ndindex(len(images), out, inside):
            if o * groups // out != i * groups // inside:
                continue
            for place in np.ndindex(small):
                for step in np.ndindex(kernel):
                    at = tuple(place[a] * by[a] + step[a] * apart[a] - off[a] for a in sizes)
                    if not all(0 <= one < size for one, size in zip(at, large, strict=True)):
                        continue
                    if scatter:
                        factor = weight[(i, o % (out // groups), *step)]
                        result[(n, o, *at)] += factor * images[(n, i, *place)]
                    else:
                        factor = weight[(o, i % (inside // groups), *step)]
                        result[(n, o, *place)] += factor * images[(n, i, *at)]
        return result.reshape(*x.shape[: -axes - 1], *result.shape[1:])

    return oracle


def _pooling(size: Any, stride: Any = None, padding: Any = 0, what: str = "max") -> Oracle:
    """What of each window: its greatest cell, its mean, the cell of y where x is greatest, or
    zeros with the cells of y put there."""

    def oracle(*arrays: np.ndarray) -> np.ndarray:
        x = arrays[-1]
        axes = len(size) if isinstance(size, tuple) else x.ndim - 1
        wide, by, off = _axes(x, size, size if stride is None else stride, padding, axes=axes)
        large = x.shape[-axes:]
        small = tuple((large[a] + 2 * off[a] - wide[a]) // by[a] + 1 for a in range(axes))
        back = np.zeros(x.shape)
        result = np.zeros((*x.shape[:-axes], *small))
        for place in np.ndindex(result.shape):
            leading, at = place[: x.ndim - axes], place[x.ndim - axes :]
            cells = [
                (*leading, *(at[a] * by[a] - off[a] + step[a] for a in range(axes)))
                for step in np.ndindex(wide)
            ]
            seen = [
                cell
                for cell in cells
                if all(0 <= one < length for one, length in zip(cell, x.shape, strict=True))
            ]
            best = max(seen, key=lambda cell: x[cell])
            if what == "mean":
                result[place] = sum(x[cell] for cell in seen) / len(cells)
            elif what == "unpool":
                back[best] += arrays[0][place]
            else:
                result[place] = arrays[0][best]
        return back if what == "unpool" else result

    return oracle


def _pool_row(name: str, what: str) -> Row:
    def case(options: str, shape: tuple[int, ...], *settings: Any) -> Case:
        oracle = _pooling(*settings, what=what)
        if name in ("max_pool", "avg_pool"):
            return Case(f"{name}(x, {options})", {"x": apart(*shape)}, oracle)
        y = shape
        if name == "max_unpool":
            y = _pooling(*settings)(np.zeros(shape)).shape
        given = {"u": real(*y), "x": apart(*shape)}
        return Case(f"{name}(u, x, {options})", given, oracle, ("x",))

    arrays = "x" if name in ("max_pool", "avg_pool") else "u, x"
    command = name.replace("_", r"\_")
    return Row(
        f"{name}({arrays}, 2)",
        rf"\operatorname{{{command}}}\left({arrays}, 2\right)",
        (
            case("2", (1, 4, 4), 2),
            case("2", (2, 5), 2),
            case("3, stride=2, padding=1", (2, 6), 3, 2, 1),
            case("[2, 3], stride=[2, 1]", (1, 3, 5), (2, 3), (2, 1)),
            case("[2]", (2, 2, 4), (2,)),
            case("[3], stride=1, padding=[1]", (5,), (3,), 1, 1),
            case("[1, 2], stride=3", (4, 4), (1, 2), 3),
        ),
    )


def _elimination(a: np.ndarray) -> np.ndarray:
    """The inverse by Gauss and Jordan's elimination with the largest pivot."""
    if a.ndim > 2:
        return np.stack([_elimination(one) for one in a])
    rows = np.hstack([a, np.eye(len(a))])
    for place in range(len(a)):
        best = place + int(np.argmax(np.abs(rows[place:, place])))
        rows[[place, best]] = rows[[best, place]]
        rows[place] /= rows[place, place]
        for other in range(len(a)):
            if other != place:
                rows[other] -= rows[other, place] * rows[place]
    return rows[:, len(a) :]


WITHOUT_VALUES_OF_THEIR_ARGUMENTS = {
    "limit": "taken of a closed form in which a symbol has no value; tests/ops/test_limits.py",
    "expectation": "of random symbols, whose outcomes are summed over in its place",
    "sum_t": "over time, whose terms stand in its place; tests/kinds/test_recurrent_general.py",
}
"""Operations that no case below can hold, because an array of numbers tells them nothing: they have
no derivative and no cells of their own, and the float rule only refuses. Where they are tested."""

TABLE: dict[str, Row] = {
    "add": Row("a + b", "a + b", tuple(_broadcast_pairs(" + ", lambda a, b: a - (-b)))),
    "subtract": Row("a - b", "a - b", tuple(_broadcast_pairs(" - ", lambda a, b: a + (-1) * b))),
    "multiply": Row("a ⊙ b", r"a \odot b", tuple(_broadcast_pairs("*", _loop(lambda a, b: a * b)))),
    "divide": Row(
        "a/b", r"\frac{a}{b}", tuple(_broadcast_pairs("/", lambda a, b: a * b**-1.0, apart))
    ),
    "power": Row(
        "x²",
        "x^{2}",
        (
            Case("x^2", {"x": real(2, 3)}, lambda x: x * x),
            Case("x^(-1)", {"x": apart(3)}, lambda x: 1 / x),
            Case("x^3", {"x": real()}, lambda x: x * x * x),
            Case("x^1", {"x": real(2)}, lambda x: x),
            Case("x^0", {"x": apart(2)}, lambda x: np.ones(2), ("x",)),
            Case("x^(1/2)", {"x": positive(3)}, np.sqrt),
            Case("x^p", {"x": positive(2, 2), "p": real(2)}, lambda x, p: np.exp(p * np.log(x))),
            Case("2^p", {"p": real(2)}, lambda p: np.exp2(p)),
        ),
    ),
    "negate": Row(
        "-x",
        "-x",
        tuple(Case("-x", {"x": real(*shape)}, lambda x: 0 - x) for shape in ((2, 2), ())),
    ),
    "matmul": Row(
        "a b",
        "a b",
        (
            Case(
                "a @ b", {"a": real(2, 3), "b": real(3, 4)}, lambda a, b: np.einsum("ij,jk", a, b)
            ),
            Case("a @ b", {"a": real(3), "b": real(3)}, lambda a, b: np.einsum("i,i", a, b)),
            Case("a @ b", {"a": real(2, 3), "b": real(3)}, lambda a, b: np.einsum("ij,j", a, b)),
            Case("a @ b", {"a": real(3), "b": real(3, 2)}, lambda a, b: np.einsum("i,ij", a, b)),
            Case("a @ b", {"a": real(1, 1), "b": real(1)}, lambda a, b: np.einsum("ij,j", a, b)),
            Case(
                "a @ b",
                {"a": real(2, 2, 3), "b": real(2, 3, 1)},
                lambda a, b: np.einsum("bij,bjk->bik", a, b),
            ),
            Case(
                "a @ b",
                {"a": real(2, 3), "b": real(2, 3, 2)},
                lambda a, b: np.einsum("ij,bjk->bik", a, b),
            ),
            Case(
                "a @ b",
                {"a": real(2, 1, 2, 3), "b": real(3, 3, 2)},
                lambda a, b: np.einsum("caij,bjk->cbik", a, b),
            ),
            Case(
                "a @ b",
                {"a": real(2, 2, 3), "b": real(3)},
                lambda a, b: np.einsum("bij,j->bi", a, b),
            ),
            Case(
                "a @ b",
                {"a": real(3), "b": real(2, 3, 2)},
                lambda a, b: np.einsum("j,bjk->bk", a, b),
            ),
        ),
    ),
    "conv": Row(
        "conv(x, weight)",
        r"\operatorname{conv}\left(x, \mathrm{weight}\right)",
        (
            Case("conv(x, weight)", {"x": real(2, 5), "weight": real(3, 2, 3)}, _correlation()),
            Case("conv(x, w)", {"x": real(1, 4, 3), "w": real(1, 1, 2, 2)}, _correlation()),
            Case(
                "conv(x, w, stride=2, padding=1)",
                {"x": real(2, 4, 5), "w": real(2, 2, 3, 2)},
                _correlation(2, 1),
            ),
            Case(
                "conv(x, w, stride=[1, 3], padding=[2, 0])",
                {"x": real(1, 2, 6), "w": real(2, 1, 3, 2)},
                _correlation((1, 3), (2, 0)),
            ),
            Case(
                "conv(x, w, groups=2)",
                {"x": real(4, 4), "w": real(2, 2, 2)},
                _correlation(groups=2),
            ),
            Case(
                "conv(x, w, stride=3, padding=1, groups=3, dilation=2)",
                {"x": real(3, 7), "w": real(6, 1, 2)},
                _correlation(3, 1, 2, 3),
            ),
            Case(
                "conv(x, w, stride=2, dilation=[1, 2])",
                {"x": real(1, 5, 6), "w": real(1, 1, 2, 2)},
                _correlation(2, 0, (1, 2)),
            ),
            Case("conv(x, w, stride=2)", {"x": real(2, 1, 6), "w": real(2, 1, 3)}, _correlation(2)),
            Case("conv(x, w)", {"x": real(2, 2, 1, 3), "w": real(1, 1, 2)}, _correlation()),
            Case(
                "conv(expand_dims(x, 1), w)",
                {"x": real(2, 4), "w": real(2, 1, 3)},
                lambda x, w: _correlation()(x[:, None], w),
            ),
            Case("conv(x, w, stride=3)", {"x": real(1, 6), "w": real(2, 1, 2)}, _correlation(3)),
            Case(
                "conv(x, w, padding=3)", {"x": real(1, 2), "w": real(1, 1, 2)}, _correlation(1, 3)
            ),
        ),
    ),
    "conv_transpose": Row(
        "conv_transpose(x, weight)",
        r"\operatorname{conv\_transpose}\left(x, \mathrm{weight}\right)",
        (
            Case(
                "conv_transpose(x, weight)",
                {"x": real(2, 3), "weight": real(2, 3, 2)},
                _correlation(scatter=True),
            ),
            Case(
                "conv_transpose(x, w, stride=2, padding=1)",
                {"x": real(1, 3, 2), "w": real(1, 2, 3, 2)},
                _correlation(2, 1, scatter=True),
            ),
            Case(
                "conv_transpose(x, w, stride=[2, 1], groups=2, dilation=2)",
                {"x": real(2, 2, 2), "w": real(2, 1, 1, 2)},
                _correlation((2, 1), 0, 2, 2, True),
            ),
            Case(
                "conv_transpose(x, w, stride=2, output_padding=1)",
                {"x": real(2, 1, 2), "w": real(1, 1, 3)},
                lambda x, w: np.pad(_correlation(2, scatter=True)(x, w), [(0, 0), (0, 0), (0, 1)]),
            ),
            Case(
                "conv_transpose(x, w, padding=1)",
                {"x": real(1, 4), "w": real(1, 1, 1)},
                _correlation(1, 1, scatter=True),
            ),
        ),
    ),
    "max_pool": _pool_row("max_pool", "max"),
    "max_unpool": _pool_row("max_unpool", "unpool"),
    "max_pick": _pool_row("max_pick", "pick"),
    "avg_pool": _pool_row("avg_pool", "mean"),
    "inverse": Row(
        "A⁻¹",
        "A^{-1}",
        tuple(
            Case("inverse(A)", {"A": Given(shape, "invertible")}, _elimination)
            for shape in ((2, 2), (1, 1), (3, 3), (4, 4), (2, 2, 2))
        ),
    ),
    "transpose": Row(
        "xᵀ",
        r"x^{\top}",
        (
            Case("x.T", {"x": real(2, 3)}, lambda x: np.array(list(zip(*x, strict=True)))),
            Case("x.T", {"x": real(3)}, lambda x: x),
            Case("x.T", {"x": real()}, lambda x: x),
            Case("x.T", {"x": real(2, 3, 2)}, lambda x: np.einsum("ijk->kji", x)),
            Case(
                "transpose(x, axes=[2, 0, 1])",
                {"x": real(2, 3, 2)},
                lambda x: np.einsum("ijk->kij", x),
            ),
            Case(
                "transpose(x, axes=[0, -1, 1])",
                {"x": real(2, 3, 2)},
                lambda x: np.einsum("ijk->ikj", x),
            ),
        ),
    ),
    "index": Row(
        "x₁₂",
        "{x}_{1, 2}",
        (
            Case("x[0, 1]", {"x": real(2, 3)}, lambda x: list(x.flat)[1]),
            Case("x[-1]", {"x": real(3)}, lambda x: list(x)[2]),
            Case("x[1]", {"x": real(2, 3)}, lambda x: np.array(list(x.flat)[3:])),
            Case("x[:, 1]", {"x": real(2, 3)}, lambda x: np.array([row[1] for row in x])),
            Case("x[1:3]", {"x": real(4, 2)}, lambda x: np.array([x[1], x[2]])),
            Case("x[::2, -1]", {"x": real(4, 2)}, lambda x: np.array([x[0, 1], x[2, 1]])),
            Case("x[::-1]", {"x": real(3)}, lambda x: np.flip(x)),
            Case("x[3:0:-2]", {"x": real(4)}, lambda x: np.array([x[3], x[1]])),
            Case("x[:]", {"x": real(2)}, lambda x: x),
        ),
    ),
    "scatter": Row(
        "scatter(x, [2, 4], [0, 1])",
        r"\operatorname{scatter}\left(x, [2, 4], [0, 1]\right)",
        (
            Case(
                "scatter(x, [2, 4], [0, 1])",
                {"x": real(1, 2)},
                lambda x: np.array([[0, x[0, 0], x[0, 1], 0], [0, 0, 0, 0]]),
            ),
            Case(
                "scatter(x, [5], [0], step=[2])",
                {"x": real(3)},
                lambda x: np.array([x[0], 0, x[1], 0, x[2]]),
            ),
            Case("scatter(x, [3], [2], step=[-1])", {"x": real(3)}, lambda x: np.flip(x)),
            Case(
                "scatter(x, [3], [2], step=[-1])",
                {"x": real(2)},
                lambda x: np.array([0, x[1], x[0]]),
            ),
        ),
    ),
    "greater": _comparison("greater", ">", ">", ">", lambda a, b: float(a > b)),
    "less": _comparison("less", "<", "<", "<", lambda a, b: float(a < b)),
    "greater_equal": _comparison("greater_equal", ">=", "≥", r"\ge", lambda a, b: float(a >= b)),
    "less_equal": _comparison("less_equal", "<=", "≤", r"\le", lambda a, b: float(a <= b)),
    "equal_to": _comparison("equal_to", "==", "=", "=", lambda a, b: float(a == b)),
    "not_equal_to": _comparison("not_equal_to", "!=", "≠", r"\ne", lambda a, b: float(a != b)),
    "exp": _cellwise("exp", "e^x", "e^{x}", lambda x: np.power(e, x)),
    "ln": _cellwise("log", "ln x", r"\ln x", lambda x: np.log2(x) / np.log2(e), "positive"),
    "sqrt": _cellwise("sqrt", "√x", r"\sqrt{x}", lambda x: x**0.5, "positive"),
    "abs": _cellwise("abs", "|x|", r"\left|x\right|", lambda x: (x * x) ** 0.5, "apart"),
    "floor": _cellwise(
        "floor", "⌊x⌋", r"\left\lfloor x \right\rfloor", lambda x: x // 1, still=("x",)
    ),
    "ceil": _cellwise(
        "ceil", "⌈x⌉", r"\left\lceil x \right\rceil", lambda x: -(-x // 1), still=("x",)
    ),
    "sigmoid": _cellwise(
        "sigmoid", "σ(x)", r"\sigma\left(x\right)", lambda x: 1 / (1 + np.exp(-x))
    ),
    "tanh": _cellwise(
        "tanh", "tanh(x)", r"\tanh\left(x\right)", lambda x: 1 - 2 / (np.exp(2 * x) + 1)
    ),
    "relu": _cellwise(
        "relu", "ReLU(x)", r"\operatorname{ReLU}\left(x\right)", lambda x: (x > 0) * x, "apart"
    ),
    "min": _extremum("min", 1),
    "max": _extremum("max", -1),
    "where": Row(
        "where(a > b, a, 2)",
        r"\begin{cases} a & \text{if } a > b \\ 2 & \text{otherwise} \end{cases}",
        (
            Case(
                "where(a > b, a, 2)",
                {"a": apart(2, 2), "b": real(2)},
                lambda a, b: _loop(lambda p, q: p if p > q else 2)(a, b),
                ("b",),
            ),
            Case(
                "where(m, a, b)",
                {"m": Given((2, 3), "mask"), "a": real(3), "b": real(2, 1)},
                lambda m, a, b: m * a + (1 - m) * b,
                ("m",),
            ),
            Case(
                "where(m, a, b)",
                {"m": real(), "a": real(), "b": real()},
                lambda m, a, b: a if m else b,
                ("m",),
            ),
        ),
    ),
    "softmax": Row(
        "softmax(x)",
        r"\operatorname{softmax}\left(x\right)",
        (
            Case("softmax(x)", {"x": real(2, 3)}, _weights),
            Case("softmax(x)", {"x": real(1)}, lambda x: np.ones(1)),
            Case("softmax(x, axis=0)", {"x": real(3, 2)}, lambda x: _weights(x, 0)),
            Case("softmax(x, axis=1)", {"x": real(2, 2, 2)}, lambda x: _weights(x, 1)),
            Case(
                "softmax(x, mask=m)",
                {"x": real(3, 3), "m": Given((3, 3), "mask")},
                _masked_weights,
                ("m",),
            ),
            Case(
                "softmax(x, mask=m)",
                {"x": real(2, 2, 3), "m": Given((1, 3), "mask")},
                _masked_weights,
                ("m",),
            ),
        ),
    ),
    "log_softmax": Row(
        "log_softmax(x)",
        r"\operatorname{log\_softmax}\left(x\right)",
        (
            Case("log_softmax(x)", {"x": real(2, 3)}, lambda x: np.log(_weights(x))),
            Case("log_softmax(x, axis=0)", {"x": real(3, 2)}, lambda x: np.log(_weights(x, 0))),
            Case(
                "log_softmax(x, mask=m)",
                {"x": real(3, 3), "m": Given((3, 3), "mask")},
                _masked_logarithms,
                ("m",),
            ),
        ),
    ),
    "cross_entropy": Row(
        "cross_entropy(z, t)",
        r"\operatorname{cross\_entropy}\left(z, t\right)",
        (
            Case(
                "cross_entropy(z, t)",
                {"z": real(2, 3), "t": chances(2, 3)},
                lambda z, t: -(t * np.log(_weights(z))).sum(axis=-1),
            ),
            Case(
                "cross_entropy(z, t)",
                {"z": real(3), "t": chances(3)},
                lambda z, t: -(t * np.log(_weights(z))).sum(),
            ),
            Case(
                "cross_entropy(z.T, t.T, axis=0)",
                {"z": real(2, 3), "t": chances(2, 3)},
                lambda z, t: -(t * np.log(_weights(z))).sum(axis=-1),
            ),
            Case(
                "cross_entropy(z, one_hot(k, 3))",
                {"z": real(2, 3), "k": Given((2,), "class")},
                lambda z, k: np.array(
                    [-np.log(_weights(row)[int(c)]) for row, c in zip(z, k, strict=True)]
                ),
                ("k",),
            ),
        ),
    ),
    "sum": _reduction(
        "sum", lambda x, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims)
    ),
    "mean": _reduction(
        "mean",
        lambda x, axis, keepdims: (
            np.sum(x, axis=axis, keepdims=keepdims)
            / (x.size if axis is None else np.prod(np.take(x.shape, axis)))
        ),
    ),
    "var": _spread("var", lambda v: v, "real"),
    "std": _spread("std", np.sqrt, "apart"),
    "sumsq": Row(
        "‖x‖²",
        r"\left\lVert x \right\rVert^{2}",
        tuple(
            Case("sumsq(x)", {"x": real(*shape)}, lambda x: sum(v**2 for v in x.flat))
            for shape in ((3,), (2, 2), (), (2, 1, 2))
        ),
    ),
    "dot": Row(
        "⟨a, b⟩",
        r"\left\langle a, b \right\rangle",
        (
            Case(
                "dot(a, b)",
                {"a": real(3), "b": real(3)},
                lambda a, b: sum(p * q for p, q in zip(a, b, strict=True)),
            ),
        ),
    ),
    "outer": Row(
        "a bᵀ",
        r"a b^{\top}",
        (
            Case(
                "outer(a, b)",
                {"a": real(2), "b": real(3)},
                lambda a, b: np.array([[p * q for q in b] for p in a]),
            ),
        ),
    ),
    "diag": Row(
        "diag(x)",
        r"\operatorname{diag}\left(x\right)",
        (
            Case("diag(x)", {"x": real(3)}, lambda x: x * np.eye(3)),
            Case("diag(x)", {"x": real(2, 2)}, lambda x: np.array([x[0, 0], x[1, 1]])),
        ),
    ),
    "concat": Row(
        "concat(a, b)",
        r"\operatorname{concat}\left(a, b\right)",
        (
            Case("concat(a, b)", {"a": real(2), "b": real(3)}, lambda a, b: np.array([*a, *b])),
            Case(
                "concat(a, b, c, axis=-1)",
                {"a": real(2, 1), "b": real(2, 2), "c": real(2, 1)},
                lambda a, b, c: np.hstack((a, b, c)),
            ),
            Case("concat(a)", {"a": real(2)}, lambda a: a),
        ),
    ),
    "stack": Row(
        "[a, b]",
        r"\left[a, b\right]",
        (
            Case("[a, b]", {"a": real(2), "b": real(2)}, lambda a, b: np.vstack((a, b))),
            Case("[a, b, 1]", {"a": real(), "b": real()}, lambda a, b: np.array([a, b, 1])),
            Case(
                "stack(a, b, axis=1)",
                {"a": real(2), "b": real(2)},
                lambda a, b: np.array([[a[0], b[0]], [a[1], b[1]]]),
            ),
            Case(
                "stack(a, b, axis=-2)",
                {"a": real(2, 2), "b": real(2, 2)},
                lambda a, b: np.array([[a[0], b[0]], [a[1], b[1]]]),
            ),
        ),
    ),
    "reshape": Row(
        "reshape(x, [3, 2])",
        r"\operatorname{reshape}\left(x, [3, 2]\right)",
        (
            Case(
                "reshape(x, [3, 2])",
                {"x": real(2, 3)},
                lambda x: np.array([list(x.flat)[0:2], list(x.flat)[2:4], list(x.flat)[4:]]),
            ),
            Case("reshape(x, [-1])", {"x": real(2, 2)}, lambda x: np.array(list(x.flat))),
            Case("reshape(x, [1, -1, 1])", {"x": real()}, lambda x: np.array([[[x]]])),
        ),
    ),
    "expand": Row(
        "expand(x, [2, 3])",
        r"\operatorname{expand}\left(x, [2, 3]\right)",
        (
            Case("expand(x, [2, 3])", {"x": real(3)}, lambda x: np.array([x, x])),
            Case("expand(x, [2, 2, 3])", {"x": real(2, 1)}, lambda x: np.tile(x, (2, 1, 3))),
            Case("expand(x, [2])", {"x": real()}, lambda x: np.array([x, x])),
        ),
    ),
    "expand_dims": Row(
        "expand_dims(x, 1)",
        r"\operatorname{expand\_dims}\left(x, 1\right)",
        (
            Case("expand_dims(x, 1)", {"x": real(2, 3)}, lambda x: np.array([[x[0]], [x[1]]])),
            Case("expand_dims(x, -1)", {"x": real(2)}, lambda x: np.array([[v] for v in x])),
            Case("expand_dims(x, [0, -1])", {"x": real(2)}, lambda x: np.array([[[v] for v in x]])),
            Case("expand_dims(x, 0)", {"x": real()}, lambda x: np.array([x])),
        ),
    ),
    "ones_like": Row(
        "ones_like(x)",
        r"\operatorname{ones\_like}\left(x\right)",
        (
            Case("ones_like(x)", {"x": real(2, 3)}, lambda x: np.full((2, 3), 1), ("x",)),
            Case("ones_like(x)", {"x": real()}, lambda x: 1, ("x",)),
        ),
    ),
    "size": Row(
        "size(x)",
        r"\operatorname{size}\left(x\right)",
        (
            Case("size(x)", {"x": real(2, 3)}, lambda x: len(list(x.flat)), ("x",)),
            Case("size(x, axis=1)", {"x": real(2, 3)}, lambda x: len(x[0]), ("x",)),
            Case("size(x, axis=[0, -1])", {"x": real(2, 3, 4)}, lambda x: 8, ("x",)),
            Case("size(x)", {"x": real()}, lambda x: 1, ("x",)),
        ),
    ),
    "identity": Row(
        "I",
        "I_{3}",
        (
            Case("identity(3)", {}, lambda: np.diag([1, 1, 1])),
            Case("identity(1)", {}, lambda: [[1]]),
        ),
    ),
    "zeros": Row(
        "zeros([2, 3])",
        r"\operatorname{zeros}\left([2, 3]\right)",
        (
            Case("zeros([2, 3])", {}, lambda: np.full((2, 3), 0)),
            Case("zeros([4])", {}, lambda: np.full(4, 0)),
        ),
    ),
    "ones": Row(
        "ones([2, 3])",
        r"\operatorname{ones}\left([2, 3]\right)",
        (Case("ones([2, 3])", {}, lambda: np.full((2, 3), 1)),),
    ),
    "one_hot": Row(
        "one_hot(x, 3)",
        r"\operatorname{one\_hot}\left(x, 3\right)",
        tuple(
            Case(
                "one_hot(x, 3)",
                {"x": Given(shape, "class")},
                lambda x: np.eye(3)[np.asarray(x).astype(int)],
                ("x",),
            )
            for shape in ((4,), (2, 2), ())
        ),
    ),
}
