"""The rules of a quarter, one file a phase, as in docs/equations.md: pure functions of the world before them."""
