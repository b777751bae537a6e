"""From an exercise to a workbook: the kind's definitions and the author's own make one graph.

What is wrong at one stage does not hide what is wrong at the next: each goes on with what is sound.
Names whose value is broken stay known, and what depends on them is not judged, so that one mistake
is reported once.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from exsolve import limits
from exsolve.authoring.blueprint import Blueprint, GradientRequest, Labels
from exsolve.authoring.known_names import AnyName, Either, WithGradients, advice
from exsolve.authoring.reading import Reading
from exsolve.authoring.spelling import refuse_misspelt
from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError
from exsolve.expression.tree import names
from exsolve.graph import Graph, Locate, Quantity
from exsolve.kinds import kind
from exsolve.solution import Reason
from exsolve.solving.claims import author_claims, derived_claims
from exsolve.solving.derivation_plans import read_derivations
from exsolve.solving.derived import derived_reasons, with_jacobians
from exsolve.solving.evidence.plans import read_evidence
from exsolve.solving.free_symbols import free_of, numeric_part
from exsolve.solving.lagrangians import (
    Lagrangians,
    promised,
    read_lagrangians,
    with_solutions,
)
from exsolve.solving.policies import read_policy, with_own_slips
from exsolve.solving.requests import (
    author_gradients,
    check_request,
    gradients_in,
    that_use_gradients,
    with_requests,
)
from exsolve.solving.symbols import read_setting
from exsolve.spec.entries import UnreadableError
from exsolve.spec.exercise import Draft, Exercise
from exsolve.spec.report import plural
from exsolve.verification.setting import Setting

if TYPE_CHECKING:
    from exsolve.verification.claims import Claim

_LISTED: Final = 40
"""Names that a message lists."""


def assemble(draft: Draft, overrides: Mapping[str, str] | None = None) -> Workbook:
    """The exercise made ready to solve; with ``overrides`` for its givens, it does not vary.

    Raises ExsolveError with everything that is wrong with the file, each with its place.
    """
    exercise = draft.exercise
    reading = Reading(exercise, overrides)
    author = _author(exercise, reading)
    built = _built(draft, reading)
    blueprint = built or Blueprint()
    own = [*_givens(exercise, reading, blueprint.labels), *author]
    own = _without_clashes(own, blueprint, exercise, reading)
    quantities = [*_placed(blueprint.quantities, own, exercise), *own]
    known = {one.name for one in quantities}
    written = (*exercise.givens, *exercise.definitions, *draft.others)
    unreadable: Container[str] = {name for name in written if name not in known}
    if built is None or not draft.complete or not draft.symbols_are_sound:
        unreadable = AnyName()
    reading.unreadable = unreadable
    setting = read_setting(exercise, reading) if draft.symbols_are_sound else Setting({}, {})
    if blueprint.free:
        setting = setting._replace(symbols=blueprint.free)
    symbols = {**blueprint.symbols, **setting.names}
    lagrangians = Lagrangians()
    if draft.symbols_are_sound:
        lagrangians = read_lagrangians(exercise, quantities, symbols, reading)
        unreadable = Either(promised(exercise, lagrangians), unreadable)
    setting = setting._replace(symbols={**setting.symbols, **lagrangians.multipliers})
    symbols.update(lagrangians.multipliers)
    quantities += lagrangians.quantities
    requests = [*blueprint.gradients, *author_gradients(exercise), *lagrangians.requests]
    late = that_use_gradients(quantities) if requests else {}
    coming = Either(gradients_in(late, known), unreadable) if late else unreadable
    graph = Graph(quantities, symbols, coming, reading.problems)
    if reading.problems or len(draft.report):
        unreadable = Either({*late}, unreadable)
        for request in requests:
            check_request(request, graph, unreadable, exercise, reading)
    else:
        if late:
            early = [one for one in quantities if one.name not in late]
            graph = Graph(early, symbols, unreadable)
        graph = with_requests(requests, graph, late, exercise, reading)
        if not reading.problems:
            graph = with_jacobians(graph, exercise, reading)
        if reading.problems:
            unreadable = Either({one.name for one in quantities}, unreadable)
    _check_labels(own, graph, exercise, reading)
    if built is not None and draft.complete:
        refuse_misspelt(reading, built, _used(quantities, requests, exercise))
    if reading.problems or len(draft.report):
        jacobians = {one.name.text for one in exercise.jacobians}
        unreadable = WithGradients(graph, Either(jacobians, unreadable))
        reading.unreadable = unreadable
    _check_answers(exercise, graph, unreadable, built is not None, reading)
    if not draft.symbols_are_sound:
        reading.finish(draft.report)
    minima = with_solutions(exercise, lagrangians, graph, reading)
    derivations = read_derivations(exercise, graph, reading)
    evidence = read_evidence(exercise, graph, blueprint.drawings, reading)
    claims = author_claims(exercise, graph, setting, reading)
    policy = read_policy(exercise, reading)
    marked = with_own_slips(exercise, graph, reading)
    variation = None
    if exercise.variation is not None and not overrides:
        # it speaks of the values in the file: of their shapes, and of texts that say them
        from exsolve.variation.reading import read_variation

        variation = read_variation(exercise, exercise.variation, graph, unreadable, reading)
    reading.finish(draft.report)
    graph = marked
    free_symbols: dict[str, frozenset[str]] = {}
    derived: Mapping[str, Claim] = {}
    reasons: Mapping[str, tuple[Reason, ...]] = {}
    if setting.names or exercise.functions:
        free_symbols = {name: free for name, free in free_of(graph, setting).items() if free}
        derived = derived_claims(exercise, requests, graph, setting)
        reasons = derived_reasons(requests, graph, exercise.definitions)
    return Workbook(
        id=exercise.id,
        title=exercise.title,
        kind=exercise.kind,
        about="\n\n".join(text for text in (exercise.about.strip(), blueprint.data) if text),
        source=exercise.source,
        digest=exercise.digest,
        content=exercise.content.decode("utf-8", "replace"),
        assigned=tuple((overrides or {}).items()),
        seed=exercise.seed,
        graph=graph,
        numeric=numeric_part(graph, free_symbols, setting),
        givens=tuple(exercise.givens),
        parts=tuple(exercise.parts),
        tables=blueprint.tables,
        setting=setting,
        general=free_symbols,
        implied=frozenset(blueprint.free).difference(exercise.symbols),
        claims={**derived, **blueprint.claims, **claims},
        claimed=tuple(claims),
        reasons={**reasons, **blueprint.reasons},
        derivations=derivations,
        evidence=evidence,
        lagrangians=minima,
        functions=dict(exercise.functions),
        policy=policy,
        variation=variation,
        verified={},
    )


def _used(
    quantities: Sequence[Quantity], requests: Sequence[GradientRequest], exercise: Exercise
) -> set[str]:
    """The names that a definition, a gradient or an answer refers to."""
    return {
        *(name for one in quantities for name in names(one.expression)),
        *(str(name) for request in requests for name in (request.of, *request.targets)),
        *(str(answer) for part in exercise.parts for answer in part.answers),
    }


def _built(draft: Draft, reading: Reading) -> Blueprint | None:
    """What the kind makes of the exercise; None where it cannot tell, because of an error."""
    if not draft.kind_is_sound:
        return None
    earlier, reading.problems = reading.problems, []
    try:
        blueprint: Blueprint | None = kind(draft.exercise.kind).build(draft.exercise, reading)
    except UnreadableError:
        blueprint = None
    except ExsolveError as error:
        reading.problems.extend(error.problems)
    sound = not reading.problems
    start = draft.exercise.start
    placed = (one._replace(position=one.position or start) for one in reading.problems)
    reading.problems = [*earlier, *placed]
    return blueprint if sound else None


def _givens(exercise: Exercise, reading: Reading, labels: Mapping[str, Labels]) -> list[Quantity]:
    found = []
    for name in reading.givens.readable:
        given = exercise.givens[name]
        label = labels.get(name, Labels())
        found.append(
            Quantity(
                name,
                reading.constant(name),
                given.note,
                given=True,
                rows=given.rows or label.rows,
                columns=given.columns or label.columns,
                locate=reading.locate_given(name),
            )
        )
    return found


def _author(exercise: Exercise, reading: Reading) -> list[Quantity]:
    found = []
    for name, definition in exercise.definitions.readable.items():
        node = reading.parse(definition.formula)
        if node is not None:
            found.append(
                Quantity(
                    name,
                    node,
                    definition.note,
                    rows=definition.rows,
                    columns=definition.columns,
                    locate=definition.formula.position,
                )
            )
    return found


def _without_clashes(
    own: Sequence[Quantity], blueprint: Blueprint, exercise: Exercise, reading: Reading
) -> list[Quantity]:
    """The givens and definitions whose names the kind does not need; the others are reported."""
    made = {one.name for one in blueprint.quantities}
    sound = []
    for one in own:
        if one.name not in made and one.name not in blueprint.symbols:
            sound.append(one)
            continue
        found = f"the kind {exercise.kind} makes a quantity {one.name} of its own"
        if one.name in blueprint.symbols:
            found = f"{one.name} is a symbol without a value in this exercise"
        where = exercise.givens if one.given else exercise.definitions
        reading.refuse(
            f"{one.name} is defined twice",
            where[one.name].position,
            expected="one definition for each name",
            found=found,
            hint="give this one another name",
        )
    return sound


def _placed(
    made: Sequence[Quantity], own: Sequence[Quantity], exercise: Exercise
) -> list[Quantity]:
    """A kind's quantities, each with a place in the file: its own, or that of what it uses."""
    places = {one.name: one.locate for one in own if one.locate is not None}
    found = []
    for one in made:
        if one.locate is None:
            used = [places[name] for name in names(one.expression) if name in places]
            one = one._replace(locate=_fixed(used[-1]) if used else None)
        if one.locate is not None:
            places[one.name] = one.locate
        found.append(one if one.locate else one._replace(locate=lambda offset: exercise.start))
    return found


def _fixed(locate: Locate) -> Locate:
    """The place where a text begins, since offsets in other texts mean nothing there."""
    return lambda offset: locate(0)


def _check_labels(
    own: Sequence[Quantity], graph: Graph, exercise: Exercise, reading: Reading
) -> None:
    """Report labels that are not as many as the rows or columns they stand for.

    With another value in the place of a given the labels are those of the file, and are left out.
    """
    for one in own:
        shape = graph.shapes.get(one.name, ())
        if reading.overridden or not shape:
            continue
        where = exercise.givens if one.given else exercise.definitions
        written = exercise.givens[one.name].value.shape if one.given else ()
        if len(written) in (1, 2) and (where[one.name].rows or where[one.name].columns):
            continue  # compared where they are written
        for axis, labels, size in (
            ("rows", one.rows, shape[0]),
            ("columns", one.columns, shape[-1]),
        ):
            if labels and isinstance(size, int) and len(labels) != size:
                reading.refuse(
                    f"{len(labels)} {plural(len(labels), 'label')} for the {size} {axis} "
                    f"of {one.name}",
                    where[one.name].position,
                    expected=f"{size} {plural(size, 'label')}",
                    found=", ".join(labels[:10]),
                )


def _one_of(computed: Sequence[str]) -> str:
    """What a part may ask for; of very many names the last ones, which sum up, are said too."""
    if not computed:
        return "a definition"
    if len(computed) <= _LISTED:
        return f"one of {', '.join(computed)}"
    ends = 4
    first = ", ".join(computed[: _LISTED - ends])
    return f"one of {first}, ... ({len(computed) - _LISTED} more), {', '.join(computed[-ends:])}"


def _check_answers(
    exercise: Exercise,
    graph: Graph,
    unreadable: Container[str],
    complete: bool,
    reading: Reading,
) -> None:
    """Report answers that no quantity gives; not ``complete``: the kind's own are not known."""
    few = limits.PROBLEMS_SHOWN  # nearest names are slow to find, and not shown of very many
    computed = [name for name, quantity in graph.quantities.items() if not quantity.given]
    for part in exercise.parts:
        for answer in part.answers:
            if answer in graph.quantities:
                if not graph.quantities[answer].given or not complete:
                    continue
                reading.refuse(
                    f"part {part.id} asks for {answer.text!r}, which is given",
                    answer,
                    expected="a quantity that is computed",
                    found=answer.text,
                )
            elif answer not in unreadable:
                reading.refuse(
                    f"part {part.id} asks for {answer.text!r}, which is not computed here",
                    answer,
                    expected=_one_of(computed),
                    found=answer.text,
                    hint=advice(answer.text, graph, computed)
                    if len(reading.problems) < few
                    else "",
                )
