"""PDFs of all that is shipped, set by typst: pages, text, the same bytes each time."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import exsolve
from documents.programs import program
from exsolve.catalogue import files, set_files
from exsolve.library import handout, load_text
from exsolve.render import content_of
from exsolve.solution import Handout, Purpose
from exsolve.typesetting.handouts import exercises

pytest.importorskip("typst", reason="PDFs are set by the optional package typst")
pytestmark = pytest.mark.documents

NAMES = [file.stem for file in (*files(), *set_files())]


def text_of_pdf(content: bytes, folder: Path) -> str:
    file = folder / "document.pdf"
    file.write_bytes(content)
    command = [program("pdftotext"), "-layout", str(file), "-"]
    run = subprocess.run(command, capture_output=True, check=True)
    return run.stdout.decode()


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


def made(given: Handout) -> bytes:
    content = content_of(given, "pdf")
    assert isinstance(content, bytes)
    return content


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("purpose", ["key", "sheet"])
def test_what_is_shipped_becomes_a_pdf(name: str, purpose: Purpose, tmp_path: Path) -> None:
    given = handout([exsolve.load(name)], purpose)
    content = made(given)
    assert content.startswith(b"%PDF-")
    shown = text_of_pdf(content, tmp_path)
    assert shown.count("\f") > 0
    plain = " ".join(shown.split())
    assert ("Answer key" if purpose == "key" else "Worksheet") in plain
    for _, solution in exercises(given):
        assert solution.exercise in plain
        assert solution.digest in plain
        for part in solution.parts:
            assert f"({part.id})" in plain
            assert f"{part.points:g} point" in plain


def test_the_same_bytes_each_time() -> None:
    given = handout([exsolve.load("uw-section-09")], "key")
    assert made(given) == made(given)


def test_long_solutions_become_a_pdf(tmp_path: Path) -> None:
    given = handout([exsolve.load("self-attention-layer")], "solution", detail="long")
    assert "softmax" in text_of_pdf(made(given), tmp_path)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    hostile = load_text(
        "id: x\ntitle: '#read(\"/etc/passwd\")'\nkind: formulas\ndefine: {a: '1'}\n"
        "parts: [{id: a, ask: '\\input{/etc/passwd} $ % 漢 😀 ]); #panic()', answers: [a]}]\n"
    )
    shown = " ".join(text_of_pdf(made(handout([hostile], "sheet")), tmp_path).split())
    assert '#read("/etc/passwd")' in shown
    assert r"\input{/etc/passwd} $ % [U+6F22] [grinning face] ]); #panic()" in shown
    assert "root:" not in shown


def test_lines_below_a_table_do_not_overlap(tmp_path: Path) -> None:
    """Whatever stands in a fraction stands between what is above and below it."""
    file = tmp_path / "document.pdf"
    file.write_bytes(made(handout([exsolve.load("cnn-shapes")], "key")))
    command = [program("pdftotext"), "-bbox", str(file), "-"]
    run = subprocess.run(command, capture_output=True, check=True)
    tops = [
        (float(top), word)
        for top, word in re.findall(r'yMin="([\d.]+)".*>([^<]+)</word>', run.stdout.decode())
    ]
    # below the bar of the first fraction, and above the bar of the next
    below = max(top for top, word in tops if word == "stride")
    above = min(top for top, word in tops if word == "64" and top > below)
    assert above - below > 15
