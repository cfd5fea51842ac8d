"""Addresses of decisions, statements and appeals."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console.web.deciding import appeals, composing, decisions, statements

_CASE = "cases/<str:case>"
_DECISION = f"{_CASE}/decisions/<str:decision>"
_ANSWER = f"{_DECISION}/answer"
_APPEAL = f"{_CASE}/appeals/<str:appeal>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_CASE}/decisions/", decisions.show_decisions, name="decisions"),
    path(f"{_CASE}/decisions/new/<str:by>/<str:kind>/", composing.propose, name="propose"),
    path(f"{_DECISION}/", decisions.show_decision, name="decision"),
    path(f"{_DECISION}/then/<str:by>/<str:kind>/", composing.propose, name="propose-after"),
    path(f"{_DECISION}/approve/", decisions.approve, name="decision-approve"),
    path(f"{_DECISION}/refuse/", decisions.refuse, name="decision-refuse"),
    path(f"{_DECISION}/withdraw/", decisions.withdraw, name="decision-withdraw"),
    path(f"{_DECISION}/expire/", decisions.expire, name="decision-expire"),
    path(f"{_DECISION}/reasons/", statements.show_reasons, name="reasons"),
    path(f"{_DECISION}/reasons/issue/", statements.issue_reasons, name="reasons-issue"),
    path(f"{_DECISION}/appeal/", appeals.enter_appeal, name="appeal-enter"),
    path(f"{_ANSWER}/approve/", decisions.approve_answer, name="answer-approve"),
    path(f"{_ANSWER}/refuse/", decisions.refuse_answer, name="answer-refuse"),
    path(f"{_ANSWER}/withdraw/", decisions.withdraw_answer, name="answer-withdraw"),
    path(f"{_CASE}/appeals/", appeals.show_appeals, name="appeals"),
    path(f"{_APPEAL}/change/<str:kind>/", appeals.change_on_appeal, name="appeal-change"),
    path(f"{_APPEAL}/<str:outcome>/", appeals.decide_appeal, name="appeal-decide"),
]
