"""What callers may rely on when they catch an error."""

import pytest

from wijknet import errors


@pytest.mark.parametrize(
    "error",
    [
        errors.PeerError("bad-frame", "too short"),
        errors.RequestError("taken", "The room is taken; choose another time.", "slots"),
        errors.LinkClosedError("gone"),
        errors.StoreError("disk full"),
        errors.ConfigError("no key"),
    ],
)
def test_one_except_clause_catches_everything_we_raise(error: Exception) -> None:
    """An embedder can catch every deliberate error by its one root."""
    assert isinstance(error, errors.WijknetError)


def test_a_request_error_names_the_field_and_the_remedy() -> None:
    """The web layer needs code, sentence and field apart."""
    error = errors.RequestError("taken", "Choose another time.", "slots")
    assert (error.code, str(error), error.field) == ("taken", "Choose another time.", "slots")
