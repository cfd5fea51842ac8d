"""What changes on a target, as plain values: settings, steps and their inverse, what is cut, and the plan.

A target is seen as settings: things that can be read and written as a whole, such as a quota or a policy. A
step takes one setting from the value that was found to the value that is decided, so its inverse is the same
step read backwards, and whether it was done can be told from the target alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import rfc8785
from pydantic import JsonValue, TypeAdapter, ValidationError

from mithaq.measures.errors import BadPlan
from mithaq.review.measures import EVERYWHERE, Measure
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

CAP: Final = 5
"""Subscriptions that one decision may touch; more need a second decision, so that no slip cuts off many."""

MOST_STEPS: Final = 5_000


class Operation(StrEnum):
    """What can be closed on a target. A decision never closes `delete`: nobody is kept from erasing."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    LIST = "list"


class Effect(StrEnum):
    """What can be known about a change once it is made. Only the first can be *in force*."""

    VERIFIED = "verified-by-probe"
    CONFIGURED = "configured-not-testable"
    """Read back from the configuration; nothing can be asked from here that would show it."""
    NEW_ONLY = "only-new-resources"
    """What exists goes on; only what would be made anew is stopped."""
    EVENTUAL = "eventually-consistent"
    """It takes hold some time after it was made; until a probe shows it, it is pending."""


UNTESTABLE: Final = frozenset({Effect.CONFIGURED, Effect.NEW_ONLY})
"""Effects that no probe can show: such a measure is *configured* at most, and no probes are made."""


class Part(StrEnum):
    """What a step is for."""

    KIT = "kit"
    """What probes need in the account: made before the cut, removed after it is lifted and probed again."""
    CUT = "cut"
    """What restricts."""


class OnDrift(StrEnum):
    """What happens when a setting no longer is as decided; an alarm is raised either way."""

    ALARM = "alarm"
    REAPPLY = "reapply"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Setting:
    """One thing of a target that is read and written as a whole; `owner` is the account it is about."""

    kind: str
    owner: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One setting taken from `before` to `after`. None is a setting that is not there.

    `origin` is what it goes back to when all is lifted: `before`, unless an older measure holds it already.
    """

    part: Part
    account: str
    """The account of the cut that the step belongs to."""
    setting: Setting
    what: LocalisedText
    before: JsonValue
    after: JsonValue
    origin: JsonValue

    def inverse(self) -> Step:
        """Give the step that undoes this one."""
        return replace(self, before=self.after, after=self.before)

    def home(self) -> Step:
        """Give the step that takes the setting back to where it was before any measure."""
        return replace(self, before=self.after, after=self.origin)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Closed:
    """One thing to be closed, in the decision's own words."""

    service: RestrictedService
    operation: RestrictedOperation
    region: str = EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What is to be closed in one account; `only` names the buckets, and is empty for all of them.

    `case` is the id that a target may name when it refuses, so that whoever is refused can ask why.

    `operations` are those on storage. Targets that restrict other services too, or by region, read `closed`
    (with storage in it) and `keep`; for all others both are empty.
    """

    account: str
    operations: tuple[Operation, ...]
    only: tuple[str, ...] = ()
    case: str = ""
    closed: tuple[Closed, ...] = ()
    keep: tuple[KeptService, ...] = ()

    def closes(self, operation: Operation, place: str) -> bool:
        """Say whether an operation on a place is to be closed."""
        return operation in self.operations and (not self.only or place in self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A row of a target's table: what closing an operation does, how far it is known, what stays open."""

    operation: Operation | RestrictedOperation
    effect: Effect
    closes: LocalisedText
    leaves_open: tuple[LocalisedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A term of the customer's contract in the way, in the contract's own words and language."""

    subscription: str
    contract: str
    clause: str
    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that will change and how it comes back. The decision's approval covers its digest.

    `nonce` makes the names of what probes need; `notice_hours` is the time from the statement of reasons to
    the first step, 0 for at once. `amends` is the measure whose settings this plan takes over, or empty.
    With `by_hand`, the steps write files, and it is a person who carries out what they say.
    """

    case: str
    target: str
    nonce: str
    measures: tuple[Measure, ...]
    keep: tuple[KeptService, ...]
    cuts: tuple[Cut, ...]
    effect: Effect
    steps: tuple[Step, ...]
    cut: tuple[LocalisedText, ...]
    stays: tuple[LocalisedText, ...]
    gaps: tuple[LocalisedText, ...]
    obstacles: tuple[Obstacle, ...]
    notice_hours: int
    on_drift: OnDrift
    amends: str = ""
    by_hand: bool = False


_PLAN: Final = TypeAdapter(Plan)


def document(plan: Plan) -> dict[str, Any]:
    """Give a plan as plain JSON values."""
    values: dict[str, Any] = _PLAN.dump_python(plan, mode="json")
    return values


def canonical(plan: Plan) -> str:
    """Write a plan in the one way in which its digest is taken (RFC 8785)."""
    return rfc8785.dumps(document(plan)).decode()


def read_plan(text: str) -> Plan:
    """Read a stored plan; raises BadPlan."""
    try:
        return _PLAN.validate_json(text)
    except ValidationError as error:
        raise BadPlan("a stored plan cannot be read", hint="Run `mithaq ledger fsck`.") from error


def digest_of(text: str) -> str:
    """Give `sha256:` and 64 hexadecimal digits over the UTF-8 bytes of a text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def same_world(old: Plan, new: Plan) -> bool:
    """Say whether two plans found the same world: the same settings at the same values."""
    return old.steps == new.steps


def canonical_value(value: JsonValue) -> str:
    """Write a setting's value in the one way in which it is stored and compared."""
    return rfc8785.dumps(value).decode()
