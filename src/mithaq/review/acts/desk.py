"""What every act of the review shares: the case is locked, the person let through, the act recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mithaq.intake.models import Allegation
from mithaq.kernel.canonical import Json, compact
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.rows import insert_row
from mithaq.people.acting import Acting
from mithaq.people.permissions import Machine, Permission, Role
from mithaq.review.acts.queue import keep_queues
from mithaq.review.casefile import CaseFile, after
from mithaq.review.errors import BadAct, WrongStage
from mithaq.review.models import CaseAct
from mithaq.review.queries import access_case, step_of
from mithaq.review.stages import open_acts

_MOST_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Desk:
    """A case before the person who acts on it, locked until the act commits."""

    who: Acting
    role: Role | Machine
    case: Allegation
    state: CaseFile
    barred: frozenset[str]

    @property
    def me(self) -> str:
        """The pseudonym of who acts."""
        return self.who.account.pseudonym

    def record(
        self,
        kind: ActKind,
        facts: Mapping[str, Json],
        *,
        about: str = "",
        shown: Mapping[str, Json] | None = None,
        personal: Mapping[str, str] | None = None,
    ) -> CaseAct:
        """Write the act with its entry, and bring the queue up to it.

        `facts` are what the state is added up from; the entry only commits to them. `shown` are those that
        anybody may read in the ledger, `personal` further texts that it commits to.
        """
        number = self.state.acts + 1
        told: dict[str, Json] = {"about": about, "number": number, **(shown or {})}
        sealed = {"facts": compact(facts).decode(), **(personal or {})}
        entry = self.who.record(kind, self.role, case=self.case.case, facts=told, personal=sealed)
        row = insert_row(
            CaseAct(
                case=self.case.case,
                number=number,
                kind=kind.value,
                at=self.who.now,
                by=self.who.account,
                role=self.role.value,
                about=about,
                facts=dict(facts),
                leaf_hash=bytes(entry.leaf_hash),
            )
        )
        keep_queues(after(self.state, step_of(row)), self.case.case, row.at)
        return row


def take_up(who: Acting, permission: Permission, case: str, kind: ActKind, *, lock: bool = True) -> Desk:
    """Let a person through to an act; raises Forbidden, Recused, UnknownCase, WrongStage.

    Without `lock` for whoever only asks whether the act would be refused.
    """
    role = who.must(permission)
    seen = access_case(who, case, lock=lock)
    if kind not in open_acts(seen.state, who.now):
        raise WrongStage(
            f"the act {kind.value} is not open in this case now",
            hint="See the case: its stage, a hold, and the acts that are open.",
        )
    moment = who.now  # one moment for the whole act: its checks, its row, its entry
    return Desk(replace(who, clock=lambda: moment), role, seen.case, seen.state, seen.barred)


def said(text: str, field: str) -> str:
    """Give a text that must not be empty or endless; raises BadAct."""
    if not text.strip() or len(text) > _MOST_TEXT:
        raise BadAct(
            "this must be said in words", field=field, hint=f"Give from 1 to {_MOST_TEXT} characters."
        )
    return text
