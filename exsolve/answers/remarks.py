"""What somebody says behind a value: ``2.947 (rounded)``, ``12 edges``, ``3, as the mean is 0``."""

from __future__ import annotations

import re
from collections.abc import Callable

from exsolve.ops import OPERATIONS

_LONGEST = 4_000
"""Characters of a value behind which a remark is looked for."""
_WORD = re.compile(r"[A-Za-z]{2}")
_CLOSED = re.compile(r"(?:\$[^$\n]+\$|\[[^\n]*\])(?=[,;:][ \t]+[A-Za-z]{2,}[^=\[\](){}\d$\\]*\Z)")
_REASON = re.compile(
    r"(?<=[\s,;)\]}$\d])(?:\\text(?:rm)?\{[ ]*|\([ ]*)?"
    r"(?:because|since|as|where|which|whereas|due[ ]to|using|thanks[ ]to|given[ ]that|rounded"
    r"|approximately|obtained|according[ ]to|follows|following|from[ ]the|by[ ]the|with[ ]the)\b"
    r"(?![\w(])"
)
_SENTENCE = re.compile(
    r"(?<=[\w)\]}$%])[.;][ \t]+(?:[A-Z][a-z]*|[a-z]{2,})[ ]+[a-z]{2,}\b(?![ ]*[=(])"
)
_WORDS = r"[A-Za-z][A-Za-z'’\-]*(?:[ ,/]+[A-Za-z][A-Za-z'’\-]*){0,20}"
_BEHIND_NUMBERS = re.compile(
    rf"(?<=[\d\])%}}$½])[ \t]*(?:(?<=[\s\])])(?P<words>{_WORDS})|\((?P<inside>{_WORDS})\)"
    rf"|\\[ ,;]?[ ]*\\?text(?:rm)?\{{[ (]*(?P<set>{_WORDS})[ )]*\}}"
    rf"|\\text(?:rm)?\{{[ (]*(?P<upright>{_WORDS})[ )]*\}})[ \t.!]*\Z"
)
_MATHEMATICS = frozenset(OPERATIONS) | {
    *("or", "and", "to", "not", "over", "times", "plus", "minus", "by", "of", "per", "percent"),
    *("half", "third", "thirds", "quarter", "quarters", "million", "thousand", "hundred", "dozen"),
    *("pi", "log", "ln", "inf", "infinity", "nan", "none", "else", "if", "array", "tensor", "norm"),
    *("np", "torch", "numpy", "dtype", "transpose", "inv", "det", "tr", "otherwise", "unless"),
}
"""Words that say something of the value itself."""
_HARMLESS_INSIDE = frozenset(("by", "of", "to"))


_MARKED = re.compile(r"[ \t]+(?:[✓✔✅☑]|//[^\n]*|(?:←|<-)[^\n]*)[ \t]*\Z")


def without_remark(text: str, numbers: bool, is_name: Callable[[str], bool]) -> str:
    """The value without what is said behind it, where that is sure to be no mathematics.

    numbers: whether numbers are expected, behind which words alone are a remark. is_name: whether
    a word stands for something of the exercise.
    """
    if len(text) > _LONGEST or not (_WORD.search(text) or text[-1:] in "✓✔✅☑"):
        return text
    if marked := _MARKED.search(text):
        text = text[: marked.start()]
    if closed := _CLOSED.match(text):
        return closed.group()
    for said in (_SENTENCE, _REASON):
        ends = (found.start() for found in said.finditer(text))
        end = next((end for end in ends if end and _is_closed(text[:end])), len(text))
        text = text[:end].rstrip(" \t\n,;:-–—") if end < len(text) else text
    behind = _BEHIND_NUMBERS.search(text) if numbers else None
    if behind and behind.start() and _is_closed(text[: behind.start()]):
        words = next(filter(None, behind.groups())).replace(",", " ").replace("/", " ").split()
        harmless = _HARMLESS_INSIDE if behind["inside"] else frozenset()
        if len(words[0]) > 1 and not any(
            (word.casefold() in _MATHEMATICS and word not in harmless) or is_name(word)
            for word in words
        ):
            return text[: behind.start()].rstrip()
    return text


def _is_closed(text: str) -> bool:
    return all(
        text.count(opening) == text.count(closing) for opening, closing in ("()", "[]", "{}")
    )
