"""The search for variants: deterministic by seed and number, bounded, and clear when it fails.

A variant is looked for in a stream of random draws of its own. What is cheap comes first: the
conditions on drawn numbers, then those on quantities of the exercise, computed with the new givens,
then the new exercise itself, which has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import prod
from random import Random
from typing import NamedTuple

from exsolve import limits
from exsolve.authoring.variation_plan import Check, Condition, VariationPlan
from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.expression.tree import Node
from exsolve.graph import Graph
from exsolve.spec.nodes import Mapping as Tree
from exsolve.variation.conditions import failure
from exsolve.variation.failures import Budget, Tally
from exsolve.variation.files import VariantFiles, identity
from exsolve.variation.instances import Instance, Instances, NoValueError
from exsolve.variation.work import work
from exsolve.variation.writing import Written

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
    if plan is None and workbook.assigned:
        raise ExsolveError(
            f"{workbook.id} has other givens than its file",
            expected="the exercise as it stands in the file, of which `vary` speaks",
        )
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
    longest = len(identity(plan, seed, count))
    if longest > limits.NAME_LENGTH:
        raise ExsolveError(
            f"the ids of variants of {plan.id} would be too long",
            expected=f"at most {limits.NAME_LENGTH} characters, with -SEED-NUMBER",
            found=f"{longest}",
        )
    return _Search(workbook, plan, count, seed, build).variants()


class _Candidate(NamedTuple):
    """A draw that meets every condition, and what tells it from others."""

    instance: Instance
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
        self._files = VariantFiles(plan, self._instances, workbook.digest, seed)
        self._cheap = [check for check in plan.checks if not check.names]
        self._computed = [check for check in plan.checks if check.names]
        self._names = sorted({*(n for one in self._computed for n in one.names), *plan.late})
        self._same_graph: bool | None = None if self._files.changes_prose_only else False
        """Whether new givens leave all definitions as they are; None before the first variant."""
        self._size = plan.size
        self._seen = {self._files.original_key()}
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
                self._files.identity(number),
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
            cells = work(over, one.nodes)
            drawn += cells * len(one.nodes) if one.differ else cells
        named = graph.needed_for(self._names)
        whole = work(graph, [one.expression for one in graph.quantities.values()])
        computed = work(graph, [graph.quantities[name].expression for name in named])
        computed *= 1 + len(self._computed)  # each looks at some of it
        most = limits.VARIATION_WORK
        return Budget(
            max(1, min(limits.VARIATION_TRIES, most // max(1, drawn))),
            max(1, min(limits.VARIATION_EVALUATIONS, most // max(1, drawn + computed))),
            max(1, min(limits.VARIATION_BUILDS, most // max(1, drawn + whole))),
        )

    def _refuse_general(self) -> None:
        """Raise ExsolveError where a condition is about what has no value.

        Conditions on all answers are about those that have values.
        """
        general = self._base.general
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
            if name in general
            and (isinstance(check, Condition) or general.keys() >= {*check.names})
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
        if (key := self._files.key(instance)) in self._seen:
            tally.doubled += 1
            return None
        return self._built(instance, key, number, tally)

    def _built(
        self, instance: Instance, key: tuple[str, ...], number: int, tally: Tally
    ) -> _Candidate | None:
        """The exercise of a draw, if it is sound and meets all conditions."""
        tally.builds += 1
        try:
            written = self._files.written(instance, None, number)
            workbook = self._workbook(written, number)
            values = {**self._values(workbook, self._names, {}), **instance.values}
            if self._plan.late:
                written = self._files.written(instance, values, number)
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
        return _Candidate(instance, workbook, written, key)

    def _workbook(self, written: Written, number: int) -> Workbook:
        name = f"{self._files.identity(number)}.yaml"
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


def _definitions(workbook: Workbook) -> dict[str, Node]:
    """What each quantity is defined by; givens are not."""
    quantities = workbook.graph.quantities.items()
    return {name: one.expression for name, one in quantities if not one.given}
