"""The characters that the fonts inside of Typst have; others are named, so that none is lost.

Libertinus Serif, New Computer Modern and its mathematics, and DejaVu Sans Mono, as the package
``typst`` 0.15 brings them: found by setting every character of Unicode 15 and looking for the glyph
that stands for a missing one.
"""

from __future__ import annotations

import re
import unicodedata

_RANGES = """
A-4FF 510-513 51A-51D 531-60C 615 61B 61F 621-63A 640-655 65A 660-66D 674 679-67B 67E-680 683-684
686-687 691 698 6A4 6A9 6AF 6BE 6CC 6F0-6F9 900-97F E3F E81-E84 E87-E88 E8A E8D E94-E97 E99-E9F
EA1-EA7 EAA-EAB EAD-EB9 EBB-EBC EC8-ECD 10D0-10FF 115F-1160 13A0-13FD 17B4-17B5 17C1-17C3
180B-180F 1AB0-1ACE 1D00-2151 2153-2184 2189 2190-23FF 2422-2423 2460-262F 2638-268B 2690-269C
26A0-26A7 26AA-26B2 2701-2704 2706-2709 270C-2727 2729-274B 274D 274F-2752 2756 2758-275E
2761-277F 2794 2798-27AF 27B1-2BFF 2C60-2CFF 2E02-2E05 2E08-2E0A 2E17-2E18 2E1F 2E22-2E25 2E2E
3000 3012 3016-3017 301A-301B 302E-3030 3036 306E 3164 A640-A641 A648-A649 A656-A657 A708-A716
A71B-A727 A72D A730 A735 A765 A789-A78E A790-A791 A793 A7AA A7F8-A7F9 AB52 AB66 AB70-ABBF
FB00-FB4F FB52-FB81 FB8A-FB95 FB9E-FB9F FBAA-FBAD FBE8-FBE9 FBFC-FBFF FE00-FE0F FE20-FE2F FE66
FE70-FEFC FFA0 FFFC-FFFD 10140-1018E 102E0-102FB 1D106-1D107 1D400-1D7FF 1EE00-1EEF1 1F12F 1F6D1
1F780-1F7EB 1F800-1F8B1
"""


def _known() -> str:
    """The inside of a class of a regular expression."""
    ends = (one.partition("-") for one in _RANGES.split())
    return "".join(f"\\U{first:>08}-\\U{last or first:>08}" for first, _, last in ends)


_MISSING = re.compile(f"[^{_known()}]+")
_STRING_OR_MISSING = re.compile(rf'"(?:[^"\\]|\\.)*"|{_MISSING.pattern}', re.DOTALL)


def named(source: str) -> str:
    """Source of Typst in which every character that no font has stands as its name or number."""
    if _MISSING.search(source) is None:
        return source
    return _STRING_OR_MISSING.sub(_replaced, source)


def _replaced(match: re.Match[str]) -> str:
    text = match.group()
    if text.startswith('"'):
        return _MISSING.sub(_names, text)
    return f'"{_names(match)}"'


def _names(match: re.Match[str]) -> str:
    return f"[{' '.join(map(_name, match.group()))}]"


def _name(character: str) -> str:
    name = unicodedata.name(character, "") if unicodedata.category(character)[0] == "S" else ""
    return name.lower() or f"U+{ord(character):04X}"
