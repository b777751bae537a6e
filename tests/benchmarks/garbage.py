"""Answers as nobody should write them: made by a grammar, changed at random, hostile, or noise."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_NUMBERS = (
    "0", "1", "2", "-3", "4/5", "0.8", ".8", "80%", "1.16e-10", "0.1666...", "½", "3^19", "10^6",
    "−7", "1e400", "99999999999999999999", "007", "1,5", "2 1/2", "5!", "0.0", "１２",
)  # fmt: skip
_EXTREME = (
    "0", "1", "-1", "1e300", "-1e-300", "2^(10^3)", "1/10^400", "0.5", "sqrt(2)", "ln(3)", "1/3",
    "exp(700)", "exp(-700)", "sqrt(2) - 1.41421356237309504880", "10^40 + 1/3", "0.333", "1.41",
    "tanh(50)", "sigmoid(-40)", "1 - 10^-60", "3^200", "80%", "99999999999999", "0.1666...", "pi",
    "exp(sqrt(2))", "sqrt(2)^(1/3)", "sin(10^9)", "1.16e-10", "N", "ln(2)*ln(3)", "-0",
)  # fmt: skip
_NAMES = (
    "N", "n", "h_t", "h_next", "V", "U", "W", "x_t", "Q", "K", "beta", "β", "pi", "π", "e", "E",
    "h_{t+1}", r"\beta", r"\nabla_{h_t} L", "I", "i", "True", "None", "lambda", "X", "y", "w", "d",
)  # fmt: skip
_BETWEEN = (
    "+", "-", "*", "/", "^", "@", " ", "", "**", "·", "×", "⊙", r"\cdot", r"\odot", r"\times", ",",
    ";", "=", "≈", "==", "<", "!", "|", "&", "//", "%", ":", "⁄", "∘",
)  # fmt: skip
_FUNCTIONS = (
    "sqrt", "ln", "log", "exp", "sin", "tanh", "sigmoid", "σ", "softmax", "diag", "sum", "mean",
    "transpose", "inverse", "det", "max", "abs", "outer", "zeros", "ones", "eye", "reshape", "√",
    r"\sqrt", r"\ln", r"\exp", r"\operatorname{softmax}", "eval", "f", "q", "E", "lim", "sum_t",
    "Σₜ", r"\sum_{t=1}^{T}", "concat", "conv", "norm", "trace", "grad", "__import__",
)  # fmt: skip
_AFTER = (
    ".T",
    "^T",
    "ᵀ",
    "'",
    "^{-1}",
    "⁻¹",
    "^2",
    "²",
    "!",
    "[0]",
    "_1",
    "...",
    "%",
    "^\\top",
    "",
)
_BRACKETS = (
    ("(", ")"), ("[", "]"), ("{", "}"), (r"\left(", r"\right)"), ("|", "|"), ("[[", "]]"),
    (r"\begin{bmatrix}", r"\end{bmatrix}"), (r"\frac{", "}{2}"), ("$", "$"), ("‖", "‖"),
    (r"\begin{pmatrix}", r"\end{pmatrix}"), ("⟨", "⟩"), ("⌊", "⌋"), (r"\text{", "}"),
)  # fmt: skip
_STRANGE = (
    "\x00", "\ufeff", "\u202e", "\u200b", "\ud800", "\U0001f4a9", "\x1b[2J", "\r", "\n", "\t", "\\",
    "`", "```", "$$", "#", "<b>", "&lt;", "{{", "}}", "%s", "{0}", "￿", "ﷺ", "\u0301", "١٢", "Ⅷ",
    "\u2028", "'", '"', "@", "~", "=1+1", "---", "???", "\\x41", "\N{NO-BREAK SPACE}", "𝟑", "∞",
)  # fmt: skip


def text(draw: random.Random, right: Sequence[str]) -> str:
    """One answer; ``right`` are answers that are changed."""
    how = draw.choices(_MAKERS, (4, 2, 5, 1, 2))[0]
    return how(draw, right)


def numbers(draw: random.Random, shape: Sequence[int | str]) -> str:
    """An array of a shape, or nearly so, of numbers at the edges of what can be computed."""
    sizes = [size if isinstance(size, int) else 2 for size in shape]
    if sizes and draw.random() < 0.1:
        sizes[draw.randrange(len(sizes))] += draw.choice((-1, 1))
    few = draw.sample(_EXTREME, draw.randint(1, 5))
    return _nested(draw, sizes, few)


def _nested(draw: random.Random, sizes: Sequence[int], cells: Sequence[str]) -> str:
    if not sizes:
        return draw.choice(cells)
    return f"[{', '.join(_nested(draw, sizes[1:], cells) for _ in range(sizes[0]))}]"


def _grammatical(draw: random.Random, right: Sequence[str]) -> str:
    return _expression(draw, draw.randint(1, 5))


def _expression(draw: random.Random, depth: int) -> str:
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(_NUMBERS if draw.random() < 0.5 else _NAMES)
    kind = draw.randrange(6)
    if kind <= 1:
        one, other = (_expression(draw, depth - 1) for _ in range(2))
        return f"{one}{draw.choice(_BETWEEN)}{other}"
    if kind == 2:
        inner = _expression(draw, depth - 1)
        opening, closing = draw.choice(_BRACKETS)
        return f"{draw.choice(_FUNCTIONS)}{opening if draw.random() < 0.3 else '('}{inner}" + (
            closing if draw.random() < 0.3 else ")"
        )
    if kind == 3:
        opening, closing = draw.choice(_BRACKETS)
        return f"{opening}{_expression(draw, depth - 1)}{closing}"
    if kind == 4:
        return f"{_expression(draw, depth - 1)}{draw.choice(_AFTER)}"
    between = draw.choice((", ", ",", " ", "; ", " & ", r" \\ "))
    cells = [_expression(draw, depth - 1) for _ in range(draw.randint(1, 4))]
    return f"[{between.join(cells)}]"


def _soup(draw: random.Random, right: Sequence[str]) -> str:
    """Tokens one after the other."""
    brackets = [one for pair in _BRACKETS for one in pair]
    tokens = (_NUMBERS, _NAMES, _BETWEEN, _FUNCTIONS, _AFTER, brackets, _STRANGE)
    return "".join(draw.choice(draw.choice(tokens)) for _ in range(draw.randint(1, 30)))


def _changed(draw: random.Random, right: Sequence[str]) -> str:
    """A right answer with a few characters lost, doubled, moved or put in."""
    found = draw.choice(right)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(found) + 1)
        to = min(len(found), at + draw.randint(1, 6))
        kind = draw.randrange(5)
        if kind == 0:
            found = found[:at] + found[to:]
        elif kind == 1:
            found = found[:to] + found[at:to] + found[to:]
        elif kind == 2:
            found = found[:at] + draw.choice(draw.choice((_STRANGE, _BETWEEN, _NAMES))) + found[at:]
        elif kind == 3:
            found = found[:at] + draw.choice(_NUMBERS) + found[to:]
        else:
            found = found[to:] + found[:at]
    return found


def _noise(draw: random.Random, right: Sequence[str]) -> str:
    """Characters of all of Unicode."""
    most = draw.choice((0x80, 0x500, 0x3000, 0x110000))
    return "".join(chr(draw.randrange(most)) for _ in range(draw.randint(0, 60)))


def _hostile(draw: random.Random, right: Sequence[str]) -> str:
    """What is meant to take long, or to be run."""
    count = draw.choice((3, 30, 100, 300, 3_000, 30_000))
    return draw.choice(_HOSTILE)(count)


_HOSTILE: tuple[Callable[[int], str], ...] = (
    lambda n: "(" * n + "1" + ")" * n,
    lambda n: "[" * n + "1" + "]" * n,
    lambda n: "[" * n,
    lambda n: "-" * n + "1",
    lambda n: "9" * n,
    lambda n: "0." + "3" * n,
    lambda n: "9^" * n + "9",
    lambda n: f"(1 + 1/10^{n})^(10^{n})",
    lambda n: f"2^(10^{n})",
    lambda n: f"1e{n}",
    lambda n: f"1e-{n}",
    lambda n: f"10^{n} - 10^{n}",
    lambda n: "sqrt(" * n + "2" + ")" * n,
    lambda n: "exp(" * n + "1" + ")" * n,
    lambda n: "ln(" * n + "3" + ")" * n,
    lambda n: "sqrt(2)" + "+sqrt(3)" * n,
    lambda n: "*".join(f"(sqrt({k}) + 1)" for k in range(2, min(n, 400))),
    lambda n: f"(sqrt(2) + sqrt(3) + sqrt(5))^{n}",
    lambda n: f"(1 + ln(2) + ln(3))^{n}",
    lambda n: f"sigmoid({n}*ln(2)) - sigmoid(ln(2)*{n}) + 1/10^{n}",
    lambda n: f"ones([{n}, {n}])",
    lambda n: f"zeros([{n}, {n}, {n}])",
    lambda n: f"eye({n}) @ eye({n})",
    lambda n: f"[{', '.join(['1'] * n)}]",
    lambda n: f"[{'; '.join(['1 2 3'] * n)}]",
    lambda n: f"[{'[1, 2], ' * n}]",
    lambda n: r"\frac{1}{" * n + "2" + "}" * n,
    lambda n: r"\begin{bmatrix}" * n,
    lambda n: "1/" * n + "1",
    lambda n: "1+" * n + "1",
    lambda n: "h_t*" * n + "h_t",
    lambda n: "U.T @ " * n + "h_t",
    lambda n: "diag(h_t) @ " * n + "h_t",
    lambda n: "(h_t + " * n + "h_t" + ")" * n,
    lambda n: "inverse(" * n + "U" + ")" * n,
    lambda n: f"h_t^{n}",
    lambda n: "ᵀ" * n,
    lambda n: "V" + ".T" * n,
    lambda n: "a" * n,
    lambda n: "0.1" + "6" * n + "...",
    lambda n: "1 " * n,
    lambda n: "½" * n,
    lambda n: "$" * n,
    lambda n: "\n" * n + "1",
    lambda n: "{" * n + "5" + "}" * n,
    lambda n: "__import__('os').system('true')",
    lambda n: "().__class__.__bases__[0].__subclasses__()",
    lambda n: "open('/etc/passwd').read()",
    lambda n: r"\input{/etc/passwd}",
    lambda n: r"\def\a{\a\a}\a",
    lambda n: "&a [*a, *a]",
    lambda n: "!!python/object/apply:os.system ['true']",
    lambda n: "{" * 20 + "0}" * 20,
    lambda n: f"{n}!",
    lambda n: f"log(10^{n}) / log(10^{n})",
    lambda n: f"cos(10^{n})",
    lambda n: f"1 = {'1 = ' * n} 1",
)

_MAKERS = (_grammatical, _soup, _changed, _noise, _hostile)


def file(draw: random.Random, names: Sequence[str], right: Sequence[str]) -> bytes:
    """A file of answers that is more or less one."""
    kind = draw.randrange(6)
    if kind == 0:
        return bytes(draw.randrange(256) for _ in range(draw.randint(0, 200)))
    lines = []
    for _ in range(draw.randint(1, 8)):
        name = draw.choice(names) if draw.random() < 0.8 else draw.choice(_NAMES)
        sign = draw.choice((" = ", ": ", "=", " := ", " -> ", "\t", ""))
        lines.append(f"{name}{sign}{text(draw, right)[:2_000]}")
    if kind == 1:
        lines.insert(0, draw.choice(("---", "# x", "```", "answers:", "\ufeff", "%YAML 1.1")))
    joined = draw.choice(("\n", "\r\n", "\r", "\n\n", "\n  ")).join(lines)
    if kind == 2:
        joined = _changed(draw, [joined])
    encoding = draw.choice(("utf-8", "utf-8", "utf-8", "utf-16", "latin-1", "utf-8-sig"))
    return joined.encode(encoding, "replace" if draw.random() < 0.5 else "backslashreplace")
