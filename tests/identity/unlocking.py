"""A provider's people around one split unlock key, each with a personal key on a machine of their own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from mithaq.identity import acts
from mithaq.identity.keyring import make_keyring
from mithaq.identity.models import UnlockRequest
from mithaq.identity.queries import access_dealing, current_key, errand_of, halves_of
from mithaq.identity.sealing import fingerprint_of, open_sealed, public_of
from mithaq.identity.sharing import Holder, SealedHalf, hand_in, open_half, proof_of, split
from mithaq.people import acts as people
from mithaq.people.acting import Acting
from mithaq.people.errors import Recused
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import acting

NOW: Final = datetime(2026, 9, 21, 12, tzinfo=UTC)
CASE: Final = "c_harbour"
NATIVE: Final = "aws:777788889999"

LAKE: dict[str, Sequence[bytes]] = {}
"""What the lake of these tests has sealed, by pseudonym."""

BARRED: set[str] = set()
"""Who is recused from the case, by pseudonym of the account."""


def gate(who: Acting, case: str) -> None:
    """Stand for the room of the cases: one case, and whoever is recused from it."""
    who.must(Permission.CASE_READ)
    if who.account.pseudonym in BARRED or case != CASE:
        raise Recused("you are recused from this case", hint="Hand it over.")


def sealed(pseudonym: str) -> Sequence[bytes]:
    """Stand for the lake."""
    return LAKE.get(pseudonym, ())


class World:
    """Two reviewers and three approvers, an administrator, and a lake with one sealed subscription."""

    def __init__(self, approvers: Sequence[str] = ("amal", "basim", "celine")) -> None:
        self.now = NOW
        keyring, self.unlock = make_keyring(secrets.token_bytes)
        (self.pseudonym,) = keyring.pseudonyms(NATIVE)
        LAKE.clear()
        BARRED.clear()
        LAKE[self.pseudonym] = [keyring.seal(NATIVE)]
        self.accounts: dict[str, Account] = {}
        self.private: dict[str, bytes] = {}
        for name in ("huda", "idris"):
            self.join(name, Role.ADMINISTRATOR)
        for name in ("rima", "samir"):
            self.join(name, Role.REVIEWER)
        for name in approvers:
            self.join(name, Role.APPROVER)

    def join(self, name: str, *roles: Role) -> None:
        """Let a person join; whoever may approve unlocks brings a personal key."""
        self.accounts[name] = Account.objects.create(
            pseudonym=f"p_{name}", email=f"{name}@provider.example", name=name, created_at=NOW
        )
        for role in roles:
            self.grant(name, role)
        if Role.APPROVER in roles:
            self.private[name] = secrets.token_bytes(32)
            acts.register_key(self.who(name), public_of(self.private[name]))

    def grant(self, name: str, role: Role) -> None:
        """Give a role as the administrators do; they themselves hold theirs from the first run."""
        account = self.accounts[name]
        if role is Role.ADMINISTRATOR:
            RoleGrant.objects.create(
                account=account,
                role=role,
                founder=len(self.accounts),
                proposed_at=NOW,
                approved_at=NOW,
            )
            return
        grant = people.propose_role(self.who("huda"), account, role)
        if role in DECIDING:
            people.approve_role(self.who("idris"), grant)

    def leave(self, name: str) -> None:
        """Disable an account."""
        Account.objects.filter(pk=self.accounts[name].pk).update(is_active=False)

    def who(self, name: str) -> Acting:
        """Give a person with the rights they hold now."""
        account = Account.objects.get(pk=self.accounts[name].pk)
        return acting(account, clock=lambda: self.now, entropy=secrets.token_bytes)

    def deal(self, epoch: int = 1, *, holders: Sequence[str] | None = None, confirm: bool = True) -> None:
        """Split the key among approvers, each of whom then opens their halves."""
        among = tuple(self.private) if holders is None else holders
        named = [Holder(f"p_{name}", public_of(self.private[name])) for name in among]
        dealt = split(self.unlock, named, epoch=epoch, entropy=secrets.token_bytes)
        keys = {f"p_{name}": fingerprint_of(public_of(self.private[name])) for name in among}
        acts.offer_split(self.who("huda"), dealt, keys)
        for name in among if confirm else ():
            self.confirm(name, epoch)

    def confirm(self, name: str, epoch: int = 1) -> None:
        """Show that one's halves open."""
        proofs = {partner: proof_of(half) for partner, half in self.opened(name, epoch).items()}
        acts.confirm_halves(self.who(name), epoch, proofs)

    def opened(self, name: str, epoch: int = 1) -> dict[str, bytes]:
        """Open one's halves, on one's own machine."""
        dealing = access_dealing(epoch)
        key = current_key(self.accounts[name])
        if key is None:
            return {}
        public = bytes(dealing.unlock_public)
        return {
            partner: open_half(
                SealedHalf(f"p_{name}", partner, bytes(half.sealed), half.check_digest),
                self.private[name],
                epoch=epoch,
                unlock_public=public,
            )
            for partner, half in halves_of(dealing, key).items()
        }

    def ask(self, name: str = "rima") -> UnlockRequest:
        """Ask for the one pseudonym in the one case."""
        return acts.propose_unlock(
            self.who(name),
            case=CASE,
            pseudonym=self.pseudonym,
            reason="Whose is it, so that they hear of it?",
        )

    def handed(self, name: str, request: UnlockRequest) -> dict[str, bytes]:
        """Seal one's halves to a request's one-time key."""
        session = bytes(request.session_public)
        opened = self.opened(name, request.dealing.epoch)
        return hand_in(opened, f"p_{name}", errand=errand_of(request), session=session)

    def approve(self, name: str, request: UnlockRequest) -> None:
        """Take a part in a request."""
        acts.approve_unlock(self.who(name), request.name, self.handed(name, request))

    def open(self, name: str, request: UnlockRequest, *, other: str) -> UnlockRequest:
        """Open an approved request with one's half for the pair with the other."""
        half = self.handed(name, request)[f"p_{other}"]
        return acts.open_unlock(self.who(name), request.name, half)

    def read(self, name: str, request: UnlockRequest) -> str:
        """Fetch the result and open it with one's personal key."""
        found = acts.fetch_result(self.who(name), request.name)
        purpose = errand_of(request).result(f"p_{name}")
        return open_sealed(self.private[name], found, purpose).decode()

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)
