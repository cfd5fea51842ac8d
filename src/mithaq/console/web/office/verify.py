"""Checking the ledger with one click: its head in full and a sample of its entries, in bounded time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.office.frame import ask
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.errors import BadFormat, BadLedgerKey, BadSignature, LedgerDamaged
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.keeping import Places, places_from
from mithaq.ledger.note import parse_verifier
from mithaq.ledger.publication import folder_from
from mithaq.ledger.spotcheck import DRAWN, NEWEST, Fault, SpotCheck, spot_check
from mithaq.ledger.verify import Trust
from mithaq.people.permissions import Permission

FAULTS: Final[Mapping[Fault, str | Promise]] = {
    Fault.SIGNATURE: _("The newest checkpoint does not carry the signature of this ledger's key."),
    Fault.ROOT: _("The tree does not lead to the root that was signed."),
    Fault.KEPT: _(
        "The ledger does not continue the checkpoint that was kept outside: entries were taken away "
        "or replaced."
    ),
    Fault.FOLDER: _("The published folder is not one of this ledger."),
    Fault.ENTRY: _("An entry is missing, cannot be read, or says something else than what was entered."),
    Fault.PLACE: _("An entry is not in the tree that was signed."),
    Fault.VALUE: _("A personal value is not the one to which its entry commits."),
}


class CheckForm(DoingForm):
    """Nothing to type."""


@page(Permission.LEDGER_READ, FORM)
def check(request: ActingRequest) -> HttpResponse:
    """Say what a check does and does not show, and do it when asked; it writes nothing."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"newest": NEWEST, "drawn": DRAWN}

    def shown(found: SpotCheck) -> HttpResponse:
        faults = [(FAULTS[each.fault], each.seq) for each in found.findings[:50]]
        return ask(request, "office/ledger_check.html", form, {**context, "found": found, "faults": faults})

    return do(request, form, lambda _given: _look(), shown=shown) or ask(
        request, "office/ledger_check.html", form, context
    )


def _look() -> SpotCheck:
    """Check with the key and the kept checkpoint of this server; raises BadLedgerKey, LedgerDamaged."""
    places = places_from(os.environ, settings.HOME)
    trust = _trust(places)
    folder = LedgerFolder(folder_from(os.environ, settings.HOME))
    return spot_check(trust, kept=_kept(places, trust), folder=folder, entropy=secrets.token_bytes)


def _trust(places: Places) -> Trust:
    try:
        verifier = parse_verifier(places.public_key.read_text("ascii").strip())
    except FileNotFoundError:
        raise BadLedgerKey(
            "this server has no key of a ledger yet", hint="The worker makes it: start mithaq worker."
        ) from None
    except (OSError, UnicodeError, BadFormat) as error:
        raise BadLedgerKey(
            "the public key of the ledger cannot be read",
            file=str(places.public_key),
            hint="Put back the file that lies beside the signing key.",
        ) from error
    return Trust(verifier.name, [verifier])


def _kept(places: Places, trust: Trust) -> list[Checkpoint]:
    try:
        raw = places.kept.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LedgerDamaged(
            "the checkpoint kept outside cannot be read",
            file=str(places.kept),
            hint="Make it readable for the console as well.",
        ) from error
    try:
        return [open_checkpoint(raw, trust.keys, origin=trust.origin)[0]]
    except (BadFormat, BadSignature) as error:
        raise LedgerDamaged(
            f"the checkpoint kept outside is not ours: {error.message}",
            file=str(places.kept),
            hint="Put the newest checkpoint that anyone kept in its place.",
        ) from error
