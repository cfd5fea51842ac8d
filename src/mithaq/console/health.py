"""Whether this process lives, and whether it can work: for whoever restarts it or sends it requests."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def alive(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; nothing else is asked."""
    del request
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers and has the tables of this version; 503 if not."""
    del request
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "no-database"}, status=503)
    if behind:
        return JsonResponse({"status": "migrations-missing"}, status=503)
    return JsonResponse({"status": "ready"})
