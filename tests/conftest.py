"""What all tests have in common."""

from hypothesis import HealthCheck, settings

# A test that passes here passes everywhere: the same examples each time, and no eye on the clock.
# `pytest --hypothesis-profile search` looks for new examples instead.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")
