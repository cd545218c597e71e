"""What a monitoring system may know: counts and times by endpoint, never an address, an id or a text.

Where several processes serve, whichever is asked answers for all: prometheus_client keeps their counts in files that it adds up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.keeper import Keeper
from api.serving import FIGURES
from indexer.errors import StoreError

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_FIGURES: Final = {
    "records": "Records in the candidate index.",
    "behind": "Changes the index has to follow.",
}
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class State(Collector):
    """How the index is, as the process that is asked sees it; what is not known now stays as it was."""

    def __init__(self) -> None:
        self.ready = False
        self.figures: dict[str, int] = {}

    def look(self, keeper: Keeper) -> None:
        """Ask the index."""
        try:
            status = keeper.installation().index_status()
        except StoreError:
            status = {"problem": "the database does not open"}
        self.ready = "problem" not in status
        self.figures |= {name: figure for name in _FIGURES if isinstance(figure := status.get(name), int)}

    def collect(self) -> Iterator[Metric]:
        """What prometheus_client asks for."""
        yield GaugeMetricFamily("elijah_ready", "1 while the database opens and the index can be used.", self.ready)
        for name, meaning in _FIGURES.items():
            yield GaugeMetricFamily(f"elijah_index_{name}", meaning, self.figures.get(name, 0))


class Monitoring:
    """The figures of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("endpoint", "method", "status")
        self._requests = Counter("elijah_http_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "elijah_http_request_seconds", "Time to answer.", ("endpoint",), buckets=_SECONDS, registry=self._registry
        )
        self._state = State()

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Take one answered request in."""
        # The endpoint's name, not the path: a path may hold a record's id.
        endpoint = getattr(scope.get("endpoint"), "__name__", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(endpoint, method, status).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def page(self, keeper: Keeper) -> bytes:
        """All figures in Prometheus' text format."""
        self._state.look(keeper)
        page = CollectorRegistry()
        page.register(self._state)
        return generate_latest(page) + generate_latest(self._counts())

    def _counts(self) -> CollectorRegistry:
        if FIGURES not in os.environ:
            return self._registry
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]  # the library does not say its types
        return everybody


class Counting:
    """Counts every answer, also those of the walls inside it."""

    def __init__(self, app: ASGIApp, monitoring: Monitoring) -> None:
        self._app = app
        self._monitoring = monitoring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and take the answer into the figures."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._monitoring.count(scope, status, time.perf_counter() - began)
