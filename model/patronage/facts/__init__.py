"""Dated facts: what happened, where and when, as statements that a run gets right or wrong, and boards of them.

A file of facts is read by `read_facts`, checked against a scenario by `fitting`, and scored over a recorded ensemble by `board`.
"""
