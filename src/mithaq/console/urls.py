"""Which address leads where."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from mithaq.console import health, ledger, metrics
from mithaq.console.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("ledger/checkpoint", ledger.checkpoint, name="ledger-checkpoint"),
    path("ledger/tile/<path:path>", ledger.tile, name="ledger-tile"),
    path("", include("mithaq.console.web.urls")),
]
handler400 = "mithaq.console.web.failures.bad_request"
handler403 = "mithaq.console.web.failures.forbidden"
handler404 = "mithaq.console.web.failures.not_found"
handler500 = "mithaq.console.web.failures.unexpected"
handler429 = "mithaq.console.web.failures.too_many"
