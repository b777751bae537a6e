"""Which argument of a call is which: arrays to parameters, static settings to options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve.arithmetic import Infinity
from exsolve.errors import LanguageError
from exsolve.expression.tree import Call, Literal, Name, Node, Operation, Option, OptionValue, Slice

_WORDS: Mapping[str, OptionValue] = {
    "true": True,
    "false": False,
    "none": None,
    **{str(end): end for end in Infinity},
}

RESERVED = frozenset(_WORDS)
"""Words that are values of options and can name nothing else."""

OWN = "'"
"""Ends the name of a variable that only a limit knows; no name of the language can have it."""

_ELSEWHERE = {
    "dim": "axis",
    "dims": "axis",
    "keepdim": "keepdims",
    "correction": "ddof",
}
"""Settings by their names in PyTorch, and here (as in NumPy)."""

_EXPECTED = {
    "integer": "an integer that is written out",
    "integers": "an integer or a list of integers that are written out, like [2, 3]",
    "spacing": "an integer, or a list of one for each axis, like [2, 1]",
    "size": "a whole number, or a letter that stands for a size",
    "sizes": "a size or a list of sizes, like [2, 3] or [n, d]",
    "boolean": "true or false",
    "axis": "an axis (0, 1, -1 ...), a list of axes, or none",
    "name": "the name of a symbol",
    "point": "a number that is written out (0, 1/2, -3), infinity or -infinity",
}


def signature(operation: Operation) -> str:
    """How an operation is called: ``softmax(x, [mask], axis=-1)``; brackets: may be left out."""
    parts: list[str] = []
    for parameter in operation.parameters:
        name = f"{parameter.name}, ..." if parameter.variadic else parameter.name
        parts.append(f"[{name}]" if parameter.optional else name)
    for option in operation.options:
        default = "" if option.required else f"={option_text(option.default)}"
        parts.append(f"{option.name}{default}")
    return f"{operation.name}({', '.join(parts)})"


def option_text(value: OptionValue) -> str:
    """The value of an option as the language writes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Slice):
        ends = [str(end) if end is not None else "" for end in value]
        return ":".join(ends if value.step is not None else ends[:2])
    if isinstance(value, tuple):
        return f"[{', '.join(map(option_text, value))}]"
    return str(value)


def bind(
    operation: Operation, args: Sequence[Node], keywords: Mapping[str, Node], offset: int = -1
) -> Call:
    """The call of ``operation`` with these arguments.

    Arrays fill the parameters in order; what then remains fills the options in order. Raises
    LanguageError, which repeats the signature, for a wrong number of arguments, an unknown or
    doubled keyword, a missing required option and an option that is not a static value.
    """
    parameters = operation.parameters
    options = {option.name: option for option in operation.options if option.kind != "index"}
    arrays: dict[str, Node] = {}
    many: list[Node] = []
    values: dict[str, OptionValue] = {}
    free = list(operation.parameters)
    open_options = list(options.values())
    for arg in args:
        if free and free[0].variadic:
            many.append(arg)
        elif free:
            parameter = free.pop(0)
            if parameter.optional and open_options and _is_static(arg):
                raise _refused(
                    operation,
                    f"this argument could be '{parameter.name}' or '{open_options[0].name}'",
                    arg.offset,
                    hint=f"write {open_options[0].name}=... or {parameter.name}=...",
                )
            arrays[parameter.name] = arg
        elif open_options:
            option = open_options.pop(0)
            values[option.name] = _static(operation, option, arg)
        else:
            raise _refused(operation, "too many arguments", arg.offset)
    known = {parameter.name for parameter in parameters if not parameter.variadic}
    for word, arg in keywords.items():
        if word in known and word not in arrays:
            arrays[word] = arg
        elif word in options and word not in values:
            values[word] = _static(operation, options[word], arg)
        elif word in known or word in options:
            raise _refused(operation, f"'{word}' is given twice", arg.offset)
        else:
            raise _refused(
                operation, f"there is no setting '{word}'", arg.offset, _renamed(word, arg, options)
            )
    nodes: list[Node] = []
    left_out = ""
    for parameter in parameters:
        if parameter.variadic:
            if not many and not parameter.optional:
                raise _refused(operation, f"'{parameter.name}' is missing", offset)
            nodes += many
        elif parameter.name in arrays:
            if left_out:
                raise _refused(
                    operation, f"'{parameter.name}' is given without '{left_out}'", offset
                )
            nodes.append(arrays[parameter.name])
        elif parameter.optional:
            left_out = left_out or parameter.name
        else:
            raise _refused(operation, f"'{parameter.name}' is missing", offset)
    for node in nodes:
        if isinstance(node, Name) and node.name in RESERVED:
            raise _refused(operation, f"'{node.name}' is not an array", node.offset)
    for option in operation.options:
        if option.required and option.name not in values:
            raise _refused(operation, f"'{option.name}' is missing", offset)
    return Call(operation, tuple(nodes), values, offset)


def _renamed(word: str, arg: Node, options: Mapping[str, Option]) -> str:
    """The setting that another library gives another name."""
    name = _ELSEWHERE.get(word, "")
    if name not in options:
        return ""
    value = _value(arg)
    return f"write {name}={'...' if isinstance(value, Node) else option_text(value)}"


def _refused(operation: Operation, message: str, offset: int, hint: str = "") -> LanguageError:
    return LanguageError(
        f"{operation.name}: {message}", offset, expected=signature(operation), hint=hint
    )


def _is_static(node: Node) -> bool:
    """Whether a node can only be meant as a setting."""
    return isinstance(node, Literal) or (isinstance(node, Name) and node.name in RESERVED)


def _static(operation: Operation, option: Option, node: Node) -> OptionValue:
    if option.kind == "name" and isinstance(node, Name) and node.name not in RESERVED:
        return node.name
    if option.kind == "point" and isinstance(node, Literal):
        return node.value
    value = _value(node)
    if option.kind == "integer":
        good = _is_integer(value)
    elif option.kind == "boolean":
        good = isinstance(value, bool)
    elif option.kind == "integers":
        value = value if isinstance(value, tuple) else (value,)
        good = all(map(_is_integer, value))
    elif option.kind == "spacing":
        several = value if isinstance(value, tuple) else (value,)
        good = (value is None and not option.required and option.default is None) or all(
            map(_is_integer, several)
        )
    elif option.kind == "size":
        value = _size(value)
        good = _is_size(value)
    elif option.kind == "sizes":
        value = tuple(map(_size, value if isinstance(value, tuple) else (value,)))
        good = all(map(_is_size, value))
    elif option.kind == "axis":
        good = value is None or (
            all(map(_is_integer, value)) if isinstance(value, tuple) else _is_integer(value)
        )
    elif option.kind == "point":
        good = isinstance(value, Infinity)
    else:
        good = False
    if not good:
        raise LanguageError(
            f"{operation.name}: '{option.name}' must be "
            f"{_EXPECTED.get(option.kind, 'left to its default')}",
            node.offset,
            expected=signature(operation),
        )
    return value


def _is_integer(value: OptionValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size(value: OptionValue) -> OptionValue:
    """A name is a letter that stands for a size."""
    return value.name if isinstance(value, Name) else value


def _is_size(value: OptionValue) -> bool:
    return isinstance(value, str) or _is_integer(value)


def _value(node: Node) -> OptionValue:
    """The static value that a node writes out; the node itself where it writes none."""
    if isinstance(node, Literal) and node.value.q == 1:
        return int(node.value.p)
    if isinstance(node, Name) and node.name in RESERVED:
        return _WORDS[node.name]
    if isinstance(node, Call) and node.operation.name == "stack" and not any(node.options.values()):
        return tuple(_value(arg) for arg in node.args)
    return node
