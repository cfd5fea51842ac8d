"""Addresses of people, customers and settings."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console.web.office import (
    accounts,
    contracts,
    customers,
    imports,
    people,
    recusals,
    roles,
    settings,
    subscriptions,
    tokens,
    verify,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", people.people, name="people"),
    path("people/new/", accounts.add, name="person-new"),
    path("people/<str:pseudonym>/", people.person, name="person"),
    path("people/<str:pseudonym>/link/", accounts.link, name="person-link"),
    path("people/<str:pseudonym>/close/", accounts.close, name="person-close"),
    path("people/<str:pseudonym>/open/", accounts.reopen, name="person-open"),
    path("people/<str:pseudonym>/sessions/end/", accounts.end_sessions, name="person-sessions-end"),
    path("people/<str:pseudonym>/roles/new/", roles.propose, name="role-new"),
    path("people/<str:pseudonym>/recusals/new/", recusals.add, name="recusal-new"),
    path("roles/<int:grant>/approve/", roles.approve, name="role-approve"),
    path("roles/<int:grant>/end/", roles.end, name="role-end"),
    path("recusals/<int:recusal>/end/", recusals.end, name="recusal-end"),
    path("customers/", customers.customers, name="customers"),
    path("customers/import/", imports.import_file, name="register-import"),
    path("customers/subscription/", customers.subscription, name="subscription"),
    path("customers/subscription/end/", subscriptions.end, name="subscription-end"),
    path("customers/contracts/new/", contracts.record, name="contract-new"),
    path("customers/<int:customer>/", customers.customer, name="customer"),
    path("customers/<int:customer>/contracts/", customers.contract_history, name="customer-contracts"),
    path("ledger/check/", verify.check, name="ledger-check"),
    path("settings/", settings.settings, name="settings"),
    path("me/recusals/", recusals.own, name="own-recusals"),
    path("me/recusals/new/", recusals.declare, name="own-recusal-new"),
    path("me/tokens/", tokens.own, name="own-tokens"),
    path("me/tokens/new/", tokens.issue, name="own-token-new"),
    path("me/tokens/<int:token>/revoke/", tokens.revoke, name="token-revoke"),
]
