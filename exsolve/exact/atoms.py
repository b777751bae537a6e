"""Atoms: the irrational and symbolic building blocks of closed forms.

Atoms are interned: two atoms that mean the same are the same object, so products and sums compare
and hash them by identity. Each carries a ``key``, a text that is the same in every process and
gives monomials their fixed order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from flint import arb, ctx, fmpq

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError

KEY_LENGTH = 160
NO_BALL = arb(0)
"""Stands where no ball has been computed yet."""
EXP_ARGUMENT = 10**6
"""Largest x whose exp(x) is still computed; exp(10^6) has 434 295 digits before the point."""
EXP_SMALL = 10**18
"""Largest x whose exp(-x) is still computed: masks of -1e9 are usual, and cheap in a ball."""


class UndecidedError(LanguageError):
    """A sign, comparison or digit that the precision at hand does not settle; a higher one may."""


def shorten(text: str) -> str:
    """The text itself, or a digest of it: keys stay short however deep the nesting."""
    if len(text) <= KEY_LENGTH:
        return text
    return "#" + blake2b(text.encode(), digest_size=20).hexdigest()


def scalar_key(scalar: Scalar) -> str:
    """The key of a rational or closed form."""
    return str(scalar) if isinstance(scalar, fmpq) else str(scalar.key)


def scalar_size(scalar: Scalar) -> int:
    """The number of atoms, those in arguments counted."""
    return 0 if isinstance(scalar, fmpq) else int(scalar.size)


def scalar_symbols(scalar: Scalar) -> frozenset[str]:
    """The names of the symbols."""
    found: frozenset[str] = frozenset() if isinstance(scalar, fmpq) else scalar.symbols
    return found


def is_opaque(scalar: Scalar) -> bool:
    """Whether a sigmoid or tanh is in it, which nothing that follows will simplify."""
    return not isinstance(scalar, fmpq) and any(
        atom.opaque for monomial in scalar.terms for atom, _ in monomial.factors
    )


def enclose(scalar: Scalar) -> arb:
    """A ball at the working precision that contains the scalar."""
    if isinstance(scalar, fmpq):
        return arb(scalar)
    ball: arb = scalar.enclosure()
    return ball


class Atom:
    """A building block with a value; ``positive`` when that is known without computing.

    ``parts`` are the scalars that it is made of.
    """

    __slots__ = ("__weakref__", "_ball", "_bits", "key", "opaque", "parts", "size", "symbols")

    positive = False
    rank = 0
    """Place among the factors of a product as it is written."""

    def __init__(self, key: str, arguments: tuple[Scalar, ...] = ()) -> None:
        self.key = key
        self.parts = arguments
        self.size = 1
        self.symbols: frozenset[str] = frozenset()
        self.opaque = False
        for argument in arguments:
            self.size += scalar_size(argument)
            self.symbols |= scalar_symbols(argument)
            self.opaque = self.opaque or is_opaque(argument)
        self._bits = 0
        self._ball = NO_BALL

    def enclosure(self) -> arb:
        """A ball at the working precision that contains the value; kept until it changes."""
        if self._bits != ctx.prec:
            self._ball = self.compute()
            self._bits = ctx.prec
        return self._ball

    def compute(self) -> arb:
        """The ball itself, not remembered."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.key


AnyAtom = TypeVar("AnyAtom", bound=Atom)
_atoms: WeakValueDictionary[str, Atom] = WeakValueDictionary()


def _intern(key: str, make: Callable[[str], AnyAtom], kind: type[AnyAtom]) -> AnyAtom:
    found = _atoms.get(key)
    if found is None:
        found = _atoms.setdefault(key, make(key))
    assert isinstance(found, kind)
    return found


class Root(Atom):
    """A prime (or an integer too hard to factor) with an exponent strictly between 0 and 1."""

    __slots__ = ("base",)
    positive = True
    rank = 2

    def __init__(self, key: str, base: int) -> None:
        super().__init__(key)
        self.base = base

    def compute(self) -> arb:
        return arb(self.base)

    def __reduce__(self) -> tuple[Any, ...]:
        return root, (self.base,)


class Log(Atom):
    """ln of a prime (or of an integer too hard to factor)."""

    __slots__ = ("base",)
    positive = True
    rank = 4

    def __init__(self, key: str, base: int) -> None:
        super().__init__(key)
        self.base = base

    def compute(self) -> arb:
        return arb(self.base).log()

    def __reduce__(self) -> tuple[Any, ...]:
        return log, (self.base,)


class Exp(Atom):
    """exp of a rational or closed form that has no rational multiple of a logarithm in it."""

    __slots__ = ("argument",)
    positive = True
    rank = 5

    def __init__(self, key: str, argument: Scalar) -> None:
        super().__init__(key, (argument,))
        self.argument = argument

    def compute(self) -> arb:
        return exp_ball(enclose(self.argument))

    def __reduce__(self) -> tuple[Any, ...]:
        return exp_atom, (self.argument,)


class Pi(Atom):
    """The ratio of a circle's circumference to its diameter."""

    __slots__ = ()
    positive = True
    rank = 1

    def compute(self) -> arb:
        return arb.pi()

    def __reduce__(self) -> str:
        return "PI"


class Symbol(Atom):
    """A letter without a value."""

    __slots__ = ("name",)
    rank = 3

    def __init__(self, key: str, name: str) -> None:
        super().__init__(key)
        self.name = name
        self.symbols = frozenset((name,))

    def compute(self) -> arb:
        raise LanguageError(
            f"{self.name} stands for any number, so this has no decimal value and no sign",
            found=self.name,
            hint=f"give {self.name} a value",
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return symbol_atom, (self.name,)


class Sum(Atom):
    """A closed form of several terms taken as one: a divisor, under a root, or too long."""

    __slots__ = ("base",)
    rank = 7

    def __init__(self, key: str, base: Scalar) -> None:
        super().__init__(key, (base,))
        self.base = base

    def compute(self) -> arb:
        return enclose(self.base)

    def __reduce__(self) -> tuple[Any, ...]:
        return sum_atom, (self.base,)


class Function(Atom):
    """A function of closed forms that has no simpler form."""

    __slots__ = ("arguments", "name")
    rank = 6

    def __init__(self, key: str, name: str, arguments: tuple[Scalar, ...]) -> None:
        super().__init__(key, arguments)
        self.opaque = self.opaque or name in ("sigmoid", "tanh")
        self.name = name
        self.arguments = arguments

    def compute(self) -> arb:
        argument = self.arguments[0]
        if self.name == "ln" and not isinstance(argument, fmpq) and argument.constant == 1:
            rest = enclose(argument - 1)
            if rest > -1:
                return rest.log1p()
        return FUNCTION_BALLS[self.name](*map(enclose, self.arguments))

    def __reduce__(self) -> tuple[Any, ...]:
        return function_atom, (self.name, self.arguments)


class Named(Atom):
    """A cell of an earlier quantity, referred to by name because its own closed form is long."""

    __slots__ = ("definition", "index", "name")
    rank = 3

    def __init__(self, key: str, name: str, index: tuple[int, ...], definition: Scalar) -> None:
        super().__init__(key)
        self.parts = (definition,)
        self.symbols = scalar_symbols(definition)
        self.opaque = is_opaque(definition)
        self.name = name
        self.index = index
        self.definition = definition

    def compute(self) -> arb:
        # The names below come first: the states of a long network would recur one into the other.
        pending = [self]
        while pending:
            atom = pending[-1]
            missing = [one for one in _names_below(atom.definition) if one._bits != ctx.prec]
            if missing:
                pending += missing
                continue
            pending.pop()
            if atom is not self:
                atom.enclosure()
        return enclose(self.definition)

    def __reduce__(self) -> tuple[Any, ...]:
        return named_atom, (self.name, self.index, self.definition)


def _names_below(scalar: Scalar) -> Iterator[Named]:
    """The named cells that a scalar refers to, not those that they refer to themselves."""
    pending = [scalar]
    while pending:
        one = pending.pop()
        if isinstance(one, fmpq):
            continue
        for monomial in one.terms:
            for atom, _ in monomial.factors:
                if isinstance(atom, Named):
                    yield atom
                elif isinstance(atom, Sum):
                    pending.append(atom.base)
                elif isinstance(atom, Exp):
                    pending.append(atom.argument)
                elif isinstance(atom, Function):
                    pending += atom.arguments


def root(base: int) -> Root:
    """The root atom of a prime."""
    return _intern(f"r{base}", lambda key: Root(key, base), Root)


def log(base: int) -> Log:
    """The logarithm atom of a prime."""
    return _intern(f"l{base}", lambda key: Log(key, base), Log)


def exp_atom(argument: Scalar) -> Exp:
    """exp of an argument; refuses one so large that the value could not be computed."""

    def make(key: str) -> Exp:
        atom = Exp(key, argument)
        if not atom.symbols:
            exp_ball(enclose(argument))
        return atom

    return _intern(shorten(f"e({scalar_key(argument)})"), make, Exp)


def symbol_atom(name: str) -> Symbol:
    """The atom of a letter."""
    return _intern(f"s{name}", lambda key: Symbol(key, name), Symbol)


def sum_atom(base: Scalar) -> Sum:
    """The atom of a sum."""
    return _intern(shorten(f"({scalar_key(base)})"), lambda key: Sum(key, base), Sum)


def function_atom(name: str, arguments: tuple[Scalar, ...]) -> Function:
    """The atom of a function of closed forms."""
    inner = ",".join(map(scalar_key, arguments))
    return _intern(
        shorten(f"f{name}({inner})"), lambda key: Function(key, name, arguments), Function
    )


def named_atom(name: str, index: tuple[int, ...], definition: Scalar) -> Named:
    """The atom of a cell; the definition is part of its identity, so variants never mix."""
    # the brackets keep a product with the name apart from a definition that ends in that product
    key = shorten(f"n{name}{list(index)}({scalar_key(definition)})")
    return _intern(key, lambda key: Named(key, name, index, definition), Named)


def _pi() -> Pi:
    return _intern("pi", Pi, Pi)


PI = _pi()


def exp_ball(x: arb) -> arb:
    """exp of a ball; refuses arguments beyond EXP_ARGUMENT before computing."""
    if x > EXP_ARGUMENT or x < -EXP_SMALL:
        raise LanguageError(
            "the exponential is too large or too small to compute",
            expected=f"exp(x) with x up to {EXP_ARGUMENT:,}",
            found=f"exp({x.str(6, radius=False)})",
        )
    return x.exp()


def whole_power_ball(base: arb, exponent: int) -> arb:
    """base ^ exponent by products: FLINT's own power gives nan for a ball around exactly 0."""
    if exponent < 0:
        return 1 / whole_power_ball(base, -exponent)
    result = arb(1)
    for bit in bin(exponent)[2:]:
        result *= result
        if bit == "1":
            result *= base
    return result


def sigmoid_ball(x: arb) -> arb:
    """1 / (1 + exp(-x)), from the side on which nothing cancels."""
    if x > 0:
        return 1 / (1 + (-x).exp())
    y = x.exp()
    return y / (1 + y)


def tanh_ball(x: arb) -> arb:
    """tanh of a ball."""
    return x.tanh()


def ln_ball(x: arb) -> arb:
    """ln of a ball."""
    if x <= 0:
        raise LanguageError("the logarithm is defined for positive numbers only", found=str(x))
    return x.log()


def power_ball(base: arb, exponent: arb) -> arb:
    """base ^ exponent for a positive base."""
    return exp_ball(exponent * ln_ball(base))


FUNCTION_BALLS: dict[str, Callable[..., arb]] = {
    "sigmoid": sigmoid_ball,
    "tanh": tanh_ball,
    "ln": ln_ball,
    "floor": lambda x: x.floor(),
    "abs": abs,
    "max": lambda a, b: a.max(b),
    "min": lambda a, b: a.min(b),
    "power": power_ball,
}
