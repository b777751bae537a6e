"""The search for variants: deterministic by seed and number, bounded, and clear when it fails.

A variant is looked for in a stream of random draws of its own. What is cheap comes first: the
conditions on drawn numbers, then those on quantities of the exercise, computed with the new givens,
then the new exercise itself, which has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import prod
from random import Random
from typing import Any, NamedTuple

from exsolve import limits
from exsolve.authoring.variation_plan import Check, Condition, Template, VariationPlan
from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError, LanguageError, Problem
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.expression.tree import Node, free_names
from exsolve.graph import Graph
from exsolve.spec.nodes import Mapping as Tree
from exsolve.variation.conditions import failure
from exsolve.variation.failures import Budget, Tally
from exsolve.variation.instances import Instance, Instances, NoValueError, nested
from exsolve.variation.templates import Plain, filled, plain
from exsolve.variation.work import work
from exsolve.variation.writing import Written, write
from exsolve.version import __version__

Build = Callable[[Tree, str], Workbook]
"""Makes the tree of a file, which has a name, ready to solve; raises ExsolveError."""


class Found(NamedTuple):
    """A variant: its number from 1 on, its id, its file, and what was drawn."""

    number: int
    id: str
    text: str
    workbook: Workbook
    values: Mapping[str, str]


def search(workbook: Workbook, count: int, seed: int, build: Build) -> Iterator[Found]:
    """The variants 1 to ``count`` of a seed, all different from each other and from the exercise.

    Each depends on its number and on those before it only. Raises ExsolveError for an exercise
    that does not vary, for a count or seed out of range, and where no values are found.
    """
    plan = workbook.variation
    if plan is None:
        raise ExsolveError(
            f"{workbook.id} does not say how it varies",
            expected="a field `vary` in its file",
            hint="write what is drawn under `vary`: exsolve schema describes the field",
        )
    if not 1 <= count <= limits.VARIANTS:
        raise ExsolveError(
            f"{count} variants cannot be made at once",
            expected=f"1 to {limits.VARIANTS:,}",
            found=str(count),
        )
    if not 0 <= seed < 1 << 63:
        raise ExsolveError(
            f"{seed} is no seed", expected="a whole number from 0 to 2^63 - 1", found=str(seed)
        )
    longest = len(_identity(plan, seed, count))
    if longest > limits.NAME_LENGTH:
        raise ExsolveError(
            f"the ids of variants of {plan.id} would be too long",
            expected=f"at most {limits.NAME_LENGTH} characters, with -SEED-NUMBER",
            found=f"{longest}",
        )
    return _Search(workbook, plan, count, seed, build).variants()


def _identity(plan: VariationPlan, seed: int, number: int) -> str:
    return f"{plan.id}-{seed}-{number:02d}"


class _Candidate(NamedTuple):
    """A draw that meets every condition, and what tells it from others."""

    instance: Instance
    texts: Mapping[str, Array]
    workbook: Workbook
    written: Written
    key: tuple[str, ...]


class _Search:
    def __init__(
        self, workbook: Workbook, plan: VariationPlan, count: int, seed: int, build: Build
    ) -> None:
        self._base = workbook
        self._plan = plan
        self._count = count
        self._seed = seed
        self._build = build
        self._instances = Instances(plan)
        self._original = plain(plan.tree)
        self._cheap = [check for check in plan.checks if not check.names]
        self._computed = [check for check in plan.checks if check.names]
        self._names = sorted({*(n for one in self._computed for n in one.names), *plan.late})
        self._passages = re.compile("|".join(f"({one.pattern})" for one in plan.texts) or "(?!)")
        self._same_graph: bool | None = None
        """Whether new givens leave all definitions as they are; None before the first variant."""
        self._size = plan.size
        self._telling = [one for one in plan.texts if self._tells_apart(one.template)]
        self._seen = {self._original_key()}
        self._budget = self._tries_that_fit()
        self._bad: set[int] = set()
        """Draws that do not meet the conditions, where all draws are gone through."""

    def variants(self) -> Iterator[Found]:
        """The variants in order."""
        self._refuse_general()
        for number in range(1, self._count + 1):
            candidate = self._candidate(number)
            self._seen.add(candidate.key)
            yield Found(
                number,
                _identity(self._plan, self._seed, number),
                candidate.written.text,
                candidate.workbook,
                candidate.instance.texts(),
            )

    def _tries_that_fit(self) -> Budget:
        """How many draws may be tried: fewer where each of them computes much."""
        plan, graph = self._plan, self._base.graph
        cheap = [node for one in (*plan.derived.values(), *plan.new_givens.values())
                 for node in one.nodes]  # fmt: skip
        drawn = work(plan.graph, cheap) + sum(prod(one.shape) for one in plan.draws.values())
        known = {**graph.symbols, **graph.shapes, **plan.graph.symbols, **plan.graph.shapes}
        conditions = [one for one in plan.checks if isinstance(one, Condition)]
        over = Graph([], known)
        for one in conditions:
            drawn += work(over, one.nodes)
        named = graph.needed_for(self._names)
        whole = work(graph, [one.expression for one in graph.quantities.values()])
        computed = work(graph, [graph.quantities[name].expression for name in named])
        most = limits.VARIATION_WORK
        return Budget(
            max(1, min(limits.VARIATION_TRIES, most // max(1, drawn))),
            max(1, min(limits.VARIATION_EVALUATIONS, most // max(1, drawn + computed))),
            max(1, min(limits.VARIATION_BUILDS, most // max(1, drawn + whole))),
        )

    def _refuse_general(self) -> None:
        """Raise ExsolveError where a condition is about what has no value."""
        problems = [
            Problem(
                f"{name} stands for every value of its symbols, so it meets no condition",
                "quantities with values",
                name,
                "leave it out of the condition",
                check.position,
            )
            for check in self._computed
            for name in check.names
            if name in self._base.general
        ]
        if problems:
            raise ExsolveError(problems)

    @property
    def _few(self) -> bool:
        """Whether all draws can be gone through."""
        return self._size <= self._budget.tries

    def _candidate(self, number: int) -> _Candidate:
        """The first draw for this number that is a variant."""
        tally = Tally(self._plan, number, self._count, self._budget)
        for index in self._stream(number):
            if index in self._bad:
                continue
            try:
                found = self._tried(index, number, tally)
            except NoValueError as error:
                tally.no_value(error)
                found = None
            if found is not None:
                return found
            if self._few:
                self._bad.add(index)
            if tally.exhausted:
                break
        else:
            tally.complete = self._few
        raise ExsolveError(tally.problem())

    def _stream(self, number: int) -> Iterator[int]:
        """Draws in random order; where they are few, all of them after some at random."""
        size = self._size
        stream = Random(f"{self._plan.id}:{self._seed}:{number}")
        if self._few:
            start = min(size, limits.VARIATION_FIRST)
            yield from (stream.randrange(size) for _ in range(start))
            first = stream.randrange(size)
            yield from ((first + step) % size for step in range(size))
        else:
            while True:
                yield stream.randrange(size)

    def _tried(self, index: int, number: int, tally: Tally) -> _Candidate | None:
        """The variant of a draw; None where a condition is not met, which is noted."""
        instance = self._instances.at(index)
        tally.tries += 1
        if not self._hold(self._cheap, self._base.graph, instance.values, instance, tally):
            return None
        if self._same_graph and self._computed:
            tally.evaluations += 1
            if not self._hold_with_new_givens(instance, tally):
                return None
        if (key := self._key(instance)) in self._seen:
            tally.doubled += 1
            return None
        return self._built(instance, key, number, tally)

    def _built(
        self, instance: Instance, key: tuple[str, ...], number: int, tally: Tally
    ) -> _Candidate | None:
        """The exercise of a draw, if it is sound and meets all conditions."""
        tally.builds += 1
        try:
            written = self._written(instance, None, number)
            workbook = self._workbook(written, number)
            values = {**self._values(workbook, self._names, {}), **instance.values}
            if self._plan.late:
                written = self._written(instance, values, number)
                workbook = self._workbook(written, number)
                values = {**self._values(workbook, self._names, {}), **instance.values}
            self._refuse_without_values(workbook)
        except ExsolveError as error:
            tally.unsound(error, instance)
            return None
        if self._same_graph is not False:
            self._same_graph = _definitions(workbook) == _definitions(self._base)
        if not self._hold(self._computed, workbook.graph, values, instance, tally):
            return None
        return _Candidate(instance, values, workbook, written, key)

    def _workbook(self, written: Written, number: int) -> Workbook:
        name = f"{_identity(self._plan, self._seed, number)}.yaml"
        return self._build(written.tree, name)

    def _hold(
        self,
        checks: list[Check],
        graph: Graph,
        values: Mapping[str, Array],
        instance: Instance,
        tally: Tally,
    ) -> bool:
        """Whether all conditions hold; the first that does not is noted."""
        for check in checks:
            reason = failure(check, graph, values)
            if reason is not None:
                tally.failed(check, reason, instance)
                return False
        return True

    def _hold_with_new_givens(self, instance: Instance, tally: Tally) -> bool:
        """Whether the conditions hold in this exercise with the givens of the draw.

        No more is computed than the first condition that is not met needs.
        """
        graph, values = self._base.graph, dict(instance.values)
        replaced = {name: one.value for name, one in instance.givens.items()}
        for check in self._computed:
            try:
                found = self._values(self._base, check.names, {**values, **replaced})
            except ExsolveError as error:
                tally.unsound(error, instance)
                return False
            values.update((name, value) for name, value in found.items() if name not in values)
            if not self._hold([check], graph, values, instance, tally):
                return False
        return True

    @staticmethod
    def _values(
        workbook: Workbook, wanted: Iterable[str], replaced: Mapping[str, Array]
    ) -> dict[str, Array]:
        """Quantities with all that they need, and what stands in the place of others."""
        names = [name for name in wanted if name not in workbook.general]
        return {**evaluate(workbook.numeric, ClosedFormRoute(), names, replaced), **replaced}

    @staticmethod
    def _refuse_without_values(workbook: Workbook) -> None:
        """Raise ExsolveError where an answer has no value (a division by zero)."""
        names = [name for part in workbook.parts for name in workbook.shown(part)]
        needed = workbook.graph.needed_for(names)
        evaluate(
            workbook.numeric,
            ClosedFormRoute(),
            only=[name for name in needed if name not in workbook.general],
        )

    # The file of a variant

    def _tells_apart(self, template: Template) -> bool:
        """Whether what stands in a text makes a variant another one: numbers do.

        Words do not, unless nothing else is drawn: an exam with the same numbers is the same.
        """
        names = {name for node in _nodes(template) for name in free_names(node)}
        if self._plan.late and not names.isdisjoint(self._plan.late):
            return False  # it follows from the rest
        return not self._plan.draws or not names <= self._plan.words.keys()

    def _key(self, instance: Instance) -> tuple[str, ...]:
        """What makes a variant the same as another one: values, and not how they are written."""
        fill = self._filling(instance, None)
        fields = {name: filled(pattern, fill) for name, pattern in self._plan.fields.items()}
        texts = [filled(one.template, fill) for one in self._telling]
        return (self._values_key(instance.values), repr(fields), repr(texts))

    def _original_key(self) -> tuple[str, ...]:
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

    def _written(
        self, instance: Instance, computed: Mapping[str, Array] | None, number: int
    ) -> Written:
        identity = _identity(self._plan, self._seed, number)
        header = (
            f"# Variant {number} of {self._plan.id} with seed {self._seed}, "
            f"made by exsolve {__version__} from the file {self._base.digest}"
        )
        texts = self._substitution(instance, computed)
        wanted = self._wanted(instance, computed, identity)
        return write(self._plan.tree, wanted, header, f"{identity}.yaml", texts)


def _nodes(template: Template) -> list[Node]:
    """The formulas in a text."""
    return [piece.node for piece in template if not isinstance(piece, str)]


def _in_texts(value: Plain, change: Callable[[str], str]) -> Plain:
    if isinstance(value, list):
        return [_in_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _in_texts(item, change) for name, item in value.items()}
    return change(value)


def _definitions(workbook: Workbook) -> dict[str, Node]:
    """What each quantity is defined by; givens are not."""
    quantities = workbook.graph.quantities.items()
    return {name: one.expression for name, one in quantities if not one.given}
