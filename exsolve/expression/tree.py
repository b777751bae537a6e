"""The tree of the language: immutable nodes, and the record that an operation is.

A definition is a tree. It is printed (``expression.printer``), given a shape, evaluated and
differentiated by walking it; no walk knows any operation by name, because a :class:`Call` carries
its :class:`Operation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from flint import fmpq

    from exsolve.arithmetic import Arithmetic

Dimension = int | str
"""A size: a number, or a symbol that stands for one (``n``)."""
Shape = tuple[Dimension, ...]
OptionValue = Any
"""A static option of a call: int, str, bool, None, fmpq, Infinity, or a tuple of these (see
Operation.options)."""


class Node:
    """A node of an expression. ``offset`` is its place in the text it was read from, or -1.

    Nodes pickle (calls through ``ops.registry``, which knows the operations), without the hash that
    they keep: it means nothing in another process.
    """

    __slots__ = ("_content", "_hash", "offset")

    offset: int
    _hash: int
    _content: Content

    def children(self) -> tuple[Node, ...]:
        """The nodes directly below this one."""
        return ()

    def key(self) -> tuple[object, ...]:
        """What makes two nodes equal besides their children; the offset does not."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node) or hash(self) != hash(other):
            return False
        # No recursion: a sum over many time steps is as tall as it has terms.
        pending: list[tuple[Node, Node]] = [(self, other)]
        while pending:
            one, two = pending.pop()
            if one is two:
                continue
            if type(one) is not type(two) or hash(one) != hash(two) or one.key() != two.key():
                return False
            pending += zip(one.children(), two.children(), strict=True)
        return True

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            pass
        pending: list[Node] = [self]
        while pending:
            node = pending[-1]
            missing = [child for child in node.children() if not hasattr(child, "_hash")]
            if missing:
                pending += missing
                continue
            pending.pop()
            below = tuple(child._hash for child in node.children())
            node._hash = hash((type(node).__name__, node.key(), below))
        return self._hash


class Literal(Node):
    """A rational number. ``text`` keeps the author's spelling (``0.6``) where there was one."""

    __slots__ = ("text", "value")

    def __init__(self, value: fmpq, text: str = "", offset: int = -1) -> None:
        self.value = value
        self.text = text
        self.offset = offset

    def key(self) -> tuple[object, ...]:
        return (int(self.value.p), int(self.value.q))

    def __reduce__(self) -> tuple[type[Literal], tuple[object, ...]]:
        return Literal, (self.value, self.text, self.offset)

    def __repr__(self) -> str:
        return f"Literal({self.text or self.value})"


class Name(Node):
    """A reference to a quantity, a given or a symbol."""

    __slots__ = ("name",)

    def __init__(self, name: str, offset: int = -1) -> None:
        self.name = name
        self.offset = offset

    def key(self) -> tuple[object, ...]:
        return (self.name,)

    def __reduce__(self) -> tuple[type[Name], tuple[object, ...]]:
        return Name, (self.name, self.offset)

    def __repr__(self) -> str:
        return f"Name({self.name})"


class Constant(Node):
    """An exact array (NumPy array of dtype object, cells ``fmpq`` or ``ClosedForm``), as data.

    ``spelled`` keeps the author's spelling of each number, row by row ("" where there is none).
    """

    __slots__ = ("spelled", "value")

    def __init__(self, value: np.ndarray, offset: int = -1, spelled: tuple[str, ...] = ()) -> None:
        self.value = value
        self.offset = offset
        self.spelled = spelled

    def key(self) -> tuple[object, ...]:
        return (self.value.shape, *(str(cell) for cell in self.value.flat))

    def __reduce__(self) -> tuple[type[Constant], tuple[object, ...]]:
        return Constant, (self.value, self.offset, self.spelled)

    def __repr__(self) -> str:
        return f"Constant{self.value.shape}"


class Call(Node):
    """An operation applied to arguments; ``options`` are its static settings, defaults included."""

    __slots__ = ("args", "operation", "options")

    def __init__(
        self,
        operation: Operation,
        args: tuple[Node, ...],
        options: Mapping[str, OptionValue] | None = None,
        offset: int = -1,
    ) -> None:
        self.operation = operation
        self.args = args
        self.options: dict[str, OptionValue] = (
            {option.name: option.default for option in operation.options}
            if operation.options
            else {}
        )
        if options:
            self.options.update(options)
        self.offset = offset

    def children(self) -> tuple[Node, ...]:
        return self.args

    def key(self) -> tuple[object, ...]:
        return (self.operation.name, len(self.args), tuple(self.options.items()))

    def __repr__(self) -> str:
        return f"{self.operation.name}({', '.join(map(repr, self.args))})"


class Slice(NamedTuple):
    """``start:stop:step`` of an index, as in NumPy (from 0; None where left out)."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, parents before children, left to right."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children()))


def postorder(node: Node) -> list[Node]:
    """The nodes of a tree, arguments before their call; no recursion, so no depth is too deep."""
    order: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        order.append(current)
        if isinstance(current, Call):
            stack += current.args
    order.reverse()
    return order


def names(node: Node) -> list[str]:
    """The names a tree refers to, each once, in order of appearance."""
    return list(content(node).names)


class Content(NamedTuple):
    """What is asked of a tree again and again, found in one walk.

    ``names`` and ``free`` are in order of appearance; ``bound`` says whether a name is bound in it,
    ``optional`` whether an operation in it has settings; ``constants`` are its arrays.
    """

    names: tuple[str, ...]
    free: tuple[str, ...]
    operations: frozenset[str]
    bound: bool
    lettered: bool
    constants: tuple[Constant, ...]


def has_letters(call: Call) -> bool:
    """Whether a setting of a call has a letter, or another name, in it."""
    return any(
        isinstance(value, str)
        or (isinstance(value, tuple) and any(isinstance(one, str) for one in value))
        for value in call.options.values()
    )


def content(node: Node) -> Content:
    """What is in a tree; kept with its root, which never changes."""
    try:
        return node._content
    except AttributeError:
        pass
    if isinstance(node, (Literal, Constant)):
        arrays = (node,) if isinstance(node, Constant) else ()
        node._content = Content((), (), frozenset(), False, False, arrays)
        return node._content
    found: dict[str, None] = {}
    operations: dict[int, Operation] = {}
    constants: list[Constant] = []
    lettered = False
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Call):
            operations[id(part.operation)] = part.operation
            stack += part.args[::-1]
            lettered = lettered or (part.options != {} and has_letters(part))
        elif isinstance(part, Name):
            found[part.name] = None
        elif isinstance(part, Constant):
            constants.append(part)
    used = operations.values()
    bound = any(one.binds is not None for one in used)
    node._content = Content(
        tuple(found),
        tuple(_free_names(node) if bound else found),
        frozenset(one.name for one in used),
        bound,
        lettered,
        tuple(constants),
    )
    return node._content


def free_names(node: Node) -> list[str]:
    """The names that a tree depends on, each once, in order of appearance: what an operation binds
    (the variable of a limit) means nothing outside of it."""
    return list(content(node).free)


def _free_names(node: Node) -> list[str]:
    found: dict[str, None] = {}
    pending: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while pending:
        current, bound = pending.pop()
        if isinstance(current, Name) and current.name not in bound:
            found[current.name] = None
        elif isinstance(current, Call):
            bound = bound.union(bound_names(current))
        pending += ((child, bound) for child in reversed(current.children()))
    return list(found)


def bound_names(call: Call) -> tuple[str, ...]:
    """The names that a call binds in its arguments."""
    return call.operation.binds(call) if call.operation.binds else ()


def transform(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with each node that ``change`` answers for replaced by its answer (top down).

    Every part of the tree is asked about once; nothing recurs, so no tree is too tall.
    """
    done: list[Node] = []
    pending: list[Node | _Rebuild] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, _Rebuild):
            call = part.call
            count = len(call.args)
            args = tuple(done[len(done) - count :])
            del done[len(done) - count :]
            same = all(new is old for new, old in zip(args, call.args, strict=True))
            done.append(call if same else Call(call.operation, args, call.options, call.offset))
            continue
        answer = change(part)
        if answer is not None:
            done.append(answer)
        elif isinstance(part, Call) and part.args:
            pending.append(_Rebuild(part))
            pending += reversed(part.args)
        else:
            done.append(part)
    return done.pop()


class _Rebuild(NamedTuple):
    """Where the arguments of a call have all been transformed."""

    call: Call


def substitute(node: Node, replacements: Mapping[str, Node]) -> Node:
    """The tree with names replaced by trees, those that a call binds left as they are inside it.

    A tree that is put in may itself depend on a bound name: with a = exp(-beta) written in,
    ``limit(a, beta, infinity)`` is the limit of exp(-beta), as it was before.
    """

    def change(part: Node) -> Node | None:
        if isinstance(part, Name):
            return replacements.get(part.name)
        if isinstance(part, Call) and not replacements.keys().isdisjoint(bound_names(part)):
            bound = bound_names(part)
            free = {name: tree for name, tree in replacements.items() if name not in bound}
            args = tuple(substitute(arg, free) for arg in part.args)
            return Call(part.operation, args, part.options, part.offset)
        return None

    return transform(node, change)


class Parameter(NamedTuple):
    """An array argument of an operation."""

    name: str
    optional: bool = False
    variadic: bool = False


class Option(NamedTuple):
    """A static setting of an operation, given by keyword (or by position after the arrays).

    ``kind`` says what may be written: ``integer``, ``integers`` (a number or a list), ``size`` and
    ``sizes`` (the same, where a letter may stand for a number, held as its name), ``boolean``,
    ``spacing`` (an integer, or a list of one for each axis), ``axis`` (an integer, or ``none`` for
    all), ``index`` (made by the parser only), ``name`` (a bare
    name), ``point`` (a rational number or a signed ``infinity``: ``fmpq`` or Infinity).
    """

    name: str
    default: OptionValue
    kind: str = "integer"
    required: bool = False


class Form(NamedTuple):
    """How an operation is written in one notation.

    ``template`` (as of ``str.format``) has ``{0}``, ``{1}`` for the arguments, ``{args}`` for all
    of them with commas between, and ``{option}`` for options; ``level`` is how tightly the result
    binds and ``holes`` how tightly each argument must bind to stand there without brackets
    (missing: 0, anything may). The levels are in ``expression.levels``.
    """

    template: str
    level: int = 100
    holes: tuple[int, ...] = ()


class Notation(NamedTuple):
    """The forms of an operation: in the language itself, on a terminal, and in LaTeX.

    ``None`` for terminal or latex: the same as the text form. A callable is for the few whose form
    depends on options (``softmax`` with an axis): it gets the call and gives the form.
    """

    text: Form | Callable[[Call], Form]
    terminal: Form | Callable[[Call], Form] | None = None
    latex: Form | Callable[[Call], Form] | None = None


class Context(Protocol):
    """What a derivative or entry rule may ask about the tree it stands in.

    ``arriving`` is the gradient of the whole definition, which products keep at their end; None
    where it is not known.
    """

    arriving: Node | None

    def shape(self, node: Node) -> Shape:
        """The shape of a node of this tree."""

    def output(self, call: Call) -> Node:
        """The call's own result: the name of the quantity where it is one, else the call itself."""

    def named(self, call: Call) -> Node:
        """The name of another quantity that is defined by just this call, else the call itself."""

    def cell(self, node: Node, index: tuple[int, ...]) -> Node:
        """One cell of a node as an expression: by the entry rules down to the names."""


ShapeRule = Callable[[Sequence[Shape], Mapping[str, OptionValue]], Shape]
ExactRule = Callable[["Arithmetic", "Sequence[np.ndarray]", Mapping[str, OptionValue]], Any]
NumericRule = Callable[["Sequence[np.ndarray]", Mapping[str, OptionValue]], Any]
DerivativeRule = Callable[[Call, Node, Context], Sequence[Node | None]]
EntryRule = Callable[[Call, tuple[int, ...], Context], Node]
WrongRule = Callable[[Call, Context], Iterable["Node | Mistake"]]
RewritingRule = Callable[[Call, Context], Node | None]


class Mistake(NamedTuple):
    """What a student writes in a call's place, and the part of the call that it was made in, which
    stands in the slip's sentence for ``{part}``."""

    expression: Node
    part: Node


class Slip(NamedTuple):
    """A known wrong way to do an operation.

    name: two or three words, such as ``sample variance``. says: a sentence to the student that
    begins with "You", such as "You divided by n − 1; the variance of a whole population divides by
    n." wrong: (call, context) -> the expressions that students write in the call's place; none
    where it cannot be made here. reshapes: whether they may have another shape than the call.
    """

    name: str
    says: str
    wrong: WrongRule
    reshapes: bool = False


class Operation(NamedTuple):
    """All that exsolve knows of one operation.

    shape       (shapes, options) -> shape; raises LanguageError that says which shapes it needs
    exact       (arithmetic, arrays, options) -> array of scalars of that arithmetic; the same rule
                serves closed forms and balls
    numeric     (arrays, options) -> float64 array, written independently of ``exact``
    derivative  (call, gradient of the call, context) -> gradient of each argument, as expressions;
                None for an argument that has none
    entry       (call, index, context) -> one cell of the result as an expression of cells of the
                arguments, for ``--detail long``
    binds       call -> the names that mean something in its arguments only (the variable of a
                limit); None: it binds nothing
    slips       the known wrong ways to do it, the likeliest first, which marking looks for in wrong
                answers
    chain       the chain that calls of it form with those around them (``sum`` of add and
                subtract): a student sees one sum, so that the outermost call has the slips of all
    rewritten   (call, context) -> an equal expression through named quantities that a student has
                on paper (the variance through the mean); None where none of them is there
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    shape: ShapeRule
    exact: ExactRule
    numeric: NumericRule
    notation: Notation
    derivative: DerivativeRule | None = None
    entry: EntryRule | None = None
    options: tuple[Option, ...] = ()
    infix: str = ""
    """How the language writes it when not as a function call: ``+``, ``@``, ``.T``, ``[ ]``."""
    reason: str = ""
    """The derivative rule in one line, as the reason of a step."""
    binds: Callable[[Call], tuple[str, ...]] | None = None
    slips: tuple[Slip, ...] = ()
    chain: str = ""
    rewritten: RewritingRule | None = None
