"""Measurements of a node in the text format of Prometheus. No names and no texts are in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from wijknet.node.reasons import REASONS

if TYPE_CHECKING:
    from wijknet.node.node import Node

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"

_COUNTS: Final = {
    "records": "Records of the neighbourhood on this box.",
    "documents": "Documents on this box.",
    "activities": "Series of activities.",
    "rooms": "Rooms of all places.",
    "shifts": "Volunteer shifts of all places.",
    "waiting": "Requests that wait for an answer of this place.",
}


class _Measured(Collector):
    """Reads a node whenever somebody asks; nothing is counted twice."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @override
    def collect(self) -> Iterable[Metric]:
        told: Any = self._node.status()
        yield InfoMetricFamily("wijknet", "This box.", {"version": told["version"]})
        for name, about in _COUNTS.items():
            yield GaugeMetricFamily(f"wijknet_{name}", about, told["counts"][name])
        yield from _neighbours(told["peers"])
        traffic = CounterMetricFamily(
            "wijknet_traffic_bytes", "Bytes to and from neighbours.", labels=["direction"]
        )
        traffic.add_metric(["sent"], told["traffic"]["sent_bytes"])
        traffic.add_metric(["received"], told["traffic"]["received_bytes"])
        yield traffic
        yield GaugeMetricFamily(
            "wijknet_listeners", "Who follow the events.", self._node.events.readers
        )
        yield CounterMetricFamily(
            "wijknet_revisions", "Changes of what is shown since the start.", self._node.revision
        )


def _neighbours(peers: list[Any]) -> Iterator[Metric]:
    by_code = GaugeMetricFamily(
        "wijknet_neighbours", "Other boxes, by reason code.", labels=["code"]
    )
    codes = [each["code"] for each in peers]
    for code in REASONS:
        by_code.add_metric([code], codes.count(code))
    yield by_code


def measures(node: Node) -> bytes:
    """The measurements of a node, as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Measured(node))
    return generate_latest(registry)
