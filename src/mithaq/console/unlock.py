"""What the unlock asks the rooms above it: may this person act on this case; what has the lake sealed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mithaq.identity.errors import UnlockNotReady
from mithaq.intake.queries import access_case as access_allegation
from mithaq.people.acting import Acting
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.telemetry.lake.schema import Table


def access_case(who: Acting, case: str) -> None:
    """Let a person through to a case; raises Forbidden, Recused, UnknownCase."""
    access_allegation(who, case)


def sealed_ids(pseudonym: str) -> Sequence[bytes]:
    """Read what the lake (`MITHAQ_LAKE`) has sealed under one pseudonym; raises UnlockNotReady, BadLake."""
    lake = os.environ.get("MITHAQ_LAKE", "")
    if not lake:
        raise UnlockNotReady(
            "no lake is named", field="MITHAQ_LAKE", hint="Set it to the folder of the lake."
        )
    rows = LakeReader.open(Path(lake)).rows(Table.SEALED, [pseudonym])
    sealed: list[bytes] = rows["sealed"].to_pylist()
    return sealed
