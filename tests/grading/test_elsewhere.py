"""The judging of one submission is a plain function that any process runs."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

import exsolve
from exsolve import limits

SUBMISSIONS = [
    b"edges = 12\n",
    b"messages = [[-2, 2], [0, -2], [1, 0]]\nagg = [-1, 0.8]\nh_1_next = [0, 0.8]\n",
    b"edges = 4*",
    b"",
    b"\x89PNG\r\n\x1a\n",
]


def test_under_a_pool_of_processes() -> None:
    task = exsolve.assessment("gnn-update")
    here = [exsolve.judge(task, data, "mine.txt") for data in SUBMISSIONS]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = list(pool.map(partial(exsolve.judge, task, file="mine.txt"), SUBMISSIONS))
    assert there == here
    assert [marked.score for marked in here[:1]] == [3]
    assert here[1].exercises[0].first_error == "messages"


def test_what_travels_are_texts() -> None:
    task = exsolve.assessment("uw-section-09")
    assert pickle.loads(pickle.dumps(task)) == task
    assert {type(field) for field in task} == {str, tuple}
    assert pickle.loads(pickle.dumps(exsolve.judge)) is exsolve.judge


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"edges = 12\0", "is no text"),
        (b"\n" * 200_000, "too many lines"),
        (b"0" * (limits.FILE_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_text_is_left_to_a_person(data: bytes, said: str) -> None:
    marked = exsolve.judge(exsolve.assessment("gnn-update"), data)
    (only,) = marked.exercises
    assert {answer.verdict for answer in only.answers} == {"unreadable"}
    assert marked.open == marked.out_of == 20
    assert marked.score == 0
    assert marked.problems[0].message.startswith("the file ")
    assert said in marked.problems[0].message
    assert marked.unread


def test_one_unreadable_answer_is_no_unreadable_file() -> None:
    marked = exsolve.judge(exsolve.assessment("gnn-update"), b"edges = 4*\nnobody = 1")
    assert marked.problems
    assert not marked.unread


def test_half_a_character_is_no_fault() -> None:
    marked = exsolve.check("gnn-update", "edges = \ud800")
    assert [one.name for one in marked.exercises[0].answers if one.open] == ["edges"]
