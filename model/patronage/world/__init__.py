"""Arrays: axes named once, all that changes and all that does not, and luck by address."""
