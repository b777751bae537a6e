"""Prose in pdfLaTeX and Typst: any characters, and nothing an author writes acts or fails."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path
from random import Random

import typst as compiler
from prose.texts import hostile

from documents.programs import program
from exsolve.prose.latex import latex, latex_code, latex_line, latex_mathematics, latex_text
from exsolve.prose.typst import typst, typst_line, typst_text

PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,textcomp,lmodern,cmap,microtype}
\usepackage{hyperref}
\begin{document}
"""


def words_of(body: str, folder: Path) -> str:
    """The text of the PDF that pdfLaTeX makes; any error and any missing glyph fails."""
    source = folder / "prose.tex"
    source.write_text(f"{PREAMBLE}{body}\n\\end{{document}}\n", encoding="utf-8")
    command = [program("pdflatex"), "-interaction=nonstopmode", "-file-line-error", source.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = (folder / "prose.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, re.findall(r"\.tex:\d+:.*", log)[:5]
    assert "Missing character" not in log
    assert "LaTeX Error" not in log
    shown = subprocess.run(
        [program("pdftotext"), "-enc", "UTF-8", "prose.pdf", "-"],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return shown.stdout.decode("utf-8")


def characters() -> list[str]:
    """All of Latin, Greek, Cyrillic, punctuation, arrows, operators; others by sample."""
    whole = [*range(0x21, 0x530), *range(0x1D00, 0x2C00), *range(0x1D400, 0x1D800)]
    random = Random(1)
    for begin in range(0x530, 0x30000, 0x80):
        whole += random.sample(range(begin, begin + 0x80), 3)
    return [chr(code) for code in whole if unicodedata.category(chr(code)) != "Cn"]


def test_every_character_comes_out_of_pdflatex(tmp_path: Path) -> None:
    every = characters()
    rows = [every[place : place + 12] for place in range(0, len(every), 12)]
    lines = [
        " ".join(f"x{latex_text(character)}y" for character in row)
        + rf" \textbf{{{latex_text(''.join(row))}}} \texttt{{{latex_code(''.join(row))}}}"
        for row in rows
    ]
    words_of("\n\n".join(lines), tmp_path)


def test_every_character_comes_out_of_mathematics(tmp_path: Path) -> None:
    signs = set("#$%&\\^_{}~")
    every = [character for character in characters() if character not in signs]
    rows = [every[place : place + 12] for place in range(0, len(every), 12)]
    lines = [
        "$"
        + latex_mathematics(", ".join(f"x_{{{character}}}" for character in row))
        + "$ $"
        + latex_mathematics(r"\text{" + " ".join(row) + "}")
        + "$"
        for row in rows
    ]
    words_of("\n\n".join(lines), tmp_path)


def test_the_text_of_the_pdf_is_what_was_written(tmp_path: Path) -> None:
    text = 'Say "a--b" at 50% of #1_x & {c} \\input ~ ^: naïve Größe — λ ≤ ∞ → 中文 [d] <e> `f`'
    shown = " ".join(words_of(latex_text(text), tmp_path).split())
    for words in (
        "Say “a--b” at 50% of #1_x & {c} \\input ~ ^: naïve Größe — λ ≤ ∞ →",
        "[U+4E2D U+6587] [d] <e> `f`",
    ):
        assert words in shown


def test_pdflatex_takes_hostile_prose(tmp_path: Path) -> None:
    deep = [mark * depth + "a" for mark in ("- ", "1. ", "> ", "> 1. ") for depth in range(1, 9)]
    stacked = ["- ế", "> x\u0302\u0303", "```\n\u0302\u0303"]
    texts = [*hostile(1000, seed=6), *deep, *stacked, "[a](http://b.c/d_e%20f#g&h~i?j=$1)"]
    words_of("\n\n".join(latex(text) + "\n\n" + latex_line(text) for text in texts), tmp_path)


def test_typst_takes_hostile_prose() -> None:
    texts = hostile(1000, seed=7)
    source = "\n\n".join(f"{typst(one)}\n\n{typst_line(one)} {typst_text(one)}" for one in texts)
    assert compiler.compile(source.encode())
