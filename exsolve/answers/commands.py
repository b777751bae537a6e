"""The commands of LaTeX that are read in answers, and the signs that they stand for."""

from __future__ import annotations

from typing import Final

from exsolve.expression.layout.vocabulary import (
    ACCENTS,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GREEK,
    GREEK_CAPITALS,
    HEIGHTS,
    LIMIT_FUNCTIONS,
    SPACES,
    TEXTS,
)

ACCENT: Final = "accent"
FONT: Final = "font"
FRACTION_COMMAND: Final = "\\frac"
ROOT_COMMAND: Final = "\\sqrt"
OVERLINE: Final = "\\overline"
ELLIPSIS: Final = "..."
TOP: Final = "⊤"
ROW: Final = "\\\\"

VARIANTS: Final = {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varkappa": "kappa",
    "varpi": "pi",
    "varrho": "rho",
    "varsigma": "sigma",
    "varphi": "phi",
}
"""Two ways of writing one letter, which are one name."""

LETTERS: Final = {
    letter: VARIANTS.get(word, word)
    for word, letter in {**GREEK, **GREEK_CAPITALS}.items()
    if word not in ("ell", "imath", "jmath", "Re", "Im", "hbar", "aleph")
} | {"µ": "mu", "\u2126": "Omega"}
"""Greek letters and their names."""

SILENT: Final = frozenset(
    {*SPACES, *HEIGHTS, "left", "right", "middle", "displaystyle", "textstyle", "limits"}
    | {f"{height}{side}" for height in HEIGHTS for side in "lr"}
    | {"nolimits", "mathop", "mathbin", "mathrel", "mathord", "negthinspace", "boxed", "/", "-"}
)
"""Commands that say how something looks and not what it is."""

FONT_COMMANDS: Final = frozenset(
    {*FONTS, *TEXTS, "operatorname", "pmb", "rm", "bf", "mathsfit", "textit", "textsf", "texttt"}
)
ACCENT_COMMANDS: Final = {
    command: {"widehat": "hat", "widetilde": "tilde"}.get(command, command)
    for command in ACCENTS
    if command not in ("overline", "underline", "overbrace", "underbrace")
}

_SAME: Final[dict[str, str]] = {
    "cdot": "·",
    "bullet": "·",
    "times": "×",
    "div": "/",
    "odot": "⊙",
    "ast": "*",
    "star": "⋆",
    "circ": "∘",
    "otimes": "⊗",
    "pm": "±",
    "mp": "±",
    "approx": "≈",
    "simeq": "≈",
    "sim": "≈",
    "thickapprox": "≈",
    "doteq": "≈",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "ne": "!=",
    "neq": "!=",
    "lt": "<",
    "gt": ">",
    "to": "→",
    "rightarrow": "→",
    "top": TOP,
    "intercal": TOP,
    "prime": "'",
    "infty": "∞",
    "nabla": "∇",
    "partial": "∂",
    "sum": "∑",
    "prod": "∏",
    "int": "∫",
    "|": "‖",
    "Vert": "‖",
    "lVert": "‖",
    "rVert": "‖",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "mid": "|",
    "langle": "⟨",
    "rangle": "⟩",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "lbrack": "[",
    "rbrack": "]",
    "ldots": ELLIPSIS,
    "dots": ELLIPSIS,
    "cdots": ELLIPSIS,
    "dotsc": ELLIPSIS,
    "%": "%",
    "&": "&",
    "_": "_",
    "\\": ROW,
    "cr": ROW,
    "overline": OVERLINE,
    "sqrt": ROOT_COMMAND,
    **dict.fromkeys(FRACTIONS, FRACTION_COMMAND),
}
SIGNS: Final = _SAME
WORDS: Final[dict[str, str]] = {
    **{word: VARIANTS.get(word, word) for word in (*GREEK, *GREEK_CAPITALS)},
    **{word: word for word in (*FUNCTIONS, *LIMIT_FUNCTIONS)},
}
"""Commands that are names: of Greek letters and of functions."""

MATRICES: Final = frozenset(
    {"matrix", "bmatrix", "pmatrix", "smallmatrix", "bsmallmatrix", "psmallmatrix", "array"}
)
"""Environments that hold the rows of a matrix."""
DETERMINANTS: Final = frozenset({"vmatrix", "Vmatrix"})
