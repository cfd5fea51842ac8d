"""Tell the whole story into a new home: people, register, cases, and the last case through the API."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import typer

from mithaq.cli.story.cast import Cast, SignIn, StoryClock, founders
from mithaq.cli.story.desk import StoryDesk
from mithaq.cli.story.plots import LONGEST, play
from mithaq.cli.story.through_api import carry
from mithaq.console.service.startup import prepare
from mithaq.intake.models import Allegation
from mithaq.kernel.clock import Clock
from mithaq.register import load_register
from mithaq.register.acts import ContractTerms, NegotiatedTerm, import_register, record_contract
from mithaq.review.measures import ContractOverride

_CUSTOMER: Final = "Harbour Vault Systems"
_NEGOTIATED: Final = ContractOverride(
    contract="HV-1041",
    term="Thirty days' notice before a service is restricted, unless people are in danger.",
    answer="People are in danger as long as recordings go on being made.",
)


def tell_story(home: Path, provider: Path, clock: Clock) -> dict[str, Any]:
    """Fill an empty home; gives the last case with the ledger's state, and how each person signs in.

    Raises what the acts raise, and StepRefused.
    """
    end = clock().replace(microsecond=0)
    passing = StoryClock(end - timedelta(days=LONGEST))
    cast = Cast(passing, secrets.token_urlsafe(12))
    links = prepare(os.environ, home, founders(), clock=passing, entropy=secrets.token_bytes)
    cast.join(links)
    _fill_register(cast, provider / "register.csv")
    passing.now = end
    desk = StoryDesk(cast, provider, {_CUSTOMER: _NEGOTIATED})
    play(desk, _progress)
    case = carry(home, desk)
    return {
        **case,
        "cases": Allegation.objects.count(),
        "people": people(cast.sign_ins()),
        "password": cast.password,
    }


def _fill_register(cast: Cast, file: Path) -> None:
    """Import the pretend provider's register, and record a contract with a negotiated term."""
    import_register(cast("bashir"), load_register(file), sha256=sha256(file.read_bytes()).hexdigest())
    terms = ContractTerms(
        reference=_NEGOTIATED.contract,
        customer=_CUSTOMER,
        terms="default",
        declared_purpose="backup",
        home_region="ca-central-1",
        overrides=(NegotiatedTerm(clause="T5", text=_NEGOTIATED.term, language="en"),),
    )
    record_contract(cast("bashir"), terms, valid_from=cast.clock.now - timedelta(days=400))


def people(sign_ins: Sequence[SignIn]) -> list[Mapping[str, Any]]:
    """Give how each person signs in as plain values."""
    return [
        {
            "name": each.part.name,
            "email": each.part.email,
            "roles": [role.value for role in each.part.roles],
            "codes": list(each.codes),
        }
        for each in sign_ins
    ]


def _progress(told: int, of: int) -> None:
    typer.echo(f"   {told}/{of}", err=True)
