r"""Mathematics made ready to be broken into lines where it is wider than the page.

TeX breaks mathematics in a paragraph behind signs outside of ``\left`` and ``\right``; the
preamble's ``\fenced`` opens brackets that are too wide.
"""

from __future__ import annotations

from typing import Final

from exsolve.prose.latex import latex_mathematics
from exsolve.typesetting.breaking import Fence, Row, row, stacked

SURELY_SHORT: Final = 60
"""Characters of LaTeX up to which it stands on a line as it is."""
_STACKED: Final = r"\end{aligned} \\ "
_APART: Final = r"\end{aligned} \\[1.2ex] "


def breakable(latex: str) -> str:
    """The mathematics with places to break it, if it may be too wide for a line."""
    latex = latex_mathematics(stacked(latex)).replace(_STACKED, _APART)
    return latex if len(latex) <= SURELY_SHORT else _written(row(latex))


def _written(pieces: Row) -> str:
    return "".join(
        rf"\fenced{one.left}{{{_written(one.inside)}}}{one.right}"
        if isinstance(one, Fence)
        else one
        for one in pieces
    )
