"""Opening a case, with its subjects written down, pinned and watched in the same act; erasing its words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from mithaq.intake.acts.watches import start_watch
from mithaq.intake.errors import NoWords
from mithaq.intake.models import Allegation, Subject
from mithaq.intake.opened import tell
from mithaq.intake.queries import access_case, sealed_words
from mithaq.kernel.canonical import Json, compact
from mithaq.kernel.clock import format_instant
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import ActorRef, act, erase
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.rows import insert_row, insert_rows, sent_together
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.people.queries import refuse_if_recused
from mithaq.register import Entry, Register
from mithaq.terms import Allegation as AllegationTerms
from mithaq.terms import Pack, clauses_for


@act
@sent_together()
def open_case(acting: Acting, said: AllegationTerms, *, pack: Pack, register: Register) -> Allegation:
    """Open a case for an allegation, pin its subjects' rollups against retention, and watch them for flight.

    `register` is the part of the books that held in the period. Raises Forbidden, UnknownClause,
    UnknownCustomer, and Recused for who is recused from a customer or a home region of the subjects.
    """
    role = acting.must(Permission.CASE_ALLEGATION_OPEN)
    clauses = clauses_for(pack, said)
    subjects = _subjects(said, register)
    _refuse_recused(acting, said, subjects)
    document = compact(_without_words(said))
    allegation = insert_row(
        Allegation(
            case=public_id("c", acting.entropy),
            received_at=said.received,
            opened_at=acting.now,
            opened_by=acting.account,
            source_kind=said.source_kind.value,
            customer=said.customer or "",
            period_from=said.start,
            period_to=said.end,
            clauses=list(clauses),
            document=document,
            sha256=hashlib.sha256(document).hexdigest(),
            terms=pack.digest,
        )
    )
    insert_rows(
        [
            Subject(
                allegation=allegation,
                subscription=entry.subscription,
                customer=entry.customer,
                home_region=entry.home_region or "",
            )
            for entry in subjects
        ]
    )
    watch = start_watch(allegation)
    tell(allegation)
    acting.record(
        ActKind.INTAKE_CASE_OPENED,
        role,
        case=allegation.case,
        facts={
            "source_kind": said.source_kind.value,
            "received": format_instant(said.received),
            "clauses": list(clauses),
            "claims": [claim.kind.value for claim in said.claims],
            "terms": pack.digest,
            "keep_from": format_instant(watch.keep_from),
            "watched_since": format_instant(watch.since),
        },
        personal={
            "allegation": document.decode(),
            "subjects": compact([entry.subscription for entry in subjects]).decode(),
            "words": compact(_words(said)).decode(),
        },
    )
    return allegation


@act
def erase_words(acting: Acting, case: str, *, reason: str) -> None:
    """Erase the words of whoever made the allegation for good: its reference and the claims' texts.

    The claims themselves stay, and so does every proof. Raises Forbidden, UnknownCase, NoWords.
    """
    role = acting.must(Permission.CASE_WORDS_ERASE)
    sealed = sealed_words(access_case(acting, case))
    if sealed is None:
        raise NoWords("the words have been erased already", hint="Nothing is left to do.")
    erase(
        sealed.entry,
        [sealed.field],
        by=ActorRef(acting.account.pseudonym, role.value),
        clock=acting.clock,
        entropy=acting.entropy,
        personal={"reason": reason},
    )


def _subjects(said: AllegationTerms, register: Register) -> Sequence[Entry]:
    """Give an entry per subscription of the subject; what the register does not know has no customer."""
    if said.customer is None:
        return [
            register.subscription(native) or Entry("", native, None, None, None, None)
            for native in said.subscriptions
        ]
    return register.customer(said.customer)


def _refuse_recused(acting: Acting, said: AllegationTerms, subjects: Sequence[Entry]) -> None:
    customers = {said.customer or "", *(entry.customer for entry in subjects)} - {""}
    regions = {entry.home_region or "" for entry in subjects} - {""}
    refuse_if_recused(acting, customers=customers, regions=regions)


def _without_words(said: AllegationTerms) -> dict[str, Json]:
    """Give the document as its reader reads it back: clauses that were left open stay left open."""
    document = said.document()
    if said.clauses is None:
        del document["clauses"]
    return document


def _words(said: AllegationTerms) -> dict[str, Json]:
    texts = {claim.id: {"en": claim.text.en, "ar": claim.text.ar} for claim in said.claims if claim.text}
    return {"reference": said.reference, "texts": {name: dict(text) for name, text in texts.items()}}
