"""Real daemons for stories: each its own process, disk and key, driven as a person would."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import Message
from pathlib import Path
from typing import Any

READY_S = 30
# Below the ports that the system hands out by itself, so that none is taken between looking and
# listening; each process of a test run has 500 of its own.
_PORTS = itertools.count(10_000 + os.getpid() % 44 * 500)


class Daemon:
    """One place.

    Attributes:
        inside: words before each command, such as `ip netns exec NAME`.
    """

    def __init__(self, home: Path, name: str, *up: str, inside: Sequence[str] = ()) -> None:
        self.name = name
        self.directory = home / name
        self.inside = list(inside)
        self._up = list(up)
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> Any:
        """A `wijknet` command with `--json`; its answer."""
        done = self.try_run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def try_run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same, whatever becomes of it."""
        command = [*self.inside, sys.executable, "-m", "wijknet", *words]
        command += ["--data", str(self.directory), "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def start(self, *more: str) -> None:
        """Start it, with options that go before those it always has, and wait until it answers."""
        command = [*self.inside, sys.executable, "-m", "wijknet", "up"]
        command += ["--data", str(self.directory), *self._up, *more]
        with (self.directory / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        is_up = (self.directory / "run.json").exists
        until(lambda: is_up() or not self._is_running(), f"{self.name} runs")
        assert self._is_running(), self.log()

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Pull the plug."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        (self.directory / "run.json").unlink(missing_ok=True)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(READY_S)

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._process is not None
        return self._process.wait(READY_S)

    def status(self) -> Any:
        """What its status says."""
        return self.run("status") if self.inside else self.get("status")

    def get(self, path: str) -> Any:
        """What its API says, without starting a program for the question."""
        return Api(self).get(path)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """An order to its API."""
        return Api(self).post(path, body)

    def log(self) -> str:
        """What it wrote to its log."""
        return (self.directory / "log.txt").read_text()


class Api:
    """The API of a daemon on this machine, without starting a program for each question."""

    def __init__(self, daemon: Daemon) -> None:
        told = json.loads((daemon.directory / "run.json").read_text())
        self.web = told["web"]
        self._url = f"http://{self.web}/api/v1/"
        self._token = (daemon.directory / "api.token").read_text().strip()

    def get(self, path: str) -> Any:
        """A question."""
        headers = {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(self._url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=READY_S) as answer:
            return json.load(answer)

    def text(self, path: str) -> str:
        """The answer to a question of any kind, or why there is none."""
        headers = {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(f"http://{self.web}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=READY_S) as answer:
                return str(answer.read().decode(errors="replace"))
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()

    def post(self, path: str, body: Mapping[str, object], token: str = "") -> Any:
        """An order."""
        request = self._order(path, body, token)
        with urllib.request.urlopen(request, timeout=READY_S) as answer:
            return json.load(answer)

    def lines(self, path: str, calendar: bytes) -> Iterator[Any]:
        """What is said, line by line, while a calendar is taken over."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "text/calendar"}
        request = urllib.request.Request(self._url + path, data=calendar, headers=headers)
        with urllib.request.urlopen(request, timeout=READY_S) as answer:
            yield from map(json.loads, answer)

    def headers(self, path: str, body: Mapping[str, object]) -> Message:
        """What stands above the answer to an order."""
        with urllib.request.urlopen(self._order(path, body, ""), timeout=READY_S) as answer:
            headers: Message = answer.headers
            return headers

    def _order(self, path: str, body: Mapping[str, object], token: str) -> urllib.request.Request:
        return urllib.request.Request(
            self._url + path,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token or self._token}"},
        )

    def refused(self, path: str, body: Mapping[str, object], token: str = "") -> tuple[int, Any]:
        """An order that must be refused: status and problem."""
        try:
            self.post(path, body, token)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        raise AssertionError("it was not refused")


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    for port in itertools.islice(_PORTS, 500):
        try:
            with socket.create_server(("", port)):
                return port
        except OSError:
            continue
    raise AssertionError("there is no free port")


def loopback(home: Path, name: str, *up: str, listen: str = "") -> Daemon:
    """A daemon on a free port of this machine, which it keeps when it starts again."""
    where = ["--listen", listen or f"127.0.0.1:{free_port()}", "--web", "127.0.0.1:0", "--no-mdns"]
    return Daemon(home, name, *where, *up)


def until(is_so: Callable[[], bool], what: str, seconds: float = READY_S) -> float:
    """Wait until something is so; how long it took, in seconds."""
    ticks = threading.Event()
    begin = time.monotonic()
    while not is_so():
        assert time.monotonic() - begin < seconds, f"in vain: {what}"
        ticks.wait(0.05)
    return time.monotonic() - begin


def let_in(first: Daemon, joiner: Daemon, vouchers: Sequence[Daemon] = ()) -> None:
    """Invite a place, start it, and let it in."""
    invite = first.run("invite")["invite"]
    joiner.run("join", invite, "--place", joiner.name)
    joiner.start()
    until(lambda: joiner.name in {w["name"] for w in first.status()["waiting"]}, "it asks")
    first.run("admit", joiner.name)
    own = joiner.status()["place"]["id"]
    for voucher in vouchers:
        until(lambda v=voucher: v.try_run("admit", own).returncode == 0, "another lets it in")  # type: ignore[misc]
    until(lambda: joiner.status()["is_in"], "it is in")


def are_in_step(daemons: Sequence[Daemon]) -> bool:
    """Whether all hold the same."""
    told = [each.status() for each in daemons]
    return len({(each["documents_root"], each["statements_root"]) for each in told}) == 1


def is_root() -> bool:
    """Whether network namespaces can be made."""
    return os.geteuid() == 0
