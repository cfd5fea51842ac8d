"""A case that comes to a decision with a plan, and a worker that carries it out on a shelf."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path as Folder

from tests.casework import Office
from tests.measures.shelf import Shelf
from tests.review import desk
from tests.review.desk import SUBSCRIPTION, Casework

from mithaq.measures import acts
from mithaq.measures.driver import Driver
from mithaq.measures.model import OnDrift
from mithaq.measures.models import AppliedMeasure, Errand, MadePlan
from mithaq.measures.places import Targets
from mithaq.measures.planning import Wanted
from mithaq.measures.queries import status_of
from mithaq.measures.reconcile import Round, reconcile
from mithaq.measures.status import Status
from mithaq.measures.targets.azure.author import Azure
from mithaq.measures.targets.handed.driver import HandedDriver
from mithaq.measures.vault import Vault
from mithaq.measures.work import work_one
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Machine, Permission
from mithaq.register import Entry, Register
from mithaq.review.acts import issue_reasons
from mithaq.review.measures import Measure, Path
from mithaq.review.models import Decision
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

GUID = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"
"""A subscription of Azure."""

KEEP = (KeptService.SECURITY, KeptService.DATA_EXPORT)


@dataclass(slots=True)
class Carrying:
    """From a case to a verified state of the world, step by step."""

    office: Office
    shelf: Shelf = field(default_factory=Shelf)
    driver: Driver | None = None
    subscription: str = SUBSCRIPTION
    work: Casework = field(init=False)

    def __post_init__(self) -> None:
        self.work = Casework(self.office)
        self.work.found()

    @property
    def case(self) -> str:
        return self.work.case

    @property
    def operator(self) -> Acting:
        return self.work.operator

    @property
    def targets(self) -> Targets:
        return Targets([self.driver or self.shelf], Vault(b"k" * 32))

    @property
    def worker(self) -> Acting:
        return Acting(
            Account(pseudonym="worker"),
            frozenset({Machine.WORKER}),
            self.office.clock,
            secrets.token_bytes,
            frozenset({Permission.MEASURE_APPLY}),
            via="worker",
        )

    def measure(self, operation: RestrictedOperation = RestrictedOperation.CREATE, days: int = 30) -> Measure:
        return Measure(
            subscription=self.subscription,
            service=RestrictedService.STORAGE,
            operation=operation,
            until=self.office.now + timedelta(days=days),
        )

    def wanted(self, *operations: RestrictedOperation, days: int = 30) -> Wanted:
        named = operations or (RestrictedOperation.CREATE,)
        return Wanted(measures=tuple(self.measure(each, days) for each in named), keep=KEEP)

    def round(self) -> Errand | None:
        """Let the worker take one errand."""
        return work_one(self.worker, self.targets)

    def work_off(self) -> None:
        """Let the worker work until nothing is due."""
        while self.round() is not None:
            pass

    def plan(self, wanted: Wanted | None = None) -> MadePlan:
        errand = acts.ask_plan(self.work.reviewer, self.case, wanted or self.wanted())
        self.work_off()
        errand.refresh_from_db()
        assert errand.plan is not None, errand.why
        return errand.plan

    def plan_of(self, key: str) -> MadePlan:
        return MadePlan.objects.get(key=key)

    def decided(self, plan: MadePlan, wanted: Wanted | None = None, previous: str = "") -> Decision:
        """Have the plan decided on by two people, and its reasons issued."""
        decision = self.approved(plan, wanted, previous)
        issue_reasons(self.operator, self.case, decision.key)
        return decision

    def approved(self, plan: MadePlan, wanted: Wanted | None = None, previous: str = "") -> Decision:
        wanted = wanted or self.wanted()
        path = Path.AMEND if previous else Path.MAIN
        content = replace(
            self.work.content(path, previous),
            measures=wanted.measures,
            keep=wanted.keep,
            plan_digest=plan.digest,
        )
        decision = self.work.proposed(content)
        self.work.approve(decision)
        return decision

    def ended(self, decision: Decision) -> Decision:
        """Have a restriction ended by two people."""
        lifting = self.work.proposed(self.work.ending(Path.LIFT, decision.key))
        self.work.approve(lifting)
        return lifting

    def asked(self, wanted: Wanted | None = None) -> AppliedMeasure:
        """Plan, decide, and ask for it to be applied."""
        plan = self.plan(wanted)
        decision = self.decided(plan, wanted)
        return acts.ask_apply(self.operator, self.case, plan.key, decision.key).about

    def applied(self, wanted: Wanted | None = None) -> AppliedMeasure:
        measure = self.asked(wanted)
        self.work_off()
        return measure

    def decision_of(self, measure: AppliedMeasure) -> Decision:
        return Decision.objects.get(key=measure.errands.exclude(decision="").latest("id").decision)

    def status(self, measure: AppliedMeasure) -> Status:
        return status_of(measure)

    def reconciled(self) -> Round:
        return reconcile(self.worker, self.targets)

    def alarm_only(self) -> Wanted:
        return replace(self.wanted(), on_drift=OnDrift.ALARM)


def about(office: Office, driver: Driver, subscription: str, region: str = "eu-west-1") -> Carrying:
    """Give a case about a subscription that a target serves, which the register knows."""
    books = Register((Entry("Harbour Lines", subscription, None, region, None, None),))
    office.monkeypatch.setattr(desk, "SUBSCRIPTION", subscription)
    office.monkeypatch.setattr(desk, "BOOKS", books)
    return Carrying(office, driver=driver, subscription=subscription)


def by_hand(office: Office, folder: Folder) -> Carrying:
    """Give a case about a subscription of Azure, whose measures are files that a person carries out."""
    return about(office, HandedDriver("hand", folder, Azure()), f"azure:{GUID}", "westeurope")
