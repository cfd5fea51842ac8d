"""What can be wrong with evidence runs and requests for records.

InputError
├── BadRequest            a request for records asks for what it cannot
└── NotFound
    └── UnknownRun        there is no such run, evidence or request in the case
StateError
├── LeaseLost             another worker has taken the run over
├── NotAuthorised         no review is authorised that a run could belong to
└── RunWaits              a run of the case waits or works already
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError, NotFound, StateError


class BadRequest(InputError):
    """A request for records asks for what it cannot."""

    code = "bad-records-request"


class UnknownRun(NotFound):
    """There is no such run, evidence or request in the case."""

    code = "unknown-run"


class LeaseLost(StateError):
    """Another worker has taken the run over: what this one computed is thrown away."""

    code = "lease-lost"


class NotAuthorised(StateError):
    """No review is authorised that a run could belong to."""

    code = "not-authorised"


class RunWaits(StateError):
    """A run of the case waits or works already."""

    code = "run-waits"
