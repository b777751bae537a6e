"""Judging as a plain function under Dask, for courses beyond one machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

import pytest
from distributed import Client, LocalCluster

import exsolve

pytestmark = pytest.mark.cluster

SUBMISSIONS = [
    b"edges = 12\n",
    b"messages = [[-2, 2], [0, -2], [1, 0]]\nagg = [-1, 0.8]\n",
    b"edges = 4*",
    b"",
    b"\xff\xfe\x00",
]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as connected,
    ):
        yield connected


def test_processes_of_a_cluster_find_what_this_one_finds(client: Client) -> None:
    task = exsolve.assessment("gnn-update")
    futures = client.map(partial(exsolve.judge, task), SUBMISSIONS, pure=False)
    here = [exsolve.judge(task, data) for data in SUBMISSIONS]
    assert client.gather(futures) == here
    assert here[0].score == 3
    assert os.getpid() not in client.run(os.getpid).values()
