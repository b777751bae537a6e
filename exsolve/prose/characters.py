"""Characters that nobody sees, or that turn the text around them, made visible."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n?")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufdd0-\ufdef\U000e0000-\U000e007f]"
    "|[\ufffe\uffff\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U0010fffe\U0010ffff]"
)


def visible(text: str) -> str:
    """The text with every control character, mark of direction and half character made visible.

    Line breaks and tabs stay; C0 controls become their pictures (``␛``), others their code point in
    brackets (``(U+202E)``). The brackets are round: square ones could become a link in Markdown.
    """
    return _UNSEEN.sub(_picture, _LINE_ENDS.sub("\n", text))


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"(U+{code:04X})"
