"""Comparison with PyTorch; a package, because its modules are named after those they accompany."""
