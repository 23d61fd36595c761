"""What scenarios claim to show, as numbers that can be checked: one module for each part of the world.

A claim is a row: an outcome of a scenario, the numbers that its finding says of it, what it is compared with and in
which direction it must differ. `python tests/findings/measure.py NAME...` measures rows anew.
"""
