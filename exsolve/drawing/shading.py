"""How dark the cells of a heat map are."""

from __future__ import annotations

import math

from exsolve.drawing.pictures import HeatMap


def scale(heat_map: HeatMap) -> tuple[float, float]:
    """The weights of the lightest and of the darkest cell: 0 and 1 where all lie between."""
    weights = [weight for row in heat_map.weights for weight in row if math.isfinite(weight)]
    return min([0.0, *weights]), max([1.0, *weights] if _is_share(weights) else weights)


def _is_share(weights: list[float]) -> bool:
    return all(0 <= weight <= 1 for weight in weights)


def share(weight: float, low: float, high: float) -> float:
    """Where a weight stands between the ends of the scale, from 0 to 1; NaN stays NaN."""
    if math.isnan(weight) or high == low:
        return math.nan if math.isnan(weight) else 0.0
    return min(max((weight / 2 - low / 2) / (high / 2 - low / 2), 0.0), 1.0)
