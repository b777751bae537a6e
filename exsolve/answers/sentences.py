"""Values that stand in sentences: several of them side by side, and words behind them."""

from __future__ import annotations

import re
from collections.abc import Callable

from exsolve.answers.statements import SEPARATOR, between, end_of_line, statement_at, trimmed

_SIDE_BY_SIDE = 8_000
"""Characters of answers that stand side by side."""
_DEPTHS = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1, r"\begin": 1, r"\end": -1}
_BRACKET_OR_SEPARATOR = re.compile(rf"\\begin|\\end|[\[({{\])}}]|{SEPARATOR.pattern}")
_CLOSED_BEFORE_PROSE = re.compile(
    r"(\$[^$\n]+\$|\[[^\n]*\])[,;:][ \t]+[A-Za-z]{2,}[^=\[\](){}\d$\\]*\Z"
)


def another_statement(text: str, is_asked: Callable[[str], bool]) -> tuple[int, int] | None:
    """Where another answer begins behind a value: ``1, b = 2`` and ``1 and b = 2``; where the value
    ends, and the other begins."""
    if "=" not in text or len(text) > _SIDE_BY_SIDE:
        return None
    depth = place = 0
    for separator in _BRACKET_OR_SEPARATOR.finditer(text):
        sign = separator.group()
        if sign in _DEPTHS:
            depth += _DEPTHS[sign]
        elif depth == 0 and separator.start() >= place:
            place = between(text, separator.start())
            other = statement_at(text, place, end_of_line(text, place))
            if other is not None and other.sign in ("=", ":=") and is_asked(other.name):
                return separator.start(), place
    return None


def before_prose(text: str) -> tuple[int, int]:
    """Where a value begins and ends that is closed before the sentence goes on behind it; all of
    the text where it is not."""
    found = _CLOSED_BEFORE_PROSE.match(text)
    return trimmed(found[1]) if found else (0, len(text))
