"""Recurrent networks over symbols with sizes: general formulas at a time t instead of numbers.

``time_slice`` is one step at time t with the cell behind it; ``gradients`` goes back through it;
``claims`` hold what comes out to ``random_networks`` of numbers; ``reasons`` and ``notes`` tell how
it comes about; ``unrolled_symbols`` writes the first steps out for evidence; ``refusals`` are what
cannot be said; ``blueprint`` puts all of it together.
"""
