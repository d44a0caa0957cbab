"""Errors, sorted by whose fault they are, because that decides what happens next.

A peer's fault closes the link and the node goes on. Our user's fault is explained to the user.
The world's fault is normal for a link, stops the node for a store, and prevents the start for a
config. Our own fault is an assert, and crashes.
"""


class WijknetError(Exception):
    """The root: catch this to catch anything wijknet raises on purpose."""


class PeerError(WijknetError):
    """A peer sent something no honest, working peer sends. Its link closes with `code`.

    Attributes:
        code: a fixed lower-case word with dashes, listed in `docs/errors.md`.
        detail: one sentence for the log; never shown to the peer.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class RequestError(WijknetError):
    """Our user asked for something that cannot be done as asked.

    Attributes:
        code: a fixed lower-case word with dashes, listed in `docs/errors.md`.
        message: one sentence that says what was expected and what to do.
        field: the input that is wrong, or an empty string when no single one is.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class LinkClosedError(WijknetError):
    """A link ended. Normal: boxes are switched off and cables are pulled."""


class StoreError(WijknetError):
    """The disk failed or refused. The node stops: memory may be ahead of the disk."""


class ConfigError(WijknetError):
    """A setting, a key file or a data directory is unusable. The node does not start."""
