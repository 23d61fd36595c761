"""The rules of a quarter, one file a phase, in the order of docs/equations.md. Pure functions of the world before them."""
