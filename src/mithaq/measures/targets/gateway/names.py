"""What Mithaq makes on a store behind a gateway for its probes, and what it is called."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from mithaq.measures.server import Keys
from mithaq.measures.targets.gateway.folder import tenant_name

PREFIX: Final = "mithaq-"
"""How the name of everything begins that Mithaq makes, and may therefore remove."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Two accounts of Mithaq's own on the store: `ours` stands for the customer, `other` for everybody else.

    The gateway tells tenants apart by keys and buckets alone, so that on a bucket of the kit our key counts
    as the customer's, and is refused by the very rule that refuses theirs.
    """

    ours: Keys
    other: Keys


@dataclass(frozen=True, slots=True)
class Kit:
    """What the probes of one cut need; names follow from the plan."""

    tenant: str
    tag: str
    accounts: Accounts

    @classmethod
    def of(cls, account: str, nonce: str, accounts: Accounts) -> Kit:
        """Name the kit of a tenant in a plan; raises BadPlan."""
        tag = hashlib.sha256(f"{nonce}\0{account}".encode()).hexdigest()[:12]
        return cls(tenant_name(account), tag, accounts)

    @property
    def policy(self) -> str:
        """The name of the policy."""
        return f"{PREFIX}{self.tag}"

    @property
    def bucket(self) -> str:
        """The bucket that the table names as the tenant's: closed whoever asks."""
        return f"{PREFIX}probe-{self.tag}"

    @property
    def unlisted_bucket(self) -> str:
        """One that no table names, as a bucket made a moment ago: closed by the key that asks."""
        return f"{PREFIX}new-{self.tag}"

    @property
    def uncut_bucket(self) -> str:
        """One of the tenant's that stays open where only some buckets are cut."""
        return f"{PREFIX}open-{self.tag}"

    @property
    def control_bucket(self) -> str:
        """The bucket of the control tenant."""
        return f"{PREFIX}control-{self.tag}"

    @property
    def control(self) -> str:
        """The control tenant, whom no measure touches."""
        return f"{PREFIX}control-{self.tag}"

    def owner_keys(self, bucket: str) -> Keys:
        """Say with which account a bucket of the kit is made."""
        return self.accounts.other if bucket == self.control_bucket else self.accounts.ours

    def counted(self) -> str:
        """Write what the gateway is to count as whose while probes are made."""
        keys = [self.accounts.ours.access, self.accounts.other.access]
        said = {
            "places": {
                self.bucket: self.tenant,
                self.uncut_bucket: self.tenant,
                self.control_bucket: self.control,
            },
            "keys": [[key, self.unlisted_bucket, self.tenant] for key in keys],
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":"))
