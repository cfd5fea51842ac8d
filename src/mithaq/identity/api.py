"""Routes of the two-person unlock. Sealed values travel as base64; no private key or result in clear does."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from mithaq.identity import acts
from mithaq.identity.errors import DoesNotOpen, UnlockNotReady
from mithaq.identity.models import Dealing, PersonalKey, UnlockRequest
from mithaq.identity.personalkey import read_public
from mithaq.identity.queries import (
    able_holders,
    access_case,
    access_dealing,
    access_unlock,
    current_key,
    dealing_in_force,
    halves_of,
    state_of,
    unconfirmed,
)
from mithaq.identity.sharing import SealedHalf, Split
from mithaq.people.api import ActingRequest, PermissionedRouter
from mithaq.people.permissions import Permission

router = PermissionedRouter(tags=["unlock"])

Sealed = Annotated[str, Field(max_length=4_000)]
"""Base64 of something sealed with HPKE: 32 bytes of key, the ciphertext, 16 bytes of tag."""
PublicKey = Annotated[str, Field(max_length=64)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(max_length=64)]
Epoch = Annotated[int, Field(ge=1, le=2**31 - 1)]

_PAIRS: int = 20 * 19
"""Halves of twenty holders: more people with a hand in every unlock would be a mistake."""


class KeyIn(Schema):
    """The public half of a personal key, base64 of 32 bytes."""

    public: PublicKey


class KeyOut(Schema):
    """A personal key: `fingerprint` is compared aloud when the unlock key is split."""

    person: str
    public: str
    fingerprint: str
    at: datetime

    @staticmethod
    def of(key: PersonalKey) -> KeyOut:
        """Show a key."""
        return KeyOut(
            person=key.account.pseudonym,
            public=_text(bytes(key.public)),
            fingerprint=key.fingerprint,
            at=key.at,
        )


class HalfIn(Schema):
    """A half of one pair's key, sealed to `holder`; both are pseudonyms of accounts."""

    holder: Name
    partner: Name
    sealed: Sealed
    check: Digest


class SplitIn(Schema):
    """The unlock key as split at the ceremony; `holders` gives the key of each by its fingerprint."""

    epoch: Epoch
    unlock_public: PublicKey
    holders: Annotated[dict[Name, Name], Field(max_length=20)]
    halves: Annotated[list[HalfIn], Field(max_length=_PAIRS)]


class SplitOut(Schema):
    """A split: whoever is in `unconfirmed` (fingerprint by person) has not yet opened their halves."""

    epoch: int
    unlock_public: str
    unconfirmed: dict[str, str]
    at: datetime

    @staticmethod
    def of(dealing: Dealing) -> SplitOut:
        """Show a split without its halves."""
        return SplitOut(
            epoch=dealing.epoch,
            unlock_public=_text(bytes(dealing.unlock_public)),
            unconfirmed=dict(unconfirmed(dealing)),
            at=dealing.at,
        )


class StatusOut(Schema):
    """What the unlock rests on: the split in force, the newest one, the keys that may share the next."""

    in_force: SplitOut | None
    newest: SplitOut | None
    next_epoch: int
    keys: list[KeyOut]


class HalvesOut(Schema):
    """The halves sealed to whoever asks: `halves` by partner."""

    epoch: int
    unlock_public: str
    person: str
    halves: dict[str, HalfIn]


class ProofsIn(Schema):
    """Proofs, by partner, that each half was opened."""

    proofs: Annotated[dict[Name, Digest], Field(max_length=20)]


class RequestIn(Schema):
    """Which pseudonym to open in which case, and why."""

    case: Name
    pseudonym: Annotated[str, Field(pattern=r"^s[1-9][0-9]{0,4}_[a-z2-7]{26}$")]
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]


class RequestOut(Schema):
    """A request: to approve it, halves are sealed to `session_public`, bound to all that is named here."""

    request: str
    case: str
    pseudonym: str
    reason: str
    epoch: int
    unlock_public: str
    session_public: str
    state: str
    proposed_by: str
    approved_by: list[str]
    proposed_at: datetime
    expires_at: datetime

    @staticmethod
    def of(request: UnlockRequest, now: datetime) -> RequestOut:
        """Show a request as it stands."""
        return RequestOut(
            request=request.name,
            case=request.case,
            pseudonym=request.pseudonym,
            reason=request.reason,
            epoch=request.dealing.epoch,
            unlock_public=_text(bytes(request.dealing.unlock_public)),
            session_public=_text(bytes(request.session_public)),
            state=state_of(request, now),
            proposed_by=request.proposed_by.pseudonym,
            approved_by=[part.account.pseudonym for part in request.parts.all()],
            proposed_at=request.proposed_at,
            expires_at=request.expires_at,
        )


class HandedIn(Schema):
    """Halves sealed to a request's one-time key, by partner."""

    halves: Annotated[dict[Name, Sealed], Field(max_length=20)]


class OpeningIn(Schema):
    """The second approver's half for the pair with the first, sealed to the request's one-time key."""

    half: Sealed


class ResultOut(Schema):
    """What was found, sealed to whoever asks."""

    sealed: str


@router.route("GET", "/status", Permission.PEOPLE_READ)
def status(request: ActingRequest) -> StatusOut:
    """Say how the unlock key is split, and who could share it next."""
    newest = Dealing.objects.order_by("-epoch").first()
    in_force = dealing_in_force()
    return StatusOut(
        in_force=SplitOut.of(in_force) if in_force else None,
        newest=SplitOut.of(newest) if newest else None,
        next_epoch=newest.epoch + 1 if newest else 1,
        keys=[KeyOut.of(key) for _, key in sorted(able_holders(request.auth).items())],
    )


@router.route("POST", "/keys", Permission.CASE_UNLOCK_APPROVE)
def register_key(request: ActingRequest, body: KeyIn) -> KeyOut:
    """Register the public half of one's personal key, in place of the earlier one."""
    return KeyOut.of(acts.register_key(request.auth, read_public(body.public, field="public")))


@router.route("POST", "/keys/end", Permission.CASE_UNLOCK_APPROVE)
def end_key(request: ActingRequest) -> KeyOut:
    """Stop using one's personal key."""
    return KeyOut.of(acts.end_own_key(request.auth))


@router.route("POST", "/keys/{fingerprint}/withdraw", Permission.PEOPLE_ACCOUNT_MANAGE)
def withdraw_key(request: ActingRequest, fingerprint: str) -> KeyOut:
    """Stop the use of a person's key."""
    return KeyOut.of(acts.withdraw_key(request.auth, fingerprint))


@router.route("POST", "/splits", Permission.SETTINGS_WRITE)
def offer_split(request: ActingRequest, body: SplitIn) -> SplitOut:
    """Take in the unlock key as it was split at the ceremony."""
    halves = tuple(SealedHalf(h.holder, h.partner, _raw(h.sealed, "halves"), h.check) for h in body.halves)
    dealt = Split(body.epoch, read_public(body.unlock_public, field="unlock_public"), halves)
    return SplitOut.of(acts.offer_split(request.auth, dealt, body.holders))


@router.route("GET", "/splits/{epoch}/halves", Permission.CASE_UNLOCK_APPROVE)
def own_halves(request: ActingRequest, epoch: Epoch) -> HalvesOut:
    """Give whoever asks the halves that are sealed to the key they use."""
    dealing = access_dealing(epoch)
    key = current_key(request.auth.account)
    halves = {} if key is None else halves_of(dealing, key)
    if not halves:
        raise UnlockNotReady("no half is sealed to the key that you use", hint="Have the key split anew.")
    person = request.auth.account.pseudonym
    return HalvesOut(
        epoch=epoch,
        unlock_public=_text(bytes(dealing.unlock_public)),
        person=person,
        halves={
            partner: HalfIn(
                holder=person, partner=partner, sealed=_text(bytes(half.sealed)), check=half.check_digest
            )
            for partner, half in halves.items()
        },
    )


@router.route("POST", "/splits/{epoch}/confirm", Permission.CASE_UNLOCK_APPROVE)
def confirm(request: ActingRequest, epoch: Epoch, body: ProofsIn) -> SplitOut:
    """Show that every half sealed to whoever asks opens."""
    return SplitOut.of(acts.confirm_halves(request.auth, epoch, body.proofs))


@router.route("POST", "/requests", Permission.CASE_UNLOCK_PROPOSE)
def propose(request: ActingRequest, body: RequestIn) -> RequestOut:
    """Ask that one pseudonym be opened in one case."""
    asked = acts.propose_unlock(request.auth, case=body.case, pseudonym=body.pseudonym, reason=body.reason)
    return RequestOut.of(asked, request.auth.now)


@router.route("GET", "/requests", Permission.CASE_READ)
def requests(request: ActingRequest, case: Name) -> list[RequestOut]:
    """List the requests of one case, oldest first."""
    access_case(request.auth, case)
    found = UnlockRequest.objects.filter(case=case)
    return [RequestOut.of(one, request.auth.now) for one in found]


@router.route("GET", "/requests/{name}", Permission.CASE_READ)
def one_request(request: ActingRequest, name: str) -> RequestOut:
    """Show a request."""
    return RequestOut.of(access_unlock(request.auth, name), request.auth.now)


@router.route("POST", "/requests/{name}/approve", Permission.CASE_UNLOCK_APPROVE)
def approve(request: ActingRequest, name: str, body: HandedIn) -> RequestOut:
    """Take one of the two parts in a request."""
    handed = {partner: _raw(sealed, "halves") for partner, sealed in body.halves.items()}
    return RequestOut.of(acts.approve_unlock(request.auth, name, handed), request.auth.now)


@router.route("POST", "/requests/{name}/open", Permission.CASE_UNLOCK_APPROVE)
def open_request(request: ActingRequest, name: str, body: OpeningIn) -> RequestOut:
    """Open the pseudonym of a request that two have approved."""
    opened = acts.open_unlock(request.auth, name, _raw(body.half, "half"))
    return RequestOut.of(opened, request.auth.now)


@router.route("POST", "/requests/{name}/result", Permission.CASE_UNLOCK_APPROVE, secret=True)
def result(request: ActingRequest, name: str) -> ResultOut:
    """Fetch the result, sealed to whoever asks; a write, because it leaves an entry."""
    return ResultOut(sealed=_text(acts.fetch_result(request.auth, name)))


@router.route("POST", "/requests/{name}/cancel", Permission.CASE_UNLOCK_PROPOSE)
def cancel(request: ActingRequest, name: str) -> RequestOut:
    """Take back one's own request."""
    return RequestOut.of(acts.cancel_unlock(request.auth, name), request.auth.now)


@router.route("POST", "/requests/{name}/refuse", Permission.CASE_UNLOCK_APPROVE)
def refuse(request: ActingRequest, name: str) -> RequestOut:
    """End a request as an approver."""
    return RequestOut.of(acts.refuse_unlock(request.auth, name), request.auth.now)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str, field: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DoesNotOpen("this is not base64", field=field, hint="Send it as the command does.") from error
