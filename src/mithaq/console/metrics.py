"""Numbers for Prometheus at /metrics: how the console answers, what waits, how ledger and worker fare.

They name no person, no customer and no case: labels are routes, methods, statuses, duties and jobs. They
still tell how much a provider enforces, so they are answered only with the secret that
`MITHAQ_METRICS_TOKEN_FILE` holds; without one the address does not exist. "Only from this machine" would be
no guard: behind a reverse proxy everybody comes from this machine.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from mithaq import __version__
from mithaq.console.service.lately import lately
from mithaq.console.service.logs import METHODS
from mithaq.kernel.clock import clock_from
from mithaq.ledger import queries as ledger
from mithaq.review.queries import waiting_by_duty
from mithaq.review.runs.queries import runs_waiting

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Variable of the library: where processes that answer together count together."""

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_own = CollectorRegistry()
_REQUESTS: Final = Counter(
    "mithaq_requests", "Requests answered.", ("method", "route", "status"), registry=_own
)
_LATENCY: Final = Histogram(
    "mithaq_request_seconds", "Time to an answer.", ("route",), registry=_own, buckets=_SECONDS
)


class Measured:
    """Middleware, outermost: counts each request by method, route and status, and times it by route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and count the answer."""
        began = time.perf_counter()
        response = self._get_response(request)
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "other"
        _REQUESTS.labels(method, route, str(response.status_code)).inc()
        _LATENCY.labels(route).observe(time.perf_counter() - began)
        return response


class _State(Collector):
    """What is so at the moment of asking, read from the database and the home."""

    def __init__(self, home: Path, now: datetime) -> None:
        self._home = home
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Give the numbers; without a database only that it does not answer."""
        version = GaugeMetricFamily("mithaq_version", "1, by version.", labels=("version",))
        version.add_metric([__version__], 1)
        yield version
        try:
            found = [*self._ledger(), *self._cases()]
        except DatabaseError:
            yield GaugeMetricFamily("mithaq_database_up", "Whether the database answers.", value=0)
        else:
            yield GaugeMetricFamily("mithaq_database_up", "Whether the database answers.", value=1)
            yield from found
        yield from self._worker()

    def _ledger(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("mithaq_ledger_entries", "Entries in the tree.", value=ledger.tree_size())
        yield GaugeMetricFamily(
            "mithaq_ledger_waiting", "Entries that wait for a position.", value=ledger.waiting()
        )
        newest = ledger.latest_checkpoint()
        if newest is not None:
            yield GaugeMetricFamily(
                "mithaq_checkpoint_entries", "Entries under the newest checkpoint.", value=newest.size
            )
            age = (self._now - newest.signed_at).total_seconds()
            yield GaugeMetricFamily(
                "mithaq_checkpoint_age_seconds", "Since the newest checkpoint was signed.", value=age
            )

    def _cases(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("mithaq_cases_waiting", "Cases by what they wait for.", labels=("duty",))
        overdue = GaugeMetricFamily("mithaq_cases_overdue", "Cases whose time is up.", labels=("duty",))
        for duty, (all_of_them, late) in sorted(waiting_by_duty(self._now).items()):
            waiting.add_metric([duty.value], all_of_them)
            overdue.add_metric([duty.value], late)
        yield waiting
        yield overdue
        yield GaugeMetricFamily(
            "mithaq_evidence_runs_waiting", "Evidence runs without an end.", value=runs_waiting()
        )

    def _worker(self) -> Iterator[Metric]:
        age = GaugeMetricFamily(
            "mithaq_worker_turn_age_seconds", "Since a job had its last turn.", labels=("job",)
        )
        failed = GaugeMetricFamily(
            "mithaq_worker_turn_failed", "Whether a job's last turn failed.", labels=("job",)
        )
        for turn in lately(self._home):
            age.add_metric([turn.job], (self._now - turn.at).total_seconds())
            failed.add_metric([turn.job], float(turn.outcome != "done"))
        yield age
        yield failed


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers to who has the secret; 404 where none is set, 401 for another."""
    secret = settings.METRICS_TOKEN
    if not secret:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_State(settings.HOME, clock_from(os.environ)()))
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library annotates it in part
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    content = generate_latest(registry) + generate_latest(_own)
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST)
