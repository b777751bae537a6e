"""``results.json`` against a schema of what Gradescope documents."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import jsonschema
import pytest
from grading import judges
from markdown_it import MarkdownIt
from marking import examples

from exsolve.errors import Problem
from exsolve.grading.gradescope import VISIBILITIES, content
from exsolve.library.judging import left_open
from exsolve.verdicts import Marked

FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
# written from https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def results(marked: Marked, visibility: str = "visible") -> dict[str, Any]:
    found = json.loads(content(marked, visibility))
    jsonschema.validate(found, SCHEMA)
    assert isinstance(found, dict)
    return found


def test_a_test_for_each_answer() -> None:
    found = results(judges.judge(judges.TASK, b"a = 4\nb = 3/2\ne = so\n"))
    assert found["score"] == 2.33
    slip, right, words = found["tests"]
    assert (slip["number"], slip["name"]) == ("1", "a")
    assert (slip["score"], slip["max_score"], slip["status"]) == (0.33, 1, "failed")
    assert "You are one off." in slip["output"]
    assert (right["score"], right["max_score"], right["status"]) == (2, 2, "passed")
    # what nobody has marked yet has neither passed nor failed
    assert not {"score", "max_score", "status"} & words.keys()
    assert "2 points are open" in words["output"]
    assert "2 points are for a person to give" in found["output"]


def test_a_blank_file_and_one_that_was_not_judged() -> None:
    blank = judges.judge(judges.TASK, b"")
    assert results(blank)["score"] == 0
    assert {test["status"] for test in results(blank)["tests"]} == {"failed"}
    problem = Problem("the file is `odd`", found="```")
    failed = results(left_open(blank, "undecided", "Too long.", {}, [problem]))
    assert all("score" not in test and "Too long." in test["output"] for test in failed["tests"])
    assert "````" in failed["output"]


def test_exercises_of_a_set_are_numbered() -> None:
    (one,) = judges.judge(judges.TASK, b"").exercises
    marked = Marked("week", "Week", (one, one._replace(exercise="other")))
    assert [test["number"] for test in results(marked)["tests"]] == [
        "1.1", "1.1", "1.e", "2.1", "2.1", "2.e",
    ]  # fmt: skip


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_when_it_is_shown(visibility: str) -> None:
    found = results(judges.judge(judges.TASK, b"a = 1"), visibility)
    assert {found["visibility"], *(test["visibility"] for test in found["tests"])} == {visibility}


@pytest.mark.parametrize(
    "text", ["``` x", "<script>", "`a``b`", "[x](http://y)", "\u202egnp", "x\n```\n# y", "~~~"]
)
def test_what_a_student_writes_is_no_markup(text: str) -> None:
    marked = judges.judge(judges.TASK, b"a = 4\n")
    (one,) = marked.exercises
    part = one.parts[0]
    answer = part.answers[0]._replace(given=text, points=Fraction(1))
    parts = (part._replace(answers=(answer,)),)
    found = results(marked._replace(exercises=(one._replace(parts=parts),)))
    tokens = MarkdownIt().parse(found["tests"][0]["output"])
    assert [token.type for token in tokens if token.type in ("fence", "html_block", "heading_open")]
    (fence,) = (token for token in tokens if token.type == "fence")
    assert fence.content.strip().replace("(U+202E)", "\u202e") == text
    inline = [child.type for token in tokens for child in token.children or ()]
    assert not {"link_open", "html_inline"} & set(inline)
    assert "\u202e" not in found["tests"][0]["output"]


@pytest.mark.parametrize("text", [one for one in examples.HOSTILE if "\n" not in one])
def test_what_messages_repeat_is_no_markup(text: str) -> None:
    def structure(text: str) -> list[str]:
        found = results(examples.with_texts(text))
        outputs = [found["output"], *(test["output"] for test in found["tests"])]
        parser = MarkdownIt("commonmark", {"html": True})
        vars(parser)["validateLink"] = lambda address: True
        tokens = [token for output in outputs for token in parser.parse(output)]
        shown = [*tokens, *(child for token in tokens for child in token.children or ())]
        harmless = ("text", "code_inline", "text_special")
        return [token.type for token in shown if token.type not in harmless]

    assert structure(text) == structure("harmless")
