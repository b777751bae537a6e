"""Judging one number: the same as the key's, a true rounding of it, nearly one, or another number.

A decimal is held against the exact value: right is what lies at most half a unit of its last place
away. Of what is not right, the common near misses (digits cut off, the last one a unit off, too few
of them) are told from another number.
"""

from __future__ import annotations

import re
from math import gcd
from typing import Literal, NamedTuple

from flint import arb, ctx, fmpq

from exsolve import limits
from exsolve.answers.written import Number
from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import enclose
from exsolve.exact.equality import equal
from exsolve.exact.ring import ClosedForm
from exsolve.expression.tree import Call, Constant, Node, transform
from exsolve.expression.tree import Literal as LiteralNode

BITS = 256
"""Of a ball that numbers are first compared with."""
SECONDS = 1.0
"""For the last rung of the equality ladder: a cell more or less must not hold up a class."""
HALF = fmpq(1, 2)
WIDEST_EXPRESSION = 0.05
"""Of its size, how far the rounded decimals in an expression may reach and still explain it."""
_DECIMAL = re.compile(r"-?[0-9]*\.[0-9]+")

Form = Literal["any", "exact", "fraction", "decimal"]


class Asked(NamedTuple):
    """How a number is to be written: so many significant digits, in a form."""

    digits: int = 2
    form: Form = "any"


class Outcome(NamedTuple):
    """What a number is, and in a few words what is wrong with how it is written."""

    verdict: Literal["correct", "rounded", "imprecise", "wrong", "undecided"]
    remark: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it is the right number, well enough written or not."""
        return self.verdict in ("correct", "rounded", "imprecise")

    @property
    def is_well_written(self) -> bool:
        """Whether nothing is to be said of it."""
        return self.verdict in ("correct", "rounded")


CORRECT = Outcome("correct")
ROUNDED = Outcome("rounded")
WRONG = Outcome("wrong")
UNDECIDED = Outcome("undecided", "could be proved neither equal nor different")
CUT_OFF = Outcome("imprecise", "its digits were cut off, not rounded")
ON_THE_WAY = Outcome("imprecise", "it was rounded on the way")
ONE_OFF = Outcome("imprecise", "its last digit is one off")


class Target:
    """The number that is right: a closed form, or a ball so narrow that it does as well.

    ``ball`` is given where there is no closed form.
    """

    __slots__ = ("_balls", "exact")

    def __init__(self, exact: Scalar | None, ball: arb | None = None) -> None:
        self.exact = exact
        self._balls: dict[int, arb] = {} if ball is None else {0: ball}

    @property
    def is_symbolic(self) -> bool:
        """Whether it holds for all values of a symbol."""
        return isinstance(self.exact, ClosedForm) and bool(self.exact.symbols)

    def ball(self, bits: int) -> arb:
        """A ball that contains it, computed once at each precision."""
        if self.exact is None:
            return self._balls[0]
        if bits not in self._balls:
            self._balls[bits] = ball_of(self.exact, bits)
        return self._balls[bits]


def ball_of(scalar: Scalar, bits: int) -> arb:
    """A ball that contains a scalar without symbols, computed at so many bits."""
    before = ctx.prec
    ctx.prec = bits
    try:
        return scalar if isinstance(scalar, arb) else enclose(scalar)
    finally:
        ctx.prec = before


def judge_number(number: Number, given: Scalar, target: Target, asked: Asked) -> Outcome:
    """What a number is, held against the right one; ``given`` is its value.

    Raises LanguageError where the value of either is too large to be enclosed.
    """
    found = _judged(number, given, target, asked)
    if found is WRONG and number.places is None and not isinstance(number.node, LiteralNode):
        values = _with_rounding(number.node)
        if values is not None and not target.is_symbolic and values.overlaps(target.ball(BITS)):
            return ON_THE_WAY
    return found


def _with_rounding(node: Node) -> arb | None:
    """All that an expression may have been meant to be, whose decimals were rounded before; None
    where it has none, or where that says too little."""
    from exsolve.evaluate import ExactRoute, as_objects, value_of
    from exsolve.exact.balls import Balls

    rounded = False

    def spread(part: Node) -> Node | None:
        nonlocal rounded
        if not isinstance(part, LiteralNode) or not _DECIMAL.fullmatch(part.text):
            return None
        rounded = True
        half = HALF / fmpq(10) ** len(part.text.partition(".")[2])
        return Constant(as_objects(arb(arb(part.value), arb(half))))

    with Balls(BITS) as balls:
        wider = transform(node, spread)
        if not rounded:
            return None
        try:
            found: Scalar = value_of(wider, ExactRoute(balls), {})[()]
        except LanguageError:
            return None
    narrow = float(found.rad()) <= WIDEST_EXPRESSION * abs(float(found.mid()))
    return found if narrow else None


def _judged(number: Number, given: Scalar, target: Target, asked: Asked) -> Outcome:
    exact = target.exact
    if isinstance(exact, fmpq) and isinstance(given, fmpq):
        if given == exact:
            return in_form(number, asked)
        if number.places is None:
            return WRONG
        scaled = exact * fmpq(10) ** number.places
        return WRONG if scaled.q == 1 else _as_decimal(number, given, scaled, asked)
    if target.is_symbolic or _is_symbolic(given):
        return _as_closed_forms(number, given, exact, asked)
    if number.places is None or not isinstance(given, fmpq):
        return _as_values(number, given, target, asked)
    bits = min(max(BITS, 4 * (number.places + 16)), limits.BALL_BITS)
    ball = target.ball(bits)
    before = ctx.prec
    ctx.prec = bits  # a rational is turned into a ball of this precision, here and below
    try:
        if not ball.contains(given):
            return _as_decimal(number, given, ball * arb(10) ** number.places, asked)
    finally:
        ctx.prec = before
    # the key may be this very decimal, in a form that does not show it
    return _as_closed_forms(number, given, exact, asked) if exact is not None else CORRECT


def _is_symbolic(scalar: Scalar) -> bool:
    return isinstance(scalar, ClosedForm) and bool(scalar.symbols)


def _as_decimal(number: Number, given: fmpq, scaled: Scalar, asked: Asked) -> Outcome:
    """A decimal that is not the value itself; ``scaled`` is the value in units of its last place.

    Nothing rounds to 0 but 0: that would be no digit of the value at all. Nor is an integer of too
    few digits a rounding.
    """
    assert number.places is not None
    written = given * fmpq(10) ** number.places
    if written == 0:
        return WRONG
    gap: Scalar = abs(scaled - written)
    few = (number.digits or 0) < asked.digits
    if few and number.places == 0:
        return WRONG
    if gap <= HALF:
        if few:
            return Outcome("imprecise", f"{asked.digits} significant digits are asked for")
        if asked.form in ("exact", "fraction"):
            return Outcome("imprecise", "an exact value is asked for")
        return ROUNDED
    if few:
        return WRONG
    if gap < 1 and abs(written) < abs(scaled):
        return CUT_OFF
    return ONE_OFF if gap < fmpq(3, 2) else WRONG


def _as_values(number: Number, given: Scalar, target: Target, asked: Asked) -> Outcome:
    """A number meant exactly: balls tell what differs, the ladder what is equal."""
    if not target.ball(BITS).overlaps(ball_of(given, BITS)):
        return WRONG
    if target.exact is None:
        return in_form(number, asked)
    return _as_closed_forms(number, given, target.exact, asked)


def _as_closed_forms(number: Number, given: Scalar, exact: Scalar, asked: Asked) -> Outcome:
    if exact is None:
        return UNDECIDED
    judged = equal(given, exact, SECONDS)
    if judged.proved_equal:
        return in_form(number, asked)
    return WRONG if judged.proved_different else UNDECIDED


def in_form(number: Number, asked: Asked) -> Outcome:
    """The right value, held against the form that is asked for."""
    if asked.form == "fraction" and not _is_lowest(number.node):
        return Outcome("imprecise", "a fraction in lowest terms is asked for")
    if asked.form == "decimal" and number.places is None:
        return Outcome("imprecise", "a decimal is asked for")
    return CORRECT


def _is_lowest(node: Node) -> bool:
    """Whether it is an integer, or a quotient of two without a common factor."""
    if isinstance(node, Call) and node.operation.name == "negate":
        (node,) = node.args
    if isinstance(node, Call) and node.operation.name == "divide":
        above, below = node.args
        return _is_whole(above) and _is_whole(below) and _coprime(above, below)
    if not isinstance(node, LiteralNode):
        return False
    top, slash, bottom = node.text.partition("/")
    if slash and top.strip(" -+").isdecimal() and bottom.strip().isdecimal():
        return gcd(int(top.strip(" -+")), int(bottom)) == 1
    return "." not in node.text


def _is_whole(node: Node) -> bool:
    if isinstance(node, Call) and node.operation.name == "negate":
        (node,) = node.args
    return isinstance(node, LiteralNode) and node.value.q == 1


def _coprime(above: Node, below: Node) -> bool:
    numbers = [one.args[0] if isinstance(one, Call) else one for one in (above, below)]
    first, second = (int(one.value.p) for one in numbers if isinstance(one, LiteralNode))
    return gcd(first, second) == 1


def is_rounded(number: Number) -> bool:
    """Whether a number may stand for others that round to it; an integer is meant as it is."""
    return bool(number.places)


def interval(number: Number, given: Scalar, bits: int) -> Scalar:
    """All that the student may have meant by a number: of a decimal a ball of what rounds to it."""
    if not number.places or not isinstance(given, fmpq):
        return given
    before = ctx.prec
    ctx.prec = bits
    try:
        return arb(arb(given), arb(HALF / fmpq(10) ** number.places))
    finally:
        ctx.prec = before


def is_within(number: Number, given: Scalar, values: arb, widest: float) -> bool:
    """Whether a number may come of rounding that was carried on: it lies where the true value is.

    ``values`` are all that follow from what was rounded. Where they say too little (they reach
    further than ``widest`` of their size), nothing may come of them.
    """
    radius = float(values.rad())
    size = max(abs(float(values.mid())), radius)
    if not radius <= widest * size:
        return False
    own = ball_of(interval(number, given, BITS), BITS)
    # twice as wide: cut off, or rounded the other way
    return bool(arb(own.mid(), own.rad() * 2).overlaps(values))
