"""The forms that operations are written in, ready to be put into their records.

Each function gives a :class:`Notation`: the text form is the language itself and is read back to
the same tree; the terminal form is what a person writes; the LaTeX form is for mathematics mode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exsolve.expression.levels import (
    ANY,
    ATOM,
    COMPARISON,
    FUNCTION,
    JUXTAPOSITION,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
)
from exsolve.expression.tree import Call, Constant, Form, Literal, Name, Node, Notation, Slice, walk

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LONGEST_SUPERSCRIPT = 3
_LATEX_KEYWORD = r"\mathrm{{{{{}}}}}="


def arguments(call: Call, keyword: str = "{}=") -> str:
    """The template of what stands between a call's brackets; options at their defaults are left
    out, and whatever position would leave in doubt is written with its ``keyword``."""
    operation = call.operation
    parameters = operation.parameters
    plain = not any(p.optional or p.variadic for p in parameters)
    fields: list[str] = []
    for index in range(len(call.args)):
        parameter = parameters[min(index, len(parameters) - 1)]
        named = parameter.optional and not parameter.variadic
        fields.append(f"{keyword.format(parameter.name) if named else ''}{{{index}}}")
    for option in operation.options:
        plain = plain and option.required
        if option.required or call.options[option.name] != option.default:
            fields.append(f"{'' if plain else keyword.format(option.name)}{{{option.name}}}")
    return ", ".join(fields)


def function(name: str, *, latex: str = "", bare: bool = False) -> Notation:
    """``name(a, b, axis=1)``. ``latex`` is the name's LaTeX (default: upright letters); ``bare``
    functions stand without brackets before a plain name or number, except in the language."""
    command = latex or rf"\operatorname{{{name}}}".replace("_", r"\_")
    command = command.replace("{", "{{").replace("}", "}}")

    def text(call: Call) -> Form:
        return Form(f"{name}({arguments(call)})", ATOM)

    def terminal(call: Call) -> Form:
        if bare and _is_plain(call):
            return Form(f"{name} {{0}}", FUNCTION, (ATOM,))
        return text(call)

    def in_latex(call: Call) -> Form:
        if bare and _is_plain(call):
            return Form(f"{command} {{0}}", FUNCTION, (ATOM,))
        return Form(rf"{command}\left({arguments(call, _LATEX_KEYWORD)}\right)", ATOM)

    return Notation(text, terminal, in_latex)


def infix(sign: str, level: int, *, latex: str = "", terminal: str = "") -> Notation:
    """A sign between two arguments, grouping to the left; the signs carry their own spaces."""
    holes = (level, level + 1)

    def form(mark: str) -> Form:
        return Form(f"{{0}}{mark}{{1}}", level, holes)

    return Notation(form(sign), form(terminal or sign), form(latex or sign))


def limit() -> Notation:
    """``limit(f, beta, infinity)``, on a terminal ``lim(β→∞) f``; sums get brackets."""
    return Notation(
        Form("limit({0}, {variable}, {to})", ATOM),
        Form("lim({variable}→{to}) {0}", FUNCTION, (PRODUCT,)),
        Form(r"\lim_{{{variable} \to {to}}} {0}", FUNCTION, (PRODUCT,)),
    )


def addition() -> Notation:
    """``a + b``; on paper a sum that follows needs no brackets: ``a + b - c``."""
    spelled = infix(" + ", SUM)

    def paper(call: Call) -> Form:
        following = call.args[1]
        continues = isinstance(following, Call) and following.operation.name in ("add", "subtract")
        return Form("{0} + {1}", SUM, (SUM, SUM if continues else SUM + 1))

    return Notation(spelled.text, paper, paper)


def comparison(sign: str, *, latex: str = "", terminal: str = "") -> Notation:
    """A relation between two sides, which does not chain."""

    def form(mark: str) -> Form:
        return Form(f"{{0}} {mark} {{1}}", COMPARISON, (SUM, SUM))

    return Notation(form(sign), form(terminal or sign), form(latex or sign))


def negation() -> Notation:
    """``-x``; on paper the sign of a product stands before it without brackets."""

    def paper(call: Call) -> Form:
        (argument,) = call.args
        if isinstance(argument, Call) and argument.operation.infix in ("*", "/", "@"):
            return Form("-{0}", PRODUCT, (PRODUCT,))
        return Form("-{0}", UNARY, (POWER,))

    return Notation(Form("-{0}", UNARY, (POWER,)), paper, paper)


def product() -> Notation:
    """``x*y`` entry by entry, on paper ``x ⊙ y``; with a number on one side, a dot."""
    scaled = scaled_product()

    def terminal(call: Call) -> Form:
        if _has_number(call):
            return _DOT
        return Form("{0} ⊙ {1}", PRODUCT, (PRODUCT, _after(call)))

    def latex(call: Call) -> Form:
        if _has_number(call):
            return _latex_dot(call)
        return Form(r"{0} \odot {1}", PRODUCT, (PRODUCT, _after(call)))

    return Notation(scaled.text, terminal, latex)


_DOT = Form("{0}·{1}", PRODUCT, (PRODUCT, PRODUCT))
_LATEX_DOT = Form(r"{0} \cdot {1}", PRODUCT, (PRODUCT, PRODUCT))
_LATEX_SPACE = Form(r"{0} \, {1}", PRODUCT, (PRODUCT, PRODUCT))
_LATEX_BESIDE = Form("{0}{1}", PRODUCT, (PRODUCT, PRODUCT))


def _latex_dot(call: Call) -> Form:
    r"""A dot, but ``2\sqrt{3}`` and ``\sqrt{3} \, \ln 80``: what follows cannot be misread."""
    left, right = call.args
    sign = right.operation.name if isinstance(right, Call) else ""
    if isinstance(left, Constant) or sign not in ("sqrt", "ln"):
        return _LATEX_DOT
    whole = isinstance(left, Literal) and left.value.q == 1 and left.text in ("", str(left.value))
    return _LATEX_BESIDE if whole and sign == "sqrt" else _LATEX_SPACE


def scaled_product() -> Notation:
    """``x*y`` where one side is a scalar: on paper a dot."""
    return Notation(Form("{0}*{1}", PRODUCT, (PRODUCT, UNARY)), _DOT, _latex_dot)


def _after(call: Call) -> int:
    """What may follow a product sign: another product of its own sort, or what binds tighter."""
    following = call.args[1]
    same = isinstance(following, Call) and following.operation.name == call.operation.name
    return PRODUCT if same else JUXTAPOSITION


def matrix_product() -> Notation:
    """``A @ B``, on paper ``A B``."""
    beside = Form("{0} {1}", JUXTAPOSITION, (JUXTAPOSITION, UNARY))
    return Notation(Form("{0} @ {1}", PRODUCT, (PRODUCT, UNARY)), beside, beside)


def inner_product() -> Notation:
    """``a @ b`` of two vectors, on paper ``aᵀ b``."""
    holes = (POSTFIX, UNARY)
    return Notation(
        matrix_product().text,
        Form("{0}ᵀ {1}", JUXTAPOSITION, holes),
        Form(r"{0}^{{\top}} {1}", JUXTAPOSITION, holes),
    )


def quotient() -> Notation:
    """``a/b``, wide beside another sign (``Q @ K.T / d``, ``g / (2*y)``); in LaTeX a fraction."""

    def text(call: Call) -> Form:
        wide = any(
            isinstance(arg, Call) and arg.operation.infix not in ("", "^") and len(arg.args) > 1
            for arg in call.args
        )
        return Form("{0} / {1}" if wide else "{0}/{1}", PRODUCT, (PRODUCT, UNARY))

    return Notation(text, text, Form(r"\frac{{{0}}}{{{1}}}", POWER))


def power() -> Notation:
    """``x^n``; on a terminal a small whole exponent is raised: ``x²``."""

    def terminal(call: Call) -> Form:
        exponent = call.args[1]
        if isinstance(exponent, Literal) and exponent.value.q == 1:
            digits = str(exponent.value.p)
            if len(digits) <= _LONGEST_SUPERSCRIPT:
                return Form(f"{{0}}{digits.translate(_SUPERSCRIPTS)}", POWER, (ATOM,))
        return Form("{0}^{1}", POWER, (ATOM, POSTFIX))

    return Notation(
        Form("{0}^{1}", POWER, (POSTFIX, POWER)),
        terminal,
        Form("{0}^{{{1}}}", POWER, (ATOM, ANY)),
    )


def root() -> Notation:
    """``sqrt(x)``, on a terminal ``√x``."""
    return Notation(
        Form("sqrt({0})"),
        Form("√{0}", POSTFIX, (ATOM,)),
        Form(r"\sqrt{{{0}}}", ATOM),
    )


def exponential() -> Notation:
    """``exp(x)``, on paper ``e^x``, and ``e`` for exp(1)."""

    def paper(power: Form) -> Callable[[Call], Form]:
        def chosen(call: Call) -> Form:
            exponent = call.args[0]
            plain = isinstance(exponent, Literal) and exponent.value == 1
            return Form("e") if plain else power

        return chosen

    return Notation(
        Form("exp({0})"),
        paper(Form("e^{0}", POWER, (POSTFIX,))),
        paper(Form("e^{{{0}}}", POWER)),
    )


def transposition() -> Notation:
    """``X.T``"""
    return Notation(
        Form("{0}.T", POSTFIX, (POSTFIX,)),
        Form("{0}ᵀ", POSTFIX, (POSTFIX,)),
        Form(r"{0}^{{\top}}", POSTFIX, (ATOM,)),
    )


def indexing() -> Notation:
    """``X[0, 2]`` in the language, which counts from 0; on paper ``X₁₃``, counted from 1.

    A row ``X[10, :]`` is ``X[11, :]``, which is no cell.
    """
    plain = Form("{0}[{at}]", POSTFIX, (POSTFIX,))

    def terminal(call: Call) -> Form:
        places, free = _counted(call)
        if free or not places:
            return ranges(call, "…")
        return Form("{0}" + subscript(places), ATOM, (ATOM,))

    def ranges(call: Call, dots: str) -> Form:
        texts = [_range(place, dots) for place in call.options["at"]]
        return Form(f"{{0}}[{', '.join(texts)}]", POSTFIX, (POSTFIX,)) if all(texts) else plain

    def latex(call: Call) -> Form:
        places, free = _counted(call)
        if not places:
            return ranges(call, r" \ldots ")
        listed = ", ".join([*map(str, places), *[":"] * free])
        return Form(f"{{{{{{0}}}}}}_{{{{{listed}}}}}", POSTFIX, (ATOM,))

    return Notation(plain, terminal, latex)


def _counted(call: Call) -> tuple[tuple[int, ...], int]:
    """The places of an index as a reader counts them, and how many whole axes follow them; none
    where one is negative or another slice."""
    return _split(call.options["at"])


def _split(places: Sequence[int | Slice]) -> tuple[tuple[int, ...], int]:
    at = list(places)
    free = 0
    while at and at[-1] == Slice():
        at.pop()
        free += 1
    counted = tuple(place + 1 for place in at if isinstance(place, int) and place >= 0)
    return (counted, free) if len(counted) == len(at) else ((), 0)


def _range(place: int | Slice, dots: str) -> str:
    """A place or slice of an index as a reader counts it, both ends included; "" where the
    length would have to be known."""
    if isinstance(place, int):
        return str(place + 1) if place >= 0 else ""
    start, stop, step = place.start or 0, place.stop, place.step
    if place == Slice(None, None, None):
        return ":"
    if step not in (None, 1) or start < 0 or (stop is not None and stop <= start):
        return ""
    if stop is None:
        return f"{start + 1}{dots}".rstrip()
    return f"{start + 1}" if stop == start + 1 else f"{start + 1}{dots}{stop}"


def subscript(places: Sequence[int], free: int = 0) -> str:
    """Places as subscripts on a terminal: ``₁₃``, with a comma where digits would run together.

    ``free``: the dimensions after them of which all is meant: the row ``[11, :]``.
    """
    if free > 0:
        return f"[{', '.join([*map(str, places), *[':'] * free])}]"
    separator = "," if len(places) > 1 and max(places) > 9 else ""
    return separator.join(str(place).translate(_SUBSCRIPTS) for place in places)


def placed(at: Sequence[int | Slice]) -> tuple[Form, Form]:
    """The terminal and LaTeX forms of an array that is 0 but for its argument: ``at₂,:(x)``."""
    places, free = _split(at)
    if places:
        terminal = "at" + subscript(places, free)
    else:
        terminal = f"at[{', '.join(_range(place, '…') for place in at)}]"
    latex = ", ".join(_range(place, r" \ldots ") for place in at)
    return (
        Form(f"{terminal}({{0}})"),
        Form(rf"\operatorname{{{{at}}}}_{{{{{latex}}}}}\left({{0}}\right)"),
    )


def list_literal(name: str) -> Notation:
    """``[a, b]`` for the operation that joins along a new first axis, and else a call of it."""
    call_form = function(name)

    def choose(
        form: Form | Callable[[Call], Form] | None, brackets: Form
    ) -> Callable[[Call], Form]:
        def chosen(call: Call) -> Form:
            if all(call.options[o.name] == o.default for o in call.operation.options):
                return brackets
            return form(call) if callable(form) else brackets

        return chosen

    plain = Form("[{args}]")
    return Notation(
        choose(call_form.text, plain),
        choose(call_form.terminal, plain),
        choose(call_form.latex, Form(r"\left[{args}\right]")),
    )


def _is_plain(call: Call) -> bool:
    """Whether the one argument is a name or a number without a sign, point or bar."""
    if len(call.args) != 1 or arguments(call) != "{0}":
        return False
    (argument,) = call.args
    return isinstance(argument, Name) or (
        isinstance(argument, Literal) and argument.value.q == 1 and argument.value >= 0
    )


def _has_number(call: Call) -> bool:
    return any(_is_number(argument) for argument in call.args)


def _is_number(node: Node) -> bool:
    if isinstance(node, Call):
        return not any(isinstance(part, Name | Constant) for part in walk(node))
    return isinstance(node, Literal)
