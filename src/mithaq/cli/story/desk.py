"""What the story's people do to a case: each step is one act, at the story's moment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from mithaq.cli.story.cast import Cast
from mithaq.intake.acts import attach, open_case
from mithaq.intake.models import Allegation as Case
from mithaq.intake.places import terms_pack
from mithaq.register.queries import register_during
from mithaq.review import acts
from mithaq.review.casefile import Appellant, Outcome
from mithaq.review.measures import (
    ClauseRef,
    Content,
    ContractOverride,
    DecisionKind,
    Level,
    Measure,
    MilderOption,
    Proportionality,
    Severity,
)
from mithaq.review.measures import Path as Way
from mithaq.review.models import Appeal, Decision
from mithaq.review.runs.acts import Asked, RecordsKind, answer_request, request_records, request_run
from mithaq.review.runs.models import Result, Run
from mithaq.review.runs.queries import document_of
from mithaq.review.runs.work import work_one
from mithaq.terms import LocalisedText, SourceKind, load_allegation
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService, Verdict

Scope: TypeAlias = tuple[RestrictedService, RestrictedOperation]

STOP_WRITES: Final[Scope] = (RestrictedService.STORAGE, RestrictedOperation.CREATE)
STOP_SPEECH: Final[Scope] = (RestrictedService.SPEECH_TO_TEXT, RestrictedOperation.INFER)
STOP_FACES: Final[Scope] = (RestrictedService.FACE_RECOGNITION, RestrictedOperation.INFER)


@dataclass(frozen=True, slots=True)
class StoryDesk:
    """The people, and what the pretend provider has: its logs, and what is said of its customers."""

    cast: Cast
    provider: Path
    negotiated: Mapping[str, ContractOverride]
    """What a customer's contract says otherwise, and what the people make of it, by customer."""

    def open(
        self, by: str, slug: str, source: SourceKind, reference: str, clauses: Sequence[str] = ()
    ) -> str:
        """Open a case for a customer's example allegation, as another source made it the day before."""
        who = self.cast(by)
        said = load_allegation(self.provider / f"allegation-{slug}.yaml")
        said = replace(
            said,
            received=who.now - timedelta(days=1),
            source_kind=source,
            reference=reference,
            clauses=tuple(clauses) or said.clauses,
        )
        books = register_during(
            said.start, said.end, known=who.now, subscriptions=said.subscriptions, customer=said.customer
        )
        return open_case(who, said, pack=terms_pack(os.environ), register=books).case

    def authorise(self, case: str, reviewer: str, *, days: int = 21) -> None:
        """Authorise a review of all that is alleged."""
        opened = Case.objects.get(case=case)
        acts.authorise_review(
            self.cast("salma"),
            case,
            reviewer=self.cast.accounts[reviewer],
            subscriptions=self.subscriptions(case),
            clauses=opened.clauses,
            period=(opened.period_from, opened.period_to),
            deadline=self.cast.clock.now + timedelta(days=days),
        )

    def answered(self, case: str) -> list[ContractOverride]:
        """Give the negotiated terms that stand in a case's way, each answered."""
        customers = {subject.customer for subject in Case.objects.get(case=case).subjects.all()}
        return [override for customer, override in self.negotiated.items() if customer in customers]

    def subscriptions(self, case: str) -> list[str]:
        """Give the subscriptions that a case is about."""
        return list(Case.objects.get(case=case).subjects.values_list("subscription", flat=True))

    @staticmethod
    def first_about(customer: str) -> str:
        """Give the oldest case about a customer."""
        return Case.objects.filter(customer=customer).earliest("pk").case

    def ask(self, case: str, by: str) -> Run:
        """Ask for a run of the evidence."""
        return request_run(self.cast(by), case)

    def examine(self, case: str, by: str) -> Result:
        """Ask for a run, and let the worker bring it to its end."""
        run = self.ask(case, by)
        while work_one(os.environ, clock=self.cast.clock, entropy=secrets.token_bytes) != run:
            pass
        return Result.objects.get(run=run)

    def find(self, case: str, by: str, clause: str, outcome: Outcome, reasons: str) -> None:
        """Record a finding."""
        acts.make_finding(self.cast(by), case, clause=clause, outcome=outcome, reasons=reasons)

    def request(self, result: Result, by: str, kind: RecordsKind, addressee: str, question: str) -> str:
        """Ask for records about the first claim that a run left open; gives the request."""
        claims = document_of(result)["claims"]
        asked = Asked(
            run=result.run.run,
            claim=next(each["id"] for each in claims if each["verdict"] == Verdict.UNDETERMINED),
            kind=kind,
            addressee=addressee,
            question=question,
            due=self.cast.clock.now + timedelta(days=10),
        )
        case = result.run.allegation.case
        return request_records(self.cast(by), case, asked).request

    def answer(self, case: str, by: str, request: str, text: str, name: str) -> None:
        """Attach a document as the answer to a request."""
        held = attach(self.cast(by), case, data=text.encode(), media_type="text/plain", name=name)
        answer_request(self.cast(by), case, request, held.attachment)

    def propose(self, by: str, content: Content) -> Decision:
        """Propose a decision."""
        return acts.propose(self.cast(by), content)

    def approve(self, decision: Decision, by: str) -> None:
        """Approve exactly what was proposed."""
        acts.approve(self.cast(by), decision.case, decision.key, digest=decision.digest)

    def issue(self, decision: Decision) -> None:
        """Record the reasons as issued."""
        acts.issue_reasons(self.cast("lina"), decision.case, decision.key)

    def appeal(self, decision: Decision, by: str, appellant: Appellant, grounds: str) -> Appeal:
        """Enter an appeal received today."""
        who = self.cast(by)
        return acts.enter_appeal(
            who, decision.case, decision.key, appellant=appellant, grounds=grounds, received=who.now
        )

    def content(
        self,
        case: str,
        clause: str,
        words: Mapping[str, LocalisedText],
        scopes: Sequence[Scope] = (),
        *,
        days: int = 90,
        way: Way = Way.MAIN,
        kind: DecisionKind | None = None,
    ) -> Content:
        """Give what a decision says: measures on all subscriptions of the case, or none."""
        version = terms_pack(os.environ).versions[clause][-1]
        until = (self.cast.clock.now + timedelta(days=days)).replace(microsecond=0)
        measures = tuple(
            Measure(subscription=each, service=service, operation=operation, until=until)
            for each in self.subscriptions(case)
            for service, operation in scopes
        )
        evidence = Result.objects.filter(run__allegation__case=case, failure="").values_list(
            "sha256", flat=True
        )
        return Content(
            case=case,
            kind=kind or (DecisionKind.MEASURES if measures else DecisionKind.NO_ACTION),
            path=way,
            clauses=(ClauseRef(id=clause, version=version.version, title=version.title),),
            facts=words["facts"],
            grounds=words["grounds"],
            measures=measures,
            keep=(KeptService.SECURITY, KeptService.IDENTITY, KeptService.DATA_EXPORT) if measures else (),
            proportionality=_answers(self.answered(case)) if measures else None,
            evidence=tuple(f"sha256:{each}" for each in evidence),
        )


def _answers(overrides: Sequence[ContractOverride]) -> Proportionality:
    return Proportionality(
        legality="The clause stood in the terms that bound the customer in the whole period.",
        aim="That the use which breaks the terms ends, and nothing else does.",
        milder_options=(
            MilderOption(option="A warning", why_not="The use goes on every hour, and grows."),
            MilderOption(option="A limit of the rate", why_not="What is kept would still be kept on all."),
        ),
        severity=Severity(
            scale=Level.HIGH,
            scope=Level.EXTREME,
            irremediability=Level.HIGH,
            why="It concerns people at large, and what was heard cannot be unheard.",
        ),
        contract_overrides=tuple(overrides),
    )
