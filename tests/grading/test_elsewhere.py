"""The judging of one submission is a plain function that any process runs."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import exsolve

SUBMISSIONS = [
    b"edges = 12\n",
    b"messages = [[-2, 2], [0, -2], [1, 0]]\nagg = [-1, 0.8]\nh_1_next = [0, 0.8]\n",
    b"edges = 4*",
    b"",
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
