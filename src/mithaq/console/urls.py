"""Which address leads where."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console import ledger
from mithaq.console.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("ledger/checkpoint", ledger.checkpoint),
    path("ledger/tile/<path:path>", ledger.tile),
]
