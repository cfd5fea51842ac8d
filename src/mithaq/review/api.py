"""Routes of the review under /api/v1/review: each names one permission, and does one act or one query."""

from __future__ import annotations

from ninja import Query

from mithaq.people.api import ActingRequest, Page, Paging, PermissionedRouter, next_rows, paged
from mithaq.people.permissions import Permission
from mithaq.people.queries import access_account
from mithaq.review import acts
from mithaq.review.queries import (
    access_appeal,
    access_case,
    access_decision,
    acts_of,
    appeal_rows,
    days_now,
    decision_rows,
    may_apply,
    overdue_cases,
    overdue_duties,
)
from mithaq.review.schemas import (
    ActOut,
    AppealIn,
    AppealOut,
    AppealRulingIn,
    AppealRulingOut,
    ApprovalIn,
    AuthorisationIn,
    CaseOut,
    ContentIn,
    DaysIn,
    DaysOut,
    DecisionOut,
    FindingIn,
    HandOverIn,
    OverdueOut,
    ReasonIn,
    ReasonsIn,
    StatementOut,
)
from mithaq.review.stages import Duty

router = PermissionedRouter(tags=["review"])


@router.route("GET", "/overdue", Permission.CASE_READ)
def overdue(request: ActingRequest, paging: Query[Paging]) -> Page[OverdueOut]:
    """List the cases in which something should have been done by now, the most pressing first."""
    who = request.auth
    rows, after = next_rows(overdue_cases(who), paging, by=("due", "case"))
    late = overdue_duties(rows, who.now)
    return Page(items=[OverdueOut.of(row, late[row.case]) for row in rows], next=after)


@router.route("POST", "/days/{duty}", Permission.SETTINGS_WRITE)
def set_days(request: ActingRequest, duty: Duty, body: DaysIn) -> DaysOut:
    """Set how many days a duty has from now on."""
    return DaysOut(duty=duty, days=acts.set_days(request.auth, duty, body.days).days)


@router.route("GET", "/cases/{case}", Permission.CASE_READ)
def case_now(request: ActingRequest, case: str) -> CaseOut:
    """Give a case as its acts add up."""
    return _case(request, case)


@router.route("GET", "/cases/{case}/timeline", Permission.CASE_READ)
def timeline_of(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[ActOut]:
    """List the acts of a case in order."""
    access_case(request.auth, case)
    return paged(acts_of(case), paging, ActOut.of, by="number")


@router.route("POST", "/cases/{case}/authorise", Permission.CASE_REVIEW_AUTHORISE)
def authorise(request: ActingRequest, case: str, body: AuthorisationIn) -> CaseOut:
    """Authorise a review by somebody else, within bounds."""
    acts.authorise_review(
        request.auth,
        case,
        reviewer=access_account(body.reviewer),
        subscriptions=body.subscriptions,
        clauses=body.clauses,
        period=(body.period_from, body.period_to),
        deadline=body.deadline,
    )
    return _case(request, case)


@router.route("POST", "/cases/{case}/hand-over", Permission.CASE_HAND_OVER)
def hand_over(request: ActingRequest, case: str, body: HandOverIn) -> CaseOut:
    """Put another reviewer in charge."""
    acts.hand_over(request.auth, case, reviewer=access_account(body.reviewer), reason=body.reason)
    return _case(request, case)


@router.route("POST", "/cases/{case}/escalate", Permission.CASE_ESCALATE)
def escalate(request: ActingRequest, case: str, body: ReasonIn) -> CaseOut:
    """Ask that others look at a case."""
    acts.escalate(request.auth, case, reason=body.reason)
    return _case(request, case)


@router.route("POST", "/cases/{case}/hold", Permission.CASE_HOLD)
def hold(request: ActingRequest, case: str, body: ReasonIn) -> CaseOut:
    """Stop the provider's own clocks."""
    acts.hold(request.auth, case, reason=body.reason)
    return _case(request, case)


@router.route("POST", "/cases/{case}/release", Permission.CASE_HOLD)
def release(request: ActingRequest, case: str, body: ReasonIn) -> CaseOut:
    """End a hold."""
    acts.release(request.auth, case, reason=body.reason)
    return _case(request, case)


@router.route("POST", "/cases/{case}/cancel", Permission.CASE_REVIEW_CANCEL)
def cancel(request: ActingRequest, case: str, body: ReasonIn) -> CaseOut:
    """End a case undecided."""
    acts.cancel(request.auth, case, reason=body.reason)
    return _case(request, case)


@router.route("POST", "/cases/{case}/step-in", Permission.CASE_STEP_IN)
def step_in(request: ActingRequest, case: str, body: ReasonIn) -> CaseOut:
    """Act on a case of another reviewer for a day, on the record."""
    acts.step_in(request.auth, case, reason=body.reason)
    return _case(request, case)


@router.route("POST", "/cases/{case}/findings", Permission.CASE_FINDING_MAKE, status=201)
def make_finding(request: ActingRequest, case: str, body: FindingIn) -> CaseOut:
    """Record what the reviewer finds about a clause."""
    acts.make_finding(request.auth, case, clause=body.clause, outcome=body.outcome, reasons=body.reasons)
    return _case(request, case)


@router.route("GET", "/cases/{case}/decisions", Permission.CASE_READ)
def list_decisions(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[DecisionOut]:
    """List a case's decisions in the order proposed, those that never came into force too."""
    access_case(request.auth, case)
    return paged(decision_rows(case), paging, DecisionOut.of, by=("proposed_at", "key"))


@router.route("GET", "/cases/{case}/appeals", Permission.CASE_READ)
def list_appeals(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[AppealOut]:
    """List a case's appeals in the order received, each with its answers."""
    appeals = access_case(request.auth, case).state.appeals
    return paged(
        appeal_rows(case),
        paging,
        lambda row: AppealOut.of(row, appeals[row.key]),
        by=("received_at", "key"),
    )


@router.route("GET", "/cases/{case}/appeals/{appeal}", Permission.CASE_READ)
def one_appeal(request: ActingRequest, case: str, appeal: str) -> AppealOut:
    """Show an appeal with its answers."""
    appeals = access_case(request.auth, case).state.appeals
    row = access_appeal(case, appeal)
    return AppealOut.of(row, appeals[row.key])


@router.route("POST", "/cases/{case}/decisions", Permission.CASE_DECISION_PROPOSE, status=201)
def propose(request: ActingRequest, case: str, body: ContentIn) -> DecisionOut:
    """Propose a decision."""
    return DecisionOut.of(acts.propose(request.auth, body.content(case)))


@router.route("GET", "/cases/{case}/decisions/{decision}", Permission.CASE_READ)
def decision_now(request: ActingRequest, case: str, decision: str) -> DecisionOut:
    """Give a decision, with the digest that an approval must name."""
    return _decision(request, case, decision)


@router.route("POST", "/cases/{case}/decisions/{decision}/approve", Permission.CASE_DECISION_APPROVE)
def approve(request: ActingRequest, case: str, decision: str, body: ApprovalIn) -> DecisionOut:
    """Approve exactly the content of this digest."""
    acts.approve(request.auth, case, decision, digest=body.digest)
    return _decision(request, case, decision)


@router.route("POST", "/cases/{case}/decisions/{decision}/refuse", Permission.CASE_DECISION_APPROVE)
def refuse(request: ActingRequest, case: str, decision: str, body: ReasonsIn) -> DecisionOut:
    """Refuse a proposal with reasons."""
    acts.refuse(request.auth, case, decision, reasons=body.reasons)
    return _decision(request, case, decision)


@router.route("POST", "/cases/{case}/decisions/{decision}/withdraw", Permission.CASE_DECISION_PROPOSE)
def withdraw(request: ActingRequest, case: str, decision: str) -> DecisionOut:
    """Take back a proposal of one's own."""
    acts.withdraw(request.auth, case, decision)
    return _decision(request, case, decision)


@router.route("POST", "/cases/{case}/decisions/{decision}/expire", Permission.CASE_DECISION_EXPIRE)
def expire(request: ActingRequest, case: str, decision: str) -> DecisionOut:
    """Record that the end which was decided has come."""
    return DecisionOut.of(acts.expire(request.auth, case, decision))


@router.route(
    "POST", "/cases/{case}/decisions/{decision}/reasons", Permission.CASE_STATEMENT_ISSUE, status=201
)
def issue_reasons(request: ActingRequest, case: str, decision: str) -> StatementOut:
    """Record the reasons as issued, in both languages."""
    return StatementOut.of(acts.issue_reasons(request.auth, case, decision))


@router.route("GET", "/cases/{case}/decisions/{decision}/may-apply", Permission.MEASURE_READ)
def applicable(request: ActingRequest, case: str, decision: str) -> DecisionOut:
    """Give a decision if it may be applied now; refuses with the reason if not."""
    access_case(request.auth, case)
    may_apply(case, decision, request.auth.now)
    return _decision(request, case, decision)


@router.route("POST", "/cases/{case}/decisions/{decision}/appeals", Permission.CASE_APPEAL_ENTER, status=201)
def enter_appeal(request: ActingRequest, case: str, decision: str, body: AppealIn) -> CaseOut:
    """Enter an appeal of the customer or the reporter."""
    acts.enter_appeal(
        request.auth, case, decision, appellant=body.appellant, grounds=body.grounds, received=body.received
    )
    return _case(request, case)


@router.route("POST", "/cases/{case}/appeals/{appeal}/decide", Permission.CASE_APPEAL_DECIDE)
def decide_appeal(request: ActingRequest, case: str, appeal: str, body: AppealRulingIn) -> AppealRulingOut:
    """Decide an appeal."""
    answer = body.answer.content(case) if body.answer else None
    ruling = acts.decide_appeal(
        request.auth, case, appeal, outcome=body.outcome, reasons=body.reasons, answer=answer
    )
    return AppealRulingOut.of(ruling)


@router.route("POST", "/cases/{case}/answers/{decision}/approve", Permission.CASE_APPEAL_DECIDE)
def approve_answer(request: ActingRequest, case: str, decision: str, body: ApprovalIn) -> DecisionOut:
    """Approve, as a second person who was not involved, what an appeal changes."""
    acts.approve(request.auth, case, decision, digest=body.digest)
    return _decision(request, case, decision)


@router.route("POST", "/cases/{case}/answers/{decision}/refuse", Permission.CASE_APPEAL_DECIDE)
def refuse_answer(request: ActingRequest, case: str, decision: str, body: ReasonsIn) -> DecisionOut:
    """Refuse what an appeal would change; it stays open for another answer."""
    acts.refuse(request.auth, case, decision, reasons=body.reasons)
    return _decision(request, case, decision)


def _case(request: ActingRequest, case: str) -> CaseOut:
    return CaseOut.of(case, access_case(request.auth, case).state, request.auth.now, days_now())


def _decision(request: ActingRequest, case: str, decision: str) -> DecisionOut:
    access_case(request.auth, case)
    return DecisionOut.of(access_decision(case, decision))
