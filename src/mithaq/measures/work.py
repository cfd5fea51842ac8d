"""What the worker does with errands: take one, bring it as far as it goes, and say where it stands.

    while work_one(worker, targets):
        ...

Before each change its intent is in the ledger, after it its outcome. When the worker is killed in between,
the next one reads the setting: it is as before, and the change is made; as decided, and nothing is left to
do; or neither, and it is left alone and said. A worker reaches out only while its lease runs, and no request
takes longer than the lease: two workers never work on one errand at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from mithaq.kernel.canonical import compact
from mithaq.kernel.clock import format_instant, parse_instant
from mithaq.kernel.errors import MithaqError
from mithaq.kernel.ids import public_id
from mithaq.ledger.entries import Entropy
from mithaq.measures import acts
from mithaq.measures.acts.asking import check_approved, read_wanted
from mithaq.measures.driver import HALF_MADE, Account, Held
from mithaq.measures.errors import LeaseLost, MayNotLift, SettingGone, TargetUnreachable, WorldMoved
from mithaq.measures.matrix import Cell, Door, Matrix, Vantage, judged
from mithaq.measures.model import (
    UNTESTABLE,
    Cut,
    Obstacle,
    Part,
    Plan,
    canonical_value,
    read_plan,
    same_world,
)
from mithaq.measures.models import (
    AppliedMeasure,
    Errand,
    HeldSecret,
    Lease,
    MadePlan,
    ProbeStage,
    StepRecord,
    StepState,
)
from mithaq.measures.places import Targets
from mithaq.measures.planning import Known, Origins, draft, wanted_of
from mithaq.measures.queries import baseline_of, ended_by, never_left, origins_of, plan_of, step_setting
from mithaq.measures.status import ENDS, ErrandKind, ErrandState
from mithaq.people.acting import Acting
from mithaq.register.queries import AsOf, overrides_in_force
from mithaq.review.errors import MayNotApply

LEASE: Final = timedelta(minutes=2)
"""Far longer than one request may take; it is renewed before each change and each round of probes."""

_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=10)

ATTEMPTS: Final = 8
"""So often in a row is a target asked that does not answer; what undoes a measure is tried for ever."""

HELD_FRESH: Final = timedelta(hours=20)
"""A token is renewed after this time: gateways let them end after a day."""


@dataclass(frozen=True, slots=True)
class InHand:
    """An errand that this worker has taken, by a lease of this name."""

    who: Acting
    errand: Errand
    holder: str
    targets: Targets

    def renew(self) -> None:
        """Keep the errand in hand; raises LeaseLost."""
        mine = Lease.objects.filter(errand=self.errand, holder=self.holder, until__gt=self.who.now)
        if not mine.update(until=self.who.now + LEASE):
            raise LeaseLost("another worker has taken the errand over", hint="Nothing is left to do.")


def work_one(who: Acting, targets: Targets) -> Errand | None:
    """Take the errand that has been due longest as far as it goes; gives it, or None if none is due."""
    taken = take(who.now, who.entropy)
    if taken is None:
        return None
    errand, holder = taken
    hand = InHand(who, errand, holder, targets)
    with suppress(LeaseLost):  # whoever has it now brings it to its end
        _work(hand)
    errand.refresh_from_db()
    return errand


def _work(hand: InHand) -> None:
    try:
        _WORK[ErrandKind(hand.errand.kind)](hand)
    except LeaseLost:
        raise
    except TargetUnreachable as error:
        _later(hand, error)
    except MithaqError as error:
        acts.stop_errand(hand.who, hand.errand, error.code, holder=hand.holder)


def take(now: datetime, entropy: Entropy) -> tuple[Errand, str] | None:
    """Take the errand that has been due longest, with the name of this lease; None without one."""
    free = (Q(until__isnull=True) | Q(until__lte=now)) & Q(due__lte=now)
    holder = entropy(16).hex()
    waiting = Lease.objects.filter(free, errand__state=ErrandState.WAITING.value)
    for lease in waiting.order_by("due", "errand_id"):
        mine = Lease.objects.filter(free, pk=lease.pk, errand__state=ErrandState.WAITING.value)
        if mine.update(holder=holder, until=now + LEASE):
            found = Errand.objects.select_related("measure", "plan", "lease", "asked_by")
            return found.get(pk=lease.pk), holder
    return None


def _later(hand: InHand, error: TargetUnreachable) -> None:
    """Let go of an errand until the target may answer again; each time it rests twice as long."""
    attempts = hand.errand.lease.attempts + 1
    if attempts >= ATTEMPTS and ErrandKind(hand.errand.kind) not in ENDS:
        acts.stop_errand(hand.who, hand.errand, error.code, holder=hand.holder)
        return
    wait = min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
    mine = Lease.objects.filter(errand=hand.errand, holder=hand.holder)
    mine.update(holder="", until=None, due=hand.who.now + wait, attempts=F("attempts") + 1)


def _plan(hand: InHand) -> None:
    wanted = read_wanted(hand.errand.wanted)
    nonce = public_id("n", hand.who.entropy)
    origins: Origins = {}
    if wanted.amends:
        measure = AppliedMeasure.objects.get(key=wanted.amends)
        older, _decision = plan_of(measure)
        nonce, origins = older.nonce, origins_of(measure)
    obstacles = tuple(
        Obstacle(
            subscription=each.subscription,
            contract=each.contract,
            clause=each.clause,
            text=each.text,
            language=each.language,
        )
        for each in overrides_in_force(
            [measure.subscription for measure in wanted.measures], AsOf(hand.who.now, hand.who.now)
        )
    )
    known = Known(case=hand.errand.case, nonce=nonce, obstacles=obstacles, origins=origins)
    acts.plan_made(hand.who, hand.errand, draft(wanted, hand.targets, known), holder=hand.holder)


def _apply(hand: InHand) -> None:
    made, measure = _made(hand.errand), hand.errand.about
    plan = read_plan(made.content)
    if not hand.errand.steps.exclude(state=StepState.WAITING.value).exists():
        check_approved(hand.who, hand.errand.case, made, plan, hand.errand.decision)
        _same_world(hand, plan)
    _do(hand, plan, Part.KIT)
    unprobed = not measure.probes.filter(stage=ProbeStage.BEFORE.value).exists()
    if unprobed and plan.effect not in UNTESTABLE:
        _hold(hand, plan, afresh=True)
        acts.probed(
            hand.who,
            hand.errand,
            ProbeStage.BEFORE,
            _asked(hand, plan, applied=False),
            holder=hand.holder,
        )
    _do(
        hand,
        plan,
        Part.CUT,
        before=lambda: check_approved(hand.who, hand.errand.case, made, plan, hand.errand.decision),
    )
    _probe_applied(hand, plan)
    acts.end_errand(hand.who, hand.errand, holder=hand.holder)


def _same_world(hand: InHand, plan: Plan) -> None:
    """Refuse a plan that the world has moved away from since; raises WorldMoved."""
    known = Known(
        case=plan.case,
        nonce=plan.nonce,
        obstacles=plan.obstacles,
        origins=origins_of(hand.errand.about) if plan.amends else {},
    )
    if not same_world(plan, draft(wanted_of(plan), hand.targets, known)):
        raise WorldMoved("the target is not as the plan found it", hint="Plan anew, and decide on that.")


def _reapply(hand: InHand) -> None:
    plan, decision = plan_of(hand.errand.about)

    def stands() -> None:
        with suppress(MayNotLift):
            ended_by(hand.errand.case, decision, hand.who.now)
            raise MayNotApply("the restriction has ended", hint="It is lifted, and not written again.")

    _do(hand, plan, Part.KIT)
    _do(hand, plan, Part.CUT, before=stands)
    _probe_applied(hand, plan)
    acts.end_errand(hand.who, hand.errand, holder=hand.holder)


def _probe(hand: InHand) -> None:
    plan, _decision = plan_of(hand.errand.about)
    _probe_applied(hand, plan)
    acts.end_errand(hand.who, hand.errand, holder=hand.holder)


def _probe_applied(hand: InHand, plan: Plan) -> None:
    if plan.effect in UNTESTABLE:
        return
    _hold(hand, plan, afresh=False)
    seen = judged(_asked(hand, plan, applied=True), baseline_of(hand.errand.about))
    acts.probed(hand.who, hand.errand, ProbeStage.APPLIED, seen, holder=hand.holder)


def _undo(hand: InHand) -> None:
    """Take back what restricts, probe, and only then remove what the probes needed."""
    measure = hand.errand.about
    plan, _decision = plan_of(measure)
    _do(hand, plan, Part.CUT)
    kit = hand.errand.steps.filter(part=Part.KIT.value)
    untouched = not kit.exclude(state=StepState.WAITING.value).exists()
    unprobed = not hand.errand.probes.exists()
    # Without probes from before, nothing was restricted yet, and the kit may not be whole.
    if untouched and unprobed and baseline_of(measure) is not None:
        _hold(hand, plan, afresh=False)
        seen = _asked(hand, plan, applied=False)
        acts.probed(hand.who, hand.errand, ProbeStage.LIFTED, seen, holder=hand.holder)
    _do(hand, plan, Part.KIT)
    acts.end_errand(hand.who, hand.errand, holder=hand.holder)


def _do(hand: InHand, plan: Plan, part: Part, before: Callable[[], object] = lambda: None) -> None:
    """Do the steps of a part that are not done; raises WorldMoved at the first that must be left alone."""
    ended = (StepState.DONE.value, StepState.GONE.value)
    for step in hand.errand.steps.filter(part=part.value).exclude(state__in=ended):
        before()
        hand.renew()
        if step.state != StepState.BEGUN.value:
            acts.begin_step(hand.who, step, holder=hand.holder)
        account = hand.targets.named(plan.target).at(step.account, plan.nonce)
        state = change(account, step)
        acts.end_step(hand.who, step, state, holder=hand.holder)
        Lease.objects.filter(errand=hand.errand, holder=hand.holder).update(attempts=0)
        if state is StepState.MOVED:
            raise WorldMoved("a setting is neither as before nor as decided", hint="See the step's row.")


def change(account: Account, step: StepRecord) -> StepState:
    """Take a setting from before to after, if it is at either; gives what became of it."""
    setting, after = step_setting(step), json.loads(step.after)
    try:
        present = canonical_value(account.read(setting))
        if present == step.after:
            return StepState.DONE
        if present not in {step.before, canonical_value(dict(HALF_MADE)), never_left(step)}:
            return StepState.MOVED
        account.write(setting, after)
        written = canonical_value(account.read(setting))
    except SettingGone:
        return StepState.GONE
    return StepState.DONE if written == step.after else StepState.MOVED


def _asked(hand: InHand, plan: Plan, *, applied: bool) -> Matrix:
    """Probe every account of a plan; raises TargetUnreachable if not even the control answers."""
    cells: list[Cell] = []
    for cut, account in _accounts(hand, plan):
        cells += account.probe(cut, _opened(hand, cut), applied=applied, tick=hand.renew).cells
    control = [cell for cell in cells if cell.spot.vantage is Vantage.CONTROL]
    if any(cell.seen is Door.UNKNOWN for cell in control):
        raise TargetUnreachable("the control tenant gets no answer", hint="Is the target up?")
    return Matrix(tuple(cells))


def _hold(hand: InHand, plan: Plan, *, afresh: bool) -> None:
    """Take tokens and links before the measure, and again when they are about to end."""
    for cut, account in _accounts(hand, plan):
        kept = HeldSecret.objects.filter(measure=hand.errand.about, account=cut.account).first()
        if kept is not None and not afresh and kept.held_at + HELD_FRESH > hand.who.now:
            continue
        hand.renew()
        held = account.hold(hand.who.now)
        plain = compact({"at": format_instant(held.at), "things": dict(held.things)})
        sealed = hand.targets.vault.seal(plain, _about(hand, cut), hand.who.entropy)
        acts.hold_secret(hand.who, hand.errand, cut.account, sealed, holder=hand.holder)


def _opened(hand: InHand, cut: Cut) -> Held:
    kept = HeldSecret.objects.get(measure=hand.errand.about, account=cut.account)
    read = json.loads(hand.targets.vault.open(bytes(kept.sealed), _about(hand, cut)))
    return Held(parse_instant(read["at"], field="at"), read["things"])


def _about(hand: InHand, cut: Cut) -> str:
    return f"{hand.errand.about.key} {cut.account}"


def _accounts(hand: InHand, plan: Plan) -> Iterator[tuple[Cut, Account]]:
    driver = hand.targets.named(plan.target)
    for cut in plan.cuts:
        yield cut, driver.at(cut.account, plan.nonce)


def _made(errand: Errand) -> MadePlan:
    if errand.plan is None:
        raise WorldMoved("an errand names no plan", hint="Run `mithaq ledger fsck`.")
    return errand.plan


_WORK: Final[dict[ErrandKind, Callable[[InHand], None]]] = {
    ErrandKind.PLAN: _plan,
    ErrandKind.APPLY: _apply,
    ErrandKind.AMEND: _apply,
    ErrandKind.REAPPLY: _reapply,
    ErrandKind.PROBE: _probe,
    ErrandKind.LIFT: _undo,
    ErrandKind.ROLL_BACK: _undo,
}
