"""Numbers where they stand: repeating decimals, and digits that could be more than one number."""

from __future__ import annotations

from exsolve.answers.commands import (
    ACCENT,
    ELLIPSIS,
    OVERLINE,
)
from exsolve.answers.numerals import decimal, repeating
from exsolve.answers.pieces import (
    Piece,
)
from exsolve.answers.reader import Reader
from exsolve.answers.tokens import Token
from exsolve.errors import LanguageError
from exsolve.expression.tokens import NUMBER


class Digits(Reader):
    """What begins with a digit."""

    __slots__ = ()

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
                f"this can be read in two ways: {here.text}({inside})",
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
                f"this can be read in two ways: {here.text},{second.text}",
                here.offset,
                found=f"the number {here.text}{second.text}, or {here.text} and then 0",
                hint=f"{here.text}{second.text}, or [{here.text}, 0]",
            )
