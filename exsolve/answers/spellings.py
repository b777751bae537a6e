"""Every way of writing the names of an exercise, and which name a row of tokens spells.

Names are read as our own pages print them (``h_{\\mathrm{next}}``, ``\\nabla_{W}``, ``μ_batch``)
and as exercises say them in words (``h_{t+1}`` for ``h_next``, ``∂L/∂h`` for ``grad_h``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from exsolve.answers.commands import LETTERS
from exsolve.answers.tokens import BEGIN, FINISH, Token, tokens
from exsolve.errors import LanguageError
from exsolve.expression.naming import show_name
from exsolve.expression.tokens import END, NAME, NUMBER
from exsolve.ops import OPERATIONS

QUANTITY: Final = "quantity"
FUNCTION: Final = "function"

_FUNCTIONS: Final = {
    "log": "ln",
    "inv": "inverse",
    "softargmax": "softmax",
    "logistic": "sigmoid",
    "ReLU": "relu",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "Tanh": "tanh",
    "absolute": "abs",
    "array": "itself",
    "Size": "itself",
    "tensor": "itself",
    "float64": "itself",
    "float32": "itself",
    "int64": "itself",
    "asarray": "itself",
    "softmax_rows": "softmax_rows",
    "softmax_columns": "softmax_columns",
    "log_softmax_rows": "log_softmax_rows",
    "log_softmax_columns": "log_softmax_columns",
    "norm": "norm",
    r"\sum_t": "sum_t",
    r"\sum_{t=1}^T": "sum_t",
    r"\sum_{t=1}^{T}": "sum_t",
    "Σ_t": "sum_t",
}
"""Other names of functions; ``itself`` and ``norm`` are no operations, the grammar knows them."""
_TOUCHING: Final = re.compile("(ln|log|sqrt|exp|tanh)([0-9]+)")
_VALUE: Final = ""
_WORD: Final = 8
"""Letters of a word that may be names side by side."""
_NO_NAMES: Final = frozenset({END, BEGIN, FINISH})


class Spelled(NamedTuple):
    """What a row of tokens spells: a quantity or a function."""

    kind: str
    name: str


class Spellings:
    """The names that an answer may use, found by how they are written."""

    __slots__ = ("_letters", "_root", "functions", "names")

    def __init__(self, names: tuple[str, ...], functions: tuple[str, ...]) -> None:
        self.names = names
        self.functions = functions
        self._root: dict[str, Any] = {}
        own = frozenset(names)
        self._letters = frozenset(
            name for name in names if len(name) == 1 or name in LETTERS.values()
        )
        doubtful: list[tuple[str, ...]] = []
        for name in names:
            self._add(_key(name), Spelled(QUANTITY, name), doubtful)
        for name in functions:
            self._add(_key(name), Spelled(FUNCTION, name), doubtful)
        for name in names:
            for spelling in other_spellings(name, own):
                self._add(_key(spelling), Spelled(QUANTITY, name), doubtful)
        for key in doubtful:
            self._remove(key)
        for key, name in _of_functions().items():
            self._add(key, Spelled(FUNCTION, name), None)

    def _add(
        self, key: tuple[str, ...], spelled: Spelled, doubtful: list[tuple[str, ...]] | None
    ) -> None:
        if not key:
            return
        node = self._root
        for text in key:
            node = node.setdefault(text, {})
        known = node.setdefault(_VALUE, spelled)
        if known != spelled and doubtful is not None and _key(known.name) != key:
            doubtful.append(key)

    def _remove(self, key: tuple[str, ...]) -> None:
        node = self._root
        for text in key:
            node = node[text]
        node.pop(_VALUE, None)

    def recognise(self, found: list[Token]) -> list[Token]:
        """The tokens, with one of kind QUANTITY or FUNCTION for each name that is known.

        A word of letters that are names (``QK``) becomes these names.
        """
        answer: list[Token] = []
        place = 0
        while place < len(found):
            token = found[place]
            if place and found[place - 1].kind == "^" and self._hides_transpose(token):
                answer.append(token._replace(text="T", end=token.offset + 1))
                token = token._replace(text=token.text[1:], offset=token.offset + 1, spaced=False)
                found[place] = token
            best, after = self._longest(found, place, token.text)
            if best is not None:
                last = found[after - 1]
                answer.append(token._replace(kind=best.kind, text=best.name, end=last.end))
                place = after
                continue
            if self._touches(token, found, place):
                head = token.text[:-1]
                answer += self._letters_of(token, head)
                found[place] = token._replace(
                    text=token.text[-1], offset=token.offset + len(head), spaced=False, line=False
                )
                continue
            if (
                token.kind == NAME
                and 1 < len(token.text) <= _WORD
                and self._letters.issuperset(token.text)
            ):
                answer += self._letters_of(token, token.text)
            elif token.kind == NAME and (touching := _TOUCHING.fullmatch(token.text)):
                answer += _torn(token, touching[1], following=found[place + 1])
            else:
                answer.append(token)
            place += 1
        return answer

    def _longest(self, found: list[Token], place: int, first: str) -> tuple[Spelled | None, int]:
        """The longest name that begins here with this text, and the place behind it."""
        node = self._root.get(first) if found[place].kind not in _NO_NAMES else None
        best, after = None, place
        ahead = place
        while node is not None:
            ahead += 1
            if _VALUE in node:
                best, after = node[_VALUE], ahead
            following = found[ahead]
            node = node.get(following.text) if following.kind != END else None
        return best, after

    def _touches(self, token: Token, found: list[Token], place: int) -> bool:
        """Whether names of one letter stand right before another with its index: ``Vh_t``."""
        following = found[place + 1] if token.kind == NAME else None
        if following is None or following.kind != "_" or following.spaced:
            return False
        if not 1 < len(token.text) <= _WORD or not self._letters.issuperset(token.text[:-1]):
            return False
        return self._longest(found, place, token.text[-1])[1] > place + 2

    def _letters_of(self, token: Token, letters: str) -> Iterator[Token]:
        """A token for each of these letters, with which a token begins."""
        for at, letter in enumerate(letters):
            start = token.offset + at
            first = at == 0
            yield Token(
                QUANTITY, letter, start, start + 1, first and token.spaced, first and token.line
            )

    def _hides_transpose(self, token: Token) -> bool:
        r"""Whether this is the T of a transpose, and a name right behind it: ``V^TU``."""
        return (
            token.kind == NAME
            and token.text[0] == "T"
            and len(token.text) > 1
            and token.text not in self._root
        )


def _torn(token: Token, word: str, following: Token) -> list[Token]:
    """A function and the number right behind it: ``ln17``; raises LanguageError for ``log2``."""
    digits = token.text.removeprefix(word)
    if following.kind == "(":
        return [token]
    if token.text in ("log2", "log10"):
        raise LanguageError(
            f"this can be read in two ways: {token.text}",
            token.offset,
            found=f"the logarithm to base {digits}, or the natural logarithm of {digits}",
            hint=f"ln({digits}), or ln(x)/ln({digits})",
        )
    middle = token.offset + len(word)
    name = _FUNCTIONS.get(word, word)
    return [
        token._replace(kind=FUNCTION, text=name, end=middle),
        Token(NUMBER, digits, middle, token.end),
    ]


@lru_cache(maxsize=64)
def spellings(names: tuple[str, ...], functions: tuple[str, ...]) -> Spellings:
    """The spellings of these names, made once."""
    return Spellings(names, functions)


@lru_cache(maxsize=1)
def _of_functions() -> dict[tuple[str, ...], str]:
    written = [name for name in OPERATIONS if not OPERATIONS[name].infix]
    own = {_key(name): name for name in [*written, "transpose", "stack", "matmul", "multiply"]}
    return own | {_key(spelling): name for spelling, name in _FUNCTIONS.items()}


def _key(spelling: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokens(spelling)[:-1])
    except LanguageError:
        return ()


def other_spellings(name: str, names: frozenset[str]) -> Iterator[str]:
    """The ways of writing a name besides its own, as LaTeX or plain text; ``names`` are all of the
    exercise. Two names may share one of them."""
    yield show_name(name, "terminal")
    shown = show_name(name, "latex")
    yield shown
    *base, last = name.split("_")
    if base and base[0] == "grad":
        if len(base) > 1 and not last.isdigit():
            yield f"grad_{last}"  # the gradient of the next step: grad_h_next
        # grad_h_local is the gradient of one step's loss: dL_t/dh_t
        local = last == "local" and len(base) > 1
        by = "_".join(base[1:] if local else [*base[1:], last])
        # grad_h is the gradient with respect to h_t, where that is what the state is called
        now = f"{by}_t"
        at_t = [now, show_name(now, "latex")] if now in names and by not in names else []
        for below in [*_of_index(by, names), *at_t]:
            if not local:
                yield rf"\nabla_{{{below}}}"
            for loss in ("L_t", "l_t", r"\ell_t") if local else ("L", "l", r"\ell"):
                yield rf"\nabla_{{{below}}} {loss}"
                yield rf"\frac{{\partial {loss}}}{{\partial {below}}}"
                yield rf"\partial {loss} / \partial {below}"
                yield rf"\frac{{d{loss}}}{{d{below}}}"
                yield f"d{loss}/d{below}"
        return
    yield from _of_index(name, names)
    if shown.startswith(r"\frac{\partial "):
        over, under = shown.removeprefix(r"\frac{").removesuffix("}").split("}{\\partial ")
        for above in _at_steps(over.removeprefix(r"\partial ")):
            for below in [*_at_steps(under), *_at_one_index(under, names)]:
                yield rf"\frac{{\partial {above}}}{{\partial {below}}}"
                yield rf"\partial {above} / \partial {below}"
                yield rf"\frac{{d{above}}}{{d{below}}}"
                yield f"d{above}/d{below}"
    if last == "star" and base:
        head = show_name("_".join(base), "latex")
        yield f"{head}^*"
        yield f"{head}^{{*}}"
    if last in ("hat", "bar", "tilde") and len(base) == 1:
        mark = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}[last]
        yield f"{base[0]}{mark}"
    if len(base) == 1 and base[0] not in names and last != "T":
        yield f"{base[0]}^{{{last}}}"
    if "^" in shown and "_{" in shown and shown.endswith("}"):
        below, above = shown.rsplit("^", 1)
        head, under = below.split("_", 1)
        yield f"{head}^{above}_{under}"


def _at_steps(shown: str) -> Iterator[str]:
    """A name in LaTeX, and the same with its time step: ``h_{t+1}`` for h_next, ``h_t`` for h."""
    yield shown
    stepped = shown.replace(r"_{\mathrm{next}}", "_{t+1}").replace(r"_{\mathrm{prev}}", "_{t-1}")
    if stepped != shown:
        yield stepped
    elif "_" not in shown:
        yield f"{shown}_t"


def _at_one_index(name: str, names: frozenset[str]) -> list[str]:
    """What the exercise calls by this letter with an index, ``k_j`` for k, where nothing else is
    called so."""
    indexed = [one for one in names if len(one) == len(name) + 2 and one.startswith(f"{name}_")]
    return indexed if len(indexed) == 1 and name not in names else []


def _of_index(name: str, names: frozenset[str]) -> Iterator[str]:
    """``h_next`` is h at t + 1, ``h_prev`` h at t - 1; where nothing else is called h_t, h is."""
    yield show_name(name, "latex")
    yield name
    *base, last = name.split("_")
    step = {"next": "t+1", "prev": "t-1"}.get(last, "")
    if base and step:
        head = show_name("_".join(base), "latex")
        if "_" not in head and "^" not in head:
            yield f"{head}_{{{step}}}"
    elif f"{name}_t" not in names and "_" not in name:
        yield f"{show_name(name, 'latex')}_t"
