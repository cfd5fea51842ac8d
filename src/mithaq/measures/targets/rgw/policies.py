"""Policies that refuse: one of the user, and a statement merged into the policy of a bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from mithaq.measures.errors import BadPlan
from mithaq.measures.model import Operation
from mithaq.measures.targets.rgw.names import resources

ACTIONS: Final[Mapping[Operation, tuple[str, ...]]] = MappingProxyType(
    {
        Operation.READ: ("s3:GetObject", "s3:GetObjectVersion"),
        Operation.WRITE: ("s3:PutObject",),
        Operation.DELETE: ("s3:DeleteObject", "s3:DeleteObjectVersion"),
        Operation.LIST: ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    }
)
"""What each operation is called in a policy; Swift is checked under the same names."""

_LOCK: Final = ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
"""Without these the owner would replace the bucket's policy, and the refusal with it."""

_UNREADABLE: Final = "the policy of a bucket cannot be read"
_LOOK: Final = "Look at it on the gateway, and mend it there."


def user_policy(operations: Sequence[Operation]) -> str:
    """Give the policy that refuses operations to a user, wherever they go."""
    statement = {"Effect": "Deny", "Action": _actions(operations), "Resource": ["*"]}
    return _text({"Version": "2012-10-17", "Statement": [statement]})


def refusing(policy: str | None, bucket: str, sid: str, operations: Sequence[Operation]) -> str:
    """Give a bucket's policy with a statement that refuses operations to everybody.

    All other statements stay as they are. Raises BadPlan for a policy that is none.
    """
    nothing: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    document = nothing if policy is None else _read(policy)
    held = document["Statement"]
    others = [each for each in (held if isinstance(held, list) else [held]) if each.get("Sid") != sid]
    statement = {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": [*_actions(operations), *_LOCK],
        "Resource": resources(bucket),
    }
    return _text({**document, "Statement": [*others, statement]})


def _read(policy: str) -> dict[str, Any]:
    try:
        document = json.loads(policy)
        held = document["Statement"]
        statements = held if isinstance(held, list) else [held]
    except (ValueError, KeyError, TypeError) as error:
        raise BadPlan(_UNREADABLE, hint=_LOOK) from error
    if not all(isinstance(each, dict) for each in statements):
        raise BadPlan(_UNREADABLE, hint=_LOOK)
    return dict(document)


def _actions(operations: Sequence[Operation]) -> list[str]:
    return [action for operation in Operation if operation in operations for action in ACTIONS[operation]]


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
