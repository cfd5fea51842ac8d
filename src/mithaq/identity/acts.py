"""Every write of the two-person unlock, each with its ledger entry.

    register, confirm       an approver gives a public key, and shows that their halves of the split open
    propose                 one person asks for one pseudonym in one case
    approve, approve        two others hand in their halves; the second approval is the entry *before*
    open                    the second sends theirs once more: key in memory, one look-up, the entry *after*
    fetch                   each of the two takes the result, sealed to them

The two approvals are committed before anything opens, since `open` is a call of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag

from mithaq.identity.errors import (
    BadSharing,
    DoesNotOpen,
    UnknownPseudonym,
    UnknownUnlock,
    UnlockNotReady,
    UnlockOver,
    WrongHalves,
)
from mithaq.identity.keyring import Entropy, unseal
from mithaq.identity.models import (
    Confirmation,
    Dealing,
    Half,
    HandedHalf,
    Part,
    PersonalKey,
    PersonalKeyEnd,
    SealedResult,
    Session,
    UnlockEnd,
    UnlockRequest,
)
from mithaq.identity.queries import (
    able_holders,
    access_case,
    access_dealing,
    access_unlock,
    another_than,
    as_dealt,
    asked_by_someone_able,
    both_parts,
    current_key,
    dealing_in_force,
    errand_of,
    first_part,
    halves_of,
    key_in,
    sealed_ids,
    still_able,
    still_open,
    unconfirmed,
)
from mithaq.identity.sealing import KEY_BYTES, fingerprint_of, public_of, seal_to
from mithaq.identity.sharing import LEAST_HOLDERS, Split, check_of, combine, take_in
from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import Clock, format_instant
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import Act, ActorRef, act, record
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.errors import Forbidden
from mithaq.people.permissions import Permission

UNLOCK_LIFE: Final = timedelta(hours=24)
"""How long a request waits for its two approvals."""

RESULT_LIFE: Final = timedelta(hours=24)
"""How long the two may fetch a result before it is deleted."""

_WORKER: Final = ActorRef("worker", "worker")
_Outcome = UnlockEnd.Outcome


@act
def register_key(who: Acting, public: bytes) -> PersonalKey:
    """Take a person's public key into use in place of their earlier one; raises Forbidden, BadPublicKey.

    Whoever replaces a key takes part in no unlock until the unlock key has been split anew.
    """
    role = who.must(Permission.CASE_UNLOCK_APPROVE)
    seal_to(public, b"", {})
    fingerprint = fingerprint_of(public)
    if PersonalKey.objects.filter(fingerprint=fingerprint).exists():
        raise BadSharing(
            "this key has been registered before", field="public", hint="Make a new one: no key serves twice."
        )
    earlier = current_key(who.account)
    if earlier is not None:
        PersonalKeyEnd.objects.create(key=earlier, by=who.account, at=who.now)
    key = PersonalKey.objects.create(account=who.account, public=public, fingerprint=fingerprint, at=who.now)
    facts: dict[str, Json] = {
        "fingerprint": fingerprint,
        "replaces": earlier.fingerprint if earlier else None,
    }
    who.record(ActKind.IDENTITY_KEY_REGISTERED, role, facts=facts)
    return key


@act
def end_own_key(who: Acting) -> PersonalKey:
    """Stop using one's own key, because it is lost or may have been seen; raises Forbidden, UnknownUnlock."""
    return _end_key(who, current_key(who.account), Permission.CASE_UNLOCK_APPROVE)


@act
def withdraw_key(who: Acting, fingerprint: str) -> PersonalKey:
    """Stop the use of anybody's key; raises Forbidden, UnknownUnlock."""
    key = PersonalKey.objects.filter(fingerprint=fingerprint, end__isnull=True).first()
    return _end_key(who, key, Permission.PEOPLE_ACCOUNT_MANAGE)


def _end_key(who: Acting, key: PersonalKey | None, permission: Permission) -> PersonalKey:
    role = who.must(permission)
    if key is None:
        raise UnknownUnlock("no such key is in use", field="fingerprint", hint="List the keys.")
    PersonalKeyEnd.objects.create(key=key, by=who.account, at=who.now)
    who.record(ActKind.IDENTITY_KEY_ENDED, role, facts={"fingerprint": key.fingerprint})
    return key


@act
def offer_split(who: Acting, dealt: Split, holders: Mapping[str, str]) -> Dealing:
    """Take in the key as split at the ceremony; in force once each holder has confirmed.

    `holders` gives the fingerprint of the key that each person's halves are sealed to. Raises Forbidden, and
    BadSharing unless they are people who may approve unlocks, with the keys they use now, and every pair is
    there once.
    """
    role = who.must(Permission.SETTINGS_WRITE)
    newest = Dealing.objects.order_by("-epoch").values_list("epoch", flat=True).first() or 0
    able = able_holders(who)
    wrong = sorted(p for p, name in holders.items() if p not in able or able[p].fingerprint != name)
    pairs = sorted((half.holder, half.partner) for half in dealt.halves)
    wanted = sorted((one, other) for one in holders for other in holders if one != other)
    if dealt.epoch != newest + 1 or wrong or pairs != wanted or len(holders) < LEAST_HOLDERS:
        raise BadSharing(
            f"this is not epoch {newest + 1} of the key, split among at least two who may approve unlocks",
            field="holders" if wrong else "halves",
            hint="Ask for the holders and the epoch again, and split anew.",
        )
    dealing = Dealing.objects.create(
        epoch=dealt.epoch, unlock_public=dealt.unlock_public, by=who.account, at=who.now
    )
    Half.objects.bulk_create(
        Half(
            dealing=dealing,
            holder=able[half.holder],
            partner=able[half.partner],
            sealed=half.sealed,
            check_digest=half.check,
        )
        for half in dealt.halves
    )
    named: list[Json] = [*sorted(holders.values())]
    fingerprint = fingerprint_of(dealt.unlock_public)
    facts: dict[str, Json] = {"epoch": dealt.epoch, "key": fingerprint, "holders": named}
    who.record(ActKind.IDENTITY_SHARING_OFFERED, role, facts=facts)
    return dealing


@act
def confirm_halves(who: Acting, epoch: int, proofs: Mapping[str, str]) -> Dealing:
    """Note that a holder has opened every half sealed to them, as their proofs (by partner) show.

    Raises Forbidden, UnknownUnlock, UnlockNotReady, and DoesNotOpen for a proof that does not fit.
    """
    role = who.must(Permission.CASE_UNLOCK_APPROVE)
    dealing = access_dealing(epoch)
    key = key_in(who, dealing)
    checks = {partner: half.check_digest for partner, half in halves_of(dealing, key).items()}
    if {partner: check_of(proof) for partner, proof in proofs.items()} != checks:
        raise DoesNotOpen(
            "not every half was opened", field="proofs", hint="Have the key split anew for your key."
        )
    if not dealing.confirmations.filter(key=key).exists():
        Confirmation.objects.create(dealing=dealing, key=key, at=who.now)
    facts: dict[str, Json] = {
        "epoch": epoch,
        "fingerprint": key.fingerprint,
        "missing": len(unconfirmed(dealing)),
    }
    who.record(ActKind.IDENTITY_SHARING_CONFIRMED, role, facts=facts)
    return dealing


@act
def propose_unlock(who: Acting, *, case: str, pseudonym: str, reason: str) -> UnlockRequest:
    """Ask that one pseudonym be opened in one case.

    Raises Forbidden, UnlockNotReady, UnknownPseudonym, and what the gate of the case raises.
    """
    role = who.must(Permission.CASE_UNLOCK_PROPOSE)
    access_case(who, case)
    dealing = dealing_in_force()
    if dealing is None:
        raise UnlockNotReady(
            "the unlock key has not been split, or not every holder has confirmed",
            hint="See the status of the unlock, and its ceremony in the documentation.",
        )
    if not sealed_ids(pseudonym):
        raise UnknownPseudonym(
            "the lake has nothing sealed under this pseudonym",
            field="pseudonym",
            hint="Copy it from the lake's report: s, the epoch, an underscore and 26 characters.",
        )
    private = who.entropy(KEY_BYTES)
    request = UnlockRequest.objects.create(
        name=public_id("u", who.entropy),
        case=case,
        pseudonym=pseudonym,
        reason=reason,
        dealing=dealing,
        session_public=public_of(private),
        proposed_by=who.account,
        proposed_at=who.now,
        expires_at=who.now + UNLOCK_LIFE,
    )
    Session.objects.create(request=request, private=private)
    who.record(
        ActKind.IDENTITY_UNLOCK_PROPOSED,
        role,
        case=case,
        facts={
            "request": request.name,
            "epoch": dealing.epoch,
            "expires": format_instant(request.expires_at),
        },
        personal={"pseudonym": pseudonym, "reason": reason},
    )
    return request


@act
def cancel_unlock(who: Acting, name: str) -> UnlockRequest:
    """Take back one's own request; raises Forbidden, UnknownUnlock, UnlockOver."""
    who.must(Permission.CASE_UNLOCK_PROPOSE)
    request = access_unlock(who, name)
    if request.proposed_by != who.account:
        raise Forbidden("somebody else has asked for this", hint="An approver may refuse it instead.")
    return _call_off(who, request, Permission.CASE_UNLOCK_PROPOSE)


@act
def refuse_unlock(who: Acting, name: str) -> UnlockRequest:
    """End a request as an approver, whoever asked and whoever has approved; raises as cancel_unlock."""
    return _call_off(who, access_unlock(who, name), Permission.CASE_UNLOCK_APPROVE)


def _call_off(who: Acting, request: UnlockRequest, permission: Permission) -> UnlockRequest:
    role = who.must(permission)
    request = _locked(request)
    still_open(request, who.now)
    _end(request, _Outcome.CANCELLED, who.now)
    facts: dict[str, Json] = {"request": request.name}
    who.record(ActKind.IDENTITY_UNLOCK_CANCELLED, role, case=request.case, facts=facts)
    return request


@act
def approve_unlock(who: Acting, name: str, handed: Mapping[str, bytes]) -> UnlockRequest:
    """Take one of the two parts: hand in one's halves (by partner), sealed to the request's one-time key.

    The first person's are kept sealed; the second person's are tried and forgotten, and must be sent once
    more to open. Raises Forbidden, NotTwoPeople, UnlockOver, UnlockNotReady, DoesNotOpen.
    """
    role = who.must(Permission.CASE_UNLOCK_APPROVE)
    request = _locked(access_unlock(who, name))
    still_open(request, who.now)
    another_than(who, request)
    key = key_in(who, request.dealing)
    asked_by_someone_able(who, request)
    halves = halves_of(request.dealing, key)
    for partner in halves:
        _taken_in(request, halves[partner], handed.get(partner, b""))
    first = first_part(request)
    if first is not None:
        still_able(who, first)
    number = 1 if first is None else 2
    Part.objects.create(request=request, number=number, account=who.account, key=key, at=who.now)
    if first is None:
        HandedHalf.objects.bulk_create(
            HandedHalf(request=request, half=half, sealed=handed[partner]) for partner, half in halves.items()
        )
    facts: dict[str, Json] = {"request": name, "part": number, "fingerprint": key.fingerprint}
    who.record(ActKind.IDENTITY_UNLOCK_APPROVED, role, case=request.case, facts=facts)
    if first is not None:
        both: list[Json] = [first.key.fingerprint, key.fingerprint]
        who.record(
            ActKind.IDENTITY_UNLOCK_BEGUN,
            role,
            case=request.case,
            facts={"request": name, "epoch": request.dealing.epoch, "approved_with": both},
            personal={"pseudonym": request.pseudonym},
        )
    return request


@act
def open_unlock(who: Acting, name: str, handed: bytes) -> UnlockRequest:
    """Open the one pseudonym of an approved request, and seal what it stands for to the two.

    `handed` is the second approver's half for the pair with the first. The whole key is in this process's
    memory for the length of this call, and nowhere else. A request that does not open has failed, and says so
    in its entry. Raises Forbidden, UnlockOver, DoesNotOpen.
    """
    role = who.must(Permission.CASE_UNLOCK_APPROVE)
    request = _locked(access_unlock(who, name))
    still_open(request, who.now)
    first, second = both_parts(request)
    if second.account != who.account:
        raise Forbidden(
            "only the second of the two opens a request", hint="Ask them to, or fetch the result afterwards."
        )
    asked_by_someone_able(who, request)
    for part in (first, second):
        still_able(who, part)
    opened = _look_up(request, first, second, handed)
    seals: dict[str, Json] = {}
    if opened is not None:
        seals = {part.key.fingerprint: _seal_result(request, part, opened) for part in (first, second)}
    outcome = _Outcome.FAILED if opened is None else _Outcome.OPENED
    _end(request, outcome, who.now)
    who.record(
        ActKind.IDENTITY_UNLOCK_ENDED,
        role,
        case=request.case,
        facts={"request": name, "outcome": outcome.value, "sealed_to": seals},
        personal={"pseudonym": request.pseudonym},
    )
    return request


def _look_up(request: UnlockRequest, first: Part, second: Part, handed: bytes) -> str | None:
    """Open one pseudonym with the key that two halves make; None when it does not open."""
    stored = request.handed.get(half__partner=second.key)
    answering = halves_of(request.dealing, second.key)[first.account.pseudonym]
    one, other = _taken_in(request, stored.half, bytes(stored.sealed)), _taken_in(request, answering, handed)
    try:
        private = combine(one, other, unlock_public=bytes(request.dealing.unlock_public))
    except WrongHalves:
        return None
    for sealed in sealed_ids(request.pseudonym):
        try:
            return unseal(sealed, pseudonym=request.pseudonym, unlock_private=private)
        except (InvalidTag, ValueError):
            continue
    return None


def _taken_in(request: UnlockRequest, half: Half, sealed: bytes) -> bytes:
    private = bytes(request.session.private)
    return take_in(sealed, private, errand=errand_of(request), half=as_dealt(half))


def _seal_result(request: UnlockRequest, part: Part, opened: str) -> str:
    """Seal the result to one of the two; gives its SHA-256."""
    purpose = errand_of(request).result(part.account.pseudonym)
    sealed = seal_to(bytes(part.key.public), opened.encode(), purpose)
    SealedResult.objects.create(request=request, part=part, sealed=sealed)
    return hashlib.sha256(sealed).hexdigest()


def _end(request: UnlockRequest, outcome: UnlockEnd.Outcome, now: datetime) -> None:
    """Note what came of a request, and forget the secrets that it needed."""
    request.handed.all().delete()
    Session.objects.filter(request=request).delete()
    UnlockEnd.objects.create(request=request, outcome=outcome, at=now)


@act
def fetch_result(who: Acting, name: str) -> bytes:
    """Give one of the two the result that is sealed to them; raises Forbidden, UnlockOver, UnknownUnlock."""
    role = who.must(Permission.CASE_UNLOCK_APPROVE)
    request = access_unlock(who, name)
    part = request.parts.filter(account=who.account).first()
    if part is None:
        raise Forbidden("the result is for the two who opened it", hint="Ask one of them.")
    result = SealedResult.objects.filter(part=part).first()
    if result is None:
        raise UnlockOver("there is no result, or no longer", hint="Results are kept for a day; ask anew.")
    facts: dict[str, Json] = {"request": name, "fingerprint": part.key.fingerprint}
    who.record(ActKind.IDENTITY_UNLOCK_FETCHED, role, case=request.case, facts=facts)
    return bytes(result.sealed)


def end_overdue(*, clock: Clock, entropy: Entropy) -> int:
    """End requests whose time is up, and delete results that were kept long enough; gives how many ended."""
    now = clock()
    overdue = UnlockRequest.objects.filter(end__isnull=True, expires_at__lte=now)
    ended = sum(_expire(request, now, entropy) for request in overdue)
    SealedResult.objects.filter(request__end__at__lte=now - RESULT_LIFE).delete()
    return ended


@act
def _expire(request: UnlockRequest, now: datetime, entropy: Entropy) -> int:
    request = _locked(request)
    outcome = _Outcome.EXPIRED if request.parts.count() <= 1 else _Outcome.INTERRUPTED
    _end(request, outcome, now)
    facts: dict[str, Json] = {"request": request.name, "outcome": outcome.value}
    what = Act(ActKind.IDENTITY_UNLOCK_ENDED, now, _WORKER, request.case, facts)
    record(what, entropy=entropy)
    return 1


def _locked(request: UnlockRequest) -> UnlockRequest:
    """Read a request again such that nobody else acts on it until this act has ended."""
    return UnlockRequest.objects.select_for_update(of=("self",)).select_related("dealing").get(pk=request.pk)
