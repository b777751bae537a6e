"""Reading LaTeX mathematics: what our own printer writes, and what authors write between dollars.

One pass over the text with a stack of what is open; nothing recurs, and length and depth are
bounded, so that no text makes it slow or runs out of stack. Whatever is not known is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

import exsolve.expression.layout.vocabulary as vocabulary
from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.layout.rows import is_tall, single
from exsolve.expression.layout.stack import Open, Stack, Waiting
from exsolve.expression.layout.tree import (
    Accent,
    Binomial,
    Fenced,
    Font,
    Fraction,
    Function,
    Identifier,
    Kind,
    Layout,
    Number,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Stacked,
    Table,
    Text,
)

_TOKEN: Final = re.compile(r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|'+|\s+|.", re.DOTALL)
_WORD: Final = re.compile(r"(?:[^\W_]|\\_)+")
_SPACE: Final = re.compile(r"\s*")
_DELIMITER: Final = re.compile(r"\s*(\\[A-Za-z]+|\\?[^\s\\])")
_ENVIRONMENT: Final = re.compile(r"\s*\{([A-Za-z]+\*?)\}")
_COLUMNS: Final = re.compile(r"\s*\{[lcr|\s]*\}")
_NAME: Final = re.compile(r"(\*?)\s*\{((?:[^{}\\$&%#^_~]|\\[_&%#$, -])*)\}")
_WORDS: Final = re.compile(
    r"\\(?:textbackslash|textasciicircum|textasciitilde|ldots|dots|quad)(?![A-Za-z])(?:\{\})?"
    r"|\\.|[^\\{}$]+|.",
    re.DOTALL,
)
_LETTERS_OF_WORDS: Final = {
    "textbackslash": "\\",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "ldots": "…",
    "dots": "…",
    "quad": "\u2003",
    **{sign: sign for sign in "#$%&_{} "},
    ",": "\u2009",
}
_MERGED: Final = frozenset({"upright", "bold", "sans-serif", "monospace"})
"""Fonts in which letters side by side are a word."""
_GREEK_FONTS: Final = frozenset({"bold-italic"})
_SLASH: Final = "\u0338"
_JOINERS: Final = "\u200c\u200d"


class _Reader(Stack):
    def read(self) -> Layout:
        while self.at < len(self.text):
            top = self.stack[-1]
            if isinstance(top, Open) and top.words is not None:
                self._words(top, top.words)
            else:
                self._token(top)
        top = self.stack[-1]
        if isinstance(top, Waiting):
            raise self.refusal(f"{top.what} has nothing to stand with", top.offset, "an argument")
        if len(self.stack) > 1:
            raise self.refusal("what is opened here is not closed", top.offset, top.ending)
        return single(top.take())

    # What is read

    def _token(self, top: Open | Waiting) -> None:
        match = _TOKEN.match(self.text, self.at)
        assert match is not None
        token, self.offset = match[0], self.at
        if token[0] in "0123456789." and isinstance(top, Waiting):
            token = token[0]  # \frac12: an argument without braces is one digit
        self.at += len(token)
        if token.isspace():
            return
        if token[0] == "\\" and len(token) > 1:
            self._command(token[1:], top)
        elif token[0].isdigit() or (token[0] == "." and len(token) > 1):
            self._letters_or_number(token, top)
        elif token[0] == "'":
            self.prime(len(token), top)
        elif token == "{":
            self.push(Open("}", self.offset, top.font))
        elif token in "}$" or (token == "]" and isinstance(top, Open) and top.ending == "]"):
            self.close(token)
        elif token in "^_":
            self.script(token, top)
        elif token == "&":
            self._next_cell(top)
        elif token == "~":
            self.deliver(Space(vocabulary.SPACES[" "]))
        else:
            self._character(token, top)

    def _character(self, character: str, top: Open | Waiting) -> None:
        known = vocabulary.CHARACTERS.get(character)
        if known is not None:
            self.deliver(Operator(*known))
            return
        category = unicodedata.category(character)
        if category[0] == "L":
            self._letters_or_number(character, top)
        elif category in ("Nd", "No", "Nl"):
            self.deliver(Number(character))
        elif category in ("Sm", "So", "Po", "Pd"):
            if character in "#%":
                raise self.refusal(
                    f"{character} means nothing in mathematics", self.offset, rf"\{character}"
                )
            kind: Kind = "relation" if "ARROW" in unicodedata.name(character, "") else "ordinary"
            self.deliver(Operator(character, kind))
        else:
            raise self.refusal(
                "a character that mathematics does not have", self.offset, "a letter"
            )

    def _letters_or_number(self, token: str, top: Open | Waiting) -> None:
        font = top.font
        if font in _MERGED and isinstance(top, Open):
            match = _WORD.match(self.text, self.offset)
            if match is not None:
                token, self.at = match[0].replace(r"\_", "_"), match.end()
        if token[0] in "0123456789." and not any(letter.isalpha() for letter in token):
            self.deliver(Number(token, font if font and font in _DIGIT_FONTS else "upright"))
        elif font is None or (not token.isascii() and font == "bold-italic"):
            greek_capital = token in _CAPITALS
            plain: Font = "upright" if greek_capital else "italic"
            self.deliver(Identifier(token, font or plain))
        else:
            self.deliver(Identifier(token, font))

    def _command(self, name: str, top: Open | Waiting) -> None:
        if name in vocabulary.GREEK or name in vocabulary.GREEK_CAPITALS:
            self._greek(name, top)
        elif name in vocabulary.SIGNS:
            self.deliver(Operator(*vocabulary.SIGNS[name]))
        elif name in vocabulary.FUNCTIONS:
            self.deliver(Function(name))
        elif name in vocabulary.LIMIT_FUNCTIONS:
            self.deliver(Function(name, True))
        elif name in vocabulary.SPACED_FUNCTIONS:
            self.deliver(Function(vocabulary.SPACED_FUNCTIONS[name], True))
        elif name in vocabulary.SPACES:
            self.deliver(Space(vocabulary.SPACES[name]))
        elif name in vocabulary.FRACTIONS:
            size = vocabulary.FRACTIONS[name]
            self.wait(name, 2, lambda found: Fraction(found[0], found[1], size))
        elif name in ("binom", "tbinom", "dbinom"):
            self.wait(name, 2, lambda found: Binomial(found[0], found[1]))
        elif name in vocabulary.ACCENTS:
            mark = vocabulary.ACCENTS[name]
            self.wait(name, 1, lambda found: Accent(found[0], *mark))
        elif name in vocabulary.FONTS:
            self.wait(name, 1, lambda found: found[0], vocabulary.FONTS[name])
        elif name in vocabulary.TEXTS:
            self._text(name, vocabulary.TEXTS[name])
        elif name in _STRUCTURE:
            _STRUCTURE[name](self, top)
        elif name.removesuffix(name[-1:]) in vocabulary.HEIGHTS and name[-1] in "lrm":
            self._sized(vocabulary.HEIGHTS[name[:-1]], vocabulary.BIG_KINDS[name[-1]])
        elif name in vocabulary.HEIGHTS:
            self._sized(vocabulary.HEIGHTS[name], "ordinary")
        else:
            raise self.refusal(
                f"\\{name} is not known here", self.offset, "a command of mathematics"
            )

    def _greek(self, name: str, top: Open | Waiting) -> None:
        capital = vocabulary.GREEK_CAPITALS.get(name)
        letter = capital or vocabulary.GREEK[name]
        font: Font = "upright" if capital else "italic"
        if top.font in _GREEK_FONTS or (capital and top.font is not None):
            font = top.font or font
        self.deliver(Identifier(letter, font))

    # Commands with a structure of their own

    def _root(self, top: Open | Waiting) -> None:
        space = _SPACE.match(self.text, self.at)
        assert space is not None
        if self.text.startswith("[", space.end()):
            self.at = space.end() + 1
            self.wait("sqrt", 2, lambda found: Root(found[1], found[0]))
            self.push(Open("]", self.offset, top.font))
        else:
            self.wait("sqrt", 1, lambda found: Root(found[0]))

    def _operator_name(self, top: Open | Waiting) -> None:
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise self.refusal("no name of an operator", self.offset, r"\operatorname{name}")
        self.at = match.end()
        name = re.sub(r"\\(.)", r"\1", match[2]).replace(",", "\u2009").replace("-", "‐")
        self.deliver(Function(name, bool(match[1])))

    def _stack_over(self, under: bool) -> None:
        def build(found: list[Layout]) -> Layout:
            mark, base = found
            if under:
                return Scripts(base, mark, None, "always")
            return Scripts(base, None, mark, "always")

        self.wait("underset" if under else "overset", 2, build)

    def _not(self, top: Open | Waiting) -> None:
        offset = self.offset

        def build(found: list[Layout]) -> Layout:
            sign = found[0]
            if isinstance(sign, Operator):
                crossed = unicodedata.normalize("NFC", sign.text + _SLASH)
                if len(crossed) == 1:
                    return Operator(crossed, sign.kind)
            raise self.refusal(
                r"\not before what cannot be crossed out", offset, r"\not= or \not\in"
            )

        self.wait("not", 1, build)

    def _modulo(self, top: Open | Waiting) -> None:
        def build(found: list[Layout]) -> Layout:
            inside = Row((Function("mod"), found[0]))
            return Row((Space(1.0), Operator("(", "open"), inside, Operator(")", "close")))

        self.wait("pmod", 1, build)

    def _limits(self, stacked: Stacked, top: Open | Waiting) -> None:
        if not isinstance(top, Open) or not top.items:
            raise self.refusal(r"\limits after nothing", self.offset, r"\sum\limits")
        top.stacked = stacked

    def _style(self, display: bool, top: Open | Waiting) -> None:
        if not isinstance(top, Open):
            raise self.refusal("a style is no argument", self.offset, "braces around it")
        if len(self.stack) + len(top.styles) >= limits.MATHEMATICS_DEPTH:
            raise self.too_deep()
        top.styles.append((len(top.items), display))

    def _text(self, name: str, bold: bool) -> None:
        space = _SPACE.match(self.text, self.at)
        assert space is not None
        if not self.text.startswith("{", space.end()):
            raise self.refusal(f"\\{name} without words", self.offset, f"\\{name}{{words}}")
        self.at = space.end() + 1
        opened = Open("}", self.offset, None)
        opened.words = bold
        self.push(opened)

    def _words(self, top: Open, bold: bool) -> None:
        """A piece of words: up to the end of them, or mathematics between dollars."""
        start, words = self.at, ""
        while self.at < len(self.text):
            match = _WORDS.match(self.text, self.at)
            assert match is not None
            piece, self.offset = match[0], self.at
            if piece == "$" or (piece == "}" and top.braces == 0):
                break
            self.at = match.end()
            if piece in "{}":
                top.braces += 1 if piece == "{" else -1
            elif piece[0] == "\\":
                letter = _LETTERS_OF_WORDS.get(piece[1:].removesuffix("{}") or piece[1:])
                if letter is None:
                    raise self.refusal(f"{piece} is not known among words", self.offset, "words")
                words += letter
            else:
                words += re.sub(r"\s+", " ", piece.replace("~", "\u00a0"))
        else:
            raise self.refusal("words without an end", top.offset, "}")
        if words:
            self._refuse_controls(words, start)
            top.items.append(Text(words, bold))
        if self.text[self.at] == "$":
            self.push(Open("$", self.at, None))
            self.at += 1
        else:
            self.at += 1
            self.close("}")

    def _refuse_controls(self, words: str, start: int) -> None:
        for letter in words:
            if unicodedata.category(letter)[0] == "C" and letter not in _JOINERS:
                raise self.refusal("a character that cannot be shown", start, "letters")

    def _left(self, top: Open | Waiting) -> None:
        opened = Open(r"\right", self.offset, top.font)
        opened.left = self._delimiter()
        self.push(opened)

    def _middle(self, top: Open | Waiting) -> None:
        if not isinstance(top, Open) or top.ending != r"\right":
            raise self.refusal(
                r"\middle outside of \left and \right", self.offset, r"\left before it"
            )
        top.parts.append(single(top.take()))
        top.middles.append(self._delimiter())

    def _right(self, top: Open | Waiting) -> None:
        if not isinstance(top, Open) or top.ending != r"\right":
            raise self.refusal(r"\right without \left", self.offset, r"\left before it")
        right = self._delimiter()
        parts = (*top.parts, single(top.take()))
        self.stack.pop()
        tall = any(map(is_tall, parts))
        self.deliver(Fenced(top.left, parts, right, tuple(top.middles), tall))

    def _delimiter(self) -> str:
        match = _DELIMITER.match(self.text, self.at)
        if match is None or match[1] not in vocabulary.FENCES:
            raise self.refusal("no bracket", self.offset, r"a bracket, such as ( or \lVert")
        self.at = match.end()
        return vocabulary.FENCES[match[1]]

    def _sized(self, height: float, kind: Kind) -> None:
        sign = self._delimiter()
        if sign:
            if kind == "ordinary":
                by_itself = vocabulary.CHARACTERS.get(sign, ("", kind))[1]
                kind = by_itself if by_itself in ("open", "close") else kind
            self.deliver(Operator(sign, kind, height))

    def _begin(self, top: Open | Waiting) -> None:
        name = self._environment()
        if name == "array":
            columns = _COLUMNS.match(self.text, self.at)
            if columns is None:
                raise self.refusal("an array without columns", self.offset, r"\begin{array}{cc}")
            self.at = columns.end()
        opened = Open(f"\\end{{{name}}}", self.offset, None)
        self.push(opened)

    def _end(self, top: Open | Waiting) -> None:
        name = self._environment()
        if not isinstance(top, Open) or top.ending != f"\\end{{{name}}}":
            raise self.refusal(f"\\end{{{name}}} closes nothing", self.offset, "what is open")
        self._end_cell(top)
        last = top.cells
        if len(last) > 1 or last[0] != Row(()) or not top.rows:
            top.rows.append(tuple(last))
        self.stack.pop()
        left, right = vocabulary.MATRICES[name]
        rows = tuple(top.rows)
        if name in vocabulary.ALIGNED:
            self.deliver(Table(rows, left, right, "aligned"))
        else:
            self.deliver(Table(rows, left, right, "cases" if name == "cases" else "matrix"))

    def _environment(self) -> str:
        match = _ENVIRONMENT.match(self.text, self.at)
        if match is None or match[1] not in vocabulary.MATRICES:
            known = ", ".join(vocabulary.MATRICES)
            raise self.refusal("an environment that is not known here", self.offset, known)
        self.at = match.end()
        return match[1]

    def _next_cell(self, top: Open | Waiting) -> None:
        if not isinstance(top, Open) or not top.ending.startswith(r"\end"):
            raise self.refusal(
                "& outside of a table", self.offset, r"\&, or \begin{aligned} before it"
            )
        self._end_cell(top)

    def _next_row(self, top: Open | Waiting) -> None:
        if not isinstance(top, Open) or not top.ending.startswith(r"\end"):
            raise self.refusal(r"\\ outside of a table", self.offset, r"\begin{aligned} before it")
        self._end_cell(top)
        top.rows.append(tuple(top.cells))
        top.cells = []

    def _end_cell(self, top: Open) -> None:
        # a sign that begins the right side of an alignment continues the line before
        continues = top.ending[5:-1] in vocabulary.ALIGNED and len(top.cells) % 2 == 1
        top.cells.append(single(top.take(after_sign=not continues)))


_CAPITALS: Final = frozenset(vocabulary.GREEK_CAPITALS.values())
_DIGIT_FONTS: Final = frozenset({"bold", "bold-italic", "double-struck", "sans-serif", "monospace"})
_STRUCTURE: Final[dict[str, Callable[[_Reader, Open | Waiting], None]]] = {
    "sqrt": _Reader._root,
    "operatorname": _Reader._operator_name,
    "overset": lambda reader, top: reader._stack_over(False),
    "stackrel": lambda reader, top: reader._stack_over(False),
    "underset": lambda reader, top: reader._stack_over(True),
    "not": _Reader._not,
    "pmod": _Reader._modulo,
    "bmod": lambda reader, top: reader.deliver(Operator("mod", "binary")),
    "limits": lambda reader, top: reader._limits("always", top),
    "nolimits": lambda reader, top: reader._limits("no", top),
    "displaystyle": lambda reader, top: reader._style(True, top),
    "textstyle": lambda reader, top: reader._style(False, top),
    "left": _Reader._left,
    "middle": _Reader._middle,
    "right": _Reader._right,
    "begin": _Reader._begin,
    "end": _Reader._end,
    "\\": _Reader._next_row,
}


def read(latex: str) -> Layout:
    """The tree of LaTeX mathematics (without its dollar signs).

    Raises LanguageError, with the place in the text, for what is not known, not balanced, too long
    or nested too deep.
    """
    if len(latex) > limits.MATHEMATICS_LENGTH:
        raise LanguageError(
            "mathematics that is too long",
            limits.MATHEMATICS_LENGTH,
            expected=f"at most {limits.MATHEMATICS_LENGTH:,} characters",
            found=f"{len(latex):,} characters",
        )
    return _Reader(latex).read()
