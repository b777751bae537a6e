"""How names look: as they are, with Greek letters on a terminal, with subscripts in LaTeX."""

from __future__ import annotations

import re
from typing import Final

from exsolve.expression.shortening import ELLIPSIS

_GREEK: Final = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
_COMMANDS: Final = {
    **{letter: rf"\{word}" for word, letter in _GREEK.items()},
    "ε": r"\varepsilon",
    "φ": r"\varphi",
    "ϵ": r"\epsilon",
    "ϕ": r"\phi",
    "ϑ": r"\vartheta",
    "ϱ": r"\varrho",
    "ϖ": r"\varpi",
    "ς": r"\varsigma",
}
_ACCENTS: Final = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde"}
_PLAIN: Final = rf"(?:{'|'.join(_GREEK)}|[A-Za-z])[0-9]*(?:_(?:next|prev|[0-9]+|[A-Za-z]))*?"
_DERIVATIVE: Final = re.compile(rf"d({_PLAIN})_d({_PLAIN})")
"""``dh_next_dh``, ``dh3_dh1``: how one thing changes with another; not ``data_dim``."""
_ESCAPES: Final = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "#$%&_{}"},
        "\\": r"\textbackslash{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)


def escape_latex(text: str) -> str:
    """The text with the characters that LaTeX would act on made harmless."""
    return text.translate(_ESCAPES)


def show_name(name: str, notation: str) -> str:
    r"""The name in ``text`` (as it is), ``terminal`` (``μ_batch``) or ``latex``
    (``\mu_{\mathrm{batch}}``, ``h_{1}^{\mathrm{next}}``, ``\hat{x}``, ``\nabla_{W}``,
    ``\frac{\partial h_{3}}{\partial h_{1}}`` of ``dh3_dh1``)."""
    if notation == "text":
        return name
    if name == ELLIPSIS:
        return ELLIPSIS if notation == "terminal" else r"\cdots"
    parts = [part for part in name.split("_") if part]
    if notation == "terminal":
        return "_".join(_GREEK.get(part, part) for part in name.split("_"))
    if len(parts) > 1 and parts[0] == "grad":
        return rf"\nabla_{{{show_name('_'.join(parts[1:]), notation)}}}"
    if derivative := _DERIVATIVE.fullmatch(name):
        above, below = (show_name(one, notation) for one in derivative.groups())
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"
    head, *rest = parts or [name]
    numbered = re.fullmatch(r"([^\W\d_]+?)(\d+)", head)
    if numbered and (len(numbered[1]) == 1 or numbered[1] in _GREEK):
        head, rest = numbered[1], [numbered[2], *rest]
    accent, above = "", ""
    if rest and rest[-1] in _ACCENTS:
        accent = _ACCENTS[rest.pop()]
    if rest and rest[-1] == "star":
        above = r"\star"
        rest.pop()
    elif len(rest) > 1 and len(rest[-1]) > 1 and rest[-1].isalpha() and rest[-1] not in _GREEK:
        above = _symbol(rest.pop())
    shown = _symbol(head)
    if accent:
        shown = f"{accent}{{{shown}}}"
    if rest:
        shown += f"_{{{', '.join(map(_symbol, rest))}}}"
    if above:
        shown += f"^{{{above}}}"
    return shown


def _symbol(part: str) -> str:
    """One part of a name: a letter in italics, a Greek letter, a number, or an upright word."""
    if " " in part:  # words of a rule in general; mathematics would close the gap
        return rf"\text{{{escape_latex(part)}}}"
    if part in _GREEK:
        return _COMMANDS[_GREEK[part]]
    if part.isascii():
        plain = part.isdigit() or (len(part) == 1 and part.isalpha())
        return part if plain else rf"\mathrm{{{escape_latex(part)}}}"
    if any(letter in _COMMANDS for letter in part):
        # Δx: the Greek letter is a sign of its own before what it belongs to.
        pieces = re.findall(rf"[{''.join(_COMMANDS)}]|[^{''.join(_COMMANDS)}]+", part)
        return " ".join(_COMMANDS.get(piece) or _symbol(piece) for piece in pieces)
    return rf"\text{{{escape_latex(part)}}}"
