"""Several people with every casework role try anything in any order: what comes about was made by four eyes.

What is expected is told from the machine's own notes of who did what and from the rows in the database, not
by the rules that the acts use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.casework import Office
from tests.review.desk import REASONS, SUBSCRIPTION, Casework
from tests.soaking import SOAK, first_seed, tell

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
ON_SQLITE = connection.vendor == "sqlite"
RUNS, STEPS = (50 if ON_SQLITE or SOAK else 8), 50
"""Of one seed."""

SEEDS = range(first_seed(), first_seed() + (40 if SOAK else 4 if ON_SQLITE else 1))
# Marked only where it is long, so that the short one also runs in the suite on PostgreSQL.
pytestmark = [pytest.mark.soak(minutes=1)] if SOAK else []

_person = st.integers(0, PEOPLE - 1)
_pick = st.integers(0, 30)


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database holds of the case, read once after each act that was done."""

    acts: Mapping[int, CaseAct]
    reviews: list[Authorisation]
    findings: list[Finding]
    decisions: Mapping[str, Decision]
    rulings: Mapping[str, Ruling]
    appeals: Mapping[str, Appeal]
    answers: list[AppealRuling]

    @classmethod
    def read(cls) -> Self:
        """Read every table; there is one case in them."""
        return cls(
            acts={row.pk: row for row in CaseAct.objects.order_by("number")},
            reviews=[*Authorisation.objects.all()],
            findings=[*Finding.objects.all()],
            decisions={row.key: row for row in Decision.objects.order_by("act_id")},
            rulings={row.decision_id: row for row in Ruling.objects.all()},
            appeals={row.key: row for row in Appeal.objects.order_by("act_id")},
            answers=[*AppealRuling.objects.all()],
        )

    def hands_before(self, answer: AppealRuling) -> set[int]:
        """Who had judged before an appeal was answered, and outside of it; expiry judges nothing."""
        number = self.acts[answer.act_id].number

        def earlier(act: int) -> bool:
            return self.acts[act].number < number

        hands = {self.acts[each.act_id].by_id for each in self.findings if earlier(each.act_id)}
        for review in self.reviews:
            hands |= {review.reviewer_id, review.authorised_by_id} if earlier(review.act_id) else set()
        for decision in self.decisions.values():
            if decision.appeal_id == answer.appeal_id or decision.path == "expire":
                continue
            ruling = self.rulings.get(decision.key)
            hands |= {decision.proposed_by_id} if earlier(decision.act_id) else set()
            hands |= {ruling.ruled_by_id} if ruling and earlier(ruling.act_id) else set()
        return hands


def nobody_ruled_on_their_own_and_every_decision_took_two(rows: Rows) -> None:
    for key, ruling in rows.rulings.items():
        if ruling.outcome == "approved":
            assert ruling.ruled_by_id != rows.decisions[key].proposed_by_id
            assert ruling.digest == rows.decisions[key].digest
    for review in rows.reviews:
        assert review.reviewer_id != review.authorised_by_id
    chains = [
        each.previous_id for each in rows.rulings.values() if each.outcome not in {"refused", "withdrawn"}
    ]
    followed = [previous for previous in chains if previous is not None]
    assert len(followed) == len(set(followed))
    assert chains.count(None) <= 1


def appeals_were_decided_by_who_was_not_involved(rows: Rows) -> None:
    for answer in rows.answers:
        hands = rows.hands_before(answer) | {rows.appeals[answer.appeal_id].entered_by_id}
        assert answer.decided_by_id not in hands


def no_act_lacks_its_entry(rows: Rows) -> None:
    hashes = {bytes(row.leaf_hash) for row in rows.acts.values()}
    entries = Entry.objects.filter(leaf_hash__in=hashes).values_list("leaf_hash", flat=True)
    assert hashes == {bytes(each) for each in entries}


def who_is_recused_acted_no_more(rows: Rows, recused: Mapping[int, int]) -> None:
    """`recused` is how many acts there were when an account was recused."""
    for row in rows.acts.values():
        assert row.number <= recused.get(row.by_id, row.number)


class Anything(RuleBasedStateMachine):
    """One case, five people, and every act that there is."""

    work: Casework
    team: list[Acting]
    counted: Counter[str]
    """Runs, acts that were tried, and those that were done."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.started = self.work.office.now
        self.work.case = self.work.open().case
        self.recused: dict[int, int] = {}
        """How many acts there were when an account was recused."""
        self.looked = False
        """Whether the rows were looked at since the last act that was done, and at this time."""

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
        try:
            self.looked = False  # refused acts too must have left nothing behind
            self.what_came_about_was_made_by_four_eyes()
            told = list(check_projection())
        finally:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)
            self.work.office.now = self.started
        self.counted["runs"] += 1
        assert told == []

    def attempt(self, act: Callable[..., Any], *given: object, **named: object) -> None:
        """Try an act; a refusal of our own is an answer, one by the database would be a hole in the rules."""
        self.counted["tried"] += 1
        try:
            act(*given, **named)
        except MithaqError:
            return
        self.counted["done"] += 1
        self.looked = False

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
        account = self.team[by].account.pk
        if pick == 0 and account not in self.recused:
            given: dict[str, Any] = {
                "kind": Recusal.Kind.CUSTOMER,
                "value": "Harbour Lines",
                "reason": "Kin.",
            }
            people.declare_recusal(self.team[by], **given)
            self.recused[account] = CaseAct.objects.count()
            self.looked = False

    @rule(hours=st.integers(1, 60))
    def later(self, hours: int) -> None:
        self.work.office.now += timedelta(hours=hours)
        self.looked = False

    @invariant()
    def what_came_about_was_made_by_four_eyes(self) -> None:
        if self.looked:
            return
        rows = Rows.read()
        nobody_ruled_on_their_own_and_every_decision_took_two(rows)
        appeals_were_decided_by_who_was_not_involved(rows)
        no_act_lacks_its_entry(rows)
        who_is_recused_acted_no_more(rows, self.recused)
        self.only_what_two_people_decided_and_gave_reasons_for_is_applied(rows)
        self.an_appeal_is_open_to_whatever_came_into_force()
        self.looked = True

    def only_what_two_people_decided_and_gave_reasons_for_is_applied(self, rows: Rows) -> None:
        now = self.work.office.now
        for key, decision in rows.decisions.items():
            try:
                content = may_apply(self.work.case, key, now)
            except MayNotApply:
                continue
            assert rows.rulings[key].ruled_by_id != decision.proposed_by_id
            assert decision.statement.issued_at <= now
            assert content.ends_at is None or content.ends_at > now
            assert {measure.subscription for measure in content.measures} == {SUBSCRIPTION}
            if decision.interim:
                interim = [each for each in rows.rulings.values() if each.path == "interim"]
                (first,) = (each for each in interim if each.outcome == "approved")
                assert now < rows.decisions[first.decision_id].proposed_at + timedelta(days=7)

    def an_appeal_is_open_to_whatever_came_into_force(self) -> None:
        state = state_of(Allegation.objects.select_related("opened_by").get(case=self.work.case))
        if state.decisions:
            assert ActKind.REVIEW_APPEAL_ENTERED in open_acts(state, self.work.office.now)


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("number", SEEDS)
def test_no_way_round_four_eyes_is_found(work: Casework, office: Office, number: int) -> None:
    counted = Counter[str]()
    team = [office.person(*ROLES) for _ in range(PEOPLE)]
    machine = type("Anything", (Anything,), {"work": work, "team": team, "counted": counted})
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    tell("four eyes", f"seed {number}: {dict(counted)}", done=number - SEEDS.start + 1, of=len(SEEDS))
    assert counted["runs"] >= RUNS
    assert counted["tried"] > counted["done"] > RUNS
