"""Starting wijknet with the machine, on a machine where systemd does not want to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import on


def test_a_service_that_cannot_be_started_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what else to try, and another try is not refused for what the first one wrote."""
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text("#!/bin/sh\necho No medium found >&2\nexit 1\n")
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{systemctl.parent}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))

    for _ in range(2):
        done = on(tmp_path / "box", "service", "install")
        assert done.exit_code == 1
        assert "No medium found" in done.stderr
        assert "--system USER" in done.stderr
    assert [*tmp_path.rglob("wijknet.service")] == []
