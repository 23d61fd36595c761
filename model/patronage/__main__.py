"""`python -m patronage` is the command `patronage`."""

from patronage.cli import main

main()
