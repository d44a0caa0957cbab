import json
from pathlib import Path

import msgspec
import pytest

from wijknet.errors import ConfigError
from wijknet.node.config import (
    FILE,
    WEB_FOR_ALL,
    Config,
    default_directory,
    keep,
    load,
)

SETTINGS = Path(__file__).parents[2] / "docs" / "settings.md"


def written(directory: Path, text: str) -> Path:
    """A data directory with this in its settings file."""
    (directory / FILE).write_text(text)
    return directory


def refusal(directory: Path, **environment: str) -> str:
    """Why these settings do not do."""
    with pytest.raises(ConfigError) as caught:
        load(directory, environment)
    return str(caught.value)


def test_a_box_runs_without_any_setting(tmp_path: Path) -> None:
    """A missing file is no fault, and neither is a missing directory."""
    assert load(tmp_path / "nowhere", {}) == Config()


def test_the_file_says_how_and_a_variable_goes_over_it(tmp_path: Path) -> None:
    """What is set nowhere keeps its default; what is set twice follows the variable."""
    written(
        tmp_path,
        'listen = "[::1]:0"\nlanguage = "en"\nmdns = false\nstatic_peers = ["a.example:1"]\n'
        'advertise = ["b.example:4533"]',
    )
    config = load(
        tmp_path,
        {
            "WIJKNET_LANGUAGE": "nl",
            "WIJKNET_STATIC_PEERS": "10.0.0.2:4533, [fe80::1]:4533,",
            "WIJKNET_TRUST_CLOCK": "Yes",
            "WIJKNET_INTERFACES": "10.0.0.1",
            "WIJKNET_WEB": "",
            "PATH": "/bin",
        },
    )
    assert config == Config(
        listen="[::1]:0",
        language="nl",
        mdns=False,
        static_peers=("10.0.0.2:4533", "[fe80::1]:4533"),
        advertise=("b.example:4533",),
        trust_clock=True,
        interfaces=("10.0.0.1",),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("listen = 4533", "expected host:port"),
        ('listen = "4533"', "expected host:port"),
        ('listen = "0.0.0.0:65536"', "expected host:port"),
        ('web = "http://localhost:80"', "expected host:port"),
        ('static_peers = "a.example:1"', "expected a list of host:port"),
        ('static_peers = ["a.example:1", "b.example"]', "expected a list of host:port"),
        ('static_peers = ["a.example:0"]', "expected a list of host:port"),
        (f"advertise = {json.dumps(['a.example:1'] * 9)}", "at most 8"),
        (f'advertise = ["{"a" * 200}:1"]', "expected a list of at most"),
        ('mdns = "true"', "expected true or false"),
        ("trust_clock = 1", "expected true or false"),
        ('interfaces = ["eth0"]', "expected a list of IP addresses"),
        ('language = "de"', 'expected "nl" or "en"'),
        ('log_level = "LOUD"', 'expected "DEBUG", "INFO"'),
        ("[language]", 'expected "nl" or "en"'),
    ],
)
def test_a_wrong_value_says_where_it_is_and_what_was_expected(
    tmp_path: Path, line: str, expected: str
) -> None:
    """The admin finds the line without a manual."""
    told = refusal(written(tmp_path, line))
    name = line.strip("[]").split(" ")[0]
    assert f"{tmp_path / FILE}: `{name}` is " in told
    assert expected in told


def test_a_misspelt_setting_is_not_silently_ignored(tmp_path: Path) -> None:
    """Neither in the file nor among the variables; the near one is offered."""
    assert "did you mean static_peers?" in refusal(written(tmp_path, "static_peer = []"))
    written(tmp_path, "")
    assert "did you mean WIJKNET_LISTEN?" in refusal(tmp_path, WIJKNET_LISTN="[::]:1")
    assert "there are WIJKNET_DATA, WIJKNET_LISTEN," in refusal(tmp_path, WIJKNET_XYZZY="1")


def test_a_wrong_variable_is_called_by_its_name(tmp_path: Path) -> None:
    """It is no use to look for it in the file."""
    told = refusal(tmp_path, WIJKNET_MDNS="perhaps")
    assert told.startswith("The variable WIJKNET_MDNS is 'perhaps'; expected true or false.")


@pytest.mark.parametrize("content", [b"listen = ", b"\xff\xfe", b"#" * 100_000])
def test_a_file_that_is_no_settings_file_is_named(tmp_path: Path, content: bytes) -> None:
    """Also when an editor or a copy went wrong."""
    (tmp_path / FILE).write_bytes(content)
    assert str(tmp_path / FILE) in refusal(tmp_path)


def test_settings_are_changed_one_by_one_and_the_rest_stays(tmp_path: Path) -> None:
    """Comments, other settings and their order are the admin's."""
    written(tmp_path, '# Ours.\nweb = "127.0.0.1:1"  # once\n#language = "nl"\nmdns = false')
    keep(tmp_path, {"web": WEB_FOR_ALL, "language": "en"})
    assert (tmp_path / FILE).read_text().splitlines() == [
        "# Ours.", f'web = "{WEB_FOR_ALL}"', '#language = "nl"', "mdns = false", 'language = "en"',
    ]  # fmt: skip
    assert load(tmp_path, {}) == Config(web=WEB_FOR_ALL, language="en", mdns=False)


def test_a_setting_that_is_wrong_or_a_damaged_file_is_not_written(tmp_path: Path) -> None:
    """Or the box would not start the next time."""
    written(tmp_path, "web = ")
    with pytest.raises(ConfigError, match="not TOML"):
        keep(tmp_path, {"language": "en"})
    written(tmp_path, "")
    with pytest.raises(ConfigError, match="expected host:port"):
        keep(tmp_path, {"web": "everywhere"})
    assert (tmp_path / FILE).read_text() == ""


def test_settings_in_another_encoding_are_to_be_saved_anew(tmp_path: Path) -> None:
    """No line of it is wrong, so none is named."""
    (tmp_path / FILE).write_bytes('# café\nlanguage = "nl"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load(tmp_path, {})


def test_what_goes_instead_of_a_default_goes_over_nothing_else(tmp_path: Path) -> None:
    """A box that is begun in a browser is open for telephones, unless somebody says otherwise."""
    instead = {"web": WEB_FOR_ALL}
    assert load(tmp_path, {}, instead).web == WEB_FOR_ALL
    assert load(tmp_path, {"WIJKNET_WEB": "[::1]:80"}, instead).web == "[::1]:80"
    assert load(written(tmp_path, 'web = "127.0.0.1:80"'), {}, instead).web == "127.0.0.1:80"


def test_a_directory_in_place_of_the_file_is_explained(tmp_path: Path) -> None:
    """What the system says becomes what to do."""
    (tmp_path / FILE).mkdir()
    assert "cannot be read" in refusal(tmp_path)


def test_every_setting_is_documented_with_its_default() -> None:
    """The page for admins has a row for each, and none that is gone."""
    rows = [line.split(" | ")[:3] for line in SETTINGS.read_text().splitlines()]
    documented = [tuple(row) for row in rows if len(row) == 3 and "WIJKNET_" in row[1]]
    assert documented == [
        (f"| `{field.name}`", f"`WIJKNET_{field.name.upper()}`", f"`{json.dumps(field.default)}`")
        for field in msgspec.structs.fields(Config)
    ]


def test_the_data_directory_is_the_first_that_somebody_names() -> None:
    """The admin's word, then the service's, then the platform's."""
    service = {"STATE_DIRECTORY": "/var/lib/wijknet:/var/lib/other"}
    assert default_directory({**service, "WIJKNET_DATA": "/srv/wijk"}) == Path("/srv/wijk")
    assert default_directory(service) == Path("/var/lib/wijknet")
    assert default_directory({}).name == "wijknet"
