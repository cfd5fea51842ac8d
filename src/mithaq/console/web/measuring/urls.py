"""Addresses of a case's measures."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console.web.measuring import asking, doing, measures, plans

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<str:case>/measures/", measures.show_measures, name="measures"),
    path("cases/<str:case>/measures/plans/new/", asking.ask_plan, name="measure-plan-new"),
    path("cases/<str:case>/measures/plans/<str:plan>/", plans.show_plan, name="measure-plan"),
    path("cases/<str:case>/measures/plans/<str:plan>/apply/", doing.apply, name="measure-apply"),
    path("cases/<str:case>/measures/<str:measure>/", measures.show_measure, name="measure"),
    path("cases/<str:case>/measures/<str:measure>/now/", measures.show_now, name="measure-now"),
    path("cases/<str:case>/measures/<str:measure>/probe/", doing.probe, name="measure-probe"),
    path("cases/<str:case>/measures/<str:measure>/lift/", doing.lift, name="measure-lift"),
    path("cases/<str:case>/measures/<str:measure>/finish/", doing.finish, name="measure-finish"),
    path("cases/<str:case>/measures/<str:measure>/roll-back/", doing.roll_back, name="measure-roll-back"),
    path("cases/<str:case>/measures/<str:measure>/confirm/", doing.confirm, name="measure-confirm"),
]
