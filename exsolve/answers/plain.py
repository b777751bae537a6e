"""Numbers, lists and matrices of plain integers, fractions and decimals: most answers are no more.

What is read here reads the same in the grammar, which takes ten times as long.
"""

from __future__ import annotations

import re
from typing import Final

from flint import fmpq

from exsolve.answers.written import Number, Written
from exsolve.expression.tree import Call, Literal
from exsolve.ops import OPERATIONS

_LONGEST: Final = 2_000
_UNSIGNED: Final = r"(?:0|[1-9][0-9]{0,14})"
_NUMBER: Final = (
    rf"-?(?:[1-9][0-9]{{0,14}}/[1-9][0-9]{{0,14}}|{_UNSIGNED}(?:\.[0-9]{{1,15}})?|\.[0-9]{{1,15}})"
    r"(?![0-9./])"
)
_ROW: Final = rf"\[[ ]*{_NUMBER}(?:,[ \n]*{_NUMBER})*+[ ]*\]"
_PLAIN: Final = re.compile(rf"\s*(?:{_NUMBER}|{_ROW}|\[[ ]*{_ROW}(?:,[ \n]*{_ROW})*+[ ]*\])\s*")
_ENTRY: Final = re.compile(r"[\[\]]|[-0-9./]+")


def read_plain(text: str) -> Written | None:
    """The value that a text writes down; None for all that is not as plain as that."""
    if len(text) > _LONGEST or _PLAIN.fullmatch(text) is None:
        return None
    numbers: list[Number] = []
    rows: list[Call] = []
    shown: list[str] = []
    opened: list[int] = []
    row = 0
    stack = OPERATIONS["stack"]
    for found in _ENTRY.finditer(text):
        piece, offset = found[0], found.start()
        if piece == "[":
            opened.append(offset)
            row = len(numbers)
        elif piece != "]":
            numbers.append(_number(piece, offset, found.end()))
        elif len(numbers) > row:
            cells = numbers[row:]
            rows.append(Call(stack, tuple([cell.node for cell in cells]), None, opened.pop()))
            shown.append(f"[{', '.join([_shown(cell) for cell in cells])}]")
            row = len(numbers)
    if not rows:
        (alone,) = numbers
        return Written(text, alone.node, (), (alone,), _shown(alone))
    width = len(rows[0].args)
    if not opened:
        return Written(text, rows[0], (width,), tuple(numbers), shown[0])
    if any(len(one.args) != width for one in rows):
        return None
    matrix = Call(stack, tuple(rows), None, opened[0])
    return Written(text, matrix, (len(rows), width), tuple(numbers), f"[{', '.join(shown)}]")


def _number(text: str, offset: int, end: int) -> Number:
    above, slash, below = text.partition("/")
    if slash:
        ratio = fmpq(int(above), int(below))
        return Number(Literal(ratio, text, offset), text, offset, end)
    whole, _, decimals = text.partition(".")
    digits = f"{whole}{decimals}"
    value = fmpq(int(digits), 10 ** len(decimals)) if decimals else fmpq(int(whole))
    significant = len(digits.lstrip("-0"))
    return Number(Literal(value, text, offset), text, offset, end, len(decimals), significant)


def _shown(number: Number) -> str:
    node = number.node
    if number.places is None and isinstance(node, Literal):
        return str(node.value)  # 2/4 is shown as 1/2
    return number.text
