"""Reading the two-person unlock. `access_unlock` is the only way to a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, cast

from django.conf import settings
from django.utils.module_loading import import_string

from mithaq.identity.errors import NotTwoPeople, UnknownUnlock, UnlockNotReady, UnlockOver
from mithaq.identity.models import Dealing, Half, Part, PersonalKey, UnlockRequest
from mithaq.identity.sharing import Errand, SealedHalf
from mithaq.people.acting import Acting
from mithaq.people.errors import Forbidden
from mithaq.people.models import Account
from mithaq.people.permissions import Permission
from mithaq.people.queries import acting

CaseGate: TypeAlias = Callable[[Acting, str], object]
"""Lets a person through to a case, or raises Forbidden, Recused or an error for a case that is none."""

SealedIds: TypeAlias = Callable[[str], Sequence[bytes]]
"""Gives what the lake has sealed under one pseudonym; empty when it knows none."""


def access_case(who: Acting, case: str) -> None:
    """Refuse whoever may not act on a case, as the room of the cases says; raises UnlockNotReady without it.

    Cases live above this room, which knows of them only this question: `UNLOCK_CASE_GATE` names who answers.
    """
    cast("CaseGate", _hook("UNLOCK_CASE_GATE"))(who, case)


def sealed_ids(pseudonym: str) -> Sequence[bytes]:
    """Give what the lake has sealed under one pseudonym; `UNLOCK_SEALED_IDS` names who reads the lake."""
    return cast("SealedIds", _hook("UNLOCK_SEALED_IDS"))(pseudonym)


def _hook(setting: str) -> object:
    path: str = getattr(settings, setting, "")
    if not path:
        raise UnlockNotReady(f"nothing answers for {setting}", hint="Set it in the settings of the console.")
    hook: object = import_string(path)
    return hook


def access_unlock(who: Acting, name: str) -> UnlockRequest:
    """Give a request to whoever may see its case; raises UnknownUnlock, Forbidden."""
    request = UnlockRequest.objects.filter(name=name).first()
    if request is None:
        raise UnknownUnlock(
            "there is no such request", field="request", hint="Check the id: u_ and 26 characters."
        )
    access_case(who, request.case)
    return request


def state_of(request: UnlockRequest, now: datetime) -> str:
    """Say where a request stands: proposed, half-approved, approved, expired, or its outcome."""
    end = getattr(request, "end", None)
    if end is not None:
        return str(end.outcome)
    if now >= request.expires_at:
        return "expired"
    return ("proposed", "half-approved", "approved")[request.parts.count()]


def errand_of(request: UnlockRequest) -> Errand:
    """Say what a request opens the key for."""
    dealing = request.dealing
    public = bytes(dealing.unlock_public)
    return Errand(request.name, request.case, request.pseudonym, dealing.epoch, public)


def current_key(account: Account) -> PersonalKey | None:
    """Give the personal key that a person uses now."""
    return PersonalKey.objects.filter(account=account, end__isnull=True).first()


def able_holders(who: Acting) -> dict[str, PersonalKey]:
    """Give the keys in use of everybody who may approve an unlock now, by pseudonym of their account."""
    keys = PersonalKey.objects.filter(end__isnull=True).select_related("account")
    return {
        key.account.pseudonym: key
        for key in keys
        if as_of_now(who, key.account).may(Permission.CASE_UNLOCK_APPROVE)
    }


def as_of_now(who: Acting, account: Account) -> Acting:
    """Give another person with the rights they hold now, whatever they held when they took part."""
    account.refresh_from_db()
    return acting(account, clock=who.clock, entropy=who.entropy)


def access_dealing(epoch: int) -> Dealing:
    """Give the split of an epoch; raises UnknownUnlock."""
    found = Dealing.objects.filter(epoch=epoch).first()
    if found is None:
        raise UnknownUnlock(f"the key was not split in epoch {epoch}", field="epoch", hint="See the status.")
    return found


def unconfirmed(dealing: Dealing) -> Mapping[str, str]:
    """Give the holders who have not yet shown that their halves open: fingerprint by pseudonym."""
    confirmed = set(dealing.confirmations.values_list("key_id", flat=True))
    keys = PersonalKey.objects.filter(pk__in=dealing.halves.values("holder")).select_related("account")
    return {key.account.pseudonym: key.fingerprint for key in keys if key.pk not in confirmed}


def dealing_in_force() -> Dealing | None:
    """Give the newest split all of whose holders have opened their halves; the older ones open nothing."""
    newest_first = Dealing.objects.order_by("-epoch")
    return next((dealing for dealing in newest_first if not unconfirmed(dealing)), None)


def halves_of(dealing: Dealing, key: PersonalKey) -> dict[str, Half]:
    """Give the halves that a key holds, by pseudonym of the partner."""
    halves = Half.objects.filter(dealing=dealing, holder=key).select_related("partner__account")
    return {half.partner.account.pseudonym: half for half in halves}


def as_dealt(half: Half) -> SealedHalf:
    """Give a half as the pure functions know it."""
    return SealedHalf(
        half.holder.account.pseudonym,
        half.partner.account.pseudonym,
        bytes(half.sealed),
        half.check_digest,
    )


def still_open(request: UnlockRequest, now: datetime) -> None:
    """Refuse a request that has ended or expired, or whose split is not in force; raises UnlockOver."""
    state = state_of(request, now)
    if state not in {"proposed", "half-approved", "approved"}:
        raise UnlockOver(f"this request is {state}", hint="Ask anew.")
    if dealing_in_force() != request.dealing:
        raise UnlockOver("the unlock key has been split anew since this was asked", hint="Ask anew.")


def another_than(who: Acting, request: UnlockRequest) -> None:
    """Refuse whoever has asked, or has approved already; raises NotTwoPeople, UnlockOver."""
    if request.proposed_by == who.account:
        raise NotTwoPeople("who has asked does not approve", hint="Two others are needed.")
    if request.parts.filter(account=who.account).exists():
        raise NotTwoPeople("you have approved already", hint="Another person is needed.")
    if request.parts.count() > 1:
        raise UnlockOver("two have approved already", hint="The second of them opens it.")


def key_in(who: Acting, dealing: Dealing) -> PersonalKey:
    """Give the key in use with which a person holds halves of a split; raises UnlockNotReady."""
    key = current_key(who.account)
    if key is None or not halves_of(dealing, key):
        raise UnlockNotReady(
            "no half is sealed to the key that you use now",
            hint="Register a personal key, and have the unlock key split anew.",
        )
    return key


def asked_by_someone_able(who: Acting, request: UnlockRequest) -> None:
    """Refuse a request whose asker may, by now, no longer ask; raises Forbidden."""
    asker = as_of_now(who, request.proposed_by)
    asker.must(Permission.CASE_UNLOCK_PROPOSE)
    access_case(asker, request.case)


def still_able(who: Acting, part: Part) -> None:
    """Refuse when a person with a part may, by now, no longer approve, or has ended their key.

    Raises Forbidden and what the gate of the case raises.
    """
    approver = as_of_now(who, part.account)
    approver.must(Permission.CASE_UNLOCK_APPROVE)
    access_case(approver, part.request.case)
    if current_key(part.account) != part.key:
        raise Forbidden("a key that this was approved with is no longer in use", hint="Ask anew.")


def first_part(request: UnlockRequest) -> Part | None:
    """Give the first approval of a request."""
    return request.parts.filter(number=1).first()


def both_parts(request: UnlockRequest) -> tuple[Part, Part]:
    """Give both approvals of a request; raises NotTwoPeople while there are not two."""
    parts = list(request.parts.all())
    if len(parts) != len(("first", "second")):
        raise NotTwoPeople("two people have not approved this yet", hint="Have another approver approve it.")
    return parts[0], parts[1]
