"""Decisions by four eyes: propose, approve, refuse, withdraw, end at their end; reasons as issued."""

from __future__ import annotations

from datetime import timedelta

from mithaq.intake.queries import access_case as access_allegation
from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.kernel.errors import MithaqError
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.rows import insert_row
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.review import rules
from mithaq.review.acts.desk import Desk, said, take_up
from mithaq.review.casefile import Outcome
from mithaq.review.content import canonical, digest_of, read
from mithaq.review.errors import AlreadyRuled, BadDecision, MayNotApply, WrongStage
from mithaq.review.guards import APPEAL_DAYS
from mithaq.review.measures import PROPOSED_PATHS, Content, DecisionKind, Path, check_content
from mithaq.review.models import CaseAct, Decision, Ruling, RulingOutcome, Statement
from mithaq.review.queries import access_decision, at_their_end
from mithaq.review.statement import compose
from mithaq.terms.text import LocalisedText

ENDED = LocalisedText(
    "The restriction has ended: the end that was decided has come.",
    "انتهى التقييد: حلّ الموعد الذي تقرّر لانتهائه.",
)


@act
def propose(who: Acting, content: Content) -> Decision:
    """Propose a decision; raises Forbidden, Recused, FourEyes, NotInCharge, WrongStage, BadDecision.

    Whoever overrides need not be in charge of the case; all others must.
    """
    desk = _at_the_desk(who, content, lock=True)
    facts = proposal_facts(desk, content)
    row = desk.record(
        ActKind.REVIEW_DECISION_PROPOSED,
        facts,
        about=str(facts["decision"]),
        shown=_shown(facts),
        personal={"content": canonical(content)},
    )
    return write_decision(desk, row, content, facts)


def check_proposal(who: Acting, content: Content) -> None:
    """Refuse what `propose` would refuse now, and change nothing; raises as it does."""
    _at_the_desk(who, content, lock=False)


def _at_the_desk(who: Acting, content: Content, *, lock: bool) -> Desk:
    permission, kind = Permission.CASE_DECISION_PROPOSE, ActKind.REVIEW_DECISION_PROPOSED
    desk = take_up(who, permission, content.case, kind, lock=lock)
    if content.path not in PROPOSED_PATHS or content.appeal:
        raise BadDecision(f"nobody proposes by the path {content.path}", field="path", hint="See the docs.")
    if content.path is not Path.OVERRIDE:
        rules.in_charge(desk.state, desk.me, desk.who.now)
    rules.may_propose(desk.state, desk.me, content.path, content.previous, desk.who.now)
    check_content(content, desk.who.now)
    check_bounds(desk, content)
    return desk


def check_bounds(desk: Desk, content: Content) -> None:
    """Hold a decision to its case, and to what was found and decided before; raises BadDecision."""
    alleged = {each.subscription for each in desk.case.subjects.all()}
    charge = desk.state.charge
    reviewed = charge.subscriptions if charge is not None else alleged
    if any(measure.subscription not in reviewed for measure in content.measures):
        raise BadDecision(
            "a subscription outside the review", field="measures", hint="Restrict only what was reviewed."
        )
    clauses = {clause.id for clause in content.clauses}
    if content.path is Path.MAIN and content.restricts:
        violated = {key for key, found in desk.state.findings.items() if found == Outcome.VIOLATED}
        if not clauses <= violated:
            raise BadDecision(
                "measures rest on a clause that was not found violated",
                field="clauses",
                hint="Name only clauses whose finding is `violated`.",
            )
    if content.path is Path.INTERIM and not clauses <= set(desk.case.clauses):
        raise BadDecision("a clause outside the case", field="clauses", hint="Name clauses of the case.")
    _check_against_previous(desk, content)


def _check_against_previous(desk: Desk, content: Content) -> None:
    followed = desk.state.decisions.get(content.previous)
    if followed is None or not followed.proposal.interim or content.path is Path.MAIN:
        return
    end = followed.proposal.ends_at
    if content.restricts and (end is None or content.ends_at is None or content.ends_at > end):
        raise BadDecision(
            "an interim measure is never made longer",
            field="measures",
            hint="End it by then; a longer one needs the review's findings.",
        )


def proposal_facts(desk: Desk, content: Content) -> dict[str, Json]:
    """Give the facts of a proposal, under a new id."""
    followed = desk.state.decisions.get(content.previous)
    after_interim = followed is not None and followed.proposal.interim and content.path is not Path.MAIN
    moments = {"starts_at": content.starts_at, "ends_at": content.ends_at, "review_on": content.review_on}
    return {
        "decision": public_id("d", desk.who.entropy),
        "path": content.path.value,
        "kind": content.kind.value,
        "restricts": content.restricts,
        "interim": content.path is Path.INTERIM or after_interim,
        "digest": digest_of(canonical(content)),
        "previous": content.previous,
        "appeal": content.appeal,
        **{name: format_instant(moment) if moment else None for name, moment in moments.items()},
    }


def _shown(facts: dict[str, Json]) -> dict[str, Json]:
    return {name: facts[name] for name in ("path", "kind", "interim", "previous", "appeal")}


def write_decision(desk: Desk, row: CaseAct, content: Content, facts: dict[str, Json]) -> Decision:
    """Write the decision that an act proposes or makes."""
    return insert_row(
        Decision(
            key=str(facts["decision"]),
            act=row,
            case=content.case,
            path=content.path.value,
            kind=content.kind.value,
            restricts=content.restricts,
            interim=bool(facts["interim"]),
            ends_at=content.ends_at,
            previous_id=content.previous or None,
            appeal_id=content.appeal or None,
            content=canonical(content),
            digest=str(facts["digest"]),
            plan_digest=content.plan_digest,
            proposed_by=desk.who.account,
            proposed_at=row.at,
        )
    )


def write_ruling(row: CaseAct, decision: Decision, outcome: RulingOutcome, reasons: str = "") -> Ruling:
    """Write what became of a proposal."""
    return insert_row(
        Ruling(
            act=row,
            decision=decision,
            case=decision.case,
            path=decision.path,
            previous_id=decision.previous_id,
            outcome=outcome.value,
            digest=decision.digest,
            reasons=reasons,
            ruled_by=row.by,
            ruled_at=row.at,
        )
    )


def _ruler(decision: Decision) -> Permission:
    """Say who rules: a second appeals officer on an appeal's answer, an approver on everything else."""
    on_appeal = decision.path == Path.APPEAL.value
    return Permission.CASE_APPEAL_DECIDE if on_appeal else Permission.CASE_DECISION_APPROVE


@act
def approve(who: Acting, case: str, key: str, *, digest: str) -> Ruling:
    """Approve exactly the content that has this digest; it is in force from now.

    Raises Forbidden, Recused, FourEyes, OtherDigest, AlreadyRuled, Overtaken, WrongStage.
    """
    decision, desk = _before_ruling(who, case, key, ActKind.REVIEW_DECISION_APPROVED)
    proposal = rules.pending(desk.state, key, {key})
    rules.may_approve(desk.state, proposal, desk.me, digest, desk.barred, desk.who.now)
    if digest_of(decision.content) != digest:
        raise BadDecision("the stored content was altered", hint="Run `mithaq ledger fsck`.")
    facts: dict[str, Json] = {"digest": digest}
    row = desk.record(
        ActKind.REVIEW_DECISION_APPROVED, facts, about=key, shown={"previous": proposal.previous}
    )
    return write_ruling(row, decision, RulingOutcome.APPROVED)


@act
def refuse(who: Acting, case: str, key: str, *, reasons: str) -> Ruling:
    """Refuse a proposal with reasons; raises as `approve`."""
    decision, desk = _before_ruling(who, case, key, ActKind.REVIEW_DECISION_REFUSED)
    rules.may_refuse(desk.state, rules.pending(desk.state, key, {key}), desk.me)
    words = {"reasons": said(reasons, "reasons")}
    row = desk.record(ActKind.REVIEW_DECISION_REFUSED, {}, about=key, personal=words)
    return write_ruling(row, decision, RulingOutcome.REFUSED, reasons)


def _before_ruling(who: Acting, case: str, key: str, kind: ActKind) -> tuple[Decision, Desk]:
    access_allegation(who, case)  # first: who is recused does not even learn whether there is such a decision
    decision = access_decision(case, key)
    try:
        desk = take_up(who, _ruler(decision), case, kind)
    except WrongStage as error:
        if Ruling.objects.filter(decision=decision).exists():
            raise AlreadyRuled("the proposal has been ruled on", hint="See the case's timeline.") from error
        raise
    return decision, desk


@act
def withdraw(who: Acting, case: str, key: str) -> Ruling:
    """Take back a proposal of one's own; raises Forbidden, Recused, FourEyes, AlreadyRuled, WrongStage."""
    may = Permission.CASE_DECISION_PROPOSE
    if not who.may(may) and who.may(Permission.CASE_APPEAL_DECIDE):
        may = Permission.CASE_APPEAL_DECIDE
    desk = take_up(who, may, case, ActKind.REVIEW_DECISION_WITHDRAWN)
    decision = access_decision(case, key)
    rules.may_withdraw(rules.pending(desk.state, key, {key}), desk.me)
    row = desk.record(ActKind.REVIEW_DECISION_WITHDRAWN, {}, about=key)
    return write_ruling(row, decision, RulingOutcome.WITHDRAWN)


@act
def expire(who: Acting, case: str, key: str) -> Decision:
    """Record that the end which was decided has come; nobody decides anew.

    Raises Forbidden, Recused, WrongStage, and MayNotApply where that decision's end has not come.
    """
    desk = take_up(who, Permission.CASE_DECISION_EXPIRE, case, ActKind.REVIEW_DECISION_EXPIRED)
    older = access_decision(case, key)
    head = desk.state.heads.get(key)
    if head is None or not head.proposal.restricts or not head.ended(desk.who.now):
        raise MayNotApply("the end of this decision has not come", field="decision", hint="Wait for it.")
    before = read(older.content)
    content = Content(
        case=case,
        kind=DecisionKind.NO_ACTION,
        path=Path.EXPIRE,
        clauses=before.clauses,
        facts=ENDED,
        grounds=ENDED,
        previous=key,
    )
    check_content(content, desk.who.now)
    facts = proposal_facts(desk, content)
    row = desk.record(
        ActKind.REVIEW_DECISION_EXPIRED, facts, about=str(facts["decision"]), shown=_shown(facts)
    )
    decision = write_decision(desk, row, content, facts)
    write_ruling(row, decision, RulingOutcome.EXPIRED)
    return decision


def expire_due(who: Acting) -> int:
    """Record the end of every restriction whose end has come, one act each; gives how many.

    What a person, or another worker, has recorded meanwhile is left alone. One that cannot be ended (its
    content was altered, say) keeps none of the others: its error is raised when they are done.
    """
    done, failed = 0, None
    for case, key in at_their_end(who.now):
        try:
            expire(who, case, key)
            done += 1
        except (MayNotApply, WrongStage):
            continue
        except MithaqError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return done


@act
def issue_reasons(who: Acting, case: str, key: str) -> Statement:
    """Record the reasons of a decision as issued, in both languages, from its own fields.

    Raises Forbidden, Recused, WrongStage, UnknownInCase, and AlreadyRuled if they were issued before.
    """
    desk = take_up(who, Permission.CASE_STATEMENT_ISSUE, case, ActKind.REVIEW_REASONS_ISSUED)
    decision = access_decision(case, key)
    standing = desk.state.decisions.get(key)
    if standing is None:
        raise WrongStage("the decision is not in force", field="decision", hint="It must be approved first.")
    if standing.reasons_at is not None:
        raise AlreadyRuled("its reasons were issued", field="decision", hint="A new decision has new ones.")
    until = desk.who.now + timedelta(days=APPEAL_DAYS)
    words = compose(key, read(decision.content), issued=desk.who.now, appeal_until=until)
    digest = digest_of(f"{words.en}\0{words.ar}")
    facts: dict[str, Json] = {"digest": digest, "appeal_until": format_instant(until)}
    personal = {"en": words.en, "ar": words.ar}
    row = desk.record(
        ActKind.REVIEW_REASONS_ISSUED,
        facts,
        about=key,
        shown={"until": format_instant(until)},
        personal=personal,
    )
    return insert_row(
        Statement(
            act=row,
            decision=decision,
            case=case,
            decision_digest=decision.digest,
            en=words.en,
            ar=words.ar,
            digest=digest,
            issued_by=who.account,
            issued_at=row.at,
            appeal_until=until,
        )
    )
