"""Requests to AWS Organizations, and what their answers mean for us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from mithaq.measures.errors import TargetRefuses, TargetUnreachable

SECONDS: Final = 10
"""How long one request may take; shorter than an errand's lease, so that no request outlives it."""

_SCP: Final = "SERVICE_CONTROL_POLICY"
_LATER: Final = frozenset(
    {
        "ConcurrentModificationException",
        "PolicyChangesInProgressException",
        "ServiceException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Refusals that pass: the same request goes through later."""
_FIRST_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization, as its management account sees it."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str = "us-east-1"
    endpoint: str | None = None

    def call(
        self, action: str, *but: str, tells: str | None = None, **words: object
    ) -> dict[str, Any] | None:
        """Ask for one action; None if it is refused with one of the codes `but`.

        Raises TargetUnreachable, also where the answer lacks what it `tells`: an answer that breaks off after
        its first line is read as an empty one. Raises TargetRefuses.
        """
        try:
            answer: dict[str, Any] = getattr(self._client(), action)(**words)
        except ClientError as error:
            if _code(error) in but:
                return None
            raise _refusal(error) from error
        except (HTTPClientError, BotoCoreError) as error:
            raise TargetUnreachable(
                f"AWS Organizations does not answer: {type(error).__name__}",
                hint="Is the address right, and the network up?",
            ) from error
        if tells is not None and tells not in answer:
            raise TargetUnreachable(
                f"AWS Organizations answered {action} without {tells}", hint="It is asked again."
            )
        return answer

    def rows(self, action: str, name: str, **words: object) -> Iterator[dict[str, Any]]:
        """List page by page; raises as `call`."""
        more: dict[str, str] = {}
        while True:
            page = self.call(action, tells=name, **words, **more) or {}
            yield from page[name]
            if not page.get("NextToken"):
                return
            more = {"NextToken": page["NextToken"]}

    def policy(self, name: str) -> str | None:
        """Give the id of a service control policy, None if there is none of the name."""
        found = self.rows("list_policies", "Policies", Filter=_SCP)
        return next((str(each["Id"]) for each in found if each["Name"] == name), None)

    def text(self, policy: str) -> str | None:
        """Give a policy's text, None if it has just been removed."""
        found = self.call("describe_policy", "PolicyNotFoundException", tells="Policy", PolicyId=policy)
        return None if found is None else str(found["Policy"]["Content"])

    def attached_to(self, account: str) -> list[str]:
        """Give the names of the service control policies attached to an account itself."""
        found = self.rows("list_policies_for_target", "Policies", TargetId=account, Filter=_SCP)
        return [str(each["Name"]) for each in found]

    def is_attached(self, policy: str, account: str) -> bool:
        """Say whether a policy is attached to an account itself."""
        targets = self.rows("list_targets_for_policy", "Targets", PolicyId=policy)
        return any(each["TargetId"] == account for each in targets)

    def has(self, account: str) -> bool:
        """Say whether the organization has such an account."""
        found = self.call("describe_account", "AccountNotFoundException", tells="Account", AccountId=account)
        return found is not None

    @property
    def management(self) -> str:
        """The management account, which no service control policy binds."""
        found = self.call("describe_organization", tells="Organization") or {}
        return str(found["Organization"]["MasterAccountId"])

    @property
    def restricts(self) -> bool:
        """Say whether service control policies are switched on at the organization's root."""
        return any(
            (each["Type"], each["Status"]) == (_SCP, "ENABLED")
            for root in self.rows("list_roots", "Roots")
            for each in root.get("PolicyTypes", ())
        )

    def make(self, name: str, text: str) -> None:
        """Make a policy, or give an existing one this text."""
        known = self.policy(name)
        if known is not None:
            self.call("update_policy", PolicyId=known, Content=text)
            return
        about = "Made by Mithaq; it is removed when the measure is lifted."
        self.call("create_policy", Name=name, Content=text, Description=about, Type=_SCP)

    def _client(self) -> Any:  # noqa: ANN401  # boto3 has no types
        once = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 1})
        return boto3.client(
            "organizations",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            endpoint_url=self.endpoint,
            config=once,
        )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _refusal(error: ClientError) -> TargetRefuses | TargetUnreachable:
    """Tell a refusal that passes from one that does not."""
    code = _code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _LATER or status >= _FIRST_FAULT:
        return TargetUnreachable(
            f"AWS Organizations answered {code}", hint="It is asked again; see its status page."
        )
    return TargetRefuses(
        f"AWS Organizations refuses a request of ours: {code}",
        hint="Do the key and its permissions in the management account still stand?",
    )
