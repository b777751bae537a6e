"""Every known mistake made once: is it found where it was made, named, and what follows credited?

Each wrong definition of each answer, and of each quantity on the way to one, gives a sheet: that
quantity wrong, all after it computed from it without another mistake, written exactly and written
with decimals of three digits. Nothing here is read off the marker but its verdicts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from exsolve.expression.tree import content
from exsolve.graph import Graph
from exsolve.marking.unfolding import unfolded
from exsolve.marking.wrong_definitions import WrongDefinition, wrong_definitions
from exsolve.verdicts import RIGHT, MarkedAnswer, MarkedExercise
from tests.benchmarks.sheets import Sheets, Values, files

DIGITS = 3
CREDITED = RIGHT | {"imprecise", "follow-through"}
FAILURES = 20
"""Of a sort that are printed in full."""


class Injected(NamedTuple):
    """A sheet with one mistake in it.

    at: where it was made. digits: of its decimals; None where it is exact. first: the first answer
    that is wrong. following: the other wrong answers that follow from wrong answers alone; idle:
    those that follow from zeros, which earn nothing; again: those in which the mistake shows anew.
    """

    sheets: Sheets
    at: str
    wrong: WrongDefinition
    values: Values
    digits: int | None
    texts: dict[str, str]
    first: str
    following: tuple[str, ...]
    idle: tuple[str, ...]
    again: tuple[str, ...]

    @property
    def title(self) -> str:
        """Exercise, place, mistake."""
        how = "exact" if self.digits is None else f"{self.digits} digits"
        return f"{self.sheets.id}, {how}: {self.wrong.slip_name} in {self.at}"


def injected(
    sheets: Sheets, digits: int | None, counts: Counter[str], step: int = 1
) -> Iterator[Injected]:
    """All sheets with one mistake that shows, or of ``step`` mistakes the first; what does not show
    is counted."""
    longer = unfolded(sheets.graph)
    graphs = [sheets.graph] if longer is sheets.graph else [sheets.graph, longer]
    for at in sheets.definitions:
        for wrong in islice(wrong_definitions(sheets.graph, at), 0, None, step):
            seen: set[tuple[str, ...]] = set()
            for graph in graphs:
                one = _injected(sheets, at, wrong, graph, digits)
                if one is None:
                    counts["not to be seen"] += 1
                    break
                if tuple(one.texts.values()) not in seen:
                    seen.add(tuple(one.texts.values()))
                    yield one


def _injected(
    sheets: Sheets, at: str, wrong: WrongDefinition, graph: Graph, digits: int | None
) -> Injected | None:
    unknown = {*content(wrong.expression).free}.difference(sheets.graph.quantities)
    if not unknown <= sheets.graph.symbols.keys():
        return None
    values = Values(sheets, at, wrong.expression, graph)
    if values.array(at) is None:
        return None  # what the mistake asks for does not exist: a division by zero
    if not values.symbols <= sheets.key.symbols:
        return None  # in terms of a name that has no value here
    texts = {name: values.text(name, digits) for name in sheets.answers}
    differing = [
        name
        for name in sheets.answers
        if texts[name]
        and not values.is_written_as(name, sheets.key, digits)
        and not (digits is None and values.same(name, sheets.key))
    ]
    if not differing:
        return None
    shown = sheets.definitions[at]
    below = {name: {*graph.needed_for([name])} - {name} for name in differing}
    first = next(name for name in differing if below[name].isdisjoint(differing))
    zero = {name for name in differing if values.is_zero(name)}
    others = [name for name in differing if name != first]
    again = tuple(name for name in others if name in shown)
    idle = tuple(name for name in others if name not in again and below[name] & zero)
    following = tuple(name for name in others if name not in again and name not in idle)
    return Injected(sheets, at, wrong, values, digits, texts, first, following, idle, again)


class Finding(NamedTuple):
    """What the marker made of a sheet."""

    injected: Injected
    marked: MarkedExercise

    def answer(self, name: str) -> MarkedAnswer:
        """What is found of an answer."""
        return next(one for one in self.marked.answers if one.name == name)

    @property
    def located(self) -> bool:
        """Whether the first mistake is found where it is."""
        return self.marked.first_error == self.injected.first

    @property
    def named(self) -> str:
        """Whether the first mistake is said to be what it is: ``by name``, by the name of another
        with the same values (``alike``), as a ``pattern``, or ``not``."""
        made = self.injected
        slips = self.answer(made.first).slips
        if any((one.name, one.at) == (made.wrong.slip_name, made.at) for one in slips):
            return "by name"
        if any(self._is_alike(one.name, one.at) for one in slips):
            return "alike"
        return "pattern" if slips else "not"

    def _is_alike(self, name: str, at: str) -> bool:
        made = self.injected
        if at not in made.sheets.definitions:
            return False
        for other in wrong_definitions(made.sheets.graph, at):
            if other.slip_name == name:
                values = Values(made.sheets, at, other.expression)
                if values.text(made.first, made.digits) == made.texts[made.first]:
                    return True
                if made.digits is None and values.same(made.first, made.values):
                    return True
        return False

    @property
    def refused(self) -> list[str]:
        """Right answers that were not taken for right."""
        made = self.injected
        wrong = {made.first, *made.following, *made.idle, *made.again}
        return [
            one.name
            for one in self.marked.answers
            if one.name in made.texts
            and made.texts[one.name]
            and one.name not in wrong
            and one.verdict not in RIGHT
        ]


def found(one: Injected) -> Finding:
    """Mark a sheet."""
    texts = {name: text for name, text in one.texts.items() if text}
    return Finding(one, one.sheets.marker.mark(one.sheets.responses(texts)))


class Tally:
    """Counts over many sheets, and the first failures of each sort."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.failures: dict[str, list[str]] = {}

    def add(self, finding: Finding) -> None:
        """Count a sheet."""
        made, counts = finding.injected, self.counts
        first = finding.answer(made.first)
        counts["sheets"] += 1
        counts["located"] += finding.located
        named = finding.named
        counts[named] += 1
        if not finding.located:
            self._fail("not located", finding, first, f"first mistake {finding.marked.first_error}")
        if named in ("pattern", "not"):
            self._fail(f"named: {named}", finding, first)
        for name in made.following:
            answer = finding.answer(name)
            counts["following"] += 1
            counts["credited"] += answer.verdict in CREDITED
            if answer.verdict not in CREDITED:
                self._fail("not credited", finding, answer)
        counts["idle"] += len(made.idle)
        for name in made.again:
            answer = finding.answer(name)
            counts["again"] += 1
            counts["again named"] += bool(answer.slips) or answer.verdict in CREDITED
        counts["right refused"] += len(finding.refused)
        for name in finding.refused:
            self._fail("right answers refused", finding, finding.answer(name))

    def _fail(self, sort: str, finding: Finding, answer: MarkedAnswer, said: str = "") -> None:
        made = finding.injected
        key = made.sheets.key.text(answer.name, made.digits)
        slips = ", ".join(f"{one.name} at {one.at}" for one in answer.slips)
        self.failures.setdefault(sort, []).append(
            f"{made.title}: {answer.name} {answer.verdict} [{slips}] {said}\n"
            f"    written {answer.given[:160]}\n    key     {key[:160]}"
        )

    def merge(self, other: Tally) -> None:
        """Add what another counted."""
        self.counts.update(other.counts)
        for sort, texts in other.failures.items():
            self.failures.setdefault(sort, []).extend(texts)

    def line(self, title: str) -> str:
        """One row."""
        counts = self.counts
        return (
            f"{title:<34} {counts['sheets']:5} sheets  "
            f"located {_share(counts['located'], counts['sheets'])}  "
            f"named {_share(counts['by name'] + counts['alike'], counts['sheets'])} "
            f"(by name {counts['by name']}, alike {counts['alike']}, "
            f"pattern {counts['pattern']}, not {counts['not']})  "
            f"credited {_share(counts['credited'], counts['following'])}  "
            f"from zeros {counts['idle']}  again {_share(counts['again named'], counts['again'])}  "
            f"right refused {counts['right refused']}  not to be seen {counts['not to be seen']}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} {100 * part / whole:.1f}%" if whole else "-"


def tally(sheets: Sheets, digits: int | None, step: int = 1) -> Tally:
    """Every mistake in an exercise (of ``step`` in a definition the first), made and marked."""
    result = Tally()
    for one in injected(sheets, digits, result.counts, step):
        result.add(found(one))
    return result


def run() -> Iterator[str]:
    """A row for each exercise and way of writing, the totals, and what failed."""
    for digits in (None, DIGITS):
        total = Tally()
        how = "exact" if digits is None else f"{digits} digits"
        for path in files():
            sheets = Sheets(path)
            if sheets.answers:
                one = tally(sheets, digits)
                yield one.line(f"{sheets.id}, {how}")
                total.merge(one)
        yield total.line(f"all exercises, {how}")
        for sort, texts in total.failures.items():
            yield f"\n{sort}: {len(texts)}, the first {min(FAILURES, len(texts))}:"
            yield from texts[:FAILURES]
            yield ""
