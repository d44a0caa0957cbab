"""Talks to the daemon on this box, over its own API."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final

from wijknet import limits
from wijknet.errors import ConfigError, RequestError, StoreError, WijknetError
from wijknet.node import clock, private

RUN_FILE: Final = "run.json"
"""Says where the running daemon answers; written by `up`, removed when it stops."""
_ANSWER_S: Final = 30
"""The daemon answers within milliseconds; a Pi with a full disk may take seconds."""


def part(text: str) -> str:
    """A text as one part of a path, whatever is in it."""
    return urllib.parse.quote(text, safe="", errors="replace") or "-"


class Client:
    """The daemon of one data directory."""

    def __init__(self, directory: Path) -> None:
        """Find the daemon.

        Raises:
            ConfigError: none runs on this directory.
        """
        self._directory = directory
        try:
            told = json.loads((directory / RUN_FILE).read_text())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"No node runs on {directory}. Start it with: wijknet up --data {directory}"
            ) from error
        self._root = f"http://{told['web']}"
        self._url = f"{self._root}/api/v1/"

    def address(self, path: str) -> str:
        """The whole address of a page or feed of the daemon, as this machine reaches it."""
        return self._root + path

    def ask(self, path: str, **query: str | None) -> Any:
        """A question.

        Raises:
            RequestError: what the daemon refuses.
            ConfigError: it does not answer.
        """
        given = {name: value for name, value in query.items() if value}
        text = urllib.parse.urlencode(given)
        return self._call("GET", path + ("?" + text if text else ""))

    def text(self, path: str) -> str:
        """A question whose answer is no JSON; errors as `ask`."""
        return self._fetch("GET", path).decode()

    def fetch(self, path: str) -> bytes:
        """A question whose answer is a file; errors as `ask`."""
        return self._fetch("GET", path)

    def order(
        self, path: str, body: Mapping[str, object] | None = None, method: str = "POST"
    ) -> Any:
        """An order; it is on disk when this returns. Errors as `ask`."""
        return self._call(method, path, json.dumps(body or {}).encode())

    def command(self, kind: str, /, **fields: object) -> Any:
        """An order of `wijknet.wijk.orders`, by its name there."""
        return self.order("commands", {"do": kind, **fields})

    def _call(self, method: str, path: str, body: bytes | None = None) -> Any:
        return json.loads(self._fetch(method, path, body))

    def lines(self, path: str, body: bytes, kind: str) -> Iterator[Any]:
        """An order that answers in lines of JSON, each as it comes. Errors as `ask`.

        Args:
            path: of the order, with its query.
            body: what is sent.
            kind: the media type of that.
        """
        within_s = limits.FETCH_S + _ANSWER_S  # It may first fetch something itself.
        with self.open("POST", path, body, within_s, Content_Type=kind) as answer:
            for line in answer:
                yield json.loads(line)

    def _fetch(self, method: str, path: str, body: bytes | None = None) -> bytes:
        with self.open(method, path, body) as answer:
            told: bytes = answer.read()
            return told

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None = None,
        within_s: float = _ANSWER_S,
        **headers: str,
    ) -> Iterator[IO[bytes]]:
        """An answer to read bit by bit; `body` may be a file. Errors as `ask`."""
        token = private.api_token(self._directory, clock.rng())
        told = {"Content-Type": "application/json"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(  # noqa: S310 - our own daemon
            self._url + path,
            data=body,
            headers={**told, "Authorization": f"Bearer {token}"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=within_s) as answer:  # noqa: S310
                yield answer
        except urllib.error.HTTPError as error:
            with error:
                if error.code == HTTPStatus.UNAUTHORIZED:  # Ours knows this token.
                    raise self._other() from error
                raise _refused(error.code, error.read()) or self._silent() from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._silent() from error

    def _other(self) -> ConfigError:
        return ConfigError(
            f"Another node answers where that of {self._directory} was. "
            f"Start it with: wijknet up --data {self._directory}"
        )

    def _silent(self) -> ConfigError:
        return ConfigError(
            f"The node of {self._directory} does not answer. "
            f"Start it with: wijknet up --data {self._directory}"
        )


def _refused(status: int, body: bytes) -> WijknetError | None:
    """What an answer other than 2xx comes to; None when it is no problem of ours."""
    try:
        problem = json.loads(body)
        told = str(problem["code"]), str(problem["detail"]), str(problem.get("field", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return StoreError(told[1]) if status >= _OUR_FAULT else RequestError(*told)


_OUR_FAULT: Final = 500
"""From here on a status says that the box failed, and not who asked."""
