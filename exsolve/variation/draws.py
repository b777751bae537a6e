"""What is drawn, read: ranges, choices, orders. What is wrong with them is noted."""

from __future__ import annotations

from math import prod

from flint import fmpq

from exsolve import limits
from exsolve.authoring.reading import Reading
from exsolve.authoring.variation_plan import ChoiceDraw, Draw, Drawn, RangeDraw, ShuffleDraw
from exsolve.errors import Position
from exsolve.evaluate import Array
from exsolve.exact.writing import to_tree
from exsolve.expression.printer import show
from exsolve.expression.tree import names
from exsolve.ops import OPERATIONS
from exsolve.ops.shapes import describe
from exsolve.spec.fields import DataValue, Source
from exsolve.spec.report import plural
from exsolve.spec.variation import Draw as Written


def read_draw(
    name: str, written: Written, reading: Reading, given: Array | None = None
) -> Draw | None:
    """The values to draw from; None (and a problem) where they cannot be read.

    ``given`` is the value in whose place they come, where the draw is one of a given.
    """
    reader = _Reader(name, written, reading, given)
    if written.sort == "from":
        return reader.range()
    return reader.choice() if written.sort == "choose" else reader.shuffle()


def cell_text(cell: object) -> str:
    """An exact number in the language, as it can be read again."""
    return str(cell) if isinstance(cell, fmpq) else show(to_tree(cell, OPERATIONS))


class _Reader:
    def __init__(self, name: str, written: Written, reading: Reading, given: Array | None) -> None:
        self.name = name
        self.written = written
        self.reading = reading
        self.given = given

    def sizes(self) -> tuple[int, ...] | None:
        """The sizes that are said, or those of the given; None (and a problem) if too large."""
        sizes = self.written.sizes
        if sizes is None:
            sizes = () if self.given is None else tuple(self.given.shape)
        if prod(sizes) <= limits.VARIATION_CELLS:
            return sizes
        self.reading.refuse(
            f"{self.name} has too many cells to draw",
            self.written.position,
            expected=f"at most {limits.VARIATION_CELLS:,}",
            found=f"{prod(sizes):,}",
        )
        return None

    def number(self, source: Source | None) -> fmpq | None:
        """A rational number without names."""
        if source is None:
            return None
        value = self.value(DataValue((), source))
        if value is None:
            return None
        if not value.shape and isinstance(value[()], fmpq):
            return value[()]
        self.reading.refuse(
            f"{self.name} is drawn between rational numbers",
            source,
            expected="a whole number, a fraction or a decimal",
            found=source.text,
        )
        return None

    def value(self, data: DataValue) -> Array | None:
        """Numbers without names."""
        named = False
        for source in data.flat():
            node = self.reading.parse(source)
            used = [name for name in names(node) if name != "pi"] if node is not None else []
            if used:
                self.reading.refuse(
                    f"{self.name} is drawn from {source.text}, which is no number",
                    source,
                    expected="numbers",
                    found=used[0],
                    hint=f"write conditions on {self.name} under where, words under words",
                )
            named = named or node is None or bool(used)
        return None if named else self.reading.array(self.name, data)

    def range(self) -> RangeDraw | None:
        written, reading = self.written, self.reading
        assert written.start is not None
        assert written.end is not None
        known = len(reading.problems)
        ends = [self.number(source) for source in (written.start, written.end)]
        step = fmpq(1) if written.step is None else self.number(written.step)
        without = [self.number(source) for source in written.without]
        sizes = self.sizes()
        start, end = ends
        if start is None or end is None or step is None or sizes is None:
            return None
        if end < start:
            reading.refuse(
                f"the range of {self.name} is empty",
                written.end,
                expected=f"at least {written.start.text}, where it begins",
                found=written.end.text,
                hint=f"write {{from: {written.end.text}, to: {written.start.text}}}",
            )
            return None
        if step <= 0:
            assert written.step is not None
            reading.refuse(
                f"the range of {self.name} has a step of {step}",
                written.step,
                expected="a number above 0",
                found=written.step.text,
            )
            return None
        steps = (end - start) / step
        if steps.q != 1:
            reading.refuse(
                f"the range of {self.name} does not end at {written.end.text}",
                written.end,
                expected=f"{written.start.text} and whole steps of {step}",
                found=written.end.text,
                hint="say the `step`" if written.step is None else "",
            )
        elif steps >= limits.VARIATION_VALUES:
            reading.refuse(
                f"the range of {self.name} has too many values",
                written.end,
                expected=f"at most {limits.VARIATION_VALUES:,}",
                found=f"{int(steps.p) + 1:,}",
            )
        places: set[int] = set()
        for value, source in zip(without, written.without, strict=True):
            if value is None:
                continue
            place = (value - start) / step
            if place.q != 1 or not 0 <= place <= steps:
                reading.refuse(
                    f"{source.text} is not in the range of {self.name}",
                    source,
                    expected="a value of the range",
                    found=source.text,
                    hint="leave it out",
                )
            places.add(int(place.p))
        if len(reading.problems) > known:
            return None
        count = int(steps.p) + 1
        if len(places) == count:
            reading.refuse(
                f"nothing is left of the range of {self.name}", written.without[0],
                expected="a value that is not left out",
            )  # fmt: skip
            return None
        texts = [written.start.text, written.end.text, written.step.text if written.step else ""]
        digits = [len(text.partition(".")[2]) for text in texts if "." in text]
        decimals = max(digits) if digits else None
        return RangeDraw(start, step, count, tuple(sorted(places)), decimals, sizes)

    def choice(self) -> ChoiceDraw | None:
        known = len(self.reading.problems)
        if len(self.written.choose) > limits.VARIATION_CELLS:
            self.reading.refuse(
                f"{self.name} has too many values to choose from",
                self.written.position,
                expected=f"at most {limits.VARIATION_CELLS:,}",
                found=f"{len(self.written.choose):,}",
            )
            return None
        read: list[Drawn] = []
        first: dict[str, Source] = {}
        for data in self.written.choose:
            value = self.value(data)
            if value is None:
                continue
            read.append(spelled(value, data))
            key = str([cell_text(cell) for cell in value.flat])
            if key in first:
                self.reading.refuse(
                    f"{self.name} is chosen from the same value twice",
                    data.first,
                    expected="values that differ",
                    found=f"{data.first.text} and {first[key].text}",
                )
            first.setdefault(key, data.first)
        if len(self.reading.problems) > known:
            return None
        wanted = read[0].value.shape
        if self.given is not None and (wanted or self.written.sizes is not None):
            wanted = self.given.shape if self.written.sizes is None else ()
        other = [data for data, one in zip(self.written.choose, read, strict=True)
                 if one.value.shape != wanted]  # fmt: skip
        if other:
            self.reading.refuse(
                f"the choices of {self.name} do not have one shape",
                other[0].first,
                expected=describe(wanted),
                found=describe(other[0].shape),
            )
            return None
        sizes = self.sizes()
        per_cell = self.written.sizes is not None or (self.given is not None and not wanted)
        return None if sizes is None else ChoiceDraw(tuple(read), sizes if per_cell else None)

    def shuffle(self) -> ShuffleDraw | None:
        shuffled = self.written.shuffle
        if isinstance(shuffled, DataValue):
            value = self.value(shuffled)
            if value is None:
                return None
            drawn, axis = spelled(value, shuffled), 0
            place: Source | Position = shuffled.first
        else:
            place = self.written.position
            axis = {"rows": 0, "columns": 1}.get(shuffled or "", -1)
            if self.given is None or self.given.ndim <= max(axis, 0):
                self.reading.refuse(
                    f"{self.name} has no {shuffled} of its own",
                    place,
                    expected="a list of values" if self.given is None else "`cells`, or a value",
                    found=shuffled or "",
                )
                return None
            written = self.reading.exercise.givens[self.name].value
            drawn = spelled(self.given, written)
        items = drawn.value.size if axis < 0 else drawn.value.shape[axis] if drawn.value.ndim else 1
        if not 1 < items <= limits.VARIATION_CELLS:
            self.reading.refuse(
                f"{self.name} has {items} {plural(items, 'value')} to put in order",
                place,
                expected=f"2 to {limits.VARIATION_CELLS:,}",
                found=str(items),
            )
            return None
        return ShuffleDraw(drawn, None if axis < 0 else axis)


def spelled(value: Array, data: DataValue) -> Drawn:
    """An array as its cells are written; of one formula for all, as they are computed."""
    sources = [source.text.strip() for source in data.flat()]
    if len(sources) != value.size or value.shape != data.shape:
        sources = [cell_text(cell) for cell in value.flat]
    return Drawn(value, tuple(sources))
