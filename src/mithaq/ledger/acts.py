"""Writing the ledger: every act of every room adds its entry here, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from mithaq.ledger.entries import Act, ActorRef, Entropy, write_entry
from mithaq.ledger.errors import ActWithoutEntry, OutsideTransaction
from mithaq.ledger.models import Entry, SealedValue
from mithaq.ledger.tree import leaf_hash

__all__ = ["Act", "ActorRef", "Entropy", "act", "record"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_written: ContextVar[list[int] | None] = ContextVar("mithaq_ledger_written", default=None)


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
    """Append one entry inside the transaction of its act; raises OutsideTransaction, BadEntry."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(
            "the act and its entry must be one transaction", hint="Decorate the function with @act."
        )
    written = write_entry(what, entropy)
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first()
    entry = Entry.objects.create(
        seq=0 if last is None else last + 1,
        leaf=written.leaf,
        leaf_hash=leaf_hash(written.leaf),
        at=what.at,
        kind=what.kind,
        case=what.case,
    )
    SealedValue.objects.bulk_create(
        SealedValue(entry=entry, field=name, salt=salt, value=what.personal[name])
        for name, salt in written.salts.items()
    )
    noted = _written.get()
    if noted is not None:
        noted.append(entry.seq)
    return entry
