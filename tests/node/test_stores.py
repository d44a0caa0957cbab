import shutil
from pathlib import Path

import pytest
from typing_extensions import override

from wijknet.node.memory_store import MemoryStore
from wijknet.node.sqlite import open_store
from wijknet.node.store import Store
from wijknet.testing.stores import StoreContract, numbered, rows


class TestMemoryStore(StoreContract):
    """The store of simulations keeps the contract."""

    @override
    def store(self, bytes_max: int) -> Store:
        return MemoryStore(bytes_max)

    @override
    def after_power_cut(self, store: Store) -> Store:
        assert isinstance(store, MemoryStore)
        return store.crashed()


class TestSqliteStore(StoreContract):
    """The store of a box keeps the contract."""

    @pytest.fixture(autouse=True)
    def _disk(self, tmp_path: Path) -> None:
        self.disk = tmp_path
        self.copies = 0

    @override
    def store(self, bytes_max: int) -> Store:
        return open_store(self.disk / "store", bytes_max=bytes_max)

    @override
    def after_power_cut(self, store: Store) -> Store:
        self.copies += 1
        copy = self.disk / f"copy {self.copies}"
        shutil.copytree(self.disk / "store", copy)
        return open_store(copy)


def test_a_power_cut_leaves_the_running_simulation_alone() -> None:
    """What is found afterwards and what runs on are two stores."""
    running = MemoryStore()
    running.commit_now(numbered(3))
    found = running.crashed()
    running.commit_now(numbered(5))
    found.commit_now(numbered(4, "other"))
    assert (len(rows(running)), len(rows(found))) == (5, 7)
