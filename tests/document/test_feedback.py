"""Feedback as a document: what is said, and that no answer acts in it."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from marking import examples

import exsolve
from exsolve.errors import ExsolveError, Problem
from exsolve.library import Exercise
from exsolve.library.feedback import feedback, questions
from exsolve.render import markdown as renderer
from exsolve.typesetting.remarks import Questions
from exsolve.verdicts import VERDICTS, Marked, Verdict

SAFE = "harmless"


def asked() -> Questions:
    exercise = exsolve.load("gnn-update")
    assert isinstance(exercise, Exercise)
    return questions(exercise)


class Elements(HTMLParser):
    """The elements of a page, and all their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "code":  # which has only text in it, and marks what stands between backticks
            self.names.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]


def markdown_structure(text: str) -> list[str]:
    """The kinds of blocks, and of what stands in lines but text and code, as others read them."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    vars(parser)["validateLink"] = lambda address: True
    kinds = []
    for token in parser.parse(text):
        kinds.append(token.type)
        kinds += [
            one.type
            for one in token.children or ()
            if one.type not in ("text", "code_inline", "text_special", "hardbreak", "softbreak")
        ]
    return kinds


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("format_name", ["markdown", "html"])
def test_documents_name_every_verdict(verdict: Verdict, format_name: str) -> None:
    assert verdict in feedback(examples.of_verdict(verdict), format_name)


@pytest.mark.parametrize("format_name", ["markdown", "html"])
def test_documents_have_questions_answers_and_scores(format_name: str) -> None:
    text = feedback(examples.mixed(), format_name, asked())
    for said in (
        "The vertices 2, 3 and 4 point to vertex 1",
        "9.25 of 20 points, 6 open",
        "First mistake: messages.",
        "[[-2, 2], [0, -2], [1, 0]]",
        "every token sends to all others.",
        "same function on every edge.",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("format_name", "code"), [("markdown", "`{}`"), ("html", "<code>{}</code>")]
)
def test_names_are_those_of_the_answer_form(format_name: str, code: str) -> None:
    mixed = examples.mixed()
    (exercise,) = mixed.exercises
    text = feedback(
        mixed._replace(exercises=(exercise._replace(first_error="h_1_next"),)), format_name
    )
    for name in ("messages", "h_1_next", "h_next_general"):
        assert code.format(name) in text
    assert f"First mistake: {code.format('h_1_next')}." in text
    assert "mathrm{general}" not in text


def test_names_in_sentences_are_those_of_the_answer_form() -> None:
    answer = examples.MESSAGES._replace(message="This follows from your h_1_next.", slips=())
    assert "from your `h_1_next`." in feedback(examples.marked(answer), "markdown")


@pytest.mark.parametrize("text", examples.HOSTILE)
def test_no_answer_makes_an_element_of_a_page(text: str) -> None:
    hostile = Elements(feedback(examples.with_texts(text), "html", asked()))
    harmless = Elements(feedback(examples.with_texts(SAFE), "html", asked()))
    assert hostile.names == harmless.names
    assert hostile.attributes == harmless.attributes
    assert hostile.links == harmless.links


@pytest.mark.parametrize("text", [one for one in examples.HOSTILE if "\n" not in one])
def test_no_answer_acts_in_markdown(text: str) -> None:
    hostile = markdown_structure(feedback(examples.with_texts(text), "markdown", asked()))
    harmless = markdown_structure(feedback(examples.with_texts(SAFE), "markdown", asked()))
    assert hostile == harmless


@pytest.mark.parametrize("text", [one for one in examples.HOSTILE if "\n" in one])
def test_lines_of_an_answer_stay_lines_in_markdown(text: str) -> None:
    """Words that are quoted keep their lines, and are no other block for that."""
    hostile = markdown_structure(feedback(examples.with_texts(text), "markdown", asked()))
    harmless = markdown_structure(feedback(examples.with_texts("a\nb"), "markdown", asked()))
    assert hostile == harmless


@pytest.mark.parametrize("text", ["    code?", "a\n\n# b", "a\n===", "\n\n- c"])
def test_lines_of_a_message_begin_no_block(text: str) -> None:
    def said(text: str) -> list[str]:
        answer = examples.MESSAGES._replace(message=text, slips=())
        return markdown_structure(feedback(examples.marked(answer), "markdown", asked()))

    assert said(text) == said("one line")


def test_a_set_has_a_section_for_each_exercise() -> None:
    one = examples.mixed().exercises[0]
    marked = Marked("two-of-them", "Two exercises", (one, one._replace(exercise="another")))
    text = feedback(marked, "markdown")
    assert "`another`" in text
    assert "| **Total** | **18.5** | **40** |" in text
    page = feedback(marked, "plain")
    assert page.startswith("Two exercises")
    assert "First mistakes: messages of gnn-update, messages of another." in page
    data = json.loads(feedback(marked, "json"))
    assert [entry["exercise"] for entry in data["exercises"]] == ["gnn-update", "another"]
    assert (data["set"], data["score"], data["out_of"]) == ("two-of-them", 18.5, 40)


def test_json_has_what_programs_rely_on() -> None:
    data = json.loads(feedback(examples.mixed(), "json"))
    assert data["format"] == 1
    assert (data["exercise"], data["score"], data["out_of"]) == ("gnn-update", 9.25, 20)
    by_name = {answer["name"]: answer for answer in data["answers"]}
    messages = by_name["messages"]
    assert messages["part"] == "2"
    assert messages["verdict"] == "partial"
    assert messages["credit"] == pytest.approx(5 / 6)
    assert messages["expected"]["exact"] == [["-2", "2"], ["0", "-2"], ["2", "0"]]
    assert messages["cells"] == [
        {"index": [2, 0], "given": "1", "expected": "2", "verdict": "wrong"}
    ]
    assert by_name["agg"]["because"] == "messages"
    assert by_name["h_1_next"]["problem"]["column"] == 13
    assert by_name["h_next_general"]["expected"]["symbols"] == {"h_i": ["d"], "H_N": ["k", "d"]}
    assert by_name["4"]["expected"] is None


def test_json_gives_every_character_of_an_answer_back() -> None:
    for text in examples.HOSTILE:
        data = json.loads(feedback(examples.with_texts(text), "json"))
        assert data["answers"][0]["given"] == text


def test_there_is_no_other_format() -> None:
    with pytest.raises(ExsolveError, match="verdicts have no format 'ipynb'"):
        feedback(examples.mixed(), "ipynb")


def test_questions_are_rendered_once_and_answers_are_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered: list[str] = []

    def counted(text: str) -> str:
        rendered.append(text)
        return text

    monkeypatch.setattr(renderer, "markdown", counted)
    renderer._of_the_author.cache_clear()
    for text in ("one student", "another one"):
        assert text in feedback(examples.with_texts(text), "markdown", asked())
    renderer._of_the_author.cache_clear()
    assert len(rendered) == len(set(rendered))
    authors = {part.ask for part in asked().values()}
    authors |= {item.text for part in asked().values() for item in part.rubric}
    assert authors.intersection(rendered)
    assert authors.issuperset(rendered)


def test_what_was_written_stands_there_once() -> None:
    problem = Problem("a list needs its brackets", found="`17/6, 8/3`", hint="[17/6, 8/3]")
    marked = examples.of_verdict("unreadable")
    exercise = marked.exercises[0]
    answer = next(one for one in exercise.answers if one.verdict == "unreadable")
    changed = answer._replace(given="17/6, 8/3", problem=problem, message="")
    part = exercise.parts[0]._replace(answers=(changed,))
    text = feedback(marked._replace(exercises=(exercise._replace(parts=(part,)),)), "markdown")
    assert text.count("`17/6, 8/3`") == 1
    assert "A list needs its brackets" in text
    assert "found:" not in text
    readings = problem._replace(message="this can be read in two ways", found="17/6, or 8/3")
    part = part._replace(answers=(changed._replace(problem=readings),))
    text = feedback(marked._replace(exercises=(exercise._replace(parts=(part,)),)), "markdown")
    assert "either: `17/6, or 8/3`" in text
