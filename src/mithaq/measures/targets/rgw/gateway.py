"""Requests to a RADOS Gateway as its administrator, and what their answers mean for us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest

from mithaq.measures.errors import TargetRefuses, TargetUnreachable
from mithaq.measures.server import Answer, Keys, Server, code_of

_FIRST_ERROR: Final = 400
_FIRST_FAULT: Final = 500
_NOT_FOUND: Final = 404
_BUSY: Final = frozenset({429, 503})


class _BodyUnsigned(S3SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Signs a request without its body: the admin operations of 16.2 answer 501 to a signed one."""

    def payload(self, request: AWSRequest) -> str:
        """Say so where the body's digest would stand."""
        del request
        return "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Gateway(Server):
    """A gateway's address, and the credentials of a system user.

    The driver needs its capabilities `users=*;buckets=*;user-policy=*`.
    """

    admin: Keys

    def admin_call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        absent: bool = False,
    ) -> Answer:
        """Send a request as the administrator; with `absent`, 404 is an answer and no error.

        Raises TargetUnreachable, TargetRefuses.
        """
        answer = self.ask(method, path, query, keys=self.admin, body=body, headers=headers)
        if answer.status >= _FIRST_FAULT or answer.status in _BUSY:
            raise TargetUnreachable(
                f"the gateway answered {answer.status}", hint="It is asked again; look at its log."
            )
        if answer.status >= _FIRST_ERROR and not (absent and answer.status == _NOT_FOUND):
            raise TargetRefuses(
                f"the gateway refuses a request of ours: {answer.status} {code_of(answer)}",
                hint="Do the administrator's key and its capabilities still stand?",
            )
        return answer

    def document(self, path: str, query: Mapping[str, str]) -> Any:  # noqa: ANN401  # any JSON
        """Read a JSON document as the administrator; None where there is none. Raises as `admin_call`."""
        answer = self.admin_call("GET", path, query, absent=True)
        if answer.status == _NOT_FOUND:
            return None
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise TargetUnreachable(
                "the gateway's answer is no JSON", hint="Is there something else at its address?"
            ) from error

    def _signs(self, path: str) -> type[S3SigV4Auth]:
        return _BodyUnsigned if path.startswith("/admin/") else S3SigV4Auth
