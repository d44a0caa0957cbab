"""A node in a process of its own, that tells what it sees line by line; nothing waits for ever."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

WAIT_S: Final = 60
"""A node that needs longer for anything here has hung."""


class Process:
    """`bench.place` on a data directory; ends with its `with`, however that ends."""

    def __init__(self, directory: Path, peer: str = "-") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.place", str(directory), peer],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._told: queue.Queue[Any] = queue.Queue()
        # Read as it comes, or the node would wait with a full pipe; None is the end.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._early: list[Any] = []
        try:
            self.ready = self._first()
        except BaseException:
            self._process.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.tell("stop")
        else:
            self._process.kill()
        try:
            assert self._process.wait(WAIT_S) == 0 or error is not None
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._reader.join()

    def tell(self, line: str) -> None:
        """Give it an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait(self, kind: str, **facts: object) -> Any:
        """The next line of some kind that has these facts; lines before it are passed over."""
        for told in self._lines(f"{kind} {facts}"):
            if told["kind"] == kind and all(told[name] == facts[name] for name in facts):
                return told
        raise AssertionError

    def lines(self, last: str) -> Iterator[Any]:
        """All lines up to one of some kind."""
        for told in self._lines(last):
            yield told
            if told["kind"] == last:
                return

    def _first(self) -> Any:
        """The line that says it is ready; what happened before it is kept."""
        early: list[Any] = []
        for told in self._lines("ready"):
            if told["kind"] == "ready":
                self._early = early
                return told
            early.append(told)
        raise AssertionError

    def _lines(self, what: str) -> Iterator[Any]:
        """What it tells, for as long as waiting for something makes sense."""
        while self._early:
            yield self._early.pop(0)
        end = time.monotonic() + WAIT_S
        while True:
            try:
                told = self._told.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{what} did not come in {WAIT_S} s") from None
            if told is None:
                raise AssertionError(f"it ended while {what} was awaited")
            yield told

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._told.put(json.loads(line))
        self._told.put(None)
