"""Settings of all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Examples are drawn from the test's own name and nothing else, so that a green day is green tomorrow.
settings.register_profile(
    "quiet",
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quiet")
