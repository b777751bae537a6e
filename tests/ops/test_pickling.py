"""Expressions travel between processes as they are written."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from exsolve.render import content_of
from tests.shipped import solved


@pytest.mark.parametrize("name", ["attention-forward", "gnn-update", "rnn-bptt", "least-norm"])
def test_a_solution_is_the_same_after_pickling(name: str) -> None:
    solution = solved(name)
    copy = pickle.loads(pickle.dumps(solution))
    for format_name in ("plain", "latex", "json"):
        assert content_of(copy, format_name) == content_of(solution, format_name)


def test_nodes_are_equal_in_another_process() -> None:
    """Hashes of texts differ between processes, so that none may travel."""
    code = (
        "import pickle, sys; from exsolve.expression.parser import parse; "
        "from exsolve.ops import OPERATIONS; node = parse('softmax(Q @ K.T)', OPERATIONS); "
        "hash(node); sys.stdout.buffer.write(pickle.dumps(node))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    from exsolve.expression.parser import parse
    from exsolve.ops import OPERATIONS

    other = pickle.loads(found)
    own = parse("softmax(Q @ K.T)", OPERATIONS)
    assert other == own
    assert hash(other) == hash(own)
