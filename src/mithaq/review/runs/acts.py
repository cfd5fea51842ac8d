"""Acts of evidence runs: asking for one, its end, and requests for records with their answers."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mithaq.intake.models import Allegation, Attachment
from mithaq.kernel.canonical import Json, compact
from mithaq.kernel.clock import format_instant
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission, Role
from mithaq.review import rules
from mithaq.review.errors import FourEyes
from mithaq.review.models import Authorisation
from mithaq.review.queries import access_case
from mithaq.review.runs.errors import BadRequest, LeaseLost, NotAuthorised, RunWaits
from mithaq.review.runs.models import Exhibits, Lease, RecordsAnswer, RecordsRequest, Result, Run
from mithaq.review.runs.queries import access_request, access_run, document_of, evidence_of
from mithaq.terms.vocabulary import Verdict


class RecordsKind(StrEnum):
    """What may be asked for: what a provider writes about a customer, and nothing that the customer wrote."""

    BILLING = "billing"
    CONTRACT = "contract"
    SUPPORT = "support"
    ENGINEERING_HOURS = "engineering-hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for records: of whom, by when, what, and what for."""

    run: str
    claim: str
    kind: RecordsKind
    addressee: str
    question: str
    due: datetime


def authorised(who: Acting, case: str, *, lock: bool = False) -> tuple[Allegation, Authorisation]:
    """Give a case and the authorisation that binds a run of it now.

    Raises Forbidden, Recused, NotInCharge, FourEyes, UnknownCase, NotAuthorised.
    """
    seen = access_case(who, case, lock=lock)
    bounds = Authorisation.objects.filter(case=case).order_by("-pk").first()
    if bounds is None or seen.state.cancelled_at is not None or seen.state.held:
        raise NotAuthorised(
            "no review is authorised in this case now", hint="An authoriser must name its bounds first."
        )
    if bounds.deadline <= who.now:
        raise NotAuthorised("the review's deadline has passed", hint="Have it authorised anew.")
    if who.account == bounds.authorised_by:
        raise FourEyes("nobody runs what they authorised", hint="The reviewer in charge must.")
    rules.in_charge(seen.state, who.account.pseudonym, who.now)
    return seen.case, bounds


@act
def request_run(who: Acting, case: str) -> Run:
    """Ask for a run within the bounds of the review; raises RunWaits, and as `authorised`."""
    role = who.must(Permission.CASE_REVIEW_RUN)
    allegation, bounds = authorised(who, case, lock=True)
    if Run.objects.filter(allegation=allegation, result__isnull=True).exists():
        raise RunWaits("a run of this case has not ended yet", hint="Wait for its end.")
    run = Run.objects.create(
        run=public_id("r", who.entropy),
        allegation=allegation,
        authorisation=bounds,
        requested_at=who.now,
        requested_by=who.account,
    )
    Lease.objects.create(run=run)
    facts: dict[str, Json] = {
        "run": run.run,
        "clauses": list(bounds.clauses),
        "period": [format_instant(bounds.period_from), format_instant(bounds.period_to)],
    }
    personal = {"subscriptions": compact(bounds.subscriptions).decode()}
    who.record(ActKind.REVIEW_RUN_REQUESTED, role, case=case, facts=facts, personal=personal)
    return run


@act
def attach_evidence(who: Acting, run: Run, document: bytes, *, holder: str, exhibits: bytes = b"") -> Result:
    """Attach what a run found, for the worker that holds it; raises LeaseLost.

    `exhibits` is what the page of the evidence shows beside it, `review-exhibits/v1` as canonical JSON.
    """
    sha256 = hashlib.sha256(document).hexdigest()
    result = _ended(who, run, holder, document=document, sha256=sha256)
    facts: dict[str, Json] = {"run": run.run, "bytes": len(document)}
    personal = {"sha256": sha256}
    if exhibits:
        personal["exhibits"] = hashlib.sha256(exhibits).hexdigest()
        kept = gzip.compress(exhibits, mtime=0)
        Exhibits.objects.create(result=result, content=kept, sha256=personal["exhibits"])
    case = run.allegation.case
    who.record(ActKind.REVIEW_EVIDENCE_ATTACHED, Role.REVIEWER, case=case, facts=facts, personal=personal)
    return result


@act
def fail_run(who: Acting, run: Run, code: str, *, holder: str) -> Result:
    """Write down why a run ended without evidence; raises LeaseLost."""
    result = _ended(who, run, holder, failure=code)
    facts: dict[str, Json] = {"run": run.run, "failure": code}
    who.record(ActKind.REVIEW_RUN_FAILED, Role.REVIEWER, case=run.allegation.case, facts=facts)
    return result


def _ended(
    who: Acting, run: Run, holder: str, *, document: bytes | None = None, sha256: str = "", failure: str = ""
) -> Result:
    held = Lease.objects.select_for_update().filter(run=run, holder=holder).exists()
    if not held or Result.objects.filter(run=run).exists():
        raise LeaseLost("another worker has taken the run over", hint="Nothing is left to do.")
    return Result.objects.create(run=run, ended_at=who.now, document=document, sha256=sha256, failure=failure)


@act
def request_records(who: Acting, case: str, asked: Asked) -> RecordsRequest:
    """Ask somebody for records that would settle what a run left undetermined.

    Raises Forbidden, Recused, UnknownRun, BadRequest.
    """
    role = who.must(Permission.CASE_RECORDS_REQUEST)
    run = access_run(who, case, asked.run)
    claims = {each["id"]: each["verdict"] for each in document_of(evidence_of(run))["claims"]}
    if claims.get(asked.claim) != Verdict.UNDETERMINED.value:
        raise BadRequest(
            "the run has not left such a claim undetermined", field="claim", hint="Name one that it has."
        )
    if asked.due <= who.now:
        raise BadRequest("the due date has passed", field="due", hint="Choose a later one.")
    request = RecordsRequest.objects.create(
        request=public_id("q", who.entropy),
        run=run,
        claim=asked.claim,
        kind=asked.kind.value,
        addressee=asked.addressee,
        question=asked.question,
        due=asked.due,
        requested_at=who.now,
        requested_by=who.account,
    )
    facts: dict[str, Json] = {
        "request": request.request,
        "run": run.run,
        "claim": asked.claim,
        "kind": asked.kind.value,
        "due": format_instant(asked.due),
    }
    personal = {"addressee": asked.addressee, "question": asked.question}
    who.record(ActKind.REVIEW_RECORDS_REQUESTED, role, case=case, facts=facts, personal=personal)
    return request


@act
def answer_request(who: Acting, case: str, request: str, attachment: str) -> RecordsAnswer:
    """Attach a document of the case as the answer to a request; raises as `request_records`."""
    role = who.must(Permission.CASE_ATTACHMENT_ADD)
    asked = access_request(who, case, request)
    held = Attachment.objects.filter(allegation=asked.run.allegation, attachment=attachment).first()
    if held is None or RecordsAnswer.objects.filter(attachment=held).exists():
        raise BadRequest(
            "the case has no such document, or it answers a request already",
            field="attachment",
            hint="Attach the document to the case first.",
        )
    answer = RecordsAnswer.objects.create(
        request=asked, attachment=held, answered_at=who.now, answered_by=who.account
    )
    facts: dict[str, Json] = {"request": request, "attachment": attachment}
    personal = {"sha256": held.sha256}
    who.record(ActKind.REVIEW_RECORDS_ANSWERED, role, case=case, facts=facts, personal=personal)
    return answer
