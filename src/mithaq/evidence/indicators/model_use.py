"""Use of models: successful calls of speech, translation, vision, face and language services.

Unit: calls over the period, for the whole subject (calls name no bucket). It shows that the provider's own
services were used, and how much beside what was stored. It cannot show use of a customer's own models on
rented machines. Source: hourly activity of the lake, service vocabulary.
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.tables import Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.vocabulary import Operation, Service

SERVICES: Final = (
    Service.SPEECH_TO_TEXT,
    Service.TRANSLATION,
    Service.VISION,
    Service.FACE_RECOGNITION,
    Service.LANGUAGE_MODEL,
    Service.TEXT_ANALYSIS,
)


def column(service: Service) -> str:
    """Column name of a service's calls."""
    return "calls_" + service.value.replace("-", "_")


def indicator(tables: Tables) -> ibis.Table:
    """Columns: subject, calls_speech_to_text, … one per service."""
    rows = tables.activity.filter(tables.activity.operation == Operation.INFER.value)
    done = rows.events - rows.errors
    return rows.group_by("subject").aggregate(
        **{
            column(service): done.sum(where=rows.service == service.value).fill_null(0)
            for service in SERVICES
        }
    )
