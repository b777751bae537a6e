"""Exercise files with something changed, as hurried hands and hostile ones change them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import strategies as st

from exsolve.kinds import kind, kind_names

SYMBOLIC = Path(__file__).parent / "cli" / "bad_input" / "symbolic.yaml"
PROBLEMS = Path(__file__).parent.parent / "problems"

TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\sA-Za-z0-9_]")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")

NUMBERS = (
    "0", "-1", "1/0", "007", "0x10", "1e3", "1e999999999", "9^9^9", "1_000", "1:30", "2.5", ".5",
    "no", "null", "~", "pi", "1000000000", "99999999999999999999", "x", "'3'", "[]", "[1]", "{}",
    "[[1, 2], [3]]", "exp(exp(exp(10)))", "sqrt(-1)", "ln(0)", "zeros([1000000000, 1000000000])",
)  # fmt: skip
TOKENS = (
    "(", ")", "[", "]", "{", "}", ",", ":", "-", "#", "'", '"', "&", "*", "!", "%", "|", ">", "@",
    "^", "/", ".T", "\t", "\u00a0", "é", "h_1", "h_prev", "X", "W", "agg", "none", "<<", "---",
)  # fmt: skip
LINES = (
    "kind: attention", "kind: cnn-shapes", "kind: formulas", "kind: gnn", "kind: norms",
    "kind: recurrent", "heads: 3", "steps: 4", "mask: causal", "groups: 2", "symbols: [u]",
    "isolated: keep", "layout: columns", "define: {S: 1 + 1}", "define: {a: b, b: a}", "givens:",
    "gradients: [{of: L, for: [W]}]", "  x: 1", "<<: *a", "eps: 1/4", "parts: []",
)  # fmt: skip

Change = Callable[[str], str]


def originals() -> list[str]:
    """The shipped exercises, the starting file of every kind, and one of all that can be said of
    names without values.

    Shipped exercises over such names take a second each to verify, which that one stands for.
    """
    files = [file for file in sorted(PROBLEMS.rglob("*.yaml")) if file.parent.name != "sets"]
    shipped = [file.read_text("utf-8") for file in files]
    valued = [text for text in shipped if "\nsymbols:" not in text]
    starts = [kind(name).STARTER for name in kind_names()]
    return [*valued, *starts, SYMBOLIC.read_text("utf-8")]


def _at(found: Sequence[re.Match[str]], place: int, new: str) -> Change:
    def change(text: str) -> str:
        match = found[place % len(found)]
        return text[: match.start()] + new + text[match.end() :]

    return change if found else lambda text: text


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """The text after one change of a line, a token or a number."""
    lines = text.split("\n")
    place = draw(st.integers(0, len(lines) - 1))
    anywhere = st.integers(0, 10_000)
    ways = ("number", "token", "name", "delete", "repeat", "swap", "line", "cut")
    how = draw(st.sampled_from(ways))
    if how == "number":
        return _at(list(NUMBER.finditer(text)), draw(anywhere), draw(st.sampled_from(NUMBERS)))(
            text
        )
    if how in ("token", "name"):
        found = list(TOKEN.finditer(text))
        words = sorted({match.group() for match in found}) + list(TOKENS)
        new = draw(st.sampled_from(words if how == "name" else TOKENS + NUMBERS + ("",)))
        return _at(found, draw(anywhere), new)(text)
    if how == "delete":
        del lines[place]
    elif how == "repeat":
        lines.insert(place, lines[place])
    elif how == "swap":
        other = draw(st.integers(0, len(lines) - 1))
        lines[place], lines[other] = lines[other], lines[place]
    elif how == "line":
        lines.insert(place, draw(st.sampled_from(LINES)))
    else:
        lines[place] = lines[place][: draw(st.integers(0, 40))]
    return "\n".join(lines)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """An exercise file after one to four changes."""
    text = draw(st.sampled_from(originals()))
    for _ in range(draw(st.integers(1, 4))):
        text = draw(changed(text))
    return text
