"""Markdown read into the tree of prose."""

from __future__ import annotations

import pytest

from exsolve.prose import read, read_line
from exsolve.prose.grammar import NESTING
from exsolve.prose.tree import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Grid,
    HardBreak,
    Inline,
    Items,
    Link,
    Mathematics,
    Paragraph,
    Quote,
    Strong,
    Text,
    ThematicBreak,
)

LINES: dict[str, tuple[Inline, ...]] = {
    "a *b* **c** `d`": (
        Text("a "),
        Emphasis((Text("b"),)),
        Text(" "),
        Strong((Text("c"),)),
        Text(" "),
        Code("d"),
    ),
    "costs $5 or $6": (Text("costs $5 or $6"),),
    "costs $5": (Text("costs $5"),),
    "$ x$ and $x $": (Text("$ x$ and $x $"),),
    "$x$5": (Text("$x$5"),),
    r"\$x\$": (Text("$x$"),),
    "a $x_1*y*$ b": (Text("a "), Mathematics("x_1*y*"), Text(" b")),
    "$$x^2$$": (Mathematics("x^2", display=True),),
    "`$x$`": (Code("$x$"),),
    "$5 for `a$`": (Text("$5 for "), Code("a$")),
    "<b>a</b> &amp; <!-- c -->": (Text("<b>a</b> &amp; <!-- c -->"),),
    "[a](http://x.y)": (Link((Text("a"),), "http://x.y"),),
    "<https://x.y>": (Link((Text("https://x.y"),), "https://x.y"),),
    "<a@b.de>": (Link((Text("a@b.de"),), "mailto:a@b.de"),),
    "[a](javascript:b)": (Text("[a](javascript:b)"),),
    "[a](HTTPS://x.y/ä)": (Link((Text("a"),), "HTTPS://x.y/%C3%A4"),),
    "![a *b*](c.png)": (Text("a *b* (image: c.png)"),),
    "[a <https://b.c>](https://d.e)": (Link((Text("a <https://b.c>"),), "https://d.e"),),
    "**a": (Text("**a"),),
    "[a": (Text("[a"),),
    "a\u202eb\x1b[31m": (Text("a(U+202E)b␛[31m"),),
}

BLOCKS: dict[str, tuple[Block, ...]] = {
    "a\nb\n\nc": (Paragraph((Text("a b"),)), Paragraph((Text("c"),))),
    "a\\\nb": (Paragraph((Text("a"), HardBreak(), Text("b"))),),
    "# a": (Paragraph((Strong((Text("a"),)),)),),
    "3. a\n4. b": (Items(((Paragraph((Text("a"),)),), (Paragraph((Text("b"),)),)), 3),),
    "0. a": (Items(((Paragraph((Text("a"),)),),), 0),),
    "- a\n\n- b": (Items(((Paragraph((Text("a"),)),), (Paragraph((Text("b"),)),)), tight=False),),
    "- a\n  1. b": (Items(((Paragraph((Text("a"),)), Items(((Paragraph((Text("b"),)),),), 1)),)),),
    "> a": (Quote((Paragraph((Text("a"),)),)),),
    "```python\na <b>\n```": (CodeBlock("a <b>"),),
    "a\n\n***": (Paragraph((Text("a"),)), ThematicBreak()),
    "$$\na\n- b\n= c\n$$": (Paragraph((Mathematics("a\n- b\n= c", display=True),)),),
    "$$\na\n\nb\n$$": (Paragraph((Text("$$ a"),)), Paragraph((Text("b $$"),))),
    "|a|b|\n|:-:|-:|\n|c|`d\\|e`|": (
        Grid(
            ("center", "right"),
            ((Text("a"),), (Text("b"),)),
            (((Text("c"),), (Code("d|e"),)),),
        ),
    ),
    "<div>\na": (Paragraph((Text("<div> a"),)),),
    "[a]: http://b.c": (Paragraph((Text("[a]: http://b.c"),)),),
    "": (),
}


@pytest.mark.parametrize("text", LINES)
def test_line(text: str) -> None:
    assert read_line(text) == LINES[text]


@pytest.mark.parametrize("text", BLOCKS)
def test_blocks(text: str) -> None:
    assert read(text) == BLOCKS[text]


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_what_is_nested_too_deep_is_shown_as_it_is(mark: str) -> None:
    text = mark * (2 * NESTING) + "end"
    assert read(text) == (Paragraph((Text(text),)),)


@pytest.mark.parametrize("unit", ["*a ", "[", "![", "$a ", "$1", "<"])
def test_nothing_unbalanced_is_lost(unit: str) -> None:
    text = unit * 500
    (block, *others) = read(text)
    assert not others
    assert isinstance(block, Paragraph)
    (content,) = block.content
    assert isinstance(content, Text)
    assert content.text.split() == text.split()
