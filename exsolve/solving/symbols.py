"""Names without values as the file declares them; what is wrong with them is noted."""

from __future__ import annotations

from collections.abc import Container
from math import prod

from exsolve.authoring.checking import checked
from exsolve.authoring.reading import Reading
from exsolve.errors import Position
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Node, Shape, names
from exsolve.graph import CONSTANT_NAMES, Graph, fixed_place
from exsolve.ops.comparison import compares
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source, Values
from exsolve.spec.symbolic import Random, Symbol
from exsolve.verification.setting import Condition, RandomSymbol, Setting

MOST_CELLS = 10_000
"""Cells of a symbol whose sizes are all numbers."""


def read_setting(exercise: Exercise, reading: Reading) -> Setting:
    """What the file declares of symbols; what is wrong is noted."""
    symbols: dict[str, Shape] = {name: one.sizes for name, one in exercise.symbols.items()}
    random = {name: _random(one, reading) for name, one in exercise.random.items()}
    _check_random(exercise, Setting(symbols, random), reading)
    conditions = []
    for source in exercise.conditions:
        node = reading.parse(source)
        if node is not None:
            conditions.append(Condition(node, source.text, source.position))
    setting = Setting(symbols, random, tuple(conditions), exercise.small_sizes)
    _refuse_doubled(exercise, setting, reading)
    if exercise.kind != "recurrent":
        _refuse_ambiguous(exercise, setting, reading)
    _check_conditions(exercise, setting, reading)
    _check_small_sizes(exercise, setting, reading)
    return setting


def _random(one: Random, reading: Reading) -> RandomSymbol:
    def parsed(sources: tuple[Source, ...]) -> tuple[Node, ...]:
        nodes = [reading.parse(source) for source in sources]
        return tuple(node for node in nodes if node is not None)

    return RandomSymbol(
        one.sizes, parsed(one.values), parsed(one.probabilities), fixed_place(one.position)
    )


def _check_random(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    """Report values and probabilities that are no numbers over the symbols."""
    numbers = {name: shape for name, shape in setting.names.items() if name not in setting.random}
    graph = Graph([], numbers)
    for one in exercise.random.values():
        for source in dict.fromkeys((*one.values, *one.probabilities)):
            known = len(reading.problems)
            node = checked(source, graph, reading)
            if node is None or len(reading.problems) > known:
                break  # 1 - p says the same again
            if not graph.shape(node):
                continue
            reading.refuse(
                "what a random number is, or how probable, is not a number here",
                source,
                expected="a number, or a formula over symbols that are numbers",
                found=f"{source.text} has the shape {shape_text(graph.shape(node))}",
            )
            break


def _refuse_doubled(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    """Report names that are declared and have a value, or are declared twice."""
    places = {name: one.position for name, one in exercise.symbols.items()}
    twice = {name: one.position for name, one in exercise.random.items() if name in places}
    places |= {name: one.position for name, one in exercise.random.items()}
    for name, place in places.items():
        others: dict[str, Container[str]] = {
            "given": exercise.givens,
            # a symbol may have a definition: what a part asks it to be
            "defined": exercise.definitions if name in exercise.random else (),
            "declared twice": twice,
            "a size": setting.letters,
        }
        where = next((word for word, known in others.items() if name in known), "")
        if where and exercise.kind != "recurrent":
            reading.refuse(
                f"{name} is declared under symbols and under random"
                if where == "declared twice"
                else f"{name} is {where}, so it is no symbol",
                place,
                expected="a name that has no value",
                hint="leave it out: in formulas it is the number"
                if where == "a size"
                else "rename one of the two",
            )


def _refuse_ambiguous(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    """Report letters and unknown functions whose names mean something else too."""
    places: dict[str, Position] = {}
    declared: list[Symbol | Random] = [*exercise.symbols.values(), *exercise.random.values()]
    for one in declared:
        places |= {size: one.position for size in one.sizes if isinstance(size, str)}
    valued = {*exercise.givens, *exercise.definitions}
    for letter, place in places.items():
        if letter in valued:
            reading.refuse(
                f"the letter {letter} stands for any size, and has a value too",
                place,
                expected="a letter that is no given and no definition",
                found=letter,
                hint="write the number in the sizes, or rename one of the two",
            )
    functions = exercise.functions
    for name in functions:
        if name in valued or name in setting.names:
            reading.refuse(
                f"the unknown function {name} has the name of something else",
                functions.place(name) if isinstance(functions, Values) else exercise.start,
                expected="a name of its own",
                found=name,
                hint="rename one of the two",
            )
    for name, symbol in exercise.symbols.items():
        cells = prod(size for size in symbol.sizes if isinstance(size, int))
        if cells > MOST_CELLS:
            reading.refuse(
                f"{name} is too large to be tried on random instances",
                symbol.position,
                expected=f"at most {MOST_CELLS:,} cells",
                found=f"{cells:,} cells",
                hint="write letters for its sizes",
            )


def _check_conditions(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    known = {*setting.symbols, *setting.letters, *CONSTANT_NAMES}
    graph = Graph([], setting.names)
    for source, condition in zip(exercise.conditions, setting.conditions, strict=False):
        if not compares(condition.node):
            reading.refuse(
                f"the condition {condition.text} compares nothing",
                source,
                expected="a comparison such as beta > 0 or d > n",
                found=condition.text,
            )
        elif known.issuperset(names(condition.node)):
            checked(source, graph, reading)
        for name in names(condition.node):
            if name not in known:
                reading.refuse(
                    f"the condition {condition.text} uses {name}, which is no symbol",
                    source,
                    expected="one of " + (", ".join(sorted(known)) or "the symbols"),
                    found=name,
                    hint="conditions are about symbols and sizes",
                )


def _check_small_sizes(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    for sizes in exercise.small_sizes:
        missing = [letter for letter in setting.letters if letter not in sizes]
        extra = [name for name in sizes if name not in setting.letters]
        if missing or extra:
            place = sizes.place(next(iter(sizes))) if hasattr(sizes, "place") else exercise.start
            reading.refuse(
                "sizes says something else than one number for each letter",
                place,
                expected=", ".join(setting.letters) or "no letters at all",
                found=", ".join(sizes),
            )
