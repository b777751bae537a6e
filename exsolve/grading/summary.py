"""What an instructor wants to know of a class: how it did, and what went wrong most often."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from statistics import median
from typing import Any

from exsolve.grading.records import NO_ANSWER, rounded
from exsolve.prose.characters import visible
from exsolve.text_width import display_width
from exsolve.typesetting.boxes import filled
from exsolve.typesetting.remarks import counted_points, number
from exsolve.verdicts import OPEN, Marked, Verdict

GROUPS: Mapping[str, tuple[Verdict, ...]] = {
    "right": ("correct",),
    "rounded": ("rounded", "imprecise"),
    "followed": ("follow-through",),
    "partly": ("partial",),
    "slipped": ("slip",),
    "wrong": ("wrong",),
    "blank": ("blank",),
    "open": ("unreadable", "undecided"),
}
"""The columns of the summary, and the verdicts that each counts."""
_GROUP = {verdict: group for group, verdicts in GROUPS.items() for verdict in verdicts}
MOST_SLIPS = 10
MOST_NAMES = 10
NARROWEST = 76
"""Columns with room for all counts and the beginning of a name."""
_SLIPS_KEPT = 10_000
"""Different slips that are counted; there are far fewer ways to slip."""


class Summary:
    """Counts of a class; what is kept of a submission is its score."""

    def __init__(self, blank: Marked) -> None:
        self.blank = blank
        self.answers: dict[tuple[str, str, str], Counter[str]] = {
            (one.exercise, answer.part, answer.name): Counter()
            for one in blank.exercises
            for answer in one.answers
        }
        self.slips: Counter[tuple[str, str, str]] = Counter()
        self.sentences: dict[tuple[str, str, str], str] = {}
        self.flagged: Counter[str] = Counter()
        self.to_look_at: list[tuple[str, str]] = []
        self.faults = 0
        self.open_points = Fraction(0)
        self.open_students = 0
        self.students = 0
        self._scores: array[float] = array("d")
        self._sum = Fraction(0)

    @property
    def uncounted(self) -> int:
        """The students whose files were not judged and are open: they are in no mean or median."""
        return self.students - len(self._scores)

    @property
    def mean(self) -> Fraction:
        """Of the points of those who are counted; points that are still open count as none."""
        return self._sum / len(self._scores) if self._scores else Fraction(0)

    @property
    def median(self) -> Fraction:
        """The same."""
        return (
            Fraction(median(self._scores)).limit_denominator(200) if self._scores else Fraction(0)
        )

    def add(self, record: Mapping[str, Any]) -> None:
        """Counts a submission by the record that is kept of it."""
        self.students += 1
        if not (record["failure"] and record["open"]):
            self._scores.append(record["score"])
            self._sum += Fraction(record["exact"])
        if record["open"]:
            self.open_students += 1
            self.open_points += Fraction(str(record["open"]))
        if record["failure"]:
            self.flagged[record["failure"]] += 1
        for answer in record["answers"]:
            exercise = answer.get("exercise") or self.blank.exercises[0].exercise
            self.answers[exercise, answer["part"], answer["name"]][_GROUP[answer["verdict"]]] += 1
            # the likeliest only, so that no answer counts twice
            for slip in answer.get("slips", ())[:1]:
                key = (exercise, answer["name"], slip["name"])
                if key in self.slips or len(self.slips) < _SLIPS_KEPT:
                    self.slips[key] += 1
                    self.sentences.setdefault(key, slip["says"])
        reasons = [flag for flag in record["flags"] if flag.startswith((*OPEN, NO_ANSWER))]
        if reasons and len(self.to_look_at) < MOST_NAMES:
            self.to_look_at.append((record["name"], "; ".join(reasons)))
        self.flagged["look"] += bool(reasons)

    def data(self) -> dict[str, Any]:
        """The summary for programs."""
        in_set = bool(self.blank.set)
        return {
            "format": 1,
            **({"set": self.blank.set} if in_set else {"exercise": self._only}),
            "students": self.students,
            "not_in_mean": self.uncounted,
            "mean": rounded(self.mean),
            "median": rounded(self.median),
            "out_of": rounded(self.blank.out_of),
            "open": rounded(self.open_points),
            "students_open": self.open_students,
            "answers": [
                {
                    **({"exercise": exercise} if in_set else {}),
                    "part": part,
                    "name": name,
                    **{group: counts[group] for group in GROUPS},
                }
                for (exercise, part, name), counts in self.answers.items()
            ],
            "slips": [
                {
                    **({"exercise": exercise} if in_set else {}),
                    "answer": name,
                    "slip": slip,
                    "says": self.sentences[exercise, name, slip],
                    "students": count,
                }
                for (exercise, name, slip), count in self._commonest()
            ],
            "to_look_at": self.flagged["look"],
            "not_judged": {
                kind: self.flagged[kind] for kind in ("file", "time", "memory", "fault")
            },
        }

    @property
    def _only(self) -> str:
        return self.blank.exercises[0].exercise

    def _commonest(self) -> list[tuple[tuple[str, str, str], int]]:
        """The slips, the commonest first; of equally common ones those of earlier answers."""
        order = {(exercise, name): at for at, (exercise, _, name) in enumerate(self.answers)}
        return sorted(
            self.slips.items(), key=lambda item: (-item[1], order[item[0][:2]], item[0][2])
        )

    def lines(self, width: int = 80) -> Iterator[str]:
        """The summary for people; only its table may be wider, which needs ``NARROWEST``."""
        out_of = number(self.blank.out_of)
        students = "1 student" if self.students == 1 else f"{self.students:,} students"
        said = f"mean {number(self.mean)}, median {number(self.median)} of {out_of}"
        if self.uncounted:
            file = "file was" if self.uncounted == 1 else "files were"
            said += f", without {self.uncounted:,} whose {file} not judged"
        yield from filled(f"{visible(self.blank.title)}: {students}, {said}", width)
        yield ""
        yield from self._counts(max(width, NARROWEST))
        if self.slips:
            yield ""
            yield "The commonest slips"
            for key, count in self._commonest()[:MOST_SLIPS]:
                where = f"{key[0]}.{key[1]}" if self.blank.set else key[1]
                said = visible(f"{where}: {self.sentences[key]}")
                yield from filled(said, width, f"{count:>5}  ", " " * 7)
        yield from self._open(width)

    def _counts(self, width: int) -> Iterator[str]:
        shown = [
            group
            for group in GROUPS
            if group in ("right", "wrong", "blank")
            or any(counts[group] for counts in self.answers.values())
        ]
        columns = [max(len(group), len(str(self.students))) + 2 for group in shown]
        room = width - sum(columns)
        names = [
            _cut(f"{part}  {name}" if part != name else part, room)
            for _, part, name in self.answers
        ]
        room = max(map(display_width, ["answer", *names]))

        def line(first: str, cells: Iterable[object]) -> str:
            numbers = (f"{cell:>{size}}" for cell, size in zip(cells, columns, strict=True))
            return first + " " * (room - display_width(first)) + "".join(numbers)

        if not self.blank.set:
            yield line("answer", shown)
        last = ""
        for (exercise, _, _), name, counts in zip(
            self.answers, names, self.answers.values(), strict=True
        ):
            if self.blank.set and exercise != last:
                if last:
                    yield ""
                title = next(one for one in self.blank.exercises if one.exercise == exercise)
                yield from filled(f"{visible(title.title)} ({exercise})", width)
                yield line("answer", shown)
                last = exercise
            yield line(name, (counts[group] or "·" for group in shown))

    def _open(self, width: int) -> Iterator[str]:
        if self.open_students:
            who = "1 student" if self.open_students == 1 else f"{self.open_students:,} students"
            yield ""
            yield from filled(
                f"For a person to give: {counted_points(self.open_points)} of {who}.", width
            )
        if self.to_look_at:
            yield ""
            yield "To look at"
            for name, reasons in self.to_look_at:
                yield from filled(visible(f"{name}: {reasons}"), width, "  ", "    ")
            left = self.flagged["look"] - len(self.to_look_at)
            if left > 0:
                yield f"  and {left:,} more, flagged in the table"


def _cut(text: str, width: int) -> str:
    """The text, or as much of it as there is room for."""
    while display_width(text) > width and len(text) > 1:
        text = f"{text[:-2]}…"
    return text
