"""Values that stand in sentences: several of them side by side, and words behind them."""

from __future__ import annotations

import re
from collections.abc import Callable

from exsolve.answers.statements import SEPARATOR, between, end_of_line, statement_at

_SIDE_BY_SIDE = 8_000
"""Characters of answers that stand side by side."""
_DEPTHS = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1, r"\begin": 1, r"\end": -1}
_BRACKET_OR_SEPARATOR = re.compile(rf"\\begin|\\end|[\[({{\])}}]|{SEPARATOR.pattern}")
_PROSE_BEFORE = re.compile(r"(?<![\\\w^{])[A-Za-z]{2,}[,.;:]?[ \t]+\**$")
_WITHIN = re.compile(
    r"(?:^|=|[\])\d$`&])[ \t]*([^\W\d][\w.]{0,60})[$`]{0,2}[ \t]*=[ \t]*(?=([^\s=]))"
)
_GAP = re.compile(r"(?:\A|=)[ \t\n&\\]*(?:\.\.\.|…|\\[lc]?dots\b)[ \t\n&\\]*=[ \t\n]*(?=\S)")
_OF_A_LOSS = re.compile(r"gradient|derivative|differential|nabla|partial|change", re.I)


def another_statement(
    text: str, is_asked: Callable[[str], bool], sign: str = "="
) -> tuple[int, int] | None:
    """Where another answer begins behind a value: ``1, b = 2`` and ``1 and so b = 2``; where the
    value ends, and the other begins. sign: the one before the value, which separates the others."""
    if ("=" not in text and (sign != ":" or ":" not in text)) or len(text) > _SIDE_BY_SIDE:
        return None
    depth = place = 0
    for separator in _BRACKET_OR_SEPARATOR.finditer(text):
        found = separator.group()
        if found in _DEPTHS:
            depth += _DEPTHS[found]
        elif depth == 0 and separator.start() >= place:
            place = between(text, separator.start())
            other = statement_at(text, place, end_of_line(text, place))
            if other is None or other.sign not in ("=", ":=", sign):
                continue
            if is_asked(other.name):
                return separator.start(), place
            last = last_name(other.name)
            if last and is_asked(last):
                return separator.start(), text.rindex(last, other.start, other.value)
    return None


def last_name(name: str) -> str:
    """The name at the end of what stands before a sign, ``L`` of ``so we get L``; empty where other
    things than words stand before it, or it is said of something else."""
    before, _, last = name.rpartition(" ")
    if not _PROSE_BEFORE.search(before + " ") or _OF_A_LOSS.search(before):
        return ""
    return last


def names_within(text: str) -> list[tuple[str, int]]:
    """Names within a value that stand before a sign ``=`` themselves, ``K`` of ``K = X``; and where
    what is behind that sign begins."""
    if "=" not in text or len(text) > _SIDE_BY_SIDE:
        return []
    return [(found[1], found.start(2)) for found in _WITHIN.finditer(text)]


def behind_gap(text: str) -> int:
    """Where a chain goes on behind the last of its steps that was left out: ``X W = ... = [1]``."""
    if "..." not in text and "…" not in text and "dots" not in text:
        return 0
    return max((found.end() for found in _GAP.finditer(text[:_SIDE_BY_SIDE])), default=0)
