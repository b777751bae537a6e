"""Exercises on the shapes of networks, from YAML to the page."""

from __future__ import annotations

import cProfile
import subprocess
import sys

import pytest
from solved import only_problem, problems, solve, steps

from exsolve.expression.tree import Node
from exsolve.kinds import cnn_shapes
from exsolve.library import load, load_text
from exsolve.notation import written
from exsolve.render import text_of
from exsolve.solution import Solution, Step


def exercise(layers: list[str], answers: str, sizes: str = "N, 3, 64, 64", more: str = "") -> str:
    lines = "\n".join(f'  - "{layer}"' for layer in layers)
    return (
        f"id: network\ntitle: A network\nkind: cnn-shapes\ninput: [{sizes}]\nlayers:\n{lines}\n"
        f"{more}parts:\n  - {{id: a, ask: What?, answers: [{answers}]}}\n"
    )


def exact(step: Step) -> list[str]:
    """The cells as text of the language."""
    return [written(cell.exact, "text") for cell in step.value.cells]


def values(solution: Solution) -> dict[str, list[str]]:
    return {name: exact(step) for name, step in steps(solution).items()}


def test_the_exercise_of_the_sheet() -> None:
    solution = load("cnn-shapes").solve()
    found = values(solution)
    # Worked by hand from (n - f + 2p)/s + 1 and out*in*k*k + out.
    assert [found[f"shape_{k}"] for k in range(1, 9)] == [
        ["N", "16", "64", "64"],
        ["N", "16", "32", "32"],
        ["N", "32", "30", "30"],
        ["N", "32", "16", "16"],
        ["N", "8", "16", "16"],
        ["N", "4", "12", "12"],
        ["N", "576"],
        ["N", "10"],
    ]
    assert [found[f"params_{k}"] for k in range(1, 9)] == [
        [str(n)]
        for n in (16 * 27 + 16, 0, 32 * 144 + 32, 0, 8 * 32 + 8, 4 * 200 + 4, 0, 576 * 10 + 10)
    ]
    flat = {1: (12288, 65536), 3: (16384, 28800), 5: (8192, 2048), 6: (2048, 576)}
    for number, (before, after) in flat.items():
        assert found[f"fc_params_{number}"] == [str(before * after + after)]
    assert [part.answers for part in solution.parts] == [
        tuple(f"shape_{k}" for k in range(1, 9)),
        (*(f"params_{k}" for k in range(1, 9)), *(f"fc_params_{k}" for k in flat)),
    ]


def test_the_page_shows_tables_in_place_of_their_steps() -> None:
    page = text_of(load("cnn-shapes").solve(), "plain")
    assert "  1  Conv2d(3, 16, 3, padding=1)        (N, 16, 64, 64)\n" in page
    assert "⌊(64 + 2·1 - 3) / 1⌋ + 1 = 64\n" in page.replace("−", "-")
    assert "16·3·3·3 + 16          448  805371904\n" in page
    assert "shape_1 =" not in page
    assert "params_1 =" not in page
    assert max(map(len, page.splitlines())) <= 80


def test_a_part_alone_shows_the_shapes_that_it_needs() -> None:
    (part,) = load("cnn-shapes").solve(["b"]).parts
    shapes, counts = part.tables
    assert shapes.columns == ("#", "layer", "output shape")
    assert counts.columns == ("#", "layer", "as a product", "parameters", "fc params")
    tabled = {*shapes.names, *counts.names}
    assert {step.name for step in part.steps} == tabled


def test_the_question_shows_the_layers() -> None:
    about = load("cnn-shapes").question().about
    assert "Input: `(N, 3, 64, 64)`" in about
    assert "8. `Linear(in_features=576, out_features=10)`" in about


def test_the_starter_runs() -> None:
    found = values(solve(cnn_shapes.STARTER))
    assert found["shape_8"] == ["N", "10"]
    # 6*25 + 6, 16*6*25 + 16, 10*400 + 10
    assert found["params_total"] == [str(156 + 2416 + 4010)]
    # r: 5, 6, 6 + 4*2 = 14, 14 + 2 = 16
    assert found["receptive_6"] == ["16"]


def test_rounding_is_said_in_the_row_and_in_the_note() -> None:
    text = exercise(["MaxPool2d(4, ceil_mode=True)", "MaxPool2d(5)"], "shape_2", "N, 3, 66, 66")
    solution = solve(text)
    assert values(solution)["shape_2"] == ["N", "3", "3", "3"]
    rows = solution.parts[0].tables[0].rows
    up = "(66 - 4)/4 = 15.5 is rounded up to 16, as PyTorch does"
    down = "(17 - 5)/5 = 2.4 is floored to 2, as PyTorch does"
    for row, remark in zip(rows[1:], (up, down), strict=True):
        said = [
            line.replace("−", "-").replace(" / ", "/")
            for line in row.lines
            if isinstance(line, str)
        ]
        assert said == [remark]
    note = steps(solution)["shape_2"].note
    assert down in note.replace("−", "-").replace(" / ", "/")


def test_sizes_with_symbols_are_written_with_one_fraction() -> None:
    layers = ["Conv2d(3, 8, 3, stride=2, padding=1)", "MaxPool2d(3, 2, 1, ceil_mode=True)"]
    solution = solve(exercise(layers, "shape_2", "N, 3, 112, H"))
    assert values(solution)["shape_2"] == ["N", "8", "29", "floor((H + 1) / 4) + 1"]
    shown = [
        written(line, "terminal")
        for line in solution.parts[0].tables[0].rows[-1].lines
        if isinstance(line, Node)
    ]
    assert shown[1] == "⌈(56 + 2·1 - 3) / 2⌉ + 1 = 29"


def test_the_words_of_a_general_rule_are_words_in_latex() -> None:
    layers = ["ConvTranspose2d(3, 8, 3, stride=2, output_padding=1)"]
    (table,) = solve(exercise(layers, "shape_1")).parts[0].tables
    (rule, *_) = [line for line in table.rows[-1].lines if isinstance(line, Node)]
    assert written(rule, "latex").endswith(r"+ \text{output padding}")
    assert written(rule, "terminal").endswith("+ output padding")


def test_words_of_any_number_on_the_last_axis_are_told_from_channels() -> None:
    layers = ["Embedding(50, 8)", "Conv1d(8, 4, 3)"]
    problem = only_problem(exercise(layers, "shape_2", "N, L"))
    assert "Transpose(1, 2)" in problem.hint
    turned = exercise([layers[0], "Transpose(1, 2)", layers[1]], "shape_3", "N, L")
    assert values(solve(turned))["shape_3"] == ["N", "4", "L - 2"]


def test_totals_stand_where_they_are_asked_for() -> None:
    layers = ["Conv2d(3, 4, 3)", "Flatten()", "Linear(4*62*62, 2)"]
    solution = solve(exercise(layers, "params_1, params_3, params_total, macs_total"))
    (table,) = [one for one in solution.parts[0].tables if one.totals]
    found = values(solution)
    assert found["params_total"] == [str(4 * 27 + 4 + 2 * 15376 + 2)]
    assert found["macs_total"] == [str(4 * 62 * 62 * 27 + 2 * 15376)]
    assert [cell for cell in table.totals if isinstance(cell, str)] == ["", "total", ""]
    without = solve(exercise(layers, "params_1, params_3"))
    assert all(not one.totals for one in without.parts[0].tables)


def test_columns_are_those_that_the_author_names() -> None:
    more = "columns: [shape, params, receptive]\n"
    solution = solve(exercise(["Conv2d(3, 4, 3)", "ReLU()"], "shape_1", more=more))
    (table,) = solution.parts[0].tables
    assert table.columns == ("#", "layer", "output shape", "parameters", "receptive field")
    assert len(table.rows) == 3


def test_sizes_may_be_symbols_and_givens() -> None:
    layers = ["Conv2d(3, 8, 3, stride=2)", "AdaptiveAvgPool2d(1)", "Flatten()", "Linear(8, 2)"]
    symbolic = values(solve(exercise(layers, "shape_1, shape_4, macs_1", "B, 3, H, W")))
    assert symbolic["shape_4"] == ["B", "2"]
    given = "givens:\n  H: 65\n"
    loaded = exercise(layers, "shape_1, macs_1", "B, 3, H, 33", given)
    assert values(solve(loaded))["shape_1"] == ["B", "8", "32", "16"]
    other = load_text(loaded, "exercise.yaml", {"H": "9"}).solve()
    assert values(other)["shape_1"] == ["B", "8", "4", "16"]
    assert values(other)["macs_1"] == [str(8 * 4 * 16 * 27)]


def test_an_input_without_a_batch_is_one_example() -> None:
    layers = ["Conv2d(3, 8, 3, padding=1)", "Flatten(0)", "Linear(32, 2)"]
    found = values(solve(exercise(layers, "shape_3, fc_params_1, macs_1, macs_3", "3, 2, 2")))
    assert found["shape_3"] == ["2"]
    assert found["fc_params_1"] == [str(12 * 32 + 32)]
    assert found["macs_1"] == [str(32 * 27)]
    assert found["macs_3"] == [str(32 * 2)]


def test_short_detail_has_no_working() -> None:
    short = load("cnn-shapes").solve(detail="short")
    assert all(not row.lines for part in short.parts for one in part.tables for row in one.rows)


def test_a_size_is_written_over_the_layer_before() -> None:
    found = steps(solve(exercise(["Conv2d(3, 8, 3)", "Flatten()"], "shape_2, fc_params_1")))
    formula = found["shape_2"].formula
    assert formula is not None
    assert written(formula, "text") == "[shape_1[0], shape_1[1]*shape_1[2]*shape_1[3]]"
    connected = found["fc_params_1"].formula
    assert connected is not None
    assert "shape_0[1]*shape_0[2]*shape_0[3]" in written(connected, "text")


@pytest.mark.parametrize(
    ("layers", "sizes", "place", "message"),
    [
        (
            ["Conv2d(1, 8, 3)"],
            "N, 3, 64, 64",
            (6, 13),
            "layer 1, Conv2d(1, 8, 3): in_channels is 1",
        ),
        (
            ["ReLU()", "Linear(63, 8)"],
            "N, 64",
            (7, 13),
            "layer 2, Linear(63, 8): in_features is 63",
        ),
        (["Flatten()", "Linear(7, 2)"], "N, 2, H, 3", (7, 13), "the size 6·H"),
        (["Flatten()", "Linear(10, 2)"], "N, H, H", (7, 13), "the size H², whatever H is"),
        (
            ["MaxPool2d(2)", "MaxPool2d(2)"],
            "N, 3, 3, 3",
            (7, 6),
            "layer 2, MaxPool2d(2): a size of 0",
        ),
        (["Conv2d(3, 8, 3, paddin=1)"], "N, 3, 9, 9", (6, 22), "no argument 'paddin'"),
        (["Conv(3, 8, 3)"], "N, 3, 9, 9", (6, 6), "there is no layer 'Conv'"),
        (["Conv2d(3, 8 3)"], "N, 3, 9, 9", (6, 18), "cannot be read"),
        (["ReLU()"], "N, 0", (4, 12), "a size of 0"),
        (["ReLU()"], "N, 1/2", (4, 12), "a size of 1/2"),
        (["ReLU()"], "N, 2*H", (4, 12), "2*H is no size"),
        (["ReLU()"], "1000000000, 1000000000", (4, 9), "a size of 1000000000"),
        (["ReLU()"], "1, 1, 1, 1, 1, 1, 1, 1, 1", (4, 9), "9 axes"),
        (["ConvTranspose1d(1, 1, 1, stride=5000)"], "1, 1, 5000", (6, 6), "beyond 10,000,000"),
    ],
)
def test_refusals_have_the_layer_and_the_place(
    layers: list[str], sizes: str, place: tuple[int, int], message: str
) -> None:
    problem = problems(exercise(layers, "shape_1", sizes))[0]
    assert message in problem.message
    assert problem.position is not None
    assert problem.position[1:] == place, str(problem)
    assert problem.expected


def test_a_message_repeats_no_more_of_a_long_layer_than_helps() -> None:
    problem = only_problem(exercise([f"ReLU({'(' * 3000}"], "shape_1"))
    assert len(problem.message) < 150
    assert "ReLU((((" in problem.message


def test_every_layer_that_cannot_be_read_is_reported_at_once() -> None:
    found = problems(exercise(["Conv(1)", "ReLU(3", "Linear(1)", "Tanh()"], "shape_1"))
    assert [one.position.line for one in found if one.position] == [6, 7, 8]


def test_layers_behind_a_wrong_number_of_channels_are_checked_too() -> None:
    found = problems(exercise(["Conv2d(1, 8, 3)", "BatchNorm2d(8)", "Conv2d(9, 8, 3)"], "shape_1"))
    assert [one.position.line for one in found if one.position] == [6, 8]
    assert found[1].expected == "an input of shape (N, 9, 62, 62)"


def test_too_many_layers_are_refused_at_the_first_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exsolve.limits.LAYERS", 3)
    problem = only_problem(exercise(["ReLU()"] * 5, "shape_1"))
    assert problem.expected == "at most 3"
    assert problem.position is not None
    assert problem.position.line == 9


def test_the_vision_transformer_of_the_sheet() -> None:
    solution = load("vit-shapes").solve()
    found = values(solution)
    assert found["patches"] == ["196"]
    assert found["tokens"] == [found["shape_5"][1]] == ["197"]
    assert found["shape_17"] == ["N", "197", "768"]
    assert found["shape_20"] == ["N", "1000"]
    # Documentation of torchvision.models.vit_b_16, weights IMAGENET1K_V1: num_params 86567656.
    assert found["params_total"] == ["86567656"]
    # a row for each layer, and one for the input
    shapes, counts = (part.tables[0] for part in solution.parts)
    assert [row.cells[0] for row in shapes.rows] == [str(n) for n in range(21)]
    assert [row.cells[0] for row in counts.rows] == [str(n) for n in range(1, 21)]


def test_the_page_of_the_vision_transformer_says_once_what_a_block_consists_of() -> None:
    page = text_of(load("vit-shapes").solve(), "plain").replace("−", "-")
    assert max(map(len, page.splitlines())) <= 80
    for line in (
        "- 6 to 17: 12 x TransformerEncoderLayer(",
        "attention weights: (N, 12, 197, 197)",
        "width of a head: 768/12 = 64",
        "queries, keys, values of 12 heads: 3·768·768 + 3·768 = 1771776",
        "MLP, second layer: 768·3072 + 768 = 2360064",
    ):
        assert page.count(line) == 1, line
    assert page.count("TransformerEncoderLayer(768, 12, 3072)") == 24


def test_a_repeated_layer_is_many_layers() -> None:
    once = values(solve(exercise(["Conv2d(3, 3, 3)", "ReLU()"], "shape_2, params_1")))
    assert once["params_1"] == ["84"]
    layers = ["3 x Conv2d(3, 3, 3)", "ReLU()"]
    found = values(solve(exercise(layers, "shape_4, params_3, params_total")))
    assert found["shape_4"] == ["N", "3", "58", "58"]
    assert found["params_3"] == ["84"]
    assert found["params_total"] == ["252"]


def test_what_is_wrong_with_a_repeated_layer_is_said_once() -> None:
    problem = only_problem(exercise(["12 x Linear(63, 64)"], "shape_1", "N, 64"))
    assert problem.message.startswith("layer 1, 12 x Linear(63, 64): in_features is 63")
    assert problem.position is not None
    assert problem.position[1:] == (6, 18)
    unread = only_problem(exercise(["ReLU()", "12 x Linear(64)"], "shape_1", "N, 64"))
    assert unread.message.startswith("layer 2, 12 x Linear(64): Linear needs out_features")
    # the first fits, the second does not
    later = only_problem(exercise(["3 x Linear(64, 32)"], "shape_1", "N, 64"))
    assert later.message.startswith("layer 2, 3 x Linear(64, 32): in_features is 64")


def test_a_layer_stands_once_at_least_and_not_too_often() -> None:
    assert "0 times" in only_problem(exercise(["ReLU()", "0 x ReLU()"], "shape_1")).message
    many = only_problem(exercise(["999999999 x ReLU()"] * 50, "shape_1"))
    assert many.expected == "at most 5,000"


def deep(layers: int) -> str:
    pairs = ["Conv2d(8, 8, 3, padding=1)", "MaxPool2d(3, stride=1, padding=1)"] * (layers // 2)
    families = ("shape", "params", "macs", "receptive")
    names = [f"{family}_{k}" for family in families for k in range(1, layers + 1)]
    return exercise(pairs, ", ".join([*names, "params_total"]), "N, 8, 64, H")


def calls(layers: int) -> int:
    """How many functions are called from the text to the page, which no other load disturbs."""
    text = deep(layers)
    profile = cProfile.Profile()
    profile.enable()
    text_of(load_text(text, "exercise.yaml").solve(), "plain")
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def test_twice_the_layers_are_twice_the_work() -> None:
    calls(20)  # what is imported and cached on first use is not counted
    assert calls(160) <= 2.2 * calls(80)


def test_a_thousand_symbolic_layers_do_not_recur_too_deep() -> None:
    text = exercise(["MaxPool1d(2, stride=1)"] * 1000, "shape_1000", "N, 3, L")
    assert values(solve(text))["shape_1000"] == ["N", "3", "L - 1000"]


def test_runs_without_sympy() -> None:
    script = (
        "import sys; from exsolve.library import load; load('cnn-shapes').solve(); "
        "print('sympy' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
