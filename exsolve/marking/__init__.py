"""Marking: what is right, where the first mistake is, and what still follows from it."""
