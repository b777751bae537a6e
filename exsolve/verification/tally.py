"""What is counted while instances are gone through."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.solution import Verification


class Tally:
    """Counts instances that differ; ``passed`` counts those that came again, too.

    ``exact``: every comparison so far was exact.
    """

    def __init__(self, needed: int) -> None:
        self._needed = needed
        self._seen: set[str] = set()
        self._sizes: set[str] = set()
        self.passed = 0
        self.exact = True

    def is_known(self, described: str) -> bool:
        """Whether an instance, told by its values in words, was seen before; then it counts."""
        known = described in self._seen
        self.passed += known
        return known

    def add(self, described: str, sizes: str) -> None:
        """Count an instance on which everything held."""
        self._seen.add(described)
        self._sizes.add(sizes)
        self.passed += 1

    @property
    def is_full(self) -> bool:
        """Whether as many instances as are needed differ from each other."""
        return len(self._seen) == self._needed

    @property
    def is_enough(self) -> bool:
        """Whether it held on as many as are needed: conditions such as n == 4 leave few that
        differ, so that others come again."""
        return self.passed >= self._needed

    def verification(
        self,
        witnesses: Sequence[str] = (),
        proved: Sequence[str] = (),
        unproved: Sequence[str] = (),
    ) -> Verification:
        """What was counted, with the rest of what a verification says."""
        return Verification(
            len(self._seen),
            len(self._sizes),
            self.exact,
            tuple(witnesses),
            tuple(proved),
            tuple(unproved),
        )
