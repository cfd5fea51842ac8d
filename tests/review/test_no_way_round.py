"""Several people with every casework role try anything in any order: what comes about was made by four eyes.

What is expected is told from the machine's own notes of who did what and from the rows in the database, not
by the rules that the acts use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.casework import Office
from tests.review.desk import REASONS, SUBSCRIPTION, Casework

from mithaq.intake.models import Allegation
from mithaq.kernel.errors import MithaqError
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people import acts as people
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.errors import MayNotApply
from mithaq.review.measures import PROPOSED_PATHS, Path
from mithaq.review.models import Appeal, AppealRuling, Authorisation, CaseAct, Decision, Finding, Ruling
from mithaq.review.queries import check_projection, may_apply, state_of
from mithaq.review.stages import open_acts

ROLES = (Role.REVIEWER, Role.AUTHORISER, Role.APPROVER, Role.APPEALS_OFFICER, Role.OPERATOR)
PEOPLE = 5
SOAK = bool(os.environ.get("MITHAQ_SOAK"))
RUNS, STEPS = (2_000, 50) if SOAK else (8, 50)
# Marked only where it is long, so that the short one also runs in the suite on PostgreSQL.
pytestmark = [pytest.mark.soak, pytest.mark.timeout(14_400)] if SOAK else []

_person = st.integers(0, PEOPLE - 1)
_pick = st.integers(0, 30)


class Anything(RuleBasedStateMachine):
    """One case, five people, and every act that there is."""

    work: Casework
    team: list[Acting]

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.started = self.work.office.now
        self.work.case = self.work.open().case
        self.recused: dict[int, int] = {}
        """How many acts there were when a person was recused."""

    @initialize(already=st.sampled_from(["opened", "found", "decided", "appealed"]))
    def begin(self, already: str) -> None:
        """Some runs begin where a case is usually later: the first three people have carried it there."""
        work = self.work
        work.reviewer, work.authoriser, work.approver = self.team[:3]
        if already == "found":
            work.found()
        elif already != "opened":
            decision = work.decided()
            if already == "appealed":
                given: dict[str, Any] = {
                    "appellant": Appellant.CUSTOMER,
                    "grounds": "No.",
                    "received": work.office.now,
                }
                acts.enter_appeal(self.team[0], work.case, decision.key, **given)

    def teardown(self) -> None:
        told = list(check_projection())
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)
        self.work.office.now = self.started
        assert told == []

    def attempt(self, act: Callable[..., Any], *given: object, **named: object) -> None:
        """Try an act; a refusal of our own is an answer, one by the database would be a hole in the rules."""
        try:
            act(*given, **named)
        except MithaqError:
            return

    def decision(self, pick: int) -> str:
        keys = [*Decision.objects.order_by("act_id").values_list("key", flat=True)]
        return keys[pick % len(keys)] if keys else "d_none"

    @rule(by=_person, reviewer=_person)
    def authorise(self, by: int, reviewer: int) -> None:
        self.attempt(self.work.authorise, self.team[reviewer], self.team[by])

    @rule(by=_person, outcome=st.sampled_from(Outcome))
    def find(self, by: int, outcome: Outcome) -> None:
        given: dict[str, Any] = {"clause": "T5", "outcome": outcome, "reasons": "Three records."}
        self.attempt(acts.make_finding, self.team[by], self.work.case, **given)

    @rule(by=_person, path=st.sampled_from(sorted(PROPOSED_PATHS)), pick=_pick, days=st.integers(1, 9))
    def propose(self, by: int, path: Path, pick: int, days: int) -> None:
        state = state_of(Allegation.objects.get(case=self.work.case))
        heads = [*state.heads] or [""]
        previous = heads[pick % len(heads)] if pick % 5 else self.decision(pick)
        previous = "" if previous == "d_none" else previous
        ending = path is Path.LIFT or pick % 3 == 0
        content = self.work.ending(path, previous) if ending else self.work.content(path, previous, days=days)
        self.attempt(acts.propose, self.team[by], content)

    @rule(by=_person, pick=_pick)
    def approve(self, by: int, pick: int) -> None:
        found = Decision.objects.filter(key=self.decision(pick)).first()
        if found is not None:
            self.attempt(self.work.approve, found, self.team[by])

    @rule(by=_person, pick=_pick)
    def refuse(self, by: int, pick: int) -> None:
        self.attempt(acts.refuse, self.team[by], self.work.case, self.decision(pick), reasons="No.")

    @rule(by=_person, pick=_pick, act=st.sampled_from([acts.withdraw, acts.expire, acts.issue_reasons]))
    def other(self, by: int, pick: int, act: Callable[..., Any]) -> None:
        self.attempt(act, self.team[by], self.work.case, self.decision(pick))

    @rule(by=_person, pick=_pick, appellant=st.sampled_from(Appellant))
    def appeal(self, by: int, pick: int, appellant: Appellant) -> None:
        given: dict[str, Any] = {"appellant": appellant, "grounds": "No.", "received": self.work.office.now}
        self.attempt(acts.enter_appeal, self.team[by], self.work.case, self.decision(pick), **given)

    @rule(by=_person, pick=_pick, outcome=st.sampled_from(AppealOutcome), days=st.integers(1, 9))
    def decide_appeal(self, by: int, pick: int, outcome: AppealOutcome, days: int) -> None:
        keys = [*Appeal.objects.order_by("act_id").values_list("key", flat=True)]
        if keys:
            answer = self.work.content(days=days) if outcome is AppealOutcome.CHANGED else None
            given: dict[str, Any] = {"outcome": outcome, "reasons": REASONS, "answer": answer}
            self.attempt(acts.decide_appeal, self.team[by], self.work.case, keys[pick % len(keys)], **given)

    @rule(
        by=_person,
        act=st.sampled_from([acts.hold, acts.release, acts.release, acts.escalate, acts.step_in]),
    )
    def say(self, by: int, act: Callable[..., Any]) -> None:
        self.attempt(act, self.team[by], self.work.case, reason="For a reason.")

    @rule(by=_person, pick=_pick)
    def cancel(self, by: int, pick: int) -> None:
        if pick == 0:
            self.attempt(acts.cancel, self.team[by], self.work.case, reason="A mistake.")

    @rule(by=_person, to=_person)
    def hand_over(self, by: int, to: int) -> None:
        given: dict[str, Any] = {"reviewer": self.team[to].account, "reason": "Leave."}
        self.attempt(acts.hand_over, self.team[by], self.work.case, **given)

    @rule(by=_person, pick=_pick)
    def recuse(self, by: int, pick: int) -> None:
        if pick == 0 and by not in self.recused:
            given: dict[str, Any] = {
                "kind": Recusal.Kind.CUSTOMER,
                "value": "Harbour Lines",
                "reason": "Kin.",
            }
            people.declare_recusal(self.team[by], **given)
            self.recused[by] = CaseAct.objects.count()

    @rule(hours=st.integers(1, 60))
    def later(self, hours: int) -> None:
        self.work.office.now += timedelta(hours=hours)

    @invariant()
    def nobody_ruled_on_their_own_and_every_decision_took_two(self) -> None:
        for ruling in Ruling.objects.filter(outcome="approved").select_related("decision"):
            assert ruling.ruled_by_id != ruling.decision.proposed_by_id
            assert ruling.digest == ruling.decision.digest
        for review in Authorisation.objects.all():
            assert review.reviewer_id != review.authorised_by_id
        chains = [
            ruling.previous_id for ruling in Ruling.objects.exclude(outcome__in=("refused", "withdrawn"))
        ]
        followed = [previous for previous in chains if previous is not None]
        assert len(followed) == len(set(followed))
        assert chains.count(None) <= 1

    @invariant()
    def appeals_were_decided_by_who_was_not_involved(self) -> None:
        for answer in AppealRuling.objects.select_related("appeal", "act"):
            before = answer.act.number
            hands = {answer.appeal.entered_by_id}
            hands |= {f.act.by_id for f in Finding.objects.filter(act__number__lt=before)}
            for review in Authorisation.objects.filter(act__number__lt=before):
                hands |= {review.reviewer_id, review.authorised_by_id}
            others = Decision.objects.filter(act__number__lt=before).exclude(appeal=answer.appeal)
            for decision in others.exclude(path="expire"):
                hands.add(decision.proposed_by_id)
            for ruling in Ruling.objects.filter(act__number__lt=before).exclude(path="expire"):
                if ruling.decision.appeal_id != answer.appeal_id:
                    hands.add(ruling.ruled_by_id)
            assert answer.decided_by_id not in hands

    @invariant()
    def who_is_recused_acted_no_more(self) -> None:
        for person, since in self.recused.items():
            later = CaseAct.objects.filter(by=self.team[person].account, number__gt=since)
            assert not later.exists()

    @invariant()
    def no_act_lacks_its_entry(self) -> None:
        hashes = {bytes(row) for row in CaseAct.objects.values_list("leaf_hash", flat=True)}
        assert hashes == {
            bytes(row)
            for row in Entry.objects.filter(leaf_hash__in=hashes).values_list("leaf_hash", flat=True)
        }

    @invariant()
    def only_what_two_people_decided_and_gave_reasons_for_is_applied(self) -> None:
        now = self.work.office.now
        for decision in Decision.objects.all():
            try:
                content = may_apply(self.work.case, decision.key, now)
            except MayNotApply:
                continue
            assert Ruling.objects.get(decision=decision).ruled_by_id != decision.proposed_by_id
            assert decision.statement.issued_at <= now
            assert content.ends_at is None or content.ends_at > now
            assert {measure.subscription for measure in content.measures} == {SUBSCRIPTION}
            if decision.interim:
                first = Decision.objects.filter(path="interim", ruling__outcome="approved").get()
                assert now < first.proposed_at + timedelta(days=7)

    @invariant()
    def an_appeal_is_open_to_whatever_came_into_force(self) -> None:
        state = state_of(Allegation.objects.get(case=self.work.case))
        if state.decisions:
            assert ActKind.REVIEW_APPEAL_ENTERED in open_acts(state, self.work.office.now)


@pytest.mark.timeout(7_200)
def test_no_way_round_four_eyes_is_found(work: Casework, office: Office) -> None:
    machine = type(
        "Anything", (Anything,), {"work": work, "team": [office.person(*ROLES) for _ in range(PEOPLE)]}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SOAK,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
