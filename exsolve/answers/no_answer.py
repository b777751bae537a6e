"""Words where a value or a formula is asked for: ``I don't know``."""

from __future__ import annotations

import re
from typing import Final

from exsolve.answers.commands import WORDS
from exsolve.answers.spellings import spellings
from exsolve.answers.tokens import tokens
from exsolve.answers.written import Vocabulary
from exsolve.errors import LanguageError
from exsolve.expression.tokens import NAME

_WORDS: Final = re.compile(r"\s*[A-Za-z][A-Za-z'’]*(?:[\s,.!?]+[A-Za-z'’]+){1,200}[\s,.!?]*")
_SHORTEST: Final = 3
"""Letters of what is a word and no name."""
_LONGEST: Final = 2_000


def refuse_words(text: str, vocabulary: Vocabulary, expected: str) -> None:
    """Raise LanguageError for a sentence; ``expected`` says what is asked for instead."""
    if len(text) > _LONGEST or not _WORDS.fullmatch(text):
        return
    plain = re.sub("['’,.!?]", " ", text)
    known = spellings(tuple(vocabulary.names), tuple(vocabulary.functions))
    unknown = [
        token
        for token in known.recognise(tokens(plain))
        if token.kind == NAME and len(token.text) >= _SHORTEST and token.text not in WORDS
    ]
    if len(unknown) > 1:
        raise LanguageError(
            "words are no answer here", 0, expected=expected, found=" ".join(text.split())[:80]
        )
