"""Prose as HTML: what it says, and that nothing in it acts."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import html5lib
import pytest

from exsolve.prose.html import escape, html, html_line
from prose.texts import hostile

ELEMENTS = {
    *["p", "ul", "ol", "li", "pre", "code", "blockquote", "hr", "em", "strong", "a", "br"],
    *["table", "thead", "tbody", "tr", "th", "td"],
}

WRITTEN = {
    "a *b* **c** `<d>`": "<p>a <em>b</em> <strong>c</strong> <code>&lt;d&gt;</code></p>",
    "<b>&amp;</b>": "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>",
    "# a": "<p><strong>a</strong></p>",
    "3. a\n4. b": '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>',
    "- a\n\n- b": "<ul>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ul>",
    "> a": "<blockquote><p>a</p></blockquote>",
    "    a\n     <b>": "<pre><code>a\n &lt;b&gt;</code></pre>",
    '[a](http://b.c/?d="&e=1)': '<p><a href="http://b.c/?d=%22&amp;e=1" '
    'rel="noreferrer noopener">a</a></p>',
    "|a|\n|-|\n|b|": "<table>\n<thead><tr><th>a</th></tr></thead>\n"
    "<tbody><tr><td>b</td></tr></tbody>\n</table>",
    "$\\input{a}$": "<p><code>$\\input{a}$</code></p>",
}


def parsed(markup: str) -> Element:
    """The markup's tree; whatever is wrong with it raises html5lib's ParseError."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(markup)


@pytest.mark.parametrize("text", WRITTEN)
def test_written(text: str) -> None:
    assert html(text) == WRITTEN[text]


def test_mathematics_is_mathml() -> None:
    (math,) = parsed(html_line("$$a<b$$"))
    assert math.tag.endswith("}math")
    assert math.get("display") == "block"
    assert "".join(math.itertext()) == "a<b"


def test_a_line_has_no_paragraph() -> None:
    assert html_line("a\n\n# *b*") == "a # <em>b</em>"


def test_plain_text_is_what_it_looks_like() -> None:
    assert escape("<a href='b' title=\"c\">&\x1b\u2066") == (
        "&lt;a href=&#39;b&#39; title=&quot;c&quot;&gt;&amp;␛(U+2066)"
    )


def test_only_own_elements_and_attributes() -> None:
    for text in hostile(1500, seed=1):
        for markup in (html(text), html_line(text)):
            for element in parsed(markup).iter():
                if element.tag == "DOCUMENT_FRAGMENT" or "MathML" in element.tag:
                    continue
                assert element.tag in ELEMENTS, text
                assert set(element.attrib) <= {"href", "rel", "start"}, text
                if element.tag == "a":
                    address = element.attrib["href"].lower()
                    assert address.startswith(("http://", "https://", "mailto:")), text
