"""Characters and commands that answers do not have, and what to write instead."""

from __future__ import annotations

import unicodedata

from exsolve.answers.commands import FONT_COMMANDS, SIGNS, WORDS
from exsolve.errors import LanguageError
from exsolve.expression.tokens import describe


def unknown_command(word: str, offset: int) -> LanguageError:
    """The refusal of a command of LaTeX."""
    import difflib

    found = f"\\{word}" if word.isprintable() else describe(word[0])
    known = [*SIGNS, *WORDS, *FONT_COMMANDS]
    close = difflib.get_close_matches(word[:40], known, 1, 0.75) if len(word) > 1 else []
    if word in "{}":
        hint = "[ ] for a list, ( ) for a tuple"
    else:
        hint = f"\\{close[0]}" if close else "plain text, like sqrt(x), a/b, x^2"
    return LanguageError(
        f"the command {found[:60]} is not read in answers", offset, found=found[:60], hint=hint
    )


def unknown_character(text: str, offset: int) -> LanguageError:
    """The refusal of the character that stands here."""
    character = text[offset]
    if character == "!":
        double = text.startswith("!!", offset)
        return LanguageError(
            "a double factorial can be read in two ways, and factorials are not read"
            if double
            else "factorials are not read",
            offset,
            found="the double factorial x!!, or the factorial of a factorial (x!)!"
            if double
            else "!",
            hint="the number itself",
        )
    if character == "?":
        return LanguageError(
            "answers have no character '?'", offset, expected="a value, or nothing at all"
        )
    if character == ".":
        return LanguageError(
            "a point that belongs to no number",
            offset,
            expected="digits after the point",
            hint="0.5, or .T for a transpose",
        )
    if character == "$":
        return LanguageError(
            "a dollar sign inside of the answer", offset, hint="$ around all of it, or nowhere"
        )
    composed = unicodedata.normalize("NFKC", character)
    plain = composed if composed != character and composed.isprintable() else ""
    category = unicodedata.category(character)
    if category in {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return LanguageError(
            f"an invisible or control character: {describe(character)}", offset, hint="delete it"
        )
    if category == "Nd":
        plain = f"the digit {unicodedata.decimal(character)}"
    return LanguageError(
        f"answers have no character {describe(character)}",
        offset,
        hint=plain[:20] or "plain letters, digits, signs, or LaTeX",
    )
