"""How far an answer has been read: its tokens, the open brackets, and what the names stand for."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

from exsolve import limits
from exsolve.answers.commands import ACCENT, FRACTION_COMMAND, ROOT_COMMAND
from exsolve.answers.pieces import DECIMAL, Piece
from exsolve.answers.spellings import FUNCTION, QUANTITY, Spellings, spellings
from exsolve.answers.tokens import BEGIN, CLOSING, OPENING, Token, tokens
from exsolve.answers.written import Vocabulary
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, FRACTION, NAME, NUMBER, ROOT
from exsolve.expression.tree import Shape

PAIRS: Final = {**OPENING, "‖": "‖", "|": "|", "\\begin": "\\end"}
_CLOSES: Final = CLOSING | {"\\end", "&", "\\\\", ",", ";", END}
_ADVICE: Final = {
    ",": ("a list needs its brackets", "[1, 2]"),
    ";": ("rows need their brackets", "[1, 2; 3, 4]"),
    "=": ("an answer is one value", "the value alone"),
    "==": ("'==' has nothing to compare here", ""),
    "≈": ("≈ belongs before a value", "≈ 0.33"),
    ":": ("':' belongs inside of an index", "a quotient is written with /"),
    "∘": ("∘ can be read in two ways: entry by entry, or one function after the other", "⊙ or *"),
    "⊗": ("⊗ can be read in two ways: entry by entry, or the outer product", "* or outer(a, b)"),
    "±": ("± stands for two values", "the one that is meant"),
    "&": ("'&' stands between the entries of a LaTeX matrix only", "[1, 2]"),
    "\\\\": ("a new row begins in a LaTeX matrix only", "[1, 2; 3, 4]"),
    "∞": ("infinity is no number", ""),
    "∫": ("integrals are not read", ""),
    "∏": ("products over an index are not read", "the factors, with * between them"),
    "∑": (
        "sums over an index are read over t only",
        "sum(x) for all entries, sum_t(...) for all steps",
    ),
    "%": ("percent stands behind a number", "80%"),
    "_": ("an index belongs to a name", ""),
    "⋆": ("a star belongs to a name that has one", "* for a product"),
}


_LISTED: Final = 20
"""Names that a message lists."""
_THOUSANDS: Final = re.compile(r"[-−]?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?")

BEGINS: Final = frozenset(
    {NUMBER, FRACTION, NAME, QUANTITY, FUNCTION, ROOT, ROOT_COMMAND, FRACTION_COMMAND, BEGIN}
    | {"(", "[", "{", "⟨", "⌊", "⌈", "‖", "|", "∑", ACCENT, "∇", "∂", "∞", "∫", "∏", "±"}
)
"""Kinds of tokens that begin a value."""


def listing(names: Sequence[str]) -> str:
    """The first of these names, for a message."""
    return ", ".join(names[:_LISTED]) + (", ..." if len(names) > _LISTED else "")


class Reader(ABC):
    """One reading of one text. ``brackets`` are the open ones, each with what separates entries in
    it: "," or " ", or "" where nothing does. ``givens``: declared names that have values."""

    __slots__ = (
        "brackets",
        "calls",
        "depth",
        "diagonals",
        "functions",
        "givens",
        "position",
        "separators",
        "spellings",
        "text",
        "tokens",
        "vocabulary",
    )

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.functions = vocabulary.functions
        self.spellings: Spellings = spellings(tuple(vocabulary.names), tuple(vocabulary.functions))
        found = tokens(text)
        if text.upper() != text.lower() or not text.isascii() or "_" in text:
            found = self.spellings.recognise(found)
        # what looks one or two tokens ahead sees the end there
        self.tokens: list[Token] = [*found, found[-1], found[-1]]
        self.position = 0
        self.depth = 0
        self.calls = 0
        self.separators: dict[int, str] = {}
        self.diagonals: set[int] = set()
        self.givens: Mapping[str, Any] = {}
        self.brackets: list[tuple[Token, str]] = []

    @abstractmethod
    def expression(self, minimum: int = 0) -> Piece:
        """What stands here, as far as it binds at least as tightly as ``minimum``."""

    @abstractmethod
    def continued(self, left: Piece, minimum: int) -> Piece:
        """What begins with a value that is read already, and goes on here."""

    @abstractmethod
    def operand(self) -> Piece:
        """A value with what stands behind it."""

    @abstractmethod
    def atom(self) -> Piece:
        """A value without what stands behind it."""

    @property
    def in_spaced_list(self) -> bool:
        """Whether a space begins a new entry here."""
        return bool(self.brackets) and self.brackets[-1][1] == " "

    @property
    def in_diagonal(self) -> bool:
        """Whether what is read here stands in the brackets of ``diag(...)`` itself."""
        return bool(self.brackets) and self.brackets[-1][0].offset in self.diagonals

    def deepen(self) -> None:
        """One level further down; raises LanguageError below the deepest."""
        self.depth += 1
        if self.depth > limits.ANSWER_DEPTH:
            raise LanguageError(
                "the answer is nested too deeply",
                self.tokens[self.position].offset,
                expected="fewer brackets, signs and powers inside one another "
                f"(at most {limits.ANSWER_DEPTH})",
            )

    def begins_entry(self, sign: Token) -> bool:
        """Whether a sign begins a new entry, as in MATLAB: ``[1 -2]``, with a space before it and
        none behind."""
        if not self.brackets or sign.kind not in ("-", "+") or not sign.spaced:
            return False
        separator = self.brackets[-1][1]
        following = self.tokens[self.position + 1]
        if separator == "" or (following.spaced and not sign.line):
            return False
        if separator == "," and not sign.line:
            before, after = self.before(), self.shown(following)
            raise LanguageError(
                f"this can be read in two ways in a list: {before} {sign.kind}{after}",
                sign.offset,
                found=f"one entry, {before} {sign.kind} {after}, or two as in MATLAB, "
                f"{before}, {sign.kind}{after}",
                hint=f"{before} {sign.kind} {after}, or a comma between the two",
            )
        return True

    def ends_here(self, token: Token) -> bool:
        """Whether what begins here is no factor but the next entry, or the closing bar."""
        if token.kind in ("‖", "|"):
            return any(opening.kind == token.kind for opening, _ in self.brackets[-1:])
        if not self.brackets:
            return False
        separator = self.brackets[-1][1]
        return (separator == " " and token.spaced) or (separator != "" and token.line)

    # Brackets

    def open(self, token: Token, separator: str = "") -> None:
        """Past an opening bracket."""
        self.position += 1
        self.brackets.append((token, separator))

    def close(self, kind: str) -> int:
        """Past the closing bracket of this kind; its end."""
        token = self.tokens[self.position]
        if token.kind != kind:
            raise self.misplaced()
        self.brackets.pop()
        self.position += 1
        return token.end

    def group(self, opening: str, closing: str, *, keep_form: bool = False) -> Piece:
        """What stands in brackets; ``keep_form``: a number in them is a number as it stands."""
        token = self.tokens[self.position]
        self.open(token)
        inside = self.expression()
        end = self.close(closing)
        form = inside.form if keep_form and inside.form == DECIMAL else ""
        return inside._replace(offset=token.offset, end=end, form=form)

    def expect(self, kind: str) -> None:
        """Past a sign that has to stand here."""
        if self.tokens[self.position].kind != kind:
            raise self.misplaced()
        self.position += 1

    # Names

    def shape_of(self, name: str) -> Shape:
        return self.vocabulary.names[name]

    def unknown(self, place: int) -> LanguageError:
        """A name that the exercise does not have."""
        from exsolve.graph import suggestion

        token = self.tokens[place]
        end = place + 1 + (token.kind in (ACCENT, "∇", "∂") and self.tokens[place + 1].kind != END)
        if self.tokens[end].kind == "_" and not self.tokens[end].spaced:
            end += 1
            if self.tokens[end].kind == "{":
                while self.tokens[end].kind not in ("}", END):
                    end += 1
            end += self.tokens[end].kind != END
        written = self.text[token.offset : self.tokens[end - 1].end]
        if len(written) > limits.NAME_LENGTH:
            written = written[: limits.NAME_LENGTH] + "..."
        plain = written.replace("{", "").replace("}", "")
        known = [*self.vocabulary.names, *self.vocabulary.functions]
        hint = suggestion(plain, known)
        if not hint.startswith("did") and "(...)" not in hint and "W.T" not in hint:
            hint = ""
        return LanguageError(
            f"there is no name {written!r} here",
            token.offset,
            expected=self.names_expected(),
            found=written,
            hint=hint,
        )

    def names_expected(self) -> str:
        """What could stand in the place of an unknown name."""
        listed = listing([*self.vocabulary.names, *self.vocabulary.functions])
        return f"one of {listed}" if listed else "numbers; no names are declared here"

    # Refusals

    def missing(self) -> LanguageError:
        """What is wrong with a token that stands where a value should."""
        token = self.tokens[self.position]
        if token.kind == END:
            if self.brackets:
                return self.misplaced()
            if self.position == 0:
                return LanguageError("nothing is written here", 0, expected="an answer")
            return LanguageError(
                f"the answer ends after '{self.before()}'", token.offset, expected="a value"
            )
        if token.kind in CLOSING and not self.brackets:
            return self.misplaced()
        if token.kind in (ACCENT, "∇", "∂"):
            return self.unknown(self.position)
        message, hint = _ADVICE.get(
            token.kind, (f"'{self.shown(token)}' stands where a value should", "")
        )
        if token.kind == ",":
            message = "a value is missing before the comma"
        return LanguageError(
            message, token.offset, expected="a value", found=self.shown(token), hint=hint
        )

    def misplaced(self) -> LanguageError:
        """What is wrong with a token that cannot follow here."""
        token = self.tokens[self.position]
        opening = self.brackets[-1][0] if self.brackets else None
        if token.kind == END and opening is not None:
            return LanguageError(
                f"the '{self.shown(opening)}' at character {opening.offset + 1} is never closed",
                opening.offset,
                expected=f"'{PAIRS.get(opening.kind, opening.kind)}'",
                found="the end",
            )
        if token.kind in CLOSING:
            if opening is None:
                return LanguageError(
                    f"'{token.text}' closes a bracket that was never opened", token.offset
                )
            return LanguageError(
                f"'{token.text}' closes the '{self.shown(opening)}' at character "
                f"{opening.offset + 1}",
                token.offset,
                expected=f"'{PAIRS.get(opening.kind, opening.kind)}'",
                found=f"'{token.text}'",
            )
        if token.kind == "," and opening is None:
            return self.bare_list(token)
        message, hint = _ADVICE.get(token.kind, (f"'{self.shown(token)}' cannot follow here", ""))
        return LanguageError(message, token.offset, found=f"'{self.shown(token)}'", hint=hint)

    def bare_list(self, comma: Token) -> LanguageError:
        """``1,5`` and ``-1, 0.8``, without brackets."""
        before, after = self.tokens[self.position - 1], self.tokens[self.position + 1]
        whole = " ".join(self.text.split())[:80]
        if before.kind == NUMBER == after.kind and not comma.spaced and not after.spaced:
            if _THOUSANDS.fullmatch(whole):
                return LanguageError(
                    "commas between thousands are not read",
                    before.offset,
                    found=whole,
                    hint=whole.replace(",", ""),
                )
            start = before.offset
            if self.position > 1 and self.tokens[self.position - 2].kind == "-":
                start -= 1
            first = self.text[start : before.end]
            number = f"{first}.{after.text}"
            numbers = number
            if "." in after.text:
                number = numbers = f"{first}{after.text}"
            elif len(after.text) == 3:
                numbers = f"{first}{after.text} or {number}"
            return LanguageError(
                f"this can be read in two ways: {self.text[start : after.end]}",
                start,
                found=f"the number {numbers}, or the list [{first}, {after.text}]",
                hint=f"{numbers} or [{first}, {after.text}]",
            )
        balanced = whole.count("[") == whole.count("]")
        return LanguageError(
            "a list needs its brackets",
            before.offset,
            found=whole,
            hint=f"write [{whole}]" if balanced else "",
        )

    def before(self) -> str:
        """What stands before this place, for a message."""
        return self.shown(self.tokens[self.position - 1]) if self.position else ""

    def shown(self, token: Token) -> str:
        """A token as it was written, for a message."""
        if token.kind == END:
            return "the end"
        written = self.text[token.offset : token.end].strip()
        return written if len(written) <= 40 else f"{written[:37]}..."
