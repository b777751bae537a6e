"""Marked answers as the judge gives them, made by hand: realistic ones, and every verdict."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import exsolve
from exsolve.errors import Position, Problem
from exsolve.library import Exercise
from exsolve.solution import Formula, Solution, Value
from exsolve.verdicts import (
    RIGHT,
    CellVerdict,
    Marked,
    MarkedAnswer,
    MarkedExercise,
    MarkedPart,
    NamedSlip,
    Verdict,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "](javascript:alert(1)) [x](http://a.b)",
    r"$\input{/etc/passwd}$",
    "```\n# heading\n`code`",
    "\x1b[2J\x1b[31mred",
    "\u202eevil \u2066turned",
    "![i](http://a.b/c.png) &lt;b&gt; <!-- -->",
    "| a | b |\n|---|---|",
    "\u009b31m \ud800 \u0000",
    "=HYPERLINK(1) @someone #1",
)
"""What must never be taken for markup, a command, or a direction."""

SOURCE = """# gnn-update
h_next_general = q(h_i, sum(f(H_N)))
messages = [[-2, 2], [0, -2], [1, 0]]
agg = [-1, 0.8]
h_1_next = 0, 0.8
edges = 14
4 = The graph is complete,
every token sends to all others.
mesages = 3
"""


@cache
def solved(name: str) -> Solution:
    """A worked exercise, which has the values of the key."""
    exercise = exsolve.load(name)
    assert isinstance(exercise, Exercise)
    return exercise.solve()


def key(name: str, exercise: str = "gnn-update") -> Value | Formula:
    """The key's value or formula."""
    for part in solved(exercise).parts:
        for step in part.steps:
            if step.name == name:
                return step if isinstance(step, Formula) else step.value
    raise KeyError(name)


def answer(name: str, verdict: Verdict, credit: Fraction, part: str = "2") -> MarkedAnswer:
    """An answer to a question of ``gnn-update``, worth a point."""
    return MarkedAnswer(name, part, "value", verdict, Fraction(1), credit, expected=key(name))


F_FORGOTTEN = NamedSlip(
    "message.not-applied",
    "f(x) = 2x was not applied to the first component of h_4.",
    "messages",
)

MESSAGES = answer("messages", "partial", Fraction(5, 6))._replace(
    points=Fraction(3),
    given="[[-2, 2], [0, -2], [1, 0]]",
    understood="[[-2, 2], [0, -2], [1, 0]]",
    cells=(CellVerdict((2, 0), "1", "2", "wrong"),),
    slips=(F_FORGOTTEN,),
    message=f"5 of 6 cells are right. {F_FORGOTTEN.says}",
)
AGG = answer("agg", "follow-through", Fraction(1))._replace(
    given="[-1, 0.8]",
    understood="[-1, 4/5]",
    cells=(CellVerdict((0,), "-1", "-4/5", "follow-through"),),
    because="messages",
    message="This is what follows from your messages.",
)
H_1_NEXT = answer("h_1_next", "unreadable", Fraction(0))._replace(
    given="0, 0.8",
    problem=Problem(
        "two numbers without brackets",
        expected="one value",
        found="0, 0.8",
        hint="[0, 0.8] if it is a list, 0.08 if it is a number",
        position=Position("mine.txt", 5, 13),
    ),
    open=True,
)
GENERAL = MarkedAnswer(
    "h_next_general",
    "1",
    "formula",
    "correct",
    Fraction(5),
    Fraction(1),
    given="q(h_i, sum(f(H_N)))",
    expected=key("h_next_general"),
)
EDGES = answer("edges", "slip", Fraction(1, 4), "3")._replace(
    points=Fraction(3),
    given="16",
    understood="16",
    cells=(CellVerdict((), "16", "12", "wrong"),),
    slips=(NamedSlip("edges.loops", "An edge from each token to itself is counted.", "edges"),),
    message="An edge from each token to itself is counted.",
)
WORDS = MarkedAnswer(
    "4",
    "4",
    "words",
    "undecided",
    Fraction(5),
    Fraction(0),
    given="The graph is complete,\nevery token sends to all others.",
    open=True,
)
BLANK_WORDS = MarkedAnswer("5", "5", "words", "blank", Fraction(2), Fraction(0))

MISNAMED = Problem(
    "nobody asks for `mesages`",
    found="mesages = 3",
    hint="messages?",
    position=Position("mine.txt", 8, 1),
)


def exercise(*answers: MarkedAnswer, first_error: str = "") -> MarkedExercise:
    """The answers in their parts."""
    ids = list(dict.fromkeys(one.part for one in answers))
    parts = []
    for id in ids:
        own = tuple(one for one in answers if one.part == id)
        parts.append(MarkedPart(id, sum((one.points for one in own), Fraction(0)), own))
    title = solved("gnn-update").title
    return MarkedExercise("gnn-update", title, tuple(parts), first_error)


def marked(*answers: MarkedAnswer, first_error: str = "") -> Marked:
    """An exercise alone in its file."""
    one = exercise(*answers, first_error=first_error)
    return Marked("", one.title, (one,))


def mixed() -> Marked:
    """A file with nearly everything in it."""
    found = marked(
        GENERAL, MESSAGES, AGG, H_1_NEXT, EDGES, WORDS, BLANK_WORDS, first_error="messages"
    )
    return found._replace(problems=(MISNAMED,))


def all_right() -> Marked:
    """A file in which nothing is wrong."""
    values = [
        answer(name, "correct", Fraction(1))._replace(given=given)
        for name, given in (
            ("messages", "[[-2, 2], [0, -2], [2, 0]]"),
            ("agg", "[-0.8, 0.8]"),
            ("h_1_next", "[0, 4/5]"),
        )
    ]
    return marked(*values)


def with_texts(text: str) -> Marked:
    """Answers in which a text stands wherever somebody else's text may stand."""
    place = Position("mine.txt", 1, 1)
    problem = Problem(text, expected=text, found=text, hint=text, position=place)
    values = [
        MESSAGES._replace(
            given=text,
            understood=text,
            message=text,
            cells=(CellVerdict((2, 0), text, "2", "wrong"),),
            slips=(NamedSlip(text, text, "messages"),),
        ),
        AGG._replace(given=text),
        H_1_NEXT._replace(given=text, problem=problem),
        EDGES._replace(given=text, cells=()),
        WORDS._replace(given=text),
    ]
    return marked(*values)._replace(problems=(problem,))


def of_verdict(verdict: Verdict) -> Marked:
    """A file with one answer, of this verdict."""
    credit = {"correct": 4, "rounded": 4, "imprecise": 3, "partial": 2, "slip": 1}.get(verdict, 0)
    found = answer("agg", verdict, Fraction(credit, 4))._replace(given="[-0.8, 0.7]")
    if verdict == "unreadable":
        found = H_1_NEXT
    elif verdict == "follow-through":
        found = AGG
    elif verdict == "undecided":
        found = found._replace(open=True, message="A person has to look at it.")
    elif verdict == "blank":
        found = found._replace(given="")
    elif verdict not in RIGHT:
        found = found._replace(cells=(CellVerdict((1,), "0.7", "4/5", "wrong"),))
    return marked(found)
