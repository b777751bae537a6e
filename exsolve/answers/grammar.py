"""Reading an answer: a Pratt parser (V. Pratt, Top Down Operator Precedence, POPL 1973).

Every part is given its shape as soon as it is read, since only shapes tell what a product without
a sign means. Text that could be meant in two ways is refused with both readings, never guessed.
"""

from __future__ import annotations

from typing import Final

from exsolve.answers.commands import (
    ELLIPSIS,
    FRACTION_COMMAND,
    OVERLINE,
    ROOT_COMMAND,
    TOP,
)
from exsolve.answers.constructs import Constructs
from exsolve.answers.digits import Digits
from exsolve.answers.functions import SIGMA, Functions
from exsolve.answers.identity import scaled, sized, unsized, without_size
from exsolve.answers.indices import Indices
from exsolve.answers.juxtaposition import Juxtaposition
from exsolve.answers.lists import Lists
from exsolve.answers.numerals import vulgar
from exsolve.answers.pieces import (
    BESIDE,
    OPEN,
    UNSIZED,
    Piece,
    applied,
    quoted,
)
from exsolve.answers.postfixes import Postfixes
from exsolve.answers.products import (
    dotted,
    doubtful,
    elementwise,
    matrix,
    negative,
    quotient,
    sum_of,
    transposed,
)
from exsolve.answers.reader import BEGINS
from exsolve.answers.spellings import FUNCTION, QUANTITY
from exsolve.answers.tokens import BEGIN, Token
from exsolve.errors import LanguageError
from exsolve.expression.levels import (
    ANY,
    COMPARISON,
    JUXTAPOSITION,
    POWER,
    PRODUCT,
    SUM,
)
from exsolve.expression.tokens import FRACTION, NAME, NUMBER, RAISED, ROOT

_INFIX: Final = {
    ">": COMPARISON,
    "<": COMPARISON,
    ">=": COMPARISON,
    "<=": COMPARISON,
    "==": COMPARISON,
    "!=": COMPARISON,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "⊙": PRODUCT,
    "·": PRODUCT,
    "×": PRODUCT,
    "/": PRODUCT,
    "@": PRODUCT,
}
COMPARISONS: Final = {
    ">": "greater",
    "<": "less",
    ">=": "greater_equal",
    "<=": "less_equal",
    "==": "equal_to",
    "!=": "not_equal_to",
}
_POSTFIX: Final = frozenset({"^", RAISED, "'", TOP, "%", ELLIPSIS, OVERLINE})
_ROUNDED: Final = {"⌊": ("floor", "⌋"), "⌈": ("ceil", "⌉")}


class Grammar(Functions, Indices, Lists, Digits, Constructs, Postfixes, Juxtaposition):
    """One reading of one text."""

    __slots__ = ()

    def expression(self, minimum: int = ANY) -> Piece:
        """What stands here, as far as it binds at least as tightly as ``minimum``."""
        token = self.tokens[self.position]
        if token.kind == NAME and token.text == "I" and not self.names_more(token):
            self.position += 1
            answer = self.continued(unsized(token), minimum)
        else:
            answer = self.continued(self.operand(), minimum)
        if answer.form == UNSIZED and minimum == ANY:
            raise without_size(self.text, answer)
        return answer

    def names_more(self, token: Token) -> bool:
        """Whether an index, a bracket, a power or a transpose stands right behind a name."""
        following = self.tokens[self.position + 1]
        return following.kind in ("_", "^", RAISED, "'", TOP, "%") or (
            following.kind == "(" and not following.spaced
        )

    def continued(self, left: Piece, minimum: int) -> Piece:
        """What begins with a value that is read already, and goes on here."""
        while True:
            token = self.tokens[self.position]
            kind = token.kind
            level = _INFIX.get(kind)
            if level is not None:
                if level < minimum or self.begins_entry(token):
                    break
                self.position += 1
                left = self.infix(kind, level, left)
            elif kind in BEGINS:
                if minimum > JUXTAPOSITION or self.ends_here(token):
                    break
                left = self.side_by_side(left, token)
            elif kind == "_":
                raise self.unknown(self.position - 1)
            else:
                break
        return left

    def infix(self, kind: str, level: int, left: Piece) -> Piece:
        """A sign between two values, the second still to be read."""
        text = self.text
        right = self.expression(level + 1)
        if UNSIZED in (left.form, right.form):
            waiting = scaled(text, kind, left, right)
            if waiting is not None:
                return waiting
            left, right = sized(text, kind, left, right)
        if level == SUM:
            return sum_of(text, "add" if kind == "+" else "subtract", left, right)
        if kind == "/":
            if right.form == BESIDE:
                raise self.slash_doubt(left, right)
            return quotient(text, left, right)
        if left.form == OPEN and kind != "@":
            a, b = quoted(text, left), quoted(text, right)
            raise doubtful(
                text, left, right, f"({a}){kind}{b}", f"the function of all: {a}{kind}{b}"
            )
        if kind == "·" and self.in_diagonal and left.is_vector and right.is_vector:
            return elementwise(text, left, right, kind)
        if kind in ("·", "×"):
            return dotted(text, left, right, kind)
        if kind == "@":
            return matrix(text, left, right)
        if level == PRODUCT:
            return elementwise(text, left, right, kind)
        after = self.tokens[self.position]
        if after.kind in COMPARISONS:
            raise LanguageError(
                f"comparisons do not chain: '{kind}' and then '{after.kind}'",
                after.offset,
                hint=f"(a {kind} b)*(b {after.kind} c)",
            )
        return applied(text, COMPARISONS[kind], (left, right), left.offset, right.end)

    def operand(self) -> Piece:
        """A value with what stands behind it: powers, transposes, percent."""
        token = self.tokens[self.position]
        if token.kind in ("-", "+"):
            self.position += 1
            self.deepen()
            inner = self.expression(POWER)
            self.depth -= 1
            if inner.form == UNSIZED:
                raise without_size(self.text, inner)
            if token.kind == "+":
                return inner._replace(offset=token.offset)
            return negative(self.text, inner, token.offset)
        self.deepen()
        piece = self.atom()
        self.depth -= 1
        while True:
            following = self.tokens[self.position]
            kind = following.kind
            if kind not in _POSTFIX:
                if (
                    kind == "["
                    and not following.spaced
                    and piece.shape
                    and self.tokens[self.position - 1].kind in (QUANTITY, ")")
                ):
                    piece = self.index(piece)
                    continue
                if kind == "_" and not following.spaced and piece.shape:
                    component = self.component(piece)
                    if component is not None:
                        piece = component
                        continue
                return piece
            if kind == "'" and following.spaced and self.in_spaced_list:
                return piece
            self.position += 1
            if kind in ("^", RAISED):
                piece = self.power(piece, following)
            elif kind == "%":
                piece = self.percent(piece, following)
            elif kind in (ELLIPSIS, OVERLINE):
                raise LanguageError(
                    "dots stand for digits that go on, and there are none before them",
                    following.offset,
                    hint="0.1666... or 0.1\\overline{6}",
                )
            elif piece.form == OPEN:
                raise doubtful(self.text, piece, piece, "the transpose inside", "or outside")
            else:
                reversed_axes = self.text.startswith(".T", following.offset)
                piece = transposed(self.text, piece, following.end, reversed_axes=reversed_axes)

    def atom(self) -> Piece:
        token = self.tokens[self.position]
        kind = token.kind
        if kind == NUMBER:
            return self.numeral(token)
        if kind == QUANTITY:
            self.position += 1
            following = self.tokens[self.position]
            if following.kind == "(":
                if token.text in self.functions:
                    return self.unknown_function(token)
                if token.text in SIGMA and not following.spaced:
                    raise self.sigma_doubt(token)
            return self.quantity(token)
        if kind == FUNCTION:
            return self.function(token)
        if kind == "(":
            return self.parenthesis(token)
        if kind == "[":
            return self.listed(token)
        if kind == BEGIN:
            return self.environment(token)
        if kind == FRACTION_COMMAND:
            return self.fraction_command(token)
        if kind in (ROOT, ROOT_COMMAND):
            return self.root(token)
        if kind == "{":
            return self.group("{", "}")
        if kind == FRACTION:
            self.position += 1
            return vulgar(token)
        if kind == "⟨":
            return self.inner_product(token)
        if kind in _ROUNDED:
            name, closing = _ROUNDED[kind]
            inside = self.group(kind, closing)
            return applied(self.text, name, (inside,), token.offset, inside.end, row=inside.row)
        if kind in ("‖", "|"):
            return self.bars(token)
        if kind == NAME:
            return self.word(token)
        raise self.missing()
