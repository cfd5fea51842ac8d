"""Addresses of the inbox, the queues and a case's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mithaq.console.web.cases import allegation, glass, inbox, moves, opening, papers, timeline

urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.inbox, name="home"),
    path("cases/", inbox.cases, name="cases"),
    path("cases/new/", opening.type_allegation, name="case-open"),
    path("cases/new/file/", opening.open_from_file, name="case-open-file"),
    path("break-glass/", glass.break_glass, name="break-glass"),
    path("cases/<str:case>/", allegation.show_allegation, name="case"),
    path("cases/<str:case>/egress/", allegation.show_egress, name="case-egress"),
    path("cases/<str:case>/timeline/", timeline.show_timeline, name="case-timeline"),
    path("cases/<str:case>/documents/new/", papers.attach, name="case-attach"),
    path("cases/<str:case>/documents/<str:attachment>/", allegation.download, name="case-document"),
    path(
        "cases/<str:case>/documents/<str:attachment>/erase/",
        papers.erase_attachment,
        name="case-erase-document",
    ),
    path("cases/<str:case>/words/erase/", papers.erase_words, name="case-erase-words"),
    path("cases/<str:case>/link/", papers.link, name="case-link"),
    path("cases/<str:case>/watch/end/", papers.end_watch, name="case-end-watch"),
    path("cases/<str:case>/authorise/", moves.authorise, name="case-authorise"),
    path("cases/<str:case>/hand-over/", moves.hand_over, name="case-hand-over"),
    path("cases/<str:case>/step-in/", moves.step_in, name="case-step-in"),
    path("cases/<str:case>/escalate/", moves.escalate, name="case-escalate"),
    path("cases/<str:case>/hold/", moves.hold, name="case-hold"),
    path("cases/<str:case>/release/", moves.release, name="case-release"),
    path("cases/<str:case>/cancel/", moves.cancel, name="case-cancel"),
]
