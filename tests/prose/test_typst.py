"""Prose as Typst; what Typst makes of it is in tests/documents."""

from __future__ import annotations

import re

import pytest

from exsolve.prose.typst import typst, typst_line, typst_text
from prose.texts import hostile

WRITTEN = {
    "a *b* **c** `d`": '#"a ";#emph[#"b";];#" ";#strong[#"c";];#" ";#raw("d");',
    '#a $5 @b <c> // "d" \\\\': '#"#a $5 @b <c> // \\"d\\" \\\\";',
    "[a](http://b.c)": '#link("http://b.c")[#"a";];',
    "3. a\n4. b": '#enum(start: 3, tight: true, [#"a";], [#"b";]);',
    "- a": '#list(tight: true, [#"a";]);',
    "> a": '#quote(block: true)[#"a";];',
    "    #a\n    b": '#raw(block: true, "#a\\nb");',
    "|a|\n|:-:|\n|b|": '#table(columns: 1, align: (center, ), table.header([#strong[#"a";];]), '
    '[#"b";]);',
    "$x$, $$x$$": '$x$#", ";$ x $',
    "$\\input{a}$": '#raw("$\\\\input{a}$");',
}
_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)


@pytest.mark.parametrize("text", WRITTEN)
def test_written(text: str) -> None:
    assert typst(text) == WRITTEN[text]


def test_every_text_stands_in_a_string() -> None:
    for text in hostile(1500, seed=5):
        words = text.replace("$", "")
        for written in (typst(words), typst_line(words), typst_text(words)):
            rest = _STRING.sub("", written)
            assert re.fullmatch(
                r"(?:#|;|\s|[\[\](),]|emph|strong|raw|link|list|enum|quote|table|line|linebreak"
                r"|tight: (?:true|false)|start: \d+|block: true|length: 100%|columns: \d+|align: "
                r"|left|center|right|\.header|\$attach\([\w :,]*\)\$)*",
                rest,
            ), text
