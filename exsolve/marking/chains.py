"""Judging a derivation: every link of a student's chain verified, and where it begins and ends.

The text is a chain of equal expressions, or several (``marking.chain_text`` says how they are
written). Each side is held to the one before on random instances, as the links of the exercise's
own derivations are. A chain belongs to the derivation of the exercise that it begins or ends like.

Credit, for each derivation of the exercise, and then their mean:

- Only links that lead somewhere count: to a side that is written unlike all sides before it, apart
  from the order of terms and the like (``marking.chain_forms``), and from definitions written in
  where the derivation does more than that. A chain that repeats its lines earns nothing for it,
  and one line proves nothing.
- Full credit needs that every link holds, that the chain begins and ends with expressions that are
  written like the first and the last line of the derivation (or goes from the last to the first),
  definitions written in or not, and that it has at least half as many links as the derivation. The
  first line equal to the last in one step is the claim itself: it earns nothing where the
  derivation has more than one link.
- Else the credit is the share of the links that hold before the first false one among those of
  the derivation, or of the chain where that has more; each end that is missing counts as a link
  that is missing too. A chain that begins like the derivation has as many links, at least, as the
  derivation has up to the line of it that was reached, its last one left out.

What is said of the unknowns of a Lagrangian (stationarity, feasibility) are conditions and no
identities: such links are left to a person, and so is a derivation through conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

from exsolve.authoring.workbook import Chain, Workbook
from exsolve.errors import LanguageError, Problem
from exsolve.exact.time_limit import TimeIsUp, can_limit_time, time_limit
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import content
from exsolve.marking.chain_forms import Form
from exsolve.marking.chain_links import Link, judged_links
from exsolve.marking.chain_sides import ReadSide, SideReader
from exsolve.marking.chain_text import sides
from exsolve.marking.formula_values import Difference
from exsolve.notation import written
from exsolve.spec.parts import Part

SECONDS = 10.0
"""For one derivation."""
LONGEST = 20_000
"""Characters of a derivation; what is longer no machine reads."""
LONGEST_ECHO = 100
"""Characters of a side that a message repeats."""


class LineJudgement(NamedTuple):
    """A side of a chain: as it is written, as it was read, and whether it follows from the last.

    ``chain`` (from 1) is the chain it belongs to, ``line`` its line in the text and ``offset`` its
    place. ``holds`` is None for the first side of a chain, and where it could not be decided.
    difference: the instance that shows that it does not follow.
    """

    chain: int
    line: int
    offset: int
    text: str
    understood: str = ""
    holds: bool | None = None
    difference: Difference | None = None


class ChainJudgement(NamedTuple):
    """What is found of a derivation: ``credit`` from 0 to 1, and plain sentences to the student.

    ``open``: a person has still to look at it. ``problem``: why something in it cannot be read,
    with the place ``offset``.
    """

    verdict: Literal["correct", "partial", "wrong", "blank", "unreadable", "undecided"]
    credit: Fraction
    message: str
    lines: tuple[LineJudgement, ...] = ()
    problem: Problem | None = None
    offset: int = -1
    open: bool = False


def judge_derivation(
    workbook: Workbook, part: Part, text: str, seconds: float = SECONDS
) -> ChainJudgement:
    """What is found of the derivation that answers a part.

    Raises ExsolveError where the exercise has no instances.
    """
    if not text.strip():
        return ChainJudgement("blank", Fraction(0), "Nothing is written here.")
    if len(text) > LONGEST:
        return ChainJudgement(
            "undecided",
            Fraction(0),
            f"The derivation has more than {LONGEST:,} characters, so that a person has to read "
            "it.",
            open=True,
        )
    limit = time_limit(seconds) if can_limit_time() else nullcontext()
    try:
        with limit:
            return _judged(workbook, part, text)
    except TimeIsUp:
        return ChainJudgement(
            "undecided",
            Fraction(0),
            f"The derivation could not be verified within {seconds:g} seconds, so that a person "
            "has to look at it.",
            open=True,
        )


def _judged(workbook: Workbook, part: Part, text: str) -> ChainJudgement:
    reader = SideReader(workbook)
    found = sides(text, reader.words)
    if not found:
        return ChainJudgement(
            "undecided",
            Fraction(0),
            "There is no line of mathematics in it, so that a person has to read it.",
            open=True,
        )
    read_sides: list[ReadSide] = []
    for side in found:
        try:
            read_sides.append(reader.read(side))
        except LanguageError as error:
            return _unreadable(side.text, side.line, side.offset, error)
    chains = list(_chains(read_sides))
    links = [_links(workbook, chain) for chain in chains]
    return _Marking(workbook, part, reader, chains, links).judgement()


def _unreadable(text: str, line: int, offset: int, error: LanguageError) -> ChainJudgement:
    problem = error.problem
    said = f"Line {line}, {_echo(text)!r}, cannot be read: {problem.message}."
    if problem.expected:
        said += f" Expected: {problem.expected}."
    if problem.hint:
        said += f" Try: {problem.hint}."
    place = offset + max(error.offset, 0)
    return ChainJudgement("unreadable", Fraction(0), said, problem=problem, offset=place, open=True)


def _chains(found: Sequence[ReadSide]) -> Iterator[list[ReadSide]]:
    """The sides in chains. Without any equals sign all lines are one chain; else a line that does
    not begin with one starts anew, unless it takes up the last side again."""
    bare = all(one.side.alone and one.side.opens for one in found) and not any(
        one.side.follows for one in found
    )
    chain: list[ReadSide] = []
    for one in found:
        starts = one.side.opens and not one.side.follows and not bare
        if chain and starts:
            if one.form == chain[-1].form:
                continue
            yield chain
            chain = []
        chain.append(one)
    if chain:
        yield chain


def _links(workbook: Workbook, chain: Sequence[ReadSide]) -> list[Link]:
    """The links of a chain; those of conditions on what is sought are left open."""
    sought = {name for one in workbook.lagrangians.values() for name in one.variables}
    sought.update(name for one in workbook.lagrangians.values() for name in one.multipliers)
    links = []
    for left, right in pairwise(chain):
        if left.shape and right.shape and left.shape != right.shape:
            links.append(Link(False))
            continue
        link = judged_links(workbook, [left.node, right.node])[0]
        names = {*content(left.node).free, *content(right.node).free}
        if link.holds is False and not sought.isdisjoint(names):
            link = Link(None)
        links.append(link)
    return links


class _Aim:
    """A derivation of the exercise: its sides, the first and the last of which are its ends."""

    def __init__(self, found: Sequence[ReadSide]) -> None:
        self.sides = found
        # with definitions written in, a derivation that only uses them would be one line
        self._written_in = sum(_leading([one.written_in for one in found])) > 1
        self.links = sum(self.leading(found))

    def leading(self, chain: Sequence[ReadSide]) -> list[bool]:
        """Of each link of a chain, whether it leads somewhere."""
        return _leading([one.written_in if self._written_in else one.form for one in chain])

    def reached(self, chain: Sequence[ReadSide]) -> int:
        """How many of its links it has to the last of its lines that is in a chain."""
        before = self.leading(self.sides)[:-1]
        found = (
            sum(before[:place])
            for place, line in enumerate(self.sides[:-1])
            if any(one.is_like(line) for one in chain)
        )
        return max(found, default=0)


class _Earned(NamedTuple):
    """What a chain earns for a derivation, and why not all."""

    credit: Fraction
    said: str


class _Marking:
    """The links of all chains of an answer, held to the derivations of its part."""

    def __init__(
        self,
        workbook: Workbook,
        part: Part,
        reader: SideReader,
        chains: Sequence[Sequence[ReadSide]],
        links: Sequence[Sequence[Link]],
    ) -> None:
        self._workbook = workbook
        self._chains = chains
        self._links = links
        plans = workbook.derivations.get(part.id, ())
        self._aims = [
            _Aim([reader.of_tree(node) for node, _, _ in plan.lines])
            for plan in plans
            if isinstance(plan, Chain)
        ]
        self._by_person = len(plans) - len(self._aims)

    def judgement(self) -> ChainJudgement:
        """Credit, and a sentence for each thing that is missing."""
        lines = tuple(self._lines())
        undecided = any(link.holds is None for links in self._links for link in links)
        left_open = undecided or self._by_person > 0 or not self._aims
        earned = [self._best(aim) for aim in self._aims]
        pieces = len(self._aims) + self._by_person
        credit = sum((one.credit for one in earned), Fraction(0)) / max(pieces, 1)
        said = [*self._said_of_links(), *dict.fromkeys(one.said for one in earned if one.said)]
        if undecided:
            said.append("Some links could not be decided, so that a person has to look at them.")
        elif left_open:
            said.append("Conditions and what is said in words are for a person to look at.")
        verdict: Literal["correct", "partial", "wrong", "undecided"]
        if credit == 1:
            verdict = "correct"
        elif left_open:
            verdict = "undecided"
        else:
            verdict = "partial" if credit else "wrong"
        return ChainJudgement(verdict, credit, " ".join(said), lines, open=left_open)

    def _lines(self) -> Iterator[LineJudgement]:
        for number, (chain, links) in enumerate(zip(self._chains, self._links, strict=True), 1):
            for one, link in zip(chain, [Link(None), *links], strict=True):
                side = one.side
                yield LineJudgement(
                    number,
                    side.line,
                    side.offset,
                    side.text,
                    written(one.node, "text"),
                    link.holds,
                    link.difference,
                )

    def _said_of_links(self) -> Iterator[str]:
        count = sum(len(links) for links in self._links)
        false = next(
            (
                (chain[place], chain[place + 1], link)
                for chain, links in zip(self._chains, self._links, strict=True)
                for place, link in enumerate(links)
                if link.holds is False
            ),
            None,
        )
        if false is not None:
            yield _does_not_follow(*false)
        elif not count:
            yield "One line proves nothing: a derivation is a chain of equal expressions."
        elif all(link.holds for links in self._links for link in links):
            yield "The link holds." if count == 1 else f"All {count} links hold."

    def _best(self, aim: _Aim) -> _Earned:
        found = [
            self._earned(aim, chain, links)
            for chain, links in zip(self._chains, self._links, strict=True)
        ]
        related = [one for one in found if one is not None]
        if not related:
            first, last = (written(one.node, "text") for one in (aim.sides[0], aim.sides[-1]))
            return _Earned(Fraction(0), f"There is no chain from {first} to {last}.")
        return max(related, key=lambda one: one.credit)

    def _earned(
        self, aim: _Aim, chain: Sequence[ReadSide], links: Sequence[Link]
    ) -> _Earned | None:
        """What a chain earns for a derivation; None where it is about something else."""
        first, last = aim.sides[0], aim.sides[-1]
        if len(chain) > 1 and chain[0].is_like(last) and chain[-1].is_like(first):
            chain, links = chain[::-1], links[::-1]  # what is proved is the same
        begins, ends = chain[0].is_like(first), len(chain) > 1 and chain[-1].is_like(last)
        if not begins and not ends and not self._is_about(chain, first):
            return None
        said = []
        if not begins:
            said.append(f"The chain does not begin with {written(first.node, 'text')}.")
        whole = all(link.holds for link in links)
        if whole and links and not ends:
            said.append(
                f"Its last line has still to be brought into the form {written(last.node, 'text')}."
            )
        leading = aim.leading(chain)
        if not all(_leading([one.form for one in chain])):
            said.append("A line that only repeats an earlier one leads nowhere.")
        broken = next((place for place, link in enumerate(links) if not link.holds), len(links))
        holding = sum(leading[:broken])
        missing = (not begins) + (not ends)
        if whole and not missing:
            if aim.links > 1 and holding < 2:
                said.append("The claim itself is what has to be shown: steps are missing.")
                return _Earned(Fraction(0), " ".join(said))
            return _Earned(min(Fraction(1), Fraction(holding, -(-aim.links // 2))), " ".join(said))
        if aim.links > 1 and holding < 2 and any(one.is_like(last) for one in chain[: broken + 1]):
            holding = 0  # the claim itself
        if begins:
            holding = max(holding, aim.reached(chain[: broken + 1]))
        total = max(aim.links, sum(leading)) + missing
        return _Earned(Fraction(min(holding, total), max(total, 1)), " ".join(said))

    def _is_about(self, chain: Sequence[ReadSide], first: ReadSide) -> bool:
        """Whether a chain is about what a derivation begins with: equal to it."""
        if chain[0].shape != first.shape:
            return False
        return bool(judged_links(self._workbook, [first.node, chain[0].node])[0].holds)


def _leading(forms: Sequence[Form]) -> list[bool]:
    """Of each link, whether it leads to a form that was not there before."""
    return [one not in forms[:place] for place, one in enumerate(forms) if place]


def _echo(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LONGEST_ECHO else f"{one_line[: LONGEST_ECHO - 1]}…"


def _does_not_follow(left: ReadSide, right: ReadSide, link: Link) -> str:
    one, other = _echo(left.side.text), _echo(right.side.text)
    said = f"Line {right.side.line} does not follow: {one} is not equal to {other}."
    if left.shape != right.shape:
        shapes = [
            f"has the shape {shape_text(one)}" if one else "is a number"
            for one in (left.shape, right.shape)
        ]
        said += f" The first {shapes[0]}, the second {shapes[1]}."
    if link.difference is None:
        return said
    where = link.difference
    cell = f" in component {[place + 1 for place in where.place]}" if where.place else ""
    on = f"For {where.on}, " if where.on else "In numbers "
    return f"{said} {on}the first is {where.given}{cell}, the second {where.expected}."
