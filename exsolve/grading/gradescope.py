"""``results.json`` as Gradescope reads it.

Source: "Autograder Specifications", section "Output format", on
https://gradescope-autograders.readthedocs.io/en/latest/specs/. The total stands in ``score``, which
takes precedence over the sum of the tests. An answer that a person has still to mark has no score
and no status, of which there are only ``passed`` and ``failed``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from exsolve.document.feedback import remark_line
from exsolve.grading.records import rounded
from exsolve.prose.characters import visible
from exsolve.render.markdown import inline
from exsolve.typesetting.remarks import (
    Key,
    Quote,
    closing,
    counted_points,
    remarks,
    verdict_words,
)
from exsolve.verdicts import Marked, MarkedAnswer

_ENCODER = json.JSONEncoder(ensure_ascii=False)
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def content(marked: Marked, visibility: str) -> str:
    """The file of one student."""
    tests = [
        _test(answer, f"{place}.{answer.part}" if marked.set else answer.part, visibility)
        for place, one in enumerate(marked.exercises, 1)
        for answer in one.answers
    ]
    results = {
        "score": rounded(marked.score),
        "output": _overall(marked),
        "output_format": "md",
        "visibility": visibility,
    }
    # a line for each test: json's own indentation takes several times as long
    lines = ",\n".join(map(_ENCODER.encode, tests))
    return f'{_ENCODER.encode(results)[:-1]}, "tests": [\n{lines}\n]}}\n'


def _test(answer: MarkedAnswer, number: str, visibility: str) -> dict[str, Any]:
    test: dict[str, Any] = {"name": answer.name, "number": number}
    if not answer.open:
        test["score"] = rounded(answer.score)
        test["max_score"] = rounded(answer.points)
        test["status"] = "passed" if answer.credit == 1 else "failed"
    verdict = verdict_words(answer)
    verb = "is" if answer.points == 1 else "are"
    left = f" ({counted_points(answer.points)} {verb} open)" if answer.open else ""
    return test | {
        "output": "\n\n".join([f"**{verdict}**{left}", *_said(answer)]),
        "output_format": "md",
        "visibility": visibility,
    }


def _overall(marked: Marked) -> str:
    said = [inline(remark_line((f"Score: {closing(marked)}",)))]
    if marked.problems:
        said.append("In the file, besides answers:")
        said += [_fenced(str(problem)) for problem in marked.problems]
    return "\n\n".join(said)


def _said(answer: MarkedAnswer) -> Iterator[str]:
    """What is said of an answer, in Markdown; what the student wrote cannot be taken for it."""
    if answer.given and answer.verdict not in ("correct", "rounded"):
        yield _fenced(answer.given)
    for remark in remarks(answer):
        # Gradescope sets no mathematics
        plain = (Quote(piece.text) if isinstance(piece, Key) else piece for piece in remark)
        yield inline(remark_line(tuple(plain)))


def _fenced(text: str) -> str:
    """A text as a block of code, whatever is in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{visible(text)}\n{fence}"
