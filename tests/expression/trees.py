"""Random trees of the language: every operation, every kind of option, every sort of number."""

from __future__ import annotations

from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from exsolve.arithmetic import Infinity
from exsolve.expression.tree import Call, Literal, Name, Node, Operation, Option, Slice
from exsolve.ops import OPERATIONS

SPELLINGS = [("0.6", 3, 5), (".5", 1, 2), ("1.16e-10", 116, 10**12), ("12/20", 3, 5), ("½", 1, 2)]

integers = st.integers(-30, 30)
names = st.sampled_from(
    ["x", "W_Q", "h_1_next", "mu_batch", "μ_1", "Δx", "e1", "T", "d_model", "x_hat", "grad_h_3"]
)
literals = st.one_of(
    integers.map(lambda n: Literal(fmpq(n))),
    st.builds(lambda p, q: Literal(fmpq(p, q)), integers, st.integers(1, 30)),
    st.sampled_from(SPELLINGS).map(lambda s: Literal(fmpq(s[1], s[2]), s[0])),
    st.sampled_from(SPELLINGS[:4]).map(lambda s: Literal(fmpq(-s[1], s[2]), f"-{s[0]}")),
)
ends = st.none() | integers
slices = st.builds(Slice, ends, ends, st.none() | st.sampled_from([-2, -1, 1, 2]))
letters = st.sampled_from(["n", "d_model", "m_1"])
several = st.lists(integers, min_size=1, max_size=3).map(tuple)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": integers,
    "integers": several,
    "spacing": integers | several,
    "size": integers | letters,
    "sizes": st.lists(integers | letters, min_size=1, max_size=3).map(tuple),
    "boolean": st.booleans(),
    "axis": st.none() | integers | several,
    "name": letters,
    "point": st.builds(fmpq, integers, st.integers(1, 30)) | st.sampled_from(Infinity),
    "index": st.lists(integers | slices, min_size=1, max_size=3).map(tuple),
}


def _option(option: Option) -> st.SearchStrategy[Any]:
    given = VALUES[option.kind]
    return given if option.required else st.just(option.default) | given


@st.composite
def _calls(draw: st.DrawFn, operation: Operation, inner: st.SearchStrategy[Node]) -> Node:
    args: list[Node] = []
    for parameter in operation.parameters:
        if parameter.optional and draw(st.booleans()):
            break
        most = 3 if parameter.variadic else 1
        args += draw(st.lists(inner, min_size=1, max_size=most))
    options = {option.name: draw(_option(option)) for option in operation.options}
    if operation.name == "stack":
        # Rows that are written out must be alike, so a list is of numbers or of other things.
        args = [arg for arg in args if not _is_written_out(arg)] or draw(
            st.lists(literals, min_size=1, max_size=3)
        )
    return Call(operation, tuple(args), options)


def _is_written_out(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Call) and node.operation.name == "stack")


def _matrix(rows: list[list[Node]]) -> Node:
    stack = OPERATIONS["stack"]
    width = min(map(len, rows))
    return Call(stack, tuple(Call(stack, tuple(row[:width])) for row in rows))


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    row = st.lists(literals, min_size=1, max_size=3)
    return st.one_of(
        st.sampled_from(list(OPERATIONS.values())).flatmap(lambda o: _calls(o, inner)),
        # The signs get a share of their own: brackets are decided among them.
        st.sampled_from([o for o in OPERATIONS.values() if o.infix]).flatmap(
            lambda o: _calls(o, inner)
        ),
        st.lists(row, min_size=1, max_size=3).map(_matrix),
    )


trees = st.recursive(literals | names.map(Name), _grown, max_leaves=12)
