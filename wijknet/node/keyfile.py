"""The key of a box and its certificate, as files.

Nothing here ever overwrites one: a key that is lost is a box that must be delegated again. The key
of the place's card is never here, only on paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wijknet import identity
from wijknet.errors import ConfigError
from wijknet.identity import Key
from wijknet.node import private

KEY_FILE: Final = "node.key"
CERTIFICATE_FILE: Final = "node.crt"

_PUBLIC: Final = 0o644


def create(directory: Path, key: Key) -> None:
    """Make the box's key file `node.key` (PEM) and its certificate `node.crt`, for good.

    Raises:
        ConfigError: the box has a key already, or the directory cannot be written.
    """
    private.create(directory / KEY_FILE, key.pem(), private.PRIVATE)
    # Second, so that it never stands beside a key it does not belong to. If the power goes here,
    # nothing is lost: the certificate follows from the key.
    certificate = directory / CERTIFICATE_FILE
    with private.explained(certificate):
        certificate.unlink(missing_ok=True)
    private.create(certificate, identity.certificate(key), _PUBLIC)


def load(directory: Path) -> Key:
    """Read the box's key.

    Raises:
        ConfigError: there is none, or it is damaged, or other users of the machine can read it.
    """
    path = directory / KEY_FILE
    pem = private.read(path)
    if pem is None:
        raise ConfigError(
            f"{directory} holds no box yet: run `wijknet init` for a new wijk or `wijknet join` "
            "with an invite, or name the right directory with --data."
        )
    return identity.key_of_pem(pem, str(path))
