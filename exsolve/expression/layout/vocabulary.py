"""The commands of LaTeX that are read, and the class of every sign (The TeXbook, appendix F)."""

from __future__ import annotations

from typing import Final

from exsolve.expression.layout.tree import Font, Kind, Size

GREEK: Final = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ϵ",
    "varepsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "vartheta": "ϑ",
    "iota": "ι",
    "kappa": "κ",
    "varkappa": "ϰ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "omicron": "ο",
    "pi": "π",
    "varpi": "ϖ",
    "rho": "ρ",
    "varrho": "ϱ",
    "sigma": "σ",
    "varsigma": "ς",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "ϕ",
    "varphi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "ell": "ℓ",
    "imath": "ı",
    "jmath": "ȷ",
}
GREEK_CAPITALS: Final = {
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Upsilon": "Υ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
    "Re": "ℜ",
    "Im": "ℑ",
    "hbar": "ℏ",
    "aleph": "ℵ",
}
"""Letters that TeX sets upright."""

FUNCTIONS: Final = frozenset(
    {"arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "dim", "exp"}
    | {"hom", "ker", "lg", "ln", "log", "sec", "sin", "sinh", "tan", "tanh"}
)
LIMIT_FUNCTIONS: Final = frozenset({"det", "gcd", "inf", "lim", "max", "min", "Pr", "sup"})
"""Functions whose scripts stand below and above them in display."""
SPACED_FUNCTIONS: Final = {"liminf": "lim inf", "limsup": "lim sup"}

_SIGNS: Final[dict[Kind, dict[str, str]]] = {
    "ordinary": {
        "infty": "∞",
        "partial": "∂",
        "nabla": "∇",
        "top": "⊤",
        "bot": "⊥",
        "star": "⋆",
        "prime": "′",
        "forall": "∀",
        "exists": "∃",
        "nexists": "∄",
        "emptyset": "∅",
        "varnothing": "∅",
        "angle": "∠",
        "triangle": "△",
        "neg": "¬",
        "lnot": "¬",
        "ldots": "…",
        "dots": "…",
        "dotsc": "…",
        "cdots": "⋯",
        "dotsb": "⋯",
        "vdots": "⋮",
        "ddots": "⋱",
        "vert": "|",
        "Vert": "‖",
        "|": "‖",
        "backslash": "\\",
        "$": "$",
        "%": "%",
        "#": "#",
        "&": "&",
        "_": "_",
        "checkmark": "✓",
        "dagger": "†",
        "degree": "°",
        "square": "□",
        "blacksquare": "■",
    },
    "binary": {
        "cdot": "⋅",
        "times": "×",
        "div": "÷",
        "pm": "±",
        "mp": "∓",
        "circ": "∘",
        "bullet": "∙",
        "ast": "∗",
        "odot": "⊙",
        "oplus": "⊕",
        "ominus": "⊖",
        "otimes": "⊗",
        "oslash": "⊘",
        "cup": "∪",
        "cap": "∩",
        "setminus": "∖",
        "wedge": "∧",
        "land": "∧",
        "vee": "∨",
        "lor": "∨",
        "diamond": "⋄",
        "sqcup": "⊔",
        "sqcap": "⊓",
    },
    "relation": {
        "le": "≤",
        "leq": "≤",
        "leqslant": "⩽",
        "ge": "≥",
        "geq": "≥",
        "geqslant": "⩾",
        "ne": "≠",
        "neq": "≠",
        "lt": "<",
        "gt": ">",
        "ll": "≪",
        "gg": "≫",
        "approx": "≈",
        "sim": "∼",
        "simeq": "≃",
        "cong": "≅",
        "equiv": "≡",
        "propto": "∝",
        "in": "∈",
        "ni": "∋",
        "notin": "∉",
        "subset": "⊂",
        "subseteq": "⊆",
        "supset": "⊃",
        "supseteq": "⊇",
        "prec": "≺",
        "preceq": "⪯",
        "succ": "≻",
        "succeq": "⪰",
        "mid": "∣",
        "nmid": "∤",
        "parallel": "∥",
        "perp": "⟂",
        "models": "⊨",
        "vdash": "⊢",
        "to": "→",
        "rightarrow": "→",
        "leftarrow": "←",
        "gets": "←",
        "leftrightarrow": "↔",
        "Rightarrow": "⇒",
        "Leftarrow": "⇐",
        "Leftrightarrow": "⇔",
        "implies": "⟹",
        "impliedby": "⟸",
        "iff": "⟺",
        "longrightarrow": "⟶",
        "longleftarrow": "⟵",
        "longleftrightarrow": "⟷",
        "Longrightarrow": "⟹",
        "mapsto": "↦",
        "longmapsto": "⟼",
        "hookrightarrow": "↪",
        "uparrow": "↑",
        "downarrow": "↓",
        "nearrow": "↗",
        "searrow": "↘",
        "leadsto": "⇝",
        "coloneqq": "≔",
        "triangleq": "≜",
        "doteq": "≐",
        "colon": ":",
    },
    "large": {
        "sum": "∑",
        "prod": "∏",
        "coprod": "∐",
        "int": "∫",
        "iint": "∬",
        "iiint": "∭",
        "oint": "∮",
        "bigcup": "⋃",
        "bigcap": "⋂",
        "bigoplus": "⨁",
        "bigotimes": "⨂",
        "bigodot": "⨀",
        "bigwedge": "⋀",
        "bigvee": "⋁",
    },
    "open": {
        "{": "{",
        "lbrace": "{",
        "lbrack": "[",
        "langle": "⟨",
        "lfloor": "⌊",
        "lceil": "⌈",
        "lvert": "|",
        "lVert": "‖",
    },
    "close": {
        "}": "}",
        "rbrace": "}",
        "rbrack": "]",
        "rangle": "⟩",
        "rfloor": "⌋",
        "rceil": "⌉",
        "rvert": "|",
        "rVert": "‖",
    },
    "punctuation": {},
    "prefix": {},
    "postfix": {},
}
SIGNS: Final[dict[str, tuple[str, Kind]]] = {
    name: (sign, kind) for kind, named in _SIGNS.items() for name, sign in named.items()
} | {"colon": (":", "punctuation")}
"""A command and what it stands for."""

CHARACTERS: Final[dict[str, tuple[str, Kind]]] = {
    **{
        sign: (sign, kind)
        for kind, named in _SIGNS.items()
        for sign in named.values()
        if not sign.isascii()
    },
    "+": ("+", "binary"),
    "-": ("−", "binary"),
    "−": ("−", "binary"),
    "*": ("∗", "binary"),
    "·": ("⋅", "binary"),
    "=": ("=", "relation"),
    "<": ("<", "relation"),
    ">": (">", "relation"),
    ":": (":", "relation"),
    ",": (",", "punctuation"),
    ";": (";", "punctuation"),
    "(": ("(", "open"),
    ")": (")", "close"),
    "[": ("[", "open"),
    "]": ("]", "close"),
    "|": ("|", "ordinary"),
    "‖": ("‖", "ordinary"),
    "/": ("/", "ordinary"),
    "!": ("!", "postfix"),
    "?": ("?", "postfix"),
    ".": (".", "ordinary"),
    '"': ("″", "ordinary"),
    "@": ("@", "ordinary"),
}
"""What a character stands for by itself."""
SIGNED: Final = frozenset("+−±∓")
"""Signs that may stand before a number instead of between two."""
BESIDE_BOUNDS: Final = frozenset("∫∬∭∮")
"""Large signs whose bounds stand beside them."""

FENCES: Final = {
    **{sign: sign for sign in "()[]|/<>‖⟨⟩⌊⌋⌈⌉"},
    ".": "",
    "<": "⟨",
    ">": "⟩",
    **{f"\\{name}": sign for kind in ("open", "close") for name, sign in _SIGNS[kind].items()},
    r"\vert": "|",
    r"\Vert": "‖",
    r"\|": "‖",
    r"\backslash": "\\",
    r"\uparrow": "↑",
    r"\downarrow": "↓",
}
"""What may follow ``\\left``, ``\\right``, ``\\middle`` and ``\\big``."""
HEIGHTS: Final = {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}
"""The heights of brackets of a fixed size, in em."""
BIG_KINDS: Final[dict[str, Kind]] = {"l": "open", "r": "close", "m": "relation", "": "ordinary"}

SPACES: Final = {
    ",": 1 / 6,
    "thinspace": 1 / 6,
    ":": 2 / 9,
    ">": 2 / 9,
    ";": 5 / 18,
    "!": -1 / 6,
    " ": 1 / 4,
    "\n": 1 / 4,
    "quad": 1.0,
    "qquad": 2.0,
    "enspace": 0.5,
}
"""The widths of spaces, in em."""

FONTS: Final[dict[str, Font]] = {
    "mathrm": "upright",
    "mathit": "italic",
    "mathnormal": "italic",
    "mathbf": "bold",
    "boldsymbol": "bold-italic",
    "bm": "bold-italic",
    "mathbb": "double-struck",
    "mathcal": "script",
    "mathscr": "script",
    "mathfrak": "fraktur",
    "mathsf": "sans-serif",
    "mathtt": "monospace",
}
TEXTS: Final = {"text": False, "textrm": False, "textnormal": False, "mbox": False, "textbf": True}
"""Commands whose argument is words, and whether they are bold."""

FRACTIONS: Final[dict[str, Size]] = {
    "frac": "",
    "tfrac": "text",
    "dfrac": "display",
    "cfrac": "display",
}

ACCENTS: Final[dict[str, tuple[str, bool, bool]]] = {
    "hat": ("ˆ", False, False),
    "widehat": ("ˆ", True, False),
    "bar": ("¯", False, False),
    "overline": ("¯", True, False),
    "tilde": ("˜", False, False),
    "widetilde": ("˜", True, False),
    "vec": ("→", False, False),
    "overrightarrow": ("→", True, False),
    "dot": ("˙", False, False),
    "ddot": ("¨", False, False),
    "check": ("ˇ", False, False),
    "breve": ("˘", False, False),
    "acute": ("´", False, False),
    "grave": ("`", False, False),
    "mathring": ("˚", False, False),
    "underline": ("_", True, True),
    "overbrace": ("⏞", True, False),
    "underbrace": ("⏟", True, True),
}
"""The mark, whether it is as wide as what it marks, whether it stands below."""

MATRICES: Final = {
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "bmatrix": ("[", "]"),
    "pmatrix": ("(", ")"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "cases": ("{", ""),
    "aligned": ("", ""),
    "align*": ("", ""),
    "align": ("", ""),
    "split": ("", ""),
    "gathered": ("", ""),
}
"""The environments and their brackets."""
ALIGNED: Final = frozenset({"aligned", "align", "align*", "split", "gathered"})
