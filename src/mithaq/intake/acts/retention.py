"""Removing rollups after their retention: the intent is an entry before, the outcome an entry after."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import connection

from mithaq.evidence.coverage import moment_of
from mithaq.intake.errors import PinnedMeanwhile
from mithaq.intake.models import Removal, RemovalEnd
from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.telemetry.lake.retention import Bounds, Prepared


@act
def begin_removal(who: Acting, bounds: Bounds) -> Removal:
    """Write down that rollups from before a moment are about to be removed; raises Forbidden."""
    role = who.must(Permission.LAKE_REMOVE)
    before = moment_of(bounds.before)
    removal = Removal.objects.create(removal=public_id("v", who.entropy), begun_at=who.now, before=before)
    facts: dict[str, Json] = {
        "removal": removal.removal,
        "before": format_instant(before),
        "pinned": len(bounds.pinned),
    }
    who.record(ActKind.INTAKE_REMOVAL_BEGUN, role, facts=facts)
    return removal


@act
def finish_removal(
    who: Acting, removal: Removal, prepared: Prepared, pins: Callable[[], Mapping[str, int]]
) -> RemovalEnd:
    """Let a removal count and write down what went; raises Forbidden, PinnedMeanwhile.

    No case can be opened while this runs, so none loses what it pins: `pins` is asked once more, and the
    lake's commit is made, before anybody else may write.
    """
    who.must(Permission.LAKE_REMOVE)
    _nobody_opens_a_case()
    if Bounds.of(prepared.bounds.before, pins()) != prepared.bounds or not prepared.commit():
        raise PinnedMeanwhile(
            "a case was opened or rollups came in meanwhile, and nothing was removed", hint="Run it again."
        )
    return _ended(who, removal, RemovalEnd.Outcome.REMOVED, prepared.found.removed)


@act
def settle_removal(who: Acting, removal: Removal, *, removed: bool) -> RemovalEnd:
    """Write down what came of a removal that was interrupted or called off; raises Forbidden."""
    outcome = RemovalEnd.Outcome.REMOVED if removed else RemovalEnd.Outcome.NOTHING
    return _ended(who, removal, outcome, None if removed else {})


def _ended(
    who: Acting, removal: Removal, outcome: RemovalEnd.Outcome, rows: Mapping[str, int] | None
) -> RemovalEnd:
    role = who.must(Permission.LAKE_REMOVE)
    end = RemovalEnd.objects.create(
        removal=removal,
        ended_at=who.now,
        outcome=outcome,
        rows=None if rows is None else sum(rows.values()),
    )
    by_table: dict[str, Json] | None = None if rows is None else {name: rows[name] for name in sorted(rows)}
    facts: dict[str, Json] = {"removal": removal.removal, "outcome": outcome.value, "rows": by_table}
    who.record(ActKind.INTAKE_REMOVAL_ENDED, role, facts=facts)
    return end


def _nobody_opens_a_case() -> None:
    """Keep others from adding watches until the transaction ends; on SQLite it has the write lock already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE intake_watch, intake_watchend IN SHARE MODE")
