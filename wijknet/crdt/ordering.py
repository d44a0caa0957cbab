"""Changes in an order in which each comes after what it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import NamedTuple

from wijknet.crdt.changes import Change
from wijknet.ids import ChangeHash


class Ordered(NamedTuple):
    """Changes, each after those of them that it depends on, and where each is."""

    changes: Sequence[Change]
    at: Mapping[ChangeHash, int]


def dependencies_first(changes: Iterable[Change]) -> Ordered:
    """Put changes in an order in which each can be taken; twins are one."""
    by_hash = {each.hash: each for each in changes}
    at = {hash_: number for number, hash_ in enumerate(by_hash)}
    if all(at.get(dep, -1) < at[each.hash] for each in by_hash.values() for dep in each.deps):
        return Ordered(tuple(by_hash.values()), at)  # As everybody sends them.
    graph = {each.hash: [dep for dep in each.deps if dep in at] for each in by_hash.values()}
    ordered = tuple(by_hash[each] for each in TopologicalSorter(graph).static_order())
    return Ordered(ordered, {each.hash: number for number, each in enumerate(ordered)})
