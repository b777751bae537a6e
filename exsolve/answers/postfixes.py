"""What stands behind a value and belongs to it: powers, transposes, inverses, percent."""

from __future__ import annotations

from flint import fmpq

from exsolve import limits
from exsolve.answers.commands import (
    TOP,
)
from exsolve.answers.numerals import decimal, shifted
from exsolve.answers.pieces import (
    DECIMAL,
    EULER,
    OPEN,
    PERCENT,
    TEN,
    Piece,
    applied,
    quoted,
    said,
)
from exsolve.answers.products import (
    doubtful,
    negative,
    transposed,
)
from exsolve.answers.reader import Reader
from exsolve.answers.spellings import FUNCTION, QUANTITY
from exsolve.answers.tokens import Token
from exsolve.errors import LanguageError
from exsolve.expression.tokens import NAME, NUMBER, RAISED
from exsolve.expression.tree import Literal


class Postfixes(Reader):
    """Raised signs and percent."""

    __slots__ = ()

    def power(self, base: Piece, sign: Token) -> Piece:
        """A power, an inverse or a transpose; the sign is passed already."""
        text = self.text
        if sign.kind == RAISED:
            exponent = decimal(sign._replace(kind=NUMBER))
            end = sign.end
        else:
            turned = self.transpose_mark(base)
            if turned is not None:
                return turned
            if self.tokens[self.position].kind == "{":
                exponent = self.group("{", "}")
            else:
                exponent = self.exponent()
                self.refuse_open_exponent(base, exponent)
            end = self.tokens[self.position - 1].end
        if self.tokens[self.position].kind in ("^", RAISED) and sign.kind == RAISED:
            raise doubtful(text, base, exponent, "(a^b)^c", "a^(b^c)")
        node = exponent.node
        whole = node.value if isinstance(node, Literal) and node.value.q == 1 else None
        if base.form == OPEN:
            inner = quoted(text, base)
            raise doubtful(text, base, base, f"({inner})^...", "the power inside of the function")
        if len(base.shape) == 2 and base.shape[0] == base.shape[1] and not exponent.shape:
            if whole == -1:
                return applied(text, "inverse", (base,), base.offset, end)
            if text[sign.offset : sign.end] not in ("**", ".^"):
                a = quoted(text, base)
                raise LanguageError(
                    f"a power of the square matrix {a} can be read in two ways",
                    base.offset,
                    found=f"the product {a} {a}, or each entry raised",
                    hint=f"{a} @ {a}, or {a} * {a}",
                )
        if len(base.shape) == 2 and whole == -1:
            raise LanguageError(
                "only a square matrix has an inverse", base.offset, found=said(text, base)
            )
        if base.form == EULER:
            return applied(text, "exp", (exponent,), base.offset, end, row=exponent.row)
        if exponent.shape:
            raise LanguageError(
                "an exponent is a number", exponent.offset, found=said(text, exponent)
            )
        answer = applied(text, "power", (base, exponent), base.offset, end, row=base.row)
        ten = isinstance(base.node, Literal) and base.node.value == 10 and base.form == DECIMAL
        if ten and whole is not None and abs(whole) <= limits.DECIMAL_EXPONENT:
            return answer._replace(form=TEN)
        return answer

    def refuse_open_exponent(self, base: Piece, exponent: Piece) -> None:
        """``e^2x`` and ``2^1/2``, where more could belong to the exponent than the first sign."""
        text, after = self.text, self.tokens[self.position]
        node = exponent.node
        rest = self.shown(after)
        a, b = quoted(text, base), quoted(text, exponent)
        bare = self.tokens[self.position - 1].kind in (NUMBER, NAME, QUANTITY)
        if after.spaced or not bare or b.startswith("{"):
            return
        if after.kind in (NAME, QUANTITY, FUNCTION) and "\\" not in text:
            raise doubtful(text, base, exponent, f"({a}^{b})*{rest}", f"{a}^({b}*{rest})")
        following = self.tokens[self.position + 1]
        one = isinstance(node, Literal) and abs(node.value) == 1 and exponent.form == DECIMAL
        if one and after.kind == "/" and following.kind == NUMBER:
            below = following.text
            raise doubtful(text, base, exponent, f"({a}^{b})/{below}", f"{a}^({b}/{below})")

    def exponent(self) -> Piece:
        """What stands behind ``^`` without braces: a signed value, with its own powers."""
        token = self.tokens[self.position]
        self.deepen()
        if token.kind in ("-", "+"):
            self.position += 1
            piece = self.exponent()
            if token.kind == "-":
                piece = negative(self.text, piece, token.offset)
        else:
            piece = self.operand()
        self.depth -= 1
        return piece

    def transpose_mark(self, base: Piece) -> Piece | None:
        """``^T``, ``^⊤``, ``^{T}``, ``^'``; None where something else stands behind ``^``."""
        at = self.position
        braced = self.tokens[at].kind == "{"
        mark = self.tokens[at + braced]
        if mark.kind not in (TOP, "'") and mark.text != "T":
            return None
        if braced and self.tokens[at + 2].kind != "}":
            return None
        if mark.kind == QUANTITY and mark.text == "T" and base.cells is None:
            a = quoted(self.text, base)
            raise LanguageError(
                f"this can be read in two ways, since T is a name here: {a}^T",
                base.offset,
                found=f"the transpose of {a}, or {a} to the power of T",
                hint=f"{a}' or transpose({a}); {a}^(T) for the power",
            )
        if mark.kind == QUANTITY and mark.text != "T":
            return None
        self.position += 3 if braced else 1
        return transposed(self.text, base, self.tokens[self.position - 1].end)

    def percent(self, piece: Piece, token: Token) -> Piece:
        node = piece.node
        hundredth = fmpq(1, 100)
        if piece.form == PERCENT:
            raise LanguageError("percent of percent is not read", token.offset, hint="one %")
        if isinstance(node, Literal) and piece.form == DECIMAL and piece.places is not None:
            return shifted(piece, token.end)
        if isinstance(node, Literal):
            return piece._replace(
                node=Literal(node.value * hundredth, "", piece.offset),
                end=token.end,
                form=PERCENT,
                places=None,
            )
        if piece.shape:
            raise LanguageError("percent of an array is not read", token.offset, hint="/100")
        hundred = Piece(Literal(fmpq(100), "", token.offset), (), token.offset, token.end)
        return applied(self.text, "divide", (piece, hundred), piece.offset, token.end, form=PERCENT)
