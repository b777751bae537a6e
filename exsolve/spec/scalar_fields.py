"""Field types of one text each: what may be written, how it is read, how a schema says it.

A field reads a node into frozen Python data. What is wrong goes into the report, and the answer is
then None. ``spec.fields`` has the fields that are made of other fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from typing import Any, ClassVar, NamedTuple

from exsolve import limits
from exsolve.spec.nodes import Mapping, Node, Refused, Scalar, Sequence, Source
from exsolve.spec.report import Report, listing, quote, suggestion

Schema = dict[str, Any]

GREEK = "\u0391-\u03a9\u03b1-\u03c9"
QUANTITY = rf"[A-Za-z{GREEK}][A-Za-z0-9_{GREEK}]*"
"""The pattern of the names of quantities."""
RESERVED = ("true", "false", "none", "pi", "infinity")

_NULLS = frozenset(("null", "Null", "NULL", "~"))


class Field:
    """A kind of value. ``noun`` is what messages call one value, ``nouns`` several."""

    noun: ClassVar[str] = "a value"
    nouns: ClassVar[str] = "values"
    doc: ClassVar[str] = ""

    def read(self, node: Node, report: Report) -> Any:
        """The value; None (and something in the report) where there is none."""
        raise NotImplementedError

    def salvage(self, node: Node) -> Any:
        """What is sound in a value that ``read`` has refused, or None; reports nothing."""
        return self.read(node, Report())

    def schema(self) -> Schema:
        """The field in JSON Schema, draft 2020-12."""
        raise NotImplementedError

    def typed(self, *types: str) -> Schema:
        """The beginning of a schema: the types, and what an editor says of other ones."""
        type_or_types = types[0] if len(types) == 1 else list(types)
        return {"type": type_or_types, "errorMessage": f"This must be {self.expected()}."}

    def expected(self) -> str:
        """What messages say was expected."""
        return self.noun

    def expected_several(self) -> str:
        """What a list of these is called."""
        return self.nouns

    def written(self) -> str:
        """What may be written, as the reference of all fields says it."""
        return self.expected()

    def written_several(self) -> str:
        """What a list of these is called in the reference."""
        return self.expected_several()

    def inside(self) -> FieldSpecs:
        """The fields that stand inside a value of this one, or inside each of its items."""
        return {}


class FieldSpec(NamedTuple):
    """A field of a record: what it holds, and what it is when it is not written.

    ``example`` is a value as it stands in a file, behind the name and a colon.
    """

    field: Field
    doc: str = ""
    required: bool = False
    default: Any = None
    example: str = ""


def refuse(field: Field, node: Node, report: Report, hint: str = "") -> None:
    """Report that something else stands where the field's value is expected."""
    if not isinstance(node, Refused):
        report.add(
            f"this must be {field.expected()}",
            node.position,
            found=node.describe(),
            hint=hint,
        )


def read_text(field: Field, node: Node, report: Report) -> Scalar | None:
    """The scalar, unless something else or nothing stands there."""
    if not isinstance(node, Scalar):
        refuse(field, node, report, without_brackets(field, node))
        return None
    if not node.text.strip():
        refuse(field, node, report)
        return None
    if node.style == "plain" and node.text in _NULLS:
        refuse(field, node, report, "leave the field out, or put the text in quotes")
        return None
    return node


def without_brackets(field: Field, node: Node) -> str:
    """What to do about a list or mapping in brackets where a text belongs."""
    only = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else None
    if isinstance(only, Scalar) and 0 < len(only.text) < 40 and field.salvage(only) is not None:
        return f"write {only.text}"
    if isinstance(node, (Mapping, Sequence)) and node.in_brackets:
        return "put text that begins with a bracket in quotes"
    return ""


class Text(Field):
    """Text as it is: one line, or Markdown with ``lines=True``."""

    noun = "a text"
    nouns = "texts"
    doc = "Text; put it in single quotes when it holds `: ` or ` #`."

    def __init__(self, lines: bool = False) -> None:
        self.lines = lines

    def expected(self) -> str:
        return "a text" if self.lines else "a text of one line"

    def read(self, node: Node, report: Report) -> Source | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        text = scalar.text.rstrip()
        if "\n" in text and not self.lines:
            report.add(
                "a text of several lines",
                scalar.locate(text.index("\n") + 1),
                expected="one line",
                found=scalar.describe(),
            )
            return None
        return Source(text, scalar)

    def schema(self) -> Schema:
        return self.typed("string", "number", "boolean")


class Identifier(Field):
    """A text of a given pattern, a quantity's name by default."""

    noun = "a name"
    nouns = "names"
    doc = "A name."

    def __init__(self, pattern: str = QUANTITY, described: str = "", several: str = "") -> None:
        self.pattern = pattern
        self.described = described or "letters, digits and _, beginning with a letter"
        self.several = several or self.nouns

    def expected_several(self) -> str:
        return self.several

    def written(self) -> str:
        return self.noun if self.pattern == QUANTITY else self.described

    def read(self, node: Node, report: Report) -> Source | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        text = scalar.text
        wrong = self.wrong(text)
        if wrong:
            report.add(
                f"{quote(text)} is not a name that can be used here",
                scalar.position,
                expected=wrong,
                found=quote(text),
            )
            return None
        return Source(text, scalar)

    def wrong(self, text: str) -> str:
        """What the name should be, where it is not; empty where it is."""
        if len(text) > limits.NAME_LENGTH:
            return f"at most {limits.NAME_LENGTH} characters"
        return "" if re.fullmatch(self.pattern, text) else self.described

    def schema(self) -> Schema:
        also_numbers = re.fullmatch(self.pattern, "12")
        return {
            **(self.typed("string", "integer") if also_numbers else self.typed("string")),
            **({"minimum": 0} if also_numbers else {}),
            "pattern": f"^(?:{self.pattern})$",
            "patternErrorMessage": f"Expected {self.described}.",
            "maxLength": limits.NAME_LENGTH,
        }


class Name(Identifier):
    """The name of a quantity that the author defines or asks for."""

    doc = "The name of a quantity: letters (Latin, Greek), digits and _."

    def wrong(self, text: str) -> str:
        if text in RESERVED:
            return f"a name other than {listing(RESERVED)}"
        return super().wrong(text)

    def schema(self) -> Schema:
        return super().schema() | {"not": {"enum": list(RESERVED)}}


class Integer(Field):
    """A whole number between bounds (included), in plain decimal digits."""

    noun = "a whole number"
    nouns = "whole numbers"
    doc = "A whole number."

    def __init__(self, minimum: int | None = None, maximum: int | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def expected(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f"a whole number from {self.minimum} to {self.maximum}"
        if self.minimum is not None:
            return f"a whole number of at least {self.minimum}"
        if self.maximum is not None:
            return f"a whole number of at most {self.maximum}"
        return self.noun

    def read(self, node: Node, report: Report) -> int | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        text = scalar.text
        if scalar.style != "plain" or not re.fullmatch("(?:0|-?[1-9][0-9]{0,17})", text):
            refuse(self, scalar, report, self._hint(text))
            return None
        value = int(text)
        low = self.minimum is not None and value < self.minimum
        if low or (self.maximum is not None and value > self.maximum):
            refuse(self, scalar, report)
            return None
        return value

    @staticmethod
    def _hint(text: str) -> str:
        plain = text.replace("_", "").replace("−", "-").lstrip("+")
        meant = re.fullmatch(r"(-?)0*([0-9]{1,18})(?:\.0*)?", plain)
        return f"write {int(meant.group(1) + meant.group(2))}" if meant else ""

    def schema(self) -> Schema:
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return self.typed("integer") | {k: v for k, v in bounds.items() if v is not None}


class Points(Field):
    """Marks: a number from 0 on with at most two decimals.

    Read as int where it is whole, else as float; a sum rounded to two decimals is the exact sum.
    """

    noun = "a number of points such as 2 or 0.5"
    nouns = "numbers of points"
    doc = "Marks: at least 0, at most two decimals."

    def read(self, node: Node, report: Report) -> int | float | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        if scalar.style != "plain" or not re.fullmatch(
            r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,2})?", scalar.text
        ):
            refuse(self, scalar, report)
            return None
        value = float(scalar.text)
        return int(value) if value == int(value) else value

    def schema(self) -> Schema:
        return self.typed("number") | {"minimum": 0, "exclusiveMaximum": 10_000}


class Boolean(Field):
    """``true`` or ``false``, and no other spelling of them."""

    noun = "true or false"
    nouns = "true or false"
    doc = "`true` or `false`."

    def read(self, node: Node, report: Report) -> bool | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        if scalar.style == "plain" and scalar.text in ("true", "false"):
            return scalar.text == "true"
        folded = scalar.text.casefold()
        hint = ""
        if folded in ("yes", "on", "y", "true", "1"):
            hint = "write true"
        elif folded in ("no", "off", "n", "false", "0"):
            hint = "write false"
        refuse(self, scalar, report, hint)
        return None

    def schema(self) -> Schema:
        return self.typed("boolean")


class Choice(Field):
    """One of a few words; ``meant`` are other words for them, which messages translate."""

    doc = "One of a few words."

    def __init__(self, *choices: str, meant: MappingType[str, str] | None = None) -> None:
        self.choices = choices
        self.meant = meant or {}

    def expected(self) -> str:
        return listing(self.choices)

    def expected_several(self) -> str:
        return f"words out of {listing(self.choices, 'and')}"

    def read(self, node: Node, report: Report) -> Source | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        if scalar.text not in self.choices:
            other = self.meant.get(scalar.text.casefold())
            hint = f"write {other}" if other else suggestion(scalar.text, self.choices)
            refuse(self, scalar, report, hint)
            return None
        return Source(scalar.text, scalar)

    def schema(self) -> Schema:
        return {"enum": list(self.choices)}


class Formula(Field):
    """A text in the expression language, which a later stage parses."""

    noun = "a formula"
    nouns = "formulas"
    doc = "A formula or number of the expression language."

    def read(self, node: Node, report: Report) -> Source | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        text = scalar.text.rstrip()
        if len(text) > limits.TEXT_LENGTH:
            report.add(
                "the formula is too long",
                scalar.position,
                expected=f"at most {limits.TEXT_LENGTH:,} characters",
                found=f"{len(text):,}",
            )
            return None
        if scalar.style == "plain" and text.count("(") > text.count(")") and scalar.cut_by_comma:
            report.add(
                f"the comma behind {quote(text)} ends this item of the list",
                scalar.position,
                found=quote(text),
                hint="put a formula with a comma in quotes: 'zeros(2, 3)'",
            )
            return None
        return Source(text, scalar)

    def schema(self) -> Schema:
        return self.typed("string", "number")


def described(name: str, spec: FieldSpec) -> Schema:
    """The schema of a field of a record: what an editor shows of it, and its default.

    The example is said and no ``examples``, which editors would put in with the field's name.
    """
    doc = spec.doc or spec.field.doc
    example = f"\n\nExample: `{name}: {spec.example}`" if spec.example else ""
    written = spec.field.written()
    schema: Schema = {
        "title": written[0].upper() + written[1:],
        "description": doc,
        "markdownDescription": doc + example,
        **spec.field.schema(),
    }
    if isinstance(spec.default, (str, int, float, bool)) and spec.default != "":
        schema["default"] = spec.default
    return schema


FieldSpecs = MappingType[str, FieldSpec]
