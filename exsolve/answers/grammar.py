"""Reading an answer: a Pratt parser (V. Pratt, Top Down Operator Precedence, POPL 1973).

Every part is given its shape as soon as it is read, since only shapes tell what a product without
a sign means. Text that could be meant in two ways is refused with both readings, never guessed.
"""

from __future__ import annotations

from typing import Final

from flint import fmpq

from exsolve import limits
from exsolve.answers.commands import (
    ACCENT,
    ELLIPSIS,
    FRACTION_COMMAND,
    OVERLINE,
    ROOT_COMMAND,
    TOP,
)
from exsolve.answers.functions import SIGMA, Functions
from exsolve.answers.indices import Indices
from exsolve.answers.lists import Lists
from exsolve.answers.numerals import decimal, repeating, shifted, vulgar
from exsolve.answers.pieces import (
    BESIDE,
    DECIMAL,
    DIVIDED,
    OPEN,
    PERCENT,
    RATIO,
    TEN,
    Piece,
    applied,
    quoted,
    said,
)
from exsolve.answers.products import (
    beside,
    dotted,
    doubtful,
    elementwise,
    matrix,
    negative,
    quotient,
    sum_of,
    transposed,
)
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
from exsolve.expression.tree import Literal

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
BEGINS: Final = frozenset(
    {NUMBER, FRACTION, NAME, QUANTITY, FUNCTION, ROOT, ROOT_COMMAND, FRACTION_COMMAND, BEGIN}
    | {"(", "[", "{", "⟨", "⌊", "⌈", "‖", "|", "∑", ACCENT, "∇", "∂", "∞", "∫", "∏", "±"}
)
"""Kinds of tokens that begin a value."""


class Grammar(Functions, Indices, Lists):
    """One reading of one text."""

    __slots__ = ()

    # What stands where a value should

    def expression(self, minimum: int = ANY) -> Piece:
        """What stands here, as far as it binds at least as tightly as ``minimum``."""
        left = self.operand()
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

    def slash_doubt(self, left: Piece, right: Piece) -> LanguageError:
        """``1/2 x``: the bar could end after the first factor or after all of them."""
        text = self.text
        first = text[right.offset : right.end].split()
        a, b = quoted(text, left), quoted(text, right)
        head = first[0] if len(first) > 1 else b[:1]
        rest = b[len(head) :].strip()
        return doubtful(text, left, right, f"({a}/{head})*{rest}", f"{a}/({b})")

    def side_by_side(self, left: Piece, first: Token) -> Piece:
        """The product of what was read and the factor that begins here."""
        text = self.text
        start = self.position
        times = self.spelled_times(left, first)
        if times is not None:
            return times
        if first.kind == NUMBER and left.form == DECIMAL:
            self.refuse_spaced_thousands(left, first)
        right = self.expression(JUXTAPOSITION + 1)
        if first.kind in (NUMBER, FRACTION) or (
            right.form == RATIO and left.form in (DECIMAL, RATIO)
        ):
            raise self.number_after(left, right, start)
        return beside(text, left, right)

    def refuse_spaced_thousands(self, left: Piece, second: Token) -> None:
        """``2 000``: a number with a gap in it."""
        if second.text == "000" or (len(second.text) == 3 and second.text.startswith("0")):
            a = quoted(self.text, left)
            raise LanguageError(
                f"two numbers side by side: {a} {second.text}",
                left.offset,
                expected="one number without spaces",
                hint=f"{a}{second.text} for thousands",
            )

    def spelled_times(self, left: Piece, here: Token) -> Piece | None:
        """``1.16 x 10^-10``, where nothing is called x."""
        ahead = self.tokens[self.position + 1]
        if here.kind != NAME or here.text not in ("x", "X") or left.form != DECIMAL:
            return None
        if ahead.kind != NUMBER:
            return None
        self.position += 1
        right = self.expression(JUXTAPOSITION + 1)
        if right.form != TEN:
            raise doubtful(
                self.text,
                left,
                right,
                f"{quoted(self.text, left)}*{quoted(self.text, right)}",
                f"the sizes ({quoted(self.text, left)}, {quoted(self.text, right)})",
            )
        return dotted(self.text, left, right, "×")

    def number_after(self, left: Piece, right: Piece, start: int) -> LanguageError:
        """A number right behind another value."""
        text = self.text
        a, b = quoted(text, left), quoted(text, right)
        following = self.tokens[self.position]
        if left.form == DECIMAL and (right.form == RATIO or following.kind == "/"):
            if following.kind == "/":
                b = f"{b}/{self.tokens[self.position + 1].text}"
            return LanguageError(
                f"{a} {b} can be read in two ways",
                left.offset,
                found=f"the mixed number {a} + {b}, or the product {a}*{b}",
                hint=f"{a} + {b}",
            )
        if left.form == DECIMAL and right.form == DECIMAL:
            hint = f"[{a}, {b}] for a list, {a}*{b} for a product"
            if len(b) == 3 and b.isdigit():
                hint = f"{a}{b} for thousands, or {hint}"
            return LanguageError(
                f"two numbers side by side: {a} {b}",
                left.offset,
                expected="one number, or a sign between the two",
                hint=hint,
            )
        return doubtful(text, left, right, f"{a}*{b}", f"[{a}, {b}]", f"({a})^{b}")

    def operand(self) -> Piece:
        """A value with what stands behind it: powers, transposes, percent."""
        token = self.tokens[self.position]
        if token.kind in ("-", "+"):
            self.position += 1
            self.deepen()
            inner = self.expression(POWER)
            self.depth -= 1
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

    def numeral(self, here: Token) -> Piece:
        self.position += 1
        following = self.tokens[self.position]
        kind = following.kind
        if kind == ELLIPSIS and not following.spaced:
            self.position += 1
            return repeating(self.text, here, following)
        lined = kind == OVERLINE or (kind == ACCENT and following.text == "\\bar")
        if lined and not following.spaced and "." in here.text:
            period = self.braced_digits()
            return repeating(self.text, here, self.tokens[self.position - 1], period)
        if (
            kind == "("
            and not following.spaced
            and "." in here.text
            and self.tokens[self.position + 1].kind == NUMBER
            and self.tokens[self.position + 2].kind == ")"
        ):
            inside = self.tokens[self.position + 1].text
            raise LanguageError(
                f"{here.text}({inside}) can be read in two ways",
                here.offset,
                found=f"the repeating decimal {here.text}{inside * 2}..., "
                f"or the product {here.text}*{inside}",
                hint=f"{here.text}{inside * 2}... or {here.text}*{inside}",
            )
        if kind == "_" and not following.spaced:
            raise LanguageError(
                "underscores cannot stand in numbers",
                here.offset,
                found=self.text[here.offset : following.end],
                hint="the number without underscores",
            )
        if kind == "," and not following.spaced:
            self.refuse_grouping(here)
        return decimal(here)

    def braced_digits(self) -> str:
        self.position += 1
        token = self.tokens[self.position]
        braced = token.kind == "{"
        if braced:
            self.position += 1
            token = self.tokens[self.position]
        self.position += 1
        if token.kind != NUMBER or not token.text.isdigit():
            raise LanguageError(
                "digits belong under the line", token.offset, hint=r"0.1\overline{6}"
            )
        if braced:
            if self.tokens[self.position].kind != "}":
                raise self.missing()
            self.position += 1
        return token.text

    def refuse_grouping(self, here: Token) -> None:
        """``1,000`` without a space: thousands, or two numbers."""
        second = self.tokens[self.position + 1]
        if (
            second.kind == NUMBER
            and not second.spaced
            and here.text.isdigit()
            and len(here.text) <= 3
            and here.text[0] != "0"
            and second.text == "000"
        ):
            raise LanguageError(
                f"{here.text},{second.text} can be read in two ways",
                here.offset,
                found=f"the number {here.text}{second.text}, or {here.text} and then 0",
                hint=f"{here.text}{second.text}, or [{here.text}, 0]",
            )

    # Behind a value

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
            if text[sign.offset : sign.end] != "**":
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
        if self.is_euler(base):
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
        if mark.kind == QUANTITY and mark.text == "T":
            a = quoted(self.text, base)
            raise LanguageError(
                f"{a}^T can be read in two ways, since T is a name here",
                base.offset,
                found=f"the transpose of {a}, or {a} to the power of T",
                hint=f"{a}' or transpose({a}); {a}^(T) for the power",
            )
        if mark.kind == QUANTITY:
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

    # Fractions, roots, bars

    def fraction_command(self, here: Token) -> Piece:
        self.position += 1
        above = self.argument_of_command()
        below = self.argument_of_command()
        answer = quotient(self.text, above, below)
        whole = answer.form == DIVIDED and isinstance(answer.node, Literal)
        return answer._replace(offset=here.offset, form=RATIO if whole else "")

    def argument_of_command(self) -> Piece:
        r"""A group in braces, or one sign: ``\frac12``."""
        token = self.tokens[self.position]
        if token.kind == "{":
            return self.group("{", "}", keep_form=True)
        if token.kind == NUMBER and token.text[0].isdigit():
            first = token._replace(text=token.text[0], end=token.offset + 1)
            rest = token.text[1:]
            if rest:
                self.tokens[self.position] = token._replace(
                    text=rest, offset=token.offset + 1, spaced=False
                )
            else:
                self.position += 1
            return decimal(first)
        if token.kind in (FRACTION_COMMAND, QUANTITY, ROOT_COMMAND, NAME):
            self.deepen()
            piece = self.atom()
            self.depth -= 1
            return piece
        raise LanguageError(
            "a group in braces is missing", token.offset, expected=r"\frac{1}{2}, \sqrt{3}"
        )

    def root(self, here: Token) -> Piece:
        self.position += 1
        text = self.text
        if here.kind == ROOT_COMMAND:
            degree = None
            if self.tokens[self.position].kind == "[":
                degree = self.group("[", "]", keep_form=True)
            under = self.argument_of_command()
            if degree is None or (isinstance(degree.node, Literal) and degree.node.value == 2):
                return applied(text, "sqrt", (under,), here.offset, under.end, row=under.row)
            one = Piece(Literal(fmpq(1), "1", here.offset), (), here.offset, here.end, form=DECIMAL)
            exponent = (
                one._replace(node=Literal(1 / degree.node.value, "", degree.offset))
                if isinstance(degree.node, Literal) and degree.node.value != 0
                else applied(text, "divide", (one, degree), degree.offset, degree.end)
            )
            return applied(text, "power", (under, exponent), here.offset, under.end)
        self.deepen()
        under = self.atom()
        self.depth -= 1
        after = self.tokens[self.position]
        if after.kind in ("^", RAISED):
            a = quoted(text, under)
            raise doubtful(text, under, under, f"√({a}^...)", f"(√{a})^...")
        if under.form == DECIMAL and not after.spaced and after.kind in (NAME, QUANTITY, FUNCTION):
            a = quoted(text, under)
            raise doubtful(text, under, under, f"(√{a})*{after.text}", f"√({a}*{after.text})")
        return applied(text, "sqrt", (under,), here.offset, under.end, row=under.row)

    def inner_product(self, here: Token) -> Piece:
        self.open(here)
        left = self.expression()
        self.expect(",")
        right = self.expression()
        end = self.close("⟩")
        return applied(self.text, "dot", (left, right), here.offset, end)

    def bars(self, here: Token) -> Piece:
        """``‖x‖²``, ``‖x‖`` and ``|x|``."""
        self.open(here)
        inside = self.expression()
        end = self.close(here.kind)
        text = self.text
        if here.kind == "|":
            if inside.shape:
                raise LanguageError(
                    f"|{quoted(text, inside)}| can be read in two ways",
                    here.offset,
                    found="the length of the vector, or the size of each entry",
                    hint="‖x‖ for the length, abs(x) for each entry",
                )
            return applied(text, "abs", (inside,), here.offset, end)
        if self.tokens[self.position].kind == "_":
            index = self.tokens[self.position + 1]
            if index.text not in ("2", "F"):
                raise LanguageError("only the norm with index 2 is read", index.offset)
            self.position += 2
        squared = applied(text, "sumsq", (inside,), here.offset, end)
        token_after = self.tokens[self.position]
        raised = self.tokens[self.position + 1]
        if token_after.kind == RAISED and token_after.text == "2":
            self.position += 1
            return squared._replace(end=token_after.end)
        if token_after.kind == "^" and raised.kind == NUMBER and raised.text == "2":
            self.position += 2
            return squared._replace(end=raised.end)
        return applied(text, "sqrt", (squared,), here.offset, end)
