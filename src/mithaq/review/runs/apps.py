"""Findings read the verdicts that runs computed: said once, when the program starts."""

from __future__ import annotations

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Evidence runs."""

    name = "mithaq.review.runs"
    label = "runs"

    def ready(self) -> None:
        """Let findings read what runs attached."""
        from mithaq.review.computed import reads_results  # noqa: PLC0415  # tables exist from here on only
        from mithaq.review.runs.queries import computed_by_runs  # noqa: PLC0415  # as above

        reads_results(computed_by_runs)
