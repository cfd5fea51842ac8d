"""Rest spell: how much is written in the quietest 48 consecutive hours of the week, against all other hours.

Unit: relative to the other hours (1 = as they): the spell as a whole, its part in the busy hours of the day,
and its part in all other hours. Each hour counts against what its hour of the day usually holds. The week is
a circle of 168 hours, so neither the time zone nor which days are rest days carries any meaning; the spell
begins at whatever hour the rest does, where two whole days by UTC would cut it. Busy and other hours of one
spell share their days, so that days which differ by chance cannot part them: where offices rest beside lines
that are open day and night, the busy hours fall and the night stays; where people at large take it easy, both
fall alike. It cannot tell whose rest it is, and must not. Hours without logs are made up for as in the week
clock; absent where so much is missing that the spell might lie in a gap.
Source: hourly activity; observed hours from coverage.
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.indicators.base import EPOCH_WEEKDAY, HOURS_PER_DAY, WEEK_HOURS, circular_means
from mithaq.evidence.indicators.day_clock import BUSY_HOURS, profile
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis

SPELL_HOURS: Final = 48
LEAST_SEEN: Final = 0.25
"""Share of its usual writing that every spell of the week must show in observed hours."""
PRIOR: Final = 3.0
"""Creations as usual that are added to both sides of a ratio, so that a handful of objects tells little."""


def _by_hour_of_week(tables: Tables) -> ibis.Table:
    """Creations and what is usual, by hour of the week. Columns: STREAM, place, slot, made, expected."""
    rows = tables.grid.mutate(slot=tables.grid.hour % HOURS_PER_DAY)
    rated = rows.join(profile(tables), [*STREAM, "slot"]).select(*STREAM, "hour", "slot", "made", "rate")
    placed = rated.mutate(place=(rated.hour + EPOCH_WEEKDAY * HOURS_PER_DAY) % WEEK_HOURS)
    return placed.group_by([*STREAM, "place", "slot"]).aggregate(
        made=placed.made.sum(), expected=placed.rate.sum()
    )


def _quietest(places: ibis.Table) -> ibis.Table:
    """The quietest spell. Columns: STREAM, begins (hour of the week), all_made, all_expected."""
    again = places.mutate(place=places.place + WEEK_HOURS)
    wrapped = places.union(again)
    ahead = ibis.range_window(group_by=list(STREAM), order_by="place", preceding=0, following=SPELL_HOURS - 1)
    spells = wrapped.select(
        *STREAM, "place", made=wrapped.made.sum().over(ahead), expected=wrapped.expected.sum().over(ahead)
    )
    starts = spells.filter(spells.place < WEEK_HOURS)
    whole = ibis.window(group_by=list(STREAM))
    totals = places.group_by(list(STREAM)).aggregate(
        all_made=places.made.sum(), all_expected=places.expected.sum()
    )
    rated = starts.mutate(level=starts.made / starts.expected, least=starts.expected.min().over(whole))
    first = ibis.window(group_by=list(STREAM), order_by=["level", "place"])
    ranked = rated.mutate(rank=ibis.row_number().over(first))
    best = ranked.filter(ranked["rank"] == 0).select(*STREAM, "least", begins=ranked.place)
    found = best.join(totals, list(STREAM))
    return found.filter(found.least >= found.all_expected * (LEAST_SEEN * SPELL_HOURS / WEEK_HOURS))


def _busy(tables: Tables) -> ibis.Table:
    """The hour of the day at which the busiest hours begin. Columns: STREAM, busy."""
    means = circular_means(profile(tables), "slot", "rate", HOURS_PER_DAY, BUSY_HOURS)
    first = ibis.window(group_by=list(STREAM), order_by=[means["mean"].desc(), "slot"])
    ranked = means.mutate(rank=ibis.row_number().over(first))
    return ranked.filter(ranked["rank"] == 0).select(*STREAM, busy=ranked.slot)


def _ratio(rows: ibis.Table, part: ibis.Value, usual: ibis.Value) -> ibis.Value:
    """Writing inside the spell over that outside, both against the usual, in a part of the hours."""

    def level(where: ibis.Value) -> ibis.Value:
        made, expected = (rows[name].sum(where=where).fill_null(0) for name in ("made", "expected"))
        return (made + PRIOR) / (expected * usual + PRIOR)

    return level(part & rows.inside) / level(part & ~rows.inside)


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, rest_depth (whole spell), rest_busy (its busy hours), rest_other (all its others)."""
    places = _by_hour_of_week(tables)
    marked = places.join(_quietest(places), list(STREAM)).join(_busy(tables), list(STREAM))
    rows = marked.mutate(
        inside=(marked.place - marked.begins + WEEK_HOURS) % WEEK_HOURS < SPELL_HOURS,
        by_day=(marked.slot - marked.busy + HOURS_PER_DAY) % HOURS_PER_DAY < BUSY_HOURS,
    )
    usual = (rows.all_made / rows.all_expected).max()
    within, outside = (
        rows.made.sum(where=where) / rows.expected.sum(where=where).nullif(0.0)
        for where in (rows.inside, ~rows.inside)
    )
    return rows.group_by(list(STREAM)).aggregate(
        rest_depth=within / outside.nullif(0.0),
        rest_busy=_ratio(rows, rows.by_day, usual),
        rest_other=_ratio(rows, ~rows.by_day, usual),
    )
