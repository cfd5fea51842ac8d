"""What can be wrong with measures and the targets on which they are carried out.

InputError
├── BadPlan               what is asked for cannot be planned
├── BadPolicy             a policy is no Cedar, or says what the schema does not know
├── BadTargets            the file of targets is not as it must be
└── NotFound
    └── UnknownMeasure    there is no such plan, measure or errand in the case
StateError
├── ErrandWaits           another errand of the same measure, case or account has not ended yet
├── LeaseLost             another worker has taken the errand over
├── MayNotLift            nothing ends the restriction that the measure carries out
├── NotTheApprovedPlan    the decision's approval does not cover this plan
├── NothingToConfirm      nothing waits for a person's word that it was carried out
├── NothingToProbe        nothing on the target could show by probes that the measure holds
├── NoTarget              no target is named that serves a subscription
├── SettingGone           what a setting belongs to is not there any more
├── TargetRefuses         the target does not do what it is asked; asking again does not help
├── TargetUnreachable     the target does not answer, or not now; it is asked again later
└── WorldMoved            the target is not as the plan found it
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError, NotFound, StateError


class BadPlan(InputError):
    """What is asked for cannot be planned."""

    code = "bad-plan"


class BadPolicy(InputError):
    """A policy is no Cedar, or says what the schema does not know."""

    code = "bad-policy"


class BadTargets(InputError):
    """The file of targets is not as it must be."""

    code = "bad-targets"


class UnknownMeasure(NotFound):
    """There is no such plan, measure or errand in the case."""

    code = "unknown-measure"


class ErrandWaits(StateError):
    """Another errand of the same measure, case or account has not ended yet."""

    code = "errand-waits"


class LeaseLost(StateError):
    """Another worker has taken the errand over; this one stops where it is."""

    code = "lease-lost"


class MayNotLift(StateError):
    """Nothing ends the restriction that the measure carries out."""

    code = "may-not-lift"


class NotTheApprovedPlan(StateError):
    """The decision's approval does not cover this plan."""

    code = "not-the-approved-plan"


class NothingToConfirm(StateError):
    """Nothing waits for a person's word that it was carried out."""

    code = "nothing-to-confirm"


class NothingToProbe(StateError):
    """Nothing on the target could show by probes that the measure holds."""

    code = "nothing-to-probe"


class NoTarget(StateError):
    """No target is named that serves a subscription."""

    code = "no-target"


class SettingGone(StateError):
    """What a setting belongs to is not there any more."""

    code = "setting-gone"


class TargetRefuses(StateError):
    """The target does not do what it is asked; asking again does not help."""

    code = "target-refuses"


class TargetUnreachable(StateError):
    """The target does not answer, or not now; it is asked again later."""

    code = "target-unreachable"


class WorldMoved(StateError):
    """The target is not as the plan found it."""

    code = "world-moved"
