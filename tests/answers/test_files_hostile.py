"""Files that nobody should hand in: each is refused by name, or read with nothing lost silently.

An outcome lists the answers that were read, ``!`` behind those that a person has to look at, and
the number of problems; or it is what the message of the refusal says.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from exsolve import limits
from exsolve.answers.opening import read_answer_file
from exsolve.answers.submission import Submission
from exsolve.errors import ExsolveError
from tests.answers.files_read import read

MIB = limits.FILE_BYTES
LINES = limits.ANSWER_LINES
SET = ("gnn-update", "rnn-bptt-numbers", "rnn-bptt", "attention-forward")

REFUSED = {
    "a PDF": b"%PDF-1.7\nagg = 1",
    "a picture (PNG)": b"\x89PNG\r\n\x1a\n",
    "a picture (JPEG)": b"\xff\xd8\xff\xe0",
    "a picture (GIF)": b"GIF89a",
    "a picture or film": b"RIFF....WEBP",
    "a picture or film ": b"\0\0\0\x18ftypheic",
    "a Word document": b"PK\x03\x04....word/document.xml",
    "an Excel workbook": b"PK\x03\x04....xl/workbook.xml",
    "a PowerPoint presentation": b"PK\x03\x04....ppt/slides",
    "an OpenDocument text": b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.text",
    "a ZIP archive": b"PK\x03\x04....answers.txt",
    "an old Office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "an RTF document": b"{\\rtf1\\ansi agg = 1}",
    "a web page": b"  <!DOCTYPE html><p>agg = 1",
    "a web page ": b"<HTML><body>",
    "a Jupyter notebook": b'{"cells": []}',
    "gzip": b"\x1f\x8b\x08",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "RAR": b"Rar!\x1a",
    "bzip2": b"BZh91AY",
    "xz": b"\xfd7zXZ\0",
    "a database": b"SQLite format 3\0",
    "a program": b"\x7fELF\x02",
    "a PostScript document": b"%!PS-Adobe",
    "a NUL": b"agg = 1\0",
    "a NUL (byte 4": b"a\ng\0",
    "a NUL (byte 2 ": b"a\0g\0g\0",  # UTF-16 without its mark
    "too large": b"a" * (MIB + 1),
    "too many lines": b"\n" * LINES,
    "too many lines ": b"\r" * MIB,
    " too many lines": b"\xe2\x80\xa8" * LINES,
    "many lines": b"agg = 1\n" * 100_000,
}

READ: dict[str, tuple[bytes | str, str]] = {
    # encodings
    "empty": ("", "0"),
    "only a mark": (b"\xef\xbb\xbf", "0"),
    "UTF-8 with its mark": (b"\xef\xbb\xbfagg = 1", "agg=1 0"),
    "UTF-16, little": ("agg = ½".encode("utf-16"), "agg=½ 0"),
    "UTF-16, big": (b"\xfe\xff" + "agg = ½".encode("utf-16-be"), "agg=½ 0"),
    "UTF-32": ("agg = ½".encode("utf-32"), "agg=½ 0"),
    "UTF-16 with half a character": (b"\xff\xfea", "0"),
    "UTF-16 broken in an answer": ("agg = 1".encode("utf-16") + b"\0\xd8 \0", "agg!=1\ufffd 1"),
    "Windows-1252": (b"J\xf6rg\nagg = 1", "agg=1 0"),
    "Windows-1252 in an answer": (b"agg = \xbd", "agg=½ 1"),
    "Windows-1252, minus": (b"agg = \x961", "agg=–1 1"),
    "UTF-8 that breaks off": ("αβγδ\nagg = 1".encode() + b"\xce", "agg!=1\ufffd 1"),
    "a byte that is nothing": (b"agg = 1\x81", "agg!=1\ufffd 1"),
    "surrogates in UTF-8": (b"agg = \xed\xa0\x80", "agg=í € 1"),
    "CR": (b"agg = 1\redges = 2", "agg=1 edges=2 0"),
    "CRLF": (b"agg = [1,\r\n2]\r\n", "agg=[1,|2] 0"),
    "CR CR LF": (b"agg = 1\r\r\nedges = 2", "agg=1 edges=2 0"),
    "form feed": (b"agg = 1\n\x0cedges = 2", "agg=1 edges=2 0"),
    "tabs": (b"\tagg\t=\t1\t# x", "agg=1 0"),
    "escape sequences": (b"agg = \x1b[31m1", "agg=[31m1 0"),
    "right to left": ("agg = \u202e12\u202c", "agg=12 0"),
    "a space without width in a name": ("a\u200bgg = 1", "agg=1 0"),
    "a space without width in a number": ("agg = 1\u200b2", "agg=1 2 0"),
    "no-break spaces": ("agg\u00a0=\u00a01", "agg=1 0"),
    "line separators": ("agg = 1\u2028edges = 2", "agg=1 edges=2 0"),
    "letters in another script": ("аgg = 1\nedges = 2", "edges=2 1"),
    "full width": ("ａｇｇ ＝ 1\nedges = 1", "agg=1 edges=1 0"),
    "mathematical letters": ("𝑎𝑔𝑔 = 1", "agg=1 0"),
    "combining": ("a\u0301gg = 1", "1"),
    # brackets, quotes, fences that are not closed
    "open bracket": ("agg = [1\nedges = 2", "agg=[1 edges=2 0"),
    "open bracket before prose": ("agg = [1\n\nand so on\nedges = 2", "agg=[1 edges=2 0"),
    "open bracket before a heading": ("agg = [1\n## 3\nedges = 2", "agg=[1 edges=2 0"),
    "closing bracket": ("agg = 1]]]]\nedges = 2", "agg=1]]]] edges=2 0"),
    "open environment": ("agg = \\begin{bmatrix} 1\nedges = 2", "agg=\\begin{bmatrix} 1 edges=2 0"),
    "open dollar": ("agg = $1\nedges = 2", "agg=$1 edges=2 0"),
    "open display": ("$$agg = 1\nedges = 2", "agg=1 edges=2 0"),
    "open fence": ("```\nagg = 1", "agg=1 0"),
    "open comment": ("<!-- agg = 1", "1"),
    "open quote": ('agg: "1\nedges: 2', 'agg="1 edges=2 0'),
    "all brackets": ("agg = " + "[" * 100_000, "agg=[[[[[[[[[[[[[[[[[[[[[[[[ 0"),
    "deep LaTeX": ("agg = " + "\\frac{" * 50_000, "agg=\\frac{\\frac{\\frac{\\frac{ 0"),
    # names
    "nearly a name": ("messges = 1", "messages!=1 1"),
    "nearly two names": ("mesages = 1\nmessages = 2", "messages=2 1"),
    "another exercise's name": ("Q = 1", "1"),
    "unknown name": ("zzz = 1", "1"),
    "unknown qualifier": ("x.agg = 1", "1"),
    "wrong part": ("3.agg = 1", "1"),
    "very long name": ("a" * 5_000 + " = 1", "1"),
    "no name": ("= 1\n: 2\n≈ 3", "1"),
    "only signs": ("=" * 5_000, "0"),
    "comparison": ("agg <= 1\nagg >= 2\nagg != 3\nagg => 4", "agg=4 0"),
    "twice": ("agg = 1\nagg = 2", "agg!=1 1"),
    "thrice alike": ("agg = 1\nagg = 1\nagg: 1", "agg=1 0"),
    "in a table and below": ("| agg | 1 |\n\nagg = 2", "agg!=1 1"),
    "two sentences": ("so $agg = 1$ and $agg = 2$", "agg!=1 1"),
    "many answers": ("agg = 1\n" * (LINES - 2), "agg=1 0"),
    "many other answers": ("".join(f"agg = {n}\n" for n in range(LINES - 2)), "agg!=0 1"),
    "many names": ("".join(f"n{n} = 1\n" for n in range(LINES - 2)), "51"),
    "side by side": ("agg=1;" * 90, "agg=1 0"),
    "side by side in a sentence": ("so $" + "agg=1," * 1_300 + "$", "agg=1 0"),
    "side by side, too many": ("agg=1;" * 100_000, "agg=1;agg=1;agg=1;agg=1;agg= 0"),
    # markup
    "HTML": ("<b>agg</b> = 1", "agg=1 0"),
    "script": ("agg = <script>alert(1)</script>", "agg=<script>alert(1)</script 0"),
    "Markdown link": ("[agg = 1](http://x)", "1"),
    "code": ("agg = __import__('os').system('x')", "agg=__import__('os').system( 0"),
    "format": ("agg = {0.__class__} %s %n", "agg={0.__class__} %s %n 0"),
    "spreadsheet": ("agg = =1+1", "agg==1+1 0"),
    "rich markup": ("agg = [red]1[/red]", "agg=[red]1[/red] 0"),
    "TeX commands": ("agg = \\input{/etc/passwd}", "agg=\\input{/etc/passwd} 0"),
    "table of three": ("| agg | 1 | 2 |", "agg=1 | 2 0"),
    "quotation in quotations": ("> > > agg = 1", "agg=1 0"),
    "heading of six": ("###### 3\nedges = 1", "edges=1 0"),
    "heading of seven": ("####### 3\nedges = 1", "edges=1 0"),
    "rule": ("***\n---\n___\nagg = 1", "agg=1 0"),
    "underlined": ("agg = 1\n=======\nedges = 2", "agg=1 edges=2 0"),
    "separators of mail": ("On Monday Jane wrote:\n> agg = 1\n-- \nJane", "agg=1 0"),
    "patch": ("+agg = 1\n-edges = 2", "1"),
    "answer in the title": ("# agg = 1", "0"),
    "comment alone": ("agg = # 1", "agg= 0"),
    "hash in a value": ("agg = 1#2", "agg=1#2 0"),
    # YAML
    "bomb": ("a: &a [x,x]\nb: &b [*a,*a]\nagg: [*b,*b]", "agg!=[*b,*b] 6"),
    "alias": ("edges: 1\nagg: *x", "agg!=*x edges=1 1"),
    "anchor": ("agg: &x 1", "agg!=1 1"),
    "tag": ("agg: !!python/object/apply:os.system ['x']", "agg!=!!python/object/apply:os 1"),
    "own tag": ("agg: !x 1", "agg!=!x 1 1"),
    "merge": ("<<: {agg: 1}\nedges: 2", "edges=2 1"),
    "key twice": ("agg: 1\nagg: 2", "agg!=1 1"),
    "key twice, inside": ("gnn-update: {agg: 1, agg: 2}", "agg!=1 1"),
    "two documents": ("agg: 1\n---\nedges: 2", "agg=1 1"),
    "directive": ("%YAML 1.2\n---\nagg: 1", "agg=1 1"),
    "open brackets of YAML": ("{agg: [1, 2", "agg=[1, 2 0"),
    "deep": ("agg: " + "[" * 1_000, "agg=[[[[[[[[[[[[[[[[[[[[[[[[ 0"),
    "deep mappings": ("{agg: " * 100, "agg={agg: {agg: {agg: {agg: 0"),
    "list": ("- agg\n- edges", "1"),
    "list of mappings": ("- agg: 1\n- edges: 2", "agg=1 edges=2 0"),
    "mapping for a value": ("agg: {a: 1}\nedges: 2", "agg!={a: 1} edges=2 1"),
    "mapping in a list": ("agg: [{a: 1}]", "agg=[{a: 1}] 0"),
    "nothing": ("agg:\nedges: ~", "agg= edges=~ 0"),
    "tab": ("gnn-update:\n\tagg: 1", "agg=1 0"),
    "escape": ('agg: "\\frac{1}{2}"', "agg!=rac{1}{2} 1"),
    "JSON": ('{"gnn-update": {"agg": [-1, 0.80]}}', "agg=[-1, 0.80] 0"),
    "date, octal, no": (
        "agg: 2024-01-01\nedges: 012\nh_1_next: no",
        "agg=2024-01-01 h_1_next=no edges=012 0",
    ),
    "quoted": ("agg: '1''2'", "agg=1'2 0"),
    "key of YAML in prose": ("Here is my work: agg and so on\nagg: 1", "agg=1 0"),
    "wrong exercise in YAML": ("attention-forward: {Q: 1}\nagg: 2", "agg=2 1"),
    # size
    "a line of a MiB": (b"a" * MIB, "1"),
    "a value of a MiB": (b"agg = " + b"1" * (MIB - 6), "agg=111111111111111111111111 0"),
    "dollars": (b"$" * MIB, "0"),
    "spaces": (b" " * MIB, "0"),
    "stars": (b"*" * MIB, "0"),
    "backslashes": (b"\\" * MIB, "0"),
    "bullets": (b"- " * (MIB // 2), "0"),
    "open comments": (b"<!--" * (MIB // 4), "0"),
    "hashes": (b"#" * MIB, "0"),
    "pipes": (b"|" * MIB, "0"),
    "words of a MiB": (b"4 = " + b"w " * (MIB // 2 - 2), "4=w w w w w w w w w w w w 0"),
    "mentions": (b"thus we get agg = [1\n" * (LINES - 2), "agg=[1 0"),
}

IN_A_SET = {
    "shared name": ("grad_W = 1", "rnn-bptt-numbers.grad_W!=1 rnn-bptt.grad_W!=1 1"),
    "unique name": ("agg = 1\nQ = 2", "gnn-update.agg=1 attention-forward.Q=2 0"),
    "headings": (
        "# rnn-bptt\ngrad_W = 1\n# Rnn-Bptt-Numbers\ngrad_W = 2",
        "rnn-bptt-numbers.grad_W=2 rnn-bptt.grad_W=1 0",
    ),
    "nearly a heading": ("# gnn-updat\nagg = 1", "gnn-update.agg!=1 1"),
    "unknown heading": ("# my-answers\nagg = 1", "gnn-update.agg!=1 1"),
    "below the wrong heading": ("# gnn-update\nQ = 1", "attention-forward.Q!=1 1"),
    "the same section twice": (
        "# gnn-update\nagg = 1\n# rnn-bptt\n# gnn-update\nagg = 2",
        "gnn-update.agg!=1 1",
    ),
    "number of the sheet": (
        "# gnn-update\n# Question 12\ngrad_W = 1",
        "rnn-bptt-numbers.grad_W!=1 rnn-bptt.grad_W!=1 2",
    ),
    "part without exercise": ("## b\nS = 1", "attention-forward.S=1 0"),
    "words without exercise": ("5 = so", "gnn-update.5!=so rnn-bptt.5!=so 1"),
    "keys": (
        "gnn-update:\n  agg: 1\nrnn-bptt:\n  grad_W: 2",
        "gnn-update.agg=1 rnn-bptt.grad_W=2 0",
    ),
    "answers for an exercise": ("gnn-update = 1", "1"),
}


def outcome(submission: Submission, full: bool = False) -> str:
    """The answers and the number of problems on one line."""
    words = []
    for one in submission.responses:
        name = f"{one.exercise}.{one.name}" if full else one.name
        text = one.text.replace("\n", "|")[:24].rstrip()
        words.append(f"{name}{'!' if one.problem else ''}={text}")
    return " ".join([*words, str(len(submission.problems))])


@pytest.mark.parametrize("found", REFUSED)
def test_refused(found: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(REFUSED[found])
    with pytest.raises(ExsolveError) as caught:
        read(read_answer_file(path), "gnn-update")
    assert found.strip() in str(caught.value)


@pytest.mark.parametrize("case", READ)
def test_read(case: str, tmp_path: Path) -> None:
    content, expected = READ[case]
    path = tmp_path / "mine.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    submission = read(read_answer_file(path), "gnn-update")
    assert outcome(submission) == expected
    for problem in submission.problems:
        assert problem.position is None or problem.position.file == "mine.txt"


@pytest.mark.parametrize("case", IN_A_SET)
def test_in_a_set(case: str) -> None:
    text, expected = IN_A_SET[case]
    assert outcome(read(text, *SET), full=True) == expected
