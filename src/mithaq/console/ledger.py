"""The ledger as outsiders read it, at the addresses of tlog-tiles: /ledger/checkpoint and /ledger/tile/….

Only hashes are served, and only what a signed checkpoint covers. Entries hold no personal data, but they
tell how the provider works; auditors get them in a copy of the folder.
"""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mithaq.ledger import queries
from mithaq.ledger.errors import BadFormat, LedgerDamaged
from mithaq.ledger.tiles import parse_path, tile_at

_FOREVER: Final = "public, max-age=31536000, immutable"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest signed checkpoint; 404 before the first."""
    del request
    newest = queries.latest_checkpoint()
    if newest is None:
        raise Http404
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(bytes(newest.note), content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Give a tile of hashes; 404 for a bundle of entries, and for what no checkpoint covers."""
    del request
    newest = queries.latest_checkpoint()
    try:
        wanted = parse_path(f"tile/{path}")
        if newest is None or wanted.level is None:
            raise Http404
        if wanted.width > tile_at(wanted.level, wanted.index, newest.size).width:
            raise Http404
    except (BadFormat, LedgerDamaged) as error:
        raise Http404 from error
    headers = {"Cache-Control": _FOREVER}
    content = queries.fetch_tile(wanted)
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
