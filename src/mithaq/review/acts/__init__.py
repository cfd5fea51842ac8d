"""Every write of this room, each with its ledger entry."""

from mithaq.review.acts.appeals import check_answer, decide_appeal, enter_appeal
from mithaq.review.acts.decisions import (
    approve,
    check_proposal,
    expire,
    expire_due,
    issue_reasons,
    propose,
    refuse,
    withdraw,
)
from mithaq.review.acts.findings import make_finding
from mithaq.review.acts.stages import (
    authorise_review,
    cancel,
    escalate,
    hand_over,
    hold,
    release,
    set_days,
    step_in,
)

__all__ = [
    "approve",
    "authorise_review",
    "cancel",
    "check_answer",
    "check_proposal",
    "decide_appeal",
    "enter_appeal",
    "escalate",
    "expire",
    "expire_due",
    "hand_over",
    "hold",
    "issue_reasons",
    "make_finding",
    "propose",
    "refuse",
    "release",
    "set_days",
    "step_in",
    "withdraw",
]
