"""Every write of this room, each with its ledger entry."""

from mithaq.measures.acts.asking import (
    ask_apply,
    ask_lift,
    ask_plan,
    ask_probe,
    ask_roll_back,
    confirm,
    finish,
)
from mithaq.measures.acts.working import (
    begin_step,
    end_errand,
    end_step,
    hold_secret,
    lift_ended,
    plan_made,
    probe_again,
    probed,
    see_drift,
    stop_errand,
)

__all__ = [
    "ask_apply",
    "ask_lift",
    "ask_plan",
    "ask_probe",
    "ask_roll_back",
    "begin_step",
    "confirm",
    "end_errand",
    "end_step",
    "finish",
    "hold_secret",
    "lift_ended",
    "plan_made",
    "probe_again",
    "probed",
    "see_drift",
    "stop_errand",
]
