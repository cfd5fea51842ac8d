"""Writing the ledger: every act of every room adds its entry here, in the transaction of the act."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Final, ParamSpec, TypeAlias, TypeVar

import rfc8785
from django.db import connection, transaction

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.ledger.errors import ActWithoutEntry, EntryTooLarge, OutsideTransaction
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, SealedValue

Entropy: TypeAlias = Callable[[int], bytes]

LEAF_LIMIT: Final = 65_535
"""Bytes in one leaf: entry bundles prefix each with a 16-bit length (C2SP tlog-tiles)."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

_written: ContextVar[list[int] | None] = ContextVar("mithaq_ledger_written", default=None)


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who acted, without naming them: a pseudonym of the account, and the role in which they acted."""

    pseudonym: str
    role: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an entry says: facts that anybody may read, and personal values that it only commits to."""

    kind: ActKind
    at: datetime
    actor: ActorRef
    case: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def _counting() -> Iterator[list[int]]:
    written: list[int] = []
    token = _written.set(written)
    try:
        yield written
    finally:
        _written.reset(token)


def act(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Make a function one act: one transaction, kept only if it has written its ledger entry.

    Raises ActWithoutEntry, and rolls everything back, when the function ends without one.
    """

    @wraps(function)
    def whole(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        outer = _written.get()
        with transaction.atomic(), _counting() as written:
            result = function(*args, **kwargs)
            if not written:
                raise ActWithoutEntry(
                    f"{function.__qualname__} changed the state without an entry",
                    hint="Call record() in every path of an act.",
                )
        if outer is not None:
            outer.extend(written)
        return result

    return whole


def record(what: Act, *, entropy: Entropy) -> Entry:
    """Append one entry inside the transaction of its act; raises OutsideTransaction, EntryTooLarge."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(
            "the act and its entry must be one transaction", hint="Decorate the function with @act."
        )
    salts = {name: entropy(32) for name in sorted(what.personal)}
    leaf = rfc8785.dumps(_body(what, salts, entropy(32)))
    if len(leaf) > LEAF_LIMIT:
        raise EntryTooLarge(
            f"the entry has {len(leaf)} bytes; at most {LEAF_LIMIT} fit", hint="Say less, or attach it."
        )
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first()
    entry = Entry.objects.create(
        seq=0 if last is None else last + 1,
        leaf=leaf,
        leaf_hash=hashlib.sha256(b"\x00" + leaf).digest(),
        at=what.at,
        kind=what.kind,
        case=what.case,
    )
    SealedValue.objects.bulk_create(
        SealedValue(entry=entry, field=name, salt=salt, value=what.personal[name])
        for name, salt in salts.items()
    )
    written = _written.get()
    if written is not None:
        written.append(entry.seq)
    return entry


def _body(what: Act, salts: Mapping[str, bytes], nonce: bytes) -> dict[str, Json]:
    commitments: dict[str, Json] = {
        name: hmac.digest(salt, what.personal[name].encode(), "sha256").hex() for name, salt in salts.items()
    }
    return {
        "mithaq": "entry/v1",
        "kind": what.kind.value,
        "at": format_instant(what.at),
        "actor": {"pseudonym": what.actor.pseudonym, "role": what.actor.role},
        "case": what.case,
        "facts": dict(what.facts),
        "commitments": commitments,
        "nonce": nonce.hex(),
    }
