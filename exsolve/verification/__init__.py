"""What makes a general formula or a derivation trustworthy: random instances, exact comparisons.

The words, from what an author writes to what is compared:

- A *definition* is what a file (or a kind) says a quantity is; over names without a value it is a
  *formula*. ``setting`` holds what is declared of such names: *symbols* with their sizes, *letters*
  that stand for sizes, *random symbols*, *conditions*.
- A *derivation* is what a part shows: a *chain* of *lines*, or the conditions of a Lagrangian. Each
  two neighbours in a chain make a *link* (``links``, ``chains``).
- A *claim* is what a formula is said to be: equal to another one, a derivative, what a network
  computes (``claims``, ``authored``).
- An *instance* is a number for each letter and an exact array for each symbol (``instances``); of
  random symbols it has an *outcome*. ``lines`` puts it into a graph.
- A *trial* is a claim on one instance: a graph of numbers with the formula, and its *witnesses*,
  which are what it is compared with (``comparing``, ``derivatives``).
- A *verification* says on how many instances, and how, something held (``solution``).
"""
