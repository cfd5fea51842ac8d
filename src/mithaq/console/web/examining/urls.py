"""Addresses of a case's examination."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console.web.examining import findings, records, review

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<str:case>/review/", review.show_review, name="review"),
    path("cases/<str:case>/review/start/", review.start_run, name="run-start"),
    path("cases/<str:case>/review/compare/", review.compare, name="runs-compare"),
    path("cases/<str:case>/review/runs/<str:run>/progress/", review.show_progress, name="run-progress"),
    path("cases/<str:case>/review/runs/<str:run>/document/", review.download, name="run-document"),
    path("cases/<str:case>/review/runs/<str:run>/ask/<str:claim>/", records.ask, name="records-ask"),
    path("cases/<str:case>/review/records/<str:records>/", records.show_request, name="records"),
    path("cases/<str:case>/review/records/<str:records>/answer/", records.answer, name="records-answer"),
    path("cases/<str:case>/findings/", findings.show_findings, name="findings"),
    path("cases/<str:case>/findings/<str:clause>/", findings.find, name="finding-make"),
]
