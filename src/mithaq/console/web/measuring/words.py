"""The words for measures: where one stands, what a probe found and from where, what an errand does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.measures.matrix import Door, Vantage, Verdict
from mithaq.measures.model import Effect, OnDrift
from mithaq.measures.models import ProbeStage, StepState
from mithaq.measures.status import ErrandKind, Status

Words = Mapping[str, str | Promise]

STATUSES: Final[Words] = MappingProxyType(
    {
        Status.WAITING: _("waits for the worker"),
        Status.UNDER_WAY: _("is being applied"),
        Status.FAILED: _("could not be begun"),
        Status.PARTIAL: _("stopped on the way"),
        Status.PENDING: _("not shown by probes"),
        Status.CONFIGURED: _("configured, not testable"),
        Status.HANDED_OVER: _("handed over, not confirmed"),
        Status.IN_FORCE: _("in force"),
        Status.DRIFTED: _("has drifted"),
        Status.LIFTING: _("is being lifted"),
        Status.HANDED_BACK: _("handed back, not confirmed"),
        Status.LIFTED: _("lifted"),
        Status.UNDONE: _("taken back, not shown"),
    }
)
MEANINGS: Final[Words] = MappingProxyType(
    {
        Status.WAITING: _("Nothing has been changed yet."),
        Status.UNDER_WAY: _(
            "Settings are changed one by one; each change is in the ledger before and after."
        ),
        Status.FAILED: _("Nothing was changed."),
        Status.PARTIAL: _("Some settings were changed and others not: each step says how far it came."),
        Status.PENDING: _("Everything was changed, but probes do not show that it holds."),
        Status.CONFIGURED: _("Everything was changed and read back; nothing here could show that it holds."),
        Status.HANDED_OVER: _(
            "What a person is to carry out lies ready; nobody has confirmed yet that it was done."
        ),
        Status.IN_FORCE: _("Everything was changed and read back, and probes found every door as decided."),
        Status.DRIFTED: _("A setting is not as decided any more."),
        Status.LIFTING: _("Settings go back to where they were, one by one."),
        Status.HANDED_BACK: _(
            "How a person is to undo it lies ready; nobody has confirmed yet that it was done."
        ),
        Status.LIFTED: _("Everything was taken back, and probes found every door open again."),
        Status.UNDONE: _("Everything was taken back and read back, but probes do not show it."),
    }
)
TONES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Status.IN_FORCE: "stands",
        Status.LIFTED: "past",
        Status.UNDONE: "late",
        Status.FAILED: "past",
        Status.PARTIAL: "late",
        Status.PENDING: "late",
        Status.DRIFTED: "late",
    }
)
"""How a status is coloured; the others wait."""

VERDICTS: Final[Words] = MappingProxyType(
    {
        Verdict.AS_DECIDED: _("as decided"),
        Verdict.LEAK: _("leak: still open"),
        Verdict.OVERREACH: _("overreach: closed beside the measure"),
        Verdict.UNPROVEN: _("unproven"),
    }
)
DOORS: Final[Words] = MappingProxyType(
    {Door.OPEN: _("open"), Door.CLOSED: _("closed"), Door.UNKNOWN: _("unknown")}
)
VANTAGES: Final[Words] = MappingProxyType(
    {
        Vantage.OWNER: _("the owner"),
        Vantage.PRESIGNED: _("a link signed before"),
        Vantage.ANONYMOUS: _("anybody, not signed in"),
        Vantage.SIBLING: _("another user of the tenant"),
        Vantage.GRANTEE: _("another tenant that was let in"),
        Vantage.ELSEWHERE: _("the owner, at another tenant’s"),
        Vantage.TOKEN: _("a new token"),
        Vantage.OLD_TOKEN: _("a token from before"),
        Vantage.CONTROL: _("the control tenant"),
    }
)
OPERATIONS: Final[Words] = MappingProxyType(
    {
        "read": _("reading"),
        "write": _("storing"),
        "delete": _("deleting"),
        "list": _("listing"),
        "sign-in": _("signing in"),
        "copy-out": _("copying out"),
        "multipart": _("storing in parts"),
    }
)
STAGES: Final[Words] = MappingProxyType(
    {
        ProbeStage.BEFORE: _("before the measure"),
        ProbeStage.APPLIED: _("under the measure"),
        ProbeStage.LIFTED: _("after the lifting"),
    }
)
STEP_STATES: Final[Words] = MappingProxyType(
    {
        StepState.WAITING: _("to come"),
        StepState.BEGUN: _("begun"),
        StepState.DONE: _("done and read back"),
        StepState.MOVED: _("left alone: somebody else changed it"),
        StepState.GONE: _("gone: the customer removed it"),
    }
)
ERRANDS: Final[Words] = MappingProxyType(
    {
        ErrandKind.PLAN: _("making a plan"),
        ErrandKind.APPLY: _("applying"),
        ErrandKind.AMEND: _("changing"),
        ErrandKind.REAPPLY: _("writing again what drifted"),
        ErrandKind.PROBE: _("probing"),
        ErrandKind.LIFT: _("lifting"),
        ErrandKind.ROLL_BACK: _("rolling back"),
    }
)
EFFECTS: Final[Words] = MappingProxyType(
    {
        Effect.VERIFIED: _("Probes can show it: it can be in force."),
        Effect.CONFIGURED: _("It is read back from the configuration; nothing here can show that it holds."),
        Effect.NEW_ONLY: _("Only what would be made anew is stopped; what exists goes on."),
        Effect.EVENTUAL: _(
            "It takes hold some time after it was made; until a probe shows it, it is pending."
        ),
    }
)
ON_DRIFT: Final[Words] = MappingProxyType(
    {
        OnDrift.ALARM: _("An alarm is raised; nothing is written again."),
        OnDrift.REAPPLY: _("An alarm is raised, and it is written again."),
    }
)
