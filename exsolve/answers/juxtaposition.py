"""What stands side by side without a sign: factors, entries, or something to be doubted."""

from __future__ import annotations

import re
from typing import Final

from exsolve.answers.commands import TOP
from exsolve.answers.identity import scaled, sized
from exsolve.answers.pieces import (
    DECIMAL,
    PERCENT,
    RATIO,
    TEN,
    UNSIZED,
    Piece,
    quoted,
)
from exsolve.answers.products import (
    beside,
    dotted,
    doubtful,
    elementwise,
)
from exsolve.answers.reader import Reader
from exsolve.answers.tokens import Token
from exsolve.errors import LanguageError
from exsolve.expression.levels import (
    JUXTAPOSITION,
)
from exsolve.expression.tokens import FRACTION, NAME, NUMBER

_NUMBER: Final = r"[-−+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:/[0-9]+)?"
_SEVERAL: Final = re.compile(rf"\s*(?P<first>{_NUMBER})(?:\s+{_NUMBER})+\s*")
"""Numbers with spaces between them, and nothing else."""
_THOUSANDS: Final = re.compile(r"[-−]?[1-9][0-9]{0,2}(?: [0-9]{3})+")


class Juxtaposition(Reader):
    """Products without a sign, and numbers that stand beside each other."""

    __slots__ = ()

    def slash_doubt(self, left: Piece, right: Piece) -> LanguageError:
        """``1/2 x``: the bar could end after the first factor or after all of them."""
        text = self.text
        a, b = quoted(text, left), quoted(text, right)
        head, _, rest = b.partition(" ")
        if not rest:
            head, rest = b[:1], b[1:]
        whole = head.count("(") == head.count(")") and head.count("{") == head.count("}")
        first = f"({a}/{head})*{rest}" if whole else f"{a} over the first factor alone"
        return doubtful(text, left, right, first, f"{a}/({b})")

    def side_by_side(self, left: Piece, first: Token) -> Piece:
        """The product of what was read and the factor that begins here."""
        text = self.text
        times = self.spelled_times(left, first)
        if times is not None:
            return times
        if first.kind == NUMBER and left.form == DECIMAL:
            self.refuse_spaced_thousands(left, first)
        if first.text in ("e", "E") and left.form == DECIMAL:
            self.refuse_torn_exponent(left, first)
        turned = bool(left.shape) and self.after_transpose()
        right = self.expression(JUXTAPOSITION + 1)
        if (first.kind in (NUMBER, FRACTION) and not turned) or (
            right.form == RATIO and left.form in (DECIMAL, RATIO)
        ):
            raise self.number_after(left, right)
        if UNSIZED in (left.form, right.form):
            waiting = scaled(text, "", left, right)
            if waiting is not None:
                return waiting
            left, right = sized(text, "", left, right)
        if self.in_diagonal and left.is_vector and right.is_vector and left.row == right.row:
            # of vectors only the product entry by entry stands on a diagonal
            return elementwise(text, left, right, "⊙")
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

    def after_transpose(self) -> bool:
        r"""Whether a raised T ends here, behind which a number is no index: ``V^\top 2 g``."""
        before = self.tokens[self.position - 1]
        if before.kind in ("'", TOP):
            return True
        return before.text == "T" and self.tokens[self.position - 2].kind == "^"

    def refuse_torn_exponent(self, left: Piece, letter: Token) -> None:
        """``1.16 e-10``, where nothing is called e."""
        sign, digits = self.tokens[self.position + 1 : self.position + 3]
        if letter.kind != NAME or sign.kind not in ("-", "+") or digits.kind != NUMBER:
            return
        if sign.spaced or digits.spaced:
            return
        a, b = quoted(self.text, left), self.text[letter.offset : digits.end]
        raise LanguageError(
            f"this can be read in two ways: {a} {b}",
            left.offset,
            found=f"the number {a}{b}, or {a}*{letter.text} {sign.kind} {digits.text}",
            hint=f"{a}{b}, or {a}*{letter.text} {sign.kind} {digits.text}",
        )

    def spelled_times(self, left: Piece, here: Token) -> Piece | None:
        """``1.16 x 10^-10``, where nothing is called x."""
        ahead = self.tokens[self.position + 1]
        given = self.givens.get(here.text)
        sign = here.kind == NAME or (given is not None and given.shape)
        if not sign or here.text not in ("x", "X") or left.form != DECIMAL:
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

    def number_after(self, left: Piece, right: Piece) -> LanguageError:
        """A number right behind another value."""
        text = self.text
        a, b = quoted(text, left), quoted(text, right)
        following = self.tokens[self.position]
        if not self.brackets and (several := _SEVERAL.fullmatch(text)):
            numbers = text.split()
            if len(numbers) > 2 or "/" in several["first"]:
                return self.numbers_without_brackets(left, numbers)
        if left.form == DECIMAL and (right.form in (RATIO, PERCENT) or following.kind == "/"):
            if following.kind == "/":
                b = f"{b}/{self.tokens[self.position + 1].text}"
            mixed = f"-({a[1:]} + {b})" if a.startswith("-") else f"{a} + {b}"
            return LanguageError(
                f"this can be read in two ways: {a} {b}",
                left.offset,
                found=f"the mixed number {mixed}, or the product {a}*{b}",
                hint=mixed,
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

    def numbers_without_brackets(self, left: Piece, numbers: list[str]) -> LanguageError:
        """``17/6 8/3 5/2``: a list, or with ``1 180 224`` perhaps one number."""
        written = " ".join(numbers)
        listed = f"[{', '.join(numbers)}]"
        if _THOUSANDS.fullmatch(written):
            number = "".join(numbers)
            return LanguageError(
                f"this can be read in two ways: {written}",
                left.offset,
                found=f"the number {number}, or the list {listed}",
                hint=f"{number} or {listed}",
            )
        return LanguageError(
            "a list needs its brackets", left.offset, found=written[:80], hint=listed[:80]
        )
