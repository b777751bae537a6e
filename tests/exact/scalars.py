"""Short ways to write scalars, and the sources of random ones, for the tests of this folder."""

from __future__ import annotations

from flint import arb, fmpq
from hypothesis import strategies as st

from exsolve.arithmetic import Scalar
from exsolve.exact.closed_form import CLOSED_FORMS, ball, symbol

EXP, LN, SQRT = CLOSED_FORMS.exp, CLOSED_FORMS.ln, CLOSED_FORMS.sqrt
SIGMOID, TANH = CLOSED_FORMS.sigmoid, CLOSED_FORMS.tanh
POWER, FLOOR = CLOSED_FORMS.power, CLOSED_FORMS.floor
N, M = symbol("N"), symbol("M")


def q(numerator: int, denominator: int = 1) -> fmpq:
    return fmpq(numerator, denominator)


def agree(a: Scalar, b: Scalar, bits: int = 200) -> bool:
    """Whether the values may be equal, and are known to at least half of the bits."""
    difference: arb = ball(a - b, bits)
    size = max(1, abs(ball(a, bits)).upper(), abs(ball(b, bits)).upper())
    return bool(difference.contains(0) and difference.rad() < size * arb(2) ** (-bits // 2))


rationals = st.builds(fmpq, st.integers(-30, 30), st.integers(1, 12))
positive = st.builds(fmpq, st.integers(1, 40), st.integers(1, 12))

atoms = st.one_of(
    st.builds(LN, positive),
    st.builds(SQRT, positive),
    st.builds(POWER, positive, st.sampled_from([q(1, 3), q(-2, 3), q(3, 2)])),
    st.builds(EXP, rationals),
    st.builds(SIGMOID, rationals),
    st.builds(TANH, rationals),
)


def _grown(children: st.SearchStrategy[Scalar]) -> st.SearchStrategy[Scalar]:
    return st.one_of(
        st.builds(lambda a, b: a + b, children, children),
        st.builds(lambda a, b: a * b, children, children),
        st.builds(lambda a, c: a * c, children, rationals),
        st.builds(lambda a: 1 / (a * a + 1), children),
    )


scalars: st.SearchStrategy[Scalar] = st.recursive(st.one_of(rationals, atoms), _grown, max_leaves=4)
