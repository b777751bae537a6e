"""Reading an answer that is a formula over the declared names."""

from __future__ import annotations

from exsolve import limits
from exsolve.answers.grammar import Grammar
from exsolve.answers.no_answer import refuse_words
from exsolve.answers.written import Vocabulary, Written
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END
from exsolve.notation import written as printed


def read_formula(text: str, vocabulary: Vocabulary) -> Written:
    """The formula that ``text`` writes down, products and transposes resolved by shapes.

    Raises LanguageError, with the offset in the text, for what cannot be read, for shapes that do
    not fit and for what can be read in two ways.
    """
    if len(text) > limits.TEXT_LENGTH:
        raise LanguageError(
            "the formula is too long",
            limits.TEXT_LENGTH,
            expected=f"at most {limits.TEXT_LENGTH} characters",
            found=f"{len(text)} characters",
        )
    refuse_words(text, vocabulary, "a formula")
    reader = Grammar(text, vocabulary)
    if reader.tokens[0].kind == "=":
        reader.position += 1
    piece = reader.expression()
    token = reader.tokens[reader.position]
    if token.kind in ("=", "≈"):
        raise LanguageError(
            "a formula is asked for, not an equation",
            token.offset,
            found=f"'{token.text}'",
            hint="one of the two sides",
        )
    if token.kind != END:
        raise reader.misplaced()
    return Written(text, piece.node, None, (), printed(piece.node, "text"))
