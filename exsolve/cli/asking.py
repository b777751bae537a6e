"""Asking for the answers one by one, with a verdict on each, another try, and hints.

What the key has is not shown before the end. The last answer that could be read is the one that
counts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from exsolve.answers.written import Response
from exsolve.cli.output import look
from exsolve.cli.waiting import waiting
from exsolve.library.feedback import questions
from exsolve.library.judging import Examiner
from exsolve.prose.characters import visible
from exsolve.render.terminal import shown
from exsolve.solution import Expected, Part, Solution
from exsolve.text_width import display_width
from exsolve.typesetting.boxes import Line, Span, filled
from exsolve.typesetting.form import UNNAMED, exact_or, usual_digits, wanted
from exsolve.typesetting.hints import Hint, hints
from exsolve.typesetting.page import page
from exsolve.typesetting.remarks import Tries, keyless
from exsolve.typesetting.verdict_page import (
    INDENT,
    Address,
    Background,
    answer_lines,
    rubric_lines,
    verdict_line,
)
from exsolve.verdicts import RIGHT, Marked, MarkedAnswer

HELP = (
    "Write each answer behind its name; a list may run over several lines. An empty line goes on, "
    "? gives a hint, back goes back, quit ends and shows what is found."
)
AGAIN = "Another try, ? for a hint, or an empty line to go on."
UNREAD = "Write it once more, or an empty line to go on."
HINT_WORDS = frozenset(("?", "hint"))
END_WORDS = frozenset(("quit", "exit"))
OPENING, CLOSING = "([{", ")]}"
MOST_LINES = 2_000
"""Lines of one answer."""


class Place(NamedTuple):
    """One answer that is asked for: where it belongs."""

    exercise: int
    part: Part
    expected: Expected


def interview(examiner: Examiner, plain: bool) -> tuple[Marked, Background]:
    """Ask at the terminal until all is answered or whoever answers has enough."""
    with suppress(ImportError):
        # editing and history of what is typed, where the system has it
        import readline

        readline.parse_and_bind("tab: self-insert")
    width, colour = look(plain)

    def tell(lines: Iterable[Line]) -> None:
        sys.stdout.write(shown(lines, width, colour))
        sys.stdout.flush()

    asking = Interview(examiner, input, tell, width)
    try:
        asking.run()
    except (EOFError, KeyboardInterrupt):
        tell([()])
    tell([()])
    return asking.result()


class Interview:
    """Questions, answers and verdicts, in turn; ``ask`` gives a line for a prompt."""

    def __init__(
        self,
        examiner: Examiner,
        ask: Callable[[str], str],
        tell: Callable[[Iterable[Line]], None],
        width: int = 80,
    ) -> None:
        self._examiner = examiner
        self._ask = ask
        self._tell = tell
        self._width = width
        self._asked = [exercise.question() for exercise in examiner.exercises]
        self._questions = questions(examiner.content)
        self._responses: dict[Address, Response] = {}
        self._tries: dict[Address, Tries] = {}
        self._solutions: dict[int, Solution] = {}

    def result(self) -> tuple[Marked, Background]:
        """What is found of all that was answered."""
        texts = {address: response.text for address, response in self._responses.items()}
        tries = {address: one for address, one in self._tries.items() if address in texts}
        marked = self._examiner.mark(tuple(self._responses.values()))
        return marked, Background(self._questions, texts=texts, tries=tries)

    def run(self) -> None:
        """Ask for every answer in order; raises EOFError where whoever answers has enough."""
        self._say(HELP, "note")
        places = [
            Place(number, part, expected)
            for number, solution in enumerate(self._asked)
            for part in solution.parts
            for expected in part.expected
        ]
        at = 0
        before: Place | None = None
        while at < len(places):
            self._introduce(places[at], before)
            before = places[at]
            at = max(at - 1, 0) if self._answered(places[at]) == "back" else at + 1

    def _introduce(self, place: Place, before: Place | None) -> None:
        """The exercise and the question, where these are not those of the answer before."""
        solution = self._asked[place.exercise]
        bare = solution._replace(
            about="", givens=(), symbols=(), functions=(), conditions=(), parts=(place.part,)
        )
        if before is None or before.exercise != place.exercise:
            self._tell([()])
            self._tell(page(solution._replace(parts=()), self._width))
            if digits := usual_digits(solution.parts):
                self._tell([()])
                self._say(f"Numbers: {exact_or(digits)}.", "note")
        if before is None or before[:2] != place[:2]:
            self._tell(page(bare, self._width, headed=False))

    def _answered(self, place: Place) -> str:
        """Ask until the answer is right or left as it is; ``back`` where that is wanted."""
        address = self._address(place)
        lead = f"{place.expected.name}: "
        room = self._width - len(INDENT) - display_width(lead)
        asked = wanted(place.expected, room, usual_digits(self._asked[place.exercise].parts))
        if place.expected.sort in UNNAMED:
            asked += "; an empty line ends it"
        self._tell([()])
        self._say(f"{lead}{asked}", "label")
        if address in self._responses:
            self._say(f"so far: {' '.join(self._responses[address].text.split())}", "note")
        given = 0
        while True:
            text = self._read(place.expected)
            word = text.strip().lower()
            if word in END_WORDS:
                raise EOFError
            if word in ("", "back"):
                return word
            if word in HINT_WORDS:
                given += self._hinted(place, address, given)
            elif self._judged(place, address, text):
                return ""

    def _read(self, expected: Expected) -> str:
        """One answer: of words and derivations the lines up to an empty one, else as many as close
        its brackets."""
        lead = f"{expected.name} = " if expected.sort not in UNNAMED else f"{expected.name}: "
        lines = [self._ask(lead)]
        word = lines[0].strip().lower()
        if not word or word in END_WORDS or word in HINT_WORDS or word == "back":
            return word
        lead = " " * (len(lead) - 4) + "... "
        if expected.sort in UNNAMED:
            while lines[-1].strip() and len(lines) < MOST_LINES:
                lines.append(self._ask(lead))
        else:
            while _is_open("\n".join(lines)) and len(lines) < MOST_LINES:
                lines.append(self._ask(lead))
        text = "\n".join(lines).strip()
        if expected.sort in UNNAMED:
            return text
        # the prompt has said it, and fingers say it again
        return re.sub(rf"\A{re.escape(expected.name)}\s*=(?!=)\s*", "", text)

    def _judged(self, place: Place, address: Address, text: str) -> bool:
        """Whether no other try is wanted; an answer that cannot be read does not count."""
        responses = {**self._responses, address: Response(*address, text)}
        answer = self._mark(responses, address)
        if answer.verdict == "unreadable":
            self._tell(answer_lines(answer, text, self._width))
            self._say(UNREAD, "note")
            return False
        self._responses = responses
        tries = self._tries.get(address, Tries(0))
        self._tries[address] = tries._replace(tries=tries.tries + 1)
        if answer.understood:
            self._say(f"read as {visible(answer.understood)}", "given")
        hidden = keyless(answer)
        room = len(answer.name)
        self._tell([verdict_line(hidden, room, self._width)])
        if answer.sort == "words":
            asked = self._questions[address[:2]]
            self._tell(rubric_lines(asked.rubric, self._width))
            return True
        self._tell(answer_lines(hidden, text, self._width))
        if answer.verdict in RIGHT or answer.open:
            return True
        self._say(AGAIN, "note")
        return False

    def _mark(self, responses: dict[Address, Response], address: Address) -> MarkedAnswer:
        marked = self._examiner.mark(tuple(responses.values()))
        return next(
            answer
            for one in marked.exercises
            for answer in one.answers
            if (one.exercise, answer.part, answer.name) == address
        )

    def _hinted(self, place: Place, address: Address, given: int) -> int:
        """Show the next hint; how many were shown."""
        left = self._hints(place)[given:]
        if not left:
            self._say("There is no other hint." if given else "There is no hint to this.", "note")
            return 0
        self._tell(left[0])
        tries = self._tries.get(address, Tries(0))
        self._tries[address] = tries._replace(hints=tries.hints + 1)
        return 1

    def _hints(self, place: Place) -> Sequence[Hint]:
        number = place.exercise
        if place.expected.sort in UNNAMED:
            return ()
        if number not in self._solutions:
            with waiting("looking for a hint"):
                self._solutions[number] = self._examiner.exercises[number].solve()
        steps = {step.name: step for part in self._solutions[number].parts for step in part.steps}
        step = steps.get(place.expected.name)
        return hints(step, INDENT, self._width) if step is not None else ()

    def _address(self, place: Place) -> Address:
        return self._asked[place.exercise].exercise, place.part.id, place.expected.name

    def _say(self, text: str, style: str) -> None:
        lines = filled(visible(text), self._width, INDENT, INDENT)
        self._tell([(Span(line, style),) for line in lines])


def _is_open(text: str) -> bool:
    """Whether a bracket, or an environment of LaTeX, has still to be closed."""
    depth = 0
    for character in text:
        if character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth -= 1
    return depth > 0 or text.count(r"\begin") > text.count(r"\end")
