"""Fractions and roots of LaTeX, inner products in angle brackets, norms between bars."""

from __future__ import annotations

from flint import fmpq

from exsolve.answers.commands import (
    FRACTION_COMMAND,
    ROOT_COMMAND,
)
from exsolve.answers.numerals import decimal
from exsolve.answers.pieces import (
    DECIMAL,
    DIVIDED,
    RATIO,
    Piece,
    applied,
    quoted,
)
from exsolve.answers.products import (
    doubtful,
    quotient,
)
from exsolve.answers.reader import Reader
from exsolve.answers.spellings import FUNCTION, QUANTITY
from exsolve.answers.tokens import Token
from exsolve.errors import LanguageError
from exsolve.expression.tokens import NAME, NUMBER, RAISED
from exsolve.expression.tree import Literal


class Constructs(Reader):
    """What is written around a value."""

    __slots__ = ()

    def fraction_command(self, here: Token) -> Piece:
        self.position += 1
        above = self.argument_of_command()
        below = self.argument_of_command()
        answer = quotient(self.text, above, below)
        whole = answer.form == DIVIDED and isinstance(answer.node, Literal)
        return answer._replace(offset=here.offset, form=RATIO if whole else "")

    def argument_of_command(self) -> Piece:
        r"""A group in braces, or one sign: ``\frac12``; more digits would be another number."""
        token = self.tokens[self.position]
        if token.kind == "{":
            return self.group("{", "}", keep_form=True)
        if token.kind == NUMBER and token.text[0].isdigit():
            first = token._replace(text=token.text[0], end=token.offset + 1)
            rest = token.text[1:]
            if not rest.isdigit() and rest:
                raise LanguageError(
                    f"this can be read in two ways: {token.text}",
                    token.offset,
                    found=f"{token.text} as one number, or {token.text[0]} and what follows it",
                    hint="braces around the number",
                )
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
            number = self.tokens[self.position]
            if number.kind == NUMBER and len(number.text) > 1:
                raise doubtful_root(number)
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
        bare = self.tokens[self.position - 1].kind in (NUMBER, NAME, QUANTITY)
        if bare and not after.spaced and after.kind in (NUMBER, NAME, QUANTITY, FUNCTION):
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
                    f"this can be read in two ways: |{quoted(text, inside)}|",
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


def doubtful_root(number: Token) -> LanguageError:
    r"""The refusal of ``\sqrt12``, which LaTeX sets as the root of 1 and a 2 behind it."""
    return LanguageError(
        f"this can be read in two ways: \\sqrt{number.text}",
        number.offset,
        found=f"√({number.text}), or √({number.text[0]}) and {number.text[1:]} behind it",
        hint=f"\\sqrt{{{number.text}}}",
    )
