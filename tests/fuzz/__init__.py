"""Attacking the program with wrong, odd and extreme input: `python -m fuzz --help`, docs/robustness.md.

A mutant is a number: the same number is the same input today and tomorrow. `mutate` makes inputs, `bounded` those that
must be accepted, `kinds` says what is done with each, `judge` what is right, `campaign` runs many and counts.
"""
