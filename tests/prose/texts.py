"""Markdown that a generator makes of marks that act in some format."""

from __future__ import annotations

from random import Random

MARKS = [
    *["*", "**", "_", "`", "``", "```", "~~~", "> ", "- ", "1. ", "# ", "=", "---", "***", "+"],
    *["\n", "\n\n", "\n    ", "\r\n", "  \n", "\\\n", "\t", " ", "|", "\n|-|-|\n", ":--|:-:", "!"],
    *["$", "$$", "\\$", "\\", "\\frac{1}{2}", "\\input{x}", "x_1", "a<b", "^", "{", "}", "%", "#"],
    *["<", "<b>", "</b>", "<!--", "-->", "<script>", "<div>\n", "<?", "<![CDATA[", "<label>"],
    *["&", "&amp;", "&lt", "&#60;", "&nbsp;", "[", "](", "](http://a.b)", "](javascript:x)"],
    *[")", "![", "[r]", "[r]:", "]: http://q", "<https://x.y>", "<a@b.cd>", "javascript:", "@a"],
    *[
        "a",
        "b c",
        "é",
        "中",
        "😀",
        "α",
        "−",
        "1",
        "5",
        "'",
        '"',
        "//",
        "--",
        "\u202e",
        "\x1b",
        "\0",
    ],
]


def hostile(count: int, seed: int) -> list[str]:
    """So many texts, the same for the same seed."""
    random = Random(seed)
    return ["".join(random.choices(MARKS, k=random.randint(1, 25))) for _ in range(count)]
