"""Lists, tuples and matrices: Python's and NumPy's, MATLAB's rows, and LaTeX's environments."""

from __future__ import annotations

from typing import Final

from exsolve import limits
from exsolve.answers.commands import DETERMINANTS, MATRICES, ROOT_COMMAND, ROW
from exsolve.answers.pieces import LIST, OPEN, Piece, quoted
from exsolve.answers.reader import BEGINS, Reader
from exsolve.answers.spellings import FUNCTION, QUANTITY
from exsolve.answers.tokens import BEGIN, CLOSING, FINISH, OPENING, Token
from exsolve.answers.written import Number
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, FRACTION, NAME, NUMBER, ROOT
from exsolve.expression.tree import Call, Literal, Shape
from exsolve.ops import OPERATIONS

_NUMBERS: Final = frozenset({NUMBER, FRACTION, "-", "+", "[", "≈"})
_FACTORS: Final = frozenset({NAME, QUANTITY, FUNCTION, ROOT, ROOT_COMMAND})
"""What a number often stands before as its factor."""


class Lists(Reader):
    """What stands in square brackets, and in brackets with commas."""

    __slots__ = ()

    def listed(self, opening: Token) -> Piece:
        """A list, rows in the way of MATLAB, or NumPy's output."""
        separator = self.separator()
        self.open(opening, separator)
        rows: list[list[Piece]] = [[]]
        first = self.tokens[self.position].kind
        if first == "]":
            raise LanguageError("the list is empty", opening.offset, expected="at least one entry")
        while True:
            entry = self.entry()
            rows[-1].append(entry)
            token = self.tokens[self.position]
            if token.kind == "]":
                break
            if token.kind in (";", ","):
                self.position += 1
                if self.tokens[self.position].kind == "]":
                    break  # a comma or semicolon at the end begins nothing
                if token.kind == ";":
                    rows.append([])
            elif token.line and token.kind != END:
                rows.append([])
            elif separator == " " and token.spaced and token.kind != END:
                self.refuse_product(rows, token)
            elif token.kind == "[" and entry.shape:
                pass
            else:
                raise self.misplaced()
        end = self.close("]")
        if first == BEGIN and len(rows) == 1 == len(rows[0]) and rows[0][0].form == LIST:
            # \left[ \begin{array} ... \end{array} \right]: brackets of a matrix, not a list of it
            return rows[0][0]._replace(offset=opening.offset, end=end)
        return self.arranged(rows, opening.offset, end)

    def separator(self) -> str:
        """What separates the entries of the list that begins here: a comma, if there is one."""
        place = self.position
        found = self.tokens
        known = self.separators.get(place)
        if known is not None:
            return known
        stack: list[int] = []
        for at in range(place, len(found)):
            kind = found[at].kind
            if kind in OPENING:
                stack.append(at)
                self.separators[at] = " "
            elif kind in CLOSING:
                if stack:
                    stack.pop()
                if not stack:
                    break
            elif kind == "," and stack:
                self.separators[stack[-1]] = ","
        return self.separators[place]

    def entry(self) -> Piece:
        """One entry, perhaps with a sign that it is rounded."""
        token = self.tokens[self.position]
        if token.kind != "≈":
            return self.expression()
        self.position += 1
        return self.expression()._replace(approximate=True, offset=token.offset)

    def refuse_product(self, rows: list[list[Piece]], token: Token) -> None:
        """Two entries with a space between them that could be factors: ``[2 ln 3]``.

        Where other entries are separated by spaces too, or nobody writes such a product (``[0
        ln(3)]``, ``[tanh(1) tanh(2)]``), the space separates, as in MATLAB.
        """
        entry = rows[-1][-1]
        if entry.shape or token.kind in _NUMBERS:
            return
        if entry.form != OPEN and self.separates(rows, entry, token):
            return
        left = quoted(self.text, entry)
        right = self.shown(token)
        raise LanguageError(
            f"this can be read in two ways in a list: {left} {right}",
            entry.offset,
            found=f"the product of {left} and {right}, or two entries",
            hint=f"a comma or a sign: [{left}, {right}...] or [{left}*{right}...]",
        )

    def separates(self, rows: list[list[Piece]], entry: Piece, token: Token) -> bool:
        """Whether a space behind an entry begins another, whatever stands there."""
        if any(separator == "," for _, separator in self.brackets):
            return False
        following = self.tokens[self.position + 1]
        if token.kind == FUNCTION and following.kind not in ("(", "{"):
            return following.kind == NUMBER and not following.spaced
        if token.kind == NAME and token.text in ("e", "E", "x", "X"):
            return False  # 1.16 e-10 and 1.16 x 10^-10, with spaces
        number = entry.node.value if isinstance(entry.node, Literal) else None
        if token.kind not in _FACTORS or number in (None, 0, 1):
            return True
        if len(rows) > 1 or len(rows[-1]) > 1:
            return True
        return self.goes_on_after(self.position)

    def goes_on_after(self, place: int) -> bool:
        """Whether another space or a semicolon separates entries behind the one that begins
        here."""
        depth = 0
        for token in self.tokens[place + 1 :]:
            if depth == 0 and (token.kind in ("]", END, ";")):
                return token.kind == ";"
            if depth == 0 and token.spaced and token.kind in BEGINS:
                return True
            depth += (token.kind in OPENING) - (token.kind in CLOSING)
        return False

    def parenthesis(self, opening: Token) -> Piece:
        """A value in brackets, or a tuple: ``(3)`` is a number, ``(3,)`` a tuple of one."""
        self.open(opening)
        if self.tokens[self.position].kind == ")":
            raise LanguageError("there is nothing in the brackets", opening.offset)
        first = self.entry()
        if self.tokens[self.position].kind != ",":
            end = self.close(")")
            return first._replace(offset=opening.offset, end=end, form="")
        entries = [first]
        while self.tokens[self.position].kind == ",":
            self.position += 1
            if self.tokens[self.position].kind == ")":
                break
            entries.append(self.entry())
        end = self.close(")")
        return self.arranged([entries], opening.offset, end)

    def environment(self, opening: Token) -> Piece:
        r"""``\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}``: always with rows and columns."""
        if opening.text.rstrip("*") not in MATRICES:
            hint = r"\begin{bmatrix} ... \end{bmatrix}"
            message = f"\\begin{{{opening.text}}} is not read in answers"
            if opening.text in DETERMINANTS:
                message = f"\\begin{{{opening.text}}} writes a determinant, not a matrix"
            raise LanguageError(message, opening.offset, hint=hint)
        self.open(opening)
        rows: list[list[Piece]] = [[]]
        while True:
            rows[-1].append(self.entry())
            token = self.tokens[self.position]
            if token.kind == "&":
                self.position += 1
            elif token.kind == ROW:
                self.position += 1
                if self.tokens[self.position].kind == FINISH:
                    break
                rows.append([])
            elif token.kind == FINISH:
                break
            elif token.kind == ",":
                raise LanguageError(
                    "'&' stands between the entries of a LaTeX matrix",
                    token.offset,
                    found="','",
                    hint="1 & 2",
                )
            else:
                raise self.misplaced()
        token = self.tokens[self.position]
        if token.text != opening.text:
            raise LanguageError(
                f"\\end{{{token.text}}} closes \\begin{{{opening.text}}}",
                token.offset,
                expected=f"\\end{{{opening.text}}}",
            )
        end = self.close(FINISH)
        inner = [self.arranged([row], row[0].offset, row[-1].end) for row in rows]
        return self.stacked(inner, opening.offset, end)

    def arranged(self, rows: list[list[Piece]], start: int, end: int) -> Piece:
        """The array of these rows; entries that are lists stand one below the other."""
        if len(rows) == 1:
            return self.stacked(rows[0], start, end)
        rows = [row for row in rows if row]
        if any(entry.shape for row in rows for entry in row):
            return self.stacked([entry for row in rows for entry in row], start, end)
        return self.stacked(
            [self.stacked(row, row[0].offset, row[-1].end) for row in rows], start, end
        )

    def stacked(self, entries: list[Piece], start: int, end: int) -> Piece:
        """The entries along a new first axis; raises LanguageError where they are not alike."""
        shape = entries[0].shape
        for place, entry in enumerate(entries):
            if entry.shape != shape:
                raise LanguageError(
                    "the rows of the list are not alike",
                    entry.offset,
                    expected=f"{_size(shape)}, as in row 1",
                    found=f"row {place + 1} has {_size(entry.shape)}",
                    hint="the same number of entries in every row",
                )
        if len(shape) >= limits.DIMENSIONS:
            raise LanguageError(
                "the list has too many dimensions",
                start,
                expected=f"at most {limits.DIMENSIONS}",
            )
        text = self.text
        cells: list[Number] = []
        known = True
        for entry in entries:
            if not shape:
                cells.append(entry.number(text))
            elif entry.cells is None:
                known = False
                break
            else:
                cells += entry.cells
        if len(cells) > limits.ANSWER_NUMBERS:
            raise LanguageError(
                "the answer has too many numbers",
                start,
                expected=f"at most {limits.ANSWER_NUMBERS}",
            )
        node = Call(OPERATIONS["stack"], tuple(entry.node for entry in entries), None, start)
        height = 1 + max(entry.height for entry in entries)
        return Piece(
            node,
            (len(entries), *shape),
            start,
            end,
            form=LIST,
            height=height,
            cells=tuple(cells) if known else None,
        )


def _size(shape: Shape) -> str:
    if not shape:
        return "a single number"
    if len(shape) == 1:
        return f"{shape[0]} {'entry' if shape[0] == 1 else 'entries'}"
    return f"{' x '.join(map(str, shape))} entries"
