"""What all tests have in common."""

from hypothesis import HealthCheck, settings

# A test that passes here passes everywhere: the same examples each time, and no eye on the clock.
# `make search` looks for new examples instead, and for more of them.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search",
    derandomize=False,
    deadline=None,
    max_examples=1000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")
