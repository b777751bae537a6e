"""A grading process killed at random moments and started again ends with the same files."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from grading.a_class import contents, students

SCRIPT = Path(__file__).with_name("a_class.py")


def start(folder: Path, results: Path) -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path.insert(0, {str(SCRIPT.parent.parent)!r})\n"
    code += "from grading.a_class import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(results)], stderr=subprocess.PIPE
    )


def lines(results: Path) -> int:
    file = results / "grades.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


def test_killed_and_started_again(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 100)
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    assert start(folder, undisturbed).communicate() == (None, b"")
    results = tmp_path / "results"
    results.mkdir()
    draw = random.Random(5)
    known = [0]
    for _ in range(3):
        # at a random moment after something new was judged
        wanted = known[-1] + draw.randrange(1, 25)
        running = start(folder, results)
        while running.poll() is None and lines(results) < wanted:
            time.sleep(0.001)
        running.kill()
        _, said = running.communicate()
        assert said == b""
        known.append(lines(results))
    assert 1 < known[1] < known[2] < known[3] < 101
    running = start(folder, results)
    _, said = running.communicate()
    assert (running.returncode, said) == (0, b"")
    assert contents(results) == contents(undisturbed)
    assert lines(results) == 101
