"""Names on a gateway: users and tenants, and what Mithaq makes there for its probes."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

from mithaq.measures.errors import BadPlan
from mithaq.measures.server import Keys
from mithaq.measures.vault import Vault

PREFIX: Final = "mithaq-"
"""How the name of everything begins that Mithaq makes, and may therefore remove."""

SUBUSER: Final = "mithaqprobe"

_UID: Final = re.compile(r"(?:(?P<tenant>[A-Za-z0-9_]{1,64})\$)?(?P<user>[A-Za-z0-9_.@-]{1,128})")


@dataclass(frozen=True, slots=True)
class User:
    """A user of the gateway: `tenant$name`, or `name` without a tenant."""

    tenant: str
    name: str

    @classmethod
    def read(cls, uid: str) -> User:
        """Read a user's id; raises BadPlan for one that no gateway can have."""
        found = _UID.fullmatch(uid)
        if found is None:
            raise BadPlan("this is no user of a RADOS Gateway", field="subscription", hint="rgw:tenant$user.")
        return cls(found["tenant"] or "", found["user"])

    @property
    def uid(self) -> str:
        """The id, as the gateway writes it."""
        return f"{self.tenant}${self.name}" if self.tenant else self.name

    @property
    def arn(self) -> str:
        """The name by which a policy speaks of the user."""
        return f"arn:aws:iam::{self.tenant}:user/{self.name}"

    def bucket(self, name: str) -> str:
        """Give the path of one of the user's buckets, as everybody may write it."""
        return f"/{self.tenant}:{name}"


@dataclass(frozen=True, slots=True)
class Kit:
    """What the probes of one cut need: names follow from the plan, secrets from the vault."""

    subject: User
    tag: str
    vault: Vault

    @classmethod
    def of(cls, account: str, nonce: str, vault: Vault) -> Kit:
        """Name the kit of an account in a plan; raises BadPlan."""
        tag = hashlib.sha256(f"{nonce}\0{account}".encode()).hexdigest()[:12]
        return cls(User.read(account), tag, vault)

    @property
    def bucket(self) -> str:
        """The bucket in the subject's account that probes use."""
        return f"{PREFIX}probe-{self.tag}"

    @property
    def uncut_bucket(self) -> str:
        """A second one, which stays open where only some buckets are cut."""
        return f"{PREFIX}open-{self.tag}"

    @property
    def control_bucket(self) -> str:
        """The bucket of the control tenant."""
        return f"{PREFIX}control-{self.tag}"

    @property
    def policy(self) -> str:
        """The name of the policy of the subject, and of the statement in policies of buckets."""
        return f"{PREFIX}{self.tag}"

    @property
    def sibling(self) -> User:
        """Another user of the subject's tenant."""
        return User(self.subject.tenant, f"{PREFIX}sibling-{self.tag}")

    @property
    def grantee(self) -> User:
        """A user of another tenant."""
        return User(f"mithaqg{self.tag}", f"{PREFIX}grantee")

    @property
    def control(self) -> User:
        """A user of a third tenant, whom no measure touches."""
        return User(f"mithaqc{self.tag}", f"{PREFIX}control")

    def keys(self, user: User) -> Keys:
        """Give the S3 key that probes use as this user."""
        access = self.vault.derive("rgw", self.tag, user.uid, "access")[:14]
        return Keys(f"MITHAQ{access}", self.vault.derive("rgw", self.tag, user.uid, "secret"))

    @property
    def swift_user(self) -> str:
        """The subuser by whom probes sign in to Swift."""
        return f"{self.subject.uid}:{SUBUSER}"

    @property
    def swift_key(self) -> str:
        """Its password."""
        return self.vault.derive("rgw", self.tag, self.swift_user, "swift")

    def grants(self, bucket: str) -> str:
        """Give the policy with which a bucket of the kit is made: it lets the others in by name."""
        others = [self.subject] if bucket == self.control_bucket else [self.sibling, self.grantee]
        actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]
        statement = {
            "Sid": f"{PREFIX}grants",
            "Effect": "Allow",
            "Principal": {"AWS": [user.arn for user in others]},
            "Action": actions,
            "Resource": resources(bucket),
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def resources(bucket: str) -> list[str]:
    """Give a bucket and all that is in it, as policies write it."""
    return [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
