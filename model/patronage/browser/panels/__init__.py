"""Panels: one file each, solara components over one session's desk."""
