"""Signs and zeros of the coefficients of a limit, and what is said where there is none."""

from __future__ import annotations

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import UndecidedError
from exsolve.exact.elementary import sign
from exsolve.exact.equality import equal
from exsolve.exact.ring import ZERO, ClosedForm


class UncoveredError(Exception):
    """A form that a method of this program does not cover; another may."""


class NoLimitError(LanguageError):
    """The limit is infinite or does not exist: no other method will find it."""


class OutsideError(LanguageError):
    """The form has no real value where the limit is approached."""


def infinite(sign_of_it: int) -> NoLimitError:
    """The limit is infinite; 0 where its sign is not known."""
    return NoLimitError(
        "the limit is infinite",
        expected="a limit that is a number",
        found={1: "infinity", -1: "-infinity", 0: "infinity of either sign"}[sign_of_it],
    )


def is_zero(x: Scalar) -> bool:
    """Whether a coefficient is zero; with symbols: whatever their values.

    Raises UndecidedError where that is not proved either way.
    """
    if not isinstance(x, ClosedForm):
        return bool(x == 0)
    if not x.symbols:
        return sign(x) == 0
    judgement = equal(x, ZERO)
    if judgement.proved_equal or judgement.proved_different:
        return judgement.proved_equal
    raise UndecidedError("the limit is not decided: a coefficient may be zero or not")


def decided_sign(x: Scalar) -> int:
    """The sign of a coefficient; raises UndecidedError where it depends on a symbol."""
    try:
        return sign(x)
    except UndecidedError:
        raise
    except LanguageError as error:
        raise UndecidedError(
            f"the limit is not decided: {error.problem.message}",
            found=error.problem.found,
            hint=error.problem.hint,
        ) from error
