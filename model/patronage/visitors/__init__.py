"""Who may open the page, what of this machine it may show them, and how fast it plays for many of them. No drawing, no run."""
