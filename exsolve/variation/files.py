"""The file of a variant: which tree it has, and what tells it from those of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from exsolve.authoring.variation_plan import Template, VariationPlan
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array
from exsolve.expression.tree import Node, free_names
from exsolve.variation.instances import Instance, Instances, nested
from exsolve.variation.templates import Plain, filled, plain
from exsolve.variation.writing import Written, write
from exsolve.version import __version__

UNCHANGED = ("id", "kind", "vary")
PROSE = ("title", "about", "source", "tags", "ask", "text", "note", "reason", "claim", "rubric")
"""Fields from whose texts nothing is computed."""


def identity(plan: VariationPlan, seed: int, number: int) -> str:
    """The id of a variant: that of the exercise, its seed and its number."""
    return f"{plan.id}-{seed}-{number:02d}"


class VariantFiles:
    """The files of variants with one seed, of the exercise whose file has a digest."""

    def __init__(self, plan: VariationPlan, instances: Instances, digest: str, seed: int) -> None:
        self._plan = plan
        self._instances = instances
        self._digest = digest
        self._seed = seed
        self._original = plain(plan.tree)
        self._passages = re.compile("|".join(f"({one.pattern})" for one in plan.texts) or "(?!)")
        self._telling = [one for one in plan.texts if self._tells_apart(one.template)]

    @property
    def changes_prose_only(self) -> bool:
        """Whether a variant has all formulas of the exercise, and other values of givens alone."""
        formulas = {name: value for name, value in self._original.items() if name not in UNCHANGED}
        return not self._plan.fields and not any(
            self._passages.search(text) for text in _formulas(formulas)
        )

    def identity(self, number: int) -> str:
        """The id of a variant."""
        return identity(self._plan, self._seed, number)

    def _tells_apart(self, template: Template) -> bool:
        """Whether what stands in a text makes a variant another one: numbers do.

        Words do not, unless nothing else is drawn: an exam with the same numbers is the same.
        """
        names = {name for node in _nodes(template) for name in free_names(node)}
        if self._plan.late and not names.isdisjoint(self._plan.late):
            return False  # it follows from the rest
        return not self._plan.draws or not names <= self._plan.words.keys()

    def key(self, instance: Instance) -> tuple[str, ...]:
        """What makes a variant the same as another one: values, and not how they are written."""
        fill = self._filling(instance, None)
        fields = {name: filled(pattern, fill) for name, pattern in self._plan.fields.items()}
        texts = [filled(one.template, fill) for one in self._telling]
        return (self._values_key(instance.values), repr(fields), repr(texts))

    def original_key(self) -> tuple[str, ...]:
        fields = {name: self._original.get(name) for name in self._plan.fields}
        texts = [one.words for one in self._telling]
        return (self._values_key(self._plan.given), repr(fields), repr(texts))

    def _values_key(self, values: Mapping[str, Array]) -> str:
        plan = self._plan
        varied = [*plan.new_givens, *(name for name in plan.draws if name in plan.given)]
        return repr([(name, *map(str, values[name].flat)) for name in varied])

    def _wanted(
        self, instance: Instance, computed: Mapping[str, Array] | None, identity: str
    ) -> Plain:
        """The tree of the variant's file; without computed values, texts that need them stay."""
        plan = self._plan
        fill = self._filling(instance, computed)
        wanted: dict[str, Any] = {}
        texts = self._substitution(instance, computed)
        for name, value in self._original.items():
            if name == "id":
                wanted[name] = identity
            elif name in plan.fields:
                wanted[name] = filled(plan.fields[name], fill)
            elif name != "vary":
                wanted[name] = _in_texts(value, texts) if plan.texts and name != "kind" else value
        for name, pattern in plan.fields.items():
            if name not in wanted:
                wanted[name] = filled(pattern, fill)
        if instance.givens:
            givens = dict(wanted["givens"])
            for name, drawn in instance.givens.items():
                cells = nested(drawn)
                old = givens[name]
                givens[name] = {**old, "value": cells} if isinstance(old, dict) else cells
            wanted["givens"] = givens
        return wanted

    def _filling(
        self, instance: Instance, computed: Mapping[str, Array] | None
    ) -> Callable[[Any], str]:
        def fill(placeholder: Any) -> str:
            try:
                return self._instances.fill(placeholder, instance, computed or {})
            except LanguageError as error:
                raise ExsolveError(error.problem._replace(position=self._plan.position)) from error

        return fill

    def _substitution(
        self, instance: Instance, computed: Mapping[str, Array] | None
    ) -> Callable[[str], str]:
        fill = self._filling(instance, computed)
        templates = [one.template for one in self._plan.texts]
        late = set(self._plan.late)

        def replaced(match: re.Match[str]) -> str:
            assert match.lastindex is not None
            template = templates[match.lastindex - 1]
            if computed is None and any(late & {*free_names(one)} for one in _nodes(template)):
                return match.group()
            return str(filled(template, fill))

        return lambda text: self._passages.sub(replaced, text)

    def written(
        self, instance: Instance, computed: Mapping[str, Array] | None, number: int
    ) -> Written:
        identity = self.identity(number)
        header = (
            f"# Variant {number} of {self._plan.id} with seed {self._seed}, "
            f"made by exsolve {__version__} from the file {self._digest}"
        )
        texts = self._substitution(instance, computed)
        wanted = self._wanted(instance, computed, identity)
        return write(self._plan.tree, wanted, header, f"{identity}.yaml", texts)


def _nodes(template: Template) -> list[Node]:
    """The formulas in a text."""
    return [piece.node for piece in template if not isinstance(piece, str)]


def _formulas(value: Plain) -> Iterator[str]:
    """The texts of a tree that are no prose."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _formulas(item)
    else:
        for name, item in value.items():
            if name not in PROSE:
                yield from _formulas(item)


def _in_texts(value: Plain, change: Callable[[str], str]) -> Plain:
    if isinstance(value, list):
        return [_in_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _in_texts(item, change) for name, item in value.items()}
    return change(value)
