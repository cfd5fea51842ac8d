"""The ledger as people browse it: the newest acts first, one entry with what it says, and its proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import urlencode

from mithaq.console.web.kinds import ACTED_AS, KINDS
from mithaq.console.web.pages import ActingRequest, page
from mithaq.kernel.clock import parse_instant
from mithaq.ledger import queries
from mithaq.ledger.entries import EntryBody, parse_entry
from mithaq.ledger.errors import NotProven
from mithaq.ledger.kinds import ActKind
from mithaq.people.permissions import Permission

ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry as a page writes it."""

    seq: int
    at: datetime
    kind: str
    title: str | Promise | None
    role: str | Promise
    pseudonym: str
    case: str


def _shown(seq: int, body: EntryBody) -> EntryShown:
    return EntryShown(
        seq=seq,
        at=parse_instant(body.at, field="at"),
        kind=body.kind,
        title=KINDS.get(body.kind),
        role=ACTED_AS.get(body.actor.role, body.actor.role),
        pseudonym=body.actor.pseudonym,
        case=body.case,
    )


@page(Permission.LEDGER_READ)
def entries(request: ActingRequest) -> HttpResponse:
    """Show the newest entries, of a case or kind if asked; raises Http404 for a position that is none."""
    before = request.GET.get("before", "")
    if before and not (before.isdecimal() and len(before) < 19):  # noqa: PLR2004  # digits of 2^63
        raise Http404(before)
    edge = int(before) if before else None
    case, kind = request.GET.get("case", "").strip()[:64], request.GET.get("kind", "")
    kind = kind if kind in set(ActKind) else ""
    if case or kind:
        found = queries.matching(case=case, kind=kind, before=edge, count=ON_A_PAGE + 1)
    else:
        found = queries.newest(edge, ON_A_PAGE + 1)
    shown = [_shown(each.seq, each.body) for each in found[:ON_A_PAGE] if each.seq is not None]
    context = {
        "entries": shown,
        "earlier": shown[-1].seq if len(found) > ON_A_PAGE else None,
        "case": case,
        "kind": kind,
        "same": "".join(
            f"&{urlencode({name: text})}" for name, text in (("case", case), ("kind", kind)) if text
        ),
        "kinds": sorted(((kind, str(words)) for kind, words in KINDS.items()), key=lambda each: each[1]),
        "checkpoint": queries.latest_checkpoint(),
        "waiting": queries.waiting(),
    }
    return render(request, "web/ledger.html", context)


@page(Permission.LEDGER_READ)
def entry(request: ActingRequest, seq: int) -> HttpResponse:
    """Show one entry: what it says, what it only commits to, and whether its proof can be had yet."""
    found = queries.at_position(seq)
    if found is None:
        raise Http404(str(seq))
    body = parse_entry(bytes(found.leaf))
    checkpoint = queries.latest_checkpoint()
    context = {
        "entry": _shown(seq, body),
        "facts": sorted((name, json.dumps(value, ensure_ascii=False)) for name, value in body.facts.items()),
        "committed": sorted(body.commitments.items()),
        "leaf_hash": bytes(found.leaf_hash).hex(),
        "covered": checkpoint is not None and seq < checkpoint.size,
    }
    return render(request, "web/ledger_entry.html", context)


@page(Permission.LEDGER_READ)
def proof(request: HttpRequest, seq: int) -> HttpResponse:
    """Hand out the proof of an entry as a file; raises Http404 where there is none yet."""
    del request
    found = queries.at_position(seq)
    if found is None:
        raise Http404(str(seq))
    try:
        receipt = queries.receipt(found)
    except NotProven as error:
        raise Http404(str(seq)) from error
    response = HttpResponse(receipt.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mithaq-entry-{seq}.tlog-proof"'
    return response
