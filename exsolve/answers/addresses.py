r"""Which question a written name means: ``Q``, ``b.Q``, ``attention-forward.b.Q``, ``\mu_{batch}``.

A name is looked up as it is spelled in the exercise; where that finds nothing, without what only
typesetting adds, then without underscores, and at last without regard to case.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from exsolve.answers.spellings import other_spellings
from exsolve.answers.titles import Titles
from exsolve.answers.written import Outline
from exsolve.expression.naming import show_name
from exsolve.solution import Expected

LONGEST_NAME = 120
"""Characters of a name as it is written, markup included."""

_REMEMBERED = 1_000
"""Names as they were written, of which it is known what they mean."""

_SUBSCRIPTS = re.compile("[₀-₉₊₋ₐ-ₜᵢ-ᵪⱼ]+")
_COMMANDS = re.compile(
    r"\\(?:mathrm|mathbf|mathit|mathsf|mathcal|boldsymbol|bm|text|textbf|textit|textrm|operatorname"
    r"|displaystyle|left|right|,|;|!|:|quad)\*?(?![A-Za-z])"
)
_FRACTION = re.compile(
    r"\\[dt]?frac\s*\{((?:[^{}]|\{[^{}]*\}){1,60})\}\s*\{((?:[^{}]|\{[^{}]*\}){1,60})\}"
)
_ACCENT = re.compile(r"\\(?:wide)?(hat|bar|tilde)\s*(?:\{([^{}]{1,20})\}|(\\?[A-Za-z]+))")
_MARK_NAMES = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde"}
_MARK = frozenset(_MARK_NAMES)
_MARKUP = re.compile(r"[\\{}$*`\s()]")


def plain_name(written: str) -> str:
    """A name as an exercise spells it, of what somebody wrote or printed."""
    text = written.strip()
    if text.isascii() and text.replace("_", "").replace(".", "").replace("-", "").isalnum():
        return text.strip("_")
    text = _SUBSCRIPTS.sub(lambda run: "_" + unicodedata.normalize("NFKC", run.group()), text)
    text = _with_marks_named(unicodedata.normalize("NFKC", text))
    text = _COMMANDS.sub("", text)
    text = _ACCENT.sub(lambda found: f"{found[2] or found[3]}_{found[1]}", text)
    text = _FRACTION.sub(r"\1/\2", text)
    text = text.replace(r"\partial", "d").replace("∂", "d")
    text = text.replace(r"\nabla", "grad").replace("∇", "grad")
    text = re.sub(r"\^\s*\{?\s*(?:\*|\\ast\b|\\star\b)\s*\}?", "_star", text)
    text = re.sub(r"\\var(?=[a-z])", "", text)
    text = "".join(_GREEK_NAMES.get(character, character) for character in text)
    text = text.replace("^", "_").replace("/", "_").replace(",", "_")
    text = _MARKUP.sub("", text)
    return re.sub("__+", "_", text).strip("_")


def _with_marks_named(text: str) -> str:
    """``x_hat`` for x with a hat above it, and so on; other marks belong to their letters."""
    apart = unicodedata.normalize("NFD", text)
    if _MARK.isdisjoint(apart):
        return text
    for mark, word in _MARK_NAMES.items():
        apart = apart.replace(mark, f"_{word}")
    return unicodedata.normalize("NFC", apart)


def _greek_names() -> dict[str, str]:
    names = {}
    for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)):
        words = unicodedata.name(chr(code), "").split()
        if len(words) == 4:
            names[chr(code)] = words[3].capitalize() if words[1] == "CAPITAL" else words[3].lower()
    return {**names, "λ": "lambda", "Λ": "Lambda"}


_GREEK_NAMES = _greek_names()


class Address(NamedTuple):
    """A question: of which exercise, in which part."""

    exercise: str
    part: str
    expected: Expected

    @property
    def in_words(self) -> bool:
        """Whether it is answered in words or lines, under the id of its part."""
        return self.expected.sort in ("words", "derivation")

    @property
    def name(self) -> str:
        """What it is called in its exercise."""
        return self.expected.name


class Context(NamedTuple):
    """Where in the exercises a name stands: under the headings of which, empty for unknown."""

    exercise: str = ""
    part: str = ""


class Addresses:
    """The questions of an outline by all their names."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.all = tuple(
            Address(exercise.id, part.id, expected)
            for exercise in outline.exercises
            for part in exercise.parts
            for expected in part.expected
        )
        self._only = outline.exercises[0].id if len(outline.exercises) == 1 else ""
        self._spellings = tuple(_lookup(self.all, spelling) for spelling in _SPELLINGS)
        self.titles = Titles(outline)
        self._ids = {exercise.id.casefold(): exercise.id for exercise in outline.exercises}
        self._printed = _printed(outline)
        self._found: dict[tuple[str, Context], tuple[Address, ...]] = {}
        self._known = {exercise.id: exercise.known for exercise in outline.exercises}
        self._parts = {
            exercise.id: {part.id: part for part in exercise.parts}
            for exercise in outline.exercises
        }

    def find(self, written: str, context: Context) -> tuple[Address, ...]:
        """The questions that a name can mean here: none, one, or several.

        A name that is only asked for elsewhere than its qualifiers or the heading above it say is
        not found.
        """
        key = (written, context)
        if key not in self._found:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            self._found[key] = self._find(plain_name(written), context)
        return self._found[key]

    def _find(self, name: str, context: Context) -> tuple[Address, ...]:
        exercise = context.exercise or self._only
        if not name or self.is_known(name, context):
            return ()
        found = self._named(name, exercise)
        if not found and "." in name:
            qualifier, _, last = name.rpartition(".")
            found = tuple(one for one in self._named(last, "") if _qualifies(qualifier, one))
            return tuple(one for one in found if one.exercise == exercise) or found
        return tuple(one for one in found if one.part == context.part) or found

    def _named(self, name: str, exercise: str) -> tuple[Address, ...]:
        for spelling, table in zip(_SPELLINGS, self._spellings, strict=True):
            if spelling is _any_case and self.part(name, exercise) == name:
                return ()
            found = table.get(spelling(name), ())
            if here := tuple(one for one in found if not exercise or one.exercise == exercise):
                return here
        found = self._printed.get(name, ())
        return tuple(one for one in found if not exercise or one.exercise == exercise)

    def elsewhere(self, written: str) -> tuple[Address, ...]:
        """The questions of this name in all exercises."""
        return self._named(plain_name(written), "")

    def is_known(self, written: str, context: Context) -> bool:
        """Whether a name stands for something of the exercise that nobody asks for."""
        name = plain_name(written)
        exercise = context.exercise or self._only
        known = [self._known[exercise]] if exercise else self._known.values()
        return any(name in names for names in known)

    def exercise(self, word: str) -> str:
        """The id of an exercise as it is spelled; empty where there is none of that name."""
        return self._ids.get(word.casefold(), "")

    def part(self, word: str, exercise: str) -> str:
        """The id of a part as it is spelled; empty where the exercise has none of that name."""
        parts = self._parts.get(exercise or self._only, {})
        if word in parts:
            return word
        found = [one for one in parts if one.casefold() == word.casefold()]
        return found[0] if len(found) == 1 else ""

    def words_of(self, context: Context) -> Address | None:
        """What is answered in words in the part of a heading."""
        exercise = context.exercise or self._only
        part = self._parts.get(exercise, {}).get(context.part)
        for expected in part.expected if part else ():
            address = Address(exercise, context.part, expected)
            if address.in_words:
                return address
        return None

    def names_in(self, context: Context) -> list[str]:
        """The names that can be written here, for messages."""
        exercise = context.exercise or self._only
        asked = [one for one in self.all if not exercise or one.exercise == exercise]
        return list(dict.fromkeys(one.name for one in asked))

    def full_name(self, address: Address) -> str:
        """A name that means this question alone."""
        name = address.name
        if not address.in_words:
            same = [one for one in self.all if one[:1] == address[:1] and one.name == name]
            name = f"{address.part}.{name}" if len(same) > 1 else name
        return name if self._only else f"{address.exercise}.{name}"


@lru_cache(maxsize=16)
def addresses_of(outline: Outline) -> Addresses:
    """The questions of an outline, the same for every file of a class."""
    return Addresses(outline)


def _qualifies(qualifier: str, address: Address) -> bool:
    said = qualifier.casefold()
    exercise, part = address.exercise.casefold(), address.part.casefold()
    return said in (exercise, part, f"{exercise}.{part}")


def _unseparated(name: str) -> str:
    return name.replace("_", "")


def _any_case(name: str) -> str:
    return _unseparated(name).casefold()


_SPELLINGS: tuple[Callable[[str], str], ...] = (str, _unseparated, _any_case)


@lru_cache(maxsize=16)
def _lookup(
    addresses: tuple[Address, ...], spelling: Callable[[str], str]
) -> Mapping[str, list[Address]]:
    """Questions by their names in a spelling; the same for every file of a class."""
    table: dict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        names = [address.name]
        if not address.in_words:
            names += [show_name(address.name, "latex"), show_name(address.name, "terminal")]
            kind, _, of = address.name.partition("_")
            if kind == "var" and of:
                names += [f"sigma_2_{of}", f"sigma_{of}_2"]  # a variance is σ² on paper
        for key in dict.fromkeys(spelling(plain_name(name)) for name in names):
            table[key].append(address)
    return dict(table)


@lru_cache(maxsize=16)
def _printed(outline: Outline) -> Mapping[str, list[Address]]:
    """Questions by the other ways of writing their names: ``∂L/∂h_t`` for grad_h."""
    table: dict[str, list[Address]] = defaultdict(list)
    for exercise in outline.exercises:
        own = {expected.name for part in exercise.parts for expected in part.expected}
        names = exercise.known | own
        for part in exercise.parts:
            for expected in part.expected:
                address = Address(exercise.id, part.id, expected)
                if address.in_words:
                    continue
                spelled = map(plain_name, other_spellings(address.name, names))
                for key in dict.fromkeys(spelled):
                    if key not in names:
                        table[key].append(address)
    return dict(table)
