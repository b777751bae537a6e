"""Names and functions of an answer: with brackets, and without them as on paper (``ln 80``)."""

from __future__ import annotations

from typing import Final

from flint import fmpq

from exsolve.answers.activations import SLOPES, TEMPERED, Activations
from exsolve.answers.commands import FRACTION_COMMAND, ROOT_COMMAND, ROW, TOP
from exsolve.answers.identity import without_size
from exsolve.answers.pieces import EULER, OPEN, SETTING, UNSIZED, Piece, applied, over, quoted
from exsolve.answers.products import doubtful, elementwise, matrix, transposed
from exsolve.answers.spellings import FUNCTION, QUANTITY
from exsolve.answers.tokens import CLOSING, OPENING, Token
from exsolve.errors import LanguageError
from exsolve.expression.binding import bind
from exsolve.expression.levels import PRODUCT
from exsolve.expression.tokens import END, FRACTION, NAME, NUMBER, RAISED, ROOT
from exsolve.expression.tree import Call, Literal, Name
from exsolve.ops import OPERATIONS
from exsolve.ops.unknown import function_symbol

SIGMA: Final = frozenset({"sigma", "σ"})
"""What the logistic function is called on paper."""
BARE: Final = frozenset({"exp", "ln", "sqrt", "sigmoid", "tanh", "relu"})
"""Functions that stand without brackets before a number or a name."""
_BARE_ARGUMENTS: Final = frozenset(
    {NUMBER, FRACTION, QUANTITY, NAME, ROOT, ROOT_COMMAND, FRACTION_COMMAND}
)
_ALONG: Final = {"softmax_rows": 1, "softmax_columns": 0, "log_softmax_rows": 1} | {
    "log_softmax_columns": 0
}
_ENDS_PRODUCT: Final = frozenset(
    {"+", "-", ",", ";", "=", "≈", "^", RAISED, "'", TOP, END, "&", ROW, "<", ">"}
)
_INFINITY: Final = frozenset({"infinity", "inf", "∞"})
_PRODUCTS: Final = frozenset({"matmul", "multiply"})
_SETTINGS: Final = {"true": "true", "false": "false", "none": "none", "True": "true"} | {
    "False": "false",
    "None": "none",
}
_NOT_NUMBERS: Final = {
    "inf": "infinity is no number",
    "infinity": "infinity is no number",
    "Inf": "infinity is no number",
    "Infinity": "infinity is no number",
    "nan": "nan is no number",
    "NaN": "nan is no number",
    "NAN": "nan is no number",
}
_ELSEWHERE: Final = {
    "log2": "ln(x)/ln(2)",
    "log10": "ln(x)/ln(10)",
    "lg": "ln(x)/ln(10)",
    "eye": "identity(n)",
    "trace": "sum(diag(A))",
    "tr": "sum(diag(A))",
}
"""What functions of other libraries are called here."""


class Functions(Activations):
    """What begins with a word."""

    __slots__ = ()

    def quantity(self, token: Token) -> Piece:
        """A declared name; its token is passed already."""
        name = token.text
        return Piece(Name(name, token.offset), self.vocabulary.names[name], token.offset, token.end)

    def word(self, token: Token) -> Piece:
        """A word that is neither declared nor a function: e, pi, or a mistake."""
        word = token.text
        following = self.tokens[self.position + 1]
        touching = following.kind == "_" and not following.spaced
        if not touching:
            if word == "pi":
                self.position += 1
                return Piece(Name("pi", token.offset), (), token.offset, token.end)
            if word == "e":
                self.position += 1
                return self.euler(token)
            if word == "E" and following.kind == "[":
                self.position += 1
                inside = self.group("[", "]")
                return applied(self.text, "expectation", (inside,), token.offset, inside.end)
            if word == "sigma" and following.kind in ("(", "{", "^", RAISED, "'"):
                return self.function(token._replace(text="sigmoid"))
        elif word == "I":
            size = self.tokens[self.position + 2]
            if (size.kind == NUMBER and size.text.isdigit()) or size.text in self.sizes():
                self.position += 3
                return self.identity(token, size)
        if word in _NOT_NUMBERS:
            raise LanguageError(
                _NOT_NUMBERS[word], token.offset, expected="a number", found=self.shown(token)
            )
        if following.kind == "(" and not touching:
            raise self.unknown_call(token)
        if self.calls and word in self.sizes() and self.stands_alone():
            self.position += 1
            return Piece(Name(word, token.offset), (), token.offset, token.end)
        raise self.unknown(self.position)

    def identity(self, token: Token, size: Token) -> Piece:
        """``I_n``, and ``I_3``."""
        number = size.text.isdigit() and len(size.text) < 9
        options = {"n": int(size.text) if number else size.text}
        return applied(self.text, "identity", (), token.offset, size.end, options)

    def euler(self, token: Token) -> Piece:
        """Euler's number, the exponential of 1."""
        one = Literal(fmpq(1), "", token.offset)
        node = Call(OPERATIONS["exp"], (one,), None, token.offset)
        return Piece(node, (), token.offset, token.end, form=EULER)

    def unknown_call(self, token: Token) -> LanguageError:
        from difflib import get_close_matches

        word = token.text
        known = [*(name for name in OPERATIONS if not OPERATIONS[name].infix), *self.functions]
        close = get_close_matches(word[:40].lower(), known, 1, 0.6)
        hint = _ELSEWHERE.get(word, "") or (f"{close[0]}(...)" if close else "")
        return LanguageError(
            f"there is no function {self.shown(token)!r} here",
            token.offset,
            found=f"{self.shown(token)}(",
            hint=hint,
        )

    def function(self, token: Token) -> Piece:
        """A function of the language, with its arguments."""
        self.position += 1
        following = self.tokens[self.position]
        name = token.text
        if name == "sum_t":
            # the large sign takes the whole product that follows it; sum_t(...) is a function,
            # unless what is multiplied with it belongs to the step too
            spelled = self.text[token.offset : token.end] == name and following.kind == "("
            if spelled:
                inside = self.group("(", ")")
                if self.step_follows():
                    inside = self.continued(inside, PRODUCT)
            else:
                inside = self.expression(PRODUCT)
            if inside.form == UNSIZED:
                raise without_size(self.text, inside)
            return applied(self.text, name, (inside,), token.offset, inside.end)
        if following.kind == "{" and name not in self.functions:
            inside = self.group("{", "}")
            return self.of_one(name, token, inside, inside.end)
        if following.kind == "(":
            if name in self.functions:
                return self.unknown_function(token)
            return self.called(token)
        if following.kind == "'" and name in SLOPES:
            self.position += 1
            return self.slope(name, token)
        if following.kind in ("^", RAISED):
            raise LanguageError(
                f"a power of the function {name} can be read in two ways",
                following.offset,
                found=f"{name}(x)^2, or {name} applied twice",
                hint=f"({name}(x))^2",
            )
        if name in TEMPERED and following.kind == "_" and not following.spaced:
            return self.tempered(token)
        if name == "ln" and following.kind == "_":
            raise LanguageError(
                "only natural logarithms are read", following.offset, hint="ln(8)/ln(2)"
            )
        if name not in BARE or following.kind not in _BARE_ARGUMENTS:
            raise LanguageError(
                f"the function {name} needs its brackets",
                following.offset,
                expected=f"{name}(...)",
                found=self.shown(following),
                hint=f"{name}({self.shown(following)})"
                if following.kind in (NUMBER, QUANTITY)
                else "",
            )
        # ln17/2 is half of ln17, as √3/2 is; ln 17/2 could be more
        touching = following.kind == NUMBER and not following.spaced
        form = "" if touching and self.text[token.offset] != "\\" else OPEN
        inside = self.argument_without_brackets()
        return applied(
            self.text, name, (inside,), token.offset, inside.end, row=inside.row, form=form
        )

    def step_follows(self) -> bool:
        """Whether a name of time t stands in the rest of the product that goes on here."""
        depth = 0
        for token in self.tokens[self.position :]:
            depth += (token.kind in OPENING) - (token.kind in CLOSING)
            if depth < 0 or (depth == 0 and token.kind in _ENDS_PRODUCT):
                return False
            if token.kind == QUANTITY and token.text.endswith("_t"):
                return True
        return False

    def argument_without_brackets(self) -> Piece:
        """One tight factor; what could belong to it too is refused."""
        inside = self.operand()
        before = self.tokens[self.position - 1]
        if before.kind in (RAISED,) or (
            isinstance(inside.node, Call)
            and inside.node.operation.name == "power"
            and inside.form != EULER
        ):
            a = quoted(self.text, inside)
            raise doubtful(
                self.text,
                inside,
                inside,
                f"the function of ({a})",
                "the function, and then the power of it",
            )
        return inside

    def of_one(self, name: str, token: Token, inside: Piece, end: int) -> Piece:
        """A function of one argument that is read already."""
        text = self.text
        if inside.form == SETTING:
            raise LanguageError(
                f"the function {self.shown(token)} takes a value",
                inside.offset,
                found=quoted(text, inside),
            )
        if name == "itself":
            return inside._replace(offset=token.offset, end=end, form="")
        if name == "norm":
            squared = applied(text, "sumsq", (inside,), token.offset, end)
            return applied(text, "sqrt", (squared,), token.offset, end)
        if name == "transpose":
            return transposed(text, inside, end, reversed_axes=True)._replace(offset=token.offset)
        if name in _ALONG:
            plain = name.removesuffix("_rows").removesuffix("_columns")
            if len(inside.shape) < 2:
                raise LanguageError(f"the function {name} needs a matrix", inside.offset)
            axis = len(inside.shape) - 2 + _ALONG[name]  # of each matrix in an array of them
            return applied(text, plain, (inside,), token.offset, end, {"axis": axis})
        if name == "inverse" and not inside.shape:
            raise LanguageError("a number has no inverse matrix", inside.offset, hint="1/x")
        call = bind(OPERATIONS[name], [inside.node], {}, token.offset)
        return over(text, call, (inside,), token.offset, end, row=inside.row)

    def called(self, token: Token) -> Piece:
        """A function with its arguments in brackets, settings among them."""
        name = token.text
        opening = self.tokens[self.position]
        self.open(opening)
        if name == "diag":
            self.diagonals.add(opening.offset)
        self.calls += 1
        pieces: list[Piece] = []
        keywords: dict[str, Piece] = {}
        while self.tokens[self.position].kind != ")":
            first = self.tokens[self.position]
            if (
                first.kind in (NAME, QUANTITY, FUNCTION)
                and self.tokens[self.position + 1].kind == "="
            ):
                self.position += 2
                if first.text in keywords:
                    raise LanguageError(f"'{first.text}' is given twice", first.offset)
                keywords["axis" if first.text == "dim" else first.text] = self.setting()
            else:
                pieces.append(self.setting())
            if self.tokens[self.position].kind != ",":
                break
            self.position += 1
        end = self.close(")")
        self.calls -= 1
        if (
            len(pieces) == 1
            and not keywords
            and (name in ("itself", "norm", "transpose", "inverse") or name in _ALONG)
        ):
            return self.of_one(name, token, pieces[0], end)
        if name in ("itself", "norm") or name in _ALONG:
            raise LanguageError(
                f"the function {self.shown(token)} takes one argument", token.offset
            )
        if name in _PRODUCTS or (name == "dot" and any(len(one.shape) > 1 for one in pieces)):
            if len(pieces) != 2 or keywords:
                raise LanguageError(
                    f"the function {self.shown(token)} takes two arrays", token.offset
                )
            product = self.product(name, *pieces)
            return product._replace(offset=token.offset, end=end, form="")
        operation = OPERATIONS[name]
        try:
            call = bind(
                operation,
                [piece.node for piece in pieces],
                {word: piece.node for word, piece in keywords.items()},
                token.offset,
            )
        except LanguageError as error:
            error.offset = error.offset if error.offset >= 0 else token.offset
            raise
        by_node = {id(piece.node): piece for piece in (*pieces, *keywords.values())}
        given = tuple(by_node[id(arg)] for arg in call.args)
        row = len(given) == 1 and given[0].row
        return over(self.text, call, given, token.offset, end, row=row)

    def product(self, name: str, left: Piece, right: Piece) -> Piece:
        """``np.matmul(A, B)``, ``np.dot(A, x)`` and ``np.multiply(a, b)``."""
        if name == "multiply":
            return elementwise(self.text, left, right, "*")
        return matrix(self.text, left, right)

    def setting(self) -> Piece:
        """An argument: a value, or a word for a setting."""
        token = self.tokens[self.position]
        after = self.tokens[self.position + 1]
        if token.kind in (NAME, "∞") and after.kind in (",", ")", "]"):
            word = _SETTINGS.get(token.text)
            if token.text in _INFINITY and self.tokens[self.position - 1].kind in (",", "="):
                word = "infinity"
            if word is not None:
                self.position += 1
                return Piece(Name(word, token.offset), (), token.offset, token.end, form=SETTING)
        return self.expression()

    def stands_alone(self) -> bool:
        """Whether the token here is all that is written between two commas or brackets."""
        before, after = self.tokens[self.position - 1], self.tokens[self.position + 1]
        return before.kind in ("(", "[", ",", "=") and after.kind in (",", ")", "]")

    def sigma_doubt(self, token: Token) -> LanguageError:
        """``σ(a)`` where σ is a name."""
        inside = self.group("(", ")")
        written = quoted(self.text, inside)
        shown = self.shown(token)
        return LanguageError(
            f"this can be read in two ways, since {shown} is a name here: {shown}{written}",
            token.offset,
            found=f"the function sigmoid{written}, or the product {token.text}*{written}",
            hint=f"sigmoid{written}, or {token.text}*{written}",
        )

    def sizes(self) -> frozenset[str]:
        """The letters that are sizes of declared names."""
        return frozenset(
            size
            for shape in self.vocabulary.names.values()
            for size in shape
            if isinstance(size, str)
        )

    def unknown_function(self, token: Token) -> Piece:
        """A function that the exercise declares; its token is passed already."""
        opening = self.tokens[self.position]
        self.open(opening)
        pieces = [self.expression()]
        while self.tokens[self.position].kind == ",":
            self.position += 1
            pieces.append(self.expression())
        end = self.close(")")
        wanted = self.functions[token.text]
        if len(pieces) != wanted:
            raise LanguageError(
                f"the function {token.text} has {wanted} "
                f"{'argument' if wanted == 1 else 'arguments'}",
                token.offset,
                found=str(len(pieces)),
            )
        operation = function_symbol(token.text, wanted)
        call = Call(operation, tuple(piece.node for piece in pieces), None, token.offset)
        return over(self.text, call, tuple(pieces), token.offset, end)
