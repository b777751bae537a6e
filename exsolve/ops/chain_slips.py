"""What goes wrong in sums and products: the slips of the whole chain, each once.

They are those of the outermost call of a chain (``Operation.chain``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from exsolve.expression.tree import Call, Context, Literal, Mistake, Node, Slip
from exsolve.ops.activation_slopes import other_slope, slope_left_out, slope_of_value
from exsolve.ops.chains import (
    Factor,
    Term,
    factors,
    multiplied,
    product_of,
    summed_up,
    terms,
    without,
)
from exsolve.ops.construct import ONE, TWO, call, is_call, literal


def _ends_first(count: int) -> Iterator[int]:
    """The places of a chain, the last and the first before the others: what is forgotten of a long
    sum is forgotten at its ends."""
    yield from dict.fromkeys(chain((count - 1, 0), range(1, count - 1)) if count else ())


def _term_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    parts = terms(node)
    for place in _ends_first(len(parts)) if len(parts) > 1 else ():
        rest = [*parts[:place], *parts[place + 1 :]]
        yield Mistake(summed_up(rest), parts[place].node)


def _turned_round(node: Call, context: Context) -> Iterator[Mistake]:
    parts = terms(node)
    if len(parts) == 2 and sum(one.negative for one in parts) == 1:
        yield Mistake(summed_up([one._replace(negative=not one.negative) for one in parts]), node)


def _wrong_sign(node: Call, context: Context) -> Iterator[Mistake]:
    parts = terms(node)
    for place in _ends_first(len(parts)):
        one = parts[place]
        turned = one._replace(negative=not one.negative)
        yield Mistake(summed_up([*parts[:place], turned, *parts[place + 1 :]]), one.node)


def _sign_inside_power(node: Call, context: Context) -> Iterator[Mistake]:
    """-x^2 as (-x)^2."""
    first, *others = terms(node)
    if first.negative and isinstance(first.node, Call) and is_call(first.node, "power"):
        base, exponent = first.node.args
        inside = call("power", call("negate", base), exponent)
        yield Mistake(summed_up([Term(inside, False), *others]), first.node)


def _one_term_only(node: Call, context: Context) -> Iterator[Mistake]:
    parts = terms(node)
    for one in (parts[-1], parts[0]) if len(parts) > 2 else ():
        yield Mistake(summed_up([one]), one.node)


def _term_twice(node: Call, context: Context) -> Iterator[Mistake]:
    parts = terms(node)
    for place in _ends_first(len(parts)) if len(parts) > 1 else ():
        doubled = call("multiply", TWO, parts[place].node)
        twice = [*parts[:place], parts[place]._replace(node=doubled), *parts[place + 1 :]]
        yield Mistake(summed_up(twice), parts[place].node)


def _mean_of_terms(node: Call, context: Context) -> Iterator[Node]:
    parts = terms(node)
    if len(parts) > 2 and not any(one.negative for one in parts):
        yield call("divide", node, literal(len(parts)))


SUM_SLIPS = (
    Slip("term left out", "You left out the term {part}.", _term_left_out),
    Slip(
        "difference turned round",
        "You took the difference the wrong way round; it is {part}.",
        _turned_round,
    ),
    Slip("wrong sign", "You gave {part} the wrong sign.", _wrong_sign),
    Slip(
        "sign inside the power",
        "You took the power of the negative. The minus sign stands before {part}.",
        _sign_inside_power,
    ),
    Slip("one term only", "You took only the term {part} of the sum.", _one_term_only),
    Slip("term counted twice", "You counted {part} twice.", _term_twice),
    Slip(
        "mean for sum",
        "You divided the sum by the number of its terms; no mean is asked for here.",
        _mean_of_terms,
    ),
)


def _is_number(node: Node) -> bool:
    return isinstance(node, Literal) or (
        isinstance(node, Call) and is_call(node, "negate") and _is_number(node.args[0])
    )


def _number_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for place, one in enumerate(parts):
        # in a product of numbers alone, each is a quantity of its own
        if not one.below and _is_number(one.node) and not all(_is_number(p.node) for p in parts):
            yield Mistake(without(parts, place), one.node)


def _factor_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    above = [place for place, one in enumerate(parts) if not one.below and one.node != ONE]
    for place in above if len(parts) > 1 else ():
        yield Mistake(without(parts, place), parts[place].node)


def _divisor_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for place, one in enumerate(parts):
        if one.below and one.node != ONE:
            yield Mistake(without(parts, place), one.node)


def _divisor_multiplied(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for place, one in enumerate(parts):
        if one.below and one.node != ONE:
            moved = one._replace(below=False)
            yield Mistake(multiplied([*parts[:place], moved, *parts[place + 1 :]]), one.node)


def _turned_over(node: Call, context: Context) -> Iterator[Node]:
    parts = factors(node)
    if any(one.below for one in parts):
        yield multiplied([one._replace(below=not one.below) for one in parts])


def _factor_divided(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for place, one in enumerate(parts) if len(parts) > 1 else ():
        if not one.below and one.node != ONE:
            moved = one._replace(below=True)
            yield Mistake(multiplied([*parts[:place], moved, *parts[place + 1 :]]), one.node)


def _factor_twice(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for place, one in enumerate(parts) if len(parts) > 1 else ():
        if one.node == ONE:
            continue
        yield Mistake(multiplied([*parts[:place], one, *parts[place:]]), one.node)


def _added(node: Call, context: Context) -> Iterator[Node]:
    parts = factors(node)
    if len(parts) > 1 and not any(one.below for one in parts):
        yield summed_up([Term(one.node, False) for one in parts])


def _bracket_forgotten(node: Call, context: Context) -> Iterator[Mistake]:
    """2*(y - z) as 2*y - z: what stands around a bracket meets its nearest term only."""
    parts = factors(node)
    for place, one in enumerate(parts) if len(parts) > 1 else ():
        inside = (
            terms(one.node) if is_call(one.node, "add") or is_call(one.node, "subtract") else []
        )
        if len(inside) < 2:
            continue
        first, last = inside[0], inside[-1]
        before = [*parts[:place], Factor(first.node, one.below)]
        after = [Factor(last.node, False), *parts[place + 1 :]]
        inside[0] = first._replace(node=multiplied(before))
        inside[-1] = last._replace(node=multiplied(after))
        yield Mistake(summed_up(inside), one.node)


def _matrix_product(node: Call, context: Context) -> Iterator[Node]:
    if is_call(node, "multiply"):
        a, b = node.args
        if len(context.shape(a)) > 1 and len(context.shape(b)) > 1:
            yield call("matmul", a, b)


def _denominator_split(node: Call, context: Context) -> Iterator[Mistake]:
    """a/(b*c) as a/b*c."""
    parts = factors(node)
    below = [place for place, one in enumerate(parts) if one.below]
    for place in below[1:]:
        moved = parts[place]._replace(below=False)
        yield Mistake(
            multiplied([*parts[:place], moved, *parts[place + 1 :]]),
            product_of([parts[one].node for one in below]),
        )


PRODUCT_SLIPS = (
    Slip("number left out", "You left out the factor {part}.", _number_left_out),
    Slip(
        "activation derivative left out",
        "You left out the derivative of the activation, {part}.",
        slope_left_out,
    ),
    Slip("factor left out", "You left out the factor {part}.", _factor_left_out),
    Slip("divisor left out", "You did not divide by {part}.", _divisor_left_out),
    Slip(
        "bracket forgotten",
        "You multiplied only one term of the bracket {part}.",
        _bracket_forgotten,
    ),
    Slip(
        "other activation derivative",
        "You took the derivative of another function. In terms of the value it is {part} here.",
        other_slope,
    ),
    Slip(
        "activation applied twice",
        "You put {part} through the activation once more to get its derivative. It is a value of "
        "the activation already.",
        slope_of_value,
    ),
    Slip(
        "denominator split",
        "You divided by only one part of the denominator {part}.",
        _denominator_split,
    ),
    Slip(
        "divisor multiplied",
        "You multiplied by {part} where you should divide.",
        _divisor_multiplied,
    ),
    Slip("quotient turned over", "You divided the wrong way round.", _turned_over),
    Slip("factor divided by", "You divided by {part} where you should multiply.", _factor_divided),
    Slip("factor counted twice", "You multiplied by {part} twice.", _factor_twice),
    Slip("sum for product", "You added where you should multiply.", _added),
    Slip(
        "matrix product for elementwise",
        "You multiplied as matrices. This product goes cell by cell.",
        _matrix_product,
    ),
)
