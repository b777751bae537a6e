"""Evidence: what is computed to show the point of an answer in words.

``plans`` hold what an exercise file says to the names of its graph. ``maker`` works a plan: its
values are those of the graph evaluated anew (``evaluating``) with ``values`` in the place of names,
and they stand in ``tables``, ``pictures`` and ``statements``.
"""
