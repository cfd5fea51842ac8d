"""Cases whose evidence is computed from a pretend provider's logs, by the worker's own code."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from django.core.management import call_command
from tests.casework import PASSWORD, Office

from mithaq.cli.app import run
from mithaq.intake.acts import open_case
from mithaq.intake.models import Allegation
from mithaq.people.acting import Acting
from mithaq.people.permissions import Role
from mithaq.register import load_register
from mithaq.register.acts import import_register
from mithaq.review import acts
from mithaq.review.casefile import Outcome
from mithaq.review.runs.acts import Asked, RecordsKind, request_records, request_run
from mithaq.review.runs.models import Run
from mithaq.review.runs.queries import document_of
from mithaq.review.runs.work import work_one
from mithaq.simulation import SCENARIOS, write_scenario
from mithaq.terms import ScaleClaim, load_allegation, load_pack

CUSTOMERS: Final = ("harbour-vault", "memo-line")
"""One whose use the evidence indicates, and one whose claims it leaves undetermined."""


SCALE: Final = 0.2
"""Of the objects that the demo's customers make; claims of scale are made as much smaller."""


class _Silent:
    def begin(self, total: int) -> None: ...

    def advance(self, events: int, size: int) -> None: ...


def write_provider(folder: Path) -> Path:
    """Write the logs of two customers over two weeks, and bring them into a lake; gives the folder."""
    whole = SCENARIOS["demo"]
    chosen = tuple(tenant for tenant in whole.tenants if tenant.slug in CUSTOMERS)
    provider = folder / "provider"
    write_scenario(replace(whole, tenants=chosen).changed(scale=SCALE), provider, _Silent())
    for logs in sorted((provider / "logs").iterdir()):
        code = run(["ingest", logs.name, str(logs), "--lake", str(folder / "lake"), "--json"])
        assert code == 0, logs.name
    return folder


@dataclass(slots=True)
class Examined:
    """A case about one of the provider's customers, with whom it takes to examine it."""

    office: Office
    folder: Path
    customer: str = "harbour-vault"
    reviewer: Acting = field(init=False)
    authoriser: Acting = field(init=False)
    case: str = field(init=False)

    def __post_init__(self) -> None:
        provider = self.folder / "provider"
        self.office.monkeypatch.setenv("MITHAQ_LAKE", str(self.folder / "lake"))
        self.reviewer = self.office.person(Role.REVIEWER, name="Rima Quay")
        self.authoriser = self.office.person(Role.AUTHORISER, name="Nadim Vale")
        keeper = self.office.person(Role.REGISTER_KEEPER)
        books = load_register(provider / "register.csv")
        digest = sha256((provider / "register.csv").read_bytes()).hexdigest()
        import_register(keeper, books, sha256=digest)
        said = load_allegation(provider / f"allegation-{self.customer}.yaml")
        claims = [
            replace(claim, at_least=claim.at_least * SCALE) if isinstance(claim, ScaleClaim) else claim
            for claim in said.claims
        ]
        said = replace(said, claims=tuple(claims))
        self.case = open_case(self.reviewer, said, pack=load_pack("default"), register=books).case

    @property
    def opened(self) -> Allegation:
        return Allegation.objects.get(case=self.case)

    def authorise(self, *, days: int = 0) -> None:
        """Authorise a review of the whole period, or of so many days from its beginning."""
        case = self.opened
        end = case.period_from + timedelta(days=days) if days else case.period_to
        acts.authorise_review(
            self.authoriser,
            self.case,
            reviewer=self.reviewer.account,
            subscriptions=list(case.subjects.values_list("subscription", flat=True)),
            clauses=case.clauses,
            period=(case.period_from, end),
            deadline=self.office.now + timedelta(days=20),
        )

    def ask(self) -> Run:
        return request_run(self.reviewer, self.case)

    def work(self) -> Run:
        """Let the worker bring the oldest run that waits to its end."""
        done = work_one(os.environ, clock=self.office.clock, entropy=secrets.token_bytes)
        assert done is not None
        return done

    def examined(self) -> Run:
        """Authorise the review, and let a run attach its evidence."""
        self.authorise()
        return self.again()

    def again(self) -> Run:
        """Let another run attach its evidence."""
        self.ask()
        return self.work()

    def request(self, run: Run) -> str:
        """Ask for records about the first claim that a run left undetermined; gives the request."""
        asked = Asked(
            run=run.run,
            claim=left_open(run),
            kind=RecordsKind.BILLING,
            addressee="Billing desk",
            question="Which services were invoiced in September?",
            due=self.office.now + timedelta(days=7),
        )
        return request_records(self.reviewer, self.case, asked).request


def left_open(run: Run) -> str:
    """Give the first claim that a run left undetermined."""
    claims = document_of(run.result)["claims"]
    return str(next(each["id"] for each in claims if each["verdict"] == "undetermined"))


def live(folder: Path) -> dict[str, str]:
    """Fill a new Mithaq with one case at each stage of its examination, in the time of the machine's clock.

    Gives the cases' ids, a request for records, runs, and who signs in.
    """
    call_command("migrate", verbosity=0)
    office = Office(pytest.MonkeyPatch(), datetime.now(UTC).replace(microsecond=0))
    indicated, open_ = Examined(office, folder), Examined(office, folder, "memo-line")
    first = indicated.examined()
    second = indicated.again()
    acts.make_finding(indicated.reviewer, indicated.case, clause="T5", outcome=Outcome.VIOLATED)
    acts.make_finding(
        indicated.reviewer,
        indicated.case,
        clause="T5",
        outcome=Outcome.INCONCLUSIVE,
        reasons="See the books.",
    )
    fresh = Examined(office, folder)
    fresh.authorise()
    left = open_.examined()
    return {
        "indicated": indicated.case,
        "first": first.run,
        "second": second.run,
        "open": open_.case,
        "left": left.run,
        "claim": left_open(left),
        "request": open_.request(left),
        "fresh": fresh.case,
        "indicated-by": indicated.reviewer.account.email,
        "open-by": open_.reviewer.account.email,
        "fresh-by": fresh.reviewer.account.email,
        "password": PASSWORD,
    }
