"""Message passing: hand-computed values, a second implementation in fractions, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import NamedTuple

import pytest
from solved import fractions, problems, refused_at_mark, solve, steps

import exsolve
from exsolve.expression.printer import show
from exsolve.kinds import gnn

F = Fraction
Vector = list[Fraction]


def test_shipped_exercise_has_the_values_computed_by_hand() -> None:
    solution = exsolve.load("gnn-update").solve()
    found = steps(solution)
    points = {part.id: part.points for part in solution.parts}
    assert (points["2"], points["3"], points["5"]) == (5, 3, 2)
    assert fractions(found["messages"]) == [[-2, 2], [0, -2], [2, 0]]
    assert found["messages"].rows == ("from 2", "from 3", "from 4")
    # 0.6*(-2) + 0.2*0 + 0.2*2 and 0.6*2 + 0.2*(-2) + 0.2*0
    assert fractions(found["agg"]) == [F(-4, 5), F(4, 5)]
    # W h_1 = 1 - 1 = 0
    assert fractions(found["h_1_next"]) == [0, F(4, 5)]
    assert fractions(found["edges"]) == 12
    assert found["edges"].formula is not None
    assert show(found["edges"].formula).replace(" ", "") == "n*(n-1)"
    assert found["agg"].formula is not None
    assert show(found["agg"].formula).replace(" ", "") == "[0.6,0.2,0.2]@messages"


def exercise(
    *fields: str, answers: str, update: str = "update: agg", givens: Sequence[str] = ()
) -> str:
    states = givens or ("h_1: [1, -1]", "h_2: [-1, 1]", "h_3: [0, -1]")
    lines = [
        "id: test-gnn", "title: Test", "kind: gnn", *fields, update,
        "givens:", *(f"  {given}" for given in states),
        "parts:", f"  - {{id: a, ask: Compute., answers: [{answers}]}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


# --- a second implementation: dictionaries of fractions, all updates from a copy of the states


class Message(NamedTuple):
    text: str
    value: Callable[[Vector, Vector], Vector]


class Update(NamedTuple):
    text: str
    value: Callable[[Vector, Vector], Vector]


M = [[F(1), F(-1)], [F(1, 2), F(2)]]


def product(matrix: list[Vector], vector: Vector) -> Vector:
    return [sum((a * b for a, b in zip(row, vector, strict=True)), F(0)) for row in matrix]


def each(function: Callable[..., Fraction], *vectors: Vector) -> Vector:
    return [function(*cells) for cells in zip(*vectors, strict=True)]


MESSAGES = [
    Message("2*h", lambda h, to: each(lambda a: 2 * a, h)),
    Message("h - h_to", lambda h, to: each(lambda a, b: a - b, h, to)),
    Message("h*h_to/3", lambda h, to: each(lambda a, b: a * b / 3, h, to)),
    Message("M @ h", lambda h, to: product(M, h)),
    Message("max(h, h_to)", lambda h, to: each(max, h, to)),
]
UPDATES = [
    Update("h + agg/2", lambda h, agg: each(lambda a, b: a + b / 2, h, agg)),
    Update("M @ h + max(agg, 0)", lambda h, agg: each(
        lambda a, b: a + max(b, F(0)), product(M, h), agg
    )),
    Update("agg - h/3", lambda h, agg: each(lambda a, b: b - a / 3, h, agg)),
]  # fmt: skip


def aggregated(kind: str, rows: list[Vector], weights: Vector) -> Vector:
    if not rows:
        return [F(0), F(0)]
    columns = [[row[i] for row in rows] for i in range(2)]
    if kind == "max":
        return [max(column) for column in columns]
    if kind == "mean":
        return [sum(column, F(0)) / len(column) for column in columns]
    if kind == "weights":
        return [
            sum((a * b for a, b in zip(weights, column, strict=True)), F(0)) for column in columns
        ]
    return [sum(column, F(0)) for column in columns]


def passed(
    states: Mapping[str, Vector],
    edges: Mapping[tuple[str, str], Message],
    kind: str,
    weights: Mapping[str, Vector],
    update: Update,
    updated: Sequence[str],
) -> dict[str, Vector]:
    """The states after one step."""
    after = dict(states)
    for vertex in updated:
        rows = [
            message.value(states[sender], states[vertex])
            for (sender, receiver), message in edges.items()
            if receiver == vertex
        ]
        gathered = aggregated(kind, rows, weights.get(vertex, []))
        after[vertex] = update.value(states[vertex], gathered)
    return after


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_against_the_second_implementation(seed: int) -> None:
    random = Random(seed)

    def number() -> Fraction:
        return F(random.randint(-4, 4), random.randint(1, 3))

    vertices = [str(one + 1) for one in range(random.randint(2, 5))]
    states = {vertex: [number(), number()] for vertex in vertices}
    default = random.choice(MESSAGES)
    edges: dict[tuple[str, str], Message] = {}
    written: list[str] = []
    for sender in vertices:
        for receiver in vertices:
            if random.random() < 0.5:
                own = random.random() < 0.3
                message = random.choice(MESSAGES) if own else default
                edges[sender, receiver] = message
                edge = f"{sender} -> {receiver}"
                written.append(f"{{edge: {edge}, message: '{message.text}'}}" if own else edge)
    if not edges:
        edges["1", "2"] = default
        written.append("1 -> 2")
    kind = ("sum", "mean", "max", "weights")[seed % 4]
    updated = random.sample(vertices, random.randint(1, len(vertices)))
    count = random.randint(1, 3)
    degree = {v: sum(receiver == v for _, receiver in edges) for v in updated}
    weights = {v: [number() for _ in range(degree[v])] for v in updated if degree[v]}
    if not weights and kind == "weights":
        kind = "sum"
    update = random.choice(UPDATES)
    naming = [f"h_{v}_t{count}" if count > 1 else f"h_{v}_next" for v in updated]
    listed = ", ".join(f"h_{v}: [{', '.join(map(str, own))}]" for v, own in weights.items())
    text = exercise(
        f"edges: [{', '.join(written)}]",
        f"message: {default.text}",
        f"aggregate: {kind}",
        *([f"weights: {{{listed}}}"] if kind == "weights" else []),
        f"update_vertices: [{', '.join(updated)}]",
        "isolated: zero",
        "self_loops: true",
        f"steps: {count}",
        update=f"update: {update.text}",
        givens=[
            *(f"h_{v}: [{state[0]}, {state[1]}]" for v, state in states.items()),
            f"M: [{', '.join(f'[{row[0]}, {row[1]}]' for row in M)}]",
        ],
        answers=", ".join(naming),
    )
    found = steps(solve(text))
    for _ in range(count):
        states = passed(states, edges, kind, weights, update, updated)
    for vertex, name in zip(updated, naming, strict=True):
        assert fractions(found[name]) == states[vertex], name


def test_all_vertices_are_updated_from_one_snapshot() -> None:
    """1 and 2 exchange their states; in sequence both would end with the same one."""
    text = exercise("edges: [1 -> 2, 2 -> 1]", "message: h", "steps: 3", answers="h_1_t3, h_2_t3",
                    givens=["h_1: [1, 2]", "h_2: [3, 4]"])  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["h_1_t3"]) == [3, 4]
    assert fractions(found["h_2_t3"]) == [1, 2]


# --- names, forms, isolated vertices


def test_names_of_several_vertices_in_one_step() -> None:
    text = exercise(
        "edges: [2 -> 1, 3 -> 1, 1 -> 2]", "message: h", "update_vertices: [1, 2]",
        answers="messages_1, agg_1, h_1_next, messages_2, agg_2, h_2_next",
    )  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["messages_1"]) == [[-1, 1], [0, -1]]
    assert fractions(found["h_1_next"]) == fractions(found["agg_1"]) == [-1, 0]
    assert fractions(found["messages_2"]) == [[1, -1]]


def test_names_of_one_vertex_in_several_steps() -> None:
    text = exercise(
        "edges: [2 -> 1]", "message: h + h_to", "update_vertices: [1]", "steps: 2",
        answers="messages_t1, agg_t1, h_1_t1, messages_t2, agg_t2, h_1_t2",
    )  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["messages_t1"]) == [[0, 0]]
    assert fractions(found["h_1_t1"]) == [0, 0]
    # vertex 2 is not updated: it sends its given state again
    assert fractions(found["messages_t2"]) == [[-1, 1]]
    assert fractions(found["h_1_t2"]) == [-1, 1]


def test_states_may_be_numbers_and_vertices_have_letters() -> None:
    text = exercise(
        "edges: [b -> a, c -> a]", "message: h^2", "aggregate: mean", "update_vertices: [a]",
        givens=["h_a: 1", "h_b: 2", "h_c: -3"], update="update: h - agg", answers="h_a_next",
    )  # fmt: skip
    assert fractions(steps(solve(text))["h_a_next"]) == F(1) - F(13, 2)


def test_weights_may_be_a_given() -> None:
    text = exercise(
        "edges: [2 -> 1, 3 -> 1]", "message: h", "aggregate: weights", "weights: a",
        "update_vertices: [1]", answers="agg",
        givens=["a: [1/3, 2]", "h_1: [0, 0]", "h_2: [3, 6]", "h_3: [1, 1]"],
    )  # fmt: skip
    assert fractions(steps(solve(text))["agg"]) == [3, 4]


def test_messages_may_have_another_size_than_the_states() -> None:
    text = exercise(
        "edges: [2 -> 1]", "message: P @ h", update="update: agg[0]*h + agg[2]",
        answers="agg_2, h_1_next, h_2_next",
        givens=["h_1: [1, 2]", "h_2: [3, 4]", "P: [[1, 0], [0, 1], [1, 1]]"],
    )  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["h_1_next"]) == [3 * 1 + 7, 3 * 2 + 7]
    assert fractions(found["agg_2"]) == [0, 0, 0]
    assert fractions(found["h_2_next"]) == [0, 0]


@pytest.mark.parametrize(
    ("aggregate", "isolated", "after"),
    [
        ("sum", "", [5, 5]),
        ("mean", "zero", [5, 5]),
        ("max", "zero", [5, 5]),
        ("max", "keep", [1, -1]),
    ],
)
def test_a_vertex_that_no_message_reaches(aggregate: str, isolated: str, after: list[int]) -> None:
    text = exercise(
        "edges: [1 -> 2, 1 -> 3]", "message: h", f"aggregate: {aggregate}",
        *([f"isolated: {isolated}"] if isolated else []),
        update="update: agg + 5", answers="h_1_next, h_2_next",
    )  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["h_1_next"]) == after
    assert fractions(found["h_2_next"]) == [6, 4]


def test_author_definitions_can_be_used() -> None:
    text = exercise(
        "edges: [2 -> 1]", "message: c*h", "update_vertices: [1]",
        "define: {c: 'h_1[0] + 1'}", answers="c, agg",
    )  # fmt: skip
    assert fractions(steps(solve(text))["agg"]) == [-2, 2]


def test_the_starter_runs() -> None:
    found = steps(solve(gnn.STARTER))
    # t1: agg_1 = 2*h_2 + 2*h_3 = [-2, 0], h_1 = [1, 0]; h_2 = [-1, 0] + [2, 0]; h_3: -h_2 = [1, -1]
    assert fractions(found["agg_1_t1"]) == [-2, 0]
    assert fractions(found["h_1_t1"]) == [1, 0]
    assert fractions(found["h_2_t1"]) == [1, 0]
    assert fractions(found["h_3_t1"]) == [1, -1]
    assert fractions(found["h_1_t2"]) == [5, 1]


# --- refusals; § marks the place where the problem must be found


@pytest.mark.parametrize(
    ("fields", "update", "message"),
    [
        (["edges: [2 -> 1, §7 -> 1]"], "agg", "the edge 7 -> 1: there is no vertex 7"),
        (["edges: [2 -> 1, §2 -> 2]"], "agg", "leads from a vertex to itself"),
        (["edges: [2 -> 1, 3 -> 1, §2 -> 1]"], "agg", "the edge 2 -> 1 stands twice"),
        (["edges: [§2 - 1]"], "agg", "is not a name that can be used here"),
        (["edges: [2 -> 1, {edge: 3 -> 1, message: 2*§}]"], "agg", "ends after"),
        (["edges: [2 -> 1]", "update_vertices: [§9]"], "agg", "there is no vertex 9"),
        (["edges: [2 -> 1]", "update_vertices: [1, §1]"], "agg", "the vertex 1 stands twice"),
        (["edges: [2 -> 1]", "§weights: [1]"], "agg", "they are not used"),
        (
            ["edges: [2 -> 1, 1 -> 2, 1 -> 3]", "§aggregate: weights"],
            "agg",
            "the weights are missing",
        ),
        (["edges: [2 -> 1]", "§aggregate: mean"], "agg", "reaches the vertices 2, 3"),
        (["edges: [2 -> 1]", "update_vertices: [2]", "§aggregate: max"], "agg", "reaches vertex 2"),
        (["edges: [2 -> 1]", "§steps: 2000"], "agg", "2000 steps of 1 edges and 3 vertices"),
        (["edges: [2 -> 1]"], "agg §+ [1, 2, 3]", "update: the shapes"),
        (["edges: [2 -> 1]", "steps: 2"], "§sum(agg)", "the new state has another shape"),
        (["edges: [2 -> 1]"], "agg + §k", "update: 'k' is not defined"),
        (["edges: [2 -> 1]"], "agg + §h_to", "update: 'h_to' is not defined"),
    ],
)
def test_refusals(fields: list[str], update: str, message: str) -> None:
    text = exercise("message: h", *fields, update=f"update: {update}", answers="h_1_next")
    assert message in refused_at_mark(text).message


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("§weights: [1]", "2 messages reach vertex 1"),
        ("weights: §w", "weights: w is not given"),
        ("§weights: h_1_long", "2 messages reach vertex 1"),
        ("weights: {h_1: [1, 2], §h_2: [1]}", "h_2 is not the state of an updated vertex"),
        ("weights: {§h_1: [1, 2, 3]}", "2 messages reach vertex 1"),
        ("weights: [1, §q]", "'q' is not defined"),
        ("§weights: [1, 2/0]", "division by zero"),
        ("weights: [1, §h_1]", "weights: each is a number"),
        ("weights: [§[1, 2], 3]", "this must be a formula"),
    ],
)
def test_weights_that_do_not_match_the_messages(weights: str, message: str) -> None:
    text = exercise(
        "edges: [2 -> 1, 3 -> 1]", "message: h", "aggregate: weights", weights,
        "update_vertices: [1]", answers="agg",
        givens=["h_1: [1, 1]", "h_2: [1, 1]", "h_3: [1, 1]", "h_1_long: [1, 2, 3]"],
    )  # fmt: skip
    assert message in refused_at_mark(text).message


def test_what_is_wrong_with_the_message_of_all_edges_is_said_once() -> None:
    text = exercise("edges: [2 -> 1, 3 -> 1, 1 -> 2]", "message: 2*§agg", answers="agg_1")
    problem = refused_at_mark(text)
    assert "message: 'agg' is not defined" in problem.message
    assert "h_to" in problem.expected


def test_an_edge_without_message() -> None:
    problem = refused_at_mark(exercise("edges: [§2 -> 1]", answers="agg"))
    assert "the edge 2 -> 1 has no message" in problem.message


def test_a_message_that_does_not_fit_stands_where_it_is_written() -> None:
    text = exercise(
        "edges: [2 -> 1, {edge: 3 -> 1, message: 'M §@ h'}]", "message: h", answers="agg_1",
        givens=["h_1: [1, 1]", "h_2: [1, 1]", "h_3: [1, 1]", "M: [[1, 2, 3]]"],
    )  # fmt: skip
    assert "message: the inner sizes" in refused_at_mark(text).message


def test_messages_to_one_vertex_have_one_shape() -> None:
    text = exercise(
        "edges: [2 -> 1, {edge: 3 -> 1, message: §sum(h)}]", "message: h", answers="agg_1"
    )
    problem = refused_at_mark(text)
    assert "along 2 -> 1 and 3 -> 1 differ in shape" in problem.message
    assert (problem.expected, problem.found) == ("(2,)", "a number")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("§h_4: [1, 2, 3]", "the states h_4 and h_1 are not of one size"),
        ("§h_4: [[1, 2], [3, 4]]", "the state h_4 has 2 dimensions"),
        ("§h: [1, 2]", "'h' cannot be the name"),
        ("§h_to: [1, 2]", "'h_to' cannot be the name"),
        ("§agg: [1, 2]", "'agg' cannot be the name"),
    ],
)
def test_states_and_names_that_do_not_go_together(given: str, message: str) -> None:
    text = exercise(
        "edges: [2 -> 1]", "message: h", answers="agg_1",
        givens=["h_1: [1, 1]", "h_2: [1, 1]", given],
    )  # fmt: skip
    assert message in refused_at_mark(text).message


def test_every_refusal_at_once() -> None:
    text = exercise(
        "edges: [2 -> 2, 7 -> 1, 2 -> 1, 2 -> 1]", "message: h +",
        update="update: agg + k", givens=["h_1: [1, 1]", "h_2: [1, 2, 3]", "h_3: 1/0"],
        answers="agg_1",
    )  # fmt: skip
    messages = [problem.message for problem in problems(text)]
    for part in (
        "to itself", "no vertex 7", "stands twice", "ends after", "'k' is not", "one size",
        "by zero",
    ):  # fmt: skip
        assert sum(part in message for message in messages) == 1, part
    assert len(messages) == 7


def test_a_state_that_cannot_be_read_is_still_a_vertex() -> None:
    problem = refused_at_mark(
        exercise("edges: [2 -> 1]", "message: h + 2*h_2", answers="agg_1",
                 givens=["h_1: [1, 1]", "h_2: 1§/0"])
    )  # fmt: skip
    assert "division by zero" in problem.message
