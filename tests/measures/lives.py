"""Lives of measures whose workers are killed (SIGKILL), in a process of their own, where nothing else runs.

    python -c "…; main()" rgw '{"port": "21000"}' killed 40

lives through as many points as the last number says, spread over all moments of an application, and of what
undoes it. Every other one is, after the kill, refused by its target and rolled back. `at-once` instead has
everything asked for by two operators at once, and carried out by two workers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connections
from tests.casework import Office
from tests.measures.carrying import Carrying, about
from tests.measures.dying_processes import Fate, in_a_process_of_its_own
from tests.measures.worlds import WORLDS, World

from mithaq.kernel.errors import StateError
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry as LedgerEntry
from mithaq.measures import acts, work
from mithaq.measures.errors import ErrandWaits, TargetRefuses
from mithaq.measures.models import AppliedMeasure, StepRecord, StepState
from mithaq.measures.queries import alarms, check_steps, matrix_of
from mithaq.measures.status import Status
from mithaq.measures.work import LEASE
from mithaq.people.permissions import Role

_ROOT: Final = Path(__file__).parents[2]
_SCRIPT: Final = "import django; django.setup(); from tests.measures.lives import main; main()"
_REFUSED: Final = 3
"""What a process ends with whom another has forestalled."""
_IN_A_STEP: Final = 4
"""Moments that a step has at the least: its entries before and after, each before and after it is written."""
_BY_HAND: Final = {Status.HANDED_OVER, Status.HANDED_BACK}


@dataclass(slots=True)
class Life:
    """One measure, from its decision to its end."""

    carrying: Carrying
    world: World
    measure: AppliedMeasure
    killed: int = 0

    @classmethod
    def of(cls, world: World, office: Office) -> Life:
        carrying = about(office, world.driver, world.subscription)
        return cls(carrying, world, carrying.asked())

    @property
    def stands(self) -> Status:
        return self.carrying.status(self.measure)

    def worked(self, at: int) -> int:
        """Have a worker killed at one moment, and its lease end; gives how many moments it had."""
        fate = Fate(at)
        self.killed += in_a_process_of_its_own(self.carrying.work_off, fate) == signal.SIGKILL
        self.carrying.office.later(seconds=LEASE.total_seconds())
        return fate.moments

    def went_on(self) -> Status:
        """Let the next worker go on, and a person confirm what waits for that."""
        self.carrying.work_off()
        if self.stands in _BY_HAND:
            acts.confirm(self.carrying.operator, self.carrying.case, self.measure.key)
        return self.stands

    def was_refused(self, patch: pytest.MonkeyPatch) -> Status:
        """Let the next worker be refused by the target."""

        def refused(_account: object, _step: StepRecord) -> StepState:
            raise TargetRefuses("the target refuses")

        with patch.context() as within:
            within.setattr(work, "change", refused)
            return self.went_on()


def live(
    world: World, office: Office, first: int, second: Callable[[int], int], *, refused: bool
) -> dict[str, object]:
    """Carry a case out and undo it, with a kill in each; say what came of it.

    The second kill is told how many moments what undoes it has at the least, or 0 if it is lifted whole.
    """
    patch = pytest.MonkeyPatch()
    before = world.everything()
    life = Life.of(world, office)
    moments = [life.worked(first)]
    stated = life.stands
    applied = life.was_refused(patch) if refused else life.went_on()
    said = [alarm.why for alarm in alarms(office.now, AppliedMeasure.objects.filter(case=life.carrying.case))]
    probes = [matrix_of(each).counts for each in life.measure.probes.all()]
    touched = life.measure.steps.exclude(state=StepState.WAITING.value).count()
    if applied is Status.PARTIAL:
        acts.ask_roll_back(life.carrying.operator, life.carrying.case, life.measure.key)
    else:
        life.carrying.ended(life.carrying.decision_of(life.measure))
        life.carrying.reconciled()
    moments.append(life.worked(second(_IN_A_STEP * touched if applied is Status.PARTIAL else 0)))
    ended = life.went_on()
    return {
        "killed": life.killed,
        "moments": moments,
        "stated": stated.value,
        "applied": applied.value,
        "said": said,
        "leaks": sum(each["leak"] + each["overreach"] for each in probes),
        "ended": ended.value,
        "as_it_was": world.everything() == before,
        "wrong": list(check_steps()),
        "ends": world.ends,
    }


def both(*work: Callable[[], object]) -> None:
    """Do several things at once, each in a process of its own; whoever is refused has lost nothing."""
    connections.close_all()
    children = []
    for each in work:
        child = os.fork()
        if child == 0:
            code = 0
            try:
                each()
            except StateError as error:
                code = _REFUSED if error.code == ErrandWaits.code else 1
            except BaseException as error:  # noqa: BLE001  # nothing of the parent's may run in a child
                os.write(2, f"{error!r}\n".encode())
                code = 1
            os._exit(code)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert set(codes) <= {0, _REFUSED}, codes


def doubled(world: World, office: Office) -> dict[str, object]:
    """Ask for everything twice at once; say what came of it."""
    before = world.everything()
    carrying = about(office, world.driver, world.subscription)
    plan = carrying.plan()
    decision = carrying.decided(plan)
    operators = (carrying.operator, office.person(Role.OPERATOR))
    both(*(partial(acts.ask_apply, who, carrying.case, plan.key, decision.key) for who in operators))
    both(carrying.work_off, carrying.work_off)
    (measure,) = measures = AppliedMeasure.objects.filter(case=carrying.case)
    stands = [carrying.status(measure).value]
    carrying.ended(decision)
    both(*(partial(acts.ask_lift, who, carrying.case, measure.key) for who in operators))
    both(carrying.work_off, carrying.work_off)
    stands.append(carrying.status(measure).value)
    told = LedgerEntry.objects.filter(case=carrying.case, kind=ActKind.MEASURES_STEP_BEGUN).count()
    return {
        "measures": len(measures),
        "stands": stands,
        "begun_twice": told - measure.steps.count(),
        "as_it_was": world.everything() == before,
    }


def main() -> None:
    """Live what the command line asks for, in a home whose database is made."""
    target, where, what, count = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    office = Office(pytest.MonkeyPatch())
    if what == "at-once":
        for _ in range(count):
            _say(doubled(WORLDS[target](where), office))
        return
    whole = live(WORLDS[target](where), office, 0, lambda _least: 0, refused=False)
    _say(whole)
    moments: Any = whole["moments"]
    for number in range(count):
        share = (number + 0.5) / count
        later = partial(_spread, share * 3 % 1, moments[1])
        point = max(1, int(moments[0] * share))
        _say(live(WORLDS[target](where), office, point, later, refused=number % 2 == 1))


def _spread(share: float, whole: int, least: int) -> int:
    return max(1, int((least or whole) * share))


def _say(what: Mapping[str, object]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201  # the script's answer


def _run(target: str, where: Mapping[str, str], home: Path, what: str, count: int) -> list[dict[str, Any]]:
    words = [sys.executable, "-c", _SCRIPT, target, json.dumps(dict(where)), what, str(count)]
    environment = {
        **os.environ,
        "MITHAQ_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.django_settings",
    }
    done = subprocess.run(words, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def lived(target: str, where: Mapping[str, str], home: Path, *, count: int) -> list[dict[str, Any]]:
    """Live so many lives on a target; gives what came of each, and holds all of them to what is promised."""
    whole, *lives = _run(target, where, home, "killed", count)
    assert len(lives) == count
    assert (whole["killed"], whole["applied"], whole["ended"]) == (0, *whole["ends"]), whole
    for each in lives:
        assert each["killed"] == 2, each
        partial = each["applied"] == Status.PARTIAL.value
        assert partial or each["applied"] == each["ends"][0], each
        assert each["said"] == (["partial:target-refuses"] if partial else []), each
        # Where nothing was probed before the kill, a roll-back reads back and has nothing to compare with.
        assert each["ended"] == each["ends"][1] or (partial and each["ended"] == Status.UNDONE.value), each
        assert (each["leaks"], each["as_it_was"], each["wrong"]) == (0, True, []), each
    return lives


def at_once(target: str, where: Mapping[str, str], home: Path, *, count: int) -> list[dict[str, Any]]:
    """Have two operators ask for the same at once, and two workers carry it out, so many times."""
    return _run(target, where, home, "at-once", count)
