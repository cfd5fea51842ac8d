"""Breaking the glass: whoever reads no cases reads one for a day, says why, and is seen to have done so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.errors import BadGlass
from mithaq.people.models import BrokenGlass
from mithaq.people.permissions import Permission
from mithaq.people.queries import GLASS_HOLDS, refuse_if_recused

SHORTEST_REASON: Final = 10
"""Characters: an empty word is no reason."""


@act
def break_glass(
    who: Acting, case: str, *, reason: str, customers: Iterable[str] = (), regions: Iterable[str] = ()
) -> BrokenGlass:
    """Let oneself read a case for a day; `customers` and `regions` are those that the case touches.

    Raises Forbidden, Recused, BadGlass.
    """
    role = who.must(Permission.CASE_BREAK_GLASS)
    refuse_if_recused(who, customers=customers, regions=regions, case=case)
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadGlass(
            "why the case must be seen has to be said",
            field="reason",
            hint=f"Give the reason in at least {SHORTEST_REASON} characters.",
        )
    broken = BrokenGlass.objects.create(account=who.account, case=case, at=who.now)
    hours = int(GLASS_HOLDS.total_seconds()) // 3_600
    who.record(
        ActKind.PEOPLE_GLASS_BROKEN, role, case=case, facts={"hours": hours}, personal={"reason": reason}
    )
    return broken
