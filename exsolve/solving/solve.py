"""From a graph to a finished solution: evaluate twice, compare, certify decimals, lay out steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from exsolve import limits
from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.solution import Agreement, Part, RubricItem, Solution, Symbol
from exsolve.solving.agreement import compare
from exsolve.solving.certify import decimals
from exsolve.solving.expected import expected
from exsolve.solving.layout import Layout
from exsolve.solving.verifier import Verifier
from exsolve.spec.parts import Part as Asked
from exsolve.version import __version__

Detail = Literal["short", "normal", "long"]
_Arrays = Mapping[str, Array]


def solve(
    workbook: Workbook,
    parts: Sequence[str] = (),
    digits: int = 4,
    detail: Detail = "normal",
) -> Solution:
    """The worked solution of the parts asked for (all by default).

    Raises ExsolveError for a part or detail that there is not or digits out of range, when a value
    does not exist, or when the two routes disagree.
    """
    _check(workbook, parts, digits, detail)
    graph = workbook.graph
    chosen = [part for part in workbook.parts if not parts or part.id in parts]
    agreed, exact, numeric, rounded = computed(workbook, chosen, digits)
    layout = Layout(graph, exact, numeric, rounded, detail)
    verifier = Verifier(workbook, lambda: layout, digits, detail)
    formulas = verifier.formulas
    asked = {name for part in chosen for name in workbook.shown(part)}
    plain = {one.name for one in graph.quantities.values() if one.plain}
    shown = {*workbook.givens, *(plain - asked)}
    solved = []
    for part in chosen:
        answers = {answer.text for answer in part.answers}
        # a table of what was shown before helps only where it is asked for again
        tables = [
            table
            for table in workbook.tables.get(part.id, ())
            if not answers.isdisjoint(table.names) or not shown.issuperset(table.names)
        ]
        steps = []
        for name in graph.needed_for(workbook.shown(part)):
            if name not in shown:
                shown.add(name)
                steps.append(formulas.step(name) if name in workbook.general else layout.step(name))
        solved.append(
            Part(
                id=part.id,
                ask=part.ask,
                points=part.points,
                answers=tuple(answer.text for answer in part.answers),
                steps=tuple(steps),
                tables=tuple(layout.table(table) for table in tables),
                text=part.text,
                rubric=tuple(RubricItem(item.points, item.text) for item in part.rubric),
                derivations=verifier.derivations(part, shown),
                evidence=verifier.evidence(part),
                expected=expected(workbook, part),
            )
        )
    verifier.remaining()
    return _solution(workbook, layout, solved, verifier.total(agreed), digits, detail)


def agreement(workbook: Workbook, digits: int = 4) -> Agreement:
    """How many values of all parts agree on both routes, and what is verified besides.

    Raises ExsolveError where ``solve`` does.
    """
    agreed, exact, numeric, rounded = computed(workbook, workbook.parts, digits)
    verifier = Verifier(
        workbook,
        lambda: Layout(workbook.graph, exact, numeric, rounded, "short"),
        digits,
        "short",
    )
    for part in workbook.parts:
        for name in workbook.graph.needed_for(workbook.shown(part)):
            if name in workbook.general:
                verifier.formulas.verified(name)
        verifier.derivations(part, set())
        verifier.evidence(part)
    verifier.remaining()
    return verifier.total(agreed)


class Computed(NamedTuple):
    """What agrees, and of everything that parts need the exact values, the floats, the decimals."""

    agreed: Agreement
    exact: _Arrays
    numeric: _Arrays
    decimals: Mapping[str, Sequence[Any]]


def computed(workbook: Workbook, parts: Sequence[Asked], digits: int) -> Computed:
    """The values of all that the parts need. Raises ExsolveError as ``solve`` does for values."""
    graph = workbook.numeric
    wanted = [name for part in parts for name in workbook.shown(part)]
    wanted = workbook.graph.needed_for([*wanted, *workbook.givens])
    names = [name for name in wanted if name not in workbook.general]
    exact = evaluate(graph, ClosedFormRoute(), only=names)
    found, numeric = compare(graph, exact)
    return Computed(found, exact, numeric, decimals(graph, names, digits, exact))


def _check(workbook: Workbook, parts: Sequence[str], digits: int, detail: str) -> None:
    known = [part.id for part in workbook.parts]
    for wanted in parts:
        if wanted not in known:
            raise ExsolveError(
                f"{workbook.id} has no part {wanted!r}", expected="one of " + ", ".join(known)
            )
    if not 1 <= digits <= limits.PRINTED_DIGITS:
        raise ExsolveError(
            f"{digits} significant digits cannot be shown",
            expected=f"1 to {limits.PRINTED_DIGITS}",
            found=str(digits),
        )
    if detail not in get_args(Detail):
        raise ExsolveError(
            f"there is no detail {detail!r}", expected="one of " + ", ".join(get_args(Detail))
        )


def question(workbook: Workbook, digits: int = 4) -> Solution:
    """The exercise as it is asked: givens and questions, nothing solved."""
    graph = workbook.graph
    exact = evaluate(graph, ClosedFormRoute(), only=workbook.givens)
    _, numeric = compare(graph, exact)
    layout = Layout(graph, exact, numeric, decimals(graph, exact, digits, exact), "short")
    parts = [
        Part(
            id=part.id,
            ask=part.ask,
            points=part.points,
            answers=tuple(answer.text for answer in part.answers),
            steps=(),
            expected=expected(workbook, part),
        )
        for part in workbook.parts
    ]
    return _solution(workbook, layout, parts, Agreement(0, 0), digits, "short")


def _solution(
    workbook: Workbook,
    layout: Layout,
    parts: Sequence[Part],
    agreement: Agreement,
    digits: int,
    detail: Detail,
) -> Solution:
    return Solution(
        exercise=workbook.id,
        title=workbook.title,
        kind=workbook.kind,
        about=workbook.about,
        source=workbook.source,
        givens=tuple(layout.given(name) for name in workbook.givens),
        parts=tuple(parts),
        agreement=agreement,
        digits=digits,
        detail=detail,
        version=__version__,
        digest=workbook.digest,
        content=workbook.content,
        assigned=workbook.assigned,
        symbols=_symbols(workbook),
        conditions=tuple(one.node for one in workbook.setting.conditions),
        functions=tuple(workbook.functions.items()),
    )


def _symbols(workbook: Workbook) -> tuple[Symbol, ...]:
    """What the exercise declares without a value, but for what its own steps define; of what its
    kind adds, only what an answer is written with."""
    setting, defined = workbook.setting, workbook.graph.quantities
    asked = {name for part in workbook.parts for name in workbook.shown(part) if name in defined}
    used = {name for one in asked for name in workbook.graph.uses(one)}
    left_out = {*defined, *(workbook.implied - used)}
    plain = [Symbol(name, shape) for name, shape in setting.symbols.items() if name not in left_out]
    random = [
        Symbol(name, one.shape, tuple(zip(one.values, one.probabilities, strict=True)))
        for name, one in setting.random.items()
    ]
    return (*plain, *random)
