"""Addresses of a case's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console.web.cases import allegation

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<str:case>/", allegation.show_allegation, name="case"),
]
