"""A run as a page tells it: its quarters, deals, ties and past, its numbers in words (`explaining`, `tiles`, `turns`), its `charts`.

No browser, no session, nothing computed anew: the page puts this on a screen.
"""
