"""A case and everybody who has to do with it, through the acts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.casework import Office

from mithaq.intake.acts import open_case
from mithaq.intake.models import Allegation
from mithaq.people.acting import Acting
from mithaq.people.permissions import Role
from mithaq.register import Entry, Register
from mithaq.review import acts
from mithaq.review.casefile import Outcome
from mithaq.review.measures import (
    ClauseRef,
    Content,
    DecisionKind,
    Level,
    Measure,
    MilderOption,
    Path,
    Proportionality,
    Severity,
)
from mithaq.review.models import Decision
from mithaq.terms import load_allegation, load_pack
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

SUBSCRIPTION = "aws:111122223333"
BOOKS = Register((Entry("Harbour Lines", SUBSCRIPTION, None, "eu-west-1", None, None),))
SAID = """
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a report"}
subject: {customer: "Harbour Lines"}
period: {from: 2026-09-07, to: 2026-09-21}
clauses: [T5]
claims:
  - {id: c1, kind: stores, what: call-recordings}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
"""
ALLEGATION, PACK = load_allegation(SAID), load_pack("default")
ANSWERS = Proportionality(
    legality="Clause T5 of the terms in force.",
    aim="To end the use.",
    milder_options=(MilderOption(option="a warning", why_not="one was ignored"),),
    severity=Severity(scale=Level.HIGH, scope=Level.HIGH, irremediability=Level.HIGH, why="Many people."),
)
WORDS = LocalisedText("Recordings by the million.", "تسجيلات بالملايين.")
REASONS = LocalisedText("The facts do not bear it.", "لا تسند الوقائع ذلك.")


@dataclass(slots=True)
class Casework:
    """One case, and one person for each part."""

    office: Office
    reviewer: Acting = field(init=False)
    authoriser: Acting = field(init=False)
    approver: Acting = field(init=False)
    appeals_officer: Acting = field(init=False)
    operator: Acting = field(init=False)
    case: str = field(init=False)

    def __post_init__(self) -> None:
        self.reviewer = self.office.person(Role.REVIEWER)
        self.authoriser = self.office.person(Role.AUTHORISER)
        self.approver = self.office.person(Role.APPROVER)
        self.appeals_officer = self.office.person(Role.APPEALS_OFFICER)
        self.operator = self.office.person(Role.OPERATOR)
        self.case = self.open().case

    def open(self) -> Allegation:
        return open_case(self.reviewer, ALLEGATION, pack=PACK, register=BOOKS)

    def the_case(self) -> Allegation:
        return Allegation.objects.select_related("opened_by").get(case=self.case)

    def authorise(self, reviewer: Acting | None = None, by: Acting | None = None) -> None:
        case = Allegation.objects.get(case=self.case)
        acts.authorise_review(
            by or self.authoriser,
            self.case,
            reviewer=(reviewer or self.reviewer).account,
            subscriptions=[SUBSCRIPTION],
            clauses=["T5"],
            period=(case.period_from, case.period_to),
            deadline=self.office.now + timedelta(days=20),
        )

    def found(self, outcome: Outcome = Outcome.VIOLATED) -> None:
        """Carry the case to its findings."""
        self.authorise()
        acts.make_finding(self.reviewer, self.case, clause="T5", outcome=outcome, reasons="Three records.")

    def content(self, path: Path = Path.MAIN, previous: str = "", **span: float) -> Content:
        """Give a content that restricts the making of objects, for thirty days unless told otherwise."""
        until = self.office.now + timedelta(**(span or {"days": 30}))
        measure = Measure(
            subscription=SUBSCRIPTION,
            service=RestrictedService.STORAGE,
            operation=RestrictedOperation.CREATE,
            until=until,
        )
        return Content(
            case=self.case,
            kind=DecisionKind.MEASURES,
            path=path,
            clauses=(ClauseRef(id="T5", version="T5@2020-01-01", title=WORDS),),
            facts=WORDS,
            grounds=WORDS,
            measures=(measure,),
            keep=(KeptService.SECURITY, KeptService.DATA_EXPORT),
            proportionality=ANSWERS,
            previous=previous,
        )

    def ending(self, path: Path, previous: str) -> Content:
        """Give a content that restricts nothing."""
        return replace(
            self.content(path, previous), kind=DecisionKind.NO_ACTION, measures=(), proportionality=None
        )

    def proposed(self, content: Content | None = None, by: Acting | None = None) -> Decision:
        return acts.propose(by or self.reviewer, content or self.content())

    def approve(self, decision: Decision, by: Acting | None = None) -> None:
        acts.approve(by or self.approver, self.case, decision.key, digest=decision.digest)

    def decided(self, content: Content | None = None) -> Decision:
        """Carry the case to a decision in force."""
        if content is None:
            self.found()
        decision = self.proposed(content)
        self.approve(decision)
        return decision
