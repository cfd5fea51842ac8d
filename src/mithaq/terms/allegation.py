"""An allegation as it is once read: checked, in UTC, with normalised subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.terms.claims import Claim, claim_document
from mithaq.terms.vocabulary import SourceKind

FORMAT: Final = "allegation/v1"

MAX_SUBSCRIPTIONS: Final = 50
"""An allegation names its subject; above this it would be a trawl (contract of `allegation/v1`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allegation:
    """What someone says that a customer does, taken apart into claims.

    Either `subscriptions` (1 to 50, normalised, in given order) or `customer` names the subject; the
    other is empty or None. The period runs from `start` (inclusive) to `end` (exclusive) on full hours in
    UTC. `clauses` is None where the allegation leaves them open.
    """

    received: datetime
    source_kind: SourceKind
    reference: str | None
    subscriptions: tuple[str, ...]
    customer: str | None
    start: datetime
    end: datetime
    clauses: tuple[str, ...] | None
    claims: tuple[Claim, ...]

    def document(self) -> dict[str, Json]:
        """Give the allegation as `review.json` shows it: without `text` and `reference`, dates RFC 3339.

        `clauses` is an empty list where the allegation left them open.
        """
        subject: dict[str, Json] = (
            {"subscriptions": list(self.subscriptions)}
            if self.customer is None
            else {"customer": self.customer}
        )
        return {
            "mithaq": FORMAT,
            "received": format_instant(self.received),
            "source": {"kind": self.source_kind.value},
            "subject": subject,
            "period": {"from": format_instant(self.start), "to": format_instant(self.end)},
            "clauses": list(self.clauses or ()),
            "claims": [claim_document(claim) for claim in self.claims],
        }
