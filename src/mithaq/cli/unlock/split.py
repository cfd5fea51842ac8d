"""`mithaq unlock split`: the unlock key, split among the approvers at a ceremony."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from mithaq.cli.output import stderr_console
from mithaq.cli.unlock.documents import Status, print_body, read_answer, text_of
from mithaq.identity.errors import BadSharing
from mithaq.identity.keyfile import load_unlock_private
from mithaq.identity.personalkey import read_public
from mithaq.identity.sealing import fingerprint_of
from mithaq.identity.sharing import Holder
from mithaq.identity.sharing import split as split_among


def split(
    status: Path = typer.Argument(readable=False, help="The answer of GET /unlock/status."),
    key: Path = typer.Option(..., "--unlock-key", readable=False, help="The file <lake>.key.unlock."),
    only: list[str] = typer.Option([], "--holder", help="Only among these people; default: all with keys."),
    as_json: bool = typer.Option(False, "--json", help="Print only the body of POST /unlock/splits."),
) -> None:
    """Split the unlock key for every pair of holders, each half sealed to one of them."""
    answer = read_answer(status, Status)
    known = {one.person: read_public(one.public, field="keys") for one in answer.keys}
    missing = sorted(set(only) - set(known))
    if missing:
        raise BadSharing(
            f"no personal key of {', '.join(missing)} is in use",
            file=str(status),
            field="--holder",
            hint="Have them register one, and ask for the status again.",
        )
    holders = [
        Holder(person, public) for person, public in sorted(known.items()) if person in (only or known)
    ]
    dealt = split_among(
        load_unlock_private(key), holders, epoch=answer.next_epoch, entropy=secrets.token_bytes
    )
    names = {holder.person: fingerprint_of(holder.public) for holder in holders}
    if not as_json:
        for person, fingerprint in names.items():
            stderr_console().print(f"{person}  {fingerprint}")
        stderr_console().print("Send this only if each of them has read the same fingerprint aloud.")
    print_body(
        {
            "epoch": dealt.epoch,
            "unlock_public": text_of(dealt.unlock_public),
            "holders": names,
            "halves": [
                {"holder": h.holder, "partner": h.partner, "sealed": text_of(h.sealed), "check": h.check}
                for h in dealt.halves
            ],
        }
    )
