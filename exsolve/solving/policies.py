"""The field ``marking`` held to the names of its exercise. What is wrong is noted, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from exsolve.authoring.checking import checked
from exsolve.authoring.known_names import advice
from exsolve.authoring.policy import AnswerPolicy, Form, Policy
from exsolve.authoring.reading import Reading
from exsolve.errors import Problem
from exsolve.expression.tree import free_names, substitute
from exsolve.graph import Graph, QuantitySlip
from exsolve.spec.exercise import Exercise
from exsolve.spec.marking import AuthorSlip, Marking
from exsolve.spec.parts import Part
from exsolve.spec.report import nearest
from exsolve.verdicts import Verdict

_LISTED = 40


def policy_of(marking: Marking | None) -> Policy:
    """What a field says; nothing where there is none."""
    if marking is None:
        return Policy()
    return Policy(
        {cast(Verdict, name): share for name, share in marking.credit.items()},
        marking.digits,
        {
            name: AnswerPolicy(cast("Form | None", one.form), one.digits, one.weight)
            for name, one in marking.answers.items()
        },
    )


def policy_problems(marking: Marking, parts: Sequence[Part]) -> Iterator[Problem]:
    """What is wrong with the names and weights of single answers."""
    known = {name: part for part in parts for name in _names(part)}
    for name, one in marking.answers.items():
        if name not in known:
            near = nearest(name, list(known))
            yield Problem(
                f"{name!r} is no answer of this exercise",
                expected=f"one of {', '.join([*known][:_LISTED])}",
                found=name,
                hint=f"did you mean {' or '.join(near)}?" if near else "",
                position=one.position,
            )
        elif name not in known[name].answers:
            for field in ("form", "digits"):
                if field in one.places:
                    yield Problem(
                        f"`{field}` is for values, and part {name} is answered in words or lines",
                        expected="weight",
                        found=field,
                        position=one.places[field],
                    )
    for part in parts:
        weights = [marking.answers.get(name) for name in _names(part)]
        said = [one for one in weights if one is not None and one.weight == 0]
        if said and len(said) == len(weights):
            yield Problem(
                f"all answers of part {part.id} have the weight 0",
                expected="a weight above 0 for one of them, so that somebody gets the points",
                found=", ".join(f"{name}: 0" for name in _names(part)),
                position=said[0].places["weight"],
            )


def _names(part: Part) -> list[str]:
    """The names of a part's answers; that of words and of a derivation is the part's id."""
    words = bool(part.text or part.derivations or not part.answers)
    return list(dict.fromkeys([*map(str, part.answers), *([part.id] if words else [])]))


def read_policy(exercise: Exercise, reading: Reading) -> Policy:
    """What the exercise says of its marking, as far as it is sound."""
    if exercise.marking is not None:
        reading.problems.extend(policy_problems(exercise.marking, exercise.parts))
    return policy_of(exercise.marking)


def with_own_slips(exercise: Exercise, graph: Graph, reading: Reading) -> Graph:
    """The graph whose quantities have the mistakes that the author knows, before other slips."""
    found: dict[str, list[QuantitySlip]] = {}
    for number, one in enumerate(exercise.marking.slips if exercise.marking else (), 1):
        slip = _slip(one, number, graph, reading)
        if slip is not None:
            found.setdefault(one.of.text, []).append(slip)
    if not found or reading.problems:
        return graph
    quantities = graph.quantities
    return graph.with_quantities(
        quantities[name]._replace(slips=(*slips, *quantities[name].slips))
        for name, slips in found.items()
    )


def _slip(one: AuthorSlip, number: int, graph: Graph, reading: Reading) -> QuantitySlip | None:
    """A mistake whose formula has a shape and another value than the quantity's definition."""
    name = one.of.text
    node = checked(one.formula, graph, reading)
    quantity = graph.quantities.get(name)
    if quantity is None or quantity.given:
        if quantity is not None or name not in reading.unreadable:
            computed = [other for other, known in graph.quantities.items() if not known.given]
            reading.refuse(
                f"{name!r} is given" if quantity else f"{name!r} is not computed here",
                one.of,
                expected="a quantity that is computed",
                found=name,
                hint="" if quantity else advice(name, graph, computed),
            )
        return None
    if node is None:
        return None
    circular = {*graph.dependents([name])}.intersection(free_names(node))
    if circular:
        used = min(circular)
        reading.refuse(
            f"{used} is computed from {name}, so no mistake in {name} can use it",
            one.formula,
            offset=max(one.formula.text.find(used), 0),
            expected=f"names that do not need {name}, or {name} itself for its right value",
            found=used,
        )
        return None
    wrong = substitute(node, {name: quantity.expression})
    if wrong == quantity.expression:
        reading.refuse(
            f"this is how {name} is computed, and no mistake",
            one.formula,
            expected="a formula with another value",
            found=one.formula.text,
        )
        return None
    return QuantitySlip(one.name or f"known mistake {number}", one.says, wrong)
