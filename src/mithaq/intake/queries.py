"""Reading cases. `access_case` is the only way by which other rooms get one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from mithaq.evidence.coverage import hour_number
from mithaq.intake.errors import UnknownAttachment, UnknownCase
from mithaq.intake.models import Allegation, AttachmentContent, CaseLink, Subject, Watch
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, SealedValue
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.people.permissions import Permission
from mithaq.people.queries import may_see_by_break_glass, refuse_if_recused
from mithaq.terms import Allegation as AllegationTerms
from mithaq.terms import Claim, parse_allegation
from mithaq.terms.claims import claim_document


def access_case(acting: Acting, case: str, *, lock: bool = False) -> Allegation:
    """Give a case to a person who may see it, by their role or by break-glass, and is not barred from it.

    With its subjects. `lock` holds it until the transaction ends, so that people act on it one after the
    other. Raises Forbidden, UnknownCase, and Recused for who is recused from a customer or a home region of
    its subjects, or for prior work on it.
    """
    if not may_see_by_break_glass(acting, case):
        acting.must(Permission.CASE_READ)
    found = _found(case, lock=lock)
    customers, regions = touched_by(found)
    refuse_if_recused(acting, customers=customers, regions=regions, case=found.case)
    return found


def case_behind_glass(acting: Acting, case: str) -> Allegation:
    """Give a case to a person who is about to break the glass in front of it, and to nobody else.

    Raises Forbidden, UnknownCase.
    """
    acting.must(Permission.CASE_BREAK_GLASS)
    return _found(case)


def touched_by(case: Allegation) -> tuple[set[str], set[str]]:
    """Give the customers and the home regions that a case is about: those that recusals count against."""
    subjects = case.subjects.all()
    customers = {case.customer, *(each.customer for each in subjects)} - {""}
    return customers, {each.home_region for each in subjects} - {""}


def _found(case: str, *, lock: bool = False) -> Allegation:
    cases = Allegation.objects.select_for_update(of=("self",)) if lock else Allegation.objects.all()
    found = cases.select_related("opened_by").prefetch_related("subjects").filter(case=case).first()
    if found is None:
        raise UnknownCase("there is no such case", field="case", hint="Check the id: c_ and 26 characters.")
    return found


@dataclass(frozen=True, slots=True)
class Barred:
    """What a person's recusals name: customers, home regions, single cases."""

    customers: frozenset[str]
    regions: frozenset[str]
    named: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.customers or self.regions or self.named)

    def subjects(self) -> QuerySet[Subject]:
        """Give the subjects that bar the person from their cases."""
        return Subject.objects.filter(Q(customer__in=self.customers) | Q(home_region__in=self.regions))

    def cases(self) -> QuerySet[Allegation, Any]:
        """Give the ids of all cases from which the person is barred."""
        touched = Q(pk__in=self.subjects().values("allegation"))
        named = Q(case__in=self.named) | Q(customer__in=self.customers)
        return Allegation.objects.filter(touched | named).values("case")


def barred_from(who: Acting) -> Barred:
    """Give what a person is recused from now. Prior work bars from a case, or from all of a customer."""
    of: dict[str, set[str]] = {kind.value: set() for kind in Recusal.Kind}
    held = Recusal.objects.filter(account=who.account, ended_at__isnull=True)
    for kind, value in held.values_list("kind", "value"):
        of[kind].add(value)
    prior = of[Recusal.Kind.PRIOR_WORK]
    return Barred(
        frozenset(of[Recusal.Kind.CUSTOMER] | prior), frozenset(of[Recusal.Kind.REGION]), frozenset(prior)
    )


def visible_cases(acting: Acting) -> QuerySet[Allegation]:
    """Give all cases that a person may see: none from which they are recused. Raises Forbidden."""
    acting.must(Permission.CASE_READ)
    barred = barred_from(acting)
    return Allegation.objects.exclude(case__in=barred.cases()) if barred else Allegation.objects.all()


def access_attachment(acting: Acting, case: str, attachment: str) -> AttachmentContent:
    """Give a document of a case; raises UnknownAttachment for none, or one that was erased."""
    allegation = access_case(acting, case)
    found = (
        AttachmentContent.objects.select_related("attachment")
        .filter(attachment__allegation=allegation, attachment__attachment=attachment)
        .first()
    )
    if found is None:
        raise UnknownAttachment(
            "the case has no such document, or it was erased", field="attachment", hint="List the case's."
        )
    return found


def terms_of(case: Allegation) -> AllegationTerms:
    """Read a case's allegation back, without the words of whoever made it."""
    return _terms_in(bytes(case.document))


@lru_cache(maxsize=512)
def _terms_in(document: bytes) -> AllegationTerms:
    """Read a document once for all requests of a process; it is the key itself, and holds nobody's words."""
    return parse_allegation(document)


def sealed_words(case: Allegation) -> SealedValue | None:
    """Give the words of whoever made the allegation as its entry commits to them; None once erased.

    The case's few entries are looked through here: asked for case and kind together, SQLite walks through
    the openings of all cases.
    """
    entries = Entry.objects.filter(case=case.case).values_list("pk", "kind")
    opened = [entry for entry, kind in entries if kind == ActKind.INTAKE_CASE_OPENED]
    sealed = SealedValue.objects.select_related("entry").filter(entry__in=opened, field="words")
    return sealed.filter(value__isnull=False).first()


def words_of(case: Allegation) -> dict[str, Any] | None:
    """Give the words of whoever made the allegation (`reference`, `texts` by claim); None once erased."""
    sealed = sealed_words(case)
    if sealed is None or sealed.value is None:
        return None
    words: dict[str, Any] = json.loads(sealed.value)
    return words


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two cases have in common: subscriptions, whether their periods overlap, and equal claims."""

    case: str
    subscriptions: tuple[str, ...]
    periods_overlap: bool
    claims: tuple[str, ...]
    """Ids of the first case's claims that the other makes too."""
    linked: bool


def likenesses(acting: Acting, case: str) -> list[Likeness]:
    """List other cases about a subscription of this one, whose period overlaps or that make a claim of it.

    The newest come first. Raises Forbidden, UnknownCase.
    """
    allegation = access_case(acting, case)
    mine = {each.subscription for each in allegation.subjects.all()}
    others = (
        visible_cases(acting)
        .exclude(pk=allegation.pk)
        .filter(id__in=Subject.objects.filter(subscription__in=mine).values("allegation"))
        .prefetch_related("subjects")
        .order_by("-id")
    )
    linked = set(linked_cases(allegation))
    found = (_likeness(allegation, other, mine, linked) for other in others)
    return [each for each in found if each.periods_overlap or each.claims]


def linked_cases(case: Allegation) -> list[str]:
    """Give the ids of the cases that are linked to one, in the order linked."""
    links = CaseLink.objects.filter(Q(first=case) | Q(second=case)).select_related("first", "second")
    return [(link.second if link.first_id == case.pk else link.first).case for link in links]


def _likeness(one: Allegation, other: Allegation, mine: set[str], linked: set[str]) -> Likeness:
    theirs = {_without_id(claim) for claim in terms_of(other).claims}
    return Likeness(
        case=other.case,
        subscriptions=tuple(each.subscription for each in other.subjects.all() if each.subscription in mine),
        periods_overlap=one.period_from < other.period_to and other.period_from < one.period_to,
        claims=tuple(claim.id for claim in terms_of(one).claims if _without_id(claim) in theirs),
        linked=other.case in linked,
    )


def _without_id(claim: Claim) -> str:
    return json.dumps({**claim_document(claim), "id": ""}, sort_keys=True)


def active_watches() -> QuerySet[Watch]:
    """Give the watches that have not ended, with their cases and subjects."""
    watches = Watch.objects.filter(end__isnull=True).select_related("allegation")
    return watches.prefetch_related("allegation__subjects")


def pinned(pseudonyms: Callable[[str], Sequence[str]]) -> Mapping[str, int]:
    """Give the first pinned hour (since the epoch) of each pinned subscription, by its pseudonyms.

    Whatever removes rollups from a lake must keep those of these pseudonyms from that hour on.
    """
    first: dict[str, int] = {}
    for watch in active_watches():
        hour = hour_number(watch.keep_from)
        for name in pseudonyms_of(watch.allegation, pseudonyms):
            first[name] = min(hour, first.get(name, hour))
    return first


def pseudonyms_of(case: Allegation, pseudonyms: Callable[[str], Sequence[str]]) -> Iterable[str]:
    """Give the pseudonyms of a case's subjects in all epochs of the lake's key."""
    return (name for subject in case.subjects.all() for name in pseudonyms(subject.subscription))
