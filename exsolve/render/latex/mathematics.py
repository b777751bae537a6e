r"""Mathematics made ready to be broken into lines where it is wider than the page.

TeX breaks mathematics in a paragraph behind signs outside of ``\left`` and ``\right``; the
preamble's ``\fenced`` opens brackets that are too wide. What TeX does not break by itself, behind
commas, between matrices and inside very long numbers, gets its places here.
"""

from __future__ import annotations

import re
from typing import Final

from exsolve.prose.latex import latex_mathematics

SURELY_SHORT: Final = 60
"""Characters of LaTeX up to which it stands on a line as it is."""
LONGEST_NUMBER: Final = 24
"""Digits of a number up to which it is not broken."""

_TOKEN: Final = re.compile(r"\\(?:begin|end)\{[a-z]+\}|\\[A-Za-z]+|\\.|\d+|.", re.DOTALL)
_ENDS_A_FACTOR: Final = (r"\end{bmatrix}", r"^{\top}", "])", "))", "|)")
_MATRIX: Final = r"\begin{bmatrix}"


def breakable(latex: str) -> str:
    """The mathematics with places to break it, if it may be too wide for a line."""
    latex = latex_mathematics(latex)
    return latex if len(latex) <= SURELY_SHORT else _with_places(latex)


def _with_places(latex: str) -> str:
    fences: list[tuple[str, str]] = []
    written, opening, environments = "", "", 0
    delimiter = ""
    braces = 0
    depths: list[int] = []
    for token in _TOKEN.findall(latex):
        if delimiter:
            if token.isspace():
                continue
            if delimiter == r"\left":
                if _ends_factor(written):
                    written += r"\allowbreak "
                fences.append((written, token))
                depths.append(braces)
                written, braces = "", 0
            else:
                before, opening = fences.pop()
                braces = depths.pop()
                written = rf"{before}\fenced{opening}{{{written.strip()}}}{token}"
            delimiter = ""
        elif token in (r"\left", r"\right"):
            delimiter = token
        elif token == _MATRIX and _ends_factor(written):
            written += rf"\allowbreak {token}"
        elif token == "," and not braces and not environments:
            written += r",\allowbreak "
        elif token.isdigit() and len(token) > LONGEST_NUMBER:
            groups = [token[place : place + 6] for place in range(0, len(token), 6)]
            written += r"\allowbreak ".join(groups)
        else:
            braces += (token == "{") - (token == "}")
            environments += token.startswith(r"\begin{")
            environments -= token.startswith(r"\end{")
            written += token
    return written


def _ends_factor(written: str) -> bool:
    """Whether what stands before a bracket or a matrix is a factor, not a function's name."""
    return written.rstrip().endswith(_ENDS_A_FACTOR)
