"""Letters with an index in running text (h_t, W_Q, h_{t+1}, grad_h) as the mathematics they are.

Authors write them as they write them in formulas. A word with an underscore that begins with more
than one letter is left alone: it may be a name of a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exsolve.expression.naming import show_name
from exsolve.prose.tree import Mathematics, Text

_GREEK = "alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|sigma|tau|phi|omega|Gamma|Delta|Sigma"
_TILDE = "\u0303"
_HEAD = rf"(?:[A-Za-zα-ωΑ-Ω]{_TILDE}?|{_GREEK}|grad|softmax|softargmax)"
_INDEX = (
    r"(?:\{[A-Za-z0-9+,−-]{1,12}\}|\([A-Za-z0-9+−-]{1,12}\)|[A-Za-z0-9]{1,12}(?:,[A-Za-z0-9])*)"
)
_INDEXED = re.compile(
    # dh_t/dh_1 is a quotient of differentials; elsewhere a letter before makes it a word
    rf"(?<![A-Za-z0-9_\\{{}}])(d?)({_HEAD})((?:_{_INDEX})+)(?![A-Za-z0-9_{{]|\()",
)
_CALLED = re.compile(
    rf"(?<![A-Za-z0-9_\\{{}}])()([A-Za-zα-ωΑ-Ω]|softmax|softargmax)((?:_{_INDEX})+)(?=\()"
)
_ONE = re.compile(rf"_({_INDEX})")
_RUNNING = re.compile(r"(?!in)[i-n]{2,3}")
"""Indices side by side, as in R_ij; W_in is a word."""
_WORD = re.compile(r"\S*")
_SIGNS = str.maketrans({"−": "-", "–": "-"})


def with_indices(text: str) -> Iterator[Text | Mathematics]:
    """Plain text in pieces: the letters with an index are mathematics, the rest is text."""
    start = 0
    if "_" in text:
        found = (*_INDEXED.finditer(text), *_CALLED.finditer(text))
        for match in sorted(found, key=re.Match.start):
            latex = _latex(match)
            if not latex or _in_address(text, match):
                continue
            if match.start() > start:
                yield Text(text[start : match.start()])
            yield Mathematics(latex)
            start = match.end()
    if start < len(text):
        yield Text(text[start:])


def _in_address(text: str, match: re.Match[str]) -> bool:
    """Whether the word around is an address, of a page or of a person."""
    begin = max(text.rfind(space, 0, match.start()) for space in " \n") + 1
    after = _WORD.match(text, match.end())
    word = text[begin : match.start()] + (after.group() if after else "")
    return "://" in word or "@" in word


def _latex(match: re.Match[str]) -> str:
    """The letter and its indices; nothing where these cannot be told."""
    differential, head, indices = match.groups()
    letter = head.removesuffix(_TILDE)
    shown = show_name(letter, "latex")
    found = [index.strip("{()}").translate(_SIGNS) for index in _ONE.findall(indices)]
    if len(found) == 1 and _RUNNING.fullmatch(found[0]):
        named = f"{shown}_{{{' '.join(found[0])}}}"
    elif len(found) == 1 and not found[0].isalnum():
        named = f"{shown}_{{{found[0]}}}"
    elif all(map(str.isalnum, found)):
        named = show_name("_".join([letter, *found]), "latex")
    else:
        return ""
    if letter != head:
        named = rf"\tilde{{{letter}}}{named.removeprefix(shown)}"
    return rf"\mathrm{{d}}{named}" if differential else named
