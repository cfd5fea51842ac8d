"""A decision is carried out whole, or it is said how far it came; and it is undone as exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.casework import Office
from tests.measures.carrying import KEEP, Carrying
from tests.measures.shelf import Shelf
from tests.soaking import SOAK

from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.measures import acts
from mithaq.measures.errors import (
    BadPlan,
    ErrandWaits,
    LeaseLost,
    MayNotLift,
    NotTheApprovedPlan,
    TargetRefuses,
)
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Effect, Operation, Setting, read_plan
from mithaq.measures.models import HeldSecret, Lease, StepRecord, StepState
from mithaq.measures.queries import alarms, check_steps, matrix_of
from mithaq.measures.status import ErrandState, Status
from mithaq.measures.work import ATTEMPTS, LEASE, take
from mithaq.people.errors import Forbidden
from mithaq.review.errors import MayNotApply
from mithaq.terms.vocabulary import RestrictedOperation

GATE = Setting(kind="gate", owner="111122223333", name="write")
HALL = Setting(kind="room", owner="111122223333", name="hall")


class Killed(BaseException):
    """The worker's process is no more: nothing in it may catch this."""


def test_an_approved_plan_comes_into_force_and_is_lifted_without_a_trace(carrying: Carrying) -> None:
    carrying.shelf.state[HALL] = "ajar"
    measure = carrying.applied()
    assert carrying.status(measure) is Status.IN_FORCE
    assert carrying.shelf.state[GATE] == "shut"
    assert [record.stage for record in measure.probes.all()] == ["before", "applied"]
    carrying.ended(carrying.decision_of(measure))
    acts.ask_lift(carrying.operator, carrying.case, measure.key)
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {HALL: "ajar"}
    assert not HeldSecret.objects.exists()
    assert list(check_steps()) == []


def test_every_change_stands_in_the_ledger_before_and_after_it(carrying: Carrying) -> None:
    told: list[tuple[str, int]] = []

    def look(_number: int, what: str) -> None:
        if what.startswith("write"):
            kinds = list(Entry.objects.values_list("kind", flat=True))
            told.append(
                (what, kinds.count(ActKind.MEASURES_STEP_BEGUN) - kinds.count(ActKind.MEASURES_STEP_ENDED))
            )

    carrying.shelf.at_call = look
    carrying.applied()
    assert set(told) == {("write", 1), ("write-done", 1)}
    kinds = list(Entry.objects.filter(case=carrying.case).values_list("kind", flat=True))
    assert kinds.count(ActKind.MEASURES_STEP_BEGUN) == kinds.count(ActKind.MEASURES_STEP_ENDED) == 3


def test_nothing_is_applied_before_its_reasons_are_issued(carrying: Carrying) -> None:
    plan = carrying.plan()
    decision = carrying.approved(plan)
    with pytest.raises(MayNotApply, match="reasons"):
        acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)


def test_the_period_of_notice_runs_from_the_reasons(carrying: Carrying, office: Office) -> None:
    wanted = replace(carrying.wanted(), notice_hours=48)
    plan = carrying.plan(wanted)
    decision = carrying.decided(plan, wanted)
    with pytest.raises(MayNotApply, match="notice"):
        acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)
    office.later(hours=48)
    acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)


def test_a_plan_lists_its_buckets_with_the_comma_of_each_language(carrying: Carrying) -> None:
    plan = carrying.plan(replace(carrying.wanted(), only=("calls-1", "calls-2")))
    (said,) = read_plan(plan.content).cut
    assert "(calls-1, calls-2)" in said.en
    assert "(calls-1، calls-2)" in said.ar


def test_only_the_plan_that_was_approved_is_applied(carrying: Carrying) -> None:
    plan, other = carrying.plan(), carrying.plan()
    decision = carrying.decided(plan)
    with pytest.raises(NotTheApprovedPlan):
        acts.ask_apply(carrying.operator, carrying.case, other.key, decision.key)


def test_a_plan_for_something_else_than_was_decided_is_not_applied(carrying: Carrying) -> None:
    plan = carrying.plan(carrying.wanted(RestrictedOperation.READ))
    decision = carrying.decided(plan, carrying.wanted(RestrictedOperation.CREATE))
    with pytest.raises(NotTheApprovedPlan):
        acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)


@pytest.mark.parametrize("who", ["reviewer", "approver", "authoriser", "appeals_officer"])
def test_only_an_operator_applies(carrying: Carrying, who: str) -> None:
    plan = carrying.plan()
    decision = carrying.decided(plan)
    with pytest.raises(Forbidden):
        acts.ask_apply(getattr(carrying.work, who), carrying.case, plan.key, decision.key)


def test_a_world_that_moved_since_the_plan_is_left_alone(carrying: Carrying) -> None:
    measure = carrying.asked()
    carrying.shelf.state[HALL] = "ajar"
    carrying.work_off()
    assert carrying.status(measure) is Status.FAILED
    assert carrying.shelf.cut_state() == {HALL: "ajar"}


def test_more_subscriptions_than_one_decision_may_touch_are_refused(carrying: Carrying) -> None:
    many = tuple(replace(carrying.measure(), subscription=f"aws:{number:012}") for number in range(6))
    with pytest.raises(BadPlan, match="6 subscriptions"):
        acts.ask_plan(carrying.work.reviewer, carrying.case, replace(carrying.wanted(), measures=many))


def test_what_leaks_is_never_in_force(carrying: Carrying) -> None:
    carrying.shelf.leaks = {(Vantage.ANONYMOUS, Operation.WRITE)}
    measure = carrying.applied()
    assert carrying.status(measure) is Status.PENDING
    last = measure.probes.last()
    assert last is not None
    assert matrix_of(last).counts["leak"] == 1
    assert [alarm.why for alarm in alarms(carrying.office.now)] == ["not-shown-by-probes"]


def test_a_door_that_closes_beside_the_measure_is_said(carrying: Carrying) -> None:
    def also_shuts_reading(_number: int, what: str) -> None:
        if what == "write-done" and carrying.shelf.state.get(GATE) == "shut":
            carrying.shelf.shut.add((Vantage.OWNER, Operation.READ))

    carrying.shelf.at_call = also_shuts_reading
    measure = carrying.applied()
    last = measure.probes.last()
    assert last is not None
    assert matrix_of(last).counts["overreach"] == 1
    assert carrying.status(measure) is Status.PENDING


def test_a_door_that_was_closed_before_proves_nothing(carrying: Carrying) -> None:
    carrying.shelf.shut.add((Vantage.OWNER, Operation.WRITE))
    measure = carrying.applied()
    last = measure.probes.last()
    assert last is not None
    assert matrix_of(last).counts["unproven"] == 1
    assert carrying.status(measure) is Status.PENDING


@pytest.mark.parametrize("effect", [Effect.CONFIGURED, Effect.NEW_ONLY])
def test_what_no_probe_can_show_is_configured_and_no_more(carrying: Carrying, effect: Effect) -> None:
    carrying.shelf.effect = effect
    assert carrying.status(carrying.applied()) is Status.CONFIGURED


def test_a_target_that_is_down_is_asked_again_after_longer_and_longer(
    carrying: Carrying, office: Office
) -> None:
    measure = carrying.asked()
    carrying.shelf.down = True
    waits = []
    for _ in range(ATTEMPTS - 2):
        carrying.work_off()
        due = Lease.objects.get(errand__measure=measure).due
        waits.append(due - office.now)
        office.later(seconds=waits[-1].total_seconds())
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    carrying.shelf.down = False
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE


def test_a_target_that_stays_down_on_the_way_leaves_a_stated_partial_state(
    carrying: Carrying, office: Office
) -> None:
    measure = carrying.asked()

    def down_after_the_gate(_number: int, what: str) -> None:
        if what == "write-done" and carrying.shelf.state.get(GATE) == "shut":
            carrying.shelf.at_call = lambda _number, _what: setattr(carrying.shelf, "down", True)

    carrying.shelf.at_call = down_after_the_gate
    for _ in range(ATTEMPTS):
        carrying.work_off()
        office.later(minutes=10)
    assert carrying.status(measure) is Status.PARTIAL
    assert [alarm.why for alarm in alarms(office.now)] == ["partial:target-unreachable"]
    states = list(StepRecord.objects.filter(measure=measure).values_list("kind", "state"))
    assert states == [("probe-kit", "done"), ("gate", "begun"), ("room", "waiting")]
    carrying.shelf.at_call, carrying.shelf.down = (lambda _number, _what: None), False
    acts.finish(carrying.operator, carrying.case, measure.key)
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE


def test_a_partial_measure_is_rolled_back_by_one_person(carrying: Carrying) -> None:
    measure = carrying.asked()

    def refuses_the_room(_number: int, what: str) -> None:
        if what == "write" and carrying.shelf.state.get(GATE) == "shut":
            raise TargetRefuses("the shelf refuses")

    carrying.shelf.at_call = refuses_the_room
    carrying.work_off()
    assert carrying.status(measure) is Status.PARTIAL
    carrying.shelf.at_call = lambda _number, _what: None
    with pytest.raises(MayNotLift):
        acts.ask_lift(carrying.operator, carrying.case, measure.key)
    acts.ask_roll_back(carrying.operator, carrying.case, measure.key)
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {}


def test_a_measure_that_stands_is_not_rolled_back_by_one_person(carrying: Carrying) -> None:
    measure = carrying.applied()
    with pytest.raises(MayNotLift):
        acts.ask_roll_back(carrying.operator, carrying.case, measure.key)
    with pytest.raises(MayNotLift):
        acts.ask_lift(carrying.operator, carrying.case, measure.key)


def test_two_workers_never_have_one_errand_in_hand(carrying: Carrying, office: Office) -> None:
    measure = carrying.asked()
    first = take(office.now, carrying.worker.entropy)
    assert first is not None
    assert take(office.now, carrying.worker.entropy) is None
    office.later(seconds=LEASE.total_seconds())
    second = take(office.now, carrying.worker.entropy)
    assert second is not None
    step = StepRecord.objects.filter(measure=measure).first()
    assert step is not None
    with pytest.raises(LeaseLost):
        acts.begin_step(carrying.worker, step, holder=first[1])
    acts.begin_step(carrying.worker, step, holder=second[1])


def test_the_account_of_a_standing_measure_takes_no_second_one(carrying: Carrying) -> None:
    measure = carrying.applied()
    plan = carrying.plan()
    amended = carrying.decided(plan, previous=carrying.decision_of(measure).key)
    with pytest.raises(ErrandWaits, match="another measure"):
        acts.ask_apply(carrying.operator, carrying.case, plan.key, amended.key)


def test_an_amended_measure_lets_go_of_what_it_no_longer_needs(carrying: Carrying) -> None:
    wide = carrying.wanted(RestrictedOperation.CREATE, RestrictedOperation.READ)
    wide = replace(wide, keep=wide.keep[:1])
    measure = carrying.applied(wide)
    read = replace(GATE, name="read")
    assert carrying.shelf.state[read] == "shut"
    narrow = replace(carrying.wanted(RestrictedOperation.CREATE), amends=measure.key)
    plan = carrying.plan(narrow)
    decision = carrying.decided(plan, narrow, previous=carrying.decision_of(measure).key)
    errand = acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)
    carrying.work_off()
    assert errand.about == measure
    assert carrying.shelf.state[read] is None
    assert carrying.shelf.state[GATE] == "shut"
    assert carrying.status(measure) is Status.IN_FORCE
    carrying.ended(decision)
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {}


def test_an_amendment_that_cannot_be_begun_leaves_the_measure_as_it_stands(carrying: Carrying) -> None:
    measure = carrying.applied()
    wanted = replace(carrying.wanted(RestrictedOperation.READ), keep=KEEP[:1], amends=measure.key)
    plan = carrying.plan(wanted)
    decision = carrying.decided(plan, wanted, previous=carrying.decision_of(measure).key)
    carrying.shelf.rooms.append("annexe")
    acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    assert carrying.shelf.state[GATE] == "shut"


def test_a_lifting_that_cannot_be_begun_is_partial_and_never_over(carrying: Carrying) -> None:
    measure = carrying.applied()
    carrying.ended(carrying.decision_of(measure))
    carrying.reconciled()
    carrying.shelf.name = "elsewhere"
    carrying.work_off()
    assert carrying.status(measure) is Status.PARTIAL
    assert [alarm.why for alarm in alarms(carrying.office.now)] == ["partial:no-target"]
    with pytest.raises(MayNotLift):
        acts.ask_roll_back(carrying.operator, carrying.case, measure.key)
    carrying.shelf.name = "shelf"
    acts.finish(carrying.operator, carrying.case, measure.key)
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED


def test_a_change_that_was_begun_and_never_made_is_lifted_from_where_it_was_left(carrying: Carrying) -> None:
    measure = carrying.applied()
    carrying.shelf.state[HALL] = "ajar"
    narrow = replace(carrying.wanted(), amends=measure.key)
    plan = carrying.plan(narrow)
    decision = carrying.decided(plan, narrow, previous=carrying.decision_of(measure).key)
    acts.ask_apply(carrying.operator, carrying.case, plan.key, decision.key)

    def refuses(_number: int, what: str) -> None:
        if what == "write":
            raise TargetRefuses("the shelf refuses")

    carrying.shelf.at_call = refuses
    carrying.work_off()
    assert carrying.status(measure) is Status.PARTIAL
    carrying.shelf.at_call = lambda _number, _what: None
    carrying.ended(decision)
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {}


def test_a_restriction_that_has_ended_is_lifted_without_anybody_asking(
    carrying: Carrying, office: Office
) -> None:
    measure = carrying.applied()
    office.later(days=29, hours=23)
    assert carrying.reconciled().lifted == 0
    office.later(hours=1)
    carrying.shelf.down = True
    assert carrying.reconciled().lifted == 1
    for _ in range(3 * ATTEMPTS):
        carrying.work_off()
        office.later(minutes=10)
    assert carrying.status(measure) is Status.LIFTING
    assert {alarm.why for alarm in alarms(office.now)} == {"waits"}
    carrying.shelf.down = False
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {}


def test_a_decision_that_ends_while_its_measure_is_applied_leaves_nothing_behind(
    carrying: Carrying, office: Office
) -> None:
    measure = carrying.asked()

    def down_after_the_gate(_number: int, what: str) -> None:
        if what == "write-done" and carrying.shelf.state.get(GATE) == "shut":
            carrying.shelf.down = True

    carrying.shelf.at_call = down_after_the_gate
    carrying.work_off()
    carrying.shelf.at_call, carrying.shelf.down = (lambda _number, _what: None), False
    office.later(days=31)
    carrying.work_off()
    assert carrying.status(measure) is Status.PARTIAL
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {}


def test_what_the_customer_removes_stops_nothing(carrying: Carrying) -> None:
    measure = carrying.applied()
    carrying.shelf.gone.add(HALL)
    carrying.ended(carrying.decision_of(measure))
    carrying.reconciled()
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert StepRecord.objects.filter(state=StepState.GONE.value).count() == 1


def test_a_setting_that_somebody_else_changed_is_not_written_over(carrying: Carrying) -> None:
    measure = carrying.applied()
    carrying.shelf.state[HALL] = "bricked up"
    carrying.ended(carrying.decision_of(measure))
    carrying.reconciled()
    carrying.work_off()
    assert carrying.status(measure) is Status.PARTIAL
    assert carrying.shelf.state[HALL] == "bricked up"
    carrying.shelf.state[HALL] = None
    acts.finish(carrying.operator, carrying.case, measure.key)
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED


def test_drift_is_an_alarm_and_written_again(carrying: Carrying) -> None:
    measure = carrying.applied()
    carrying.shelf.state[GATE] = None
    carrying.shelf.rooms.append("annexe")
    assert carrying.reconciled().drifted == 1
    assert carrying.status(measure) is Status.DRIFTED
    assert [alarm.why for alarm in alarms(carrying.office.now)] == ["drift"]
    assert [(row.kind, row.unplanned) for row in measure.drifts.all()] == [("gate", False), ("room", True)]
    carrying.office.later(seconds=1)
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    assert carrying.reconciled().drifted == 0
    carrying.ended(carrying.decision_of(measure))
    carrying.reconciled()
    carrying.work_off()
    assert carrying.shelf.cut_state() == {}


def test_drift_is_only_an_alarm_where_the_plan_says_so(carrying: Carrying) -> None:
    measure = carrying.applied(carrying.alarm_only())
    carrying.shelf.state[GATE] = None
    assert carrying.reconciled().drifted == 1
    assert carrying.reconciled().drifted == 0
    carrying.work_off()
    assert carrying.status(measure) is Status.DRIFTED
    assert carrying.shelf.state[GATE] is None


def test_probes_are_made_again_when_they_are_old(carrying: Carrying, office: Office) -> None:
    measure = carrying.applied()
    office.later(hours=7)
    carrying.shelf.leaks.add((Vantage.OWNER, Operation.WRITE))
    assert carrying.reconciled().probed == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.PENDING


def test_what_probes_do_not_show_yet_is_probed_again_after_longer_and_longer(
    carrying: Carrying, office: Office
) -> None:
    carrying.shelf.leaks = {(Vantage.ANONYMOUS, Operation.WRITE)}
    measure = carrying.applied()
    waits = []
    for _ in range(5):
        waited = 0
        while not carrying.reconciled().probed:
            office.later(minutes=1)
            waited += 1
        waits.append(waited)
        carrying.work_off()
        assert carrying.status(measure) is Status.PENDING
    assert waits == [1, 1, 2, 4, 8]
    carrying.shelf.leaks.clear()
    office.later(minutes=16)
    assert carrying.reconciled().probed == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    office.later(hours=5)
    assert carrying.reconciled().probed == 0


def test_what_a_target_handed_out_is_kept_sealed(carrying: Carrying) -> None:
    carrying.applied()
    kept = HeldSecret.objects.get()
    assert b"token" not in bytes(kept.sealed)


@pytest.mark.soak(minutes=2)
def test_workers_killed_again_and_again_bring_a_measure_to_its_end(office: Office) -> None:
    for first in range(1, 11) if SOAK else (2,):
        assert _killed_again_and_again(office, first) >= 8


def _killed_again_and_again(office: Office, first: int) -> int:
    """Live through plan, application and lifting; gives how many workers died.

    Each lives one call longer than the last: a round of probes begins anew with every worker.
    """
    carrying = Carrying(office, Shelf(state={HALL: "ajar"}))
    kills, at = 0, first

    def die(number: int, _what: str) -> None:
        nonlocal at
        if number >= at:
            at = number + kills + 2
            raise Killed

    def survived(work: Callable[[], object]) -> None:
        nonlocal kills
        while True:
            try:
                work()
            except Killed:
                kills += 1
                office.later(seconds=LEASE.total_seconds())
            else:
                return

    wanted = carrying.wanted()
    carrying.shelf.at_call = die
    errand = acts.ask_plan(carrying.work.reviewer, carrying.case, wanted)
    survived(carrying.work_off)
    errand.refresh_from_db()
    assert errand.plan is not None
    decision = carrying.decided(errand.plan, wanted)
    measure = acts.ask_apply(carrying.operator, carrying.case, errand.plan.key, decision.key).about
    survived(carrying.work_off)
    assert carrying.status(measure) is Status.IN_FORCE
    carrying.ended(decision)
    survived(carrying.reconciled)
    survived(carrying.work_off)
    assert carrying.status(measure) is Status.LIFTED
    assert carrying.shelf.cut_state() == {HALL: "ajar"}
    assert {each.state for each in measure.errands.all()} == {ErrandState.DONE.value}
    return kills
