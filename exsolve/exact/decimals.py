"""Correctly rounded decimals, certified: a digit is printed when it is proved, never guessed.

Half-way cases round half to even. Rationals are rounded in integers; everything else by balls whose
two ends must round alike, the precision doubled until they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flint import arb, ctx, fmpq

from exsolve import limits
from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import UndecidedError, enclose, scalar_symbols
from exsolve.exact.equality import equal
from exsolve.exact.ring import ClosedForm

FIRST_BITS = 64
PROOF_BITS = 1_000
"""Precision from which a value that still hugs a short decimal is suspected to be one."""
SMALLEST_EXPONENT = -4
LARGEST_EXPONENT = 20
"""Powers of ten outside these bounds are written in scientific notation."""
DIRECT_BITS = 8_000
"""Binary exponents up to which a ball's ends are taken as integers in full."""
FINEST_BITS = DIRECT_BITS + 2 * limits.BALL_BITS
"""Places behind the binary point beyond which a radius is rounded up."""
LOG10_OF_2 = (30_103, 100_000)


class Decimal(NamedTuple):
    """The text of a decimal, and whether it is the exact value (``=``) or rounded (``≈``)."""

    text: str
    exact: bool


class _Rounded(NamedTuple):
    """``number`` * 10 ^ -``places``, the absolute value rounded, and its decimal exponent."""

    number: int
    places: int
    exponent: int
    exact: bool


def decimal(scalar: Scalar, digits: int) -> Decimal:
    """The scalar to ``digits`` significant digits, correctly rounded from the exact value.

    Terminating decimals that fit are written plainly and are exact; integers are written in full.
    Raises LanguageError for symbols and for what limits.BALL_BITS do not settle.
    """
    if not isinstance(scalar, ClosedForm):
        return _of_rational(fmpq(scalar), digits)
    symbols = scalar_symbols(scalar)
    if symbols:
        name = min(symbols)
        raise LanguageError(
            f"{name} stands for any number, so this has no decimal value",
            found=name,
            hint=f"give {name} a value",
        )
    return _search(lambda: enclose(scalar), digits, lambda value: _is(scalar, value))


class Rounding(NamedTuple):
    """What every number in a ball rounds to, and whether the ball has this very number in it: then
    it may be the exact value, which a ball cannot prove."""

    text: str
    may_be_exact: bool


def rounded(ball: arb, digits: int) -> Rounding | None:
    """What every number in the ball rounds to; None where they round differently."""
    if ball.is_exact() and ball.is_finite():
        value = _exact_value(ball)
        if value is not None:
            return Rounding(*_of_rational(value, digits))
    found = _round_ball(ball, digits)
    if found is None:
        return None
    value = _short_value(found)
    return Rounding(
        _write(found[0], digits, found[1]), value is not None and bool(ball.contains(value))
    )


def _is(scalar: ClosedForm, value: fmpq) -> bool:
    return equal(scalar, value).proved_equal


def _search(refine: Callable[[], arb], digits: int, proves: Callable[[fmpq], bool]) -> Decimal:
    """Double the precision until the ball's ends round alike.

    ``proves`` says whether the value is exactly the rational that the balls keep pointing at.
    """
    bits = max(FIRST_BITS, 4 * digits + 32)
    suspected = False
    before = ctx.prec
    try:
        while bits <= limits.BALL_BITS:
            ctx.prec = bits
            try:
                ball = refine()
            except UndecidedError:
                bits *= 2
                continue
            found = _round_ball(ball, digits)
            if found is not None:
                value = _short_value(found)
                if value is not None and ball.contains(value):
                    ctx.prec = max(bits, PROOF_BITS)
                    if refine().contains(value) and proves(value):
                        return _of_rational(value, digits)
                return Decimal(_write(found[0], digits, found[1]), False)
            if bits >= PROOF_BITS and not suspected:
                suspected = True
                candidate = _half_way(ball, digits)
                if candidate is not None and proves(candidate):
                    return _of_rational(candidate, digits)
            bits *= 2
    finally:
        ctx.prec = before
    raise UndecidedError(
        f"{limits.BALL_BITS} bits do not settle the {digits} digits of a value",
        hint="it lies too close to a half-way case, or is zero in a way that was not recognised",
    )


def _short_value(found: tuple[_Rounded, bool]) -> fmpq | None:
    """The rounded number itself as a rational (None beyond the range of a plain number)."""
    result, negative = found
    if abs(result.exponent) > limits.PRINTED_DIGITS * 4:
        return None
    value = fmpq(result.number) / fmpq(10) ** result.places
    return -value if negative else value


def _half_way(ball: arb, digits: int) -> fmpq | None:
    """The number half-way between two neighbours that the ball contains, or zero."""
    if not ball.is_finite():
        return None
    if ball.contains(0):
        return fmpq(0)
    middle = _exact_value(ball.mid())
    if middle is None:
        return None
    places = _round(abs(middle), digits).places
    scale = fmpq(10) ** places
    candidate = (fmpq((middle * scale).floor()) + fmpq(1, 2)) / scale
    return candidate if ball.contains(candidate) else None


# Rounding in integers


def _of_rational(value: fmpq, digits: int) -> Decimal:
    if value == 0:
        return Decimal("0", True)
    result = _round(abs(value), digits)
    return Decimal(_write(result, digits, bool(value < 0)), result.exact)


def _round(value: fmpq, digits: int) -> _Rounded:
    """A positive rational to ``digits`` significant digits, half to even (integers in full)."""
    return _round_quotient(int(value.p), int(value.q), digits)


def _round_quotient(above: int, below: int, digits: int) -> _Rounded:
    exponent = _exponent(above, below)
    plain = SMALLEST_EXPONENT <= exponent <= LARGEST_EXPONENT
    places = digits - 1 - exponent
    if plain and places < 0:
        places = 0
    if places >= 0:
        above *= 10**places
    else:
        below *= 10**-places
    number, rest = divmod(above, below)
    twice = 2 * rest
    if twice > below or (twice == below and number % 2):
        number += 1
    if number >= 10 ** (exponent + 1 + places):
        exponent += 1
        if places > 0 or not plain or exponent > LARGEST_EXPONENT:
            shift = max(0, exponent + 1 + places - digits)
            number //= 10**shift
            places -= shift
    return _Rounded(number, places, exponent, rest == 0)


def _exponent(above: int, below: int) -> int:
    """floor(log10(above / below))"""
    bits = above.bit_length() - below.bit_length()
    guess = bits * LOG10_OF_2[0] // LOG10_OF_2[1]
    while not _at_least(above, below, guess):
        guess -= 1
    while _at_least(above, below, guess + 1):
        guess += 1
    return guess


def _at_least(above: int, below: int, exponent: int) -> bool:
    """above / below >= 10 ^ exponent"""
    if exponent >= 0:
        return above >= below * int(10**exponent)
    return above * int(10**-exponent) >= below


def _write(result: _Rounded, digits: int, negative: bool) -> str:
    number, places, exponent, exact = result
    if number == 0:
        return "0"
    sign = "-" if negative else ""
    text = str(number)
    if not SMALLEST_EXPONENT <= exponent <= LARGEST_EXPONENT:
        mantissa = text[:digits]
        if exact:
            mantissa = mantissa.rstrip("0")
        point = "." if len(mantissa) > 1 else ""
        return f"{sign}{mantissa[:1]}{point}{mantissa[1:]}e{exponent}"
    if places <= 0:
        return sign + text
    text = text.rjust(places + 1, "0")
    whole, fraction = text[:-places], text[-places:]
    if exact:
        fraction = fraction.rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


# Rounding of balls


def _exact_value(point: arb) -> fmpq | None:
    """The rational that an exact ball is, or None when its exponent is beyond DIRECT_BITS."""
    mantissa, exponent = point.man_exp()
    power = int(exponent)
    if abs(power) > DIRECT_BITS:
        return None
    return fmpq(mantissa) * fmpq(2) ** power


def _round_ball(ball: arb, digits: int) -> tuple[_Rounded, bool] | None:
    """What all numbers in the ball round to, and whether they are negative; or None."""
    if not ball.is_finite():
        return None
    if ball < 0:
        # A plain minus would round to whatever precision is current here.
        ball, negative = ball.neg(exact=True), True
    elif ball > 0:
        negative = False
    else:
        return None
    mantissa, power = (int(part) for part in ball.mid().man_exp())
    radius, radius_power = (int(part) for part in ball.rad().man_exp())
    if abs(power + mantissa.bit_length()) > DIRECT_BITS:
        result = _round_extreme(ball, digits)
        return None if result is None else (result, negative)
    if radius and radius_power < -FINEST_BITS - radius.bit_length():
        radius, radius_power = 1, -FINEST_BITS
    lowest = min(power, radius_power) if radius else power
    mantissa <<= power - lowest
    if radius:
        radius <<= radius_power - lowest
    below = 1
    if lowest >= 0:
        mantissa, radius = mantissa << lowest, radius << lowest
    else:
        below = 1 << -lowest
    low = _round_quotient(mantissa - radius, below, digits)
    high = _round_quotient(mantissa + radius, below, digits)
    if low[:3] != high[:3]:
        return None
    return low._replace(exact=False), negative


def _round_extreme(ball: arb, digits: int) -> _Rounded | None:
    """A positive ball of enormous or minute magnitude: scaled by a power of ten first."""
    before = ctx.prec
    ctx.prec = max(before, ball.bits() + 64)  # the ball may have been made at another precision
    try:
        return _round_scaled(ball, digits)
    finally:
        ctx.prec = before


def _round_scaled(ball: arb, digits: int) -> _Rounded | None:
    shift = (ball.mid().log() / arb(10).log()).floor().unique_fmpz()
    if shift is None:
        return None
    exponent = int(shift)
    if SMALLEST_EXPONENT <= exponent <= LARGEST_EXPONENT:
        return None
    offset = exponent - (digits - 1)
    found = _round_ball(ball * arb(10) ** -offset, digits)
    if found is None:
        return None
    number, places, scaled_exponent, _ = found[0]
    if number == 10**digits:
        number, places = number // 10, places - 1
    if len(str(number)) != digits:
        return None
    return _Rounded(number, places - offset, scaled_exponent + offset, False)
