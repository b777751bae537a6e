r"""LaTeX mathematics of authors, in the form that pdfLaTeX takes without packages of its own.

What is read as mathematics (``expression.layout``) is a little more than LaTeX takes: a bare ``%``,
``x_\binom12``, ``\limits`` behind a letter. Here every argument gets its braces, signs of TeX's own
are escaped, and commands of rarer packages are spelled with those of amsmath and amssymb.
"""

from __future__ import annotations

import re
from functools import lru_cache

from exsolve.prose.mathematics import is_known
from exsolve.prose.tree import Mathematics

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_OTHERS = {
    r"\bm": r"\boldsymbol",
    r"\coloneqq": r"\mathrel{:=}",
    r"\degree": r"{{}^\circ}",
    r"\gt": "> ",
    r"\lt": "< ",
    r"\mathscr": r"\mathcal",
    r"\omicron": "o ",
    "#": r"\#",
    "%": r"\%",
    "~": r"\ ",
}
_FENCES = re.compile(r"\\(?:middle|[bB]igg?[lrm]?)")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+\*?)\}(\s*\{[lcr|\s]*\})?")
_OPERATOR = re.compile(
    r"\\(?:sum|(?:co)?prod|i{0,2}int|oint|big[a-z]+|lim|limsup|liminf|max|min|sup|inf|operatorname\*)"
)
_LENGTH = re.compile(r"\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm)\s*\]")
_TEXT_SIGNS = str.maketrans({**{sign: f"\\{sign}" for sign in "#%&_"}, "^": r"\textasciicircum{}"})


def braced(latex: str) -> str:
    """LaTeX that ``is_known``, with braces around every argument and nothing that TeX refuses."""
    return _Writer(latex).row("")


@lru_cache(maxsize=512)
def _arguments(command: str) -> int:
    """How many arguments a command takes, as the reader of mathematics has it."""
    return next((count for count in (0, 1, 2) if is_known(Mathematics(command + "{x}" * count))), 0)


class _Writer:
    def __init__(self, latex: str) -> None:
        self.tokens = _TOKEN.findall(latex)
        self.at = 0

    def next(self, skip: bool = True) -> str:
        """The next token, or nothing at the end; skip: spaces are passed over."""
        while skip and self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def row(self, end: str) -> str:
        """Everything up to the token ``end``, which is taken."""
        written: list[str] = []
        last = ""
        while (token := self.next(skip=False)) and token != end:
            if token.isspace():
                # what follows a prime belongs to the same superscript only without a space
                written.append(" " if last != "'" else "")
                continue
            if token in (r"\limits", r"\nolimits") and not _OPERATOR.fullmatch(last):
                continue
            written.append(self.one(token))
            last = token
        return "".join(written)

    def one(self, token: str) -> str:
        """A token with its arguments."""
        if token == "{":
            return f"{{{self.row('}')}}}"
        if token in ("_", "^"):
            return f"{token}{{{self.argument()}}}"
        if token == r"\text":
            return rf"\text{{{self.words()}}}"
        if token == r"\begin":
            opening, inside = self.verbatim(_ENVIRONMENT), self.row(r"\end")
            if inside.lstrip().startswith("["):
                inside = f"{{}}{inside}"  # no option of the environment
            return rf"\begin{opening}{inside}\end{self.verbatim(_ENVIRONMENT)}"
        if token == r"\left":
            left, inside = self.next() or ".", self.row(r"\right")
            return rf"\left{left}{inside}\right{self.next() or '.'}"
        if _FENCES.fullmatch(token):
            return token + (self.next() or ".")
        if token == r"\\":
            return token + (self.verbatim(_LENGTH) or "[0pt]")
        written = _OTHERS.get(token, token)
        count = _arguments(token) if token[0] == "\\" and token[1:2].isalpha() else 0
        if token == r"\sqrt" and self.follows("["):
            written += f"[{{{self.row(']')}}}]"
        if token in (r"\operatorname", r"\operatorname*"):
            self.next()
            return f"{written}{{{self.row('}')}}}"
        if count == 0 and token[0] == "\\" and written[-1:].isalpha():
            written += " "
        return written + "".join(f"{{{self.argument()}}}" for _ in range(count))

    def argument(self) -> str:
        token = self.next()
        return self.row("}") if token == "{" else self.one(token) if token else ""

    def follows(self, sign: str) -> bool:
        """Whether the sign comes next; then it is taken."""
        before = self.at
        if self.next() == sign:
            return True
        self.at = before
        return False

    def verbatim(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches next, as it is written."""
        rest = "".join(self.tokens[self.at : self.at + 80])
        found = pattern.match(rest)
        if found is None:
            return ""
        length = 0
        while length < found.end():
            length += len(self.tokens[self.at])
            self.at += 1
        return found.group()

    def words(self) -> str:
        r"""The content of ``\text{}``, in which single signs are not escaped yet."""
        self.next()
        depth, written = 1, []
        while token := self.next(skip=False):
            depth += (token == "{") - (token == "}")
            if depth == 0:
                break
            if token == "$":
                token = f"${self.row('$')}$"
            elif token[0] != "\\":
                token = token.translate(_TEXT_SIGNS)
            written.append(token)
        return "".join(written)
