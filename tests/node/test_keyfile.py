import os
import random
import ssl
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wijknet import identity
from wijknet.errors import ConfigError
from wijknet.identity import Key
from wijknet.node import keyfile, private

ADA = Key(b"a" * 32)
BEN = Key(b"b" * 32)

Make = Callable[[Path], object]


def token(directory: Path) -> str:
    """The API token, drawn from the same chance each time."""
    return private.api_token(directory, random.Random(4))


SECRETS: dict[str, tuple[Make, Make]] = {
    "node.key": (lambda at: keyfile.create(at, ADA), keyfile.load),
    "api.token": (token, token),
}


@pytest.fixture(autouse=True)
def _careless_umask() -> Iterator[None]:
    """The user's shell may hand out every right there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def said(call: Callable[[], object]) -> str:
    """What the refusal says."""
    with pytest.raises(ConfigError) as caught:
        call()
    return str(caught.value)


def test_a_key_comes_back_as_it_was(tmp_path: Path) -> None:
    """The box is the same box after a restart, and its certificate belongs to it."""
    keyfile.create(tmp_path / "new" / "box", ADA)
    assert keyfile.load(tmp_path / "new" / "box").seed == ADA.seed
    certificate = ssl.PEM_cert_to_DER_cert((tmp_path / "new/box/node.crt").read_text())
    assert identity.node_of_certificate(certificate) == ADA.public


def test_the_token_stays_the_same_and_is_fit_to_type(tmp_path: Path) -> None:
    """Another draw of chance does not change it once it is there."""
    first = token(tmp_path)
    assert private.api_token(tmp_path, random.Random(5)) == first
    assert (len(first), first.isalnum(), first.islower()) == (32, True, True)


@pytest.mark.parametrize("name", SECRETS)
def test_only_the_owner_can_read_a_secret(tmp_path: Path, name: str) -> None:
    """Neither the file nor its new directory is open to anybody else, and nothing is left over."""
    SECRETS[name][0](tmp_path / "box")
    assert stat.S_IMODE((tmp_path / "box" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "box").stat().st_mode) == 0o700
    assert {file.name for file in (tmp_path / "box").iterdir()} <= {name, "node.crt"}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_that_others_can_reach_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    """The admin gets the very command that mends it, and it does."""
    make, load = SECRETS[name]
    make(tmp_path)
    (tmp_path / name).chmod(mode)
    assert f"`chmod 600 {tmp_path / name}`" in said(lambda: load(tmp_path))
    (tmp_path / name).chmod(0o600)
    load(tmp_path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """A second init in the same directory changes nothing, certificate included."""
    keyfile.create(tmp_path, ADA)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    told = said(lambda: keyfile.create(tmp_path, BEN))
    assert str(tmp_path / "node.key") in told
    assert "--data" in told
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_leftovers_of_a_power_cut_are_no_obstacle(tmp_path: Path) -> None:
    """Half a file under the other name is no key, and goes with the next try."""
    (tmp_path / ".node.key.new").write_bytes(ADA.pem()[:40])
    (tmp_path / "node.crt").write_bytes(identity.certificate(BEN))
    assert "wijknet init" in said(lambda: keyfile.load(tmp_path))
    keyfile.create(tmp_path, ADA)
    assert keyfile.load(tmp_path).public == ADA.public
    assert (tmp_path / "node.crt").read_bytes() == identity.certificate(ADA)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe nonsense", b"x" * 200_000])
def test_a_damaged_secret_says_which_file_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    """Neither a crash nor a new identity: the admin decides."""
    make, load = SECRETS[name]
    make(tmp_path)
    (tmp_path / name).write_bytes(content)
    assert str(tmp_path / name) in said(lambda: load(tmp_path))
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("name", SECRETS)
def test_a_file_in_the_way_is_explained(tmp_path: Path, name: str) -> None:
    """Neither a directory where the file should be nor the other way round is a traceback."""
    make, load = SECRETS[name]
    (tmp_path / "box" / name).mkdir(parents=True)
    assert str(tmp_path / "box" / name) in said(lambda: load(tmp_path / "box"))
    (tmp_path / "file").write_text("in the way")
    assert str(tmp_path / "file") in said(lambda: make(tmp_path / "file"))
