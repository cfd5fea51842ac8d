"""Where a run stands, in the page's words: its steps while it works, and what to do when it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.review.runs.models import Result, Run
from mithaq.review.runs.queries import RunState, state_of
from mithaq.review.runs.work import STEPS

WORKER_LATE: Final = timedelta(minutes=1)
"""A run that nobody has taken by then waits for a worker that does not work: one looks every two seconds."""

STEP_NAMES: Final[Mapping[str, str | Promise]] = {
    "rollups": _("reading the subject’s rollups"),
    "claims": _("testing the claims"),
    "clauses": _("assessing the clauses"),
    "charts": _("computing what the charts show"),
    "drawings": _("drawing the charts"),
}

_LAKE: Final = _("Whoever runs Mithaq here looks after the lake and its key. Start the run again afterwards.")
_BOUNDS: Final = _("Have the review authorised anew, then start a run within its bounds.")
_OTHER: Final = _("Another reviewer must do the review. An authoriser hands it over.")

FAILURES: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "bad-key-file": (_("The key of the lake could not be read."), _LAKE),
    "bad-lake": (_("The lake could not be read, or is damaged."), _LAKE),
    "bad-terms-pack": (
        _("The terms pack could not be read."),
        _("Whoever runs Mithaq here mends the terms pack. Start the run again afterwards."),
    ),
    "forbidden": (_("Who asked for the run is no reviewer any more."), _OTHER),
    "four-eyes": (_("Who asked for the run has authorised the review."), _OTHER),
    "gave-up": (
        _("The run stopped three workers, so it was given up."),
        _("The worker’s log says why: it may lack memory. Tell whoever runs Mithaq here."),
    ),
    "no-lake": (_("This Mithaq has no lake to look into."), _LAKE),
    "not-authorised": (
        _("The review is not authorised any more: it was authorised anew, held or cancelled, or is over."),
        _BOUNDS,
    ),
    "not-in-charge": (_("Who asked for the run is not in charge of the case any more."), _OTHER),
    "recused": (_("Who asked for the run was recused from the case since."), _OTHER),
    "wrong-key": (_("The key is not that of the lake."), _LAKE),
}
"""Why a run ended without evidence and what to do, by the code of the error."""
_UNKNOWN: Final = (
    _("The run ended with an error."),
    _("Start it again; if it fails again, tell whoever runs Mithaq here."),
)


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a run: over, going on, or to come."""

    name: str | Promise
    stands: Literal["over", "now", "later"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A run that has not attached evidence, as its panel shows it."""

    run: Run
    state: RunState
    steps: Sequence[StepShown]
    begun: int
    """Steps that have begun."""
    late: bool
    """Whether no worker seems to work."""
    stopped: bool
    """Whether the worker that had it has gone silent."""
    failure: str = ""
    """Code of the error that ended it."""

    @property
    def goes_on(self) -> bool:
        """Say whether there is anything to wait for."""
        return self.state in {RunState.WAITING, RunState.RUNNING}

    @property
    def mark(self) -> str:
        """Name what is shown, so that the browser is sent only what it does not show yet."""
        lease = self.run.lease
        return f"{self.state}-{lease.attempts}-{self.begun}-{int(self.late)}{int(self.stopped)}"

    @property
    def why(self) -> str | Promise:
        """Say why it failed."""
        return FAILURES.get(self.failure, _UNKNOWN)[0]

    @property
    def remedy(self) -> str | Promise:
        """Say what to do about it."""
        return FAILURES.get(self.failure, _UNKNOWN)[1]


def progress_of(run: Run, now: datetime) -> Progress:
    """Say where a run stands."""
    state, lease = state_of(run), run.lease
    result = Result.objects.filter(run=run).first()
    begun = STEPS.index(lease.step) + 1 if lease.step in STEPS else 0
    return Progress(
        run=run,
        state=state,
        steps=[StepShown(STEP_NAMES[step], _stands(place, begun)) for place, step in enumerate(STEPS, 1)],
        begun=begun,
        late=state is RunState.WAITING and now - run.requested_at > WORKER_LATE,
        stopped=state is RunState.RUNNING and lease.until is not None and lease.until < now,
        failure=result.failure if result else "",
    )


def _stands(place: int, begun: int) -> Literal["over", "now", "later"]:
    if place == begun:
        return "now"
    return "over" if place < begun else "later"
