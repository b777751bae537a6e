"""The author's Markdown made inert, and plain text in Markdown."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from exsolve.prose import read
from exsolve.prose.markdown import escaped, markdown
from prose.texts import hostile

UNCHANGED = [
    "a *b* `<c>` $x^2$ [d](http://e.f) <https://g.h> <i@j.kl> & 1 > 0, [1, 2], a_b\n\n- x\n- y",
    "    <a>\n    b",
    "```html\n<a>\n```",
    "| `<a>` | b \\| c |\n|---|:-:|\n| d | $e$ |",
    "[a](<http://b.c/d e>)",
    "\\<b>\\&amp;",
    "$$\na\n- b\n$$",
]
INERT = {
    "a <b>c</b>": "a \\<b>c\\</b>",
    "<!-- a -->": "\\<!-- a -->",
    "<div>\n\na": "\\<div>\n\na",
    "a &amp; b &copy; & c": "a \\&amp; b \\&copy; & c",
    "$a<b$, $a <1$": "$a\\lt b$, $a \\lt1$",
    "$$\na<b\n$$": "$$\na\\lt b\n$$",
    "> - <a>\n>   <b>": "> - \\<a>\n>   \\<b>",
    "| <a> | `b` |\n|---|---|\n| `<c>` | d \\| <e> |": (
        "| \\<a> | `b` |\n|---|---|\n| `<c>` | d \\| \\<e> |"
    ),
    "# a <b> #": "# a \\<b> #",
    "![a](b.png)": "a (image: b.png)",
    "[a](javascript:b)": "\\[a](javascript:b)",
    "[a]: http://b.c": "\\[a]: http://b.c",
    "$\\href{a}{b}$": "`$\\href{a}{b}$`",
    "a\u202eb": "a(U+202E)b",
}
PLAIN = {
    "a_b and _c_": "a_b and \\_c\\_",
    "1. a": "1\\. a",
    "12) a": "12\\) a",
    "1.5 and 3": "1.5 and 3",
    "- a": "\\- a",
    "-1 - 2": "-1 - 2",
    "---": "\\---",
    "+ a": "\\+ a",
    "a\n===": "a\n\\===",
    "a = b": "a = b",
    "# a #12": "\\# a #12",
    "> a > b": "\\> a > b",
    "a*b*c `d` [e](f) <g> $h$ ~~i~~ |": (
        "a\\*b\\*c \\`d\\` \\[e\\](f) \\<g> \\$h\\$ \\~\\~i\\~\\~ \\|"
    ),
    "a & b &amp;": "a & b \\&amp;",
    "    a": "a",
    "a!": "a\\!",
    "C:\\d": "C:\\\\d",
}


def others(text: str) -> list[Token]:
    """What a reader sees that takes HTML, and any address."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    vars(parser)["validateLink"] = lambda address: True
    tokens = parser.parse(text)
    return [one for token in tokens for one in (token, *(token.children or ()))]


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_is_inert_stays_as_it_is(text: str) -> None:
    assert markdown(text) == text


@pytest.mark.parametrize("text", INERT)
def test_inert(text: str) -> None:
    assert markdown(text) == INERT[text]
    assert markdown(INERT[text]) == INERT[text]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text(text: str) -> None:
    assert escaped(text) == PLAIN[text]
    assert {one.type for one in others(PLAIN[text])} <= {
        *["paragraph_open", "inline", "paragraph_close", "text", "softbreak"]
    }


def test_others_see_no_html_no_images_and_no_other_links() -> None:
    for text in hostile(1500, seed=2):
        shown = markdown(text)
        assert markdown(shown) == shown
        for one in others(shown):
            assert one.type not in ("html_block", "html_inline", "image"), text
            if one.type == "link_open":
                address = str(one.attrGet("href")).lower()
                assert address.startswith(("http://", "https://", "mailto:")), text


def test_others_see_plain_text_as_it_is() -> None:
    for text in hostile(1500, seed=3):
        words = "".join(
            " " if one.type == "softbreak" else one.content
            for one in others(escaped(text))
            if one.type not in ("inline", "paragraph_close")
        )
        (shown,) = [*read("    " + " ".join(text.split()))] or [None]
        if shown is not None:
            assert "".join(words.split()) == "".join(shown.text.split()), text
