"""Follow-through against a second hand: six shipped exercises worked here in plain Python, from the
numbers of their sheets, with wrong answers in the place of right ones.

Nothing of exsolve computes what is expected. Each trial spoils one answer, works on from what was
written, leaves some answers out, and knows by itself which of the rest are still right.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from exsolve.verdicts import RIGHT
from tests.marking.sheets import by_name, marked

Rule = Callable[[Mapping[str, Any]], Any]
"""A value from earlier ones, by their names."""

TRIALS = 24
LEFT_OUT = 0.15
DIGITS = 10
"""Of decimals; what differs by less than a ten-thousandth of this share is the same number."""


def graphs() -> dict[str, Rule]:
    """Doubled states of three neighbours, their weighted sum, and W·h + max(agg, 0) with W·h = 0
    (W = (1, 1) and h = (1, -1))."""
    weights = (Fraction(3, 5), Fraction(1, 5), Fraction(1, 5))
    return {
        "messages": lambda _: [[-2, 2], [0, -2], [2, 0]],
        "agg": lambda own: [
            sum(w * row[i] for w, row in zip(weights, own["messages"], strict=True))
            for i in range(2)
        ],
        "h_1_next": lambda own: [max(Fraction(one), Fraction(0)) for one in own["agg"]],
    }


EXAMPLES = (
    ((4, 3, 2), (1, 4, 3)),
    ((3, 4, 1), (4, 2, 2)),
    ((3, 2, 3), (4, 1, 2)),
    ((1, 1, 3), (4, 1, 2)),
)


def mean(entries: list[int]) -> Fraction:
    return Fraction(sum(entries), len(entries))


def around(entries: list[int], centre: Fraction) -> Fraction:
    """The mean square of the distances from a centre."""
    return sum(((one - centre) ** 2 for one in entries), Fraction(0)) / len(entries)


def statistics() -> dict[str, Rule]:
    """Means and variances of a channel, of an example, and of a channel of an example."""
    channels = [[entry for one in EXAMPLES for entry in one[c]] for c in range(2)]
    layers = [[*first, *second] for first, second in EXAMPLES]
    return {
        "mu_batch": lambda _: [mean(one) for one in channels],
        "var_batch": lambda own: [
            around(one, m) for one, m in zip(channels, own["mu_batch"], strict=True)
        ],
        "mu_layer": lambda _: [mean(one) for one in layers],
        "var_layer": lambda own: [
            around(one, m) for one, m in zip(layers, own["mu_layer"], strict=True)
        ],
        "mu_instance": lambda _: [[mean([*one]) for one in both] for both in EXAMPLES],
        "var_instance": lambda own: [
            [around([*one], m) for one, m in zip(both, means, strict=True)]
            for both, means in zip(EXAMPLES, own["mu_instance"], strict=True)
        ],
    }


def window(size: int, width: int, stride: int, padding: int) -> int:
    return (size - width + 2 * padding) // stride + 1


def through(channels: int | None, before: str, width: int, stride: int, padding: int) -> Rule:
    """The channels and the size of maps behind a window; pooling (None) keeps the channels."""

    def rule(own: Mapping[str, Any]) -> list[int]:
        depth, *sizes = own[before]
        return [channels or depth, *(window(one, width, stride, padding) for one in sizes)]

    return rule


def convolution() -> dict[str, Rule]:
    """The maps of the small network, without the batch: channels, height, width."""
    return {
        "shape_1": lambda _: [16, 64, 64],
        "shape_2": through(None, "shape_1", 2, 2, 0),
        "shape_3": through(32, "shape_2", 3, 1, 0),
        "shape_4": through(None, "shape_3", 2, 2, 1),
        "shape_5": through(8, "shape_4", 1, 1, 0),
        "shape_6": through(4, "shape_5", 5, 1, 0),
        "shape_7": lambda own: [own["shape_6"][0] * own["shape_6"][1] * own["shape_6"][2]],
    }


def patches() -> dict[str, Rule]:
    """Parameters of the vision transformer of twelve equal blocks, and how many tokens it sees."""
    block = 4 * (768 * 768 + 768) + (768 * 3072 + 3072) + (3072 * 768 + 768) + 4 * 768
    parameters: dict[str, Rule] = {
        "params_1": lambda _: 3 * 16 * 16 * 768 + 768,
        "params_4": lambda _: 768,
        "params_5": lambda _: 197 * 768,
        "params_6": lambda _: block,
        "params_18": lambda _: 2 * 768,
        "params_20": lambda _: 768 * 1000 + 1000,
    }
    names = tuple(parameters)
    return {
        "patches": lambda _: 14 * 14,
        "tokens": lambda own: own["patches"] + 1,
        **parameters,
        "params_total": lambda own: sum(own[name] for name in names) + 11 * own["params_6"],
    }


def attention() -> dict[str, Rule]:
    """Scores over √3, softmax of each row, and the mixture of the values."""
    eye = np.zeros((5, 3))
    eye[1, 0] = eye[2, 1] = eye[4, 2] = 1
    keys = np.zeros((5, 3))
    keys[1, 0], keys[4, 0] = np.sqrt(3) * np.log(80), np.sqrt(3) * np.log(17)
    queries = np.zeros((5, 3))
    queries[2, 0] = 1

    def softmax(own: Mapping[str, Any]) -> Any:
        powers = np.exp(np.asarray(own["S"]))
        return powers / powers.sum(axis=1, keepdims=True)

    return {
        "Q": lambda _: queries,
        "K": lambda _: keys,
        "V": lambda _: eye,
        "S": lambda own: np.asarray(own["Q"]) @ np.asarray(own["K"]).T / np.sqrt(3),
        "A": softmax,
        "H": lambda own: np.asarray(own["A"]) @ np.asarray(own["V"]),
    }


def recurrence() -> dict[str, Rule]:
    """Three steps of h = sigmoid(W x + U h), y = V h, and the loss and its gradients backwards."""
    w = np.array([[0.5, -0.5], [0.25, 0.5]])
    u = np.array([[0.5, 0], [-0.25, 0.5]])
    v = np.array([[1.0, -1.0]])
    inputs = (np.array([1.0, 0]), np.array([0, 1.0]), np.array([1.0, 1]))
    wanted = (0.0, 1.0, 0.0)

    def state(t: int) -> Rule:
        return lambda own: (
            1 / (1 + np.exp(-(w @ inputs[t] + u @ np.asarray(own[f"h_{t}"] if t else [0.0, 0.0]))))
        )

    def slope(own: Mapping[str, Any], t: int) -> Any:
        h = np.asarray(own[f"h_{t}"])
        return h * (1 - h) * np.asarray(own[f"grad_h_{t}"])

    def from_loss(own: Mapping[str, Any], t: int) -> Any:
        return v[0] * 2 * (own[f"y_{t}"][0] - wanted[t - 1])

    def loss(own: Mapping[str, Any]) -> float:
        return sum(float((own[f"y_{t}"][0] - wanted[t - 1]) ** 2) for t in (1, 2, 3))

    def before(own: Mapping[str, Any], t: int) -> Any:
        return np.asarray(own[f"h_{t - 1}"] if t > 1 else [0.0, 0.0])

    def output(t: int) -> Rule:
        return lambda own: v @ np.asarray(own[f"h_{t}"])

    return {
        **{f"h_{t + 1}": state(t) for t in range(3)},
        **{f"y_{t}": output(t) for t in (1, 2, 3)},
        "L": loss,
        "grad_h_3": lambda own: from_loss(own, 3),
        "grad_h_2": lambda own: from_loss(own, 2) + u.T @ slope(own, 3),
        "grad_h_1": lambda own: from_loss(own, 1) + u.T @ slope(own, 2),
        "grad_W": lambda own: sum(np.outer(slope(own, t), inputs[t - 1]) for t in (1, 2, 3)),
        "grad_U": lambda own: sum(np.outer(slope(own, t), before(own, t)) for t in (1, 2, 3)),
    }


def written(value: Any, name: str) -> str:
    """A value as a student writes it: exact where it is, else a decimal; shapes with their N."""
    if isinstance(value, int | Fraction):
        return str(value)
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    entries = [written(one, "") for one in (value.tolist() if hasattr(value, "tolist") else value)]
    return f"[{', '.join(['N'] * name.startswith('shape') + entries)}]"


def as_written(value: Any) -> Any:
    """A value as it is read again."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, int | Fraction):
        return value
    return [as_written(one) for one in (value.tolist() if hasattr(value, "tolist") else value)]


def flat(value: Any) -> list[Any]:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [cell for one in value for cell in flat(one)] if isinstance(value, list) else [value]


def same(one: Any, other: Any) -> bool:
    return all(
        a == b or (isinstance(a + b, float) and abs(a - b) <= 10.0 ** (4 - DIGITS) * abs(b))
        for a, b in zip(flat(one), flat(other), strict=True)
    )


def spoiled(value: Any, chance: random.Random) -> Any:
    """A value with another number in one of its places."""
    value = as_written(value)
    if not isinstance(value, list):
        change = chance.choice((1, 2, 3))
        return as_written(value + change * (0.37 if isinstance(value, float) else 1))
    place = chance.randrange(len(value))
    return [spoiled(one, chance) if k == place else one for k, one in enumerate(value)]


def sheet(
    rules: Mapping[str, Rule], wrong: str, chance: random.Random
) -> tuple[dict[str, str], dict[str, bool]]:
    """Answers, the rest worked out from the one that is wrong; and which are those of the key."""
    key: dict[str, Any] = {}
    own: dict[str, Any] = {}
    answers: dict[str, str] = {}
    right: dict[str, bool] = {}
    for name, rule in rules.items():
        key[name] = rule(key)
        value = rule(own)
        if name == wrong:
            value = spoiled(value, chance)
        if name == wrong or chance.random() > LEFT_OUT:
            answers[name] = written(value, name)
            right[name] = same(value, key[name])
            value = as_written(value)
        own[name] = value
    return answers, right


PAPERS = {
    "gnn-update": graphs,
    "norm-statistics": statistics,
    "cnn-shapes": convolution,
    "vit-shapes": patches,
    "attention-forward": attention,
    "rnn-bptt-numbers": recurrence,
}


@pytest.mark.parametrize("exercise", PAPERS)
def test_the_key_is_right(exercise: str) -> None:
    rules = PAPERS[exercise]()
    answers, right = sheet(rules, "", random.Random(exercise))
    assert all(right.values())
    found = by_name(marked(exercise, answers))
    assert {found[name].verdict for name in answers} <= RIGHT | {"imprecise"}


@pytest.mark.parametrize("exercise", PAPERS)
def test_what_follows_from_a_wrong_answer(exercise: str) -> None:
    rules = PAPERS[exercise]()
    chance = random.Random(exercise)
    followed = 0
    for trial in range(TRIALS):
        wrong = [*rules][trial % (len(rules) - 1)]
        answers, right = sheet(rules, wrong, chance)
        found = marked(exercise, answers)
        told = f"{wrong} is wrong in {answers}"
        assert found.first_error == wrong, told
        for name, answer in by_name(found).items():
            if name not in answers:
                continue
            if name == wrong:
                assert answer.verdict in ("partial", "slip", "wrong"), told
            elif right[name]:
                # within the rounding that was carried
                assert answer.verdict in RIGHT | {"imprecise", "follow-through"}, f"{name}: {told}"
            else:
                assert (answer.verdict, answer.because) == ("follow-through", wrong), (
                    f"{name}: {told}"
                )
                assert answer.credit == 1
                followed += 1
    assert followed >= TRIALS // 2


@pytest.mark.parametrize("digits", [2, 3, 4, 6])
@pytest.mark.parametrize("exercise", ["attention-forward", "rnn-bptt-numbers"])
def test_rounding_carried_through_a_chain_is_no_mistake(
    exercise: str, digits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every value is worked out from the rounded ones before it, to the last gradient."""
    monkeypatch.setattr("tests.marking.test_independent.DIGITS", digits)
    answers, _ = sheet(PAPERS[exercise](), "", random.Random(digits))
    found = by_name(marked(exercise, answers))
    told = {name: (found[name].verdict, found[name].given) for name in answers}
    assert {verdict for verdict, _ in told.values()} <= RIGHT | {"imprecise"}, told
    assert all(found[name].credit >= Fraction(4, 5) for name in answers)
