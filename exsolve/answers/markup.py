"""What only typesets a text of answers: code fences, comments, tags and marks of quotations."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)[^\n]*", re.M)
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.S)
_TAG = re.compile(r"</?(?:b|i|u|em|strong|code|sub|sup|p|br|span|div)(?: [^<>\n]{0,80})?/?>", re.I)
_FULL_WIDTH = str.maketrans("＝：", "=:")
_QUOTED = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.M)


def without_markup(text: str) -> tuple[str, frozenset[int]]:
    """The text without code fences, HTML comments and marks of quotations, all of it blanked;
    where the lines within fences begin."""
    fenced: set[int] = set()
    if "```" in text or "~~~" in text:
        inside, place = False, 0
        for line in text.split("\n"):
            if _FENCE.match(line):
                inside = not inside
            elif inside:
                fenced.add(place)
            place += len(line) + 1
        text = _FENCE.sub(lambda found: " " * len(found.group()), text)
    if "<!--" in text and "-->" in text:
        text = _HTML_COMMENT.sub(lambda found: blanked(found.group()), text)
    if "<" in text and ">" in text:
        text = _TAG.sub(lambda found: " " * len(found.group()), text)
    text = text.translate(_FULL_WIDTH)
    return _QUOTED.sub(lambda found: " " * len(found.group()), text), frozenset(fenced)


def blanked(text: str) -> str:
    """Spaces in the place of a text, over as many lines."""
    return re.sub(r"[^\n]", " ", text)
