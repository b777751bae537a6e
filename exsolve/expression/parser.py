"""Reading the language: a Pratt parser (V. Pratt, Top Down Operator Precedence, POPL 1973).

It knows how signs bind and nothing of what operations do: these come in as a mapping. Text that
could be meant in two ways is refused with both readings, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flint import fmpq

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.binding import RESERVED, bind
from exsolve.expression.levels import ANY, COMPARISON, POSTFIX, POWER, PRODUCT, SUM
from exsolve.expression.numerals import fraction, number
from exsolve.expression.refusals import (
    ALIASES,
    CLOSING,
    ELSEWHERE,
    OPERANDS,
    misplaced,
    missing,
    reserved,
    shown,
    size,
)
from exsolve.expression.tokens import (
    END,
    FRACTION,
    NAME,
    NUMBER,
    RAISED,
    ROOT,
    TRANSPOSED,
    Token,
    tokens,
)
from exsolve.expression.tree import Call, Literal, Name, Node, Operation, Slice

_INFIX: Final = {
    ">": (COMPARISON, "greater"),
    "<": (COMPARISON, "less"),
    ">=": (COMPARISON, "greater_equal"),
    "<=": (COMPARISON, "less_equal"),
    "==": (COMPARISON, "equal_to"),
    "!=": (COMPARISON, "not_equal_to"),
    "+": (SUM, "add"),
    "-": (SUM, "subtract"),
    "*": (PRODUCT, "multiply"),
    "/": (PRODUCT, "divide"),
    "@": (PRODUCT, "matmul"),
    "^": (POWER, "power"),
    RAISED: (POWER, "power"),
    TRANSPOSED: (POSTFIX, "transpose"),
    "[": (POSTFIX, "index"),
}
_NONE: Final = (-1, "")
LONGEST_ECHO: Final = 40
"""Characters of an argument that a message repeats."""
_TIGHT: Final = frozenset({"^", RAISED, TRANSPOSED, "["})
_ASCII_DIGITS: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def parse(text: str, operations: Mapping[str, Operation]) -> Node:
    """The tree that ``text`` writes down; raises LanguageError with the place of what is wrong."""
    return _Parser(text, operations).whole()


class _Parser:
    """One reading of one text. ``brackets`` are the open ones, for the message that names them."""

    __slots__ = ("brackets", "depth", "operations", "position", "rows", "text", "tokens")

    def __init__(self, text: str, operations: Mapping[str, Operation]) -> None:
        self.text = text
        self.operations = operations
        self.tokens = tokens(text)
        self.position = 0
        self.depth = 0
        self.brackets: list[Token] = []
        self.rows: dict[int, tuple[int, ...]] = {}

    def whole(self) -> Node:
        if self.tokens[0].kind == END:
            raise LanguageError("nothing is written here", 0, expected="an expression")
        node = self.expression(ANY)
        if self.tokens[self.position].kind != END:
            raise misplaced(self)
        # A tree cannot be higher than its tokens are many, so short texts need no count.
        if len(self.tokens) > limits.TREE_HEIGHT:
            _refuse_height(node)
        return node

    def expression(self, minimum: int) -> Node:
        """What stands here, as far as it binds at least as tightly as ``minimum``."""
        self.depth += 1
        token = self.tokens[self.position]
        if self.depth > limits.DEPTH:
            raise LanguageError(
                "the expression is nested too deeply",
                token.offset,
                expected="fewer brackets, signs and powers inside one another "
                f"(at most {limits.DEPTH})",
                hint="name its parts and define them one by one",
            )
        start = self.position
        left = self.operand(token)
        while True:
            token = self.tokens[self.position]
            level, name = _INFIX.get(token.kind, _NONE)
            if level < minimum:
                break
            self.position += 1
            if token.kind == "^":
                left = self.call(name, token, left, self.expression(POWER))
            elif token.kind == RAISED:
                left = self.raised(token, left)
            elif token.kind == TRANSPOSED:
                left = self.call(name, token, left)
            elif token.kind == "[":
                left = self.index(token, left)
            elif token.kind == "/" and self.is_ratio(start):
                left = self.ratio(left)
            else:
                left = self.call(name, token, left, self.expression(level + 1))
                if level == COMPARISON:
                    self.refuse_chain(token)
        self.depth -= 1
        return left

    def operand(self, token: Token) -> Node:
        """A number, name, list or call, something in brackets, or one of these with a sign."""
        kind = token.kind
        self.position += 1
        if kind == NUMBER:
            return number(token)
        if kind == NAME:
            if self.tokens[self.position].kind == "(":
                return self.function(token)
            if token.text in RESERVED:
                raise reserved(token)
            return Name(token.text, token.offset)
        if kind == "(":
            self.brackets.append(token)
            inside = self.expression(ANY)
            self.close()
            return inside
        if kind == "[":
            return self.list(token)
        if kind == "-":
            following = self.tokens[self.position]
            if following.kind in (NUMBER, FRACTION) and not self.is_tight(self.position + 1):
                self.position += 1
                read = number if following.kind == NUMBER else fraction
                return read(following, token)
            return self.call("negate", token, self.expression(POWER))
        if kind == "+":
            return self.expression(POWER)
        if kind == ROOT:
            return self.root(token)
        if kind == FRACTION:
            return fraction(token)
        self.position -= 1
        raise missing(self)

    def is_tight(self, position: int) -> bool:
        """Whether what stands there takes the number before it to itself: ``-2^2``, ``-2[0]``."""
        return self.tokens[position].kind in _TIGHT

    # Numbers

    def is_ratio(self, start: int) -> bool:
        """Whether ``4/5`` stands here, two whole numbers: one rational, not a division."""
        above = self.position - 2
        return (
            self.tokens[above].kind == NUMBER
            and self.tokens[above].text.isdigit()
            and (start == above or (start == above - 1 and self.tokens[start].kind == "-"))
            and self.tokens[self.position].kind == NUMBER
            and self.tokens[self.position].text.isdigit()
            and self.tokens[self.position].text.strip("0") != ""
            and not self.is_tight(self.position + 1)
        )

    def ratio(self, above: Node) -> Node:
        below = number(self.tokens[self.position])
        self.position += 1
        assert isinstance(above, Literal)
        return Literal(above.value / below.value, f"{above.text}/{below.text}", above.offset)

    # Signs

    def call(self, name: str, token: Token, *args: Node) -> Call:
        operation = self.operations.get(name)
        if operation is None:
            raise LanguageError(f"'{token.text}' cannot be used here", token.offset)
        return Call(operation, args, None, token.offset)

    def raised(self, token: Token, base: Node) -> Call:
        digits = token.text.translate(_ASCII_DIGITS)
        if len(digits) > limits.DIGITS:
            raise LanguageError("the number is too long", token.offset)
        exponent = Literal(fmpq(int(digits)), digits, token.offset)
        following = self.tokens[self.position]
        if following.kind in ("^", RAISED):
            raise LanguageError(
                f"a power after '{token.text}' can be read in two ways",
                following.offset,
                found=f"(x{token.text})^n or x^({digits}^n)",
                hint="brackets around what comes first",
            )
        return self.call("power", token, base, exponent)

    def root(self, token: Token) -> Node:
        following = self.tokens[self.position]
        if following.kind not in OPERANDS:
            raise LanguageError(
                "√ needs a number, a name or brackets after it",
                following.offset,
                found=shown(following),
                hint="√(...)",
            )
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise LanguageError("the expression is nested too deeply", token.offset)
        under = self.operand(following)
        self.depth -= 1
        after = self.tokens[self.position]
        if after.kind in ("^", RAISED):
            raise LanguageError(
                "a power after √ can be read in two ways",
                after.offset,
                found="√(x^2) or (√x)^2",
                hint="brackets around what comes first",
            )
        return self.call("sqrt", token, under)

    def refuse_chain(self, first: Token) -> None:
        second = self.tokens[self.position]
        if _INFIX.get(second.kind, _NONE)[0] == COMPARISON:
            raise LanguageError(
                f"comparisons do not chain: '{first.text}' and then '{second.text}'",
                second.offset,
                expected="two sides",
                hint=f"(a {first.text} b)*(b {second.text} c)",
            )

    # Brackets

    def close(self) -> None:
        """Past the closing bracket that the last open one needs."""
        opening = self.brackets[-1]
        token = self.tokens[self.position]
        if token.kind != CLOSING[opening.kind]:
            raise misplaced(self)
        self.brackets.pop()
        self.position += 1

    def list(self, opening: Token) -> Node:
        self.brackets.append(opening)
        if self.tokens[self.position].kind == "]":
            raise LanguageError("the list is empty", opening.offset, expected="at least one entry")
        entries = [self.expression(ANY)]
        while self.tokens[self.position].kind == ",":
            self.position += 1
            entries.append(self.expression(ANY))
        self.close()
        node = self.call("stack", opening, *entries)
        self.refuse_ragged(node)
        return node

    def refuse_ragged(self, node: Call) -> None:
        """Rows that are written out must be alike; what a name stands for is not known here."""
        known = [
            (entry, self.rows.get(entry.offset, ()))
            for entry in node.args
            if isinstance(entry, Literal) or entry.offset in self.rows
        ]
        if not known:
            self.rows[node.offset] = (len(node.args),)
            return
        shape = known[0][1]
        for entry, other in known:
            if other != shape:
                raise LanguageError(
                    "the rows of the list are not alike",
                    entry.offset,
                    expected=size(shape),
                    found=size(other),
                    hint="the same number of entries in every row",
                )
        self.rows[node.offset] = (len(node.args), *shape)

    def function(self, word: Token) -> Node:
        opening = self.tokens[self.position]
        name = word.text
        operation = self.operations.get(name)
        if operation is None:
            operation = self.operations.get(ALIASES.get(name, ""))
        if operation is None or name == "index":
            raise self.unknown(word, opening)
        self.position += 1
        self.brackets.append(opening)
        args: list[Node] = []
        keywords: dict[str, Node] = {}
        while self.tokens[self.position].kind != ")" or args or keywords:
            token = self.tokens[self.position]
            if token.kind == NAME and self.tokens[self.position + 1].kind == "=":
                if token.text in keywords:
                    raise LanguageError(f"'{token.text}' is given twice", token.offset)
                self.position += 2
                keywords[token.text] = self.argument()
            elif keywords:
                raise LanguageError(
                    "an argument without a keyword stands after one with a keyword",
                    token.offset,
                    found=shown(token),
                    hint="keyword arguments last, as in sum(X, axis=0)",
                )
            else:
                args.append(self.argument())
            if self.tokens[self.position].kind != ",":
                break
            self.position += 1
        self.close()
        node = bind(operation, args, keywords, word.offset)
        if operation.name == "stack":
            self.refuse_ragged(node)
            if node.options["axis"] != 0:
                del self.rows[node.offset]
        return node

    def argument(self) -> Node:
        token = self.tokens[self.position]
        signed = token.kind == "-"
        word = token.text + self.tokens[self.position + 1].text if signed else token.text
        if word in RESERVED and self.tokens[self.position + 1 + signed].kind in (",", ")"):
            self.position += 1 + signed
            return Name(word, token.offset)
        return self.expression(ANY)

    def unknown(self, word: Token, opening: Token) -> LanguageError:
        if word.text == "index":
            return LanguageError("an index is written in brackets", word.offset, hint="X[0]")
        from difflib import get_close_matches

        known = [*self.operations, *ALIASES]
        close = get_close_matches(word.text.lower(), known, 1, 0.6)
        hint = f"{close[0]}(...)" if close else f"{word.text}*(...) if a product is meant"
        hint = ELSEWHERE.get(word.text, hint)
        if word.text in ("log2", "log10"):
            inside = self.inside(opening)
            hint = f"ln({inside})/ln({word.text.removeprefix('log')})"
        return LanguageError(
            f"there is no function '{word.text}'", word.offset, found=f"{word.text}(", hint=hint
        )

    def inside(self, opening: Token) -> str:
        """What stands in a bracket, for a message; x where it is long or does not end."""
        depth = 0
        for token in self.tokens:
            if token.offset < opening.offset:
                continue
            depth += (token.kind in CLOSING) - (token.kind in CLOSING.values())
            if not depth:
                text = self.text[opening.end : token.offset].strip()
                return text if token.kind != END and 0 < len(text) <= LONGEST_ECHO else "x"
        return "x"

    # Indices

    def index(self, opening: Token, array: Node) -> Call:
        self.brackets.append(opening)
        places = [self.place()]
        while self.tokens[self.position].kind == ",":
            self.position += 1
            places.append(self.place())
        self.close()
        operation = self.operations.get("index")
        if operation is None:
            raise LanguageError("indices cannot be used here", opening.offset)
        return Call(operation, (array,), {"at": tuple(places)}, opening.offset)

    def place(self) -> int | Slice:
        start = self.integer()
        if self.tokens[self.position].kind != ":":
            if start is None:
                token = self.tokens[self.position]
                if token.kind == END:
                    raise misplaced(self)
                raise LanguageError(
                    "an index is an integer that is written out, or a slice",
                    token.offset,
                    expected="0, -1, 1:3, :: or the like; places count from 0",
                    found=shown(token),
                )
            return start
        self.position += 1
        stop = self.integer()
        step: int | None = None
        if self.tokens[self.position].kind == ":":
            self.position += 1
            step = self.integer()
            if step == 0:
                zero = self.tokens[self.position - 1]
                raise LanguageError("the step of a slice cannot be 0", zero.offset, hint="1 or -1")
        return Slice(start, stop, step)

    def integer(self) -> int | None:
        position = self.position
        negative = self.tokens[position].kind == "-"
        token = self.tokens[position + negative]
        if token.kind != NUMBER or not token.text.isdigit():
            return None
        value = number(token).value
        self.position = position + negative + 1
        return int(-value.p if negative else value.p)


def _refuse_height(node: Node) -> None:
    """Refuses trees on which a recursive walk would not end well: sums of very many terms."""
    waiting = [(node, 1)]
    while waiting:
        current, height = waiting.pop()
        if height > limits.TREE_HEIGHT:
            raise LanguageError(
                "the expression has too many terms in a row",
                current.offset,
                expected=f"at most {limits.TREE_HEIGHT}",
                hint="sum([...]), or names for its parts",
            )
        waiting += [(child, height + 1) for child in current.children()]
